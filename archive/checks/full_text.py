"""Whether the full-text indexes hold what the articles say.

They keep no copy of what went in (FTS5, `content = ''`), so SQLite itself cannot hold them against the text. What they
do keep is how many words each article has by field: that is held against every text, folded anew. Of some, evenly
spread, the whole text is asked for as one phrase, which only stands there if every word does, in its place. And all
words of the index together must be as many as those of its articles: else something was left behind.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from archive.checks.finding import Check, Span
from archive.index import (
    NEXT_AUTHOR,
    TOKENIZE,
    add_to_index,
    fold_article,
    fold_authors,
    index_authors,
    index_is_current,
    rebuild_index,
)

_SAMPLES = 2
"""Articles of a stretch of a thousand that are asked for as a whole; each takes some milliseconds."""
_LONGEST_PHRASE = 2_000  # words asked for at once: a phrase reads the list of each of its words

_ANEW = "--repair makes the index anew, while no service runs; a million articles take some ten minutes"


def _words(size: bytes) -> list[int]:
    """The numbers of a row of FTS5's docsize: variable-length integers, as SQLite writes them."""
    numbers, number = [], 0
    for byte in size:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    return numbers


_READ = """
    SELECT article_head.id, title, text, authors, article_index_docsize.sz AS words, author_index_docsize.sz AS names
    FROM article_head JOIN article_text USING (id)
    LEFT JOIN article_index_docsize ON article_index_docsize.id = article_head.id
    LEFT JOIN author_index_docsize ON author_index_docsize.id = article_head.id
    WHERE article_head.id BETWEEN ? AND ?
"""
_MISSING = """
    SELECT id FROM article_head WHERE id BETWEEN ? AND ?
    AND NOT EXISTS (SELECT 1 FROM article_index_docsize WHERE article_index_docsize.id = article_head.id)
"""
_LEFT = (
    "SELECT id FROM {index}_docsize WHERE id BETWEEN ? AND ? "
    "AND NOT EXISTS (SELECT 1 FROM article_head WHERE article_head.id = {index}_docsize.id)"
)


def _find_missing(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    return [str(number) for (number,) in db.execute(_MISSING, span)]


def _mend_missing(db: sqlite3.Connection, span: Span) -> int:
    missing = [number for (number,) in db.execute(_MISSING, span)]
    for number in missing:
        row = db.execute("SELECT title, text FROM article_head JOIN article_text USING (id) WHERE id = ?", (number,))
        for title, text in row.fetchall():
            add_to_index(db, number, *fold_article(title, text))
    return len(missing)


MISSING = Check(
    name="articles not indexed", wrong="articles are in no full-text index: no search finds them",
    remedy="--repair adds them", find=_find_missing, mend=_mend_missing,
)  # fmt: skip


def _find_unnamed(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    return [str(number) for number, _ in _unnamed(db, span)]


def _unnamed(db: sqlite3.Connection, span: Span) -> list[tuple[int, str]]:
    rows = db.execute(
        "SELECT id, authors FROM article_head WHERE id BETWEEN ? AND ? AND authors <> '[]' "
        "AND NOT EXISTS (SELECT 1 FROM author_index_docsize WHERE author_index_docsize.id = article_head.id)",
        span,
    ).fetchall()
    return [(number, authors) for number, authors in rows if fold_authors(json.loads(authors))]


def _mend_unnamed(db: sqlite3.Connection, span: Span) -> int:
    unnamed = _unnamed(db, span)
    for number, authors in unnamed:
        index_authors(db, number, authors)
    return len(unnamed)


UNNAMED = Check(
    name="authors not indexed", wrong="articles are not found by their authors", remedy="--repair adds them",
    find=_find_unnamed, mend=_mend_unnamed,
)  # fmt: skip


def _find_left(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    indexes = ("article_index", "author_index")
    return [f"{number} in {index}" for index in indexes for (number,) in db.execute(_LEFT.format(index=index), span)]


def _find_different(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    """Those whose words are not as many in the index as in the text. Who is not in it at all is found elsewhere."""
    return [str(number) for number in _different(db, span)]


def _different(db: sqlite3.Connection, span: Span) -> Iterator[int]:
    for number, title, text, authors, words, names in db.execute(_READ, span):
        folded = fold_article(title, text)
        named = fold_authors(json.loads(authors))
        is_other = (
            words is not None
            and _words(words) != [len(field.tokens) for field in folded]
            and _words(words) != _words_in("title, text", [field.string for field in folded])
        ) or (
            names is not None
            and _words(names) != [len(named.replace(NEXT_AUTHOR, " ").split())]
            and _words(names) != _words_in("authors", [named])
        )
        if is_other:
            yield number


def _words_in(columns: str, fields: Sequence[str]) -> list[int]:
    """How many words FTS5 itself counts in these *fields*: of letters that it does not know it makes none."""
    with closing(sqlite3.connect(":memory:")) as aside:
        aside.execute(f"CREATE VIRTUAL TABLE one USING fts5 ({columns}, content = '', tokenize = \"{TOKENIZE}\")")
        marks = ", ".join("?" * len(fields))
        aside.execute(f"INSERT INTO one (rowid, {columns}) VALUES (1, {marks})", fields)  # noqa: S608 -- own names
        return _words(aside.execute("SELECT sz FROM one_docsize").fetchone()[0])


def _find_unlike(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    """Of some of those that have as many words as they should, whether these are the words."""
    ids = [number for (number,) in db.execute("SELECT id FROM article_head WHERE id BETWEEN ? AND ? ORDER BY id", span)]
    step = max(len(ids) // _SAMPLES, 1)
    return [str(number) for number in ids[::step] if not _stands(db, number)]


def _stands(db: sqlite3.Connection, number: int) -> bool:
    row = db.execute("SELECT title, text FROM article_head JOIN article_text USING (id) WHERE id = ?", (number,))
    for title, text in row.fetchall():
        indexed = db.execute("SELECT 1 FROM article_index_docsize WHERE id = ?", (number,)).fetchone()
        fields = zip(("title", "text"), fold_article(title, text), strict=True)
        return indexed is None or all(_has_phrase(db, number, name, field.tokens) for name, field in fields)
    return True


def _has_phrase(db: sqlite3.Connection, number: int, name: str, words: Sequence[str]) -> bool:
    """Whether the index has all *words* of this field of the article, in a row."""
    if not words:
        return True
    phrase = " ".join(words[:_LONGEST_PHRASE])
    query = "SELECT 1 FROM article_index WHERE article_index MATCH ? AND rowid = ?"
    return db.execute(query, (f'{name} : "{phrase}"', number)).fetchone() is not None


def _find_total(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    """The indexes that have more or fewer words in all than their articles."""
    return [found for index in ("article_index", "author_index") for found in _total(db, index)]


def _total(db: sqlite3.Connection, index: str) -> Iterator[str]:
    articles = sum(sum(_words(size)) for (size,) in db.execute(f"SELECT sz FROM {index}_docsize"))  # noqa: S608 -- own names
    with _vocabulary(db, index) as vocabulary:
        words = db.execute(f"SELECT coalesce(sum(cnt), 0) FROM {vocabulary}").fetchone()[0]  # noqa: S608 -- own names
    if words != articles:
        yield f"{index} has {words:,} words, its articles {articles:,}"


@contextmanager
def _vocabulary(db: sqlite3.Connection, index: str) -> Iterator[str]:
    """The name of a view of all words of *index*. It is a temporary one, which a connection that only reads may not
    make without a word."""
    only_reads = db.execute("PRAGMA query_only").fetchone()[0]
    db.execute("PRAGMA query_only = OFF")
    name = f"temp.{index}_vocabulary"
    db.execute(f"CREATE VIRTUAL TABLE {name} USING fts5vocab (main, {index}, row)")
    try:
        yield name
    finally:
        db.execute(f"DROP TABLE {name}")
        db.execute(f"PRAGMA query_only = {only_reads}")


def _rebuild(db: sqlite3.Connection, span: Span) -> int:
    rebuild_index(db)
    (number,) = db.execute("SELECT count(*) FROM article_head").fetchone()
    return int(number)


def _of_whole_index(
    name: str, wrong: str, find: Callable[[sqlite3.Connection, Span], Sequence[str]], *, whole: bool = False,
    thorough: bool = False,
) -> Check:  # fmt: skip
    """A check of which to mend it is to make the index anew: what stands in it wrongly cannot be taken out singly."""
    return Check(
        name=name, wrong=wrong, remedy=_ANEW, find=find, mend=_rebuild, alone=True, whole=whole, thorough=thorough
    )


LEFT = _of_whole_index("index of nothing", "entries of the full-text index belong to no article", _find_left)
DIFFERENT = _of_whole_index(
    "index and text", "articles have other words in the full-text index than in their text", _find_different,
    thorough=True,
)  # fmt: skip
UNLIKE = _of_whole_index("index, sampled", "of some articles tried, the index does not have the text", _find_unlike)
TOTAL = _of_whole_index(
    "words of the index", "of the full-text indexes do not add up", _find_total, whole=True, thorough=True
)


def _find_fold(db: sqlite3.Connection, span: Span) -> Sequence[str]:
    return [] if index_is_current(db) else ["made with another folding"]


FOLD = _of_whole_index("folding", "index is of another Khabar, and folded otherwise", _find_fold, whole=True)
CHECKS = (FOLD, TOTAL, MISSING, UNNAMED, LEFT, DIFFERENT, UNLIKE)
