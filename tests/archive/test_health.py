"""How a source does: from evidence to a state and its cause."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from archive.article import WITHDRAWN, Fate
from archive.health import (
    BACKLOG,
    NEEDS_A_PERSON,
    SLOW_PAGES,
    SLOW_SECONDS,
    ArticleState,
    Evidence,
    Health,
    PageState,
    Rhythm,
    decide,
    page_kind,
)
from archive.ways import Way

NOW = datetime(2026, 3, 1, 13, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EN, AR, CKB = "https://wire.example/rss", "https://wire.example/ar/أخبار/rss", "https://wire.example/ckb/هەواڵ/rss"

GOOD = PageState(kind="good")
VIDEO = PageState(kind="poor", reason="no article text")
PAYWALL = PageState(kind="poor", reason="paywall")
FORBIDDEN = PageState(kind="blocked", reason="HTTP 403")
GONE = PageState(kind="lost", reason="HTTP 404")
LATE = PageState(kind="lost", reason="timed out")
WHOLE = ArticleState(titled=True, dated=True, letters=2_000)
NIGHTLY = Rhythm(hours=300, span=27 * DAY, longest=3 * HOUR)


a_way = partial(Way, source="wire")


def works(url: str = EN, **known: object) -> Way:
    return a_way(url=url, health="ok", last_success=NOW, **known)  # type: ignore[arg-type]


def fails(health: str, cause: str, url: str = EN, *, failures: int = 4, since: timedelta = 9 * HOUR) -> Way:
    return a_way(
        url=url, health=health, cause=cause, failures=failures, failing_since=NOW - since, last_success=NOW - since
    )


HEALTHY = Evidence(
    now=NOW, ways=(works(),), pages=(GOOD,) * 60, articles=(WHOLE,) * 50, rhythm=NIGHTLY, last_news=NOW - HOUR
)


def of(**changed: object) -> Health:
    """The health of the healthy source but for what is *changed* of its evidence."""
    return decide(replace(HEALTHY, **changed))


def ways(*states: Way) -> Health:
    return of(ways=states)


def pages(*states: PageState) -> Health:
    return of(pages=states)


@pytest.mark.parametrize("url", [EN, AR, CKB])
@pytest.mark.parametrize(
    ("way", "state", "cause"),
    [
        (works(), "ok", None),
        (a_way(url=EN), "new", None),
        (fails("dead", "HTTP 500"), "dead",
         "no feed, sitemap or listing answers since 2026-03-01T04:10Z: HTTP 500 (URL)"),
        (fails("blocked", "HTTP 403"), "blocked",
         "no feed, sitemap or listing may be read since 2026-03-01T04:10Z: HTTP 403 (URL)"),
        (fails("empty", "empty feed"), "empty",
         "no feed, sitemap or listing shows an article since 2026-03-01T04:10Z: empty feed (URL)"),
        (a_way(url=EN, health="dead", cause="host not found", failures=1, failing_since=NOW), "dead",
         "no feed, sitemap or listing ever answered: host not found (URL)"),
        (a_way(url=EN, health="blocked", cause="robots.txt", failures=1, failing_since=NOW), "blocked",
         "no feed, sitemap or listing could ever be read: robots.txt (URL)"),
        (a_way(url=EN, health="dead", cause="HTTP 500"), "dead",  # brought over from an older archive
         "no feed, sitemap or listing ever answered: HTTP 500 (URL)"),
    ],
)  # fmt: skip
def test_a_source_of_one_way_does_as_that_does(url: str, way: Way, state: str, cause: str | None) -> None:
    health = ways(replace(way, url=url))
    assert (health.state, health.cause) == (state, cause and cause.replace("URL", url))


def test_a_source_that_never_showed_an_article_is_called_empty_at_once() -> None:
    first = fails("empty", "empty feed", failures=1, since=timedelta(0))
    health = of(ways=(first,), articles=(), pages=(), rhythm=None, last_news=None)
    assert (health.state, health.cause) == (
        "empty", f"no feed, sitemap or listing ever showed an article: empty feed ({EN})"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("failing", "state"),
    [
        ([fails("dead", "HTTP 404"), fails("blocked", "HTTP 403", AR)], "blocked"),
        ([fails("empty", "empty feed"), fails("blocked", "captcha", AR), fails("dead", "timed out", CKB)], "blocked"),
        ([fails("dead", "HTTP 404"), fails("empty", "no article links", AR)], "empty"),
        ([fails("dead", "HTTP 404"), fails("dead", "host not found", AR)], "dead"),
    ],
)
def test_of_ways_that_fail_differently_the_most_telling_counts(failing: list[Way], state: str) -> None:
    health = ways(*failing)
    assert health.state == state
    assert all(f"{way.cause} ({way.url})" in (health.cause or "") for way in failing)


def test_a_source_is_without_a_way_only_since_the_last_of_them_failed() -> None:
    health = ways(fails("dead", "HTTP 500", since=5 * DAY), fails("dead", "HTTP 500", AR, since=9 * HOUR))
    assert "since 2026-03-01T04:10Z" in (health.cause or "")


def test_one_timeout_wakes_nobody_until_it_happens_again_or_an_hour_has_passed() -> None:
    once = fails("dead", "timed out", failures=1, since=timedelta(minutes=10))
    health = ways(once)
    assert health.state == "ok"
    assert health.cause == f"failed once, 2026-03-01T13:00Z, and is asked again: timed out ({EN})"
    assert ways(replace(once, failures=2)).state == "dead"
    assert ways(replace(once, failing_since=NOW - HOUR)).state == "dead"
    assert ways(replace(once, last_success=None)).state == "dead", "it never worked"
    assert of(ways=(once,), articles=()).state == "dead", "nor did anything ever come of it"


def test_of_a_source_that_can_still_be_read_the_cause_names_the_way_that_fails() -> None:
    health = ways(works(), fails("dead", "HTTP 404", AR), a_way(url=CKB))
    assert (health.state, health.cause) == ("ok", f"1 of 2 ways fail: HTTP 404 ({AR})")


def test_a_cause_has_no_more_than_a_few_addresses() -> None:
    health = ways(*(fails("dead", "HTTP 500", f"{EN}/{number}") for number in range(40)))
    assert (health.cause or "").endswith(f"HTTP 500 ({EN}/4) and 35 more")


@pytest.mark.parametrize(
    ("seen", "state", "cause"),
    [
        ([VIDEO, VIDEO, *[GOOD] * 40], "ok", None),
        ([*[VIDEO, GOOD, GOOD] * 20], "ok", None),  # a third of it are videos, and always were
        ([*[VIDEO] * 7], "ok", None),  # too few to tell
        ([*[VIDEO] * 15, *[PAYWALL] * 2, *[GOOD] * 3, VIDEO, VIDEO, *[GOOD] * 38], "layout changed",
         "of the last 20 pages 17 gave no article (no article text 15, paywall 2); before, 2 of 40"),
        ([*[VIDEO] * 8, *[GOOD] * 10], "layout changed",
         "of the last 8 pages 8 gave no article (no article text 8); before, 0 of 10"),
        ([*[FORBIDDEN] * 8, *[GOOD] * 10], "blocked",
         "of the last 8 pages 8 gave no article (HTTP 403 8); before, 0 of 10"),
        ([*[GONE] * 6, *[LATE] * 2, *[GOOD] * 10], "dead",
         "of the last 8 pages 8 gave no article (HTTP 404 6, timed out 2); before, 0 of 10"),
        ([*[VIDEO] * 8], "ok",
         "of the last 8 pages 8 gave no article (no article text 8); before, nothing is known: "
         "it may always have been so"),
        ([*[VIDEO] * 8, *[VIDEO, GOOD] * 10], "ok",
         "of the last 8 pages 8 gave no article (no article text 8); before, 10 of 20: it may always have been so"),
    ],
)  # fmt: skip
def test_pages_that_suddenly_give_no_article_are_noticed_and_a_few_bad_ones_are_not(
    seen: list[PageState], state: str, cause: str | None
) -> None:
    health = pages(*seen)
    assert (health.state, health.cause) == (state, cause)


@pytest.mark.parametrize(
    ("page", "state"), [(VIDEO, "empty"), (FORBIDDEN, "blocked"), (GONE, "dead")], ids=["poor", "forbidden", "gone"]
)
def test_a_source_none_of_whose_pages_ever_gave_an_article_is_not_called_well(page: PageState, state: str) -> None:
    health = of(pages=(page,) * 8, articles=(), rhythm=None, last_news=None)
    assert health.state == state
    assert f"{page.reason} 8" in (health.cause or "")


def test_a_changed_layout_stays_one_when_the_good_pages_are_long_ago_and_ends_when_articles_come_again() -> None:
    began = NOW - 3 * DAY
    health = of(pages=(VIDEO,) * 60, was="layout changed", was_since=began)
    assert (health.state, health.since) == ("layout changed", began)
    assert of(pages=(*[GOOD] * 8, *[VIDEO] * 52), was="layout changed", was_since=began) == Health(state="ok")


def test_pages_that_all_failed_a_moment_ago_are_waited_for_unless_nothing_ever_came() -> None:
    once = (replace(GONE, passing=True),) * 8
    assert of(pages=(*once, *[GOOD] * 20)) == Health(state="ok")
    assert of(pages=(*once, *[GONE] * 8, *[GOOD] * 20)).state == "dead"
    assert of(pages=once, articles=()).state == "dead"


@pytest.mark.parametrize(
    ("newest", "cause"),
    [
        (replace(WHOLE, dated=False), "of the last 20 articles 18 have no date; before, 1 of 30"),
        (replace(WHOLE, titled=False), "of the last 20 articles 18 have no title; before, 1 of 30"),
        (replace(WHOLE, letters=119), "half of the last 20 articles have under 120 letters; before, 2,001"),
    ],
    ids=["date", "title", "text"],
)
def test_articles_that_lost_what_those_before_had_mean_another_layout(newest: ArticleState, cause: str) -> None:
    now = (*[newest] * 18, WHOLE, WHOLE)
    health = of(articles=(*now, newest, *[WHOLE] * 29))
    assert (health.state, health.cause) == ("layout changed", cause)

    assert of(articles=(*[newest] * 2, *[WHOLE] * 48)).state == "ok"
    assert of(articles=(newest,) * 50).state == "ok", "it was always so"
    assert of(articles=(*[newest] * 8, *[WHOLE] * 7)).state == "ok", "too few to tell"
    assert of(articles=(*[newest] * 8, *[WHOLE] * 8)).state == "layout changed"


def test_one_text_under_many_addresses_is_a_wall_whatever_it_says() -> None:
    consent = replace(WHOLE, ends="We and our partners … Accept all")
    stories = tuple(replace(WHOLE, ends=f"Story {number}") for number in range(40))
    health = of(articles=(*[consent] * 8, *stories))
    assert (health.state, health.cause) == ("layout changed", "of the last 8 articles 8 have the same text")
    mostly = (*stories[:5], *[consent] * 15, *stories[5:])
    assert of(articles=mostly).cause == "of the last 20 articles 15 have the same text"
    assert of(articles=(*[consent] * 8, *stories[:2])).state == "layout changed", "at its first crawl, too"
    assert of(articles=(*[consent] * 7, *stories)).state == "ok"
    assert of(articles=stories).state == "ok"


def test_shorter_news_is_still_news() -> None:
    brief = replace(WHOLE, letters=600)
    assert of(articles=(*[brief] * 20, *[WHOLE] * 30)).state == "ok"


@pytest.mark.parametrize(
    ("rhythm", "quiet", "state"),
    [
        (NIGHTLY, 4 * HOUR, "ok"),
        (NIGHTLY, 5 * HOUR, "silent"),
        (replace(NIGHTLY, longest=timedelta(minutes=10)), 3 * HOUR, "ok"),  # a quiet evening
        (replace(NIGHTLY, longest=38 * HOUR), 50 * HOUR, "ok"),  # from Thursday evening to Saturday
        (replace(NIGHTLY, longest=38 * HOUR), 58 * HOUR, "silent"),
        (replace(NIGHTLY, span=3 * DAY), 60 * HOUR, "ok"),  # its first Friday
        (replace(NIGHTLY, span=3 * DAY), 73 * HOUR, "silent"),
        (replace(NIGHTLY, hours=9), 20 * DAY, "ok"),  # no rhythm
        (None, 20 * DAY, "ok"),
    ],
)
def test_a_source_is_silent_against_its_own_rhythm(rhythm: Rhythm | None, quiet: timedelta, state: str) -> None:
    assert of(rhythm=rhythm, last_news=NOW - quiet).state == state


def test_a_silent_source_is_told_with_its_figures() -> None:
    assert of(last_news=NOW - 9 * HOUR).cause == (
        "it answers, but the last article came 9 h ago, 2026-03-01T04:10Z; in the last 28 days the longest pause was "
        "3 h"
    )
    older = replace(NIGHTLY, recent=False, longest=4 * DAY)
    assert of(rhythm=older, last_news=NOW - 90 * DAY).cause == (
        "it answers, but the last article came 90 days ago, 2025-12-01T13:10Z; between its newest articles the "
        "longest pause was 4 days"
    )


def test_a_source_that_nobody_asks_is_not_called_silent() -> None:
    asked = replace(works(), last_success=NOW - 3 * DAY)
    health = of(ways=(asked,), last_news=NOW - 3 * DAY - HOUR)
    assert (health.state, health.cause) == ("ok", "nobody has asked it since 2026-02-26T13:10Z")


def test_a_feed_that_shows_newer_entries_is_not_silent() -> None:
    quiet = NOW - 9 * HOUR
    assert of(ways=(works(newest=NOW - HOUR),), last_news=quiet).state == "ok"
    assert of(ways=(works(newest=NOW + HOUR),), last_news=quiet).state == "silent", "a date ahead is a wrong one"


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"ways": (works(seconds=SLOW_SECONDS + 4), works(AR, seconds=0.4))}, f"{EN} takes 14 s to answer"),
        ({"ways": (works(), fails("dead", "timed out", AR))},
         f"{AR} timed out 4 times in a row; 1 of 2 ways fail: timed out ({AR})"),
        ({"pages": (*[LATE] * SLOW_PAGES, *[GOOD] * 30)}, "of the last 20 pages 5 timed out"),
        ({"waiting": BACKLOG, "waiting_since": NOW - 30 * HOUR},
         "50 pages and more wait to be fetched, some since 2026-02-28T07:10Z"),
    ],
)  # fmt: skip
def test_a_source_whose_news_comes_late_is_slow_and_needs_nobody(changed: dict[str, object], cause: str) -> None:
    health = of(**changed)
    assert (health.state, health.cause) == ("slow", cause)
    assert health.state not in NEEDS_A_PERSON


@pytest.mark.parametrize(
    "changed",
    [
        {"ways": (works(seconds=SLOW_SECONDS - 1),)},
        {"pages": (*[LATE] * (SLOW_PAGES - 1), *[GOOD] * 30)},
        {"waiting": BACKLOG - 1, "waiting_since": NOW - 30 * HOUR},
        {"waiting": BACKLOG, "waiting_since": NOW - 20 * HOUR},
    ],
)
def test_a_little_slower_is_still_well(changed: dict[str, object]) -> None:
    assert of(**changed) == Health(state="ok")


def test_what_brings_no_news_at_all_counts_before_what_is_only_late() -> None:
    slow = (works(seconds=15.0),)
    assert of(ways=slow, last_news=NOW - 9 * HOUR).state == "silent"
    assert of(ways=slow, last_news=NOW - 9 * HOUR, pages=(*[VIDEO] * 8, *[GOOD] * 8)).state == "layout changed"


def test_since_when_it_is_so_is_known_only_of_the_state_that_a_run_found() -> None:
    began = NOW - 7 * DAY
    assert of(was="ok", was_since=began).since == began
    assert of(was="dead", was_since=began).since is None


@pytest.mark.parametrize(
    ("fate", "reason", "status", "kind"),
    [
        (Fate.ARCHIVED, None, 200, "good"),
        (Fate.REVISED, None, 200, "good"),
        (Fate.UNCHANGED, None, 304, "good"),
        (Fate.DUPLICATE, None, 200, "good"),
        (Fate.FAILED, WITHDRAWN, 404, "good"),  # it was archived before
        (Fate.REFUSED, "no article text", 200, "poor"),
        (Fate.FAILED, "took too long", 200, "poor"),
        (Fate.REFUSED, "captcha", 200, "blocked"),
        (Fate.REFUSED, "robots.txt", None, "blocked"),
        (Fate.FAILED, "HTTP 429", 429, "blocked"),
        (Fate.FAILED, "HTTP 404", 404, "lost"),
        (Fate.FAILED, "timed out", None, "lost"),
        (Fate.REFUSED, "port not allowed", None, "lost"),
    ],
)
def test_the_fate_of_a_page_says_what_it_means_for_its_source(
    fate: Fate, reason: str | None, status: int | None, kind: str
) -> None:
    assert page_kind(fate, reason, status) == kind
