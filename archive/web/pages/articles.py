"""One article: its text with what made its topics, its times, its copies, its edits, and the page it was read from."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from archive.addresses import url_key
from archive.browsing import (
    evidence_characters,
    expired_at,
    piece_count,
    read_article,
    read_pieces,
    read_places,
    read_scores,
    story_size,
    version_bytes,
)
from archive.copies import read_copies, tells_minute
from archive.errors import ArchiveError
from archive.forgotten import gone
from archive.highlight import passage
from archive.plain import plain_json
from archive.reading import find_by_url, read_record
from archive.times import to_text
from archive.web.asking import ask
from archive.web.drawing import LONGEST_TITLE
from archive.web.edits_told import names_of_parts, read_edits, read_readings
from archive.web.kept import kept_facts_of
from archive.web.legend import legend, spoken
from archive.web.passages import LONGEST_SHOWN, MOST_PIECES, is_cut, is_subhead, marked_runs
from archive.web.view import Asked, BadRequest, Document, NotAllowed, NotThere, Refusal, Route, asked_by, document, page
from archive.web.view import refusal as refused
from archive.web.wording import Words
from archive.web.zones import columns, time_rows

SHOWN_COPIES = 50
"""Copies of its story that an article's page names; there may be thousands."""
LONGEST_JSON = 64 * 2**20
"""Bytes of all versions and all evidence of an article that are given in one answer."""
_MOST_AUTHORS = 20


def read_one(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What an article's page shows."""
    article = _article(db, asked)
    shown = {"article": article, **_copies(db, article, asked)}
    if not asked.sees_texts:
        topics = [topic for topic, _, _ in read_scores(db, article["id"])]
        return {**shown, "topics": topics, "snippet": passage(article["text"], [])}
    source = asked.face.sources.get(article["source"])
    zones = columns(article, source.timezone if source else None, asked.face.zone)
    return {
        **shown,
        **_passages(db, article, asked),
        **_edits(db, article, asked),
        "authors": article["authors"][:_MOST_AUTHORS],
        "zones": zones,
        "times": time_rows(article, zones, asked.words),
    }


def read_edit_alone(db: sqlite3.Connection, asked: Asked) -> Mapping[str, Any]:
    """What the page shows of one edit, for the slider."""
    if not asked.sees_texts:
        raise NotAllowed(asked.words.gettext("Whole articles are not shown in public."))
    article = _article(db, asked)
    return {"article": article, **_edits(db, article, asked)}


def _edits(db: sqlite3.Connection, article: Mapping[str, Any], asked: Asked) -> Mapping[str, Any]:
    """The edit that is asked for, what other readings changed, and the pages that are kept of both versions."""
    edit = read_edits(db, article, asked)
    return {
        "edit": edit,
        "parts": names_of_parts(asked.words),
        "readings": read_readings(db, article["id"], asked.words),
        "kept": kept_facts_of(asked.face.archive, [article["page_sha256"], edit.step.page_hash if edit else None]),
    }


def _passages(db: sqlite3.Connection, article: Mapping[str, Any], asked: Asked) -> Mapping[str, Any]:
    """Title and text with the evidence in them."""
    pieces = read_pieces(db, article["id"], MOST_PIECES)
    topics = legend(read_scores(db, article["id"]), pieces, read_places(db, article["id"]), asked.face.packs)
    numbers = {topic.id: topic.number for topic in topics}
    title = article["title"] or ""
    of_title = [piece for piece in pieces if piece.field == "title"] if len(title) <= LONGEST_TITLE else []
    heading = [run for runs in marked_runs(title, of_title, numbers) for run in runs]
    behind = 1 + max((run.number for run in heading), default=0)
    text = marked_runs(
        article["text"], [piece for piece in pieces if piece.field == "text"], numbers, first=behind
    )  # fmt: skip
    total = piece_count(db, article["id"]) if len(pieces) == MOST_PIECES else len(pieces)
    return {
        "topics": topics,
        "heading": heading if of_title else [],
        "paragraphs": [(runs, is_subhead(runs) and 1 < place < len(text)) for place, runs in enumerate(text, 1)],
        "is_cut": is_cut(article["text"], text),
        "longest_shown": LONGEST_SHOWN,
        "unmarked": total - len(pieces),
        "says": spoken(pieces, asked.face.packs),
    }


def _copies(db: sqlite3.Connection, article: Mapping[str, Any], asked: Asked) -> Mapping[str, Any]:
    """The other articles of its story, and how many there are."""
    size = story_size(db, article["story"])
    if size < 2:
        return {"copies": [], "copy_count": size}
    rows = read_copies(db, article["story"], also=article["id"], most=SHOWN_COPIES)
    return {"copies": [{**row, "later": _later(row, asked)} for row in rows], "copy_count": size}


def _later(copy: Mapping[str, Any], asked: Asked) -> str:
    """How long after the first a copy appeared, in words."""
    _ = asked.words.gettext
    if copy["first"]:
        return _("the first")
    if tells_minute(copy):
        if copy["delay"] < 60:
            return _("in the same minute")
        return _("%(span)s later", span=_to_the_minute(copy["delay"], asked.words))
    return _("at most %(span)s later", span=_to_the_minute(max(copy["delay"], 60), asked.words))


def _to_the_minute(seconds: int, words: Words) -> str:
    """A delay as exactly as `khabar show` tells it: of two days and more in hours."""
    minutes = seconds // 60
    if minutes < 2 * 24 * 60:
        larger, smaller = words.ngettext("%(n)s hour", "%(n)s hours", minutes // 60), minutes % 60
        small = words.ngettext("%(n)s minute", "%(n)s minutes", smaller)
        is_short = minutes < 60
    else:
        larger, smaller = words.ngettext("%(n)s day", "%(n)s days", minutes // (24 * 60)), minutes // 60 % 24
        small, is_short = words.ngettext("%(n)s hour", "%(n)s hours", smaller), False
    if is_short or not smaller:
        return small if is_short else larger
    return words.gettext("%(large)s and %(small)s", large=larger, small=small)


def _article(db: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """The article that the address names. Raises NotThere, which tells where it went."""
    named = asked.path["article"]
    number = int(named) if named.isascii() and named.isdigit() and len(named) < 19 else None
    if number is not None and (article := read_article(db, number)) is not None:
        return article
    _ = asked.words.gettext
    if number is not None and (at := expired_at(db, number)) is not None:
        day = asked.words.day(at, "full")
        raise NotThere(_("This article was kept for as long as this desk keeps articles, until %(day)s.", day=day))
    if number is None:
        raise NotThere(_("An article is named by its number; the search finds it."))
    raise NotThere(_("The archive holds no article with this number. It may have been forgotten since."))


def read_json(db: sqlite3.Connection, asked: Asked) -> Document:
    """The article as `khabar show --json` prints it."""
    if not asked.sees_texts:
        raise NotAllowed(asked.words.gettext("Whole articles are not shown in public."))
    article = _article(db, asked)
    size = version_bytes(db, article["id"]) + 4 * (len(article["text"]) + evidence_characters(db, article["id"]))
    if size > LONGEST_JSON:
        raise BadRequest(asked.words.gettext("It is too long for one answer; khabar show --json gives it."))
    record = read_record(db, article["id"])
    if record is None:
        raise ArchiveError("the article went at this moment")
    return Document(body=plain_json(record.as_dict()), media_type="application/json; charset=utf-8")


def find_by_address(db: sqlite3.Connection, asked: Asked) -> int:
    """The article at the address `url`, any that it was found at. Raises NotThere, which tells what is known of it."""
    _, url = asked.words.gettext, asked.first("url").strip()
    if not url:
        raise BadRequest(_("An address is missing: /articles?url=…"))
    key = url_key(url)
    if (found := find_by_url(db, key)) is not None:
        return found
    left = gone(db, key)
    if left is None:
        raise NotThere(_("The archive holds no article from this address."))
    day = asked.words.day(to_text(left.at), "full")
    if left.expired is None:
        raise NotThere(_("What was at this address was forgotten on %(day)s, and is not fetched again.", day=day))
    raise NotThere(_("This article was kept for as long as this desk keeps articles, until %(day)s.", day=day))


async def _to_article(datasette: Datasette, request: Request) -> Response:
    asked = asked_by(datasette, request)
    try:
        article = await ask(datasette, asked.face, lambda db: find_by_address(db, asked))
    except (Refusal, ArchiveError) as error:
        return await refused(datasette, request, asked, error)
    return Response.redirect(f"/articles/{article}")


ROUTES: Sequence[Route] = [
    (r"^/articles$", _to_article),
    (r"^/articles/(?P<article>\d{1,40})\.json$", document(read_json)),
    (r"^/articles/(?P<article>\d{1,40})/edit$", page("edit_alone.html", read_edit_alone)),
    (r"^/articles/(?P<article>[^/]{1,100})$", page("article.html", read_one)),
]
