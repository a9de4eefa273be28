"""Suggested terms as they look on a terminal, and as a list that may be pasted."""

from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from archive.highlight import passage
from archive.plain import plain, plain_json
from crawler.cli.articles import marked
from topics.packs import Topic
from topics.suggesting.contrast import FEWEST_OTHERS
from topics.suggesting.suggest import FEWEST_TAGGED, Missed, Suggestion, Suggestions

_WIDTH = 100  # as TOML files of packs are written


def suggestion_lines(topic: str, suggestions: Suggestions) -> Iterable[Text]:
    """The terms of one language, each in three lines: figures, the term, a sentence that has it. Term and sentence
    stand on lines of their own: right-to-left text would reorder what stands beside it.
    """
    yield Text(f"\n{plain(suggestions.language)}: {_compared(topic, suggestions)}", style="bold cyan")
    for suggestion in suggestions.terms:
        yield from _term_lines(suggestion)
    if suggestions.missed:
        yield Text(f"\nPerhaps missed: without {topic}, but several of these stand in them", style="bold")
        for missed in suggestions.missed:
            yield from _missed_lines(missed)


def _term_lines(suggestion: Suggestion) -> Iterator[Text]:
    facts = (
        f"{_stories(suggestion.stories)} with the topic, {suggestion.others} without, "
        f"{suggestion.times:.0f} times as frequent, score {suggestion.score:.0f}"
    )
    other = f", in a list of {', '.join(suggestion.topics)}" if suggestion.topics else ""
    yield Text(facts + other, style="dim")
    yield Text(plain(suggestion.term), style="bold")
    shown = passage(suggestion.sentence, [(suggestion.start, suggestion.end)])
    yield marked(shown.text, shown.marks)


def _missed_lines(missed: Missed) -> Iterator[Text]:
    yield Text(f"{missed.article}  {len(missed.terms)} of them", style="dim")
    yield Text(plain(missed.title) or "(no title)")
    yield Text(plain(", ".join(missed.terms)), style="dim")


def toml_lines(topic: Topic, told: Sequence[Suggestions]) -> Iterator[str]:
    """A list that adds the terms to the first one that *topic* looks for, ready for a file of the desk's."""
    names = list(dict.fromkeys(name for rule in topic.rules if rule.weight > 0 for name in rule.looks_for))
    others = f"    # or {', '.join(names[1:])}" if names[1:] else ""
    terms = [suggestions for suggestions in told if suggestions.terms]
    if terms:
        yield f"[lists.{names[0]}]{others}"
        yield "extend = true"
    for suggestions in told:
        if not suggestions.terms:
            yield f"# {suggestions.language}: {_compared(topic.id, suggestions)}"
    for suggestions in terms:
        yield f"{suggestions.language} = ["
        yield from _packed(plain_json(plain(one.term)) for one in suggestions.terms)
        yield "]"


def _compared(topic: str, suggestions: Suggestions) -> str:
    """What was held against what, or that there is too little of it."""
    if suggestions.stories < FEWEST_TAGGED:
        return f"{_stories(suggestions.stories)} with {topic}: too few to say, {FEWEST_TAGGED} are needed"
    if suggestions.others < FEWEST_OTHERS:
        return f"{_stories(suggestions.others)} without {topic}: too few to say, {FEWEST_OTHERS} are needed"
    nothing = "" if suggestions.terms else ": nothing stands out that the lists do not find"
    return f"{_stories(suggestions.stories)} with {topic}, {suggestions.others:,} without{nothing}"


def _stories(number: int) -> str:
    return f"{number:,} {'story' if number == 1 else 'stories'}"


def _packed(terms: Iterable[str]) -> Iterator[str]:
    line = "   "
    for term in terms:
        if len(line) + len(term) > _WIDTH and line.strip():
            yield line
            line = "   "
        line += f" {term},"
    yield line
