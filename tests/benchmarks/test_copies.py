"""The promises on copies, on made-up texts of four languages: half as many as `make bench-copies` takes."""

import random

import pytest

from benchmarks.copies import (
    LEAST,
    Counts,
    costs,
    cut,
    first_half,
    joined_by_save,
    made_up,
    report,
    small_edits,
    syndicated,
)

TEXT = "One of the sentences stands here. The second one follows it. A third is longer than both. The last one ends it."


@pytest.mark.parametrize("length", ["as they are", "40-80 words"])
def test_copies_are_joined_and_strangers_are_not(length: str) -> None:
    chance, counts = random.Random(9), Counts()
    texts = chance.sample(made_up(), 100)
    if length != "as they are":
        texts = [(language, cut(text, chance.randint(40, 80))) for language, text in texts]

    joined_by_save(texts, length, chance, counts)

    lines = list(report(counts))
    assert len(lines) == len(LEAST) + 1
    assert {language for _, _, language in counts.copies} == {"en", "ar", "ckb", "kmr"}
    assert [line for line in lines if line.startswith("!")] == []


def test_a_broken_promise_is_marked() -> None:
    counts = Counts()
    for joined in (*[1] * 96, *[0] * 4):
        counts.copies["syndicated", "any", "en"] += 1
        counts.joined["syndicated", "any", "en"] += joined
    counts.pairs["any"], counts.strangers["any"] = 20_000, 3

    assert all(line.startswith("!") for line in report(counts))


def test_the_copies_are_what_they_are_called() -> None:
    chance = random.Random(1)

    assert first_half(TEXT, chance) == TEXT[: TEXT.index(" A third")]
    assert len(syndicated(TEXT, chance).split()) in range(14, 19)
    assert len(small_edits(TEXT, chance).split()) == len(TEXT.split()) + 1


def test_costs_are_measured_with_a_table_that_grows() -> None:
    small, large = costs(100), costs(3_000)

    assert min(*small, *large) >= 0
    assert large[3] > small[3]
