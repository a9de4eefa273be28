"""What a page declares of itself, gathered in one walk over its tree: meta elements, microdata, scripts, headings.

It gathers and does not choose: which witness is right is for the modules that are named after a field.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extraction.items import find_items
from pipelines.extraction.jsonld import JsonLd
from pipelines.extraction.likeness import words
from pipelines.extraction.plain import clean_field

_MOST = 40  # values of one name, and elements of one kind: a page has a handful
_FEWEST_DIGITS = 5  # of a full date
_SCRIPT_TYPE = "ld+json"
_SCRIPT_DATE = re.compile(
    r"""["'](?:published_?(?:at|date|time|on)?|date_?published|publish_?(?:date|time|at)|publication_?date|pubdate)\\?["']
    \s{0,3}:\s{0,3}\\?["'](\d{4}-\d\d-\d\d[T ]\d\d:\d\d[^"'\\]{0,15})""",
    re.IGNORECASE | re.VERBOSE,
)
"""What a page that is drawn by JavaScript carries in its scripts: `"publishedAt": "2025-01-23T18:04:00Z"`."""
_OF_ITEMS = ("property", "itemprop")  # in the body they speak of the item that holds them, see `items`,
_OF_PAGES = frozenset(["og", "article", "fb", "twitter", "dc", "dcterms"])  # but for these, wherever they stand


class Declared:
    """Meta elements by lower-case name, microdata and RDFa by property, JSON-LD, links by relation, headings."""

    def __init__(self, tree: HtmlElement, url: str) -> None:
        self.meta: defaultdict[str, list[str]] = defaultdict(list)
        self.links: defaultdict[str, list[str]] = defaultdict(list)
        self.title = ""
        self.script_date = ""
        self.headings: list[HtmlElement] = []
        self.subheads: list[HtmlElement] = []
        self.times: list[HtmlElement] = []
        self.language = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:40]
        scripts: list[str] = []
        dated: list[tuple[str, list[re.Match[str]]]] = []
        for element in tree.iter("meta", "link", "title", "script", "h1", "h2", "time", "relative-time", "abbr"):
            match element.tag:
                case "meta":
                    self._add_meta(element)
                case "link":
                    for relation in (element.get("rel") or "").lower().split()[:5]:
                        _add(self.links[relation], element.get("href"))
                case "title" if not self.title and element.getparent() is not None and element.getparent().tag != "svg":
                    self.title = clean_field(element.text_content())
                case "script":
                    self._add_script(element.text or "", element.get("type") or "", scripts, dated)
                case "h1" if len(self.headings) < _MOST:
                    self.headings.append(element)
                case "h2" if len(self.subheads) < _MOST:
                    self.subheads.append(element)
                case "time" | "relative-time" | "abbr" if len(self.times) < 4 * _MOST and _tells_time(element):
                    self.times.append(element)
        names = [words(name) for name in self._names()]
        self.items, self.others = find_items(tree, self.headings, names)
        self.jsonld = JsonLd(scripts, url, names)
        self.script_date = self._own_date(dated)

    def named(self, *names: str) -> Iterator[tuple[str, str]]:
        """(name, value) of the meta elements of these names, in this order."""
        for name in names:
            for value in self.meta.get(name, ()):
                yield name, value

    def _add_script(
        self, text: str, kind: str, scripts: list[str], dated: list[tuple[str, list[re.Match[str]]]]
    ) -> None:
        if _SCRIPT_TYPE in kind.lower():
            if len(scripts) < _MOST:
                scripts.append(text)
        elif "ublish" in text and (found := list(islice(_SCRIPT_DATE.finditer(text), _MOST))):
            dated.append((text, found))

    def _own_date(self, dated: list[tuple[str, list[re.Match[str]]]]) -> str:
        """The date in the scripts that is the page's own: the only one, or the one nearest the page's title."""
        if len({match[1] for _, matches in dated for match in matches}) == 1:
            return dated[0][1][0][1]
        titles = [self.title, *(title for _, title in self.named("og:title", "twitter:title"))]
        titles += [" ".join(heading.text_content().split()) for heading in self.headings[:3]]
        for text, matches in dated:
            for spelling in (spelling for title in titles if title for spelling in (title, json.dumps(title)[1:-1])):
                if (place := text.find(spelling)) >= 0:
                    return min(matches, key=lambda match: abs(match.start() - place))[1]
        return ""

    def _add_meta(self, element: HtmlElement) -> None:
        content = element.get("content")
        if content and not content.isspace():
            parent = element.getparent()
            in_head = parent is not None and parent.tag == "head"
            for key in ("property", "name", "itemprop", "http-equiv"):
                name = element.get(key)
                if name and (in_head or key not in _OF_ITEMS or name.partition(":")[0] in _OF_PAGES):
                    _add(self.meta[name.strip().lower()[:100]], content)

    def _names(self) -> Iterator[str]:
        """What the page calls itself for readers: a story that is called otherwise is another one."""
        yield from (self.title, *(value for _, value in self.named("og:title", "twitter:title")))
        yield from (heading.text_content() for heading in self.headings)


def _tells_time(element: HtmlElement) -> bool:
    """Whether it is a `<time>`, or an `<abbr class="published" title="2025-01-23T18:04:00Z">` as hAtom has it."""
    return element.tag != "abbr" or sum(map(str.isdecimal, element.get("title") or "")) > _FEWEST_DIGITS


def _add(values: list[str], value: str | None) -> None:
    if value and len(values) < _MOST:
        values.append(value.strip()[:4_000])
