"""What a robots.txt allows Khabar, and how soon (RFC 9309; Crawl-delay, which it leaves out). Pure."""

import re

from protego import Protego
from scrapy.exceptions import IgnoreRequest

from seeds.bounds import MAX_ROBOTS_BYTES, MAX_ROBOTS_WILDCARDS

NAME = "Khabar"
"""The product token by which a robots.txt names us."""
_USER_AGENT = re.compile(r"^[ \t]*user[- ]?agent[ \t]*[: \t][ \t]*([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NOBODY = "user-agent: other"
_US = f"user-agent: {NAME}"


class RobotsUnreachable(IgnoreRequest):
    """The robots.txt of a host cannot be had, so nothing of it may be asked for (RFC 9309, 2.3.1.4). Says why."""


class Rules:
    """The rules of one robots.txt; of None, which is that of a host that has none, everything is allowed."""

    def __init__(self, text: str | None) -> None:
        self._closed = text is not None and text.count("*") > MAX_ROBOTS_WILDCARDS  # an attack: nothing is asked for
        self._parsed = Protego.parse(_without_others(text)) if text and not self._closed else None
        self.delay = (self._parsed and self._parsed.crawl_delay(NAME)) or 0.0
        """Seconds from one request to the next; 0 where nothing is said."""

    def allows(self, url: str) -> bool:
        """Whether *url* may be asked for."""
        return not self._closed and (self._parsed is None or self._parsed.can_fetch(url, NAME))


def read_robots(body: bytes) -> str | None:
    """The text of a robots.txt; None where it is a page, as sites serve it instead of saying that there is none.

    What is not UTF-8 becomes U+FFFD, so that a rule in another encoding fits no URL. Left out, as Scrapy does, it
    would turn "Disallow: /" and an Arabic word into "Disallow: /".
    """
    text = body[:MAX_ROBOTS_BYTES].decode("utf-8-sig", "replace")
    return None if text.lstrip()[:1] == "<" else text


def _without_others(text: str) -> str:
    """*text* with all names of other crawlers made one: half a megabyte of names, each with all rules below, would
    be millions of rules. Our own is also written as in our User-Agent, which is what a log shows.
    """
    return _USER_AGENT.sub(lambda line: _US if _is_us(line[1]) else line[0] if _may_be_us(line[1]) else _NOBODY, text)


def _is_us(name: str) -> bool:
    return name.partition("/")[0].strip().lower() == NAME.lower()


def _may_be_us(name: str) -> bool:
    """Whether Protego might take *name* for us: "*", or a beginning of our token."""
    return NAME.lower().startswith(name.strip().lower().replace("*", ""))
