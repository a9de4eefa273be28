"""What differs from source to source in Scrapy's settings; all else is in `crawler.settings`. Pure."""

from typing import Any

from crawler.settings import PRODUCT
from seeds.sources import Source


def own_settings(source: Source, contact: str) -> dict[str, Any]:
    """The settings of a crawl of *source*; *contact* is the desk's."""
    return {
        "USER_AGENT": user_agent(contact),
        "DOWNLOAD_VERIFY_CERTIFICATES": source.verify_tls,
        "CLOSESPIDER_TIMEOUT": source.budget.minutes * 60,
    }


def user_agent(contact: str) -> str:
    """The User-Agent: who asks, and where to complain."""
    return f"{PRODUCT} (+{contact})" if contact else PRODUCT
