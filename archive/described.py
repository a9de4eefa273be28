"""What the relations of the contract and their columns are, in words: the one place that the page and a web face tell.

Data only. What can be read from the database (a table's types, keys and indexes) is not repeated. A view's columns name
their type, with a question mark where NULL is possible, since SQLite cannot tell.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Described:
    """A relation in words. `columns` has a text for each: of a table by name, of a view by name and type."""

    about: str
    columns: dict[str, str]


_ARTICLE = "the article's id"
_SOURCE = "id of the source"

VIEWS = {
    "headlines": Described(
        "The articles in short, for looking around, with their topics at hand. Newest first is `ORDER BY id DESC`.",
        {
            "id INTEGER": _ARTICLE,
            "time TEXT": "when it was published, else when it was first seen; may be compared with a bare date",
            "source TEXT": _SOURCE,
            "site TEXT?": "the host of its address, without port, `www.` or `m.`",
            "language TEXT?": "BCP 47",
            "title TEXT?": "the title",
            "topics TEXT": "a JSON list of its topics; `json_each` takes it apart",
            "story INTEGER": "the story that it belongs to",
            "url TEXT": "where it was read",
        },
    ),
    "articles": Described(
        "One row for each article, as its page shows it now.",
        {
            "id INTEGER": "grows with publication: epoch seconds × 1,000,000 + a counter; given once, below 2^53",
            "url TEXT": "where it was read",
            "source TEXT": _SOURCE,
            "title TEXT?": "the title",
            "headline TEXT?": "the page's visible heading where it differs from the title",
            "authors TEXT": "a JSON list",
            "published TEXT?": "instant of publication; NULL where the page tells none",
            "published_raw TEXT?": "the date as the page wrote it",
            "published_zone TEXT?": "the zone that it declared, or that of the source",
            "published_precision TEXT?": "`second`, `minute` or `day`",
            "modified TEXT?": "last change, as the page tells it",
            "language TEXT?": "BCP 47: `en`, `ar`, `ckb`, `kmr` …",
            "dateline TEXT?": "as the page tells it",
            "section TEXT?": "as the page tells it",
            "image TEXT?": "the address of its picture",
            "text TEXT": "one paragraph or subhead a line",
            "first_seen TEXT": "when it was first read",
            "last_seen TEXT": "when it was last read",
            "story INTEGER": "the story that it belongs to",
            "reserved TEXT": "a JSON list of what its publisher reserves, such as `noarchive`; no copy of it is kept",
            "page_sha256 TEXT?": "of the page that title and text were read from, in hexadecimal; NULL: from before",
            "page_fetched TEXT?": "when that page was fetched",
        },
    ),
    "tags": Described(
        "Which topics an article has.",
        {
            "article INTEGER": _ARTICLE,
            "topic TEXT": "the topic's id",
            "score REAL": "the weights of the rules that hold, added up",
            "pack_version TEXT": "the version of the topic packs that decided",
        },
    ),
    "edits": Described(
        "Each edit with what stood there before and after it, whichever versions there were since.",
        {
            "id INTEGER": "of its row in `revisions`",
            "article INTEGER": _ARTICLE,
            "seen TEXT": "when the edit was noticed",
            "change REAL": "the share of words that differ, 0 to 1",
            "changed TEXT": "what differs, a JSON list of `title`, `text` and `published`",
            "back_to INTEGER?": "the revision whose version the article went back to",
            "title_before TEXT?": "the title before it",
            "title_after TEXT?": "the title after it",
            "text_before TEXT": "the text before it",
            "text_after TEXT": "the text after it",
            "published_before TEXT?": "the date before it; NULL also of an edit from before Khabar kept dates",
            "published_after TEXT?": "the date after it",
        },
    ),
    "copies": Described(
        "The articles of each story that has more than one.",
        {
            "story INTEGER": "the story's id",
            "article INTEGER": _ARTICLE,
            "source TEXT": _SOURCE,
            "language TEXT?": "BCP 47",
            "title TEXT?": "the title",
            "url TEXT": "where it was read",
            "appeared TEXT": "when it was there at the latest: its date, but not after it was seen",
            "delay INTEGER": "seconds from the story's first article to this one",
            "is_first INTEGER": "1: it is the story's first article",
        },
    ),
    "trends": Described(
        "How many articles a topic had in an hour, by source. Hours without any have no row.",
        {
            "topic TEXT": "the topic's id",
            "hour TEXT": "the beginning of the hour, in UTC",
            "day TEXT": "its day, in UTC, to group by; `hour >= '2026-03-14'` narrows sooner",
            "source TEXT": _SOURCE,
            "articles INTEGER": "how many",
        },
    ),
}

TABLES = {
    "evidence": Described(
        "Why an article has its topics: each row is a term that a rule found.",
        {
            "article": _ARTICLE,
            "number": "counts an article's evidence",
            "topic": "the topic's id",
            "rule": "as the pack writes it",
            "term": "as the pack writes it",
            "field": "`title` or `text`",
            "start": "where it begins in that field",
            "end": "where it ends; what stands there is no longer of it",
            "score": "the weight of the rule",
            "note": "what else is to be known of it",
        },
    ),
    "revisions": Described(
        "One row for each edit that was noticed, with the version before it; `articles` has the latest.",
        {
            "id": "the edit's; of one article's edits the later by `seen` is the later one",
            "article": _ARTICLE,
            "seen": "when the edit was noticed",
            "title": "the title before it",
            "text": "the text before it",
            "change": "the share of words that differ from then to the next version, 0 to 1",
            "changed": "what differs, a JSON list of `title`, `text` and `published`",
            "published": "the date before it",
            "published_precision": "of that date",
            "back_to": "the revision whose version the article went back to",
            "page_hash": "SHA-256 of the page that the version before it was read from",
            "page_fetched": "when that page was fetched",
            "title_then": "with `text_then`: the title after it",
            "text_then": "the text after it, as the code had read it that read the one before it; NULL: as the next "
            "version stands",
        },
    ),
    "extractions": Described(
        "What another reading of a kept page changed, and what stood before: see [kept pages](pages.md). No newsroom "
        "edited it.",
        {
            "id": "grows with time",
            "article": _ARTICLE,
            "revision": "the revision that keeps the version that was read; NULL: the latest",
            "at": "when it was read",
            "code": "by which code, in words",
            "changed": "what differs, a JSON list of columns",
            "change": "the share of words that differ, 0 to 1",
            "before": "JSON: those columns as they were",
        },
    ),
    "stories": Described(
        "Articles that tell one thing in almost the same words: copies of a wire report, shortened or slightly edited. "
        "They are joined when they arrive, within ten days. Texts under 25 words are joined where they are "
        "the same: see [stories](stories.md). Every article has a "
        "story, most of them alone.",
        {
            "id": "the story's id",
            "first_article": "the article that appeared first",
            "articles": "how many there are",
        },
    ),
    "story_decisions": Described(
        "What a person decided of an article's story; nothing that arrives later undoes it.",
        {
            "id": "grows with time",
            "at": "when",
            "decision": "`split` or `merge`",
            "article": _ARTICLE,
            "story_before": "the story that it was in",
            "story": "the story that it came into",
        },
    ),
    "volume": Described(
        "How many articles each hour had, kept in step by triggers: what `khabar trends` and the view `trends` read.",
        {
            "topic": "the `id` of a row of `topic_names`; 0 stands for every article, whatever its topics",
            "hour": "the beginning of the hour, in UTC, of the date, else of first sight",
            "source": _SOURCE,
            "articles": "how many; a row may come to 0",
        },
    ),
    "volume_hours": Described(
        "The same of all sources together, kept in step with `volume` by triggers on it.",
        {
            "topic": "as in `volume`",
            "hour": "as in `volume`",
            "articles": "how many; a row may come to 0",
        },
    ),
    "visits": Described(
        "The last fate of every URL that was ever seen.",
        {
            "id": "the number of the address",
            "url": "as it was asked for",
            "source": _SOURCE,
            "run": "the run that last dealt with it",
            "at": "when",
            "fate": "`waiting`, `archived`, `revised`, `unchanged`, `duplicate`, `refused` or `failed`",
            "reason": "why it was refused or failed; `text cut`: an archived text lacks its end, being too long",
            "status": "of the HTTP response",
            "tries": "failures in a row; the pauses between tries grow to six hours",
            "open_since": "since when it is to be fetched; NULL: it is not",
            "due": "not to be tried before",
            "hints": "what the feed said of it, while it waits",
            "shown_by": "the `id` of the feed, sitemap or listing that showed it first",
            "etag": "what its page is asked for with when it is looked at again",
            "last_modified": "likewise",
            "look": "when it is looked at again; NULL: only when a way says that it changed",
            "backfill": "the backfill that waits for it, and nobody else; NULL: none does",
            "past": "1: a backfill or a file had it, and no live crawl has dealt with it since",
        },
    ),
    "feeds": Described(
        "What each feed, sitemap and listing last said.",
        {
            "id": "its number",
            "url": "its address",
            "source": _SOURCE,
            "etag": "what the next request asks with",
            "last_modified": "likewise",
            "last_success": "when it last answered",
            "last_change": "when it last showed something new",
            "last_full": 'when it last answered with its content and not with "not modified"',
            "health": "`ok`, `empty`, `blocked` or `dead`",
            "cause": "why",
            "goes_on": "1: a page of a listing of which a later page is still to be read",
            "shown": "a hash of what it showed last",
            "told": "how often it showed something else under new validators",
            "untold": "… and under the same ones",
            "failures": "in a row; 0 where it answers",
            "failing_since": "since when; NULL where it answers",
            "seconds": "how long it takes to answer, the last answers counting most",
            "entries": "how many articles it showed last",
            "newest": "the date of the newest of them",
        },
    ),
    "lines": Described(
        "What recurs on the articles of a source, and is left out of them: see [extraction](extraction.md). One row "
        "for each of its latest 60 articles, in the order of their arrival. What was left out of an article's text is "
        "in `article_text.left_out`, in the same form; NULL: nothing.",
        {
            "source": "the source's id; `ID, its past`: of the articles that a backfill brought",
            "number": "counts the source's articles",
            "hashes": "of the lines of its story, eight bytes each, also of those that were left out; of a very long "
            "story, of the first and last hundred",
        },
    ),
    "hosts": Described(
        "What is known of each server, whichever source asks it.",
        {
            "host": "with its port, where it is not the usual one; for plain http on port 80, `http://HOST`",
            "robots": "its robots.txt, forgotten after 30 days; NULL: none, and everything is allowed",
            "robots_status": "the status of that answer",
            "robots_read": "when it was read",
            "held_until": "it is asked for nothing before",
            "held_for": "why: `HTTP 429`, `HTTP 503`; NULL: it is the distance between two requests",
            "holds": "how often in a row it asked to be left alone",
        },
    ),
    "health": Described(
        "How each source did: one row each time that its health became another. A state that comes with time alone, "
        "such as `silent`, is told by `khabar status` at once, and has its row with the next run of the source.",
        {
            "id": "grows with time",
            "source": _SOURCE,
            "since": "the end of the run that found it so",
            "health": "`ok`, `slow`, `silent`, `empty`, `blocked`, `layout changed` or `dead`: see "
            "[crawling](crawling.md#how-a-source-does)",
            "cause": "why, as it was then; NULL where nothing is wrong",
        },
    ),
    "runs": Described(
        "When crawls began and ended, and what came of them. A run is taken for interrupted when the next one starts "
        "and finds its process gone; on another machine, after a day. A service that starts takes every run without an "
        "end for interrupted.",
        {
            "id": "the run",
            "job": "the job; NULL: by hand",
            "started": "when it began",
            "finished": "when it ended",
            "outcome": "`done`; `stopped` by hand or with the service; `deadline`: cut off; `interrupted`: the process "
            "died; NULL: it goes on",
            "counts": "JSON: fates by source",
            "host": "the machine that it runs or ran on",
            "process": "its process there",
            "backfill": "the backfill that it is a stint of; NULL: it is a crawl of what is new",
        },
    ),
    "jobs": Described(
        "When the service runs each job next. Empty after a service that was told to end.",
        {"id": "the job", "next_run": "when; a time that is past waits for the job's run under way, or for a service"},
    ),
    "alerts": Described(
        "The outbox: one row for each message, from its birth on. See [alerts](alerts.md).",
        {
            "ref": "the stable id, the last line of the message",
            "alert": "the alert's id",
            "kind": "its `when`; `summary`: it tells of several that were held back",
            "article": "the article that it tells of; NULL: it tells of several, or of a span of time",
            "story": "the story that it tells of",
            "channel": "as the alert's `to` names it: `env:NAME`, or a URL without secrets",
            "state": "`held` back for now, `waiting`, `sent`, `dead`, `dismissed` (a person has seen that it is dead), "
            "or `gathered` (another message tells of it)",
            "attempts": "tries so far; those after a `khabar alerts retry` count anew",
            "due": "not to be tried, or held back, before; NULL: it is sent, dead or gathered",
            "sent": "when the channel took it",
            "error": "why the last try failed",
            "subject": "what it is told once for: `story:ID` or `article:ID`; after a merge of two stories that "
            "were told, `story:ID/REF`; `window:ID`; `edit:…`; `held:…` of a summary. With alert and channel it is "
            "unique",
            "born": "when the article arrived that made it",
            "failures": "tries that failed, since it was born or revived",
            "lease": "while a try is under way: until when no other process takes it up",
            "holder": "the machine and process that has it",
            "released": "when it was let go, at its birth or later; NULL: it is held back",
            "reason": "why it was held back: `quiet`, `cooldown` or `max_per_hour`",
            "within": "the ref of the message that tells of it together with others",
            "window": "the window that it tells of",
            "revision": "the edit that it tells of",
        },
    ),
    "windows": Described(
        "The spans of time that digests, spikes and silences told of. A window and its messages are written in one "
        "transaction; what a digest has consumed ends with its last window.",
        {
            "id": "grows with time",
            "alert": "the alert's id",
            "kind": "`digest`, `spike` or `silence`",
            "subject": "`topic:ID`, `source:ID`, or nothing: all that the alert asks for",
            "begin": "when it begins",
            "end": "when it ends; NULL: it goes on",
            "born": "when it was noticed",
            "figures": "JSON: the numbers that decided, and the cause",
        },
    ),
    "window_articles": Described(
        "What digests tell of: written in the transaction of the article, taken by the window that consumes it.",
        {
            "alert": "the alert's id",
            "subject": "what it is told once for: `story:ID` or `article:ID`",
            "article": _ARTICLE,
            "at": "when it answered the alert",
            "window": "the window that tells of it; NULL: the next one will",
        },
    ),
    "suppressed": Described(
        "What answered an alert and made no message, and why. What was held back and told later is in `alerts`.",
        {
            "id": "grows with time",
            "alert": "the alert's id",
            "kind": "its `when`",
            "subject": "what it would have been told once for",
            "article": "the article; NULL: it was a window",
            "at": "when",
            "reason": "`copy`: its story, or this edit, was told; `min_score`, `min_change`: below that; `empty`: a "
            "digest without anything to tell",
        },
    ),
    "backfills": Described(
        "Orders to fetch a source's past: see [backfill](backfill.md).",
        {
            "id": "the backfill",
            "source": _SOURCE,
            "since": "what was published before is not looked for",
            "until": "nor what was published after",
            "oldest_first": "1: the oldest first; 0: the newest",
            "asked": "the words in which it was ordered: by them the same order is known again",
            "state": "`open`: to be done, by the service or by hand; `stopped` by hand; `done`",
            "begun": "when it was ordered",
            "finished": "when it was done, or stopped",
            "cause": "why it waits, or was ended; NULL: nothing is to be told",
            "waits_until": "nothing is asked for before; NULL: it goes on",
            "host": "the machine that is at work on it",
            "process": "its process there; NULL: none is",
            "known": "the addresses that it found and that nobody had fetched",
            "counts": "JSON: what came of them so far, by fate; `reasons`; `left_out`: what it found and did not take",
        },
    ),
    "backfill_ways": Described(
        "The sitemaps, archive pages and pages of listings that a backfill walks.",
        {
            "id": "in the order in which they were found",
            "backfill": "the backfill",
            "url": "the address",
            "kind": "`sitemap`, `feed`, `json`, `listing`, `archive` or `robots`",
            "depth": "how far down its index or pagination",
            "listing": "the first page of a listing of which it is a later one",
            "date": "the day of an archive page",
            "state": "`waiting`, `read` or `lost`",
            "reason": "why it is lost, or was read no further",
            "tries": "failures in a row",
            "due": "not to be tried before",
            "shown": "JSON: the numbers of the addresses on a page of a listing",
            "barren": "pages of its listing, up to this one, in a row that showed nothing new",
        },
    ),
    "imports": Described(
        "Files that `khabar import` has read: see [importing](import.md).",
        {
            "id": "the import",
            "file": "its name, as it was given last",
            "hash": "by which it is known, whatever its name",
            "picked": "what was picked from it",
            "offset": "in the file, of a member of it; all records before are settled",
            "within": "and so many bytes further, of what that member unpacks to",
            "begun": "when",
            "finished": "when; NULL: it was broken off",
            "counts": "JSON: what came of its records",
        },
    ),
    "past_articles": Described(
        "The articles that a backfill or a file brought.",
        {"article": _ARTICLE, "captured": "1: a file did, and no crawl has met it since; 0: else"},
    ),
    "sightings": Described(
        "When a version of an article was seen again, between the edit that brought it and the next one.",
        {
            "article": _ARTICLE,
            "seen": "when",
            "bare": "1: without its words; what stood there then is what stood before",
        },
    ),
    "rendering": Described(
        "What a browser gains, for each source with `render = true`: see [rendering](rendering.md).",
        {
            "source": _SOURCE,
            "kind": "of page: `article` or `listing`",
            "plain_lost": "plain pages in a row that gave nothing, while rendering gave",
            "plain_at": "when a plain one was last read",
            "rendered": "pages since then of which only the rendering was read",
            "rendered_lost": "rendered ones in a row that gave nothing either",
            "rendered_at": "when one was last rendered",
        },
    ),
    "forgotten": Described(
        "What `khabar forget` and `khabar expire` took out, so that it does not come back; nothing tells what it was. "
        "See [care](care.md#forgetting).",
        {
            "hash": "SHA-256 of an address, or of a text and its source",
            "at": "when; what a person had forgotten has one second for each article",
            "expired": "the id of an article that was kept its days; NULL: a person had it forgotten",
        },
    ),
    "expired": Described(
        "What is left of articles that are older than the desk keeps them: by what they count in `volume`. See "
        "[care](care.md#keeping-articles-for-a-time).",
        {
            "article": "its id, which no other gets",
            "source": _SOURCE,
            "hour": "as in `volume`",
            "topics": "JSON: the numbers of its topics, as in `volume`",
            "at": "when it was taken out",
        },
    ),
    "deliveries": Described(
        "Every try to deliver a message.",
        {
            "id": "grows with time",
            "ref": "the message",
            "begun": "when",
            "ended": "NULL: it is under way, or its process died, and nobody knows whether it arrived",
            "outcome": "`sent` or `failed`",
            "error": "why it failed",
        },
    ),
}
