"""The title: chosen by vote among what JSON-LD, the headings, OpenGraph and the title element say.

No witness is always right: a headline is rewritten in one place and not in another, `<title>` carries the site's name,
an h1 may be the logo. So equal voices are counted, weighed by how often each was right on 415 real pages.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.dateline_names import bare_name
from pipelines.extraction.declared import Declared
from pipelines.extraction.headings import heading_text
from pipelines.extraction.likeness import likeness, words
from pipelines.extraction.names import BY
from pipelines.extraction.plain import clean_field, fold
from pipelines.extraction.prose import is_long_prose
from pipelines.extraction.witnesses import Finding, Witness

_WEIGHTS = {
    "JSON-LD": 5.0,
    "h1": 3.0,
    "itemprop": 2.4,
    "og:title": 0.5,
    "twitter:title": 0.5,
    "title": 0.25,
    "h2": 0.25,
}
"""Found by trying 400 sets of weights on 415 pages; what matters is that JSON-LD outweighs the h1, and both together
everything else: og:title and `<title>` are often rewritten for search engines. An h1 that microdata call the headline
is declared as much as JSON-LD is."""
_UNCONFIRMED_H1 = 0.2
"""The weight of a heading that shares no word with what else the page calls itself: a logo, "0 Comments"."""

_MOST_CALLED = 20
_TITLE_NAME = re.compile(
    r"(?:^|[ _-])(?:lbl|news|article|post|story|entry|detail|content)?[_-]?(?:title|headline|baslik|başlık)(?:$|[ _-])"
    r"|(?-i:[a-z](?:Title|Headline|Baslik)(?:$|[ _-]))",
    re.IGNORECASE,
)
"""What an element is called that shows a title, where no heading does."""

_SEPARATOR = re.compile(r"\s+[|–—―−ـ·•»«:\-‹›/>⋆]{1,2}\s+|\s*[|»›]\s*|\s::\s")
_GUILLEMETS = frozenset("«»")
_WORD = re.compile(r"\w+")
_CUT_BY_QUOTE = ('"', "“", "„", "«", "'")
_SITE_META = (
    "og:site_name", "application-name", "apple-mobile-web-app-title", "twitter:site", "publisher", "dc.publisher",
    "al:android:app_name", "al:ios:app_name",
)  # fmt: skip
_KINDS_OF_PAGE = frozenset(map(fold, (
    "News details", "News", "Details", "Article", "Article details", "View news", "Read", "Story", "Nûçe", "Haber",
    "Haber detay", "تفاصيل الخبر", "تفاصيل", "التفاصيل", "الخبر", "خبر", "عرض الخبر", "الأخبار", "أخبار", "اخبار",
    "تفاصيل المقال", "مقال", "مشاهده خبر", "مشاهده مطلب", "متن خبر", "جزئیات خبر", "هەواڵ", "وردەکاریی هەواڵ",
)))  # fmt: skip
"""What systems call all pages of a kind, whatever stands on them."""
_SHORTEST_PREFIX = 8  # letters: below, a title would be cut down to a kicker such as "Live"
_LONGEST_SITE_NAME = 6  # words of the last part of a bare <title> that can be a site's name
_LONGEST_LOGO = 3  # words
_TRUNCATED = 95  # letters: at about 110 characters publishing systems cut a JSON-LD headline off, as Google once asked


@dataclass(frozen=True, slots=True)
class Titles:
    """The title, and the visible headline where it differs."""

    title: Finding[str | None]
    headline: Finding[str | None]


def publisher_names(declared: Declared, source_name: str) -> frozenset[str]:
    """What the page calls its site and publisher, folded."""
    names = {fold(value) for _, value in declared.named(*_SITE_META)}
    names |= {fold(name) for name in declared.jsonld.texts("publisher", "sourceOrganization")}
    return frozenset(name for name in (*names, fold(source_name)) if len(name) > 1)


def site_names(publishers: frozenset[str], url: str) -> frozenset[str]:
    """Everything that this site is called, folded: what it calls itself (*publishers*), and the parts of its host."""
    try:
        host = (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    labels = [fold(host), *(fold(label) for label in host.split(".")[:-1])]
    return publishers | frozenset(label for label in labels if len(label) > 1)


def find_title(declared: Declared, sites: frozenset[str]) -> Titles:
    """The title and headline of the page."""
    heard = _hear(declared, sites)
    headline = next((witness for witness in heard if witness.where == "h1"), None)
    votes: dict[str, float] = {}
    believed: dict[str, tuple[float, Witness]] = {}
    for witness, said in zip(heard, _agreed(heard), strict=True):
        weight = _weight(witness, heard)
        key = fold(said)
        votes[key] = votes.get(key, 0) + weight
        if key not in believed or weight > believed[key][0]:
            believed[key] = (weight, Witness(witness.where, said))
    if not votes:
        return Titles(Finding(None), Finding(None))
    _, winner = believed[max(votes, key=lambda key: votes[key])]
    title = winner.said
    if len({fold(witness.said) for witness in heard}) == 1:
        title = _without_last_part(winner, sites)
    title = _in_small_letters(title, heard)
    return Titles(Finding(title, winner.where, tuple(heard)), _headline(headline, title, heard))


def heading_element(declared: Declared, titles: Titles, blocks: Sequence[Block]) -> HtmlElement | None:
    """What shows the article's headline: of several h1 the one most like it, the last where none is, since logos come
    first. Where no h1 is like it at all, the block that says just the title."""
    wanted = words(f"{titles.title.value or ''} {titles.headline.value or ''}")
    likest = max(
        reversed(declared.headings), key=lambda element: likeness(words(element.text_content()), wanted), default=None
    )
    if likest is not None and likeness(words(likest.text_content()), wanted) > 0:
        return likest
    title = fold(titles.title.value or "")
    saying = [block for block in blocks if title and block.key == title]
    own = min(saying, key=lambda block: block.link_share, default=None)  # the others are links to this page
    return own.element if own is not None else likest


def without_site(title: str, sites: frozenset[str]) -> str:
    """*title* without the parts at its ends that are a name of the site: "… | Iraq | Rafidain Wire"."""
    while breaks := _breaks(title):
        head, tail = title[: breaks[-1].start()].strip(), title[breaks[-1].end() :]
        if head and _is_site(tail, sites):
            title = head
            continue
        head, tail = title[: breaks[0].start()], title[breaks[0].end() :].strip()
        if not (tail and _is_site(head, sites)):
            break
        title = tail
    return title


def _breaks(title: str) -> list[re.Match[str]]:
    """Where a part of *title* ends that may be a section or the site. Two guillemets are a quotation and no marks."""
    quoted = "«" in title and "»" in title
    return [
        match for match in _SEPARATOR.finditer(title)
        if fold(title[: match.start()]) and fold(title[match.end() :])
        and not (quoted and match[0].strip() in _GUILLEMETS)
    ]  # fmt: skip


def _hear(declared: Declared, sites: frozenset[str]) -> list[Witness]:
    names = [clean_field(value) for _, value in declared.named("og:title", "twitter:title")]
    said: list[tuple[str, Iterable[str]]] = [
        ("JSON-LD", list(declared.jsonld.texts("headline"))[:1]),
        ("h1", [heading_text(heading, names) for heading in declared.headings]),
        ("itemprop", declared.items.get("headline", [])[:1]),
        ("og:title", [value for _, value in declared.named("og:title")][:1]),
        ("twitter:title", [value for _, value in declared.named("twitter:title")][:1]),
        ("title", [declared.title]),
    ]
    heard = [
        Witness(where, title)
        for where, texts in said
        for text in texts
        if (title := without_site(clean_field(text), sites)) and not _is_whole_site(title, sites)
    ]
    own = [witness for witness in heard if fold(witness.said) not in _KINDS_OF_PAGE]
    if len(own) == 1 and _is_name_again(own[0], declared.title):
        own = heard = []
    logo = any(fold(heading.text_content()) in sites for heading in declared.headings)
    if not own and (heard or logo):
        return _beneath_logo(declared, sites) or heard
    heard = own
    if any(witness.where == "h1" for witness in heard) and fold(declared.title) in sites:
        heard = [witness for witness in heard if not (witness.where.endswith(":title") and _is_motto(witness, said))]
    return _one_heading([witness for witness in heard if not (witness.where == "h1" and _is_logo(witness, heard))])


def _is_whole_site(title: str, sites: frozenset[str]) -> bool:
    """Whether *title* says nothing, or only what the site is called."""
    return fold(title) in sites | {""} or bare_name(title) in sites


def _is_name_again(witness: Witness, whole: str) -> bool:
    """Whether <title> tells the site's name in two scripts and nothing more: "بريد دجلة - Tigris Post"."""
    latin = witness.said.isascii() and not whole.isascii()
    short = len(witness.said.split()) <= _LONGEST_LOGO
    return witness.where == "title" and latin and short and whole.endswith(witness.said)


def title_among(tree: HtmlElement, blocks: Sequence[Block]) -> Finding[str | None]:
    """What is called a title, or is set in bold, above the story of a page that declares no title and has no headings,
    as in 2005."""
    above = list(takewhile(lambda block: not is_long_prose(block), blocks))
    called = {clean_field(element.text_content()) for element in islice(_called_title(tree), _MOST_CALLED)}
    for where, known in (("called a title", called), ("bold", {block.text for block in above if block.standalone})):
        for block in above:
            long_enough = len(block.text.split()) >= _LONGEST_LOGO and not block.linked
            if block.text in known and long_enough and not BY.match(block.text):
                return Finding(block.text, where, (Witness(where, block.text),))
    return Finding(None)


def _called_title(tree: HtmlElement) -> Iterator[HtmlElement]:
    for element in tree.iter("span", "div", "td", "p", "font"):
        if _TITLE_NAME.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            yield element


def _beneath_logo(declared: Declared, sites: frozenset[str]) -> list[Witness]:
    """The first h2 that leads nowhere, of a page whose h1 and whose <title> are but the site's name."""
    titles = [clean_field(head.text_content()) for head in declared.subheads if head.find(".//a") is None]
    own = [title for title in titles if fold(title) not in sites and len(title.split()) > _LONGEST_LOGO]
    return [Witness("h2", title) for title in own[:1]]


def _is_logo(heading: Witness, heard: Sequence[Witness]) -> bool:
    """Whether an h1 is what stands behind the headline in <title>, "Cranes stand still | Tigris Post", and nowhere
    else."""
    title = next((witness.said for witness in heard if witness.where == "title"), "")
    breaks, name = _breaks(title), fold(heading.said)
    if not breaks or fold(title[breaks[-1].end() :]) != name or len(heading.said.split()) > _LONGEST_LOGO:
        return False
    longer = len(title[: breaks[-1].start()].split()) > len(heading.said.split())
    return longer and not any(name == fold(other.said) for other in heard if other.where not in ("h1", "title"))


def _is_motto(witness: Witness, said: Iterable[tuple[str, Iterable[str]]]) -> bool:
    """Whether the site's name was cut off it: "Tigris Post – news of the river" is on all pages of a site whose
    <title> is only its name."""
    return any(clean_field(text) != witness.said for where, texts in said if where == witness.where for text in texts)


def _one_heading(heard: list[Witness]) -> list[Witness]:
    """*heard* with the one h1 that is most like what else the page calls itself; of equals the first."""
    headings = [witness for witness in heard if witness.where == "h1"]
    if len(headings) < 2:
        return heard
    others = [words(witness.said) for witness in heard if witness.where != "h1"]
    best = max(headings, key=lambda witness: max((likeness(words(witness.said), other) for other in others), default=0))
    return [witness for witness in heard if witness.where != "h1" or witness is best]


def _headline(heading: Witness | None, title: str, heard: Sequence[Witness]) -> Finding[str | None]:
    """What the chosen h1 says, where it is no logo and differs from *title*."""
    if heading is None:
        return Finding(None)
    differs = fold(heading.said) != fold(title) and _weight(heading, heard) > 1
    return Finding(heading.said if differs else None, "h1" if differs else "", (heading,))


def _weight(witness: Witness, heard: Sequence[Witness]) -> float:
    weight = _WEIGHTS[witness.where]
    if witness.where != "h1":
        return weight
    others = [other.said for other in heard if other.where != "h1"]
    confirmed = not others or any(likeness(words(witness.said), words(other)) > 0 for other in others)
    return weight if confirmed else _UNCONFIRMED_H1


def _agreed(heard: Sequence[Witness]) -> list[str]:
    """The titles of *heard*, each replaced by another of them where it is the same with something glued on or
    cut off."""
    titles = [witness.said for witness in heard]
    keys = [fold(title) for title in titles]
    return [_as_others_say(witness, titles, keys) for witness in heard]


def _as_others_say(witness: Witness, titles: Sequence[str], keys: Sequence[str]) -> str:
    title, key = witness.said, fold(witness.said)
    for match in reversed(_breaks(title)):  # "Headline | World | The Site", "Kicker - Headline"
        for part in (title[: match.start()], title[match.end() :]):
            if len(fold(part)) >= _SHORTEST_PREFIX and fold(part) in keys:
                return part.strip()
    for other, other_key in zip(titles, keys, strict=True):
        if other_key == key or min(len(key), len(other_key)) < 2 * _SHORTEST_PREFIX:
            continue
        if witness.where == "h1" and key.endswith(other_key):  # a kicker within the heading
            return other
        if other_key.startswith(key) and _was_cut(title, other):
            return other
    return title


def _was_cut(title: str, whole: str) -> bool:
    """Whether *title* is the beginning of *whole* because an attribute ended at a quote, or by its length."""
    rest = whole[len(title.rstrip(" .…")) :].lstrip()
    return rest.startswith(_CUT_BY_QUOTE) or title.endswith(("…", "...")) or len(title) > _TRUNCATED


def _in_small_letters(title: str, heard: Iterable[Witness]) -> str:
    """*title* as another writes it who does not do so in capitals."""
    if not title.isupper():
        return title
    return next((other.said for other in heard if fold(other.said) == fold(title) and not other.said.isupper()), title)


def _without_last_part(winner: Witness, sites: frozenset[str]) -> str:
    """What nobody else confirms: a bare <title> loses its last part where that can be the name of a site."""
    breaks = _breaks(winner.said)
    name, colon, rest = winner.said.partition(": ")
    if colon and winner.where in ("title", "og:title") and fold(name) in sites and " " in rest:  # "Tigris Post: Cranes"
        return rest
    if winner.where not in ("title", "og:title") or not breaks:
        return winner.said
    head, tail = winner.said[: breaks[-1].start()].strip(), winner.said[breaks[-1].end() :]
    is_name = len(_WORD.findall(tail)) <= _LONGEST_SITE_NAME and len(_WORD.findall(head)) >= 2
    return head if is_name and ":" not in breaks[-1][0] else winner.said


def _is_site(part: str, sites: frozenset[str]) -> bool:
    """Whether a part of a title names the site: exactly, within a longer name of it, or holding one."""
    name, bare = fold(part), bare_name(part)
    return bool(name) and any(
        site in (name, bare)
        or (len(name) > 3 and name in site)
        or (len(site) > 5 and site in name and len(name) < 2.2 * len(site))
        for site in sites
    )
