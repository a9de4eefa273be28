"""Saving an article: new, revised, unchanged or a duplicate is decided, and all that follows is written with it.

Everything happens in the caller's transaction, so that two copies which arrive at the same instant see each other.
"""

import sqlite3
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from archive.arrival import Arrival, Stored
from archive.article import Article, Fate, Visit
from archive.capturing import note_sighting, record_capture
from archive.changes import change_share, same_words
from archive.columns import columns, is_moved, told
from archive.database import storable
from archive.edits import Dated, Edited, edited, tells_day
from archive.extractions import note_other_words
from archive.forgotten import Published, gone_before, gone_text
from archive.identity import IDS_PER_SECOND, Known, find_known, own_urls, settle_addresses
from archive.index import add_to_index, fold_article, index_authors, take_from_index
from archive.late import is_late, place
from archive.ledger import address_of, key_of, record_visit
from archive.likeness import Met
from archive.lines import pack, recurring_among
from archive.looks import plan_look
from archive.past import note_past
from archive.recurring import known_lines, past_of, remember_lines
from archive.revisions import find_version, keep_version
from archive.stories import find_story, join_story, remember_signature, settle_first
from archive.tagging import add_tags, pack_number, replace_tags, scores_of
from archive.times import to_text

__all__ = ["Arrival", "Stored", "names_its_page", "save"]

_LAST_ID = (  # what has expired keeps its own
    "SELECT max(last) FROM (SELECT max(id) AS last FROM article_head WHERE id BETWEEN :begin AND :end "
    "UNION ALL SELECT max(article) FROM expired WHERE article BETWEEN :begin AND :end)"
)
_LAST_SECOND = 2**53 // IDS_PER_SECOND - 1


def save(db: sqlite3.Connection, arrival: Arrival) -> Stored:
    """Saves *arrival* in the open transaction: the article, what follows from it, and the fates of its addresses."""
    article = arrival.article
    known = find_known(db, article, arrival.left_out)
    if known is None:
        stored = _archive(db, arrival)
    elif arrival.is_capture and is_late(db, known.id, arrival.seen):
        stored = place(db, arrival, known)
    elif not known.is_copy and (edit := _edit(db, known, arrival)).changed:
        stored = _revise(db, arrival, known, edit)
    else:
        stored = _meet_again(db, arrival, known)
    strangers = settle_addresses(db, article, stored.article, known)
    fate = stored.fate
    for url in own_urls(article):  # the last is the one that was asked for: its fate is the arrival's
        fate = Fate.DUPLICATE if url in strangers and stored.fate is Fate.UNCHANGED else stored.fate
        visit = Visit(
            url=url, source=article.source, run=arrival.run, at=arrival.seen, fate=fate, reason=arrival.remark,
            status=arrival.status,
        )  # fmt: skip
        record = record_capture if arrival.is_capture else record_visit
        record(db, visit)
    if stored.fate is not Fate.DUPLICATE and not arrival.is_capture:
        here = address_of(db, article.url)
        plan_look(db, here, stored.article, steps=arrival.revisit, at=arrival.seen, validators=arrival.validators)
    return replace(stored, fate=fate)


def names_its_page(db: sqlite3.Connection, arrival: Arrival) -> bool:
    """Whether the page of *arrival*, saved now, would be that of a version. Writes nothing. Of a capture that comes
    late nobody knows before; it may be.
    """
    article = arrival.article
    claim = key_of(article.canonical) if article.canonical else None
    published = Published(article.source, storable(article.title), storable(article.text))
    if gone_before(db, [key_of(url) for url in own_urls(article)], claim=claim) or gone_text(db, published):
        return False
    known = find_known(db, article, arrival.left_out)
    if known is None:
        return True
    if known.is_copy:
        return False
    if (arrival.is_capture and is_late(db, known.id, arrival.seen)) or _edit(db, known, arrival).changed:
        return True
    return not same_words(known.text, article.text) or told(article).get("language", known.language) != known.language


@dataclass(frozen=True, slots=True)
class _Edit:
    changed: tuple[Edited, ...]
    texts: tuple[str, str]  # the archived one and the one that arrives, without the lines that recur


def _edit(db: sqlite3.Connection, known: Known, arrival: Arrival) -> _Edit:
    article, texts = arrival.article, _own_texts(db, known, arrival)
    if _is_same_page(known, arrival):  # what is read otherwise on the same bytes, nobody edited
        return _Edit((), texts)
    raw = storable(article.published_raw)
    after = Dated(article.published, raw, article.published_precision, article.surmised)
    changed = edited((known.title, article.title), texts, (known.dateline, article.dateline), (known.dated, after))
    return _Edit(changed, texts)


def _is_same_page(known: Known, arrival: Arrival) -> bool:
    return arrival.page_hash is not None and arrival.page_hash == known.page_hash


def _own_texts(db: sqlite3.Connection, known: Known, arrival: Arrival) -> tuple[str, str]:
    """The archived text and the one that arrives, without the lines that come and go with the template: those that are
    left out of either, and of a box that the page no longer shows, or shows another one in turn. Such a line is no
    edit: its source is only known better.
    """
    if same_words(known.text, arrival.article.text):
        return known.text, arrival.article.text
    recurring = recurring_among(known_lines(db, arrival.article.source, is_past=arrival.is_past))
    return known.own_texts(arrival.article.text, arrival.left_out | (recurring.boilerplate - arrival.lines))


def _memory(arrival: Arrival) -> str:
    source = arrival.article.source
    return past_of(source) if arrival.is_past else source


def _archive(db: sqlite3.Connection, arrival: Arrival) -> Stored:
    article, seen = arrival.article, to_text(arrival.seen)
    number = _new_id(db, article.published or arrival.seen)
    met = Met(arrival.signature or b"", article.source, _appeared(article, arrival.seen))
    story = find_story(db, met, arrival.seen)
    story = number if story is None else story
    values = {**columns(article), "id": number, "first_seen": seen, "last_seen": seen, "story": story}
    values["moved"] = is_moved(number, to_text(article.published or arrival.seen))
    values["pack"] = pack_number(db, arrival.pack_version)
    db.execute(
        f"INSERT INTO article_head ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",  # noqa: S608 -- own names
        tuple(values.values()),
    )
    text = storable(article.text)
    db.execute(
        "INSERT INTO article_text (id, text, left_out, page_hash, page_fetched) VALUES (?, ?, ?, ?, ?)",
        (number, text, pack(arrival.left_out), arrival.page_hash, seen),
    )
    add_to_index(db, number, *fold_article(storable(article.title), text))
    index_authors(db, number, str(values["authors"]))
    add_tags(db, number, arrival.tags)
    join_story(db, story, number)
    if arrival.signature:
        remember_signature(db, number, arrival.signature, arrival.seen)
    remember_lines(db, _memory(arrival), arrival.lines)
    if arrival.is_past:
        note_past(db, number, captured=arrival.is_capture)
    return Stored(fate=Fate.ARCHIVED, article=number, story=story)


def _meet_again(db: sqlite3.Connection, arrival: Arrival, known: Known) -> Stored:
    """Nothing was edited."""
    seen = to_text(arrival.seen)
    if known.is_copy:
        db.execute("UPDATE article_head SET last_seen = max(last_seen, ?) WHERE id = ?", (seen, known.id))
        note_sighting(db, known.id, seen, bare=True)
        return Stored(fate=Fate.DUPLICATE, article=known.id, story=known.story)
    _take_over(db, arrival, known)
    note_sighting(db, known.id, seen)
    return Stored(fate=Fate.UNCHANGED, article=known.id, story=known.story)


def _take_over(db: sqlite3.Connection, arrival: Arrival, known: Known) -> None:
    """The words are the archived ones. Other fields that came or changed are taken over, and so is the text where only
    lines that recur make the difference, or a better reading of the same page. Another language brings other tags."""
    fields, title = told(arrival.article), storable(arrival.article.title) or known.title
    is_other = not (same_words(known.text, arrival.article.text) and same_words(known.title, title))
    if _is_same_page(known, arrival) and not (
        same_words(*_own_texts(db, known, arrival)) and same_words(known.title, title)
    ):
        note_other_words(db, known, title, storable(arrival.article.text), at=arrival.seen, code=arrival.code)
    if is_other or fields.get("language", known.language) != known.language:
        _rewrite(db, arrival, known)
    else:
        fields.pop("title", None)  # may differ in white space, and evidence points into the archived one
        if known.left_out != arrival.left_out:
            db.execute("UPDATE article_text SET left_out = ? WHERE id = ?", (pack(arrival.left_out), known.id))
    _update(db, arrival, known, fields)


def _revise(db: sqlite3.Connection, arrival: Arrival, known: Known, edit: _Edit) -> Stored:
    """Keeps the version before; the article's row, index, tags, evidence and signature become the new one's."""
    title, (ours, theirs) = storable(arrival.article.title) or known.title, edit.texts
    date = arrival.article.published if edit.changed == ("published",) else None
    back_to = find_version(
        db, known.id, title=title, text=storable(arrival.article.text), published=to_text(date) if date else None,
        left_out=arrival.left_out,
    )  # fmt: skip
    change = round(change_share(f"{known.title or ''}\n{ours}", f"{title or ''}\n{theirs}"), 4)
    revision = keep_version(
        db, known, seen=to_text(arrival.seen), changed=edit.changed, change=change, back_to=back_to
    )  # fmt: skip
    before = scores_of(db, known.id)
    if edit.changed == ("published",):
        _take_over(db, arrival, known)
        db.execute(
            "UPDATE article_text SET page_hash = ?, page_fetched = ? WHERE id = ?",
            (arrival.page_hash, to_text(arrival.seen), known.id),
        )
    else:
        _rewrite(db, arrival, known)
        _update(db, arrival, known, told(arrival.article))
    return Stored(fate=Fate.REVISED, article=known.id, story=known.story, revision=revision, before=before)


def _rewrite(db: sqlite3.Connection, arrival: Arrival, known: Known) -> None:
    """Puts the text of *arrival* in place of the archived one, and with it index, tags, evidence and signature.

    The title of the article's row has to follow: the index and the evidence go by it.
    """
    title, text = storable(arrival.article.title) or known.title, storable(arrival.article.text)
    take_from_index(db, known.id, *fold_article(known.title, known.text))
    add_to_index(db, known.id, *fold_article(title, text))
    db.execute(
        "UPDATE article_text SET text = ?, left_out = ?, page_hash = ?, page_fetched = ? WHERE id = ?",
        (text, pack(arrival.left_out), arrival.page_hash, to_text(arrival.seen), known.id),
    )
    replace_tags(db, known.id, arrival.tags, arrival.pack_version)
    if arrival.signature is not None:
        remember_signature(db, known.id, arrival.signature, arrival.seen)


def _update(db: sqlite3.Connection, arrival: Arrival, known: Known, fields: dict[str, object]) -> None:
    """Takes over the *fields* that the page told this time; what it tells no longer stays."""
    if key_of(arrival.article.url) == key_of(known.url):
        del fields["url"], fields["site"]  # not from one spelling of the address to another with every visit
    if not _is_better_dated(arrival.article, known):
        fields = {name: value for name, value in fields.items() if not name.startswith("published")}
    fields = {name: value for name, value in fields.items() if name != "source"}
    if authors := fields.get("authors"):
        before = db.execute("SELECT authors FROM article_head WHERE id = ?", (known.id,)).fetchone()[0]
        index_authors(db, known.id, str(authors), before)
    db.execute(
        f"UPDATE article_head SET {', '.join(f'{name} = ?' for name in fields)} WHERE id = ?",  # noqa: S608 -- own names
        (*fields.values(), known.id),
    )
    row = db.execute("SELECT coalesce(published, first_seen) FROM article_head WHERE id = ?", (known.id,)).fetchone()
    db.execute(
        "UPDATE article_head SET moved = ?, last_seen = max(last_seen, ?) WHERE id = ?",
        (is_moved(known.id, row[0]), to_text(arrival.seen), known.id),
    )
    if "published" in fields:
        settle_first(db, known.story)


def _is_better_dated(article: Article, known: Known) -> bool:
    """A bare day does not replace a minute. Nor does "two hours ago", which means another minute with each look, and
    the first look had the finest unit, replace anything; nor what is surmised in other words.
    """
    if known.published is None:
        return True
    if article.surmised and storable(article.published_raw) != known.published_raw:
        return False
    if article.published_precision == "day" and known.published_precision not in (None, "day"):
        return False
    return article.published_raw is None or tells_day(article.published_raw)


def _new_id(db: sqlite3.Connection, instant: datetime) -> int:
    """The next free id of the instant's second, or of the first later second that has room."""
    second = min(max(int(instant.astimezone(UTC).timestamp()), 0), _LAST_SECOND)
    while True:
        begin = second * IDS_PER_SECOND
        last = db.execute(_LAST_ID, {"begin": begin, "end": begin + IDS_PER_SECOND - 1}).fetchone()[0]
        number: int = begin if last is None else last + 1
        if number < begin + IDS_PER_SECOND:
            return number
        second += 1


def _appeared(article: Article, seen: datetime) -> datetime:
    """As the column `appeared` has it: the latest moment at which the article can have appeared."""
    within = timedelta(days=1, seconds=-1) if article.published_precision == "day" else timedelta()
    return min(seen, article.published + within) if article.published else seen
