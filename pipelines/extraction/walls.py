"""Pages that answer 200 and are no article: errors, captchas, cookie and pay walls, front pages.

A real article must never be refused for a word in it. So nothing here looks at a page on which a story was found
that is longer than any such notice.
"""

import re

from lxml.html import HtmlElement

from pipelines.extraction.consent import COOKIES
from pipelines.extraction.declared import Declared
from pipelines.extraction.error_headings import is_error_heading
from pipelines.extraction.plain import fold
from pipelines.extraction.unusable import Unusable


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


_NOTICE = 600  # characters: the longest notice of an error, a captcha or a wall
_SCANT = 250  # characters of story: less than the lead that a pay wall leaves
_PROSE = 25  # characters of a story that has a sentence without the words of a notice
_SENTENCE = re.compile(r"(?<=[.!?؟۔])\s+|\n")
_UNSEEN = frozenset(["script", "style", "noscript", "template", "head", "title"])
_SEARCHED = 6_000  # characters of the page

_CAPTCHA = _any(
    r"captcha|are you (?:a )?(?:human|robot)|cf-(?:challenge|browser-verification)|ddos protection by|unusual traffic",
    r"(?:verify|confirm|prove) (?:that )?you(?:'re| are) (?:a )?(?:human|not a robot)",
    r"checking your browser|just a moment\.\.\.",
    r"تحقق من أنك (?:لست روبوت|إنسان)|لست روبوت|ڕۆبۆت نیت|robot olmadığınızı",
)
_ASKS = _any(
    r"\b(?:we|our partners)\b.{0,40}\b(?:use|store|set|ask|value|need)\b",
    r"\byour (?:consent|privacy|choices?|browser|device)|you (?:can|may) (?:withdraw|change|manage|reject)",
    r"accept (?:all|cookies)|wir (?:verwenden|nutzen)|ihre (?:einwilligung|zustimmung)|nous utilisons|utilizamos",
    r"نستخدم|موافقتك|بەکاردەهێنین|بەکار دەهێنین|bikar tîn|kullanıyoruz|استفاده می",
)
"""How a box speaks that wants consent: to its reader, as no report on cookies does."""
_PAY = _any(
    r"(?:subscribe|sign up|register|log ?in) (?:now |today )?(?:to|and) (?:continue|read|keep|unlock|view)\b",
    r"(?:subscribe|sign up|register|log ?in) (?:now |today )?(?:to|and|for) (?:get )?(?:full|unlimited)\b",
    r"(?:to (?:continue|keep) reading|already a subscriber|subscribers? only|for subscribers|exclusive to subscribers)",
    r"(?:unlock this (?:article|story)|free articles? (?:left|remaining)|reached your (?:article )?limit)",
    r"weiterlesen mit|jetzt (?:abonnieren|weiterlesen)|abonn[ée]s? (?:seulement|uniquement)|réservé aux abonnés",
    r"solo para suscriptores|للمشتركين فقط|اشترك (?:لقراءة|للمتابعة|لمتابعة القراءة)|تنها برای مشترکین",
    r"تەنیا بۆ ئابوونە|tenê ji bo aboneyan|sadece aboneler",
)


def refuse_walls(
    tree: HtmlElement, declared: Declared, story: str, title: str | None, status: int, *,
    sites: frozenset[str] = frozenset(), consent: str = "",
) -> None:  # fmt: skip
    """Raises Unusable where the page is an error, a captcha, a wall, or holds no story.

    *sites* are the site's names, folded; *consent* is what stood in the boxes that were taken out of the page.
    """
    if len(story) > _NOTICE:
        return
    heads = [title or "", declared.title, *(heading.text_content() for heading in declared.headings[:2])]
    heads = [" ".join(head.split())[:200] for head in heads if head]
    scant, told = len(story) < _SCANT, _declares_story(declared, heads)
    wrong = not told and any(is_error_heading(head, sites) for head in heads)
    if scant and (status >= 400 or wrong):
        raise Unusable("error page", heads[0] if heads else f"HTTP {status}")
    seen = _seen(tree)
    if not told:
        _refuse_captchas(seen, story, heads)
        _refuse_cookies(seen, story, consent)
    if scant and (declares_payment(declared) or not told) and _PAY.search(_seen(tree, behind="h1")):
        raise Unusable("paywall", story[:80])
    if _letters(story) < 20:
        if not seen:
            raise Unusable("cookie wall", consent[:80]) if consent else Unusable("empty page")
        raise Unusable("index page" if _is_index(tree, declared) else "no article text", (title or "")[:80])
    if scant and _is_index(tree, declared):
        raise Unusable("index page", (title or "")[:80])


def _declares_story(declared: Declared, heads: list[str]) -> bool:
    """Whether the page says in its metadata that it is an article, and means the one that its headings name."""
    named = {fold(head) for head in heads}
    if any(fold(headline) in named for headline in declared.jsonld.texts("headline")):
        return True
    kinds = {value.strip().lower() for _, value in declared.named("og:type")}
    return "article" in kinds and any(declared.named("article:published_time"))


def _refuse_captchas(seen: str, story: str, heads: list[str]) -> None:
    """A challenge holds no prose of its own: a report on captchas does."""
    if len(seen) >= 3 * _NOTICE or len(_without(_CAPTCHA, story)) >= _PROSE:
        return
    if _CAPTCHA.search(seen) or any(_CAPTCHA.search(head) for head in heads):
        raise Unusable("captcha", heads[0] if heads else "")


def _refuse_cookies(seen: str, story: str, consent: str) -> None:
    notice = seen if len(seen) < _NOTICE else story
    if len(COOKIES.findall(notice)) > 2 and _ASKS.search(notice) and len(_without(COOKIES, story)) < _PROSE:
        raise Unusable("cookie wall", (consent or notice)[:80])


def _without(words: re.Pattern[str], story: str) -> str:
    """The sentences of *story* that hold none of *words*."""
    return "".join(sentence for sentence in _SENTENCE.split(story) if not words.search(sentence))


def declares_payment(declared: Declared) -> bool:
    """Whether the page says in its metadata that it is not free to read."""
    return any(str(value).lower() == "false" for value in declared.jsonld.values("isAccessibleForFree"))


def _is_index(tree: HtmlElement, declared: Declared) -> bool:
    """Whether the page lists stories: it calls itself a website, dates nothing, and is full of links with headlines."""
    kinds = {value.strip().lower() for _, value in declared.named("og:type")}
    if "article" in kinds or declared.jsonld.articles or any(declared.named("article:published_time")):
        return False
    headlines = sum(len(link.text_content().strip()) > 25 for link in tree.iter("a"))
    return headlines > 15


def _seen(tree: HtmlElement, behind: str = "") -> str:
    """The beginning of what a reader sees; where there is an element called *behind*, of what follows it."""
    seen: list[str] = []
    length = 0
    for element in tree.iter("*"):
        if element.tag == behind:
            seen.clear()
            length = 0
        text = (element.text or "").strip() if element.tag not in _UNSEEN else ""
        if text:
            seen.append(text)
            length += len(text)
        if length > _SEARCHED:
            break
    return " ".join(seen)


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text[:1000])
