"""A version of an article that arrives later than one that was seen after it: it gets its place in the row of versions.

Versions follow each other: the first begins when the article was first seen, each other one with the edit that brought
it. In between stand the moments at which a version was seen again (`sightings`). So captures may arrive in any order,
and the archive comes to be what it would be had they arrived in the order of their time.

What the latest look showed stays: the article's text, its tags and its place in the index.
"""

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Collection
from datetime import datetime

from archive.arrival import Arrival, Stored
from archive.article import Fate
from archive.capturing import note_sighting
from archive.changes import change_share, same_words
from archive.columns import is_moved, told
from archive.database import storable
from archive.edits import Dated, Edited, edited, is_redated, tells_day
from archive.identity import Known
from archive.index import index_authors
from archive.lines import Lines, without
from archive.revisions import LOOKED_AT, Version, insert_version, passing_lines, version_of
from archive.stories import settle_first
from archive.tagging import scores_of
from archive.times import from_text, to_text


def is_late(db: sqlite3.Connection, article: int, seen: datetime) -> bool:
    """Whether the words of *article* were looked at after that moment."""
    return _last_look(db, article) > to_text(seen)


def place(db: sqlite3.Connection, arrival: Arrival, known: Known) -> Stored:
    """Puts the version that *arrival* is where it belongs among those of the *known* article."""
    row = _Row(db, arrival, known)
    seen = to_text(arrival.seen)
    edit = None if known.is_copy else _place_version(row, seen)
    was_first = seen < row.begins[0]
    if was_first:
        if edit is None:
            note_sighting(db, known.id, row.begins[0])
        db.execute("UPDATE article_head SET first_seen = ? WHERE id = ?", (seen, known.id))
    if not known.is_copy:
        _complete(db, arrival, known, was_first=was_first)
    if was_first or not known.is_copy:
        settle_dates(db, known.id)
    if known.is_copy:
        return Stored(fate=Fate.DUPLICATE, article=known.id, story=known.story)
    if edit is None:
        return Stored(fate=Fate.UNCHANGED, article=known.id, story=known.story)
    scores = scores_of(db, known.id)
    return Stored(fate=Fate.REVISED, article=known.id, story=known.story, revision=edit, before=scores)


def _last_look(db: sqlite3.Connection, article: int) -> str:
    """When the words of *article* were last seen: where the last look was a bare one, that before it."""
    last: str = db.execute(
        "SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM sightings WHERE article = ?1 AND seen = last_seen AND bare) "
        "THEN last_seen ELSE max(first_seen, "
        "coalesce((SELECT max(seen) FROM revisions WHERE article = ?1), ''), "
        "coalesce((SELECT max(seen) FROM sightings WHERE article = ?1 AND NOT bare), '')) END "
        "FROM article_head WHERE id = ?1",
        (article,),
    ).fetchone()[0]
    return last


class _Row:
    """The versions of an article in their order, the latest without a revision; and the one that is to be placed."""

    def __init__(self, db: sqlite3.Connection, arrival: Arrival, known: Known) -> None:
        self.db, self.article = db, known.id
        first = db.execute("SELECT first_seen FROM article_head WHERE id = ?", (known.id,)).fetchone()[0]
        self.last_look = _last_look(db, known.id)
        rows = db.execute("SELECT id, seen FROM revisions WHERE article = ? ORDER BY seen, id", (known.id,)).fetchall()
        self.ids: list[int] = [row["id"] for row in rows]
        self.begins: list[str] = [first, *(row["seen"] for row in rows)]
        self.latest = version_of(known)
        article = arrival.article
        self.new = Version(
            storable(article.title) or known.title, storable(article.text),
            to_text(article.published) if article.published else known.published,
            article.published_precision if article.published else known.published_precision,
            storable(article.published_raw) if article.published else known.published_raw,
            arrival.page_hash, to_text(arrival.seen),
        )  # fmt: skip
        self.surmised = article.surmised
        self.passing: Lines = passing_lines(db, known.id) | arrival.left_out

    def version(self, place: int) -> Version:
        """The version at that *place*, from 0."""
        if place == len(self.ids):
            return self.latest
        row = self.db.execute(
            "SELECT title, text, published, published_precision, page_hash, page_fetched FROM revisions WHERE id = ?",
            (self.ids[place],),
        ).fetchone()
        return Version(
            row["title"], row["text"], row["published"], row["published_precision"], row["published"],
            row["page_hash"], row["page_fetched"],
        )  # fmt: skip

    def edit(self, before: Version, after: Version) -> tuple[tuple[Edited, ...], float]:
        """What of *before* was edited to make *after* of it, and how much."""
        texts = without(before.text, self.passing), without(after.text, self.passing)
        if same_words(before.text, after.text):
            texts = before.text, before.text
        changed = edited(
            (before.title, after.title), texts, (None, None), (_dated(before, False), _dated(after, self.surmised))
        )
        if not changed:
            return (), 0.0
        share = change_share(f"{before.title or ''}\n{texts[0]}", f"{after.title or ''}\n{texts[1]}")
        return changed, round(share, 4)

    def is_new(self, place: int) -> bool:
        """Whether the version at that *place* is the one that is to be placed."""
        return not self.edit(self.version(place), self.new)[0]

    def seen_again(self, place: int, after: str) -> str | None:
        """When the version at that *place* was next seen after that moment; None: it was not."""
        is_latest = place == len(self.ids)
        end = self.last_look if is_latest else self.begins[place + 1]
        found = self.db.execute(
            "SELECT min(seen) FROM sightings WHERE article = ? AND seen > ? AND seen < ? AND NOT bare",
            (self.article, after, end),
        ).fetchone()[0]
        return found or (end if is_latest and end > after else None)


def _dated(version: Version, surmised: bool) -> Dated:
    at = from_text(version.published) if version.published else None
    return Dated(at, version.published_raw, version.published_precision, surmised)


def _place_version(row: _Row, seen: str) -> int | None:
    """The edit as which the new version was noticed; None: it was none."""
    place = bisect_right(row.begins, seen) - 1
    if place < 0:
        return None if row.is_new(0) else _before_all(row)
    if row.is_new(place):
        note_sighting(row.db, row.article, seen)
        return None
    again = row.seen_again(place, seen)
    if again is not None:
        return _within(row, place, seen, again)
    if row.is_new(place + 1):
        row.db.execute("UPDATE revisions SET seen = ? WHERE id = ?", (seen, row.ids[place]))
        note_sighting(row.db, row.article, row.begins[place + 1])
        return None
    return _between(row, place, seen)


def _before_all(row: _Row) -> int:
    edit = row.edit(row.new, row.version(0))
    number = insert_version(row.db, row.article, row.new, seen=row.begins[0], edit=edit, back_to=None)
    _lead_back(row, number, range(len(row.ids)), before=())
    return number


def _within(row: _Row, place: int, seen: str, again: str) -> int:
    """The version at *place* was seen before and after: it was edited, and the edit was taken back."""
    around = row.version(place)
    edit, back = row.edit(around, row.new), row.edit(row.new, around)
    first = insert_version(row.db, row.article, around, seen=seen, edit=edit, back_to=_earlier(row, place))
    number = insert_version(row.db, row.article, row.new, seen=again, edit=back, back_to=first)
    row.db.execute("DELETE FROM sightings WHERE article = ? AND seen = ?", (row.article, again))
    _lead_back(row, number, range(place, len(row.ids)), before={*row.ids[:place], first})
    return first


def _between(row: _Row, place: int, seen: str) -> int:
    """Behind the version at *place*, before the next. The edit that brought that one stays what it is, with another
    version before it: messages may tell of it.
    """
    before, number = row.version(place), row.ids[place]
    edit, on = row.edit(before, row.new), row.edit(row.new, row.version(place + 1))
    first = insert_version(row.db, row.article, before, seen=seen, edit=edit, back_to=_earlier(row, place))
    row.db.execute("UPDATE revisions SET back_to = ? WHERE article = ? AND back_to = ?", (first, row.article, number))
    row.db.execute(
        "UPDATE revisions SET title = ?, text = ?, published = ?, published_precision = ?, changed = ?, change = ?, "
        "page_hash = ?, page_fetched = ?, title_then = NULL, text_then = NULL WHERE id = ?",
        (
            row.new.title, row.new.text, row.new.published, row.new.published_precision, json.dumps(on[0]), on[1],
            row.new.page_hash, row.new.page_fetched, number,
        ),
    )  # fmt: skip
    _lead_back(row, number, range(place + 1, len(row.ids)), before={*row.ids[:place], first})
    return first


def _earlier(row: _Row, place: int) -> int | None:
    """The latest revision before *place* that has the new version."""
    changed = row.edit(row.version(place), row.new)[0]
    for earlier in range(place - 1, max(place - 1 - LOOKED_AT, -1), -1):
        if _is_same(row, row.version(earlier), row.new, changed):
            return row.ids[earlier]
    return None


def _lead_back(row: _Row, number: int, edits: range, *, before: Collection[int]) -> None:
    """Lets those of the *edits* that brought the new version once more say that they went back to revision *number*,
    unless to a later one: what they went back to until now is *before* it.
    """
    for place in edits[:LOOKED_AT]:
        changed, back_to = row.db.execute(
            "SELECT changed, back_to FROM revisions WHERE id = ?", (row.ids[place],)
        ).fetchone()
        is_earlier = back_to is None or back_to in before
        if is_earlier and _is_same(row, row.new, row.version(place + 1), tuple(json.loads(changed))):
            row.db.execute("UPDATE revisions SET back_to = ? WHERE id = ?", (number, row.ids[place]))


def _is_same(row: _Row, one: Version, other: Version, changed: tuple[Edited, ...]) -> bool:
    """Of an edit of the date alone the dates count too."""
    if changed == ("published",) and one.published != other.published:
        return False
    texts = (without(version.text, row.passing) for version in (one, other))
    return same_words(one.title, other.title) and same_words(*texts)


def _complete(db: sqlite3.Connection, arrival: Arrival, known: Known, *, was_first: bool) -> None:
    """Takes over what no later look told."""
    head = db.execute("SELECT * FROM article_head WHERE id = ?", (known.id,)).fetchone()
    fields = {
        name: value
        for name, value in told(arrival.article).items()
        if head[name] in (None, "", "[]") and name != "reserved" and not name.startswith("published")
    }
    if arrival.article.published and _is_better_dated(arrival, known, was_first=was_first):
        fields |= {name: value for name, value in told(arrival.article).items() if name.startswith("published")}
    if "title" in fields:  # the index and the evidence go by it
        del fields["title"]
    if authors := fields.get("authors"):
        index_authors(db, known.id, str(authors), head["authors"])
    if fields:
        db.execute(
            f"UPDATE article_head SET {', '.join(f'{name} = ?' for name in fields)} WHERE id = ?",  # noqa: S608 -- own names
            (*fields.values(), known.id),
        )


def _is_better_dated(arrival: Arrival, known: Known, *, was_first: bool) -> bool:
    """Whether an earlier look told the date better: at all; to the minute of the same day; or, of what counts from the
    moment of looking, nearer to it.
    """
    article, before = arrival.article, known.dated
    if before.at is None:
        return True
    now = Dated(article.published, storable(article.published_raw), article.published_precision, article.surmised)
    if before.precision == "day" and now.precision != "day":
        return not is_redated(now, before)
    return was_first and not tells_day(known.published_raw) and not article.surmised


def settle_dates(db: sqlite3.Connection, article: int) -> None:
    """What follows from when *article* was first seen, and from its date."""
    time, story = db.execute(
        "SELECT coalesce(published, first_seen), story FROM article_head WHERE id = ?", (article,)
    ).fetchone()
    db.execute("UPDATE article_head SET moved = ? WHERE id = ?", (is_moved(article, time), article))
    settle_first(db, story)
