"""Searching: what `khabar search` finds, what it has in common, and the same as a feed and as a file."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from archive.arrivals import late_among
from archive.errors import QueryError
from archive.facets import Facets, read_facets
from archive.names import read_names
from archive.plain import plain
from archive.plan import is_language
from archive.search import COUNTED_TO, Hit, firsts_of_stories, matching_ids, read_hits, search
from archive.times import from_text
from archive.web.days import Bar, bars
from archive.web.drawing import clean, marked
from archive.web.exports import MOST_EXPORTED, exporting, forms_of
from archive.web.feeds import Feed, Form, Item, feed_document
from archive.web.questions import LAST_PAGE, Question, expanded, filters_of, question_of, wrong_with
from archive.web.unknown_names import unknown_names
from archive.web.view import Asked, BadRequest, Document, Route, document, page

A_PAGE = 20
"""Articles of a page."""
IN_FEED = 50
"""The newest; and of those that came late as many at most."""
LATE = timedelta(days=1)
_SHOWN_VALUES = 12  # of a facet
_MOST_OFFERED = 400  # by a field of the form
_FACETS = ("topic", "source", "language")


def read_search(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What a search page shows. What cannot be understood is told on it."""
    question = question_of(asked)
    shown = {**_choices(db, asked), "question": question, "wrong": None, "hits": [], "forms": forms_of(asked),
             "most_exported": MOST_EXPORTED, "a_page": A_PAGE}  # fmt: skip
    try:
        return {**shown, **_found(db, question, asked)}
    except (QueryError, BadRequest) as error:
        return {**shown, "wrong": wrong_with(error, question.q), "status": 400}


def _found(db: sqlite3.Connection, question: Question, asked: Asked) -> Mapping[str, Any]:
    query, filters = expanded(question, asked), filters_of(question, asked)
    zone = asked.face.zone
    ids = list(islice(matching_ids(db, query, filters=filters, zone=zone, now=asked.now), COUNTED_TO + 1))
    hits = _as_seen(db, _hits(db, question, asked, ids, A_PAGE + 1), asked)
    facets = read_facets(db, ids[:COUNTED_TO], zone)
    facets = replace(facets, languages=_with_kin(facets.languages))
    return {
        "hits": hits[:A_PAGE],
        "count": min(len(ids), COUNTED_TO),
        "is_more": len(ids) > COUNTED_TO,
        "unknown": unknown_names(question, query, _known(db, asked)),
        "older": _older(question, hits),
        "facets": {name: _values(getattr(facets, f"{name}s"), getattr(question, name)) for name in _FACETS},
        "days": _days(facets, question, asked),
    }


def _hits(
    db: sqlite3.Connection, question: Question, asked: Asked, ids: Sequence[int], number: int
) -> list[Hit]:  # fmt: skip
    """Those of the page; one more where another page follows. *ids* are the newest that were found."""
    if len(ids) <= COUNTED_TO and question.group and question.sort == "newest":  # all are here: look no second time
        firsts = firsts_of_stories(db, iter(ids), question.page * A_PAGE + 1)
        return read_hits(db, expanded(question, asked), list(firsts.values())[(question.page - 1) * A_PAGE :][:number])
    query, filters = expanded(question, asked), filters_of(question, asked)
    how: dict[str, Any] = {"zone": asked.face.zone, "now": asked.now}
    if question.is_by_page and ids:
        return search(
            db, query, filters=filters, sort=question.sort, group=question.group or None,
            limit=number, offset=(question.page - 1) * A_PAGE, **how,
        )  # fmt: skip
    if question.before is None:
        return read_hits(db, query, ids[:number])
    older = [article for article in ids if article < question.before]
    if len(older) < number and len(ids) > COUNTED_TO:
        return read_hits(db, query, islice(_behind(db, query, question, asked), number))
    return read_hits(db, query, older[:number])


def _as_seen(db: sqlite3.Connection, hits: Sequence[Hit], asked: Asked) -> list[Hit]:
    """*hits* as who asks may see them: in public each with the beginning of its text, whatever was looked for. Snippets
    around what is asked for would give out a whole text, question by question."""
    if asked.sees_texts:
        return list(hits)
    begins = read_hits(db, "", [hit.id for hit in hits])
    return [
        replace(hit, snippet=begin.snippet, marks=hit.marks if hit.snippet == begin.snippet else ())
        for hit, begin in zip(hits, begins, strict=True)
    ]


def _behind(db: sqlite3.Connection, query: str, question: Question, asked: Asked) -> Iterator[int]:
    """What was found and is older than the article that the address names."""
    filters = filters_of(question, asked, before=question.before)
    return matching_ids(db, query, filters=filters, zone=asked.face.zone, now=asked.now)


def _older(question: Question, hits: Sequence[Hit]) -> str | None:
    """The address of the next page, where there is one."""
    if len(hits) <= A_PAGE:
        return None
    if not question.is_by_page:
        return question.address(before=hits[A_PAGE - 1].id)
    return question.address(page=question.page + 1) if question.page < LAST_PAGE else None


def _with_kin(languages: Mapping[str, int]) -> dict[str, int]:
    """How many each language narrows to: `en` is also what `en-GB` is."""
    return {
        name: sum(number for one, number in languages.items() if one == name or (name and is_language(one, [name])))
        for name in languages
    }


def _values(counted: Mapping[str, int], chosen: Sequence[str]) -> list[tuple[str, int, bool]]:
    """The values of a facet to show: name, how many, whether it is chosen. Those chosen are never left out."""
    first = list(counted)[:_SHOWN_VALUES]
    names = [*first, *(name for name in chosen if name not in first)]
    return [(name, counted.get(name, 0), name in chosen) for name in names]


def _days(facets: Facets, question: Question, asked: Asked) -> Mapping[str, Any]:
    """The bars, with their names and where they lead."""
    drawn = bars(facets.days)
    return {
        "bars": drawn,
        "labels": [_label(bar, asked) for bar in drawn],
        "values": [bar.articles for bar in drawn],
        "links": [question.address(since=bar.at, until=bar.at) for bar in drawn],
    }


def _label(bar: Bar, asked: Asked) -> str:
    return asked.words.day(bar.day) if len(bar.at) == len("2026-11-30") else asked.words.digits(bar.at)


def _choices(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What the fields of the form offer."""
    known = _known(db, asked)
    return {f"all_{kind}s": _offered(known[kind]) for kind in _FACETS}


def _known(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Collection[str]]:
    """The names that there are: of the archive, and of the desk, which may have no article yet."""
    names, languages = read_names(db), (source.language for source in asked.face.sources.values())
    return {
        "topic": {*asked.face.packs.topics, *names.topics},
        "source": {*asked.face.sources, *names.sources},
        "language": {*names.languages, *(one for one in languages if one)},
        "site": names.sites,
    }


def _offered(names: Iterable[str]) -> list[str]:
    """Those of *names* that can be shown as they are; others are found by a facet."""
    return sorted(name for name in names if plain(name) == name)[:_MOST_OFFERED]


def _feed(db: sqlite3.Connection, asked: Asked, form: Form) -> Document:
    """The newest articles of this very search as a feed."""
    question = question_of(asked)
    try:
        query, filters = expanded(question, asked), filters_of(question, asked)
        found = matching_ids(db, query, filters=filters, zone=asked.face.zone, now=asked.now)
        hits = _as_seen(db, read_hits(db, query, _told(db, question, list(islice(found, COUNTED_TO)), asked)), asked)
    except QueryError as error:
        raise BadRequest(str(error)) from error
    items = [_item(hit, question, asked) for hit in hits]
    path = question.address()
    feed = Feed(
        title=_title(question, asked), address=asked.origin + path,
        self_address=asked.origin + question.address(f"/search.{form}"),
        updated=max((item.updated for item in items), default=datetime.fromtimestamp(0, tz=asked.now.tzinfo)),
        language=asked.words.language, items=items,
    )  # fmt: skip
    return feed_document(feed, form)


def _told(db: sqlite3.Connection, question: Question, ids: Sequence[int], asked: Asked) -> list[int]:
    """Those of *ids* that a feed tells: the newest, and some that came in the last day but are older; of each story
    one, where they are grouped."""
    firsts = list(firsts_of_stories(db, iter(ids), len(ids)).values()) if question.group else list(ids)
    return firsts[:IN_FEED] + late_among(db, firsts[IN_FEED:], asked.now - LATE)[:IN_FEED]


def _title(question: Question, asked: Asked) -> str:
    words = [question.q, *question.topic, *question.source, *question.language, question.since, question.until]
    named = clean(" · ".join(word for word in words if word), 120) or asked.words.gettext("all articles")
    return f"{asked.face.name}: {named}"


def _item(hit: Hit, question: Question, asked: Asked) -> Item:
    """A story goes by its own name, so that each further copy is no new entry."""
    source, packs = asked.face.sources.get(hit.source), asked.face.packs.topics
    return Item(
        id=f"stories/{hit.story}" if question.group else hit.id, url=f"{asked.origin}/articles/{hit.id}",
        original=hit.url, title=hit.title or "", summary=hit.snippet, html=str(marked(hit.snippet, hit.marks)),
        language=hit.language, authors=(), updated=from_text(hit.first_seen),
        published=from_text(hit.published) if hit.published else None,
        topics=tuple(packs[topic].name if topic in packs else topic for topic in hit.topics),
        source=source.name if source else hit.source,
    )  # fmt: skip


ROUTES: Sequence[Route] = [
    (r"^/search$", page("search.html", read_search)),
    (r"^/search\.atom$", document(lambda db, asked: _feed(db, asked, "atom"))),
    (r"^/search\.json$", document(lambda db, asked: _feed(db, asked, "json"))),
    (r"^/search\.(?P<form>csv|jsonl|csv-excel)$", exporting),
]
