"""What differs from desk to desk and source to source in Scrapy's settings; the rest is `crawler.settings`. Pure."""

from collections.abc import Mapping
from typing import Any

from scrapy.settings import Settings

from crawler import settings as general
from crawler.desk import DeskConfig
from seeds.sources import Source

_SWITCHED_OFF = {
    "EXTENSIONS_BASE": "scrapy.extensions.remote_control.RemoteControl",
    "DOWNLOADER_MIDDLEWARES_BASE": "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
}
"""Off by `crawler.settings`; but Scrapy loads what it then does not use, and with these two some 200 modules more."""


def scrapy_settings(own: Mapping[str, Any]) -> Settings:
    """All settings of one crawl: those of `crawler.settings`, and its *own*, which go before."""
    settings = Settings()
    settings.setmodule(general, priority="project")
    settings.set("SPIDER_MODULES", [], priority="cmdline")  # a crawl is handed its spider; Scrapy would load them all
    for setting, component in _SWITCHED_OFF.items():
        settings[setting].pop(component, None)
    settings.setdict(dict(own), priority="cmdline")
    return settings


def own_settings(source: Source, desk: DeskConfig) -> dict[str, Any]:
    """The settings of a crawl of *source* for a *desk*."""
    return {
        **desk_settings(desk),
        "DOWNLOAD_VERIFY_CERTIFICATES": source.verify_tls,
        "CLOSESPIDER_TIMEOUT": source.budget.minutes * 60,
    }


def desk_settings(desk: DeskConfig) -> dict[str, Any]:
    """What differs from desk to desk."""
    proxy = {"HTTPPROXY_ENABLED": desk.proxy, "DESK_PROXY": desk.proxy}  # who names one, and who obeys
    return {"USER_AGENT": user_agent(desk.contact), **proxy}


def user_agent(contact: str) -> str:
    """The User-Agent: who asks, and where to complain."""
    return f"{general.PRODUCT} (+{contact})" if contact else general.PRODUCT
