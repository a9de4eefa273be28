"""The tenth step, another part: what another reading of a kept page made of an article, and what stood before."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    """
    CREATE TABLE extractions (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES article_head (id) ON DELETE CASCADE,
        revision INTEGER REFERENCES revisions (id) ON DELETE CASCADE,  -- the version that it keeps; NULL: the latest
        at TEXT NOT NULL,
        code TEXT NOT NULL,
        changed TEXT NOT NULL,
        change REAL NOT NULL,
        before TEXT NOT NULL
    )
    """,
    "CREATE INDEX extractions_article ON extractions (article)",
    "CREATE INDEX extractions_revision ON extractions (revision) WHERE revision IS NOT NULL",
    # The version behind a revision as the code had read it that read the revision's own; NULL: as it stands.
    "ALTER TABLE revisions ADD COLUMN title_then TEXT",
    "ALTER TABLE revisions ADD COLUMN text_then TEXT",
    "DROP VIEW edits",
    """
    CREATE VIEW edits AS
    SELECT before.id, before.article, before.seen, before.change, before.changed, before.back_to,
           before.title AS title_before,
           CASE WHEN before.text_then IS NOT NULL THEN before.title_then WHEN after.id IS NULL THEN head.title
                ELSE after.title END AS title_after,
           before.text AS text_before,
           coalesce(before.text_then, iif(after.id IS NULL, article_text.text, after.text)) AS text_after,
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
def m010_extractions(db: Database) -> None:
    """Another reading is not the newsroom's edit."""
    for statement in _STATEMENTS:
        db.execute(statement)
