"""Pages that answer 200 and are no article: errors, captchas, cookie and pay walls, front pages.

A real article must never be refused for a word in it. So nothing here looks at a page on which a story was found
that is longer than any such notice.
"""

import re

from lxml.html import HtmlElement

from pipelines.extraction.consent import COOKIES
from pipelines.extraction.declared import Declared
from pipelines.extraction.error_headings import is_error_heading, says_page_is_gone
from pipelines.extraction.notices import CHALLENGE, LONGEST, SENTENCE, any_of, is_undrawn, notice_in
from pipelines.extraction.plain import fold
from pipelines.extraction.unusable import Unusable

_SCANT = 250  # characters of story: less than the lead that a pay wall leaves
_PROSE = 25  # characters of a story that has a sentence without the words of a notice
_TEASERS = 5_000  # characters: what stands beneath "Page not found" where it is no short notice
_FEWEST_TEASERS, _MOSTLY_TEASERS = 5, 1 / 3  # lines of a list of stories that are linked headlines
_LABEL = 25  # letters: no headline is as short
_OPENING = 12  # characters of a sentence, in which an offer begins
_LETTERS, _FLASH_LETTERS = 20, 10  # of a story; of one that the page declares
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "title"])
_SEARCHED = 6_000  # characters of the page

_ASKS = any_of(
    r"\b(?:we|our partners)\b.{0,40}\b(?:use|store|set|ask|value|need)\b",
    r"\byour (?:consent|privacy|choices?|browser|device)|you (?:can|may) (?:withdraw|change|manage|reject)",
    r"accept (?:all|cookies)|wir (?:verwenden|nutzen)|ihre (?:einwilligung|zustimmung)|nous utilisons|utilizamos",
    r"نستخدم|موافقتك|بەکاردەهێنین|بەکار دەهێنین|bikar tîn|kullanıyoruz|استفاده می",
)
"""How a box speaks that wants consent: to its reader, as no report on cookies does."""
_PAY = any_of(
    r"(?:subscribe|sign up|register|log ?in) (?:now |today |for free )?(?:to|and) (?:continue|read|keep|unlock|view)\b",
    r"(?:subscribe|sign up|register|log ?in) (?:now |today )?(?:to|and|for) (?:get )?(?:full|unlimited)\b",
    r"(?:to (?:continue|keep) reading|already a subscriber|subscribers? only|for subscribers|exclusive to subscribers)",
    r"(?:unlock this (?:article|story)|free articles? (?:left|remaining)|reached your (?:article )?limit)",
    r"weiterlesen mit|jetzt (?:abonnieren|weiterlesen)|abonn[ée]s? (?:seulement|uniquement)|réservé aux abonnés",
    r"solo para suscriptores|للمشتركين فقط|اشترك (?:لقراءة|للمتابعة|لمتابعة القراءة)|تنها برای مشترکین",
    r"تەنیا بۆ ئابوونە|tenê ji bo aboneyan|sadece aboneler",
    r"(?:create|open) (?:a|your) (?:free )?account to (?:continue|read|keep|unlock|view)\b",
)
_ITSELF = any_of(
    r"\b(?:this|you|your|already|ihre?|dieser?|vous|cet|ce|este|bu|ev)\b|هذ[اه]|این|ئەم|بکە",
)
"""What an offer says to its reader or of its page, and a report on offers does not."""


def refuse_walls(
    tree: HtmlElement, declared: Declared, story: str, title: str | None, status: int, *,
    sites: frozenset[str] = frozenset(), consent: str = "",
) -> None:  # fmt: skip
    """Raises Unusable where the page is an error, a captcha, a wall, or holds no story.

    *sites* are the site's names, folded; *consent* is what stood in the boxes that were taken out of the page.
    """
    heads = [title or "", declared.title, *(heading.text_content() for heading in declared.headings[:2])]
    heads = [" ".join(head.split())[:200] for head in heads if head]
    told = _declares_story(declared, heads)
    if len(story) > LONGEST:
        if not told:
            _refuse_lists(tree, declared, story, heads, sites)
        return
    scant, seen = len(story) < _SCANT, _seen(tree)
    if scant and status >= 400:
        raise Unusable("error page", heads[0] if heads else f"HTTP {status}")
    if not told:
        _refuse_notices(seen, story, heads, sites, consent)
    if is_undrawn(story):
        raise Unusable("gate", story[:80])
    if scant and _is_walled(tree, declared, story, told=told):
        raise Unusable("paywall", story[:80])
    if _letters(story) < (_FLASH_LETTERS if told else _LETTERS):
        if not seen:
            raise Unusable("cookie wall", consent[:80]) if consent else Unusable("empty page")
        raise Unusable("index page" if _is_index(tree, declared) else "no article text", (title or "")[:80])
    if (scant and _is_index(tree, declared)) or (not told and _is_list(tree, declared, story)):
        raise Unusable("index page", (title or "")[:80])


def _refuse_lists(tree: HtmlElement, declared: Declared, story: str, heads: list[str], sites: frozenset[str]) -> None:
    """Refuses other stories that were taken for one: those beneath an error, and those of a section."""
    if len(story) < _TEASERS and any(says_page_is_gone(head, sites) for head in heads):
        raise Unusable("error page", heads[0])
    if _is_list(tree, declared, story):
        raise Unusable("index page", heads[0] if heads else "")


def _is_list(tree: HtmlElement, declared: Declared, story: str) -> bool:
    """Whether many lines of *story* are linked headlines, on a page that declares no article."""
    if _declares_article(declared):
        return False
    lines = [key for line in story.split("\n") if (key := fold(line))]
    linked = {fold(link.text_content()[:300]) for link in tree.iter("a")}
    teasers = sum(len(line) > _LABEL and line in linked for line in lines)
    return teasers >= max(_FEWEST_TEASERS, _MOSTLY_TEASERS * len(lines))


def _declares_story(declared: Declared, heads: list[str]) -> bool:
    """Whether the page says in its metadata that it is an article, and means the one that its headings name."""
    named = {fold(head) for head in heads}
    if any(fold(headline) in named for headline in declared.jsonld.texts("headline")):
        return True
    kinds = {value.strip().lower() for _, value in declared.named("og:type")}
    return "article" in kinds and any(declared.named("article:published_time"))


def _refuse_notices(seen: str, story: str, heads: list[str], sites: frozenset[str], consent: str) -> None:
    """Refuses a challenge, an error, a gate, a cookie wall. They hold no prose of their own."""
    kind = notice_in(story)
    challenged = _letters(story) < _LETTERS and len(seen) < 3 * LONGEST and any(map(CHALLENGE.search, (seen, *heads)))
    if kind == "captcha" or challenged:
        raise Unusable("captcha", heads[0] if heads else "")
    if any(is_error_heading(head, sites) for head in heads):
        raise Unusable("error page", heads[0])
    _refuse_cookies(seen, story, consent)
    if kind and len(story) < _SCANT:
        raise Unusable(kind, story[:80])


def _refuse_cookies(seen: str, story: str, consent: str) -> None:
    notice = seen if len(seen) < LONGEST else story
    if len(COOKIES.findall(notice)) > 2 and _ASKS.search(notice) and len(_without(COOKIES, story)) < _PROSE:
        raise Unusable("cookie wall", (consent or notice)[:80])


def _without(words: re.Pattern[str], story: str) -> str:
    """The sentences of *story* that hold none of *words*."""
    return "".join(sentence for sentence in SENTENCE.split(story) if not words.search(sentence))


def _is_walled(tree: HtmlElement, declared: Declared, story: str, *, told: bool) -> bool:
    """Whether the page offers to sell the rest of a story of which there is no more than a lead."""
    if declares_payment(declared):
        return bool(_PAY.search(_seen(tree, behind="h1")))
    if told:
        return False
    seen = _seen(tree, behind="h1", between="\n")
    return any(_offers(sentence) for text in (story, seen) for sentence in SENTENCE.split(text))


def _offers(sentence: str) -> bool:
    match = _PAY.search(sentence)
    return match is not None and (match.start() < _OPENING or bool(_ITSELF.search(sentence)))


def declares_payment(declared: Declared) -> bool:
    """Whether the page says in its metadata that it is not free to read."""
    return any(str(value).lower() == "false" for value in declared.jsonld.values("isAccessibleForFree"))


def _is_index(tree: HtmlElement, declared: Declared) -> bool:
    """Whether the page lists stories: it calls itself a website, dates nothing, and is full of links with headlines."""
    if _declares_article(declared):
        return False
    headlines = sum(len(link.text_content().strip()) > 25 for link in tree.iter("a"))
    return headlines > 15


def _declares_article(declared: Declared) -> bool:
    kinds = {value.strip().lower() for _, value in declared.named("og:type")}
    return "article" in kinds or bool(declared.jsonld.articles) or any(declared.named("article:published_time"))


def _seen(tree: HtmlElement, behind: str = "", between: str = " ") -> str:
    """The beginning of what a reader sees; where there is an element called *behind*, of what follows it."""
    seen: list[str] = []
    length = 0
    for element in tree.iter("*"):
        if element.tag == behind:
            seen.clear()
            length = 0
            continue
        text = (element.text or "").strip() if element.tag not in _UNSEEN else ""
        if text:
            seen.append(text)
            length += len(text)
        if length > _SEARCHED:
            break
    return between.join(seen)


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text[:1000])
