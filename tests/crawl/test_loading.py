"""What the process of a crawl does not load: it is ready the sooner, and the smaller for as long as it runs."""

import subprocess
import sys

READY_TO_CRAWL = """
import sys
import crawler.service
from crawler.own_settings import scrapy_settings
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

settings = scrapy_settings({})
SpiderLoader.from_settings(settings)
for kind in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES", "EXTENSIONS"):
    for name in build_component_list(settings.get_component_priority_dict_with_base(kind)):
        load_object(name)
print(*sys.modules)
"""


def test_what_reads_pages_and_feeds_is_loaded_by_the_workers_only_and_what_scouts_sites_by_nobody() -> None:
    done = subprocess.run([sys.executable, "-c", READY_TO_CRAWL], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"crawler.spiders.news", "pipelines.extract", "pipelines.store"} <= loaded
    assert not loaded & {
        "trafilatura", "feedparser", "pipelines.extraction.article", "crawler.discovery.listings",
        "crawler.spiders.scout", "scrapy.extensions.remote_control", "tldextract",
    }  # fmt: skip
