"""Explanations of topics as they look on a terminal."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from archive.plain import plain
from crawler.cli.terminal import out
from crawler.cli.topics.explained_text import Colours, text_lines
from topics.direction import has_right_to_left
from topics.explaining import ExplainedRule, ExplainedTopic, Explanation, Found

_MOST_WORDS = 8  # of one rule on one line; --json has all
_NEAREST = 2  # rules of a topic of which none is met
_INDENT = 6  # columns before the answer to a rule


def explanation_lines(
    explanation: Explanation, *, title: str, text: str, whole: bool = False, every_rule: bool = False
) -> Iterable[RenderableType]:
    """The text with its terms marked, then each topic that something was found of, rule by rule.

    What holds comes first, then what might have. The rules that have nothing to say here are only counted, and of a
    topic that no rule speaks for those that came nearest are told, unless *every_rule* is asked for.
    """
    languages = ", ".join(explanation.languages) or "no language that the packs have terms in"
    yield Text(f"read with the lists of: {languages}", style="dim")
    if explanation.note:
        yield Text(explanation.note, style="yellow")
    topics = sorted(explanation.topics, key=lambda topic: (not topic.held, not topic.in_question))
    colours = Colours(topics, explanation.found)
    if legend := colours.legend():
        yield legend
    yield from text_lines(explanation, colours, title=title, text=text, whole=whole)
    fields = {"title": title, "text": text}
    held = [topic.id for topic in topics if topic.held]
    verdict = f"\ntagged: {', '.join(held)}" if held else "\nno topic holds"
    yield Text(verdict, style="bold green" if held else "bold")
    for topic in topics:
        yield from _topic_lines(topic, colours, fields, every_rule=every_rule)
    if explanation.untouched:
        yield Text(f"\nnothing found of: {', '.join(explanation.untouched)}", style="dim")


def _topic_lines(
    topic: ExplainedTopic, colours: Colours, fields: dict[str, str], *, every_rule: bool
) -> Iterable[RenderableType]:
    verdict = ("holds", "bold green") if topic.held else ("does not hold", "bold red")
    why = f": {plain(topic.lacks)}" if topic.lacks else ""
    score = f"  score {topic.score:g}, {topic.threshold:g} is needed" if topic.held or topic.vetoed else ""
    yield Text.assemble("\n", (topic.id, colours.of_topic(topic)), " ", verdict, why, (score, "dim"))
    if topic.vetoed:
        yield from _under(Text("  excluded by:", style="red"), _places(topic.vetoed, fields))
    if topic.masked:
        yield from _under(Text("  masked:", style="yellow"), _places(topic.masked, fields))
    if topic.hidden:
        yield from _under(Text("  so that nothing counts there of:", style="yellow"), _places(topic.hidden, fields))
    told = _told_rules(topic, every_rule=every_rule)
    for rule in told:
        yield from _rule_lines(rule, fields)
    if rest := len(topic.rules) - len(told):
        known = "with nothing to say here" if topic.in_question else f"(--topic {topic.id} tells of each)"
        yield Text(f"  · {rest}{' more' if told else ''} {'rule' if rest == 1 else 'rules'} {known}", style="dim")


def _told_rules(topic: ExplainedTopic, *, every_rule: bool) -> list[ExplainedRule]:
    if every_rule:
        return list(topic.rules)
    near = [rule for rule in topic.rules if rule.nearly] if topic.in_question else topic.nearest[:_NEAREST]
    return [rule for rule in topic.rules if rule.held or rule in near]


def _rule_lines(rule: ExplainedRule, fields: dict[str, str]) -> Iterator[RenderableType]:
    """What the rule asks for, and what it found or what is missing. One of negative weight speaks against the topic."""
    against = rule.weight < 0
    sign = ("  ✓ ", "red" if against else "green") if rule.held else ("  · ", "dim" if against else "red")
    weight = f"({rule.weight:g}{', against it' if against else ''}) "
    asked = Text.assemble(sign, f"{rule.label} ", (weight, "dim"), plain(rule.says), ":")
    missing = Text(plain(rule.missing or ""), style="dim" if against else "red")
    return _under(asked, _places(rule.found, fields) if rule.held else missing)


def _under(asked: Text, answer: Text) -> Iterator[RenderableType]:
    """Both on one line; on two where it would be too long, or where the answer is written from right to left: it would
    reorder what stands beside it.
    """
    width = out().width
    if cell_len(asked.plain) + 1 + cell_len(answer.plain) <= width and not has_right_to_left(answer.plain):
        yield asked.append(" ").append_text(answer)
        return
    if not out().is_terminal:  # nothing is wrapped there
        yield asked
        yield Text(" " * _INDENT).append_text(answer)
        return
    first, *rest = asked.wrap(out(), width - _INDENT)
    yield first
    yield from (Padding.indent(line, _INDENT) for line in (*rest, answer))


def _places(found: tuple[Found, ...], fields: dict[str, str]) -> Text:
    words = [plain(fields[one.field][one.start : one.end]) for one in found]
    shown = list(dict.fromkeys(words))[:_MOST_WORDS]
    places = f" in {len(words)} places" if len(words) > len(shown) else ""
    rest = " …" if len(set(words)) > len(shown) else ""
    return Text(", ".join(shown) + rest, style="bold").append(places, "dim")
