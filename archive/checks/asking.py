"""Asks checks of an archive, and mends what they find: a stretch of articles at a time, in constant memory.

Each question is a read transaction of its own and ends in a fraction of a second, so that the write-ahead log can be
cleared between two of them; only what is asked of the whole file takes longer. Mending is a write transaction for each
stretch, with a pause behind it in which others write.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from archive.checks.finding import EVERYTHING, MOST_EXAMPLES, Check, Finding, Span
from archive.database import one_moment, transaction
from archive.pacing import paced

AT_ONCE = 1_000
"""Articles in a stretch: some megabytes of text."""
Tell = Callable[[str, float], object]
"""Is told what is under way, and how much of it is done: 0 to 1."""


def ask(db: sqlite3.Connection, checks: Sequence[Check], tell: Tell = lambda name, share: None) -> Iterator[Finding]:
    """What *checks* find, those of the whole file first."""
    for check in checks:
        if check.whole:
            tell(check.name, 0.0)
            yield from _finding(check, *_found(db, check, EVERYTHING), [EVERYTHING])
    by_stretch = [check for check in checks if not check.whole]
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = defaultdict(list)
    where: dict[str, list[Span]] = defaultdict(list)
    for span, share in _spans(db) if by_stretch else ():
        tell("articles", share)
        for check in by_stretch:
            number, some = _found(db, check, span)
            if number:
                counts[check.name] += number
                examples[check.name] += some[: MOST_EXAMPLES - len(examples[check.name])]
                where[check.name].append(span)
    for check in by_stretch:
        yield from _finding(check, counts[check.name], examples[check.name], where[check.name])


def mend(db: sqlite3.Connection, finding: Finding, tell: Tell = lambda name, share: None) -> int:
    """Puts right what was found; how much it did."""
    if finding.act is not None:
        tell(finding.name, 0.0)
        return finding.act(db)
    if finding.check is None or finding.check.mend is None:
        raise ValueError(f"{finding.name} cannot be mended")
    spans = (EVERYTHING,) if finding.check.alone else finding.spans
    return sum(paced(_mended(db, finding.check.mend, spans, lambda share: tell(finding.name, share))))


def _mended(
    db: sqlite3.Connection, act: Callable[[sqlite3.Connection, Span], int], spans: Sequence[Span],
    tell: Callable[[float], object],
) -> Iterator[int]:  # fmt: skip
    """What was done in each of *spans*, once it is written."""
    for number, span in enumerate(spans):
        tell(number / len(spans))
        with transaction(db):
            done = act(db, span)
        yield done


def _found(db: sqlite3.Connection, check: Check, span: Span) -> tuple[int, list[str]]:
    """How much, and some of it. What cannot be read at all is found as well: a page of the file is damaged, a table is
    missing, or a value is none that Khabar writes."""
    try:
        with one_moment(db):
            found = check.find(db, span)
    except sqlite3.DatabaseError as error:
        if not is_unreadable(error):
            raise
        found = [f"cannot be read ({error})"]
    except ValueError as error:
        found = [f"cannot be read ({error}{_where(span)})"]
    return len(found), list(found[:MOST_EXAMPLES])


def _where(span: Span) -> str:
    return "" if span == EVERYTHING else f", from article {max(span[0], 0)} on"


def is_unreadable(error: sqlite3.DatabaseError) -> bool:
    """Whether it says that what is asked for cannot be read: the file is damaged, a table is missing, or a value that
    is to be JSON is none."""
    return is_damage(error) or str(error).startswith(("no such table", "no such column", "malformed JSON"))


def is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether it says that the file is damaged, and not that a statement is wrong."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _finding(check: Check, number: int, examples: Sequence[str], spans: Sequence[Span]) -> Iterator[Finding]:
    if number:
        yield Finding(
            name=check.name, severity=check.severity, wrong=check.wrong, remedy=check.remedy, count=number,
            examples=tuple(examples), check=check, spans=tuple(spans),
        )  # fmt: skip


def _spans(db: sqlite3.Connection) -> Iterator[tuple[Span, float]]:
    """Stretches that together hold every id there can be, and the share that lies before each.

    What refers to an article that is not there lies between those that are.
    """
    first, last = EVERYTHING
    number = 0
    (total,) = db.execute("SELECT count(*) FROM article_head").fetchone()
    while row := db.execute(
        "SELECT id FROM article_head WHERE id >= ? ORDER BY id LIMIT 1 OFFSET ?", (first, AT_ONCE)
    ).fetchone():
        yield (first, row[0] - 1), min(number / max(total, 1), 1.0)
        first, number = row[0], number + AT_ONCE
    yield (first, last), min(number / max(total, 1), 1.0)
