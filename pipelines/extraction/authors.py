"""The authors: people and agencies who signed the article. The publisher is none, nor its staff; see `names`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, takewhile
from typing import Any

from lxml.html import HtmlElement

from pipelines.extraction.blocks import Block
from pipelines.extraction.dateline_names import AGENCIES, PLACES
from pipelines.extraction.declared import Declared
from pipelines.extraction.instants import beside_dates
from pipelines.extraction.jsonld import types
from pipelines.extraction.labels import Labels
from pipelines.extraction.names import is_byline_label, is_one_name, names_in, run_in_name, signs
from pipelines.extraction.plain import clean_field, fold, word_set
from pipelines.extraction.prose import LONG, reads_as_prose
from pipelines.extraction.stamp_lines import is_stamp, says_when
from pipelines.extraction.witnesses import Finding, Witness

_MOST = 30
_LONGEST_BYLINE = 250
_SEEN = frozenset(
    [
        "run-in name",
        "byline name",
        "byline",
        "rel=author",
        "link to the author",
        "beneath the headline",
        "beneath the story",
    ]
)
_COLON = re.compile(r"\w\s?[:：]\s?\w")
_ASIDE = re.compile(r"align\s?:\s?(?:right|left|end)", re.IGNORECASE)
_LONGEST_LABELLED = 40  # characters of a name on a line of its own
_MOST_LABELLED = 3
_MOST_PICTURES = 60
_FEW_ELEMENTS = 4
_ICON = re.compile(
    r"(?:^|[ -])(?:user|author|pen|pencil|edit|feather)(?:-(?:alt|edit|circle|fancy|o|nib|fill|line))?(?:$| )"
)
_BEFORE_COLON = re.compile(r"(?<=\s)\w+\s?[:：]\s")
_BEGINS_WITHIN = 15  # blocks behind the headline
_LONGEST_LINE = 90  # of a byline that only its wording tells

_META = (
    "sailthru.author", "parsely-author", "author", "article:author", "dc.creator", "dcterms.creator", "byl",
    "citation_author", "article.author", "cxenseparse:author", "shareaholic:article_author_name", "news:author",
    "analytics:author",
)  # fmt: skip
_SOURCE = re.compile(r"^\s*(?:المصدر|سەرچاوە|منبع|source|quelle|çavkanî|kaynak)\s*[:：]\s*", re.IGNORECASE)
_GENERIC = word_set(
    "admin administrator author editor editors webmaster webeditor user guest root unknown none null"
    " undefined redaktion redaccion"
    " redaction desk webdesk newsdesk online news nachrichten noticias agencies follow share home superuser"
    " updated published beitrag stand advertisement anzeige sponsored subscribe comments staff staffwriter"
    " am um at on in"
    " مديرالموقع مديرالنظام المدير الادارة الإدارة المحرر محررالموقع هيئةالتحرير habermerkezi"
)
_STAFF = word_set(
    "staff newsroom newsdesk desk editors editor editorial redaktion news report reporter reporters correspondent"
    " correspondents online digital webdesk staffwriter staffreporter"
)
_SHORTEST_SITE = 4  # letters
_PRESS = tuple(word_set("press news media post times agency tv radio network today daily herald tribune gazette haber"))
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|autor(?:en)?|auteurs?|writers?|journalists?|nivîskar|yazar)/(?:\d+/)?[^/]+/?$", re.IGNORECASE
)
_PICTURED = re.compile(r"\s*\(?(?:fotos?|photos?|fotograf|photograph|ilustra|illustra|v[ií]deo)", re.IGNORECASE)
"""Behind a name: what its owner gave was no text."""
_ACCOUNT = re.compile(r"[a-z]+[._]?[a-z\d]+|[A-Z]?[a-z]+[A-Z]\w*")
"""What its owner is called by the publishing system: "nadel", "nora.adel", "NoraA". Readers may see the name."""


def find_authors(
    signed: Iterable[tuple[str, list[str]]], *, sites: frozenset[str], publishers: frozenset[str]
) -> Finding[tuple[str, ...]]:
    """Who signed: the first of the *signatures* that names somebody other than the site itself.

    *sites* is all that the site is called, *publishers* what it calls itself, both folded.
    """
    heard: list[Witness] = []
    account: Finding[tuple[str, ...]] = Finding(())
    for where, texts in signed:
        said = [text for text in texts if text]
        heard += [Witness(where, clean_field(text)) for text in said]
        names = _own_names(said, sites, publishers, strict=where in _SEEN)
        if names and all(map(_ACCOUNT.fullmatch, names)):
            account = account if account.value else Finding(names, where)
        elif names and (not account.value or where in _SEEN):
            return Finding(names, where, tuple(heard))
    return replace(account, said=tuple(heard))


def signatures(tree: HtmlElement, declared: Declared, labels: Labels) -> Iterator[tuple[str, list[str]]]:
    """Each witness that is marked as one and what it says, the most reliable first, each asked only in its turn."""
    yield "JSON-LD", [name for value in declared.jsonld.values("author", "creator") for name in _signed(value)]
    for name in _META:
        yield f"meta {name}", [value for _, value in declared.named(name)]
    yield "itemprop", declared.items.get("author", [])[:3]
    for kind in ("byline name", "byline"):
        yield kind, list(_bylines(labels.called(kind)))
    yield "rel=author", list(_bylines(link for link in tree.iterfind(".//a[@rel]") if _signs(link, labels)))
    links = [link for link in tree.iterfind(".//a[@href]") if _AUTHOR_PAGE.search(link.get("href") or "")]
    yield "link to the author", list(_bylines(link for link in links if not labels.is_beside(link)))


def unmarked_signatures(
    tree: HtmlElement, labels: Labels, head: Sequence[str], blocks: Sequence[Block]
) -> Iterator[tuple[str, list[str]]]:
    """The witnesses that nothing marks, as `signatures`.

    *head* are the texts right behind the headline; of them only what begins with "by" or the like is a witness.
    *blocks* are all that follow it, or without a headline the page's.
    """
    short = [text for text in head if len(text) < _LONGEST_LINE]
    lines = [block.text for block in blocks]
    yield "beneath the headline", list(islice(_announced(short), 1)) or _labelled(head)
    yield "run-in name", _run_in(head, lines)
    yield "beside an icon", list(islice(_beside_icons(tree, head), 1))
    yield "beside a portrait", list(islice(_portrayed(tree, short), 1))
    yield "beneath the story", list(islice(_beneath(blocks), 1))
    signed = [clean_field(element.text_content()) for element in labels.called("byline")[:_MOST]]
    said = [text for text in (*lines, *signed) if len(text) < _LONGEST_LINE and _SOURCE.match(text)]
    yield "source", [name for text in said if fold(name := _SOURCE.sub("", text)) in AGENCIES][:1]


def _run_in(head: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The name with which the story begins, "Nora Adel: The cranes …", where it stands beneath the headline as well."""
    above = set(map(fold, head))
    begun = (run_in_name(text, lines) for text in lines[:_BEGINS_WITHIN] if len(text) > _LONGEST_LINE)
    return [name for name in begun if name and fold(name) in above][:1]


def _announced(lines: Iterable[str]) -> Iterator[str]:
    """The bylines of *lines*: what begins with "by" or the like, or says so with a colon behind a date."""
    for line in lines:
        name, slash, place = line.rpartition("/")
        if signs(line):
            full = ":" in line or any(" " in said for said in names_in(line, strict=True))  # "di Jin": in a section
            if full and not is_byline_label(line):
                yield line
        elif slash and line.isupper() and fold(place) in PLACES and " " in name.strip():  # "CÎHAN DENÎZ / DÊRSIM"
            yield name
        elif signs(said := _behind_date(line)):
            yield said


def _behind_date(line: str) -> str:
    """What a line says with a colon behind a date; nothing where it is no stamp."""
    word = _BEFORE_COLON.search(line)
    return line[word.start() :] if word and beside_dates(line[: word.start()]) and is_stamp(line) else ""


def _beside_icons(tree: HtmlElement, head: Sequence[str]) -> Iterator[str]:
    """The full name behind the picture of a person or a pen, as themes have it, where it stands in the *head*."""
    for icon in islice(tree.iterfind(".//i[@class]"), _MOST_PICTURES):
        holder = icon.getparent()
        if _ICON.search(icon.get("class") or "") and holder is not None and len(holder) < _FEW_ELEMENTS:
            text = clean_field(holder.text_content())
            named = " " in text and is_one_name(text)
            if named and any(text in line for line in head):
                yield text


def _portrayed(tree: HtmlElement, lines: Iterable[str]) -> Iterator[str]:
    """The name among *lines* above a date that is also what a picture shows, as a byline with a portrait has it."""
    shown = {clean_field(image.get("alt")) for image in islice(tree.iterfind(".//img[@alt]"), _MOST_PICTURES)}
    for line, below in pairwise(lines):
        named = line in shown and " " in line and is_one_name(line)
        if named and len(line) < _LONGEST_LABELLED and beside_dates(below) and is_stamp(below):
            yield line


def _beneath(blocks: Sequence[Block]) -> Iterator[str]:
    """What signs a story beneath its last paragraph: "Reporter: Nora Adel", or names in bold on the other side."""
    for above, block, below in zip(blocks, blocks[1:], [*blocks[2:], None], strict=False):
        ends = block.place == above.place and (below is None or below.place != block.place)
        if not ends or not reads_as_prose(above) or not 4 < len(block.text) < _LONGEST_LINE:
            continue
        labelled = signs(block.text) and _COLON.search(block.text)
        apart = block.standalone and _ASIDE.search(f"{block.element.get('style')} align:{block.element.get('align')}")
        if labelled or (apart and all(" " in name for name in names_in(block.text, strict=True))):
            yield block.text.replace("/", ",") if apart else block.text


def _labelled(lines: Sequence[str]) -> list[str]:
    """The names that stand above the story, on the lines behind one that only says "Author"."""
    place = next((place for place, line in enumerate(lines) if is_byline_label(line)), None)
    if place is None or max(map(len, lines[place:])) < LONG:  # no story follows
        return []
    following = takewhile(
        lambda line: len(line) < _LONGEST_LABELLED and names_in(line, strict=True) and not says_when(line),
        lines[place + 1 :],
    )
    return list(islice(following, _MOST_LABELLED))


def _signs(link: HtmlElement, labels: Labels) -> bool:
    return "author" in (link.get("rel") or "") and not labels.is_beside(link)


def _signed(value: Any) -> Iterator[str]:
    """The names of an author in JSON-LD, which may be a text, a node, or a node whose name is a list."""
    if isinstance(value, dict):
        if types(value) & {"imageobject", "webpage"}:
            return
        if types(value) & {"organization", "newsmediaorganization"} and isinstance(value.get("name"), str):
            yield value["name"].replace("&", "+").replace(",", " ")  # one name, whatever stands in it
            return
        value = value.get("name") or " ".join(
            part for key in ("givenName", "familyName") if isinstance(part := value.get(key), str)
        )
    for name in value[:_MOST] if isinstance(value, list) else [value]:
        if isinstance(name, str):
            yield name


def _bylines(elements: Iterable[HtmlElement]) -> Iterator[str]:
    """The texts of the first byline that holds a name, which several elements beside each other may make up."""
    first = None
    for element in list(elements)[:_MOST]:
        if element.tag in ("script", "style", "img", "button"):
            continue
        text = "\n".join(_lines(element))
        if not 2 < len(text) < _LONGEST_BYLINE or not names_in(text, strict=True):
            continue
        if first is None:
            first = element
        elif not _beside(first, element):
            return
        leading = [link for link in element.iter("a") if not _PICTURED.match(link.tail or "")]
        if any("tag" in (link.get("rel") or "") for link in leading):
            continue  # it holds the article's categories too
        own = [link for link in leading if _leads_to_author(link)]  # the others may lead to sections
        links = [clean_field(link.text_content()) for link in own or leading]
        named = [link for link in links if names_in(link, strict=True)]
        yield from named if named or own else [text]


def _leads_to_author(link: HtmlElement) -> bool:
    return "author" in (link.get("rel") or "") or bool(_AUTHOR_PAGE.search(link.get("href") or ""))


def _lines(element: HtmlElement) -> Iterator[str]:
    for text in element.itertext():
        if line := clean_field(text):
            yield line


def _beside(first: HtmlElement, other: HtmlElement) -> bool:
    """Whether two elements sign the same article: they share a parent or a grandparent, and neither holds the other."""

    def near(element: HtmlElement) -> set[HtmlElement]:
        return {parent for parent, _ in zip(element.iterancestors(), range(2), strict=False)}

    return other not in first.iter() and bool(near(first) & near(other))


def _own_names(
    said: Iterable[str], sites: frozenset[str], publishers: frozenset[str], *, strict: bool
) -> tuple[str, ...]:
    names: dict[str, str] = {}
    for text in said:
        if "www." in text or fold(text) in publishers:  # "Deutsche Welle (www.dw.com)": a publisher
            continue
        for name in names_in(text, strict=strict):
            key = fold(name)
            own_blog = " " in name and key not in publishers  # nora-adel.example is not the publisher Nora Adel
            staff = any(key.startswith(site) and key[len(site) :] in _STAFF for site in publishers)
            if (
                key not in _GENERIC
                and not key.endswith("admin")
                and not staff
                and (own_blog or key not in sites)
                and not _is_press(key, sites)
            ):
                names.setdefault(key, name)
    return tuple(names.values())[:_MOST]


def _is_press(key: str, sites: frozenset[str]) -> bool:
    """Whether a name is that of the site with a word for what it is: "Zagros Press" of zagrospress.example."""
    return key.endswith(_PRESS) and any(len(site) >= _SHORTEST_SITE and key.startswith(site) for site in sites)
