"""What the archive knows of how a source does, and how it did. `archive.health` decides what that means."""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from archive.article import Fate
from archive.health import (
    ARTICLES_BEFORE,
    BACKLOG,
    BACKLOG_AGE,
    FEWEST_HOURS,
    NEWEST_ARTICLES,
    PAGES_BEFORE,
    PASSING,
    PASSING_FAILURES,
    POOR,
    RHYTHM_DAYS,
    ArticleState,
    Evidence,
    Health,
    PageState,
    Rhythm,
    State,
    decide,
    page_kind,
)
from archive.identity import IDS_PER_SECOND
from archive.past import OF_THE_PAST
from archive.times import from_text, to_text
from archive.ways import Way, ways

_LAST_VISITS = 200
"""The newest pages are looked for among so many that were dealt with last: those that cannot be had come up again with
every try, and must not crowd out the others."""
_LONGEST_REASON = 100  # characters; some reasons quote what a server said
_MOST_REASONS = 200
_BATCH = timedelta(hours=1)
"""Articles that were all first seen within it may have been gathered at once, however old they are."""
_ASK_PAGES = (  # by id, which grows as addresses are first seen
    "SELECT fate, reason, status, tries, at FROM ("
    "SELECT id, url, fate, reason, status, tries, at FROM visits "
    "WHERE source = ?1 AND past = 0 AND at >= ?2 ORDER BY at DESC LIMIT ?3) "  # the past tells of no health
    "WHERE fate <> ?4 AND url NOT IN (SELECT url FROM feeds WHERE source = ?1) ORDER BY id DESC LIMIT ?5"
)
_ASK_ARTICLES = (  # what the past brought came when somebody fetched it: it tells nothing of how the source does
    "SELECT id, title, published, first_seen, length(text) AS letters, "  # noqa: S608 -- own words
    "substr(text, 1, 200) || substr(text, -200) AS ends FROM article_head JOIN article_text USING (id) "
    "WHERE source = ?1 AND id < ?2 AND id >= coalesce((SELECT id FROM article_head WHERE source = ?1 AND id < ?2 "
    f"ORDER BY id DESC LIMIT 1 OFFSET ?3), 0) AND NOT {OF_THE_PAST} ORDER BY id DESC LIMIT ?4"
)
_LATEST_LOOKED_AT = 5_000
"""Articles among which those of the live crawls are looked for."""
_ASK_RHYTHM = (  # from the index alone: an id tells when its article was published, or else first seen
    "SELECT count(DISTINCT t / 3600), min(t), max(t), max(pause) FROM ("
    "SELECT id / ?4 AS t, id / ?4 - lag(id / ?4) OVER (ORDER BY id) AS pause "
    "FROM article_head WHERE source = ?1 AND id BETWEEN ?2 AND ?3)"
)
_ASK_WAITING = (
    "SELECT count(*), min(open_since) FROM (SELECT fate, open_since FROM visits "
    "WHERE source = ? AND open_since < ? AND backfill IS NULL ORDER BY open_since DESC LIMIT ?) WHERE fate = ?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How a source does, and the evidence."""

    health: Health
    evidence: Evidence


def source_health(db: sqlite3.Connection, source: str, urls: Collection[str], now: datetime) -> SourceHealth:
    """How *source* does, whose feeds, sitemaps and listings are the *urls*."""
    evidence = evidence_of(db, source, urls, now)
    return SourceHealth(health=decide(evidence), evidence=evidence)


def health_at(db: sqlite3.Connection, source: str, urls: Collection[str], now: datetime) -> Health:
    """How *source* did at *now*: as was written down, where that is so long ago that it has become another since."""
    statement = "SELECT health, cause, since FROM health WHERE source = ? AND since {} ? ORDER BY id {} LIMIT 1"
    if db.execute(statement.format(">", "ASC"), (source, to_text(now))).fetchone() is None:
        return source_health(db, source, urls, now).health
    row = db.execute(statement.format("<=", "DESC"), (source, to_text(now))).fetchone()
    if row is None:
        return Health(state="new")
    return Health(state=row["health"], cause=row["cause"], since=from_text(row["since"]))


def record_health(db: sqlite3.Connection, sources: Mapping[str, Collection[str]], at: datetime) -> None:
    """Writes down the health of each of *sources*, given with the URLs of its ways, where it has become another."""
    for source, urls in sources.items():
        found = source_health(db, source, urls, at)
        health = found.health
        if health.state not in ("new", found.evidence.was):
            db.execute(
                "INSERT INTO health (source, since, health, cause) VALUES (?, ?, ?, ?)",
                (source, to_text(at), health.state, health.cause),
            )


def evidence_of(db: sqlite3.Connection, source: str, urls: Collection[str], now: datetime) -> Evidence:
    """What is known of *source* at the instant *now*."""
    end = int((now + timedelta(days=1)).timestamp()) * IDS_PER_SECOND  # what is dated further ahead is wrongly dated
    rows = db.execute(_ASK_ARTICLES, (source, end, _LATEST_LOOKED_AT, NEWEST_ARTICLES + ARTICLES_BEFORE)).fetchall()
    waiting, since = _waiting(db, source, now)
    was = db.execute("SELECT health, since FROM health WHERE source = ? ORDER BY id DESC LIMIT 1", (source,)).fetchone()
    state: State | None = was["health"] if was else None
    return Evidence(
        now=now, ways=_ways(db, source, urls), pages=_pages(db, source, now),
        articles=tuple(
            ArticleState(
                titled=bool(row["title"]), dated=bool(row["published"]), letters=row["letters"], ends=row["ends"]
            )
            for row in rows
        ),
        rhythm=_rhythm(db, source, rows, now), last_news=_last_news(rows, now),
        last_article=from_text(rows[0]["first_seen"]) if rows else None,
        showed=_showed(db, source), waiting=waiting, waiting_since=since,
        was=state, was_since=from_text(was["since"]) if was else None,
    )  # fmt: skip


def fates_of(db: sqlite3.Connection, source: str) -> list[tuple[str, str | None, int]]:
    """How many URLs of *source* have which fate, and for which reason; the commonest first."""
    rows = db.execute(
        "SELECT fate, reason, count(*) AS urls FROM visits WHERE source = ? AND backfill IS NULL GROUP BY fate, reason "
        "ORDER BY urls DESC, fate, reason LIMIT ?",
        (source, _MOST_REASONS),
    )
    return [(row["fate"], _short(row["reason"]), row["urls"]) for row in rows]


def _ways(db: sqlite3.Connection, source: str, urls: Collection[str]) -> tuple[Way, ...]:
    """In the order of *urls*. A page of a listing or a sitemap of an index is none of them."""
    known = ways(db, source)
    found = (known.get(url) or Way(url=url, source=source) for url in urls)
    return tuple(replace(way, cause=_short(way.cause)) for way in found)


def _showed(db: sqlite3.Connection, source: str) -> bool:
    asked = "SELECT 1 FROM feeds WHERE source = ? AND last_change IS NOT NULL LIMIT 1"
    return db.execute(asked, (source,)).fetchone() is not None


def _pages(db: sqlite3.Connection, source: str, now: datetime) -> tuple[PageState, ...]:
    since, number = to_text(now - RHYTHM_DAYS), POOR[0][0] + PAGES_BEFORE
    rows = db.execute(_ASK_PAGES, (source, since, _LAST_VISITS, Fate.WAITING, number))
    return tuple(_page(row, to_text(now - PASSING)) for row in rows)


def _page(row: sqlite3.Row, just_now: str) -> PageState:
    fate = Fate(row["fate"])
    return PageState(
        kind=page_kind(fate, row["reason"], row["status"]), reason=_short(row["reason"]),
        passing=fate is Fate.FAILED and row["tries"] < PASSING_FAILURES and row["at"] > just_now,
    )  # fmt: skip


def _rhythm(
    db: sqlite3.Connection, source: str, newest: list[sqlite3.Row], now: datetime
) -> Rhythm | None:  # fmt: skip
    """The rhythm of the last weeks; of a source that has hardly published in them, that of its *newest* articles."""
    begin, end = (int(instant.timestamp()) * IDS_PER_SECOND for instant in (now - RHYTHM_DAYS, now))
    for first, recent in ((begin, True), (newest[-1]["id"] if newest else end, False)):
        values = (source, first, end, IDS_PER_SECOND)
        hours, earliest, last, pause = db.execute(_ASK_RHYTHM, values).fetchone()
        if hours >= FEWEST_HOURS:
            span, longest = timedelta(seconds=last - earliest), timedelta(seconds=pause)
            return Rhythm(hours=hours, span=span, longest=longest, recent=recent)
    return None


def _last_news(newest: list[sqlite3.Row], now: datetime) -> datetime | None:
    """When the newest article came.

    A date may be hours or years off, so the arrival counts; but not where all arrived at once, as when a source is
    crawled for the first time: that says nothing of when it published, and the dates are all there is.
    """
    if not newest:
        return None
    arrivals = [row["first_seen"] for row in newest]
    first, last = from_text(min(arrivals)), from_text(max(arrivals))
    if last - first > _BATCH:
        return min(last, now)
    dates = (datetime.fromtimestamp(row["id"] // IDS_PER_SECOND, UTC) for row in newest)
    return max(min(date, last, now) for date in dates)


def _waiting(db: sqlite3.Connection, source: str, now: datetime) -> tuple[int, datetime | None]:
    """How many pages have waited for BACKLOG_AGE and longer, as far as is worth counting, and since when."""
    values = (source, to_text(now - BACKLOG_AGE), 2 * BACKLOG, Fate.WAITING)
    number, since = db.execute(_ASK_WAITING, values).fetchone()
    return number, from_text(since) if since else None


def _short(reason: str | None) -> str | None:
    return None if reason is None else reason[:_LONGEST_REASON]
