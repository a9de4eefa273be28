"""Which archived article an arriving one is, by its addresses.

An address is an article's own where the article was read there, or where a redirect led from there to it. It is a
twin's where a copy of the article was read (a print or AMP page): the copy's small differences are not edits. It is
a claim where only an article's page says so (`canonical`); claims are often wrong, so the texts have to agree.
"""

import sqlite3
from dataclasses import dataclass
from operator import eq

from archive.article import Article
from archive.changes import change_share
from archive.database import storable
from archive.edits import Dated
from archive.ledger import address_of, key_of
from archive.lines import NO_LINES, Lines, unpack, without
from archive.times import epoch_seconds, from_text, to_text

IDS_PER_SECOND = 1_000_000
"""An id is the second of publication times this, plus a counter: ids grow with publication, and stay below 2**53,
the largest whole number that JavaScript and a spreadsheet keep, until the year 2255."""
NEAR = 0.2
"""Share of words that may differ between an article and its copy at an address that one claims of the other."""
ANOTHER = 0.8
"""Share of words that must differ before a page reached by an old address, under a new one, is another article:
a removed article often leads to the front page or to the latest story."""


@dataclass(frozen=True, slots=True)
class Known:
    """The archived article that an arriving one is."""

    id: int
    url: str
    title: str | None
    text: str
    story: int
    language: str | None
    published: str | None
    published_raw: str | None
    published_precision: str | None
    dateline: str | None
    left_out: Lines  # of the text, since they stand on many articles of the source
    page_hash: bytes | None  # SHA-256 of the page that title and text were read from
    page_fetched: str | None
    is_copy: bool  # the arrival was read at another address and is no version of it
    is_original: bool = False  # the arrival is a copy, read at the address that the archived one calls its own

    @property
    def dated(self) -> Dated:
        """When it was published."""
        return Dated(
            from_text(self.published) if self.published else None, self.published_raw, self.published_precision
        )

    def own_texts(self, text: str, left_out: Lines) -> tuple[str, str]:
        """The archived text and another one of which *left_out* were left out, both without what either lacks."""
        both = self.left_out | left_out
        return without(self.text, both), without(text, both)


def find_known(db: sqlite3.Connection, article: Article, left_out: Lines = NO_LINES) -> Known | None:
    """The archived article that *article* is, if any. *left_out* are the lines that were left out of it."""
    here = _at(db, article.url)
    if here and here[1] != "claim":
        return _known(db, here[0], is_copy=here[1] == "twin")
    before = _at(db, article.requested) if article.requested else None
    if before and before[1] != "claim":
        known = _known(db, before[0], is_copy=before[1] == "twin")
        return known if known and change_share(*known.own_texts(article.text, left_out)) <= ANOTHER else None
    for claim, is_original in ((here, True), (_at(db, article.canonical) if article.canonical else None, False)):
        known = _known(db, claim[0], is_copy=True, is_original=is_original) if claim else None
        if known and change_share(*known.own_texts(article.text, left_out)) <= NEAR:
            return known
    return _at_another_address(db, article, left_out)


def _at_another_address(db: sqlite3.Connection, article: Article, left_out: Lines) -> Known | None:
    """The article that the same source published at the same second with the same words: it has moved, and nobody
    asked for its old address any more, or it stands in two sections.
    """
    if not article.published or not article.title or not article.text:
        return None
    published = to_text(article.published)
    begin = epoch_seconds(published) * IDS_PER_SECOND
    rows = db.execute(
        "SELECT id FROM article_head WHERE id BETWEEN ? AND ? AND published = ? AND source = ? AND title = ?",
        (begin, begin + IDS_PER_SECOND - 1, published, article.source, storable(article.title)),
    ).fetchall()
    text = storable(article.text)
    for (number,) in rows:
        known = _known(db, number, is_copy=False)
        if known and (known.text == text or eq(*known.own_texts(text, left_out))):
            return known
    return None


def own_urls(article: Article) -> list[str]:
    """Where *article* was read, and what was asked for where a redirect led there."""
    requested = article.requested
    return [article.url] if not requested or key_of(requested) == key_of(article.url) else [article.url, requested]


def settle_addresses(db: sqlite3.Connection, article: Article, number: int, known: Known | None) -> set[str]:
    """Writes down where *article*, archived under the id *number*, is to be found. The result: URLs new to it."""
    if known and known.is_original:  # from now on the edits there count
        db.execute("UPDATE addresses SET kind = 'twin' WHERE article = ? AND kind = 'own'", (number,))
    kind = "twin" if known and known.is_copy and not known.is_original else "own"
    strangers = set()
    for url in own_urls(article):
        at = _at(db, url)
        if at is None or at[1] == "claim":
            _set(db, url, number, kind)
            strangers.add(url)
    if article.canonical and _at(db, article.canonical) is None:
        _set(db, article.canonical, number, "claim")
    return strangers


def own_address(db: sqlite3.Connection, url: str, number: int) -> bool:
    """Lets *url* lead to the article *number*, as where it was read; whether nothing else is there."""
    at = _at(db, url)
    if at is not None and at[1] != "claim":
        return False
    _set(db, url, number, "own")
    return True


def _at(db: sqlite3.Connection, url: str) -> tuple[int, str] | None:
    """The id of the article at *url*, and how it is there."""
    row = db.execute(
        "SELECT article, kind FROM addresses WHERE key = ? AND article IS NOT NULL", (key_of(url),)
    ).fetchone()
    return (row[0], row[1]) if row else None


def _set(db: sqlite3.Connection, url: str, number: int, kind: str) -> None:
    db.execute("UPDATE addresses SET article = ?, kind = ? WHERE id = ?", (number, kind, address_of(db, url)))


def _known(db: sqlite3.Connection, number: int, *, is_copy: bool, is_original: bool = False) -> Known | None:
    row = db.execute(
        "SELECT id, url, title, text, story, language, published, published_raw, published_precision, dateline, "
        "left_out, page_hash, page_fetched FROM article_head JOIN article_text USING (id) WHERE id = ?",
        (number,),
    ).fetchone()
    if row is None:
        return None
    columns = {**row, "left_out": unpack(row["left_out"])}
    return Known(**columns, is_copy=is_copy, is_original=is_original)
