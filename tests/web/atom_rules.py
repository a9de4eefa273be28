"""What RFC 4287 demands of an Atom document, and JSON Feed 1.1 of its own, as far as a reader may stumble over it."""

import json
import re
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
_ONCE = {
    "feed": ({"id", "title", "updated"}, {"subtitle", "generator", "icon", "logo", "rights"}),
    "entry": ({"id", "title", "updated"}, {"published", "summary", "content", "rights", "source"}),
}  # sections 4.1.1 and 4.1.2: exactly once, at most once
_MANY = {"author", "category", "contributor", "link", "entry"}
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")  # RFC 3339
_TAG = re.compile(r"tag:[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[!-~]+")  # RFC 4151
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_ADDRESS = re.compile(r"(?i)https?://([!-$&-;=?-Z_a-z~\[\]]|%[0-9A-Fa-f]{2})+")


def faults_of_atom(document: bytes) -> list[str]:
    """What is wrong with *document*."""
    root = etree.fromstring(document, etree.XMLParser(resolve_entities=False, huge_tree=True))
    found = [] if root.tag == f"{ATOM}feed" else [f"its root is {root.tag}"]
    for element in (root, *root.iter(f"{ATOM}entry")):
        found += _faults_of_element(element)
    names = [one.findtext(f"{ATOM}id") for one in root.iter(f"{ATOM}entry")]
    if len(names) != len(set(names)):
        found.append("two entries have one name")
    rels = [link.get("rel") for link in root.findall(f"{ATOM}link")]
    if rels.count("self") != 1 or rels.count("alternate") != 1:
        found.append(f"its links are {rels}")
    return found


def _faults_of_element(element: Any) -> list[str]:
    kind = etree.QName(element).localname
    needed, allowed = _ONCE[kind]
    names = [etree.QName(child).localname for child in element]
    found = [f"{kind} has {names.count(name)} {name}" for name in needed if names.count(name) != 1]
    found += [f"{kind} has {names.count(name)} {name}" for name in allowed if names.count(name) > 1]
    found += [f"{kind} has {name}" for name in names if name not in needed | allowed | _MANY]
    if not element.findall(f"{ATOM}author/{ATOM}name") or not all(
        name.text and name.text.strip() for name in element.findall(f"{ATOM}author/{ATOM}name")
    ):
        found.append(f"{kind} has no author")
    found += [
        f"{date.tag} is {date.text}"
        for name in ("updated", "published")
        for date in element.findall(ATOM + name)
        if not _is_date(date.text)
    ]
    if not _TAG.fullmatch(element.findtext(f"{ATOM}id") or ""):
        found.append(f"the id is {element.findtext(f'{ATOM}id')}")
    for link in element.findall(f"{ATOM}link"):
        if not _is_address(link.get("href")):
            found.append(f"a link leads to {link.get('href')}")
    if not any(link.get("rel") == "alternate" for link in element.findall(f"{ATOM}link")):
        found.append(f"{kind} leads nowhere")
    found += ["a category is empty" for one in element.findall(f"{ATOM}category") if not one.get("term")]
    found += [
        f"the type of content is {one.get('type')}"
        for one in element.findall(f"{ATOM}content")
        if one.get("type") != "html"
    ]
    language = element.get("{http://www.w3.org/XML/1998/namespace}lang")
    if language is not None and not _LANGUAGE.fullmatch(language):
        found.append(f"the language is {language}")
    return found


def faults_of_json_feed(document: bytes) -> list[str]:
    """The same of a JSON Feed."""
    told = json.loads(document.decode())
    found = [] if told["version"] == "https://jsonfeed.org/version/1.1" else ["no version"]
    found += [] if isinstance(told["title"], str) and told["title"] else ["no title"]
    found += [f"{name} is {told[name]}" for name in ("home_page_url", "feed_url") if not _is_address(told[name])]
    for item in told["items"]:
        found += [] if isinstance(item["id"], str) and item["id"] else ["an item has no id"]
        found += [] if "content_html" in item or "content_text" in item else ["an item has no content"]
        found += [
            f"{name} is {item[name]}" for name in ("url", "external_url") if not _is_address(item.get(name, "http://a"))
        ]
        found += [
            f"{name} is {item[name]}"
            for name in ("date_published", "date_modified")
            if name in item and not _is_date(item[name])
        ]
        found += [] if all(author.get("name") for author in item["authors"]) else ["an author has no name"]
    if len({item["id"] for item in told["items"]}) != len(told["items"]):
        found.append("two items have one name")
    return found


def _is_date(text: str | None) -> bool:
    try:
        datetime.fromisoformat(text or "")
    except ValueError:
        return False
    return _DATE.fullmatch(text or "") is not None


def _is_address(text: str | None) -> bool:
    return _ADDRESS.fullmatch(text or "") is not None and bool(urlsplit(text or "").netloc)
