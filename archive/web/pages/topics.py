"""The pages of topics: all of them at a glance, and each with its volume, what it comes from and its stories."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from archive.entries import Entry, one_of_each_story, read_entries
from archive.names import languages_in_use
from archive.overview import topic_ids
from archive.topic_articles import Company, company, counts_of_sources
from archive.web.drawing import clean
from archive.web.figures import (
    Drawn,
    labels_of_days,
    labels_of_hours,
    told_of_days,
    told_of_hours,
    told_of_parts,
)
from archive.web.topic_cards import TopicCard, card_of, topic_cards
from archive.web.topic_view import RANGES, TopicView, counts, read_view, stories_before
from archive.web.view import Asked, Route, page
from topics.explaining import describe
from topics.packs import Packs, Topic

STORIES = 20
"""On one page; older ones are a link away."""
_SENTENCES = 4  # of one story, that made the tag
_MOST_ROWS = 12  # of a chart of sources or topics
_MOST_CHOICES = 200  # of sources to choose from


def read_topics(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """All topics, those with the most articles today first; behind them those that no pack defines any more."""
    gone = sorted(set(topic_ids(db)) - asked.face.packs.topics.keys())
    return {"cards": topic_cards(db, asked), "gone": gone}


def read_topic(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """One view of one topic."""
    view = read_view(db, asked)
    found = counts(db, view)
    parts = company(db, view.articles, view.span)
    of_topic = counts_of_sources(db, view.articles.topic, view.span)
    sources = sources_of(view, of_topic, parts)
    entries, older = read_stories(db, view, asked, 1 if not asked.sees_texts else _SENTENCES, STORIES)
    return {
        "view": view,
        "card": _card(db, view, asked),
        "volume": None if found is None else volume_drawn(view, found, asked),
        "sources": sources_drawn(view, sources, asked),
        "other_sources": (len(sources[_MOST_ROWS:]), sum(number for _, number in sources[_MOST_ROWS:])),
        "languages": languages_drawn(view, parts, asked),
        "company": company_drawn(view, parts, asked),
        "source_choices": sorted(name for name, _ in of_topic[:_MOST_CHOICES]),
        "language_choices": sorted(languages_in_use(db)),
        "of_newest": parts.of_newest,
        "entries_shown": entries,
        "older": view.address(before=older) if older else None,
        "rules": _rules(view.pack) if view.pack else [],
        "lists": _lists(view.pack, asked.face.packs) if view.pack else [],
        "languages_of_lists": sorted(asked.face.packs.languages),
        "ranges": RANGES,
        "query": f"topic:{view.id}",
    }


def _card(db: sqlite3.Connection, view: TopicView, asked: Asked) -> TopicCard | None:
    """Today's figure beside the usual one; of one language nobody keeps it."""
    if view.articles.language is not None:
        return None
    return card_of(db, asked, view.id, view.articles.topic, view.articles.source)


def sources_of(view: TopicView, of_topic: Sequence[tuple[str, int]], parts: Company) -> Sequence[tuple[str, int]]:
    """How many articles of the view each source has: all *of_topic*, or of one language the newest."""
    if view.articles.language is not None:
        return parts.sources
    return [one for one in of_topic if view.articles.source in (None, one[0])]


def read_stories(
    db: sqlite3.Connection, view: TopicView, asked: Asked, sentences: int, number: int
) -> tuple[list[Entry], int | None]:
    """The newest *number* stories of the view, and the id before which the older ones are; None where there are
    none."""
    before, since, until = stories_before(view, asked.now)
    walk = view.articles.newest(db, before, since)
    if before < until:
        walk = (one for one in walk if not view.articles.is_told_above(db, one, before, until))
    found = one_of_each_story(db, walk, number + 1)
    entries = read_entries(db, found[:number], topic=view.id, sentences=sentences)
    if len(found) > number:
        return entries, found[-1] + 1
    if (rest := next(walk, None)) is not None:  # behind the many copies of one story
        return entries, rest + 1
    walked = view.articles.walked_to(db, before)
    return entries, walked if walked and walked > since else None


def volume_drawn(view: TopicView, found: list[int], asked: Asked) -> Drawn:
    """By day, each of which leads to its hours; or by the hour."""
    if view.day is not None:
        told = told_of_hours(view.name, found, view.spans, asked.words)
        return Drawn(labels=labels_of_hours(view.spans, asked.words), values=found, told=told)
    days = [begin.astimezone(asked.face.zone).date().isoformat() for begin, _ in view.spans]
    return Drawn(
        labels=labels_of_days(view.spans, asked.words), values=found,
        told=told_of_days(view.name, found, view.spans, asked.words),
        links=[view.address(day=day, days=None) for day in days],
    )  # fmt: skip


def sources_drawn(view: TopicView, sources: Sequence[tuple[str, int]], asked: Asked) -> Drawn:
    """By source, those with the most; each leads to the view of it alone."""
    known = asked.face.sources
    rows = [
        (clean(known[name].name if name in known else name, 60), number, view.address(source=name))
        for name, number in sources[:_MOST_ROWS]
    ]
    return _rows(asked.words.gettext("By source"), rows, asked)


def languages_drawn(view: TopicView, parts: Company, asked: Asked) -> Drawn:
    """By language."""
    rows = [
        (asked.words.language_name(tag), number, view.address(language=tag))
        for tag, number in parts.languages[:_MOST_ROWS]
    ]
    return _rows(asked.words.gettext("By language"), rows, asked)


def company_drawn(view: TopicView, parts: Company, asked: Asked) -> Drawn:
    """With which other topics; each leads to its page."""
    known = asked.face.packs.topics
    rows = [
        (clean(known[name].name if name in known else name, 60), number, f"/topics/{quote(name, safe='')}")
        for name, number in parts.topics[:_MOST_ROWS]
    ]
    return _rows(asked.words.gettext("Also about"), rows, asked)


def _rows(title: str, rows: Sequence[tuple[str, int, str]], asked: Asked) -> Drawn:
    return Drawn(
        labels=[label for label, _, _ in rows], values=[number for _, number, _ in rows],
        links=[link for _, _, link in rows],
        told=told_of_parts(title, [(label, number) for label, number, _ in rows], asked.words),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTold:
    """A rule of a pack, in words."""

    says: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTold:
    """A list that a topic looks for, or by which it is kept out, and how many terms it has in each language."""

    name: str
    role: str  # "finds", "vetoes" or "masks"
    terms: Mapping[str, int]


def _rules(topic: Topic) -> list[RuleTold]:
    return [RuleTold(says=describe(rule), weight=rule.weight) for rule in topic.rules]


def _lists(topic: Topic, packs: Packs) -> list[ListTold]:
    role = dict.fromkeys(topic.none, "vetoes") | dict.fromkeys(topic.mask, "masks")
    ordered = sorted(topic.uses, key=lambda name: (role.get(name, ""), name))
    return [
        ListTold(
            name=name, role=role.get(name, "finds"),
            terms={language: len(terms) for language, terms in packs.lists[name].items() if terms},
        )
        for name in ordered
    ]  # fmt: skip


ROUTES: list[Route] = [
    (r"^/topics$", page("topics.html", read_topics)),
    (r"^/topics/(?P<topic>[^/]+)$", page("topic.html", read_topic)),
]
