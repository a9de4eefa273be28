"""Tagging the archive anew with other packs, a batch at a time, beside whoever else reads and writes it.

Which packs an article was last read with stands in its row. So there is no record of how far a run came that could be
wrong: whatever was interrupted, or arrived meanwhile with the packs of before, is what the next run finds.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from archive.database import transaction
from archive.tagging import Scores, replace_tags
from archive.texts import ArchivedText, archived_texts
from topics.evidence import Tag
from topics.matching import match
from topics.packs import Packs

_AT_ONCE = 100
"""Articles in a transaction. Matching them takes several times as long as writing them, and nobody waits for it: who
looks whether the archive is free finds it free most of the time."""
_CHARACTERS_AT_ONCE = 2_000_000  # of texts, which stay in memory until they are written: six times what 100 have


@dataclass(frozen=True, slots=True, kw_only=True)
class Retagged:
    """An article that was tagged anew, with the scores of its topics until now and from now on."""

    id: int
    story: int
    before: Scores
    after: Scores

    @property
    def gained(self) -> list[str]:
        """The topics that it did not have before."""
        return _less(self.after, self.before)

    @property
    def lost(self) -> list[str]:
        """The topics that it no longer has."""
        return _less(self.before, self.after)


Tell: TypeAlias = Callable[[sqlite3.Connection, Retagged], object]
"""Is called in the transaction that tags an article anew, behind it."""


def outdated_count(db: sqlite3.Connection, version: str) -> int:
    """How many articles were last read with other packs than those of *version*, or it is not known with which."""
    number: int = db.execute(
        "SELECT (SELECT count(*) FROM article_head) - (SELECT count(*) FROM article_head "
        "WHERE pack = (SELECT id FROM pack_versions WHERE name = ?))",
        (version,),
    ).fetchone()[0]
    return number


def retag(
    db: sqlite3.Connection, packs: Packs, ids: Iterable[int], tell: Tell = lambda db, one: None
) -> Iterator[Retagged]:
    """Tags the articles with these ids anew, in this order, and gives each when its transaction is committed.

    They are read and matched before it begins. One that was edited meanwhile is matched once more: evidence points
    into the text that it was found in. Where *ids* end, what was matched by then is still written.
    """
    texts = archived_texts(db, ids)
    while found := _some_matched(packs, texts):
        with transaction(db):
            done, edited = _written(db, packs, found, tell)
        yield from done
        yield from retag(db, packs, edited, tell)


_Matched: TypeAlias = list[tuple[ArchivedText, tuple[Tag, ...]]]


def _some_matched(packs: Packs, texts: Iterator[ArchivedText]) -> _Matched:
    """The next of *texts*, as many as are written together, with their tags."""
    found: _Matched = []
    characters = 0
    for text in texts:
        found.append((text, match(packs, title=text.title, text=text.text, language=text.language)))
        characters += len(text.text)
        if len(found) == _AT_ONCE or characters >= _CHARACTERS_AT_ONCE:
            break
    return found


def _written(db: sqlite3.Connection, packs: Packs, found: _Matched, tell: Tell) -> tuple[list[Retagged], list[int]]:
    """Writes what was *found*: the articles that it is true of, and the ids of those that were edited meanwhile."""
    done: list[Retagged] = []
    edited: list[int] = []
    for text, tags in found:
        for standing in archived_texts(db, [text.id]):  # none, where it is gone
            if _is_same(text, standing):
                done.append(_replace(db, packs, standing, tags, tell))
            else:
                edited.append(text.id)
    return done, edited


def _is_same(read: ArchivedText, standing: ArchivedText) -> bool:
    """Whether what was matched is what stands in the archive."""
    return (read.title, read.text, read.language) == (standing.title, standing.text, standing.language)


def _replace(db: sqlite3.Connection, packs: Packs, standing: ArchivedText, tags: Sequence[Tag], tell: Tell) -> Retagged:
    replace_tags(db, standing.id, tags, packs.version)
    after = [(tag.topic, tag.score) for tag in tags]
    one = Retagged(id=standing.id, story=standing.story, before=standing.tags, after=after)
    tell(db, one)
    return one


def _less(some: Scores, others: Scores) -> list[str]:
    known = {topic for topic, _ in others}
    return [topic for topic, _ in some if topic not in known]


def note_service(db: sqlite3.Connection, packs: str, alerts: Mapping[str, Sequence[str]]) -> None:
    """Keeps with which packs the service tags, and which alerts it sends to which channels, so that another process
    can tell whether they are those of the files."""
    values = (("service_packs", packs), ("service_alerts", _in_order(alerts)))
    db.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", values)


def service_packs(db: sqlite3.Connection) -> str | None:
    """The version of the packs that the last service tagged with."""
    return _noted(db, "service_packs")


def service_sends(db: sqlite3.Connection, alerts: Mapping[str, Sequence[str]]) -> bool:
    """Whether the last service sent these alerts to these channels."""
    return _noted(db, "service_alerts") == _in_order(alerts)


def _noted(db: sqlite3.Connection, key: str) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def _in_order(alerts: Mapping[str, Sequence[str]]) -> str:
    return json.dumps({name: sorted(channels) for name, channels in alerts.items()}, sort_keys=True)
