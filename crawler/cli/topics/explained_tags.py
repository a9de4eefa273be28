"""The tags that stand on an archived article, held against what today's packs would give it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from rich.text import Text

from archive.plain import plain
from crawler.cli.times import shown
from topics.evidence import Tag
from topics.explaining import Explanation


def article_line(article: Mapping[str, Any], zone: tzinfo) -> Text:
    """Which article it is."""
    when = shown(article["published"] or article["first_seen"], zone)
    facts = (str(article["id"]), when, plain(article["source"]), plain(article["language"] or "language unknown"))
    return Text("  ".join((*facts, plain(article["url"]))), style="dim")


def tag_lines(
    standing: Sequence[Mapping[str, Any]],
    today: Sequence[Tag],
    explanation: Explanation,
    version: str,
    *,
    drafted: bool,
) -> Iterator[Text]:
    """Each tag that stands or would be given today, and where both differ, how they come to agree.

    *drafted*: today's packs have drafts on top, which nothing is tagged with yet.
    """
    with_drafts = ", with the drafts," if drafted else ""
    given = {tag.topic: tag for tag in today}
    yield Text(f"\nTags that stand (the packs of today{with_drafts} have version {version})", style="bold")
    stale = False
    for tag in standing:
        now = given.pop(tag["topic"], None)
        facts = f"  score {tag['score']:g}, pack version {plain(tag['pack_version'])}: "
        kept = Text.assemble("  ", (plain(tag["topic"]), "bold"), (facts, "dim"))
        if now is None:
            stale = True
            yield kept.append(f"stands, but would not be given today: {_why(tag['topic'], explanation)}", "red")
        elif now.score != tag["score"]:
            stale = True
            yield kept.append(f"stands, but with a score of {now.score:g} today", "yellow")
        else:
            yield kept.append("stands, and would be given today", "green")
    for topic, now in given.items():
        stale = True
        missing = f"does not stand, but would be given today with a score of {now.score:g}"
        yield Text.assemble("  ", (topic, "bold"), "  ", (missing, "red"))
    if not standing and not given:
        yield Text("  none, and none would be given today")
    if stale and not drafted:
        yield Text("  khabar topics retag gives the archive the tags of today's packs", style="dim")


def _why(topic: str, explanation: Explanation) -> str:
    """What a topic lacks today."""
    explained = explanation.of(topic)
    if explained is not None:
        return plain(explained.lacks or "it would be in another language")
    if topic in explanation.untouched:
        return "nothing of it is found"
    return "the packs have no such topic"
