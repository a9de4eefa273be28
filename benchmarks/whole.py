"""Whether an archive is whole: what SQLite says of it, and whether everything that is kept twice agrees.

Nothing is mended and nothing is written: whatever is made anew to compare with is made of a copy in memory.
"""

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from archive.database import open_archive
from archive.index import rebuild_index
from topics.evidence import Tag
from topics.matching import match
from topics.packs import Packs

_SHOWN = 3  # of what is wrong, at most, of each kind
_QUESTIONS = {
    "articles without their text": "SELECT id FROM article_head WHERE id NOT IN (SELECT id FROM article_text)",
    "texts without their article": "SELECT id FROM article_text WHERE id NOT IN (SELECT id FROM article_head)",
    "articles archived twice": "SELECT url FROM article_head GROUP BY url HAVING count(*) > 1",
    "articles that their own address does not lead to": """
        SELECT id FROM article_head
        WHERE NOT EXISTS (SELECT 1 FROM addresses WHERE article = article_head.id AND kind = 'own')
    """,
    "addresses of articles that are not there": """
        SELECT key FROM addresses WHERE article IS NOT NULL AND article NOT IN (SELECT id FROM article_head)
    """,
    "stories that count wrongly": """
        SELECT id FROM stories
        WHERE articles <> (SELECT count(*) FROM article_head WHERE story = stories.id)
           OR first_article <> (
                SELECT id FROM article_head WHERE story = stories.id ORDER BY appeared, first_seen, id LIMIT 1
           )
    """,
    "articles of no story": "SELECT id FROM article_head WHERE story NOT IN (SELECT id FROM stories)",
    "evidence outside of its text": """
        SELECT article FROM evidence JOIN articles ON articles.id = article
        WHERE start < 0 OR start >= "end" OR "end" > length(CASE field WHEN 'title' THEN title ELSE text END)
    """,
    "evidence of a topic that the article has not": """
        SELECT article FROM evidence WHERE topic NOT IN (SELECT topic FROM tags WHERE tags.article = evidence.article)
    """,
    "tags without evidence": """
        SELECT article FROM tags WHERE topic NOT IN (SELECT topic FROM evidence WHERE evidence.article = tags.article)
    """,
    "hours whose volume is wrong": """
        SELECT topic, hour, source FROM (
            SELECT topic, hour, source, articles FROM volume WHERE articles <> 0
            UNION ALL
            SELECT 0, substr(coalesce(published, first_seen), 1, 13) || ':00:00Z', source, -count(*)
            FROM article_head GROUP BY 2, 3
            UNION ALL
            SELECT topic, substr(coalesce(published, first_seen), 1, 13) || ':00:00Z', source, -count(*)
            FROM article_tags JOIN article_head ON id = article GROUP BY 1, 2, 3
        ) GROUP BY topic, hour, source HAVING sum(articles) <> 0
    """,
    "messages of articles that are not there": """
        SELECT ref FROM alerts WHERE article IS NOT NULL AND article NOT IN (SELECT id FROM article_head)
    """,
    "messages that were sent, and no delivery of theirs": """
        SELECT ref FROM alerts WHERE state = 'sent' AND within IS NULL
        AND NOT EXISTS (SELECT 1 FROM deliveries WHERE deliveries.ref = alerts.ref AND outcome = 'sent')
    """,
}
"""What is wrong, and what finds it."""


def faults(path: Path) -> Iterator[str]:
    """Whatever is not as it should be in the archive at *path*, a line each. Raises ArchiveError."""
    with closing(open_archive(path, read_only=True)) as db:
        for check in ("PRAGMA integrity_check", "PRAGMA foreign_key_check"):
            if (rows := [tuple(row) for row in db.execute(check)]) not in ([], [("ok",)]):
                yield f"{check}: {rows[:_SHOWN]}"
        for what, question in _QUESTIONS.items():
            yield from _told(what, (row[0] for row in db.execute(question)))
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            db.backup(copy)
            yield from _index_faults(copy)


def _index_faults(copy: sqlite3.Connection) -> Iterator[str]:
    """What an index has that one made anew would not, and the other way round."""
    indexes = ("article_index", "author_index")
    for index in indexes:
        copy.execute(f"INSERT INTO {index} ({index}) VALUES ('integrity-check')")
        copy.execute(f"CREATE VIRTUAL TABLE temp.words_of_{index} USING fts5vocab (main, {index}, instance)")
        copy.execute(f"CREATE TEMP TABLE before_{index} AS SELECT * FROM temp.words_of_{index}")
    rebuild_index(copy)
    for index in indexes:
        for name, some, others in (
            ("words that are indexed and not there", f"before_{index}", f"words_of_{index}"),
            ("words that are there and not indexed", f"words_of_{index}", f"before_{index}"),
        ):
            found = copy.execute(
                f"SELECT doc, term FROM temp.{some} EXCEPT SELECT doc, term FROM temp.{others} LIMIT 4"
            )
            yield from _told(f"{name} ({index})", (tuple(row) for row in found))


def tag_faults(path: Path, packs: Iterable[Packs]) -> Iterator[str]:
    """The articles that have other tags or evidence than those of *packs* that they were read with give."""
    known = {one.version: one for one in packs}
    with closing(open_archive(path, read_only=True)) as db:
        kept: dict[int, set[tuple[object, ...]]] = {}
        for row in db.execute('SELECT article, topic, rule, term, field, start, "end" FROM evidence'):
            kept.setdefault(row[0], set()).add(tuple(row)[1:])
        rows = db.execute(
            "SELECT articles.id, articles.title, text, articles.language, pack_versions.name, "
            "(SELECT json_group_array(DISTINCT pack_version) FROM tags WHERE article = articles.id) "
            "FROM articles JOIN article_head USING (id) JOIN pack_versions ON pack_versions.id = pack"
        )
        wrong = []
        for article, title, text, language, version, versions in rows:
            if version not in known:
                continue
            tags = match(known[version], title=title, text=text, language=language)
            if kept.get(article, set()) != set(_pieces(tags)) or versions not in ("[]", f'["{version}"]'):
                wrong.append(article)
        yield from _told("articles with tags of other packs than they say", wrong)


def _pieces(tags: Iterable[Tag]) -> Iterator[tuple[object, ...]]:
    for tag in tags:
        for one in tag.evidence:
            yield tag.topic, one.rule, one.term, one.field, one.start, one.end


def _told(what: str, found: Iterable[object]) -> Iterator[str]:
    listed = list(found)
    if listed:
        some = ", ".join(map(str, listed[:_SHOWN]))
        yield f"{len(listed)} {what}: {some}{' …' if len(listed) > _SHOWN else ''}"


if __name__ == "__main__":  # python -m benchmarks.whole FILE…
    told = [f"{name}: {fault}" for name in sys.argv[1:] for fault in faults(Path(name))]
    print("\n".join(told) or "whole")
    sys.exit(bool(told))
