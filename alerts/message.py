"""The text of an alert: what a person is told of an article, as plain text and as HTML. Pure; nothing is sent here.

`docs/alerts.md` shows one. The parts: `contents` chooses what is said, `excerpt` the sentences, `moments` the times;
`message_text` and `message_html` write it down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from alerts.contents import Contents, contents_of
from alerts.direction import directed, isolated
from alerts.excerpt import shortened
from alerts.message_html import html_of
from alerts.message_text import text_of
from archive.reading import Record

LONGEST_TITLE = 150
"""Characters of a title. Mail programs show about 70; a message without subject puts it above the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: the same in plain text and in HTML. `title` is one line, for a subject."""

    title: str
    text: str
    html: str


def compose(
    *,
    ref: str,
    alert: str,
    record: Record,
    topics: Sequence[tuple[str, str]],
    found: Sequence[dict[str, Any]] = (),
    source: str,
    source_zone: tzinfo,
    test: bool = False,
) -> Message:
    """What is told of the article of *record* by the alert with the id *alert*.

    *ref* is the stable id of the message, without line breaks; it is the last line. *topics* are those of the
    article's topics that the alert asks for: (id, name for people); empty where it asks for none. *found* are the
    places that its query found: rule, term, field, start, end, as evidence has them. *source* is the name of the
    source, *source_zone* its zone. A *test* says that it is one.

    The text has at most `message_text.LONGEST_TEXT` UTF-16 code units, as long as *ref* is short.
    """
    contents = contents_of(
        ref=ref,
        alert=alert,
        record=record,
        topics=topics,
        found=found,
        source=source,
        zone=source_zone,
        test=test,
    )
    return Message(title=_title(contents), text=text_of(contents), html=html_of(contents))


def _title(contents: Contents) -> str:
    if not contents.test:
        return directed(shortened(contents.headline, LONGEST_TITLE - 1), contents.direction)  # 1: a direction mark
    sign = "[test] "
    return sign + isolated(shortened(contents.headline, LONGEST_TITLE - len(sign) - 2))  # 2: isolates
