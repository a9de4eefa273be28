"""What an alert says of an article, before it becomes plain text or HTML: chosen, harmless and bounded. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from urllib.parse import quote, urlsplit

from alerts.difference import Difference
from alerts.messages.excerpt import Excerpt, excerpts, shortened
from alerts.messages.moments import Moments, moments_of, published_in_short
from archive.plain import plain
from archive.reading import Record
from topics.direction import Direction, direction_of

LONGEST_HEADLINE = 220
"""Characters. Of 530 real pages the longest title has 214."""
LONGEST_LINK = 2_000
"""Characters. What is longer many a program refuses to open, and it would leave no room for the sentence."""
LONGEST_NAME = 40
"""Characters of the name of a source or a topic."""
LONGEST_THEN = 150
"""Characters of a headline that is no more."""
_MOST_TOPICS = 6
_MOST_COPIES = 3
_FIRST_WORDS = 90  # characters that stand for a headline where there is none
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_LANGUAGES = {
    "ar": "Arabic", "ckb": "Kurdish (Sorani)", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian",
    "fr": "French", "he": "Hebrew", "it": "Italian", "kmr": "Kurdish (Kurmanji)", "ku": "Kurdish", "lki": "Laki",
    "nl": "Dutch", "ps": "Pashto", "ru": "Russian", "sdh": "Kurdish (Feyli)", "syr": "Syriac", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "zza": "Zazaki",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An earlier article of the same story: the name of its source, and when it was published."""

    source: str
    published: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Every text in it is on one line and steers nothing. The sentences are whole; the renderers cut them."""

    headline: str
    language: str | None  # a well-formed BCP 47 tag
    direction: Direction | None  # of headline and sentences; None: each tells its own
    source: str
    language_name: str
    topics: tuple[str, ...]  # names for people
    sentences: tuple[Excerpt, ...]
    moments: Moments
    copies: tuple[Copy, ...]
    link: str | None  # http or https, ASCII
    instead_of_link: str | None  # why there is none
    alert: str
    ref: str
    test: bool
    edited: bool  # since its alert was raised
    headline_then: str | None  # where the edit has changed it
    untagged: bool  # since then it has lost the topics that the alert asks for
    difference: Difference | None = None  # the edit that it tells of


def contents_of(
    *, ref: str, alert: str, record: Record, topics: Sequence[tuple[str, str]], found: Sequence[dict[str, Any]],
    names: Mapping[str, str], zone: tzinfo, test: bool, born: str | None,
    untagged: bool, difference: Difference | None,
) -> Contents:  # fmt: skip
    """The contents of a message; the arguments are those of `alerts.messages.message.compose`."""
    article = record.article
    language = language_of(article)
    link, instead = link_of(article["url"])
    headline, edits = headline_of(article), [one for one in record.revisions if born and one["seen"] > born]
    before = shortened(plain(edits[0]["title"] or ""), LONGEST_HEADLINE) if edits else headline
    return Contents(
        headline=headline,
        language=language,
        direction=direction_of(language),
        source=source_name(article["source"], names),
        language_name=language_name(language),
        topics=_topic_names(record, topics),
        sentences=excerpts(record, [topic for topic, _ in topics], found),
        moments=moments_of(article, zone),
        copies=_copies(record, names, zone),
        link=link,
        instead_of_link=instead,
        alert=plain(alert),
        ref=ref,
        test=test,
        edited=bool(edits),
        headline_then=shortened(before, LONGEST_THEN) if before and before != headline else None,
        untagged=untagged,
        difference=difference,
    )


def language_of(article: dict[str, Any]) -> str | None:
    """Its language, where that is a well-formed BCP 47 tag."""
    tag: str | None = article["language"]
    return tag if _LANGUAGE_TAG.fullmatch(tag or "") else None


def headline_of(article: dict[str, Any]) -> str:
    """The title of *article*, else its first words, on one line."""
    for words in (article["title"], article["headline"]):
        if headline := plain(words or ""):
            return shortened(headline, LONGEST_HEADLINE)
    beginning = plain((article["text"] or "")[: 10 * _FIRST_WORDS])
    return shortened(beginning, _FIRST_WORDS) or "(no headline)"


def language_name(tag: str | None) -> str:
    """In English; the tag itself where Khabar knows no name for it."""
    if tag is None:
        return "language unknown"
    return _LANGUAGES.get(tag.split("-")[0].lower(), tag)


def _topic_names(record: Record, topics: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Best topic first. The ids of all tags where the alert asks for no topic."""
    best = [tag["topic"] for tag in record.tags]
    names = dict(topics) or {topic: topic for topic in best}
    order = sorted(names, key=lambda topic: best.index(topic) if topic in best else len(best))
    shown = [shortened(plain(names[topic]), LONGEST_NAME) for topic in order[:_MOST_TOPICS]]
    rest = len(order) - _MOST_TOPICS
    return (*shown, f"{rest} more") if rest > 0 else tuple(shown)


def source_name(source: str, names: Mapping[str, str]) -> str:
    """What *names* call it, else its id."""
    return shortened(plain(names.get(source, source)), LONGEST_NAME)


def _copies(record: Record, names: Mapping[str, str], zone: tzinfo) -> tuple[Copy, ...]:
    """The articles of the story that appeared before, the first of them first."""
    ids = [copy["id"] for copy in record.story["articles"]]
    number = ids.index(record.article["id"]) if record.article["id"] in ids else 0
    return tuple(
        Copy(source=source_name(copy["source"], names), published=published_in_short(copy, zone))
        for copy in record.story["articles"][: min(number, _MOST_COPIES)]
    )


def link_of(url: str) -> tuple[str | None, str | None]:
    """The address in ASCII, so that no reader cuts or reorders it; else None, and what to say in its place."""
    link = quote(plain(url), safe="!#$%&'()*+,/:;=?@[]~")
    try:
        parts = urlsplit(link)
    except ValueError:  # a broken IPv6 host
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None, f"(no web address: {shortened(link, 60)})"
    if len(link) > LONGEST_LINK:
        return None, f"(the address is left out, it has {len(link)} characters)"
    return link, None
