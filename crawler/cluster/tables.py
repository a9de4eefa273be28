"""The tables of a queue, in a PostgreSQL schema of their own beside those of Procrastinate, and their version."""

from psycopg import AsyncConnection
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import DictRow

from crawler.cluster.faults import QueueError

SCHEMA = "khabar"
"""Where everything stands, Procrastinate's tables too: `DROP SCHEMA khabar CASCADE` takes a queue away."""
TABLES_VERSION = 1
"""Grows with every change of the tables. The service brings them up to date; a worker only looks."""
STEPS: dict[int, str] = {}
"""By version, what makes its tables those of the next, Procrastinate's own where its schema changed.
A released one is never edited. Workers of the version before may still be at work: what these use stays."""
SERVING = 7_236_002
"""The number of the advisory lock that a queue's service holds. A database has one queue."""
_MAKING = 7_236_001  # the number of the advisory lock under which tables are made: two services may begin at once
_TABLES = """
CREATE TABLE queue (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    version integer NOT NULL,
    desk text,                                   -- the token of the one archive that takes from it
    desk_name text,
    desk_version text,                           -- of the service's Khabar
    desk_seen timestamptz,                       -- when the service was last here
    desk_ahead double precision NOT NULL DEFAULT 0,  -- seconds: the service's clock less this server's
    stalled double precision NOT NULL DEFAULT 45     -- seconds without a beat after which a crawl is taken back
);
CREATE TABLE packs (
    version text PRIMARY KEY,
    body bytea NOT NULL,
    used timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE workers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    version text NOT NULL,                       -- of its Khabar
    parcel_format integer NOT NULL,
    record_format integer NOT NULL,
    process integer NOT NULL,
    places integer NOT NULL,                     -- pages that it reads at once
    started timestamptz NOT NULL DEFAULT now(),
    beat timestamptz NOT NULL DEFAULT now(),
    draining boolean NOT NULL DEFAULT false,
    waits boolean NOT NULL DEFAULT false,        -- for room in the queue
    crawls integer NOT NULL DEFAULT 0,           -- under way
    articles bigint NOT NULL DEFAULT 0,          -- shipped since it started
    requests bigint NOT NULL DEFAULT 0,
    articles_per_second double precision NOT NULL DEFAULT 0  -- in the last minute
);
CREATE TABLE crawls (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job bigint,                                  -- Procrastinate's, the latest
    source text NOT NULL,
    run bigint NOT NULL,                         -- of the archive
    hosts text NOT NULL,                         -- the job's lock
    parcel bytea NOT NULL,
    packs text NOT NULL REFERENCES packs (version),
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'working', 'fenced')),
    attempt integer NOT NULL DEFAULT 0,          -- grows with every worker that takes it
    deaths integer NOT NULL DEFAULT 0,           -- of workers that held it
    worker bigint REFERENCES workers (id) ON DELETE SET NULL,
    planned timestamptz NOT NULL DEFAULT now(),
    begun timestamptz,
    beat timestamptz
);
CREATE UNIQUE INDEX crawls_of_source ON crawls (source);
CREATE INDEX crawls_of_worker ON crawls (worker) WHERE state = 'working';
CREATE TABLE batches (
    crawl bigint NOT NULL REFERENCES crawls (id) ON DELETE CASCADE,
    attempt integer NOT NULL,
    sequence integer NOT NULL,
    format integer NOT NULL,                     -- of the records within
    notes integer NOT NULL,
    articles integer NOT NULL,
    size integer NOT NULL,                       -- bytes of the body
    body bytea NOT NULL,
    shipped timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (crawl, attempt, sequence)
);
ALTER TABLE batches ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE crawls ALTER COLUMN parcel SET STORAGE EXTERNAL;
CREATE INDEX batches_waiting ON batches (shipped) INCLUDE (notes, size);
CREATE TABLE hosts (
    host text PRIMARY KEY,
    holder text,                                 -- "crawl:ID:ATTEMPT", or "desk"; NULL: nobody
    until timestamptz NOT NULL,
    free_at timestamptz NOT NULL DEFAULT now()   -- it is not to be asked before
);
"""


async def make_tables(db: AsyncConnection[DictRow], procrastinate: str) -> None:
    """Makes the tables of a queue where there are none, and brings those of an older Khabar up to date; *procrastinate*
    is what makes those of Procrastinate. Raises QueueError where they are a newer Khabar's, where a service still has
    them as they were, or where the role may not make them."""
    async with db.transaction():
        await db.execute("SELECT pg_advisory_xact_lock(%s)", [_MAKING])
        version = await _version(db)
        try:
            if version is None:
                await db.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}".encode())
                await db.execute(procrastinate.encode())
                await db.execute(_TABLES.encode())
                await db.execute("INSERT INTO queue (version) VALUES (%s)", [TABLES_VERSION])
            elif version != TABLES_VERSION:
                await _bring_up_to_date(db, version)
        except InsufficientPrivilege as error:
            raise QueueError(f"the role of this address may make no tables: {error.diag.message_primary}") from None


async def _bring_up_to_date(db: AsyncConnection[DictRow], version: int) -> None:
    steps = [STEPS.get(number) for number in range(version, TABLES_VERSION)]
    if version > TABLES_VERSION or None in steps:
        raise QueueError(_other(version))
    row = await (await db.execute("SELECT pg_try_advisory_xact_lock(%s) AS got", [SERVING])).fetchone()
    if row is None or not row["got"]:
        raise QueueError(f"its tables are of version {version}, and an older service still takes from it; end it first")
    for step in steps:
        await db.execute((step or "").encode())
    await db.execute("UPDATE queue SET version = %s", [TABLES_VERSION])


async def check_tables(db: AsyncConnection[DictRow]) -> None:
    """Raises QueueError where there are no tables of this version."""
    version = await _version(db)
    if version is None:
        raise QueueError('there is no queue in this database yet; "khabar run --queue" makes one')
    if version != TABLES_VERSION:
        raise QueueError(_other(version))


async def _version(db: AsyncConnection[DictRow]) -> int | None:
    """None where there is no queue."""
    found = await (await db.execute("SELECT to_regclass(%s)::text AS name", [f"{SCHEMA}.queue"])).fetchone()
    if found is None or found["name"] is None:
        return None
    try:
        row = await (await db.execute("SELECT version FROM queue")).fetchone()
    except InsufficientPrivilege as error:
        raise QueueError(f"the role of this address may not read its tables: {error.diag.message_primary}") from None
    return None if row is None else int(row["version"])


def _other(version: int) -> str:
    if version < TABLES_VERSION:
        return f"its tables are of version {version}, made by an older Khabar; bring the service up to date first"
    return f"its tables are of version {version}, made by a newer Khabar than this one; install that here too"
