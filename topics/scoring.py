"""How well the packs do on documents that a person has labelled."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["tp", "fp", "fn", "tn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One topic of a labelled document: what was said, and what a person says."""

    language: str
    topic: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of a group of judgements. Where a figure would divide by nothing it is None."""

    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float | None:
        """The share of the tags given that are right."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """The share of the right tags that are given."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both (micro: every judgement counts the same)."""
        total = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / total if total else None


def judge(language: str, labels: Mapping[str, bool], unsure: Iterable[str], tagged: Iterable[str]) -> list[Judgement]:
    """A judgement for each labelled topic, but for those that the labeller was unsure of."""
    given, doubtful = set(tagged), set(unsure)
    return [
        Judgement(language=language, topic=topic, outcome=_OUTCOMES[wanted, topic in given])
        for topic, wanted in labels.items()
        if topic not in doubtful
    ]


def score(judgements: Mapping[Judgement, int]) -> Score:
    """The counts of all *judgements* together, each with how often it was met."""
    counts: Counter[Outcome] = Counter()
    for judgement, times in judgements.items():
        counts[judgement.outcome] += times
    return Score(tp=counts["tp"], fp=counts["fp"], fn=counts["fn"])


_OUTCOMES: dict[tuple[bool, bool], Outcome] = {
    (True, True): "tp",
    (True, False): "fn",
    (False, True): "fp",
    (False, False): "tn",
}
