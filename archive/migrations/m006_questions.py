"""The sixth step: what the archive is asked by beside words, how an edit changed an article, volume by the hour.

Everything new is filled from what is there, in the same transaction.
"""

import json
from itertools import pairwise

from sqlite_utils import Database

from archive.addresses import site_of
from archive.changes import same_words
from archive.index import fold_authors
from archive.migrations.registry import migrations

_ASKED_BY = (
    # The host of its address, and its authors as folded words: what `site:` and `author:` ask.
    "ALTER TABLE article_head ADD COLUMN site TEXT",
    "CREATE INDEX article_site ON article_head (site)",
    """
    CREATE VIRTUAL TABLE author_index USING fts5 (
        authors, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mc'"
    )
    """,
)

_EDITS = (
    # The date of the version before, what the edit changed (title, text, published), and the earlier version that it
    # went back to, if any.
    "ALTER TABLE revisions ADD COLUMN published TEXT",
    "ALTER TABLE revisions ADD COLUMN published_precision TEXT",
    "ALTER TABLE revisions ADD COLUMN changed TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE revisions ADD COLUMN back_to INTEGER REFERENCES revisions (id)",
)

_STORIES = (
    # The moment that an article appeared at the latest: as it says, but never after it was seen; of one that tells
    # only its day, within that day.
    """
    ALTER TABLE article_head ADD COLUMN appeared TEXT GENERATED ALWAYS AS (
        min(first_seen, coalesce(CASE published_precision
            WHEN 'day' THEN strftime('%Y-%m-%dT%H:%M:%SZ', published, '+86399 seconds') ELSE published END, first_seen))
    ) VIRTUAL
    """,
    # The first to appear of a story is found in it, however many copies it has.
    "DROP INDEX article_story",
    "CREATE INDEX article_story ON article_head (story, appeared, first_seen)",
    """
    UPDATE stories SET first_article = (
        SELECT id FROM article_head WHERE story = stories.id ORDER BY appeared, first_seen, id LIMIT 1
    ) WHERE articles > 1
    """,
    # What a person decided of an article's story, and what it was before.
    """
    CREATE TABLE story_decisions (
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        decision TEXT NOT NULL,    -- split or merge
        article INTEGER NOT NULL REFERENCES article_head (id) ON DELETE CASCADE,
        story_before INTEGER NOT NULL,
        story INTEGER NOT NULL
    )
    """,
    "CREATE INDEX story_decision_article ON story_decisions (article)",
)

_HOUR = "substr(coalesce({row}.published, {row}.first_seen), 1, 13) || ':00:00Z'"
_ADD = """
    INSERT INTO volume (topic, hour, source, articles) {rows}
    ON CONFLICT (topic, hour, source) DO UPDATE SET articles = articles + excluded.articles
"""
_OLD, _NEW, _HEAD = (_HOUR.format(row=row) for row in ("old", "new", "head"))
_TAGGED = "FROM article_tags WHERE article = new.id"
_VOLUME = (
    # How many articles each hour had, by topic and source; topic 0 stands for every article, whatever its topics.
    # Triggers keep it in step, whoever writes. A row of none stays: removing it would cost more than it takes.
    """
    CREATE TABLE volume (
        topic INTEGER NOT NULL,
        hour TEXT NOT NULL,
        source TEXT NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (topic, hour, source)
    ) WITHOUT ROWID
    """,
    f"INSERT INTO volume SELECT 0, {_HEAD}, source, count(*) FROM article_head AS head GROUP BY 2, 3",
    f"""
    INSERT INTO volume SELECT topic, {_HEAD}, source, count(*)
    FROM article_tags JOIN article_head AS head ON head.id = article_tags.article GROUP BY 1, 2, 3
    """,
    f"""
    CREATE TRIGGER volume_article AFTER INSERT ON article_head BEGIN
        {_ADD.format(rows=f"VALUES (0, {_NEW}, new.source, 1)")};
    END
    """,
    f"""
    CREATE TRIGGER volume_tag AFTER INSERT ON article_tags BEGIN
        {_ADD.format(rows=f"SELECT new.topic, {_HEAD}, source, 1 FROM article_head AS head WHERE id = new.article")};
    END
    """,
    f"""
    CREATE TRIGGER volume_untag AFTER DELETE ON article_tags BEGIN
        {_ADD.format(rows=f"SELECT old.topic, {_HEAD}, source, -1 FROM article_head AS head WHERE id = old.article")};
    END
    """,
    f"""
    CREATE TRIGGER volume_moved AFTER UPDATE OF published, first_seen, source ON article_head
    WHEN {_OLD} <> {_NEW} OR old.source <> new.source BEGIN
        {_ADD.format(rows=f"VALUES (0, {_OLD}, old.source, -1), (0, {_NEW}, new.source, 1)")};
        {_ADD.format(rows=f"SELECT topic, {_OLD}, old.source, -1 {_TAGGED}")};
        {_ADD.format(rows=f"SELECT topic, {_NEW}, new.source, 1 {_TAGGED}")};
    END
    """,
    f"""
    CREATE TRIGGER volume_forgotten BEFORE DELETE ON article_head BEGIN
        DELETE FROM article_tags WHERE article = old.id;
        {_ADD.format(rows=f"VALUES (0, {_OLD}, old.source, -1)")};
    END
    """,
)

_VIEWS = (
    """
    CREATE VIEW headlines AS
    SELECT id, coalesce(published, first_seen) AS time, source, site, language, title,
           (SELECT json_group_array(name) FROM (
                SELECT name FROM article_tags JOIN topic_names ON topic_names.id = article_tags.topic
                WHERE article = article_head.id ORDER BY name
           )) AS topics, story, url
    FROM article_head
    """,
    """
    CREATE VIEW copies AS
    SELECT copy.story, copy.id AS article, copy.source, copy.language, copy.title, copy.url, copy.appeared,
           CAST(strftime('%s', copy.appeared) AS INTEGER) - CAST(strftime('%s', original.appeared) AS INTEGER) AS delay,
           copy.id = stories.first_article AS is_first
    FROM stories
    JOIN article_head AS copy ON copy.story = stories.id
    JOIN article_head AS original ON original.id = stories.first_article
    WHERE stories.articles > 1
    """,
    """
    CREATE VIEW edits AS
    SELECT before.id, before.article, before.seen, before.change, before.changed, before.back_to,
           before.title AS title_before, iif(after.id IS NULL, head.title, after.title) AS title_after,
           before.text AS text_before, iif(after.id IS NULL, article_text.text, after.text) AS text_after,
           before.published AS published_before,
           iif(after.id IS NULL, head.published, after.published) AS published_after
    FROM revisions AS before
    JOIN article_head AS head ON head.id = before.article
    JOIN article_text ON article_text.id = before.article
    LEFT JOIN revisions AS after ON after.id = (
        SELECT min(id) FROM revisions WHERE revisions.article = before.article AND revisions.id > before.id
    )
    """,
    """
    CREATE VIEW trends AS
    SELECT name AS topic, hour, substr(hour, 1, 10) AS day, source, articles
    FROM volume JOIN topic_names ON topic_names.id = volume.topic WHERE articles > 0
    """,
)


@migrations()
def m006_questions(db: Database) -> None:
    """Site and authors of an article, what edits changed, when articles appeared, volume, views."""
    for statement in (*_ASKED_BY, *_EDITS, *_STORIES, *_VOLUME, *_VIEWS):
        db.execute(statement)
    db.conn.create_function("site_of", 1, site_of, deterministic=True)
    db.execute("UPDATE article_head SET site = site_of(url)")
    db.conn.create_function("fold_authors", 1, lambda authors: fold_authors(json.loads(authors)), deterministic=True)
    db.execute(
        "INSERT INTO author_index (rowid, authors) SELECT id, fold_authors(authors) FROM article_head "
        "WHERE authors <> '[]'"
    )
    _tell_edits_apart(db)


def _tell_edits_apart(db: Database) -> None:
    """Fills `changed` and `back_to` of the edits that were noticed before; nobody kept their dates."""
    for (article,) in db.execute("SELECT DISTINCT article FROM revisions").fetchall():
        versions = db.execute(
            "SELECT * FROM (SELECT id, title, text FROM revisions WHERE article = ? UNION ALL "
            "SELECT NULL, title, text FROM article_head JOIN article_text USING (id) WHERE id = ?) "
            "ORDER BY id IS NULL, id",
            (article, article),
        ).fetchall()
        for place, ((number, *before), (_, *after)) in enumerate(pairwise(versions)):
            changed = [
                name
                for name, one, other in zip(("title", "text"), before, after, strict=True)
                if not same_words(one, other)
            ]
            back_to = [one for one, *version in versions[:place] if all(map(same_words, version, after))]
            db.execute(
                "UPDATE revisions SET changed = ?, back_to = ? WHERE id = ?",
                (json.dumps(changed), max(back_to, default=None), number),
            )
