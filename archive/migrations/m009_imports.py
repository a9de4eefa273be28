"""The ninth step, second part: files of pages that were fetched by others."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    # How far each file was read: a file is known by what it holds, not by its name.
    """
    CREATE TABLE imports (
        id INTEGER PRIMARY KEY,
        file TEXT NOT NULL,        -- its name, as it was given last
        hash BLOB NOT NULL,        -- of its size, its beginning and its end
        picked TEXT NOT NULL,      -- what was picked from it: the sources, or any
        offset INTEGER NOT NULL DEFAULT 0,     -- in the file, of a member of it; all records before are settled
        within INTEGER NOT NULL DEFAULT 0,     -- and so many bytes further, of what that member unpacks to
        begun TEXT NOT NULL,
        finished TEXT,
        counts TEXT NOT NULL DEFAULT '{}',
        UNIQUE (hash, picked)
    )
    """,
    # What a backfill or a file brought: it says nothing of how much a source publishes while watched.
    # `captured`: by a file, and no crawl has met it since; what of it is news, nobody was told.
    """
    CREATE TABLE past_articles (
        article INTEGER PRIMARY KEY REFERENCES article_head (id) ON DELETE CASCADE,
        captured INTEGER NOT NULL
    )
    """,
    # When a version was seen again, between the edit that brought it and the next. By it a capture that arrives late
    # finds its place: whether the version around it was seen before and after. `bare`: without its words, as a record
    # says that has no page, or a copy.
    """
    CREATE TABLE sightings (
        article INTEGER NOT NULL REFERENCES article_head (id) ON DELETE CASCADE,
        seen TEXT NOT NULL,
        bare INTEGER NOT NULL,
        PRIMARY KEY (article, seen)
    ) WITHOUT ROWID
    """,
    # Edits follow each other by their time: an edit of long ago may be written down today.
    "DROP VIEW edits",
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
        SELECT id FROM revisions WHERE revisions.article = before.article
        AND (revisions.seen, revisions.id) > (before.seen, before.id) ORDER BY revisions.seen, revisions.id LIMIT 1
    )
    """,
)


@migrations()
def m009_imports(db: Database) -> None:
    """Imports, and what lets captures arrive in any order."""
    for statement in _STATEMENTS:
        db.execute(statement)
