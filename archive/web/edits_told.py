"""The edits of an article as its page shows them: one at a time, its two versions beside each other."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.browsing import Step, edit_times, read_other_readings, read_step
from archive.comparing import Piece
from archive.revisions import read_edit
from archive.web.side_by_side import LONGEST_COMPARED, MOST_ROWS, Row, in_one_line, side_by_side
from archive.web.view import Asked, NotThere
from archive.web.wording import Words

MOST_LABELS = 200
"""Edits of which the slider names each moment while it is drawn; a page that changes with every look has thousands."""
_MOST_READINGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTold:
    """Edit *number* of *total*, the oldest being 1."""

    number: int
    total: int
    step: Step
    title: Sequence[Piece]  # where it was changed
    rows: Sequence[Row]  # of the text, where it was changed
    is_cut: bool
    labels: Sequence[str]  # a moment for each edit; none where there are too many


def read_edits(db: sqlite3.Connection, article: Mapping[str, Any], asked: Asked) -> EditTold | None:
    """The edit that is asked for by `edit=N`, else the latest; None where there was none. Raises NotThere."""
    times = edit_times(db, article["id"])
    if not times:
        return None
    number = _number(asked, len(times))
    revision = times[number - 1][0]
    step, edit = read_step(db, revision, article["first_seen"]), read_edit(db, revision)
    if step is None or edit is None:
        raise NotThere(asked.words.gettext("There is no such edit of this article."))
    has_text = "text" in step.changed
    rows = side_by_side(*edit.texts) if has_text else []
    return EditTold(
        number=number, total=len(times), step=step,
        title=in_one_line(*edit.titles) if "title" in step.changed else [],
        rows=rows, is_cut=has_text and (max(map(len, edit.texts)) > LONGEST_COMPARED or len(rows) == MOST_ROWS),
        labels=[asked.words.moment(seen) for _, seen in times] if len(times) <= MOST_LABELS else [],
    )  # fmt: skip


def _number(asked: Asked, total: int) -> int:
    given = asked.first("edit")
    if not given:
        return total
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:9]) <= total):
        words = ("This article was edited %(n)s time.", "This article was edited %(n)s times.")
        raise NotThere(asked.words.ngettext(*words, total))
    return int(given)


def read_readings(db: sqlite3.Connection, article: int, words: Words) -> list[dict[str, Any]]:
    """What other readings of the kept page changed, which nobody of the newsroom did: `at`, `code`, `changed` in words,
    and the share of the words."""
    names = names_of_parts(words)
    return [
        {**one, "changed": [names.get(name, name) for name in one["changed"]]}
        for one in read_other_readings(db, article, _MOST_READINGS)
    ]


def names_of_parts(words: Words) -> dict[str, str]:
    """What an edit or a reading can change, in words."""
    _ = words.gettext
    return {
        "title": _("the title"), "text": _("the text"), "published": _("the date"), "authors": _("the authors"),
        "language": _("the language"), "section": _("the section"), "dateline": _("the dateline"),
        "headline": _("the headline"), "modified": _("the time of change"), "reserved": _("what is reserved"),
    }  # fmt: skip
