"""When an article was published and last changed: which of a page's many dates is the one.

What is declared for machines is believed before what readers see beside the headline, that before the feed, and the
feed before whatever else stands on the page. A day without a time, or a midnight, gives way to a finer witness of the
same day, and a time without a zone to the same time with one. Where a declared "Z" repeats the local time that readers
see, it is the local time. Of 03/04/2025 the other days on the page decide which number is the month.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from pipelines.extraction.instants import Clock, Instant, read_instant
from pipelines.extraction.stamps import (
    SEEN,
    Scene,
    Testimony,
    dateline_dates,
    dates_anywhere,
    days_of_others,
    edits,
    far_dates,
    labelled_dates,
    near_dates,
    read,
)
from pipelines.extraction.witnesses import Finding, Witness
from seeds.bounds import MAX_DATED_TEXTS, MAX_GUESSED

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

_MAY_PUBLISH = re.compile(r"publish|pub-?_?date|(?:post|article|online)[._-]?(?:date|time)|issued|(?:^|[:._-])ptime$")
_IS_OTHER = re.compile(r"modif|updat|expir|publisher|unpublish")
"""For the names of meta elements that are not in the tables."""

_ZONES_APART = timedelta(hours=14, minutes=1)
_HALF_HOUR = 1800  # seconds: zones lie whole numbers of them apart
_SAME = timedelta(minutes=30)  # a feed may tell when a story was sent to it
_NUMERIC = re.compile(r"(?<![\d/.-])(\d\d?)[/.-](\d\d?)[/.-]\d{4}(?!\d)")
_HOST = re.compile(r"https?://[^/:?#]+", re.IGNORECASE)
_NATIONAL = re.compile(r"\.[a-z]{2}$", re.IGNORECASE)
_URL_DAY = (
    re.compile(r"/(?P<y>(?:19|20)\d\d)[/-](?P<m>[01]?\d)[/-](?P<d>[0-3]?\d)(?=[/_.-]|$)"),
    re.compile(r"[/_-](?P<y>(?:19|20)\d\d)-?(?P<m>[01]\d)-?(?P<d>[0-3]\d)(?=[/_.-]|$)"),
    re.compile(r"/(?P<d>[0-3]\d)(?P<m>[01]\d)(?P<y>20\d\d)\d{1,3}$"),  # a day and a serial number
)


def writes_month_first(*, country: str, language: str | None, zone: str, url: str) -> bool:
    """Whether 03/04/2025 is the fourth of March: in the United States only.

    They are told by the source, the language's region, the zone or the address; of a page that tells no country at
    all, English is American, as the likely subtags of CLDR have it.
    """
    tongue, _, region = (language or "").replace("_", "-").partition("-")
    if told := country or region:
        return told.upper() == "US"
    if zone != "UTC":
        return zone.startswith("America/")
    host = (_HOST.match(url) or [""])[0]
    return tongue.lower() == "en" and not (_NATIONAL.search(host) and not host.endswith(".us"))


def find_published(scene: Scene) -> Finding[Instant | None]:
    """When the article was published, as the most trusted witness says that can be read."""
    told = _choose(_told(scene))
    if told.value:
        return Finding(_settled(_as_seen(told.value, scene), scene), told.won, told.said)
    found, said = _choose(_surmised(_last_resorts(scene))), told.said
    if not found.value:
        found, said = _choose(_surmised(_guesses(scene))), said + found.said
    return Finding(_settled(found.value, scene) if found.value else None, found.won, said + found.said)


def find_modified(scene: Scene, published: Instant | None = None) -> Finding[Instant | None]:
    """When the article was last changed: not before it was *published*, whose mistaken "Z" its own shares."""
    heard: list[Witness] = []
    following: list[tuple[Witness, Instant]] = []
    for witness, told in _modified(scene):
        heard.append(witness)
        instant = _in_zone_of(published, told, scene.clock) if told else None
        if instant and _follows(instant, published):
            following.append((witness, instant))
            if not instant.coarse:
                break
    found = _choose(following)
    return Finding(found.value, found.won, tuple(heard))


def _follows(modified: Instant, published: Instant | None) -> bool:
    """Whether *modified* can be that of an edit: a day says nothing of the day of publication itself."""
    if published is None:
        return True
    zone = published.value.tzinfo
    if published.precision == "day":
        return modified.value.astimezone(zone).date() >= published.value.date()
    return modified.value >= published.value.replace(second=0, microsecond=0)


def _in_zone_of(published: Instant | None, modified: Instant, clock: Clock) -> Instant:
    mistaken = published and published.zone == clock.zone and _is_utc(read_instant(published.raw, clock))
    if mistaken and _is_utc(modified) and not modified.coarse:
        local = modified.value.replace(tzinfo=ZoneInfo(clock.zone))
        return replace(modified, value=local, zone=clock.zone)
    return modified


def _is_utc(instant: Instant | None) -> bool:
    return instant is not None and instant.zone == "+00:00"


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
        if best and instant.either == best[1].value.date():
            instant = instant.other_way_round()  # noqa: PLW2901 -- the same witness, understood
        if best is None or _refines(best, (witness.where, instant)):
            surmised = instant.surmised and (best is None or best[1].surmised)
            best = (witness.where, replace(instant, surmised=surmised))
        if not best[1].coarse and (_declares_zone(best[1]) or best[0] in SEEN):
            break
    return Finding(best[1], best[0], tuple(heard)) if best else Finding(None, "", tuple(heard))


def _refines(best: tuple[str, Instant], other: tuple[str, Instant]) -> bool:
    """Whether *other*, a place and what stands there, tells more exactly what *best* tells: the time, or the zone.

    A midnight may only mean a day. One that readers see is a time of day until a machine says otherwise: the next
    stamp that they see is that of an edit.
    """
    if other[1].coarse:
        return False
    if best[1].coarse:
        fits = best[1].precision == "day" or not {best[0], other[0]} <= SEEN
        return fits and _same_day(best[1], other[1])
    return not _declares_zone(best[1]) and _declares_zone(other[1]) and _other_zone(best[1], other[1])


def _declares_zone(instant: Instant) -> bool:
    return instant.zone[0] in "+-"


def _other_zone(best: Instant, other: Instant) -> bool:
    """Whether *other* is the time that *best* tells without a zone, in its own.

    Not where it is the very same time with a "Z", which many systems put behind whatever they hold.
    """
    apart = abs(other.value - best.value)
    if _is_utc(other) and other.value.replace(tzinfo=None) == best.value.replace(tzinfo=None):
        return False
    return timedelta() < apart < _ZONES_APART and (apart.total_seconds() + 59) % _HALF_HOUR <= 2 * 59


def _as_seen(declared: Instant, scene: Scene) -> Instant:
    """*declared*, in the zone of the source where its "Z" stands behind the very local time that readers see.

    Where the feed confirms it, the page shows its readers UTC.
    """
    local = declared.value.replace(tzinfo=ZoneInfo(scene.clock.zone))
    if declared.zone != "+00:00" or declared.coarse or local == declared.value:
        return declared
    if scene.hint and not scene.hint.coarse and abs(scene.hint.value - declared.value) < _SAME:
        return declared
    for witness, seen in near_dates(scene):
        if seen and seen.zone == scene.clock.zone and not witness.where.startswith("<"):
            same = seen.precision != "day" and seen.value == local.replace(second=seen.value.second)
            return replace(declared, value=local, zone=seen.zone) if same else declared
    return declared


def _settled(instant: Instant, scene: Scene) -> Instant:
    """*instant* with the right number for its month, where both could be: as the other days of the page have it."""
    if instant.either is None:
        return instant
    readings = (instant.value.date(), instant.either)
    for day in _days_told(scene):
        if day in readings:
            return instant if day == readings[0] else instant.other_way_round()
    numeric = _NUMERIC.findall(" ".join(islice(scene.tree.itertext(), MAX_DATED_TEXTS)))
    first, second = ({match[place] for match in numeric} for place in (0, 1))
    day_first, month_first = (any(int(number) > 12 for number in numbers) for numbers in (first, second))
    turned = scene.clock.month_first if day_first and not month_first else not scene.clock.month_first
    return instant.other_way_round() if day_first != month_first and turned else instant


def _days_told(scene: Scene) -> Iterator[date]:
    """The days that other witnesses tell in a way that cannot be misread."""
    yield from (instant.value.date() for _, instant in _in_address(scene) if instant)
    if scene.hint:
        yield scene.hint.value.astimezone(ZoneInfo(scene.clock.zone)).date()
    yield from (instant.value.date() for _, instant in _modified(scene) if instant and instant.either is None)


def _same_day(one: Instant, other: Instant) -> bool:
    days = (other.value.date(), other.value.astimezone(one.value.tzinfo).date(), other.value.astimezone(UTC).date())
    return one.value.date() in days


def _told(scene: Scene) -> Testimony:
    declared, clock = scene.declared, scene.clock
    for text in _in_jsonld(scene, "datePublished"):
        yield read("JSON-LD", text, clock)
    for name, text in declared.named(*_PUBLISHED):
        yield read(f"meta {name}", text, clock)
    for text in declared.items.get("datepublished", ())[:3]:
        yield read("itemprop", text, clock)
    for text in _in_jsonld(scene, "dateCreated", "uploadDate"):
        yield read("JSON-LD dateCreated", text, clock)
    for text in (*declared.items.get("published_time", ()), *declared.items.get("datecreated", ()))[:3]:
        yield read("itemprop", text, clock)
    yield from near_dates(scene)
    for name in [name for name in declared.meta if _MAY_PUBLISH.search(name) and not _IS_OTHER.search(name)]:
        if name not in _PUBLISHED:
            yield read(f"meta {name}", declared.meta[name][0], clock)
    if declared.script_date:
        yield read("script", declared.script_date, clock)
    if scene.hint:
        yield Witness("feed", scene.hint.raw), scene.hint
    yield from _surmised(far_dates(scene))


def _surmised(testimony: Testimony) -> Testimony:
    """The same, marked as what a feed would be believed before: the next look may come without its feed."""
    return ((witness, replace(told, surmised=True) if told else None) for witness, told in testimony)


def _in_jsonld(scene: Scene, *keys: str) -> Iterator[str]:
    """Texts, and seconds since 1970 that are numbers."""
    yield from (str(value) for value in scene.declared.jsonld.values(*keys) if type(value) is int)
    yield from scene.declared.jsonld.texts(*keys)


def _last_resorts(scene: Scene) -> Testimony:
    for _, text in scene.declared.named("og:title", "title"):
        yield read("og:title", text, scene.clock)
    yield from dateline_dates(scene)
    yield from dates_anywhere(scene)
    yield from labelled_dates(scene)
    yield from edits(scene)
    yield from _in_address(scene)


def _guesses(scene: Scene) -> Testimony:
    yield from _guessed(scene)
    for witness, instant in _modified(scene):
        yield Witness(f"{witness.where} (modified)", witness.said), instant


def _in_address(scene: Scene) -> Testimony:
    for pattern in _URL_DAY:
        if match := pattern.search(scene.url):
            yield read("address", f"{match['y']}-{match['m']}-{match['d']}", scene.clock)


def _guessed(scene: Scene) -> Testimony:
    """What htmldate makes of the dates of the page: a day at most. Its extensive search would cost seconds."""
    from htmldate import find_date  # noqa: PLC0415 -- few pages come here

    today = scene.clock.fetched.date().isoformat()
    text = scene.tree.text_content()
    if len(text) > MAX_GUESSED:
        return
    others = days_of_others(scene)
    found = find_date(scene.tree, extensive_search=False, original_date=True, max_date=today, url=scene.url)
    # It makes the first of January of a bare year, the present day is in every masthead, and it does not ask whose
    # date it is.
    if not found or found.endswith("-01-01") or found == today or date.fromisoformat(found) in others:
        return
    if not _is_made_up(found, text):
        yield read("htmldate", found, scene.clock)


def _is_made_up(found: str, text: str) -> bool:
    """Whether a first of the month was made of a day that is none: htmldate reads 2026-02-30 as the first."""
    year, month, day = found.split("-")
    said = re.findall(rf"{year}[-/.]{month}[-/.](\d\d)", text) if day == "01" else []
    return bool(said) and "01" not in said


def _modified(scene: Scene) -> Testimony:
    declared, clock = scene.declared, scene.clock
    for text in _in_jsonld(scene, "dateModified"):
        yield read("JSON-LD", text, clock)
    for name, text in declared.named(*_MODIFIED):
        yield read(f"meta {name}", text, clock)
    for text in declared.items.get("datemodified", ())[:3]:
        yield read("itemprop", text, clock)
    yield from edits(scene)
