"""Reads a page of HTML for its links. Bounded by whoever hands it in; entities and networks are not touched."""

from urllib.parse import urljoin, urlsplit

from lxml import etree, html

from crawler.discovery.decoding import as_utf8
from crawler.discovery.entries import NoEntries


def read_page(body: bytes) -> etree._Element:
    """The tree of *body*. Raises NoEntries where it cannot be read as a page."""
    clean = as_utf8(body)
    parser = html.HTMLParser(encoding="utf-8" if clean is not None else None, no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(clean if clean is not None else body, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise NoEntries("not a page", str(error)[:200]) from error


def base_of(page: etree._Element, url: str) -> str:
    """What the links of *page*, which *url* answered, are relative to."""
    element = page.find(".//base[@href]")
    try:
        base = urljoin(url, (element.get("href") or "").strip()) if element is not None else url
        return base if urlsplit(base).scheme in ("http", "https") else url
    except ValueError:
        return url
