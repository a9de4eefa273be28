"""Explanations and scores of topics as they look on a terminal."""

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from archive.highlight import merged
from archive.plain import plain
from crawler.cli.articles import marked
from topics.explaining import ExplainedRule, ExplainedTopic, Explanation, Found

_MOST_PLACES = 8  # of one rule on one line; --json has all


def explanation_lines(explanation: Explanation, *, title: str, text: str) -> Iterable[RenderableType]:
    """The text with its terms marked, then each topic that something was found of, rule by rule.

    What holds comes first. Of a topic that does not, the rules of which nothing was found are only counted.
    """
    languages = ", ".join(explanation.languages) or "no language that the packs have terms in"
    yield Text(f"read with the lists of: {languages}", style="dim")
    if explanation.note:
        yield Text(explanation.note, style="yellow")
    if title:
        yield _marked_line(title, 0, [found for found in explanation.found if found.field == "title"], style="bold")
    in_text = [found for found in explanation.found if found.field == "text"]
    start = 0
    for line in text.split("\n"):
        yield _marked_line(line, start, in_text)
        start += len(line) + 1
    fields = {"title": title, "text": text}
    held = [topic.id for topic in explanation.topics if topic.held]
    verdict = f"\ntagged: {', '.join(held)}" if held else "\nno topic holds"
    yield Text(verdict, style="bold green" if held else "bold")
    for topic in sorted(explanation.topics, key=lambda topic: not topic.held):
        yield from _topic_lines(topic, fields)
    if explanation.untouched:
        yield Text(f"\nnothing found of: {', '.join(explanation.untouched)}", style="dim")


def _marked_line(line: str, start: int, found: Iterable[Found], style: str = "") -> Text:
    places = ((one.start - start, one.end - start) for one in found)
    return marked(line, merged((first, end) for first, end in places if 0 <= first < end <= len(line)), style)


def _topic_lines(topic: ExplainedTopic, fields: dict[str, str]) -> Iterable[Text]:
    verdict = ("holds", "bold green") if topic.held else ("does not hold", "bold red")
    yield Text.assemble(
        "\n", (topic.id, "bold cyan"), " ", verdict, (f"  score {topic.score:g} of {topic.threshold:g}", "dim")
    )
    for why, places in (("excluded by", topic.vetoed), ("masked", topic.masked)):
        if places:
            yield Text.assemble((f"  {why}: ", "yellow"), _places(places, fields))
    told = [rule for rule in topic.rules if rule.held or rule.nearly]
    for rule in told:
        yield _rule_line(rule, fields)
    if rest := len(topic.rules) - len(told):
        yield Text(f"  - {rest} more {'rule' if rest == 1 else 'rules'}, of which nothing was found", style="dim")


def _rule_line(rule: ExplainedRule, fields: dict[str, str]) -> Text:
    sign = ("  + ", "green") if rule.held else ("  - ", "red")
    line = Text.assemble(sign, f"{rule.label} ", (f"({rule.weight:g}) ", "dim"), plain(rule.says), ": ")
    return line.append_text(_places(rule.found, fields)) if rule.held else line.append(plain(rule.missing or ""), "red")


def _places(found: tuple[Found, ...], fields: dict[str, str]) -> Text:
    words = [plain(fields[one.field][one.start : one.end]) for one in found]
    shown = list(dict.fromkeys(words))[:_MOST_PLACES]
    rest = len(words) - len(shown)
    return Text(", ".join(shown) + (f" and {rest} more places" if rest else ""), style="bold")
