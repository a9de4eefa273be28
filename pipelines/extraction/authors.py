"""The authors: people and agencies who signed the article. The publisher is none, nor its staff; see `names`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from lxml.html import HtmlElement

from pipelines.extraction.dateline_names import AGENCIES
from pipelines.extraction.declared import Declared
from pipelines.extraction.jsonld import types
from pipelines.extraction.labels import Labels
from pipelines.extraction.names import names_in, run_in_name, signs
from pipelines.extraction.plain import clean_field, fold, word_set
from pipelines.extraction.witnesses import Finding, Witness

_MOST = 30
_LONGEST_BYLINE = 250
_SEEN = frozenset(["run-in name", "byline name", "byline", "rel=author", "link to the author", "beneath the headline"])
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
_AUTHOR_PAGE = re.compile(r"/(?:authors?|writers?|journalists?|nivîskar|yazar)/(?:\d+/)?[^/]+/?$", re.IGNORECASE)
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


def signatures(
    tree: HtmlElement, declared: Declared, labels: Labels, head: Sequence[str], lines: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """Each witness and what it says, the most reliable first, each asked only when its turn comes.

    *head* are the texts behind the headline, of which what begins with "by" or the like is a witness; *lines* all that
    follow it, of which the last may name a source.
    """
    yield "JSON-LD", [name for value in declared.jsonld.values("author", "creator") for name in _signed(value)]
    for name in _META:
        yield f"meta {name}", [value for _, value in declared.named(name)]
    yield "itemprop", declared.items.get("author", [])[:3]
    for kind in ("byline name", "byline"):
        yield kind, list(_bylines(labels.called(kind)))
    yield "rel=author", list(_bylines(link for link in tree.iterfind(".//a[@rel]") if _signs(link, labels)))
    links = [link for link in tree.iterfind(".//a[@href]") if _AUTHOR_PAGE.search(link.get("href") or "")]
    yield "link to the author", list(_bylines(link for link in links if not labels.is_beside(link)))
    yield "beneath the headline", [text for text in head if len(text) < _LONGEST_LINE and signs(text)][:1]
    yield "run-in name", _run_in(head, lines)
    sources = [_SOURCE.sub("", text) for text in lines if len(text) < _LONGEST_LINE and _SOURCE.match(text)]
    yield "source", [text for text in sources if fold(text) in AGENCIES][:1]


def _run_in(head: Sequence[str], lines: Sequence[str]) -> list[str]:
    """The name with which the story begins, "Nora Adel: The cranes …", where it stands beneath the headline as well."""
    first = next((text for text in lines if len(text) > _LONGEST_LINE and run_in_name(text, lines)), "")
    name = run_in_name(first, lines)
    above = [fold(text) for text in head[: lines.index(first)]] if name else []
    return [name] if fold(name) in above else []


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
        if any("tag" in (link.get("rel") or "") for link in element.iter("a")):
            continue  # it holds the article's categories too
        links = [clean_field(link.text_content()) for link in element.iter("a") if not _PICTURED.match(link.tail or "")]
        yield from [link for link in links if names_in(link, strict=True)] or [text]


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
            if key not in _GENERIC and not staff and (own_blog or key not in sites):
                names.setdefault(key, name)
    return tuple(names.values())[:_MOST]
