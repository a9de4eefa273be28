"""The text of an alert: what a person is told of an article, as plain text and as HTML. Pure; nothing is sent here.

`docs/alerts.md` shows one. The parts: `contents` chooses what is said, `excerpt` the sentences, `moments` the times;
`message_text` and `message_html` write it down.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from alerts.difference import Difference
from alerts.messages.contents import Contents, contents_of
from alerts.messages.excerpt import shortened
from alerts.messages.message_html import html_of
from alerts.messages.message_text import LONGEST_TEXT, TEST_SIGN, text_of
from archive.reading import Record
from topics.direction import directed, isolated

LONGEST_TITLE = 150
"""Characters of a title. Mail programs show about 70; a message without subject puts it above the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: the same in plain text and in HTML. `title` is one line, for a subject."""

    title: str
    text: str
    html: str
    links: tuple[str, ...] = ()  # addresses of articles as they stand in the text, each on a line of its own


Write = Callable[[Message, Mapping[str, Any]], Message]
"""Writes a message anew, as a desk's template does, of what there is to say: the names that a template has, and what
they mean."""


def compose(
    *,
    ref: str,
    alert: str,
    record: Record,
    topics: Sequence[tuple[str, str]],
    found: Sequence[dict[str, Any]] = (),
    names: Mapping[str, str],
    source_zone: tzinfo,
    test: bool = False,
    born: str | None = None,
    untagged: bool = False,
    difference: Difference | None = None,
    longest: int = LONGEST_TEXT,
    write: Write = lambda message, _: message,
) -> Message:
    """What is told of the article of *record* by the alert with the id *alert*.

    *ref* is the stable id of the message, without line breaks; it is the last line. *topics* are those of the
    article's topics that the alert asks for: (id, name for people); empty where it asks for none. *found* are the
    places that its query found: rule, term, field, start, end, as evidence has them. *names* are those of the sources,
    by id, *source_zone* is the zone of the article's. A *test* says that it is one. *born* is the moment at
    which the alert was raised, as stored: of an article that was edited since, the message says so, and of one that is
    *untagged*, which has lost the topics that the alert asks for. With a *difference*, the message is of that edit, and
    its changes stand in place of the sentences.

    The text has at most *longest* UTF-16 code units where headline, link and ref have room in them, and at most
    LONGEST_TEXT in any case, as long as *ref* is short.
    """
    contents = contents_of(
        ref=ref,
        alert=alert,
        record=record,
        topics=topics,
        found=found,
        names=names,
        zone=source_zone,
        test=test,
        born=born,
        untagged=untagged,
        difference=difference,
    )
    text = text_of(contents, min(longest, LONGEST_TEXT))
    links = (contents.link,) if contents.link else ()
    message = Message(title=_title(contents), text=text, html=html_of(contents), links=links)
    said = {name: getattr(contents, name) for name in Contents.__slots__}
    return write(message, {"kind": "each" if difference is None else "revision", **said})


def _title(contents: Contents) -> str:
    if not contents.test:
        return directed(shortened(contents.headline, LONGEST_TITLE - 1), contents.direction)  # 1: a direction mark
    return TEST_SIGN + isolated(shortened(contents.headline, LONGEST_TITLE - len(TEST_SIGN) - 2))  # 2: isolates
