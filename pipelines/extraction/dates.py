"""When an article was published and last changed: which of a page's many dates is the one.

What is declared for machines is believed before what readers see beside the headline, that before the feed, and the
feed before whatever else stands on the page. A day without a time, or a midnight, gives way to a finer witness of the
same day. Where a declared "Z" repeats the local time that readers see, it is the local time.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from pipelines.extraction.instants import Instant
from pipelines.extraction.stamps import (
    Scene,
    Testimony,
    dates_anywhere,
    days_of_others,
    far_dates,
    find_stamps,
    near_dates,
    read,
    updates,
)
from pipelines.extraction.witnesses import Finding, Witness

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished", "article:published",
    "article.published", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publishdate", "pubdate",
    "publish-date", "publish_date", "publication_date", "date.published", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dcterms.date", "dc.date", "citation_publication_date", "citation_date",
    "rnews:datepublished", "timestamp", "date", "article_date_original", "displaydate", "originalpublicationdate",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "article:modified",
    "article.updated", "dcterms.modified", "dc.date.modified", "last-modified", "lastmod", "revised",
)  # fmt: skip

_SAME = timedelta(minutes=30)  # a feed may tell when a story was sent to it
_MOST_GUESSED = 400_000  # characters of text: htmldate took 3.7 s for a page of 900,000
_URL_DAY = (
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>[01]?\d)[/-](?P<d>[0-3]?\d)(?=[/_.-]|$)"),
    re.compile(r"[/_-](?P<y>(?:19|20)\d\d)-?(?P<m>[01]\d)-?(?P<d>[0-3]\d)(?=[/_.-]|$)"),
    re.compile(r"/(?P<d>[0-3]\d)(?P<m>[01]\d)(?P<y>20\d\d)\d{1,3}$"),  # a day and a serial number
)


def find_published(scene: Scene) -> Finding[Instant | None]:
    """When the article was published, as the most trusted witness says that can be read."""
    told = _choose(_told(scene))
    if told.value:
        return Finding(_as_seen(told.value, scene), told.won, told.said)
    guessed = _choose(_last_resorts(scene))
    return Finding(guessed.value, guessed.won, told.said + guessed.said)


def find_modified(scene: Scene) -> Finding[Instant | None]:
    """When the article was last changed."""
    return _choose(_modified(scene))


def published_told(scene: Scene) -> Testimony:
    """All that is told of the publication, for an explanation: `find_published` stops hearing where it is sure."""
    told = list(_told(scene))
    return iter(told if any(instant for _, instant in told) else [*told, *_last_resorts(scene)])


def modified_told(scene: Scene) -> Testimony:
    """All that is told of the last change."""
    return _modified(scene)


def _choose(testimony: Iterable[tuple[Witness, Instant | None]]) -> Finding[Instant | None]:
    heard: list[Witness] = []
    best: tuple[str, Instant] | None = None
    for witness, instant in testimony:
        heard.append(witness)
        if instant is None:
            continue
        finer = best is not None and best[1].coarse and not instant.coarse and _same_day(best[1], instant)
        if best is None or finer:
            best = (witness.where, instant)
        if not best[1].coarse:
            break
    return Finding(best[1], best[0], tuple(heard)) if best else Finding(None, "", tuple(heard))


def _as_seen(declared: Instant, scene: Scene) -> Instant:
    """*declared*, in the zone of the source where its "Z" stands behind the very local time that readers see.

    Where the feed confirms it, the page shows its readers UTC.
    """
    local = declared.value.replace(tzinfo=ZoneInfo(scene.clock.zone))
    if declared.zone != "+00:00" or declared.coarse or local == declared.value:
        return declared
    if scene.hint and not scene.hint.coarse and abs(scene.hint.value - declared.value) < _SAME:
        return declared
    for witness, seen in near_dates(scene, find_stamps(scene)):
        if seen and seen.zone == scene.clock.zone and not witness.where.startswith("<"):
            same = seen.precision != "day" and seen.value == local.replace(second=seen.value.second)
            return replace(declared, value=local, zone=seen.zone) if same else declared
    return declared


def _same_day(one: Instant, other: Instant) -> bool:
    return one.value.date() in (other.value.date(), other.value.astimezone(one.value.tzinfo).date())


def _told(scene: Scene) -> Testimony:
    declared, clock = scene.declared, scene.clock
    for text in declared.jsonld.texts("datePublished"):
        yield read("JSON-LD", text, clock)
    for name, text in declared.named(*_PUBLISHED):
        yield read(f"meta {name}", text, clock)
    for text in declared.items.get("datepublished", ())[:3]:
        yield read("itemprop", text, clock)
    for text in declared.jsonld.texts("dateCreated", "uploadDate"):
        yield read("JSON-LD dateCreated", text, clock)
    for text in (*declared.items.get("published_time", ()), *declared.items.get("datecreated", ()))[:3]:
        yield read("itemprop", text, clock)
    stamps = find_stamps(scene)
    yield from near_dates(scene, stamps)
    for name in [name for name in declared.meta if "publish" in name and name not in _PUBLISHED]:
        yield read(f"meta {name}", declared.meta[name][0], clock)
    if declared.script_date:
        yield read("script", declared.script_date, clock)
    if scene.hint:
        yield Witness("feed", scene.hint.raw), scene.hint
    yield from far_dates(scene, stamps)


def _last_resorts(scene: Scene) -> Testimony:
    for _, text in scene.declared.named("og:title", "title"):
        yield read("og:title", text, scene.clock)
    yield from dates_anywhere(scene)
    yield from updates(scene.labels, scene.clock)
    for pattern in _URL_DAY:
        if match := pattern.search(scene.url):
            yield read("address", f"{match['y']}-{match['m']}-{match['d']}", scene.clock)
    yield from _guessed(scene)
    for witness, instant in _modified(scene):
        yield Witness(f"{witness.where} (modified)", witness.said), instant


def _guessed(scene: Scene) -> Testimony:
    """What htmldate makes of the dates of the page: a day at most. Its extensive search would cost seconds."""
    from htmldate import find_date  # noqa: PLC0415 -- few pages come here

    today = scene.clock.fetched.date().isoformat()
    if len(scene.tree.text_content()) > _MOST_GUESSED:
        return
    others = days_of_others(scene)
    found = find_date(scene.tree, extensive_search=False, original_date=True, max_date=today, url=scene.url)
    # It makes the first of January of a bare year, the present day is in every masthead, and it does not ask whose
    # date it is.
    if found and not found.endswith("-01-01") and found != today and date.fromisoformat(found) not in others:
        yield read("htmldate", found, scene.clock)


def _modified(scene: Scene) -> Testimony:
    declared, clock = scene.declared, scene.clock
    for text in declared.jsonld.texts("dateModified"):
        yield read("JSON-LD", text, clock)
    for name, text in declared.named(*_MODIFIED):
        yield read(f"meta {name}", text, clock)
    for text in declared.items.get("datemodified", ())[:3]:
        yield read("itemprop", text, clock)
    yield from updates(scene.labels, clock)
