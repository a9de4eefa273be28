"""When an article was published and last changed: which of a page's many dates is the one.

What is declared for machines is believed before what readers see, and that before the feed and the address. A day
without a time, or a midnight, gives way to a finer witness of the same day.
"""

import re
from collections.abc import Iterable, Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement

from pipelines.extraction.declared import Declared
from pipelines.extraction.instants import Clock, Instant, read_instant, read_instants
from pipelines.extraction.labels import Labels
from pipelines.extraction.witnesses import Finding, Witness

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "article.published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publishdate", "pubdate",
    "publish-date", "publish_date", "publication_date", "date.published", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "citation_publication_date", "citation_date",
    "rnews:datepublished", "timestamp", "date", "article_date_original", "displaydate", "originalpublicationdate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "article:modified",
    "article.updated", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "revised",
)  # fmt: skip

_SHORT = 120  # characters of an element that is a stamp and not a paragraph
_BARE = 60  # characters of a text that nothing marks as a date: a caption may end in one
_PARAGRAPH = 250  # a text as long as this is the story; what follows is no longer its head
_HEAD = 60  # elements after the headline in which a date may stand that nothing marks as one
_MOST_SEEN = 40
_MOST_GUESSED = 400_000  # characters of text, scripts included: htmldate took 3.7 s for a page of 900,000
_CAPTIONS = frozenset(["figcaption", "caption", "script", "style", "a", "nav", "aside", "footer"])
_CLOCK_NAME = re.compile(r"today|current|clock|topbar|top-bar|weather|header-date|masthead|local-?time", re.IGNORECASE)
_WITH_YEAR = XPath(".//body//text()[(contains(., '20') or contains(., '19')) and string-length() < 90]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_HIDDEN = frozenset(["script", "style", "noscript", "template", "option", "textarea", "a"])
_URL_DAY = (
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>[01]?\d)[/-](?P<d>[0-3]?\d)(?=[/_.-]|$)"),
    re.compile(r"[/_-](?P<y>(?:19|20)\d\d)-?(?P<m>[01]\d)-?(?P<d>[0-3]\d)(?=[/_.-]|$)"),
    re.compile(r"/(?P<d>[0-3]\d)(?P<m>[01]\d)(?P<y>20\d\d)\d{1,3}$"),  # a day and a serial number
)


def find_published(
    tree: HtmlElement,
    declared: Declared,
    labels: Labels,
    clock: Clock,
    *,
    url: str,
    heading: HtmlElement | None,
    hint: Instant | None,
) -> Finding[Instant | None]:
    """When the article was published, as the most trusted witness says that can be read."""
    told = _choose(_told(tree, declared, labels, clock, heading, hint))
    if told.value:
        return told
    guessed = _choose(_last_resorts(tree, declared, labels, clock, url, heading))
    return Finding(guessed.value, guessed.won, told.said + guessed.said)


def find_modified(declared: Declared, labels: Labels, clock: Clock) -> Finding[Instant | None]:
    """When the article was last changed."""
    return _choose(_modified(declared, labels, clock))


def _choose(testimony: Iterable[tuple[Witness, Instant | None]]) -> Finding[Instant | None]:
    heard: list[Witness] = []
    best: tuple[str, Instant] | None = None
    for witness, instant in testimony:
        heard.append(witness)
        if instant is None:
            continue
        if best is None:
            best = (witness.where, instant)
        elif best[1].coarse and not instant.coarse and _same_day(best[1], instant):
            best = (witness.where, instant)
        if not best[1].coarse:
            break
    return Finding(best[1], best[0], tuple(heard)) if best else Finding(None, "", tuple(heard))


def _same_day(one: Instant, other: Instant) -> bool:
    return one.value.date() in (other.value.date(), other.value.astimezone(one.value.tzinfo).date())


def _told(
    tree: HtmlElement,
    declared: Declared,
    labels: Labels,
    clock: Clock,
    heading: HtmlElement | None,
    hint: Instant | None,
) -> Iterator[tuple[Witness, Instant | None]]:
    for text in declared.jsonld.texts("datePublished"):
        yield _read("JSON-LD", text, clock)
    for name, text in declared.named(*_PUBLISHED):
        yield _read(f"meta {name}", text, clock)
    for text in declared.items.get("datepublished", ())[:3]:
        yield _read("itemprop", text, clock)
    for text in declared.jsonld.texts("dateCreated", "uploadDate"):
        yield _read("JSON-LD dateCreated", text, clock)
    for text in (*declared.items.get("published_time", ()), *declared.items.get("datecreated", ()))[:3]:
        yield _read("itemprop", text, clock)
    yield from _seen(tree, declared, labels, clock, heading)
    for name in [name for name in declared.meta if "publish" in name and name not in _PUBLISHED]:
        yield _read(f"meta {name}", declared.meta[name][0], clock)
    if declared.script_date:
        yield _read("script", declared.script_date, clock)
    if hint:
        yield Witness("feed", hint.raw), hint


def _last_resorts(
    tree: HtmlElement, declared: Declared, labels: Labels, clock: Clock, url: str, heading: HtmlElement | None
) -> Iterator[tuple[Witness, Instant | None]]:
    for _, text in declared.named("og:title", "title"):
        yield _read("og:title", text, clock)
    yield from _anywhere(tree, labels, clock, heading)
    yield from _updated(labels, clock)
    for pattern in _URL_DAY:
        if match := pattern.search(url):
            yield _read("address", f"{match['y']}-{match['m']}-{match['d']}", clock)
    yield from _guessed(tree, clock, url)
    for witness, instant in _modified(declared, labels, clock):
        yield Witness(f"{witness.where} (modified)", witness.said), instant


def _guessed(tree: HtmlElement, clock: Clock, url: str) -> Iterator[tuple[Witness, Instant | None]]:
    """What htmldate makes of all the dates of the page: the last resort, a day at most."""
    from htmldate import find_date  # noqa: PLC0415 -- few pages come here

    today = clock.fetched.date().isoformat()
    if len(tree.text_content()) > _MOST_GUESSED:
        return
    found = find_date(tree, extensive_search=False, original_date=True, max_date=today, url=url)
    # It makes the first of January of a bare year, and the present day is in every masthead.
    if found and not found.endswith("-01-01") and found != today:
        yield _read("htmldate", found, clock)


def _modified(declared: Declared, labels: Labels, clock: Clock) -> Iterator[tuple[Witness, Instant | None]]:
    for text in declared.jsonld.texts("dateModified"):
        yield _read("JSON-LD", text, clock)
    for name, text in declared.named(*_MODIFIED):
        yield _read(f"meta {name}", text, clock)
    for text in declared.items.get("datemodified", ())[:3]:
        yield _read("itemprop", text, clock)
    yield from _updated(labels, clock)


def _updated(labels: Labels, clock: Clock) -> Iterator[tuple[Witness, Instant | None]]:
    """The stamps that readers see and that call themselves the date of an edit."""
    for element in labels.called("date")[:_MOST_SEEN]:
        if len(text := _text(element)) <= _SHORT:
            for instant in read_instants(text, clock):
                if instant.updated:
                    yield Witness("seen", text), instant


def _anywhere(
    tree: HtmlElement, labels: Labels, clock: Clock, heading: HtmlElement | None
) -> Iterator[tuple[Witness, Instant | None]]:
    """The first full date that stands by itself, best behind the headline, for want of anything better."""
    found = [text for text in _WITH_YEAR(tree) if _YEAR.search(text) and text.getparent().tag not in _HIDDEN][
        :_MOST_SEEN
    ]
    places = _places(tree, [text.getparent() for text in found], heading)
    found = [text for text in found if len(" ".join(text.split())) <= _BARE and not _is_clock(text.getparent())]
    found = [text for text in found if not labels.is_beside(text.getparent())]
    found.sort(key=lambda text: (places[text.getparent()] < places.get(heading, 0), places[text.getparent()]))
    for text in found:
        for instant in read_instants(text, clock):
            yield Witness("text", " ".join(text.split())), instant


def _read(where: str, text: str, clock: Clock) -> tuple[Witness, Instant | None]:
    return Witness(where, text[:_SHORT]), read_instant(text, clock)


def _seen(
    tree: HtmlElement, declared: Declared, labels: Labels, clock: Clock, heading: HtmlElement | None
) -> Iterator[tuple[Witness, Instant | None]]:
    """The dates that readers see: `<time>` and what is called a date, those behind the headline first, then bare text."""
    marked = [element for element in declared.times if not labels.is_beside(element)]
    marked += [element for element in labels.called("date") if element.tag != "time"]
    marked = [element for element in marked if not _is_clock(element) and not _is_linked(element)]
    places = _places(tree, marked, heading)
    behind = sorted((element for element in marked if places[element] > places.get(heading, 0)), key=places.__getitem__)
    before = [element for element in marked if element not in set(behind)]
    for element in (*behind[:_MOST_SEEN], *before[:_MOST_SEEN]):
        yield from _stamp(element, clock)
    if heading is not None:
        for text in _head_texts(heading):
            for instant in read_instants(text, clock):
                if not instant.updated:
                    yield Witness("beneath the headline", text), instant


def _places(tree: HtmlElement, marked: list[HtmlElement], heading: HtmlElement | None) -> dict[HtmlElement | None, int]:
    wanted = {*marked, heading}
    return {element: place for place, element in enumerate(tree.iter("*"), 1) if element in wanted}


def _stamp(element: HtmlElement, clock: Clock) -> Iterator[tuple[Witness, Instant | None]]:
    """What a marked element says: for machines in its attribute, else in its text."""
    for name in ("datetime", "content", "data-datetime", "data-time", "data-date", "data-timestamp"):
        if text := element.get(name):
            yield _read(f"<{element.tag} {name}>", text, clock)
    if len(text := _text(element)) <= _SHORT:
        for instant in read_instants(text, clock):
            if not instant.updated:
                yield Witness("seen", text), instant


def _is_linked(element: HtmlElement) -> bool:
    """Whether the element is part of a link, as the dates of teasers are."""
    return any(holder.tag == "a" and len(holder.text_content()) > _BARE for holder in element.iterancestors("a"))


def _is_clock(element: HtmlElement) -> bool:
    """Whether the element shows the present day, as mastheads do."""
    holders = [element, *element.iterancestors()][:4]
    return any(_CLOCK_NAME.search(f"{holder.get('class') or ''} {holder.get('id') or ''}") for holder in holders)


def _head_texts(heading: HtmlElement) -> Iterator[str]:
    """The short texts behind the headline, as far as the first paragraph."""
    element = heading
    for _ in range(_HEAD):
        following = next(iter(element.itersiblings()), None) if element is heading else _next(element)
        while following is None and (element := element.getparent()) is not None:
            following = next(iter(element.itersiblings()), None)
        if following is None:
            return
        element = following
        own = " ".join(filter(None, [element.text, *(child.tail for child in element)])).strip()
        if len(own) > _PARAGRAPH:
            return
        if 5 < len(own) <= _BARE and any(character.isdigit() for character in own) and element.tag not in _CAPTIONS:
            yield own


def _next(element: HtmlElement) -> HtmlElement | None:
    """The next element of the page in document order, where it is a child or a sibling."""
    if len(element) and element.tag not in ("script", "style", "nav", "aside", "footer"):
        return element[0]
    return next(iter(element.itersiblings()), None)


def _text(element: HtmlElement) -> str:
    return " ".join(" ".join(element.itertext()).split()) if len(element) < _MOST_SEEN else ""
