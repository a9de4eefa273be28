"""What another reading of its kept pages makes of an article: which fields and words, of which versions.

An article is re-read from its latest version backwards, as far as pages are kept without a gap. So both sides of an
edit are of one code, and the edit is what the newsroom did. Where the gap begins, the edit keeps the words that stood
behind it as the code of then had read them.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from archive.article import Article
from archive.changes import change_share, same_words
from archive.columns import columns
from archive.database import storable
from archive.edits import Dated, Edited, edited, tells_day
from archive.lines import Lines, without
from archive.revisions import passing_lines
from archive.times import to_text
from topics.evidence import Tag

_TOLD = ("headline", "authors", "modified", "language", "dateline", "section", "image", "keywords")
_DATE = ("published", "published_raw", "published_zone", "published_precision")
_MAY_GO = ("headline", "authors", "dateline")
"""Fields that a reading without them empties, where no later look can have told them: they are what is misread most."""
_NOTHING = (None, "", "[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A version of an article as the archive has it."""

    revision: int | None  # None: the latest
    title: str | None
    text: str
    published: str | None
    published_precision: str | None
    published_raw: str | None  # of an earlier version nobody kept it
    page_hash: bytes | None
    page_fetched: str | None

    @property
    def key(self) -> "PageKey":
        """By which its reading is found."""
        return self.page_hash or b"", self.page_fetched or ""


PageKey: TypeAlias = tuple[bytes, str]
"""The hash of a page, and when it was fetched: "two hours ago" on the same page is another date at another time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A kept page as it is read today, with what follows from its words."""

    article: Article
    left_out: Lines
    signature: bytes
    tags: tuple[Tag, ...]


Readings: TypeAlias = Mapping[PageKey, Reread]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a reading changes of one version: columns as they stood, and as they will."""

    revision: int | None
    before: dict[str, Any]
    after: dict[str, Any]
    change: float  # the share of words that differ, 0 to 1

    @property
    def names(self) -> list[str]:
        """Of what changes; a date is one thing."""
        return [name for name in self.after if name not in _DATE[1:]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rereading:
    """What readings make of an article."""

    article: int
    latest: Reread
    changes: tuple[Changed, ...]
    edits: tuple[tuple[int, tuple[Edited, ...], float], ...]  # revisions whose edit is another one now, and how large
    gap: tuple[int, str | None, str] | None  # the revision before those that were re-read; title and text behind it
    versions: int  # that were re-read


def versions_of(db: sqlite3.Connection, article: int) -> list[Standing]:
    """The versions of *article* in their order; none where it is gone."""
    head = db.execute(
        "SELECT NULL AS revision, title, text, published, published_precision, published_raw, page_hash, page_fetched "
        "FROM article_head JOIN article_text USING (id) WHERE id = ?",
        (article,),
    ).fetchall()
    earlier = db.execute(
        "SELECT id AS revision, title, text, published, published_precision, NULL AS published_raw, page_hash, "
        "page_fetched FROM revisions WHERE article = ? ORDER BY seen, id",
        (article,),
    ).fetchall()
    return [Standing(**row) for row in (*earlier, *head)] if head else []


def reread(db: sqlite3.Connection, article: int, readings: Readings) -> Rereading | None:
    """What *readings* make of *article* as it stands; None where they have none of its latest version, since another
    one came meanwhile, or it is gone. Writes nothing.
    """
    versions = versions_of(db, article)
    start = len(versions)
    while start and versions[start - 1].key in readings:
        start -= 1
    if start == len(versions):
        return None
    standing = versions[start:]
    read = [readings[version.key] for version in standing]
    head = db.execute("SELECT * FROM article_head WHERE id = ?", (article,)).fetchone()
    is_first = start == 0 and standing[0].page_fetched == head["first_seen"]
    dates = _dates([one.article for one in read], from_first=is_first)
    changes = [
        change
        for version, one, date in zip(standing, read, dates, strict=True)
        if (change := _latest(head, version, one, date) if version.revision is None else _earlier(version, one, date))
    ]
    passing = passing_lines(db, article) | frozenset().union(*(one.left_out for one in read))
    gap = None
    if start and {"title", "text"} & _names_of(standing[0], changes):
        before = versions[start - 1].revision
        gap = (before, standing[0].title, standing[0].text) if before is not None else None
    return Rereading(
        article=article, latest=read[-1], changes=tuple(changes), gap=gap, versions=len(standing),
        edits=tuple(_edits(standing, dates, changes, passing)),
    )  # fmt: skip


def _dates(articles: Sequence[Article], *, from_first: bool) -> list[Article | None]:
    """Of each version the article whose date is its own: what the looks one after the other would have made of it. A
    date that counts from the moment of looking is that of the first look, or nobody knows it.
    """
    found: list[Article | None] = []
    standing: Article | None = None
    for place, article in enumerate(articles):
        if article.published is not None:
            may_begin = tells_day(article.published_raw) or (from_first and place == 0)
            if (standing is None and may_begin) or (standing is not None and _is_better(article, standing)):
                standing = article
        found.append(standing)
    return found


def _is_better(article: Article, before: Article) -> bool:
    if article.surmised and article.published_raw != before.published_raw:
        return False
    if article.published_precision == "day" and before.published_precision != "day":
        return False
    return article.published_raw is None or tells_day(article.published_raw)


def _latest(head: sqlite3.Row, version: Standing, read: Reread, dated: Article | None) -> Changed | None:
    article = read.article
    fields = columns(article)
    is_last_look = head["last_seen"] == version.page_fetched
    after: dict[str, Any] = {"title": storable(article.title) or version.title, "text": storable(article.text)}
    for name in _TOLD:
        may_go = name == "headline" or (name in _MAY_GO and is_last_look)
        if fields[name] not in _NOTHING or may_go:
            after[name] = fields[name]
    after["reserved"] = fields["reserved"]
    if not is_last_look:
        after |= _not_taken_back(head, after)
    if dated is not None and _is_believed(dated, head):
        after |= {name: columns(dated)[name] for name in _DATE}
    before = {**{name: head[name] for name in after if name != "text"}, "text": version.text}
    return _changed(version, before, after)


def _not_taken_back(head: sqlite3.Row, after: Mapping[str, Any]) -> dict[str, Any]:
    """What later looks told that found the same words: when the page was changed, and what its publisher reserves. Of
    the latter, what a page had that was read before holds too: better to keep to one that is lifted than to lose one.
    """
    kept: dict[str, Any] = {}
    if "modified" in after and (head["modified"] or "") > (after["modified"] or ""):
        kept["modified"] = head["modified"]
    reserved: list[str] = json.loads(head["reserved"])
    reserved += [name for name in json.loads(after["reserved"]) if name not in reserved]
    return {**kept, "reserved": json.dumps(reserved, ensure_ascii=False)}


def _is_believed(dated: Article, head: sqlite3.Row) -> bool:
    """Whether the date of the reading takes the place of the archived one, which a later look may have brought."""
    if head["published"] is None or storable(dated.published_raw) == head["published_raw"]:
        return True
    if dated.surmised or (dated.published_precision == "day" and head["published_precision"] != "day"):
        return False
    return dated.published_raw is None or tells_day(dated.published_raw)


def _earlier(version: Standing, read: Reread, dated: Article | None) -> Changed | None:
    after: dict[str, Any] = {
        "title": storable(read.article.title) or version.title, "text": storable(read.article.text)
    }  # fmt: skip
    before: dict[str, Any] = {"title": version.title, "text": version.text}
    is_coarser = dated is not None and dated.published_precision == "day" != version.published_precision
    if dated is not None and dated.published and (version.published is None or not is_coarser):
        after |= {"published": to_text(dated.published), "published_precision": dated.published_precision}
        before |= {"published": version.published, "published_precision": version.published_precision}
    return _changed(version, before, after)


def _changed(version: Standing, before: dict[str, Any], after: dict[str, Any]) -> Changed | None:
    names = [name for name in after if after[name] != before[name]]
    if not names:
        return None
    texts = (f"{one['title'] or ''}\n{one['text']}" for one in (before, after))
    return Changed(
        revision=version.revision, change=round(change_share(*texts), 4),
        before={name: before[name] for name in names}, after={name: after[name] for name in names},
    )  # fmt: skip


def _names_of(version: Standing, changes: Sequence[Changed]) -> set[str]:
    return {name for one in changes if one.revision == version.revision for name in one.after}


def _edits(
    standing: Sequence[Standing], dates: Sequence[Article | None], changes: Sequence[Changed], passing: Lines
) -> list[tuple[int, tuple[Edited, ...], float]]:
    """The edits between re-read versions of which a side is another one now, as they are by that; *passing* lines come
    and go with the template."""
    words = [_words_of(version, changes) for version in standing]
    found = []
    for place, version in enumerate(standing[:-1]):
        sides = (place, place + 1)
        if version.revision is None or not any(
            {"title", "text", "published"} & _names_of(standing[side], changes) for side in sides
        ):
            continue
        (title, text), (new_title, new_text) = (words[side] for side in sides)
        texts = (text, text) if same_words(text, new_text) else (without(text, passing), without(new_text, passing))
        dated = (_dated(dates[place]), _dated(dates[place + 1]))
        what = edited((title, new_title), texts, (None, None), dated)
        share = change_share(f"{title or ''}\n{texts[0]}", f"{new_title or ''}\n{texts[1]}") if what else 0.0
        found.append((version.revision, what, round(share, 4)))
    return found


def _words_of(version: Standing, changes: Sequence[Changed]) -> tuple[str | None, str]:
    """Title and text as they will stand."""
    after: dict[str, Any] = next((one.after for one in changes if one.revision == version.revision), {})
    return after.get("title", version.title), after.get("text", version.text)


def _dated(article: Article | None) -> Dated:
    if article is None:
        return Dated(None, None, None)
    return Dated(article.published, storable(article.published_raw), article.published_precision, article.surmised)
