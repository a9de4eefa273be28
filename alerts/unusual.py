"""Which topics are in the news more than they should be, and which topics or sources are quieter: what `spike` and
`silence` alerts tell of. `alerts.baseline` says what is usual. Nothing is written here, and nothing is remembered.

`docs/spikes-and-silence.md` describes it, with what it finds and what it misses.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

from alerts.baseline import FEWEST_WEEKS, WEEKS, Baseline, baseline, level, weeks_before
from alerts.definitions import Alert
from alerts.silence import QUIET, TRICKLE, Rule, Silence, is_back, is_long, is_longest, is_trickle, may_be_longest
from alerts.spike import FEWEST, REST, Spike, is_spike
from archive.health import NEEDS_A_PERSON, RHYTHM_DAYS, Health
from archive.health_evidence import health_at
from archive.names import topic_numbers
from archive.volume import (
    Scope,
    Span,
    busy_hours,
    counts,
    first_article,
    known_by,
    last_answer,
    last_article,
    last_asked,
    longest_pause,
    watched_since,
)
from seeds.definitions import matches_one
from seeds.sources import Source

HOUR, _WEEK = timedelta(hours=1), timedelta(weeks=1)
_ASKED_TOGETHER = timedelta(hours=3)
"""Of a topic's sources, those asked so much earlier than the last one are not waited for: one that is asked once a day
would let no topic be quiet before the evening."""
_LONGEST_SPAN = timedelta(days=6)
"""A pause is compared with the same span a week before, which must not reach into it."""
_MOST_HOURS = 24  # of a spike that goes on are looked at
_MOST_NAMED = 3  # sources in a cause


@dataclass(frozen=True, kw_only=True)
class _Look:
    """The sources that an alert looks at, at one instant."""

    db: sqlite3.Connection
    alert: Alert
    sources: Mapping[str, Source]
    topics: Collection[str]
    zone: tzinfo
    now: datetime
    _watched: dict[str, int] = field(default_factory=dict)
    _health: dict[str, Health] = field(default_factory=dict)

    @cached_property
    def named(self) -> list[str]:
        """The enabled sources that the alert names; without any, all of them."""
        asked = self.alert.sources
        return [name for name, one in self.sources.items() if one.enabled and (not asked or matches_one(name, asked))]

    def watched(self, name: str) -> int:
        """For how many days, up to the longest that counts, this source has been watched."""
        if name not in self._watched:
            since = watched_since(self.db, name, WEEKS, self.now)
            self._watched[name] = min((self.now - since).days, 7 * WEEKS) if since else 0
        return self._watched[name]

    def health(self, name: str) -> Health:
        """How this source does."""
        if name not in self._health:
            urls = [url for _, url in self.sources[name].ways]
            self._health[name] = health_at(self.db, name, urls, self.now)
        return self._health[name]

    @cached_property
    def known(self) -> tuple[str, ...]:
        """Those that have been watched for long enough. A new source brings articles that no week before had."""
        return tuple(name for name in self.named if self.watched(name) >= 7 * FEWEST_WEEKS)

    @cached_property
    def asked(self) -> dict[str, datetime]:
        """When each was last asked, as long as our own line was up: while no source answers, nobody is silent."""
        answer = last_answer(self.db) or self.now
        return {name: min(at, answer) for name, at in last_asked(self.db, self.named, self.now).items()}

    @cached_property
    def numbers(self) -> dict[str | None, int]:
        """The numbers of the topics that the alert names; without any, 0 for all articles."""
        if not self.alert.topics:
            return {None: 0}
        known = topic_numbers(self.db)
        return {
            name: known[name] for name in sorted(self.topics) if name in known and matches_one(name, self.alert.topics)
        }

    def weeks(self, sources: Collection[str]) -> int:
        """How many weeks all of *sources* have been watched."""
        return min(self.watched(name) // 7 for name in sources)

    def usual(self, scope: Scope, span: Span, around: Sequence[timedelta] = (timedelta(),)) -> Baseline:
        """What *scope* usually has in *span*, which begins and ends on the hour; with the spans *around* it."""
        weeks = self.weeks(scope.sources)
        past = zip(*(weeks_before(instant, self.zone, weeks) for instant in span), strict=True)
        spans = [(begin + shift, end + shift) for begin, end in past for shift in around]
        return baseline(counts(self.db, scope, spans), weeks)

    def level(self, scope: Scope, hour: datetime) -> float:
        """How many times as many articles the week before *hour* had as the weeks before it."""
        weeks = range(self.weeks(scope.sources))
        return level(counts(self.db, scope, [(hour - (n + 1) * _WEEK, hour - n * _WEEK) for n in weeks]))


def spikes(
    db: sqlite3.Connection, alert: Alert, *, sources: Mapping[str, Source], topics: Collection[str], zone: tzinfo,
    now: datetime,
) -> list[Spike]:  # fmt: skip
    """Of each topic that *alert* names the first of the last complete hour and the running one that is a spike.

    An alert without topics asks for all articles of its sources as one.
    """
    look = _Look(db=db, alert=alert, sources=sources, topics=topics, zone=zone, now=now)
    names = {number: name for name, number in look.numbers.items()}
    running = _hour_of(now)
    busy = busy_hours(db, list(names), look.named, [running - HOUR, running], FEWEST)
    found: dict[int, Spike] = {}
    for number, hour in busy if busy and look.known else []:
        if number not in found and (spike := _spike(look, names[number], number, hour)):
            found[number] = spike
    return list(found.values())


def _spike(look: _Look, topic: str | None, number: int, hour: datetime) -> Spike | None:
    """The spike that *hour* is; None where it is none."""
    scope, span = Scope(topic=number, sources=look.known), (hour, hour + HOUR)
    count = known_by(look.db, scope, span, look.now)
    if count < FEWEST:
        return None
    usual = look.usual(scope, span, (-HOUR, timedelta(), HOUR))
    if not (is_spike(count, usual) and is_spike(count, usual := usual.raised(look.level(scope, hour)))):
        return None
    return Spike.of(topic=topic, hour=hour, until=min(look.now, hour + HOUR), count=count, usual=usual)


def spike_end(
    db: sqlite3.Connection, alert: Alert, spike: Spike, *, sources: Mapping[str, Source], topics: Collection[str],
    zone: tzinfo, now: datetime,
) -> datetime | None:  # fmt: skip
    """The end of the last hour of *spike*, which *alert* told of: of the REST complete hours behind it none was one.

    None: it goes on.
    """
    look = _Look(db=db, alert=alert, sources=sources, topics=topics, zone=zone, now=now)
    if spike.topic not in look.numbers or not look.known:
        return _hour_of(now)
    number, last = look.numbers[spike.topic], _hour_of(now) - HOUR
    hour, rest = max(spike.hour + HOUR, last - _MOST_HOURS * HOUR), 0
    while hour <= last and rest < REST:
        rest = 0 if _spike(look, spike.topic, number, hour) else rest + 1
        hour += HOUR
    return hour - REST * HOUR if rest == REST else None


def silences(
    db: sqlite3.Connection, alert: Alert, *, sources: Mapping[str, Source], topics: Collection[str], zone: tzinfo,
    now: datetime, told: Collection[str] = (),
) -> list[Silence]:  # fmt: skip
    """The topics that *alert* names, or without any each of its sources, that are quieter than they ever are; without
    the subjects that have been *told* already."""
    look = _Look(db=db, alert=alert, sources=sources, topics=topics, zone=zone, now=now)
    return [
        silence
        for subject in _subjects(look)
        if subject not in told and (scope := _scope_of(look, subject)) and (silence := _silence(look, subject, scope))
    ]


def _subjects(look: _Look) -> Iterator[str]:
    if look.alert.topics:
        yield from (f"topic:{topic}" for topic in look.numbers)
    else:
        yield from (f"source:{name}" for name in look.named)


def _scope_of(look: _Look, subject: str) -> Scope | None:
    """The articles of *subject*; None where the alert does not ask for it, or its sources are too new."""
    kind, _, name = subject.partition(":")
    if kind == "topic":
        known = name in look.numbers and look.known
        return Scope(topic=look.numbers[name], sources=look.known) if known else None
    known_source = not look.alert.topics and name in look.named and look.watched(name) >= 7 * FEWEST_WEEKS
    return Scope(sources=(name,)) if known_source else None


def _silence(look: _Look, subject: str, scope: Scope) -> Silence | None:
    asked = _asked(look, scope)
    last = last_article(look.db, scope, look.now - RHYTHM_DAYS, look.now)
    if asked is None or last is None:
        return None
    return _pause(look, subject, scope, last, asked) or _trickle(look, subject, scope, asked)


def _asked(look: _Look, scope: Scope) -> datetime | None:
    """Up to when it is known what *scope* published."""
    asked = [look.asked[name] for name in scope.sources if name in look.asked]
    return min((one for one in asked if max(asked) - one <= _ASKED_TOGETHER), default=None)


def _pause(look: _Look, subject: str, scope: Scope, last: datetime, asked: datetime) -> Silence | None:
    """Nothing came since."""
    if asked - last < QUIET:
        return None
    begin, end = _hour_of(last + HOUR), _hour_of(asked)
    usual = look.usual(scope, (begin, min(end, begin + _LONGEST_SPAN)))
    if not (is_long(usual) or may_be_longest(asked - last, usual)):
        return None
    hours, longest = longest_pause(look.db, scope, (look.now - RHYTHM_DAYS, last + timedelta(seconds=1)))
    rule: Rule | None = (
        "pause" if is_long(usual) else "longest" if is_longest(asked - last, hours, longest, usual) else None
    )
    if rule is None:
        return None
    return Silence.of(
        subject=subject, rule=rule, since=last, asked=asked, count=0, usual=usual, longest=longest,
        cause=_cause(look, scope),
    )  # fmt: skip


def _trickle(look: _Look, subject: str, scope: Scope, asked: datetime) -> Silence | None:
    """Something came, but far less than usual in a day."""
    count, usual = _day(look, scope, asked)
    if not is_trickle(count, usual):
        return None
    return Silence.of(
        subject=subject, rule="trickle", since=_hour_of(asked) - TRICKLE, asked=asked, count=count, usual=usual,
        longest=None, cause=_cause(look, scope),
    )  # fmt: skip


def _day(look: _Look, scope: Scope, asked: datetime) -> tuple[int, Baseline]:
    """How many articles the day before had, and usually has."""
    span = (_hour_of(asked) - TRICKLE, _hour_of(asked))
    return counts(look.db, scope, [span])[0], look.usual(scope, span)


def silence_end(
    db: sqlite3.Connection, alert: Alert, silence: Silence, *, sources: Mapping[str, Source], topics: Collection[str],
    zone: tzinfo, now: datetime,
) -> datetime | None:  # fmt: skip
    """When *silence*, which *alert* told of, ended: an article came, and not one of a trickle. None: it goes on."""
    look = _Look(db=db, alert=alert, sources=sources, topics=topics, zone=zone, now=now)
    if (scope := _scope_of(look, silence.subject)) is None:
        return now
    came = first_article(db, scope, silence.since + timedelta(seconds=1), now)
    if came is None or (asked := _asked(look, scope)) is None:
        return None
    count, usual = _day(look, scope, asked)
    if silence.rule == "trickle" or is_trickle(count, usual):
        return asked if is_back(count, usual) else None
    return came


def too_young(
    db: sqlite3.Connection, alert: Alert, *, sources: Mapping[str, Source], topics: Collection[str], zone: tzinfo,
    now: datetime,
) -> str | None:  # fmt: skip
    """Why nothing is said yet: none of the alert's sources has been watched for long enough. None: one has."""
    look = _Look(db=db, alert=alert, sources=sources, topics=topics, zone=zone, now=now)
    days = max((look.watched(name) for name in look.named), default=0)
    return None if look.known else f"the archive covers {days} of {7 * FEWEST_WEEKS} days"


def _cause(look: _Look, scope: Scope) -> str:
    """What is known of the sources: why one brings nothing, or that all of them answer."""
    found = {name: look.health(name) for name in scope.sources}
    if scope.is_one_source:
        return found[scope.sources[0]].cause or "it answers"
    unwell = {name: one for name, one in found.items() if one.state in NEEDS_A_PERSON}
    if not unwell:
        return f"all of its {len(found)} sources answer"
    named = [f"{name}: {one.cause}" for name, one in list(unwell.items())[:_MOST_NAMED]]
    more = len(unwell) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def _hour_of(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
