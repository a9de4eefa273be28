"""The front page: what happened since yesterday, and what needs somebody."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from archive.entries import Entry, newest_of_topics, one_of_each_story, read_entries
from archive.health import NEEDS_A_PERSON
from archive.lately_edited import lately_edited
from archive.overview import has_articles, last_runs
from archive.planning import planned_runs
from archive.times import from_text, zone_named
from archive.topic_articles import end_of_news
from archive.web.topic_cards import all_articles, topic_cards
from archive.web.view import Asked, Route, page

STORIES = 30
"""Of the newest ones; all of them are a search away."""
MOST_CARDS = 12
"""Topics of which a chart is shown; the rest have a page of their own."""
_EDITS = 5
_MOST_QUIET = 30  # topics named that had no article
_MOST_LINES = 12  # of what needs attention
_LEAST_OF_A_LEAD = 2  # sources that have a story which leads the page


def read_home(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What the front page shows."""
    cards = topic_cards(db, asked)
    busy = [card for card in cards if card.trend.total]
    entries = read_entries(db, one_of_each_story(db, newest_of_topics(db, end_of_news(asked.now)), STORIES))
    lead = _lead(entries, asked)
    yesterday = _midnight(asked, -1).astimezone(asked.face.zone).date()
    return {
        "all": all_articles(db, asked),
        "has_articles": has_articles(db),
        "cards": busy[:MOST_CARDS],
        "more_cards": max(len(busy) - MOST_CARDS, 0),
        "quiet": [card.id for card in cards if not card.trend.total][:_MOST_QUIET],
        "has_topics": bool(cards),
        "lead": lead,
        "days": _by_day([entry for entry in entries if entry is not lead], asked),
        "since_yesterday": f"since:{yesterday.isoformat()}",
        **(_of_the_desk(db, asked) if asked.sees_texts else {}),
    }


def _of_the_desk(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What is no reader's business in public."""
    needs = asked.face.needs(db, asked.now)
    lines, states = list(needs.attention), Counter(needs.states.values())
    service = asked.face.service()
    runs = last_runs(db, 1, service)
    planned = planned_runs(db) if service is not None else {}  # one that died left its plan
    return {
        "attention": lines[:_MOST_LINES],
        "more_attention": max(len(lines) - _MOST_LINES, 0),
        "states": sorted(states.items(), key=lambda one: (one[0] not in NEEDS_A_PERSON, -one[1], one[0])),
        "needs_a_person": NEEDS_A_PERSON,
        "service": service is not None,
        "run": _run(runs[0]) if runs else None,
        "next_run": min(planned.items(), key=lambda one: one[1]) if planned else None,
        "searches": list(asked.face.searches),
        "edits": lately_edited(db, _midnight(asked, -1), _EDITS),
    }


def _lead(entries: Sequence[Entry], asked: Asked) -> Entry | None:
    """The story of since yesterday that the most sources have; of several the newest. None where none has two."""
    since = _midnight(asked, -1)
    recent = [entry for entry in entries if from_text(entry.time) >= since]
    best = max(recent, key=lambda entry: (len(entry.others), entry.id), default=None)
    return best if best and len(best.others) + 1 >= _LEAST_OF_A_LEAD else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """The stories of one day."""

    name: str
    entries: list[Entry]


def _by_day(entries: Sequence[Entry], asked: Asked) -> list[Day]:
    today = asked.now.astimezone(asked.face.zone).date()
    found: dict[date, list[Entry]] = {}
    for entry in entries:
        found.setdefault(min(_day_of(entry, asked), today), []).append(entry)
    return [Day(name=_name_of(day, today, asked), entries=some) for day, some in sorted(found.items(), reverse=True)]


def _day_of(entry: Entry, asked: Asked) -> date:
    """The desk's; of an entry that tells only a day that one, in whatever zone it was told."""
    told_in = zone_named(entry.zone) if entry.published and entry.precision == "day" else None
    return from_text(entry.time).astimezone(told_in or asked.face.zone).date()


def _name_of(day: date, today: date, asked: Asked) -> str:
    names = {today: asked.words.gettext("Today"), today - timedelta(days=1): asked.words.gettext("Yesterday")}
    return names.get(day) or asked.words.day(day, "full")


def _midnight(asked: Asked, days: int) -> datetime:
    """The beginning of the day that is so many *days* from today."""
    today = asked.now.astimezone(asked.face.zone).date()
    return datetime.combine(today + timedelta(days=days), time(), asked.face.zone)


def _run(run: Mapping[str, Any]) -> Mapping[str, Any]:
    """The last run: its counts of all sources together."""
    totals = {
        name: sum(counted.get(name, 0) for counted in run["counts"].values())
        for name in ("archived", "revised", "failed")
    }
    return {**run, **totals}


ROUTES: list[Route] = [(r"^/$", page("home.html", read_home))]
