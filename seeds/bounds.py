"""Every bound on what comes from the network: how large, how long, how many, how deep; each with its reason.

All of it is hostile until proven otherwise, and what is proven is only that it stays within these. `docs/security.md`
tells them in a table, made from this file. Data only.
"""

# --- A response --------------------------------------------------------------------------------------------------
MAX_BODY_BYTES = 8 * 1024 * 1024
"""Of one response, after decompression too. The largest of 530 real pages has 2.2 MB."""
MAX_HEAD_BYTES = 256 * 1024
"""Before a response's body: status line, headers, and whatever 1xx answers go before. Real ones have under 16 KiB."""
MAX_ENCODINGS = 3
"""Within each other of one body. Real servers send one; a header has room for thousands, each of which may make 8 MiB
of 8 MiB, on the one loop."""
RESPONSE_SECONDS = 20
"""For a whole response: a server that drips holds its host no longer."""
ADDRESS_SECONDS = 25.0
"""On the wire for one address, with its redirects and retries: each of them may take long, not all of them."""
TIMEOUTS_IN_A_ROW = 3
"""Answers of a source that do not come in time, before the rest is left to the next run: others need its place."""
MAX_REDIRECTS = 5
"""For one address: http → https → www → language → article."""
MAX_RETRIES = 2
"""Of one address in one run, after errors of a moment. The next run tries again."""
LONGEST_URL = 4_096
"""Characters. An encoded Arabic letter takes six, so a headline of 200 letters as slug is 1,200; browsers and
servers give up between 2,000 and 8,000."""
LONGEST_HOST = 253
"""Characters of a host's name, as RFC 1035 has it."""
LONGEST_LABEL = 63
"""Characters between two dots of it, one at least, by the same RFC: Python's resolver ends in an error on others."""
LONGEST_VALIDATOR = 512
"""Characters of an ETag or Last-Modified that is kept. Real ones have under 100."""
MAX_ROBOTS_BYTES = 500 * 1024
"""Read of a robots.txt: RFC 9309, 2.5 asks for that many at least."""
MAX_ROBOTS_WILDCARDS = 20_000
"""Real ones have under 3,000. Half a megabyte of them took an eighth of a second for every URL, of the one loop."""

# --- Feeds, sitemaps and listings --------------------------------------------------------------------------------
WAY_SECONDS = 10.0
"""For reading one in a worker: feedparser took 9 s for 50,000 entries, more than any real feed shows."""
WAYS_SECONDS = 30.0
"""For all of a source, before it goes on with older articles: no longer, for some of them may stall."""
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
"""That a gzip of a feed or listing may unpack to: four times what a body sent as it is may have."""
MAX_FEED_ENTRIES = 1_000
"""Of one feed. Real ones show 10 to 500, and feedparser takes about a second for 1,000."""
MAX_TAG_BYTES = 10_000
"""Of one tag of a feed, whose attributes are dropped beyond: an address has 4,096. With 20,000 attributes on one
element feedparser took six seconds, which grow with their square."""
MAX_JSON_ITEMS = 1_000
"""Of one answer of a JSON listing, as for a feed."""
MAX_SITEMAP_BYTES = 50 * 1024 * 1024
"""Of one sitemap after inflating, as sitemaps.org allows."""
MAX_SITEMAP_URLS = 50_000
"""Of one sitemap, as sitemaps.org allows; what follows is not read."""
MAX_SITEMAP_FRUITLESS = 4 * 1024 * 1024
"""Bytes that may go by without an address; what is no sitemap would grow into a tree in memory."""
MAX_SITEMAP_ENTRIES = 1_000
"""Taken of one sitemap, the newest first: a sitemap of all years is for a backfill."""
MAX_INDEX_CHILDREN = 1_000
"""Read of one index. The standard allows 50,000, but a site with a sitemap a day has 1,000 in three years."""
MAX_SITEMAP_CHILDREN = 10
"""Asked for of one index, the newest first: a loop of indexes ends after 111 requests."""
MAX_SITEMAP_DEPTH = 3
"""Index, index of a section, sitemap."""
MAX_LISTING_PAGES = 5
"""Of one listing, and only while a page still shows something new."""
MAX_LISTING_LINKS = 5_000
"""Read of one page of a listing. Busy front pages have up to 1,000."""
MAX_LISTING_ENTRIES = 500
"""Taken of one page of a listing."""
LONGEST_HINT = 100_000
"""Characters that are read of a title or summary: some feeds hold the whole article in its summary, none a book."""
LONGEST_ENTRY_TITLE = 500
"""Characters kept of it. The longest headline of 530 real pages has under 250."""
LONGEST_ENTRY_SUMMARY = 1_000
"""Characters kept of it: it is a hint only."""
MAX_NEW_ADDRESSES = 5_000
"""Of a source that one run writes down, less those that wait already, but always as many as it may fetch: sessions in
paths, calendars and queries without end must not fill the archive. The newest go first, the rest is counted."""
MAX_UNFINISHED = 5_000
"""Entries of earlier runs that one run takes up again: a week of the busiest source. The rest comes with the next."""
MAX_LOOKS = 2_000
"""Archived articles that one run looks at again. The rest comes with the next ones."""

# --- A source's past ---------------------------------------------------------------------------------------------
MAX_BACKFILL_ADDRESSES = 1_000_000
"""That one backfill writes down: thirty years of a hundred articles a day. Each takes half a kilobyte on disk."""
MAX_BACKFILL_WAYS = 20_000
"""Sitemaps and pages of archives and listings that one backfill reads: a page a day of fifty years. A loop of indexes
ends there."""
MAX_BACKFILL_DEPTH = 5
"""Indexes within indexes that a backfill follows: two more than any real site has."""
MAX_BACKFILL_PAGES = 5_000
"""Of one listing: fifty thousand articles where a page shows ten, which is beyond what sites let one page through."""
MAX_BARREN_PAGES = 2
"""In a row that show nothing which the pages before did not show: some sites answer the last page for ever."""
MAX_STINT_PAGES = 2_000
"""Of one stint of a backfill, whatever its source's budget allows: what a stint has taken is held in memory."""
PAST_SECONDS = 60.0
"""For reading one sitemap in a worker: one of 50,000 Arabic addresses took 8 s beside other work."""
BACKFILLS_AT_ONCE = 4
"""Sources whose past is fetched at a time: it has time, and the present needs the memory."""

# --- Looking a new source over -----------------------------------------------------------------------------------
SCOUT_REQUESTS = 40
"""Of one exploration, robots.txt and redirects included: it asks at a dozen places where mostly nothing is."""
SCOUT_SECONDS = 120.0
"""Of one exploration: a person waits for it."""
SCOUT_BYTES = 40 * 1024 * 1024
"""That the answers of one exploration may weigh, decompressed."""
MAX_FRONT_PAGE_LINKS = 3_000
"""Read of a front page: three times as many as the busiest have."""

# --- A page ------------------------------------------------------------------------------------------------------
PAGE_SECONDS = 8.0
"""In a worker, which is killed then. Of 530 real pages the slowest took 1.4 s, thrice that on a busy machine."""
PAGE_MOMENT = 0.7
"""That a page may hold a quick worker while others wait; then it goes on in the slow one. Of 530 real pages 99 in 100
took 0.3."""
PAGE_MEMORY = 104 * 1024 * 1024
"""Bytes of data of a quick worker (RLIMIT_DATA), 33 MB of them its own. What needs more is read in the slow one."""
SLOW_PAGE_MEMORY = 168 * 1024 * 1024
"""The same of the slow worker, of which there is one. With two quick ones and the crawl it stays below 700 MB."""
PAGES_PER_WORKER = 2_000
"""After so many a worker is replaced: it bounds what a leak in a C library can add up to."""
MAX_BLOCKS = 8_000
"""Paragraphs and the like of a page that are looked at. The longest of 530 real pages has 2,300."""
DEEPEST_BLOCK = 250
"""Elements within elements. Real pages nest 46 deep, and libxml2 itself gives up at 256."""
MAX_THOROUGH = 30_000
"""Elements of a page up to which its story is looked for in a second, slower way where the first finds little: pages
that are larger are lists, and of 50,000 `<time>` elements it took six seconds."""
LONGEST_STORY = 400_000
"""Characters of a text. The longest of 530 real pages has 110,000; what is longer is a list, or made to fill disks. It
is cut behind a line or a word, and the fate of its URL says so."""
LONGEST_WALL = 250
"""Characters from which on a text that stands on nearly all pages of a source is a wall: a shorter one is the one line
of a flash, whose news is its title."""
LONGEST_FIELD = 1_000
"""Characters of a title, an author or a section. The longest title of 530 real pages has 214."""
MAX_AUTHORS = 30
"""Of one article: more is a list of the newsroom's staff."""
MAX_KEYWORDS = 30
"""Of one article: more is for search engines."""
LONGEST_PICTURE_URL = 2_000
"""Characters of the address of an article's picture: a `data:` URL would be the picture itself."""
LONGEST_SCRIPT = 2_000_000
"""Characters of one JSON-LD script that are read. The longest of 530 real pages has 840,000."""
MAX_SCRIPT_NODES = 5_000
"""Objects of a page's JSON-LD that are looked at. Real pages have up to 3,400."""
DEEPEST_SCRIPT = 40
"""Objects within objects of JSON-LD: real ones nest 7 deep."""
MAX_GUESSED = 400_000
"""Characters of a page in which a date is guessed: htmldate took 3.7 s for a page of 900,000."""
MAX_DATED_TEXTS = 4_000
"""Pieces of text of a page in which the manner of its dates is looked for."""

# --- A page that is kept -----------------------------------------------------------------------------------------
MAX_REFUSED_PAGES = 200
"""Of one source that are kept although no article was found on them: what a busy agency publishes in a day or two.
Whoever mends the reading of a source whose layout changed gets these stories back; for more, there is a backfill."""
REFUSED_PAGE_DAYS = 30
"""That such a page is kept: by then somebody has seen that the source brings nothing, or nobody wants it."""
KEEP_SECONDS = 2.0
"""That an article waits for the file of kept pages, which another process has: news comes before its page."""
KEEP_PAUSE_SECONDS = 30.0
"""In which no page is tried to be kept after one could not be: a full disk is not emptied sooner, and each try may hold
up the news."""

# --- A page in a browser -----------------------------------------------------------------------------------------
RENDER_SECONDS = 15.0
"""For one page, from the beginning to the text; then the browser is killed. Pages of news sites take one to four."""
RENDER_SETTLES_SECONDS = 6.0
"""After which a page that has not come to rest is taken as it is: some ask for what is new for ever."""
RENDER_QUIET_SECONDS = 0.5
"""Without a request and without a change of the document: then it has come to rest."""
RENDER_MEMORY = 700 * 1024 * 1024
"""That the browser and its driver may take together, of which an empty page takes 200 MB; then they are killed."""
RENDER_HEAP = 256 * 1024 * 1024
"""Of the scripts of one page: a whole site in one bundle takes 60 MB."""
MAX_RENDERED_PAGES = 200
"""Of one source in one run: at three seconds each that is ten minutes of the one browser."""
MAX_RENDER_REQUESTS = 100
"""That a page may make for scripts and data: single-page sites make 5 to 60. Then it is taken as it is."""
MAX_RENDER_WISHES = 1_000
"""That a page may make for pictures, style sheets and what else is not loaded, which cost next to nothing: a long
listing has some hundreds. Then it is taken as it is."""
MAX_RENDER_BYTES = 8 * 1024 * 1024
"""That they may bring, as sent: the largest bundles have 3 MB. Then no more comes through."""
MAX_RENDER_CONNECTIONS = 64
"""Of one page at a time: Chromium itself opens 32 to one proxy."""
RENDER_CONNECT_SECONDS = 10.0
"""For a connection that a page wants, and for the head of what is asked or answered on it."""

# --- Topics ------------------------------------------------------------------------------------------------------
MAX_EVIDENCE = 6
"""Places kept for one rule: a reader looks at the first ones, and a hostile page that repeats one word a hundred
thousand times must not fill the archive with rows."""
MAX_HITS = 2_000
"""Of one list in one field: there the reading ends. The longest reports have some hundreds, and a page that repeats a
word for ever must not hold up the others."""

# --- A run and the process ---------------------------------------------------------------------------------------
REQUESTS_AT_ONCE = 8
"""Of one crawl; more would only wait, and waiting requests cannot be overtaken by newer news."""
PAGE_BYTES_AT_ONCE = 4_000_000
"""Of pages in the pipelines of one crawl; beyond it fetching pauses."""
BYTES_OF_ONE_SOURCE = 1024 * 1024
"""Of bodies of one source that have come and are not dealt with yet, which never wait: three pages of usual size."""
BYTES_HELD = 32 * 1024 * 1024
"""Of bodies beyond that, of all sources of a process together; then large ones wait on the wire, all but one."""
CRAWLS_AT_ONCE = 32
"""Sources of one run under way at a time: a stalling one holds a place, not the others."""
CRAWLS_IN_ALL = 64
"""Of all runs of a service: one job of slow sites leaves room for another."""
NAMES_AT_ONCE = 64
"""Host names that are looked up at a time: Twisted's ten were held by ten name servers that hang."""
MAX_HOSTS_KNOWN = 1_000
"""Whose robots.txt is kept parsed in memory; the archive has the others."""
MAX_QUEUED = 1_000
"""Works that wait for the archive; then whoever brings one waits. A crawl cannot outrun the disk."""

# --- A file of captured pages -------------------------------------------------------------------------------------
MAX_WARC_HEAD_BYTES = 64 * 1024
"""Of a record's own headers. Real ones have under 2 KiB, most of it the address."""
MAX_WARC_DICTIONARY = 16 * 1024 * 1024
"""Bytes of the dictionary of a file packed with zstd. Those in use have under 1 MiB."""
MAX_ZSTD_WINDOW = 27
"""Bits of the window of a frame of zstd: 128 MiB, beyond which zstd's own tool needs to be asked."""
CAPTURE_BYTES_AT_ONCE = 16 * 1024 * 1024
"""Of captured pages under way: two of the largest, fifty of usual size."""
SITES_AT_ONCE = 1_000
"""Sites of an import that takes every page, whose recurring lines are kept in memory. The archive has the others."""
SITES_COUNTED = 10_000
"""Sites that such an import counts by name; the rest is counted together. A month of CC-NEWS has more."""

# --- An export ----------------------------------------------------------------------------------------------------
EXPORT_BYTES_AT_ONCE = 4 * 1024 * 1024
"""Characters of texts that are read together; one article with all its versions always is."""
PARQUET_GROUP_BYTES = 8 * 1024 * 1024
"""Characters of texts of one row group, which is in memory until it is written: two thousand articles and more."""
PARQUET_GROUP_ROWS = 50_000
"""Of one row group, however short they are: tags and evidence take room as well."""

# --- A queue between machines -------------------------------------------------------------------------------------
QUEUE_SECONDS = 10.0
"""For the server of a queue to connect, or to answer one statement; then it is taken for away, and asked again."""
QUEUE_CONNECTIONS = 4
"""Of one process to that server, beside the one that listens: its own default has room for a hundred."""
MAX_NOTES_WAITING = 20_000
"""Notes of all workers that wait for the archive: what its writer takes in half a minute. Then workers wait."""
MAX_BYTES_WAITING = 512 * 1024 * 1024
"""The same in bytes: with kept pages a note may have a hundred times the usual size."""
MAX_NOTES_UNSHIPPED = 200
"""Of one crawl, while the queue has no room or is away; then its pages wait, and its spider with them."""
MAX_BYTES_UNSHIPPED = 8 * 1024 * 1024
"""The same in bytes; one note may always wait."""
MAX_BATCH_NOTES = 50
"""Of one batch: as many as the archive's writer takes into one transaction."""
MAX_BATCH_BYTES = 64 * 1024 * 1024
"""Unpacked; what a batch claims to hold beyond it is refused. The largest kept page has a few MiB."""
MAX_MEMORY_ADDRESSES = 1_000
"""The newest of a source that travel whole with its crawl, beside those that are open: ten days of a busy source."""
MAX_MEMORY_KEYS = 100_000
"""Of older ones, which travel as four bytes each where a sitemap or a listing may show them again."""
MAX_DEATHS = 3
"""Of workers that held one crawl, after which it counts as failed: it may be what kills them."""
HOST_BUSY_SECONDS = 30.0
"""That a crawl waits for a host which another worker asks; then its pages there are left to the next run. Two crawls
may wait for a host of each other's."""
MAX_MEMORY_HOSTS = 50
"""Servers of a source whose robots.txt travels with it. Most have one, some two more for pictures that nobody asks."""
MAX_MEMORY_FORGOTTEN = 10_000
"""Addresses that a person had forgotten, the newest, of whatever source: nobody is to ask for them anywhere."""
MAX_MEMORY_BYTES = 64 * 1024 * 1024
"""Of a source's memory, unpacked: ten times what the bounds above make likely."""
MAX_PARCEL_BYTES = 16 * 1024 * 1024
"""Of all topic packs of a desk, unpacked: the packaged ones have 0.2 MiB."""
STALLED_SECONDS = 45.0
"""Without a beat of its worker, which beats every five, before a crawl is taken back: a network that is mended in half
a minute costs nothing."""
SERVICE_BEAT_SECONDS = 5.0
"""Between two signs of life that a service leaves in its queue, and two looks at whether a worker has died."""
MAX_CRAWLS_OUT = 2_000
"""Planned ahead by a service: at five seconds each, 400 a second. With a parcel of 50 KB they take 100 MB there."""
PLANNED_AT_ONCE = 2
"""Of these, that are being packed and written into the queue: half of its connections, as the intake needs some."""
TAKEN_AT_ONCE = 100
"""Notes that the archive takes in one transaction, a sixth of a second of articles; a batch is never divided. With
fewer the full-text index takes longer for each."""
TAKEN_BYTES_AT_ONCE = 32 * 1024 * 1024
"""Of packed batches that are fetched together, while as many wait behind them; one batch may always be."""
UNPACKED_BYTES_AT_ONCE = 64 * 1024 * 1024
"""Of those, unpacked: fifty batches that claim to be small, and are not, must not fill the memory."""
LAG_SECONDS = 300.0
"""For which what a worker shipped may wait for the archive, before a person is told: an alert comes as late."""
RETRY_SECONDS = 5.0
"""For each worker that died of a crawl, before the next one may have it: a server that was restarted is up again."""
DEADLINE_SECONDS = 20.0
"""For the crawls of a run that is cut off: a worker looks every five seconds whether one is to end, and then finishes
what is under way."""
