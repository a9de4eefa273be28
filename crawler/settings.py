"""Scrapy's settings, each with its reason. `scrapy` and `khabar` both read this file."""

from importlib.metadata import version

from seeds import bounds

BOT_NAME = "khabar"
SPIDER_MODULES = ["crawler.spiders"]
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"  # one loop with APScheduler

# --- Manners -----------------------------------------------------------------------------------------------------
PRODUCT = f"Khabar/{version('khabar')}"
USER_AGENT = PRODUCT  # crawler.launch adds the desk's contact
ROBOTSTXT_OBEY = True  # Scrapy's default is not to; crawler.manners.robots does it
CONCURRENT_ITEMS = 1  # of one page, which gives one; Scrapy starts so many tasks a page, and 100 cost 5 ms
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # one reader, one page at a time
DOWNLOAD_DELAY = 0  # the delay of a host is kept in crawler.manners.hosts, over all crawls of the process
DOWNLOAD_DELAY_JITTER = 0  # a source's delay is a promise, not a mean
SLOWEST_PACE = 20.0  # seconds between requests to a slow host at most: what DOWNLOAD_TIMEOUT lets one answer take
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip",  # what crawler.wholeness can tell the end of
}
COOKIES_ENABLED = False  # a monitor has no session: nothing to track, no wall that counts visits
REFERRER_POLICY = "no-referrer"  # nobody needs to know by which feed we came
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # Scrapy's, without 429: who is asked to wait does not retry
RETRY_EXCEPTIONS = [  # Scrapy's, without timeouts: three of them would hold a host for a minute; the next run retries
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # the fate tells it
RETRY_PRIORITY_ADJUST = -1

# --- Bounds: what they are and why is in seeds.bounds ------------------------------------------------------------
CONCURRENT_REQUESTS = bounds.REQUESTS_AT_ONCE
DOWNLOAD_TIMEOUT = bounds.RESPONSE_SECONDS
DOWNLOAD_MAXSIZE = bounds.MAX_BODY_BYTES
DOWNLOAD_WARNSIZE = 0  # the bound is enough
DOWNLOAD_FAIL_ON_DATALOSS = True  # a page cut short is a failure, not a shorter article
REDIRECT_MAX_TIMES = bounds.MAX_REDIRECTS
METAREFRESH_ENABLED = False  # news pages reload themselves with it; following it would fetch them in a loop
URLLENGTH_LIMIT = 0  # crawler.memory bounds it, with a fate; Scrapy drops the request in silence
RETRY_TIMES = bounds.MAX_RETRIES
SCRAPER_SLOT_MAX_ACTIVE_SIZE = bounds.PAGE_BYTES_AT_ONCE

# --- Safety ------------------------------------------------------------------------------------------------------
DOWNLOAD_HANDLERS = {
    "http": "crawler.manners.handler.PoliteDownloadHandler",
    "https": "crawler.manners.handler.PoliteDownloadHandler",
    "file": None,  # a feed must not be able to name a file of this machine
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is not to
REMOTE_CONTROL_ENABLED = False  # Scrapy's default is a local server that executes Python
TELNETCONSOLE_ENABLED = False
HTTPPROXY_ENABLED = False  # a proxy connects on our behalf, past the address guard: only where desk.toml says so
DESK_PROXY = False  # the same for crawler.guard, which obeys nobody else: Scrapy's own default is to
MEMUSAGE_ENABLED = False  # crawler.launch measures nothing behind our back

# --- The way of a page -------------------------------------------------------------------------------------------
DOWNLOADER_MIDDLEWARES = {
    "crawler.guard.GuardMiddleware": 50,  # first: before robots.txt is asked for
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # forgets with every run, and errors allow all
    "crawler.manners.robots.RobotsMiddleware": 100,
    "crawler.wholeness.WholeResponses": 595,  # between the network and decompression, which is at 590
}
ITEM_PIPELINES = {
    "pipelines.extract.Extract": 100,
    "pipelines.tag.Tag": 200,
    "pipelines.identify.Identify": 300,
    "pipelines.store.Store": 400,
}
EXTENSIONS = {"crawler.ledger.Ledger": 0}  # what fell out of the way by a fault of ours has a fate too

# --- Logging -----------------------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"
STATS_DUMP = False
LOGSTATS_INTERVAL = 0
LOG_SCRAPED_ITEMS = False
LOG_FORMATTER = "crawler.log.OneLine"
