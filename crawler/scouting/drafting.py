"""Writes the definition of a source that was explored: its keys, and as comments what was found and what not. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

from archive.plain import plain
from crawler.scouting.exploration import Exploration, Shown
from pipelines.extraction.language import primary
from seeds.definitions import is_language_tag
from seeds.editing import source_text
from seeds.sources import USUAL_PORTS

_ZONES = {
    "iq": "Asia/Baghdad", "krd": "Asia/Baghdad", "tr": "Europe/Istanbul", "sy": "Asia/Damascus", "lb": "Asia/Beirut",
    "jo": "Asia/Amman", "ir": "Asia/Tehran", "sa": "Asia/Riyadh", "kw": "Asia/Kuwait", "qa": "Asia/Qatar",
    "ae": "Asia/Dubai", "ye": "Asia/Aden", "eg": "Africa/Cairo", "il": "Asia/Jerusalem", "ps": "Asia/Hebron",
}  # fmt: skip
"""Of countries in the region, by the end of a host's name. An offset alone is that of many countries."""
_ZONES_OF_LANGUAGES = {"ckb": "Asia/Baghdad", "sdh": "Asia/Baghdad"}
_NOT_IN_ID = re.compile(r"[^a-z0-9]+")
_LONGEST_ID = 40
_GENERIC = frozenset(["www", "com", "net", "org", "co", "gov", "edu", "news", "info", "m"])
_MOST_TRIED = 30
_INDENT = re.compile(" *")


def draft(
    found: Exploration, keys: dict[str, object], taken: Collection[str], *, delay: float, private: bool, now: datetime
) -> str:
    """The `[[source]]` for *found*, as TOML. *keys* are what a person has decided; *taken* are the ids in use."""
    guessed = _keys(found, taken, delay=delay, private=private, now=now)
    head = [f"Found by khabar sources discover on {now:%Y-%m-%d}, beginning at {found.page}"]
    text = source_text({**guessed, **keys}, head, _notes(found))
    return "".join(f"{_INDENT.match(line)[0]}{plain(line)}\n" for line in text.splitlines())  # type: ignore[index]


def ports_of(urls: Sequence[str]) -> list[int]:
    """What `ports` must be for *urls*; empty where the usual ports do."""
    parts = [urlsplit(url) for url in urls]
    ports = {part.port or USUAL_PORTS.get(part.scheme, 80) for part in parts}
    return [] if ports <= set(USUAL_PORTS.values()) else sorted(ports)


def _keys(
    found: Exploration, taken: Collection[str], *, delay: float, private: bool, now: datetime
) -> dict[str, object]:  # fmt: skip
    host = urlsplit(found.page).hostname or ""
    language = found.language if found.language and is_language_tag(found.language) else ""
    listings = [] if found.feeds or found.sitemaps else found.listings
    ways = {"feeds": found.feeds, "sitemaps": found.sitemaps, "listings": listings}
    urls = [way.url for several in ways.values() for way in several]
    articles = [entry.url for way in found.ways for entry in way.entries if _fits(found, entry.url)]
    keys: dict[str, object] = {
        "id": source_id(host, found.name or "", language, taken),
        "name": found.name or host,
        "language": language,
        "timezone": zone_of(_offsets(found), host, language, now),
        **{key: [way.url for way in several] for key, several in ways.items()},
        "article": found.pattern.article if found.pattern else "",
        "exclude": list(found.pattern.exclude) if found.pattern else [],
        "delay": delay,
        "private": private,
        "ports": ports_of([*urls, *articles]),
    }
    return {key: value for key, value in keys.items() if value or key == "delay"}


def source_id(host: str, name: str, language: str, taken: Collection[str]) -> str:
    """An id for a site: what its host is called, else its name, and the language; with a number where that is taken."""
    labels = [label for label in host.lower().split(".")[:-1] if label not in _GENERIC]
    called = "" if host.replace(".", "").isdigit() or ":" in host else "-".join(labels[-1:])
    words = called or _without_accents(name.lower())
    base = "-".join(part for part in (_NOT_IN_ID.sub("-", words).strip("-") or "site", primary(language or "")) if part)
    base = base[:_LONGEST_ID].strip("-")
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(one for one in (base, *numbered) if one not in taken)


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def zone_of(offsets: frozenset[str], host: str, language: str, now: datetime) -> str:
    """The zone of a site whose dates have *offsets*, where its host or language tells which of many; else ""."""
    zone = _ZONES.get(host.rpartition(".")[2]) or _ZONES_OF_LANGUAGES.get(primary(language or ""))
    if not zone or len(offsets) != 1:
        return ""
    offset = now.astimezone(ZoneInfo(zone)).strftime("%z")
    return zone if f"{offset[:3]}:{offset[3:]}" in offsets else ""


def _fits(found: Exploration, url: str) -> bool:
    return found.pattern is not None and found.pattern.matches(url)


def _offsets(found: Exploration) -> frozenset[str]:
    return frozenset[str]().union(*(way.offsets for way in found.ways))


def _notes(found: Exploration) -> dict[str, list[str]]:
    notes = {
        "timezone": list(_zone_note(found)),
        "feeds": [_note(way) for way in found.feeds],
        "sitemaps": [_note(way) for way in found.sitemaps],
        "listings": [_note(way) for way in found.listings],
        "article": [_pattern_note(found)],
        "end": list(_rest(found)),
    }
    if (found.feeds or found.sitemaps) and found.listings:
        del notes["listings"]
        urls = ", ".join(f'"{way.url}"' for way in found.listings)
        notes["end"].insert(0, f"These show articles too, at a request or more in every crawl: listings = [{urls}]")
    return {key: lines for key, lines in notes.items() if lines}


def _note(way: Shown) -> str:
    shown = f"{way.url}: {len(way.entries)} entries"
    if way.sitemaps:
        shown = f"{way.url}: an index of {way.sitemaps} sitemaps, {len(way.entries)} entries in those looked into"
    newest = f", the newest of {way.newest.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if way.newest else ", undated"
    return plain(shown + newest)


def _pattern_note(found: Exploration) -> str:
    if found.pattern is None:
        return "No pattern was found."
    entries = {entry.url for way in found.ways for entry in way.entries}
    fitting = sum(_fits(found, url) for url in entries)
    return f"It fits {fitting} of the {len(entries)} addresses that these showed; look whether it means what you want."


def _zone_note(found: Exploration) -> Iterator[str]:
    """What is to be known of the zone where it stays UTC: pages may show times without one."""
    offsets = _offsets(found)
    if offsets and offsets != {"+00:00"}:
        yield f"Its dates are written with {', '.join(sorted(offsets))}."
    elif not offsets:
        yield "None of its dates told a zone; those without one are taken for UTC unless timezone names another."


def _rest(found: Exploration) -> Iterator[str]:
    for way in found.foreign:
        yield plain(f"{way.url} is in {way.language}: a source of its own.")
    for url, like in found.same.items():
        yield plain(f"{url} shows nothing that {like} does not.")
    by_reason: dict[str, list[str]] = {}
    for url, reason in found.tried[:_MOST_TRIED]:
        by_reason.setdefault(reason, []).append(_shortly(url, found.page))
    for reason, places in by_reason.items():
        yield plain(f"Tried in vain ({reason}): {', '.join(places)}")


def _shortly(url: str, page: str) -> str:
    """*url* without the host that it has in common with *page*."""
    return url.removeprefix(urljoin(page, "/").rstrip("/"))
