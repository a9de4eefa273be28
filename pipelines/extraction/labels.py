"""What elements are called: class, id and the like, often the only hint at their purpose. One walk, shared by all."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from functools import lru_cache
from itertools import islice

import ahocorasick
from lxml.html import HtmlElement

from pipelines.extraction.plain import word_set

# For each kind: words of which one stands in the name, and the pattern that decides. The words are there for speed:
# a page has some 300 different names, and searching them for words is far faster than for patterns.
_KINDS: dict[str, tuple[frozenset[str], re.Pattern[str]]] = {
    "byline name": (
        word_set("author byline writer fn yazar muhabir"),
        re.compile(
            r"(?:author|byline|writer)[_-]*(?:full|display)?[_-]*name|(?:^| )fn(?: |$)"
            r"|(?:^|[ _-])(?:yazar|muhabir)(?:[_-]?(?:ad[iı]?|isim|ismi))(?:$|[ _-])",
            re.IGNORECASE,
        ),
    ),
    "byline": (
        word_set("author by writer nivîskar submitted auteur"),
        re.compile(
            r"byline|by-line|(?:^|[ _-])(?:post-?|entry-?|article-?|story-?)?authors?(?:$|[ _-])|(?:^| )writer|nivîskar"
            r"|(?-i:[a-z](?:Authors?|Writers?)(?:List)?(?:$|[ _-]))"
            r"|(?:^|[ _-])(?:submitted|auteurs?)(?:$|[ _-])"
            r"|(?:^|(?<=\s))(?:[a-z]{1,3}[_-]{1,2}|(?:post|posted|entry|article|news|story|meta|written)[_-]?)?by(?:$|\s)"
            r"|(?:^|[ _-])authors?[_-]?(?:info|meta|list|links?|line|details?)(?:$|[ _-])",
            re.IGNORECASE,
        ),
    ),
    "date": (
        word_set("date time publish posted when meta info detail byline agahî dîrok demjimêr submit"),
        re.compile(
            r"(?:^|[ _-])(?:pub(?:lish(?:ed)?)?|post(?:ed)?|entry|article|news|story|created?|creation|updated?"
            r"|modified)?[_-]?(?:date|time|datetime|timestamp|when|published|posted|dîrok|demjimêr)(?:$|[ _-])"
            r"|(?-i:[a-z](?:Date|Time|Timestamp|Published)(?:$|[ _A-Z-]))"
            r"|(?:^|[ _-])(?:meta|info|details|metainfo|agahî|byline|dateline|submitted)(?:$|[ _-])",
            re.IGNORECASE,
        ),
    ),
    "caption": (
        word_set("caption credit legend source desc"),
        re.compile(r"caption|(?:image|photo|img|picture|media|foto)[_-]?(?:credit|source|legend|desc)", re.IGNORECASE),
    ),
    "standfirst": (
        word_set("lead lede standfirst summary title subhead dek deck intro excerpt teaser description sapo vorspann"
                 " abstract chapo strap ingress"),
        re.compile(
            r"(?:^|[ _-])(?:article-?|post-?|entry-?|story-?|news-?|page-?|content-?)?(?:lead|lede|standfirst|summary"
            r"|sub-?title|sub-?heading|sub-?headline|deck?|intro|introduction|excerpt|teaser|teaser-?text|description"
            r"|sapo|vorspann|abstract|chapo|strap|ingress)(?:$|[ _-])"
            r"|(?-i:[a-z](?:Lead|Standfirst|Summary|Subtitle|Dek|Intro|Description)(?:$|[ _-]))",
            re.IGNORECASE,
        ),
    ),
    "bio": (
        word_set("bio author"),
        re.compile(
            r"(?:author|writer|contributor)s?[_-]{0,2}(?:bio|box|note|desc(?:ription)?)(?:$|[ _-])"
            r"|about[_-]?(?:the[_-]?)?author|(?:^|[ _-])bio(?:graphy)?(?:$|[ _-])",
            re.IGNORECASE,
        ),
    ),
    "consent": (
        word_set("cookie consent gdpr onetrust didomi cmp"),
        re.compile(
            r"(?<!tag-)(?<!category-)(?:cookies?|consent|gdpr|onetrust|didomi|(?<![a-z])cmp)(?![a-z]*-?(?:not|no)-)",
            re.IGNORECASE,
        ),
    ),
    "beside": (
        word_set("comment related teaser sidebar widget footer card latest recommend popular quote caption mostread"
                 " most-read readmore read-more ticker trending carousel slider newsletter signup sign-up"),
        re.compile(
            r"comment|related|teaser|sidebar|widget|(?<!v)card|latest|recommend|popular|quote|caption|most-?read|read-?more"
            r"|ticker|trending|carousel|slider|newsletter|sign-?up"
            r"|(?<!content)(?<!content[_-])(?<!entry)(?<!entry[_-])(?<!post)(?<!post[_-])(?<!article[_-])footer",
            re.IGNORECASE,
        ),
    ),
}  # fmt: skip
_TAGS = tuple(
    sorted(
        word_set(
            "div span p a section ul li h2 h3 h4 h5 h6 small b strong em i td cite address font header label bdi abbr"
        )
    )
)
_OFF_TAGS = frozenset(["aside", "footer", "nav", "figure"])
_BOXES = frozenset(["div", "section"])
_FRAMES = frozenset(["body", "html", "main", "article"])  # their classes describe the page, not what stands in them
_MOST = 300  # elements of one kind
_LONGEST_NAME = 300
_LONGEST_DATE = 60
_DATED = re.compile(r"^[^.!?]{0,30}(?<!\d)(?:19|20)\d\d(?!\d)[^.!?]{0,30}$")
_NEAR_HEADING = 2  # elements


class Labels:
    """Elements of the page by the kind of thing that they are called; in document order."""

    def __init__(self, tree: HtmlElement, others: Set[HtmlElement] = frozenset()) -> None:
        """*others* are the elements that hold other articles or comments, as the page's own markup tells."""
        self._found: defaultdict[str, list[HtmlElement]] = defaultdict(list)
        titled: list[tuple[HtmlElement, str]] = []
        skips: list[HtmlElement] = []
        for element in tree.iter(*_TAGS):
            name, identity = element.get("class"), element.get("id") or element.get("data-testid")
            if identity:
                name = f"{name} {identity}" if name else identity
            if name:
                for kind in _kinds(name[:_LONGEST_NAME]):
                    self._found[kind].append(element)
            if title := element.get("title"):
                titled.append((element, title))
            if (link := element.get("href")) and link[0] == "#":
                skips.append(element)
        dates = set(self._found["date"])
        self._found["date"] += [
            element for element, title in titled  # "3 hours ago", and the date where the mouse rests
            if element not in dates and element.tag != "a" and _DATED.search(title[:_LONGEST_DATE])
        ]  # fmt: skip
        self._sets = {kind: set(elements) for kind, elements in self._found.items()}
        self._beside = self._sets.get("beside", set()) | others | set(_skipped(skips[:_MOST]))
        for heading in tree.iter("h1"):
            self.trust(heading)

    def called(self, kind: str) -> list[HtmlElement]:
        """The first elements of *kind*: "byline name", "byline" or "date", without those beside the article."""
        return [element for element in self.called_anywhere(kind) if not self.is_beside(element)]

    def called_anywhere(self, kind: str) -> list[HtmlElement]:
        """The first elements of *kind*, also those beside the article."""
        return self._found[kind][:_MOST]

    def trust(self, element: HtmlElement) -> None:
        """Forgets that *element* and what holds it are called something beside the article: they hold the article.

        The element itself only where it is no paragraph: `<p class="teaser">` is a teaser, whereas a
        `<div class="card-body">` whose paragraphs are line breaks is the article.
        """
        if element.tag != "p":
            self._beside.discard(element)
        self._beside.difference_update(element.iterancestors())

    def trust_heading(self, heading: HtmlElement) -> None:
        """Trusts what holds the article's headline, and what is called a footer right beneath it: TYPO3 has its date
        there."""
        self.trust(heading)
        for holder in (heading, heading.getparent()):
            for below in islice(holder.itersiblings(), _NEAR_HEADING) if holder is not None else ():
                if "footer" in (below.get("class") or "") and len(below.text_content()) < _LONGEST_NAME:
                    self._beside.discard(below)

    def is_beside(self, element: HtmlElement) -> bool:
        """Whether *element* stands in something that is called teaser, comment, sidebar or the like."""
        return any(
            (holder.tag in _OFF_TAGS and not _is_of_article(holder))
            or (holder in self._beside and holder.tag not in _FRAMES)
            for holder in (element, *element.iterancestors())
        )

    def is_called(self, element: HtmlElement, kind: str, generations: int = 3) -> bool:
        """Whether *element*, or one of the next few that hold it, is called *kind*."""
        marked = self._sets.get(kind)
        if not marked:
            return False
        for _, holder in zip(range(generations), (element, *element.iterancestors()), strict=False):
            if holder in marked:
                return True
        return False


def _skipped(links: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    """The boxes that readers of screens are offered to skip: each begins with a link to its own end."""
    for link in links:
        box = link.getparent()
        if box is not None and box.tag in _BOXES and box[0] is link and box[-1].get("id") == link.get("href", "#")[1:]:
            yield box


def _is_of_article(element: HtmlElement) -> bool:
    """Whether it is the footer of an article above its story: by the standard, author and date stand there. Below, they
    may be of whatever follows."""
    parent = element.getparent()
    if element.tag != "footer" or parent is None or parent.tag != "article":
        return False
    return not any(above.tag == "p" or above.find(".//p") is not None for above in element.itersiblings(preceding=True))


def _automaton() -> ahocorasick.Automaton:
    """Finds the words of all kinds in one pass."""
    words = ahocorasick.Automaton()
    for word in {word for known, _ in _KINDS.values() for word in known}:
        words.add_word(word, tuple(kind for kind, (known, _) in _KINDS.items() if word in known))
    words.make_automaton()
    return words


_WORDS = _automaton()


@lru_cache(maxsize=10_000)
def _kinds(name: str) -> tuple[str, ...]:
    """The kinds of thing that a name stands for. Cached: the pages of one site use the same names."""
    possible = {kind for _, kinds in _WORDS.iter(name.lower()) for kind in kinds}
    return tuple(kind for kind in _KINDS if kind in possible and _KINDS[kind][1].search(name)) if possible else ()
