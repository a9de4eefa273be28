"""How a source does, and why: ok, slow, silent, empty, blocked, layout changed, dead or new. Pure.

It is decided here, once, for the command line, alerts and the web, from what `archive.health_evidence` finds in the
archive. A source is judged by what works: of one that can still be read, the cause names what cannot. The states and
what to do about each are described in `docs/crawling.md`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from archive.article import WHOLE_PAGES, WITHDRAWN, Fate
from archive.times import for_reading, spell
from archive.ways import Way

State = Literal["ok", "slow", "silent", "empty", "blocked", "layout changed", "dead", "new", "disabled"]
NEEDS_A_PERSON: frozenset[State] = frozenset(["silent", "empty", "blocked", "layout changed", "dead"])
"""A slow source still brings its news; all of these bring none, or bad ones, until somebody does something."""

PASSING_FAILURES, PASSING = 2, timedelta(hours=1)
"""What worked before and gives no answer is dead at the second time in a row, or an hour after the first. Servers are
restarted and lines drop; nobody is to be woken for one timeout that the next run makes good. A refusal, or an answer
that shows nothing, is one, and told at once."""

POOR = ((20, 15), (8, 8))
"""Of so many newest pages, so many without an article are too many. Of a site a third of whose pages are videos,
neither comes about once in 10,000 times; of one whose layout changed, the second does with the eighth story."""
POOR_BEFORE = 1 / 3
"""Of the pages before those, at most so many may have been without one: else the source was always so."""
PAGES_BEFORE = 40
"""So many pages before are looked at, and ENOUGH_BEFORE at least."""
ENOUGH_BEFORE = 5

NEWEST_ARTICLES, FEWEST_ARTICLES, ARTICLES_BEFORE = 20, 8, 30
"""The newest articles (so many, at least so few) are compared with so many before them."""
MISSING_NOW, MISSING_BEFORE = 0.75, 0.25
"""What three in four miss, and at most one in four missed before, is lost: some pages always lack one."""
SHORTER = 4
"""The middle text is so many times shorter: short news among long make it half as long, a teaser a tenth."""

RHYTHM_DAYS = timedelta(days=28)
"""The rhythm of four weeks has every night, Friday and Saturday four times."""
FEWEST_HOURS = 10
"""Fewer hours in which something was published make no rhythm: twenty pieces put up in one morning tell of no other."""
PATIENCE, LEAST_SILENCE = 1.5, timedelta(hours=3)
"""A source is silent after so many times its longest pause, and not before so many hours: even the busiest desk has a
quiet evening."""
WEEK, WEEKEND = timedelta(days=8), timedelta(hours=72)
"""Until a source is known for a week and a day, no pause up to a long weekend is held against it."""
UNASKED = timedelta(days=1)
"""A source that nobody asked for longer says nothing of itself: the cause tells so."""

SLOW_SECONDS = 10.0
"""A mean answer of half the time that one may take at most: the next busy hour it is cut off."""
SLOW_PAGES = 5
"""Of the newest twenty pages, so many timed out."""
BACKLOG, BACKLOG_AGE = 50, timedelta(days=1)
"""So many pages that wait for longer than a day: every run adds more than its budget lets it fetch."""

_BLOCKED_STATUS = frozenset([401, 402, 403, 407, 429, 451])
_BLOCKED = frozenset(["robots.txt", "asked to wait", "captcha", "redirected to a gate"])
_MOST_NAMED = 5  # ways and reasons in one cause

PageKind = Literal["good", "poor", "blocked", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageState:
    """What an article's page gave when it was last asked for."""

    kind: PageKind  # an article; an answer without one; a refusal; no answer
    reason: str | None = None
    passing: bool = False  # it failed once, a moment ago, and is asked again


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """What an archived article has."""

    titled: bool
    dated: bool
    letters: int
    ends: str = ""  # how its text begins and ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a source publishes: in how many *hours* of a *span* of time, with what *longest* pause in between."""

    hours: int
    span: timedelta
    longest: timedelta
    recent: bool = True  # of the last RHYTHM_DAYS; else of its newest articles, however old


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the archive knows of a source at the instant *now*. Pages and articles: the newest first."""

    now: datetime
    ways: tuple[Way, ...] = ()  # those of its definition; `health` is None where one was never asked
    pages: tuple[PageState, ...] = ()
    articles: tuple[ArticleState, ...] = ()
    rhythm: Rhythm | None = None
    last_news: datetime | None = None  # when the newest article came, as far as can be told
    last_article: datetime | None = None  # when the newest article was first seen
    showed: bool = True  # whether any of its ways, or a sitemap below one, ever showed something new
    waiting: int = 0  # pages that have waited longer than BACKLOG_AGE, up to a hundred
    waiting_since: datetime | None = None
    was: State | None = None  # what it was at the end of its last run
    was_since: datetime | None = None

    @property
    def last_success(self) -> datetime | None:
        """When one of its ways last answered."""
        return max((way.last_success for way in self.ways if way.last_success), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source does. *cause* says in words what is wrong; an `ok` source may have one, for a part that fails."""

    state: State
    cause: str | None = None
    since: datetime | None = None  # when a run first found it so; None: none has yet


def page_kind(fate: Fate, reason: str | None, status: int | None) -> PageKind:
    """What a page with this fate says of its source."""
    if fate not in (Fate.REFUSED, Fate.FAILED) or reason == WITHDRAWN:
        return "good"
    if is_blocked(reason, status):
        return "blocked"
    return "poor" if status in WHOLE_PAGES else "lost"


def is_blocked(reason: str | None, status: int | None) -> bool:
    """Whether a site that gave this answer does not want to be asked, or not by us."""
    return status in _BLOCKED_STATUS or reason in _BLOCKED


def decide(evidence: Evidence) -> Health:
    """How the source of this evidence does."""
    asked = [way for way in evidence.ways if way.health]
    failing = [way for way in asked if way.health != "ok"]
    if not asked:
        return Health(state="new")
    if len(failing) == len(asked):
        verdict = _without_a_way(evidence, failing)
    else:
        found = (
            _never_showed(evidence, asked)
            or _of_pages(evidence)
            or _of_articles(evidence)
            or _silent(evidence)
            or _slow(evidence)
        )
        verdict = _remarked(found or Health(state="ok"), evidence, asked, failing)
    return replace(verdict, since=evidence.was_since if verdict.state == evidence.was else None)


def _without_a_way(evidence: Evidence, failing: Sequence[Way]) -> Health:
    """No way works. Where they fail differently, the most telling counts: a site that refuses one is there, though
    another is gone; one that answers with nothing is there too.
    """
    kinds = {way.health for way in failing}
    state: State = "blocked" if "blocked" in kinds else "empty" if "empty" in kinds else "dead"
    does = {"blocked": "may be read", "empty": "shows an article", "dead": "answers"}[state]
    named = _named([f"{way.cause or way.health} ({way.url})" for way in failing])
    begins = [way.failing_since for way in failing if way.failing_since]
    since = max(begins) if len(begins) == len(failing) else None  # only then did the last of them fail
    answered = evidence.last_success is not None
    once = min(way.failures for way in failing) < PASSING_FAILURES
    if state == "dead" and answered and evidence.articles and once and since and evidence.now - since < PASSING:
        return Health(state="ok", cause=f"failed once, {for_reading(since)}, and is asked again: {named}")
    when = f" since {for_reading(since)}" if since else ""
    if not (evidence.articles if state == "empty" else answered):
        does, when = (
            {"blocked": "could ever be read", "empty": "ever showed an article", "dead": "ever answered"}[state],
            "",
        )
    return Health(state=state, cause=f"no feed, sitemap or listing {does}{when}: {named}")


def _never_showed(evidence: Evidence, asked: Sequence[Way]) -> Health | None:
    """An index is well where it can be read, though none of the sitemaps below it shows an article."""
    working = [way for way in asked if way.health == "ok"]
    if evidence.showed or evidence.articles or any(way.entries != 0 for way in working):
        return None
    named = _named([way.url for way in working])
    return Health(state="empty", cause=f"it answers, but nothing that it shows ever was an article: {named}")


def _of_pages(evidence: Evidence) -> Health | None:
    """The ways work, but what they show cannot be had, or is none any more."""
    pages = [page for page in evidence.pages if not (page.passing and evidence.articles)]
    if not (poor := _poor_pages(pages)):
        return None
    bad, size = poor
    before = pages[size : size + PAGES_BEFORE]
    bad_before = sum(page.kind != "good" for page in before)
    kind = Counter(page.kind for page in bad).most_common(1)[0][0]
    state: State = {"poor": "layout changed", "blocked": "blocked", "lost": "dead"}[kind]  # type: ignore[assignment]
    said = f"of the last {size} pages {len(bad)} gave no article ({_reasons(bad)})"
    if not evidence.articles:
        state = "empty" if kind == "poor" else state
        return Health(state=state, cause=f"{said}, and no page before did")
    then = f"{bad_before} of {len(before)}" if before else "nothing is known"
    if evidence.was == state or (len(before) >= ENOUGH_BEFORE and bad_before <= POOR_BEFORE * len(before)):
        return Health(state=state, cause=f"{said}; before, {then}")
    return Health(state="ok", cause=f"{said}; before, {then}: it may always have been so")


def _poor_pages(pages: Sequence[PageState]) -> tuple[list[PageState], int] | None:
    """The newest pages without an article, and among how many they are; None where they are not too many."""
    for size, too_many in POOR:
        bad = [page for page in pages[:size] if page.kind != "good"]
        if len(pages) >= size and len(bad) >= too_many:
            return bad, size
    return None


def _of_articles(evidence: Evidence) -> Health | None:
    """Articles still come, but lack what those before had, or are one text under many addresses."""
    for size, too_many in POOR:
        texts = Counter((one.ends, one.letters) for one in evidence.articles[:size] if one.ends)
        if (same := max(texts.values(), default=0)) >= too_many:  # no story of any: a wall that nothing else gave away
            return Health(state="layout changed", cause=f"of the last {size} articles {same} have the same text")
    now = evidence.articles[:NEWEST_ARTICLES]
    before = evidence.articles[NEWEST_ARTICLES : NEWEST_ARTICLES + ARTICLES_BEFORE]
    if len(evidence.articles) < 2 * FEWEST_ARTICLES:
        return None
    if len(before) < FEWEST_ARTICLES:
        now, before = evidence.articles[:FEWEST_ARTICLES], evidence.articles[FEWEST_ARTICLES:]
    for what, missing, missed in (
        ("title", sum(not one.titled for one in now), sum(not one.titled for one in before)),
        ("date", sum(not one.dated for one in now), sum(not one.dated for one in before)),
    ):
        if missing >= MISSING_NOW * len(now) and missed <= MISSING_BEFORE * len(before):
            said = f"of the last {len(now)} articles {missing} have no {what}; before, {missed} of {len(before)}"
            return Health(state="layout changed", cause=said)
    letters, letters_before = (round(median(one.letters for one in some)) for some in (now, before))
    if letters * SHORTER < letters_before:
        said = (
            f"half of the last {len(now)} articles have under {letters + 1:,} letters; before, {letters_before + 1:,}"
        )
        return Health(state="layout changed", cause=said)
    return None


def _silent(evidence: Evidence) -> Health | None:
    """It answers, and has shown nothing new for longer than its own rhythm allows, up to the last time it was asked."""
    rhythm, last, asked = evidence.rhythm, _last_news(evidence), evidence.last_success
    if rhythm is None or rhythm.hours < FEWEST_HOURS or last is None or asked is None:
        return None
    least = LEAST_SILENCE if rhythm.span >= WEEK else WEEKEND
    if asked - last <= max(rhythm.longest * PATIENCE, least):
        return None
    where = f"in the last {RHYTHM_DAYS.days} days" if rhythm.recent else "between its newest articles"
    return Health(
        state="silent",
        cause=f"it answers, but the last article came {spell(evidence.now - last)} ago, {for_reading(last)}; {where} "
        f"the longest pause was {spell(rhythm.longest)}",
    )


def _last_news(evidence: Evidence) -> datetime | None:
    """The last sign of something new: an article, or an entry that a way shows of which none came."""
    shown = (way.newest for way in evidence.ways if way.newest and way.newest <= evidence.now)
    return max((*shown, *([evidence.last_news] if evidence.last_news else [])), default=None)


def _slow(evidence: Evidence) -> Health | None:
    """News comes, but late."""
    slow = [way for way in evidence.ways if way.health == "ok" and (way.seconds or 0) >= SLOW_SECONDS]
    late = [way for way in evidence.ways if way.cause == "timed out" and way.failures >= PASSING_FAILURES]
    pages = evidence.pages[: POOR[0][0]]
    timed_out = sum(page.reason == "timed out" for page in pages)
    asked = evidence.last_success
    causes = [f"{way.url} takes {way.seconds:.0f} s to answer" for way in slow[:_MOST_NAMED]]
    causes += [f"{way.url} timed out {way.failures} times in a row" for way in late[:_MOST_NAMED]]
    if timed_out >= SLOW_PAGES:
        causes.append(f"of the last {len(pages)} pages {timed_out} timed out")
    since = evidence.waiting_since
    if evidence.waiting >= BACKLOG and since and asked and asked - since > BACKLOG_AGE:
        causes.append(f"{evidence.waiting:,} pages and more wait to be fetched, some since {for_reading(since)}")
    return Health(state="slow", cause="; ".join(causes)) if causes else None


def _remarked(health: Health, evidence: Evidence, asked: Sequence[Way], failing: Sequence[Way]) -> Health:
    """*health* with what else should be known: ways that fail beside the others, and that nobody asks."""
    causes = [health.cause] if health.cause else []
    if failing:
        named = _named([f"{way.cause or way.health} ({way.url})" for way in failing])
        causes.append(f"{len(failing)} of {len(asked)} ways fail: {named}")
    last = evidence.last_success
    if last and evidence.now - last > UNASKED:
        causes.append(f"nobody has asked it since {for_reading(last)}")
    return replace(health, cause="; ".join(causes) or None)


def _reasons(pages: Sequence[PageState]) -> str:
    counted = Counter(page.reason or "no reason" for page in pages).most_common()
    return _named([f"{reason} {number}" for reason, number in counted])


def _named(things: Sequence[str]) -> str:
    more = len(things) - _MOST_NAMED
    return ", ".join(things[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
