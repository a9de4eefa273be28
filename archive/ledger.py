"""The memory of a crawl: what became of every URL that a way showed, and what is still to be fetched.

A URL is written down when it is first seen and stays open until it is settled, so that a run which is killed loses
nothing. Runs themselves are in `archive.runs`, feeds and the like in `archive.ways`.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from archive.addresses import url_key
from archive.article import FORGOTTEN, Entry, Fate, Visit
from archive.backfills import count_left_out, count_settled
from archive.database import inserted_id, storable
from archive.forgotten import gone, is_forgotten
from archive.past import is_silent_news
from archive.runs import finish_run, start_run
from archive.times import to_text
from archive.ways import way_number
from seeds.bounds import MAX_UNFINISHED

__all__ = ["Seen", "finish_run", "forget_visit", "record_visit", "see_entries", "start_run", "unfinished"]

key_of = lru_cache(4096)(url_key)
"""`url_key`, which takes 50 µs, remembered: saving one article asks for the same few keys many times."""
TRIED_FOR = timedelta(days=7)
"""How long a URL that cannot be had is tried again. By then most feeds have long dropped it."""
_PAUSES = (timedelta(0), *(timedelta(minutes=minutes) for minutes in (5, 15, 45, 135, 360)))
"""Between tries. Most losses are of a moment, so the first retry is due at once; the last pause repeats."""
LIVE = "left to the live crawls"
"""What becomes of an address that waits for a backfill when a feed shows it: whoever fetches what is new goes first."""
_TRIES_OF_PAST = 4  # of an address that waits for a backfill, which has pauses of its own while its site is down
_GONE = (404, 410)
_TRIES_OF_OTHERS = 4  # of all sources together, after which none has it because another could not
_RESTLESS_FROM, _RESTLESS_SHARE = 5, 0.8
"""A way by which four in five of five known entries or more have changed since it was last read, writes into them what
is no edit: the time of day as `lastmod`, how often each was viewed. No newsroom edits so much at once."""
_UPDATE_VISIT = (
    "UPDATE visits SET url = ?, source = ?, run = ?, at = ?, fate = ?, reason = ?, status = ?, tries = ?, "
    "open_since = ?, due = ?, hints = ?, backfill = ?, past = ? WHERE id = ?"
)
_INSERT_VISIT = (  # no INSERT OR REPLACE, for the reason that `inserted_id` gives
    "INSERT INTO visits (url, source, run, at, fate, reason, status, tries, open_since, due, hints, backfill, past, "
    "id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_UNSETTLED = (Fate.WAITING, Fate.FAILED, Fate.REFUSED)
_LOST = (Fate.FAILED, Fate.REFUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What there is to do about the entries that a way showed."""

    wanted: list[Entry]  # to be fetched now
    unchanged: int  # settled, and not changed since
    postponed: list[tuple[Fate, str | None]]  # fate and reason of those that could not be had and are not due yet
    new: frozenset[str]  # the keys of those that no way had shown before this run
    gone: Mapping[str, int] = field(default_factory=dict)  # of which nothing is written down, by why they are gone

    @property
    def forgotten(self) -> int:
        """How many a person had forgotten."""
        return self.gone.get(FORGOTTEN, 0)


def see_entries(
    db: sqlite3.Connection, *, source: str, run: int | None, way: str, entries: Sequence[Entry], at: datetime
) -> Seen:
    """Writes down what the way with URL *way* shows, and tells what there is to do about *entries*.

    To be fetched are the ones never seen or still waiting; the archived ones whose mark in this way changed, unless
    nearly all of them did; and the failed or refused ones that are due for another try. A way that shows an archived
    URL for the first time only leaves its mark. Of two entries with one address the first counts.
    """
    feed = way_number(db, source, way)
    by_key: dict[str, Entry] = {}
    for entry in entries:
        by_key.setdefault(key_of(entry.url), entry)
    gone_for = {key: how.reason for key in by_key if (how := gone(db, key))}
    by_key = {key: entry for key, entry in by_key.items() if key not in gone_for}
    addresses = {key: address_of_key(db, key) for key in by_key}
    under_way = _take_over(db, addresses)
    by_key = {key: entry for key, entry in by_key.items() if key not in under_way}
    wanted, unchanged, postponed, new = [], len(under_way), [], set()
    changed, first = _changed(db, feed, {addresses[key]: entry.mark for key, entry in by_key.items()})
    for key, entry in by_key.items():
        address = addresses[key]
        seen = db.execute(
            "SELECT url, fate, run, open_since, due, reason, source, tries, past, article "
            "FROM visits JOIN addresses USING (id) WHERE id = ?",
            (address,),
        ).fetchone()
        if seen is None:
            _write_down(db, address, entry, source=source, run=run, feed=feed, at=at)
        elif seen["fate"] in _LOST and seen["url"] != storable(entry.url):  # the twin may answer: it has the next try
            db.execute("UPDATE visits SET url = ? WHERE id = ?", (storable(entry.url), address))
        of_a_file = seen is not None and (_is_unasked(seen) or _is_untold(db, seen, at))
        if of_a_file:  # which no way has shown: the pages behind may have more of it
            new.add(key)
        if seen is None or (run is not None and (seen["fate"], seen["run"]) == (Fate.WAITING, run)):
            new.add(key)
            wanted.append(entry)
        elif _is_wanted(
            db, address, entry, seen, run=run, at=at,
            changed=address in changed or (address in first and (_is_lost_of_another(seen, source) or _is_past(seen)))
            or of_a_file,
        ) or _is_anothers(seen, source):  # fmt: skip
            wanted.append(entry)
        elif seen["fate"] not in _LOST or seen["open_since"] is None:
            unchanged += 1
        elif run is None or seen["run"] != run:  # else it was tried, and counted, before this way was read
            postponed.append((Fate(seen["fate"]), seen["reason"]))
    return Seen(
        wanted=wanted, unchanged=unchanged, postponed=postponed, new=frozenset(new), gone=Counter(gone_for.values())
    )


def within(db: sqlite3.Connection, entries: Sequence[Entry], most: int) -> list[Entry]:
    """*entries* without those addresses never seen that are more than the *most* newest; nothing is written."""
    unseen: dict[str, Entry] = {}
    for entry in entries:
        key = key_of(entry.url)
        if key not in unseen and not _is_seen(db, key):
            unseen[key] = entry
    if len(unseen) <= most:
        return list(entries)
    beyond = set(sorted(unseen, key=lambda key: unseen[key].age)[max(most, 0) :])
    return [entry for entry in entries if key_of(entry.url) not in beyond]


def _is_seen(db: sqlite3.Connection, key: str) -> bool:
    found = db.execute("SELECT 1 FROM addresses JOIN visits USING (id) WHERE key = ?", (key,)).fetchone()
    return found is not None


def _take_over(db: sqlite3.Connection, addresses: Mapping[str, int]) -> set[str]:
    """Lets those of *addresses* that wait for a backfill be as if they had never been seen: a way shows them now.

    What is given are the keys of the others, which a stint of it, that goes on, is asking for: they are here in a
    moment.
    """
    keys = {address: key for key, address in addresses.items()}
    rows = db.execute(
        "SELECT visits.id, visits.backfill, runs.id IS NOT NULL AND runs.outcome IS NULL AS under_way FROM visits "
        "LEFT JOIN runs ON runs.id = visits.run WHERE visits.backfill IS NOT NULL "
        "AND visits.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    ).fetchall()
    for address, order, under_way in rows:
        if not under_way:
            db.execute("DELETE FROM visits WHERE id = ?", (address,))
            count_left_out(db, order, {LIVE: 1})
    return {keys[address] for address, _, under_way in rows if under_way}


def _write_down(
    db: sqlite3.Connection, address: int, entry: Entry, *, source: str, run: int | None, feed: int, at: datetime
) -> None:
    """Lets a URL that was never seen wait. The way *feed*, which shows it first, has the credit."""
    db.execute(
        "INSERT INTO visits (id, url, source, run, at, fate, open_since, hints, shown_by) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (address, storable(entry.url), source, run, to_text(at), Fate.WAITING, to_text(at), hints_of(entry), feed),
    )


def _is_anothers(seen: sqlite3.Row, source: str) -> bool:
    """Whether only another source could not have it: what that one's ports, robots.txt or network forbid, this one
    may have. A few tries, for they may both be right.
    """
    return _is_lost_of_another(seen, source) and seen["tries"] < _TRIES_OF_OTHERS


def _is_unasked(seen: sqlite3.Row) -> bool:
    """Whether all that is known of it is a file that had no page of it: nobody has asked its server."""
    return seen["fate"] in _LOST and seen["open_since"] is None and seen["article"] is None


def _is_untold(db: sqlite3.Connection, seen: sqlite3.Row, at: datetime) -> bool:
    """Whether it is news that a file brought in silence: the crawl that meets it tells of it."""
    is_settled = seen["open_since"] is None and seen["article"] is not None
    return is_settled and is_silent_news(db, seen["article"], at)


def _is_lost_of_another(seen: sqlite3.Row, source: str) -> bool:
    """Whether another source tried it last, in vain. What a way shows for the first time then opens anew: a feed could
    have shown the addresses of another site before they were there, a week long, until nobody would ask for them.
    """
    return seen["fate"] in _LOST and seen["open_since"] is not None and seen["source"] != source


def _is_past(seen: sqlite3.Row) -> bool:
    """Whether only a backfill tried it, in vain, and for good: nobody had shown it as news then."""
    return seen["fate"] in _LOST and seen["open_since"] is None and bool(seen["past"])


def _is_wanted(
    db: sqlite3.Connection, address: int, entry: Entry, seen: sqlite3.Row, *, changed: bool, run: int | None,
    at: datetime,
) -> bool:  # fmt: skip
    """Whether a URL whose visit is *seen* is to be fetched now; one that *changed* opens anew."""
    if changed:  # the URL opens anew and stays open until somebody records a visit
        db.execute(
            "UPDATE visits SET open_since = ?, due = NULL, tries = 0, hints = ? WHERE id = ?",
            (to_text(at), hints_of(entry), address),
        )
        return True
    fate, open_since, due = seen["fate"], seen["open_since"], seen["due"]
    if open_since is None or fate not in _LOST:
        return open_since is not None
    given_up = open_since < to_text(at - TRIED_FOR)
    tried_in_this_run = run is not None and seen["run"] == run
    is_due = due is None or due <= to_text(at) or due > to_text(at + 2 * _PAUSES[-1])  # the clock was set back
    return not given_up and not tried_in_this_run and is_due


def _changed(
    db: sqlite3.Connection, feed: int, marks: Mapping[int, str | None]
) -> tuple[set[int], set[int]]:  # fmt: skip
    """Remembers the *marks* that the way *feed* gives its addresses, and gives the addresses that it says to have
    changed, those with another mark than before, and those that it shows for the first time."""
    left = {address: _leave_mark(db, address, feed, mark) for address, mark in marks.items() if mark is not None}
    known = [address for address, changed in left.items() if changed is not None]
    changed = {address for address in known if left[address]}
    is_restless = len(known) >= _RESTLESS_FROM and len(changed) >= _RESTLESS_SHARE * len(known)
    return set() if is_restless else changed, left.keys() - set(known)


def _leave_mark(db: sqlite3.Connection, address: int, feed: int, mark: str) -> bool | None:
    """Remembers *mark*; whether another one was remembered, None where none was."""
    known = db.execute("SELECT mark FROM marks WHERE address = ? AND feed = ?", (address, feed)).fetchone()
    mark = storable(mark)
    if known is None or known[0] != mark:
        db.execute("INSERT OR REPLACE INTO marks (address, feed, mark) VALUES (?, ?, ?)", (address, feed, mark))
    return None if known is None else known[0] != mark


def unfinished(db: sqlite3.Connection, source: str, at: datetime) -> list[Entry]:
    """What earlier runs of *source* left open: waiting, or failed in the last TRIED_FOR and due for another try. What
    waits for a backfill is left to it.

    Newest first, and whether or not a way still shows it. What was never tried does not expire.
    """
    rows = db.execute(
        "SELECT url, hints FROM visits WHERE source = ? AND open_since IS NOT NULL AND backfill IS NULL "
        "AND (fate NOT IN (?, ?) OR (open_since >= ? AND (due IS NULL OR due <= ? OR due > ?))) "
        "AND url NOT IN (SELECT url FROM feeds WHERE source = ?) "
        "ORDER BY coalesce(hints ->> 'published', hints ->> 'updated', open_since) DESC, id DESC LIMIT ?",
        (source, *_LOST, to_text(at - TRIED_FOR), to_text(at), to_text(at + 2 * _PAUSES[-1]), source, MAX_UNFINISHED),
    )
    return [entry_from(url, hints) for url, hints in rows]


def record_visit(db: sqlite3.Connection, visit: Visit) -> bool:
    """Writes the fate of a URL, and gives whether it did: not of one that is to stay forgotten.

    A failed or refused one stays open and gets a time for the next try, unless its
    article is archived and nothing had said that it changed: it was only looked at again (`archive.looks`). What waits
    for a backfill is settled for good sooner, and counted by it.
    """
    if is_forgotten(db, key_of(visit.url)):
        return False
    address, at = address_of(db, visit.url), to_text(visit.at)
    before = db.execute(
        "SELECT tries, open_since, hints, article, backfill FROM visits JOIN addresses USING (id) WHERE id = ?",
        (address,),
    ).fetchone()
    tries, open_since, hints, article, backfill = before or (0, None, None, None, None)
    past = backfill is not None
    was_look = article is not None and open_since is None
    is_open, is_lost = visit.fate in _UNSETTLED and not was_look, visit.fate in _LOST and not was_look
    tries = tries + 1 if is_lost else 0
    if backfill is not None and (not is_open or _is_final(visit, tries)):
        count_settled(db, backfill, visit.fate, visit.reason)
        backfill, is_open, due = None, False, None
    else:
        due = to_text(visit.at + _pause(tries)) if is_lost else None
    row = (
        storable(visit.url), visit.source, visit.run, at, visit.fate, storable(visit.reason), visit.status, tries,
        (open_since or at) if is_open else None, due, hints if is_open else None, backfill, past, address,
    )  # fmt: skip
    db.execute(_UPDATE_VISIT if before else _INSERT_VISIT, row)
    return True


def _is_final(visit: Visit, tries: int) -> bool:
    """Whether an address of the past is not worth another try."""
    return visit.fate is Fate.REFUSED or visit.status in _GONE or tries >= _TRIES_OF_PAST


def is_open(db: sqlite3.Connection, url: str) -> bool:
    """Whether *url* waits to be fetched."""
    query = "SELECT open_since IS NOT NULL FROM visits JOIN addresses USING (id) WHERE key = ?"
    row = db.execute(query, (key_of(url),)).fetchone()
    return bool(row and row[0])


def forget_visit(db: sqlite3.Connection, url: str) -> None:
    """Takes back the fate of *url*: what failed as a feed and works again has none."""
    row = db.execute("SELECT id FROM addresses WHERE key = ?", (key_of(url),)).fetchone()
    if row:
        db.execute("DELETE FROM visits WHERE id = ?", (row[0],))


def address_of(db: sqlite3.Connection, url: str) -> int:
    """The number of the address of *url*, given to it now where it has none."""
    return address_of_key(db, key_of(url))


def address_of_key(db: sqlite3.Connection, key: str) -> int:
    """The number of the address with this `url_key`, given to it now where it has none."""
    row = db.execute("SELECT id FROM addresses WHERE key = ?", (key,)).fetchone()
    return row[0] if row else inserted_id(db.execute("INSERT INTO addresses (key) VALUES (?)", (key,)))


def _pause(tries: int) -> timedelta:
    return _PAUSES[min(tries, len(_PAUSES)) - 1]


def hints_of(entry: Entry) -> str:
    hints = {
        "title": entry.title,
        "published": entry.published and entry.published.isoformat(),
        "updated": entry.updated and entry.updated.isoformat(),
        "author": entry.author,
        "language": entry.language,
        "summary": entry.summary,
        "mark": entry.mark,
    }
    told = {name: hint for name, hint in hints.items() if hint is not None}
    return storable(json.dumps(told, ensure_ascii=False))  # an Arabic title takes a third of what escapes would


def entry_from(url: str, hints: str | None) -> Entry:
    known = json.loads(hints or "{}")
    for name in ("published", "updated"):
        if name in known:
            known[name] = datetime.fromisoformat(known[name])
    return Entry(url=url, **known)
