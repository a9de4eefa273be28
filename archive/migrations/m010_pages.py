"""The tenth step, first part: which page each version of an article was read from."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_STATEMENTS = (
    # SHA-256 of the page as it came, whether or not it is kept, and when it was fetched; NULL: from before.
    "ALTER TABLE article_text ADD COLUMN page_hash BLOB",
    "ALTER TABLE article_text ADD COLUMN page_fetched TEXT",
    # Likewise of the version before an edit.
    "ALTER TABLE revisions ADD COLUMN page_hash BLOB",
    "ALTER TABLE revisions ADD COLUMN page_fetched TEXT",
    "DROP VIEW articles",
    """
    CREATE VIEW articles AS
    SELECT id, url, source, title, headline, authors, published, published_raw, published_zone, published_precision,
           modified, language, dateline, section, image, text, first_seen, last_seen, story, reserved,
           CASE WHEN page_hash IS NOT NULL THEN lower(hex(page_hash)) END AS page_sha256, page_fetched
    FROM article_head JOIN article_text USING (id)
    """,
)


@migrations()
def m010_pages(db: Database) -> None:
    """The hash of the page, by which it can be proven, and found where it is kept."""
    for statement in _STATEMENTS:
        db.execute(statement)
