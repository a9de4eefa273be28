"""A rule for some languages, where the language of a text has to be guessed."""

import tomllib

import pytest

from topics.compiling import compile_packs
from topics.matching import match

PACKS = compile_packs([
    (
        "p/a.toml",
        tomllib.loads("""
            [lists.vote]
            en = ["ballot"]
            kmr = ["dengdan*"]
            [topic.vote]
            name = "Vote"
            [[topic.vote.rule]]
            any = ["vote"]
            languages = ["kmr"]
        """),
    )
])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "language", "holds"),
    [
        ("Dengdan dest pê kir", "kmr", True),
        ("Dengdan dest pê kir", None, True),
        ("A ballot is held", "en", False),
        ("A ballot is held", None, False),
        ("A ballot is held, dengdan", None, True),
    ],
)
def test_it_is_not_meant_for_what_other_languages_lists_find(text: str, language: str | None, holds: bool) -> None:
    tags = match(PACKS, title=None, text=text, language=language)
    assert bool(tags) is holds
    assert all(piece.term == "dengdan*" for tag in tags for piece in tag.evidence)
