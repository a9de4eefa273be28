"""The first five steps: articles and their text, outbox and schedule, going out, recurring lines, packs of articles."""

from sqlite_utils import Database

from archive.migrations.registry import migrations

_TABLES = (
    # Metadata is read a hundred times as often as text: apart from it, a hundred rows of it fit where two did.
    """
    CREATE TABLE article_head (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        source TEXT NOT NULL,
        title TEXT,
        headline TEXT,
        authors TEXT NOT NULL DEFAULT '[]',
        published TEXT,
        published_raw TEXT,
        published_zone TEXT,
        published_precision TEXT,
        modified TEXT,
        language TEXT,
        dateline TEXT,
        section TEXT,
        image TEXT,
        keywords TEXT NOT NULL DEFAULT '[]',
        canonical TEXT,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        story INTEGER NOT NULL,
        moved INTEGER NOT NULL DEFAULT 0  -- 1: published is no longer the second that the id was made from
    )
    """,
    "CREATE INDEX article_source ON article_head (source)",
    "CREATE INDEX article_language ON article_head (language)",
    "CREATE INDEX article_story ON article_head (story)",
    "CREATE INDEX article_moved ON article_head (coalesce(published, first_seen)) WHERE moved",
    """
    CREATE TABLE article_text (
        id INTEGER PRIMARY KEY REFERENCES article_head (id) ON DELETE CASCADE,
        text TEXT NOT NULL
    )
    """,
    """
    CREATE VIEW articles AS
    SELECT id, url, source, title, headline, authors, published, published_raw, published_zone, published_precision,
           modified, language, dateline, section, image, text, first_seen, last_seen, story
    FROM article_head JOIN article_text USING (id)
    """,
    # The index holds folded text only, which nobody reads, so it keeps no copy of it. Folding leaves letters,
    # digits and the vowel signs of Indic scripts (Mc), which the tokenizer would break words at.
    """
    CREATE VIRTUAL TABLE article_index USING fts5 (
        title, text, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co Mc'"
    )
    """,
    "CREATE TABLE topic_names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE pack_versions (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """
    CREATE TABLE article_tags (
        topic INTEGER NOT NULL REFERENCES topic_names (id),
        article INTEGER NOT NULL REFERENCES article_head (id) ON DELETE CASCADE,
        score REAL NOT NULL,
        pack INTEGER NOT NULL REFERENCES pack_versions (id),
        PRIMARY KEY (topic, article)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX article_tags_article ON article_tags (article)",
    """
    CREATE VIEW tags AS
    SELECT article, topic_names.name AS topic, score, pack_versions.name AS pack_version
    FROM article_tags
    JOIN topic_names ON topic_names.id = article_tags.topic
    JOIN pack_versions ON pack_versions.id = article_tags.pack
    """,
    """
    CREATE TABLE evidence (
        article INTEGER NOT NULL REFERENCES article_head (id) ON DELETE CASCADE,
        number INTEGER NOT NULL,
        topic TEXT NOT NULL,
        rule TEXT NOT NULL,
        term TEXT NOT NULL,
        field TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        score REAL NOT NULL,
        note TEXT,
        PRIMARY KEY (article, number)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE revisions (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES article_head (id) ON DELETE CASCADE,
        seen TEXT NOT NULL,
        title TEXT,
        text TEXT NOT NULL,
        change REAL NOT NULL
    )
    """,
    "CREATE INDEX revision_article ON revisions (article)",
    """
    CREATE TABLE stories (
        id INTEGER PRIMARY KEY,
        first_article INTEGER NOT NULL,
        articles INTEGER NOT NULL
    )
    """,
    # Only articles of the last days have a signature: what is older is never compared again. Its number grows with
    # every one that is written, so that each process can tell which ones it has not seen.
    """
    CREATE TABLE signatures (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        article INTEGER NOT NULL UNIQUE REFERENCES article_head (id) ON DELETE CASCADE,
        seen TEXT NOT NULL,
        signature BLOB NOT NULL
    )
    """,
    "CREATE INDEX signature_seen ON signatures (seen)",
    # One row for every address that was ever seen; a key is long, so that all else refers to its number. The kinds
    # own, twin and claim are explained in `archive.identity`.
    """
    CREATE TABLE addresses (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        article INTEGER,           -- NULL: none that is archived
        kind TEXT
    )
    """,
    "CREATE INDEX address_article ON addresses (article) WHERE article IS NOT NULL",
    """
    CREATE TABLE visits (
        id INTEGER PRIMARY KEY REFERENCES addresses (id),
        url TEXT NOT NULL,
        source TEXT NOT NULL,
        run INTEGER,
        at TEXT NOT NULL,
        fate TEXT NOT NULL,
        reason TEXT,
        status INTEGER,
        tries INTEGER NOT NULL DEFAULT 0,
        open_since TEXT,           -- since when it waits to be fetched; NULL: it does not
        due TEXT,                  -- not to be tried again before
        hints TEXT                 -- what the feed said of it, as JSON, while it waits
    )
    """,
    "CREATE INDEX visit_open ON visits (source, open_since) WHERE open_since IS NOT NULL",
    """
    CREATE TABLE feeds (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        source TEXT NOT NULL,
        etag TEXT,
        last_modified TEXT,
        last_success TEXT,
        last_change TEXT,
        last_full TEXT,            -- last answered with its content, not with "not modified"
        health TEXT,
        cause TEXT,
        goes_on INTEGER NOT NULL DEFAULT 0,  -- 1: a page of a listing of which a later page is still to be read
        UNIQUE (source, url)
    )
    """,
    """
    CREATE TABLE marks (
        address INTEGER NOT NULL REFERENCES addresses (id),
        feed INTEGER NOT NULL REFERENCES feeds (id),
        mark TEXT NOT NULL,
        PRIMARY KEY (address, feed)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        job TEXT,
        started TEXT NOT NULL,
        finished TEXT,
        outcome TEXT,
        counts TEXT NOT NULL DEFAULT '{}',
        host TEXT NOT NULL,
        process INTEGER NOT NULL
    )
    """,
    "CREATE INDEX run_open ON runs (id) WHERE outcome IS NULL",
    """
    CREATE TABLE alerts (
        ref TEXT PRIMARY KEY,
        alert TEXT NOT NULL,
        kind TEXT NOT NULL,
        article INTEGER,
        story INTEGER,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        due TEXT,
        sent TEXT,
        error TEXT
    )
    """,
    "CREATE INDEX alert_due ON alerts (state, due)",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)


@migrations()
def m001_first(db: Database) -> None:
    """The archive as first released."""
    for statement in _TABLES:
        db.execute(statement)


_OUTBOX = (
    # What an alert is born once for ("story:ID", "article:ID"); its failed tries since a person last cared; a lease
    # while a delivery is under way, and the process that has it.
    "ALTER TABLE alerts ADD COLUMN subject TEXT",
    "ALTER TABLE alerts ADD COLUMN born TEXT",
    "ALTER TABLE alerts ADD COLUMN failures INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE alerts ADD COLUMN lease TEXT",
    "ALTER TABLE alerts ADD COLUMN holder TEXT",
    "CREATE UNIQUE INDEX alert_once ON alerts (alert, subject, channel)",
    "DROP INDEX alert_due",
    "CREATE INDEX alert_waiting ON alerts (channel, due) WHERE state = 'waiting'",
    "CREATE INDEX alert_dead ON alerts (channel) WHERE state = 'dead'",
    "CREATE INDEX alert_born ON alerts (born)",
    """
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        ref TEXT NOT NULL REFERENCES alerts (ref),
        begun TEXT NOT NULL,
        ended TEXT,                -- NULL: under way, or its process died and nobody knows whether it arrived
        outcome TEXT,              -- sent or failed
        error TEXT
    )
    """,
    "CREATE INDEX delivery_ref ON deliveries (ref)",
    "CREATE TABLE jobs (id TEXT PRIMARY KEY, next_run TEXT) WITHOUT ROWID",
    "CREATE INDEX run_job ON runs (job, id)",
)


@migrations()
def m002_outbox_and_schedule(db: Database) -> None:
    """What `khabar run` needs: the outbox with its deliveries, and when each job runs next."""
    for statement in _OUTBOX:
        db.execute(statement)


_GOING_OUT = (
    # What a way showed last, by hash, and how often its validators changed along with it, and did not.
    "ALTER TABLE feeds ADD COLUMN shown TEXT",
    "ALTER TABLE feeds ADD COLUMN told INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE feeds ADD COLUMN untold INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE feeds ADD COLUMN failures INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE feeds ADD COLUMN failing_since TEXT",
    "ALTER TABLE feeds ADD COLUMN seconds REAL",
    "ALTER TABLE feeds ADD COLUMN entries INTEGER",
    "ALTER TABLE feeds ADD COLUMN newest TEXT",
    "UPDATE feeds SET health = 'dead', failing_since = last_success WHERE health = 'failing'",
    # Who showed an address first; what its page is asked for with, and when it is looked at again.
    "ALTER TABLE visits ADD COLUMN shown_by INTEGER REFERENCES feeds (id)",
    "ALTER TABLE visits ADD COLUMN etag TEXT",
    "ALTER TABLE visits ADD COLUMN last_modified TEXT",
    "ALTER TABLE visits ADD COLUMN look TEXT",
    "CREATE INDEX visit_look ON visits (source, look) WHERE look IS NOT NULL",
    "CREATE INDEX visit_recent ON visits (source, at)",
    # What is known of a server, whichever source asks it.
    """
    CREATE TABLE hosts (
        host TEXT PRIMARY KEY,     -- with its port, where it is not the usual one
        robots TEXT,               -- its robots.txt as last read; NULL: it has none, or never answered
        robots_status INTEGER,     -- of that answer
        robots_read TEXT,          -- when; NULL: never
        held_until TEXT,           -- it is not asked for anything before
        held_for TEXT,             -- why
        holds INTEGER NOT NULL DEFAULT 0  -- times in a row that it asked to be left alone
    )
    """,
    # One row each time that a source's health became another.
    """
    CREATE TABLE health (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL,
        since TEXT NOT NULL,
        health TEXT NOT NULL,
        cause TEXT
    )
    """,
    "CREATE INDEX health_source ON health (source, id)",
    "ALTER TABLE article_head ADD COLUMN reserved TEXT NOT NULL DEFAULT '[]'",
    "DROP VIEW articles",
    """
    CREATE VIEW articles AS
    SELECT id, url, source, title, headline, authors, published, published_raw, published_zone, published_precision,
           modified, language, dateline, section, image, text, first_seen, last_seen, story, reserved
    FROM article_head JOIN article_text USING (id)
    """,
)


@migrations()
def m003_going_out(db: Database) -> None:
    """What a crawl remembers of feeds, pages and hosts, and how each source did."""
    for statement in _GOING_OUT:
        db.execute(statement)


_RECURRING = (
    # By source, the lines of its latest articles: a row each, hashes of eight bytes one behind the other.
    """
    CREATE TABLE lines (
        source TEXT NOT NULL,
        number INTEGER NOT NULL,
        hashes BLOB NOT NULL,
        PRIMARY KEY (source, number)
    ) WITHOUT ROWID
    """,
    # The lines that were left out of this text, in the same way; NULL: none.
    "ALTER TABLE article_text ADD COLUMN left_out BLOB",
)


@migrations()
def m004_recurring_lines(db: Database) -> None:
    """What tells a template's boilerplate from a story, and a page that is cleaned better from one that was edited."""
    for statement in _RECURRING:
        db.execute(statement)


_READ_WITH = (
    # The topic packs that the article was last read with, also where no topic held; NULL: not known, from before.
    "ALTER TABLE article_head ADD COLUMN pack INTEGER REFERENCES pack_versions (id)",
    "CREATE INDEX article_pack ON article_head (pack)",
)


@migrations()
def m005_packs_of_articles(db: Database) -> None:
    """What tells an article that is tagged with the packs in force from one that `khabar topics retag` has to read."""
    for statement in _READ_WITH:
        db.execute(statement)
