"""The words of the interface: every one that a page may say is translated, with the same places to fill in."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import archive.web

WEB = Path(archive.web.__file__).parent
LANGUAGES = ["ar", "ckb"]
KEYWORDS = {"_": None, "gettext": None, "gettext_noop": None, "ngettext": (1, 2)}
_PLACE = re.compile(r"%\(\w+\)s")


@cache
def said() -> dict[Any, str]:
    """Every message that a template or a module names, and where."""
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
    options = {"**/templates/**.html": {"extensions": "", "silent": "false"}}
    return {
        message: f"{name}:{line}"
        for name, line, message, _, _ in extract_from_dir(
            str(WEB), method_map=methods, options_map=options, keywords=KEYWORDS
        )
    }


def catalogues(language: str) -> Iterator[tuple[Path, Catalog]]:
    for path in sorted((WEB / "words" / language).glob("*.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str) -> None:
    known = {message.id: message.string for _, catalogue in catalogues(language) for message in catalogue if message.id}
    missing = {
        message: place
        for message, place in said().items()
        if not (string := known.get(message)) or (isinstance(string, tuple) and not all(string))
    }
    assert missing == {}
    assert len(said()) > 40


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_message(language: str) -> None:
    wrong = []
    for path, catalogue in catalogues(language):
        for message in catalogue:
            if not message.id:
                continue
            originals = message.id if isinstance(message.id, tuple) else (message.id,)
            wanted = set(_PLACE.findall(originals[-1]))
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            for string in strings:  # "two articles" needs no number
                if not set(_PLACE.findall(string)) <= wanted or (
                    len(strings) == 1 and set(_PLACE.findall(string)) != wanted
                ):
                    wrong.append(f"{path.name}: {originals[0]!r} → {string!r}")
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_is_translated_twice_or_for_nobody(language: str) -> None:
    seen: dict[Any, str] = {}
    wrong = []
    for path, catalogue in catalogues(language):
        for message in catalogue:
            if not message.id:
                continue
            if message.id in seen:
                wrong.append(f"{message.id!r} in {seen[message.id]} and {path.name}")
            if message.id not in said():
                wrong.append(f"{message.id!r} of {path.name} is said nowhere")
            seen[message.id] = path.name
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_say_that_no_native_has_read_them(language: str) -> None:
    for path, catalogue in catalogues(language):
        assert "Not yet read by a native speaker" in catalogue.header_comment, path
        assert str(catalogue.locale) == language


@pytest.mark.parametrize(("language", "topic"), [("ar", ("موضوع", "مواضيع")), ("ckb", ("بابەت",))])
def test_the_word_for_a_topic_stands_for_nothing_else(language: str, topic: tuple[str, ...]) -> None:
    """Where articles are called topics, a number of the one is read as one of the other."""
    wrong = []
    for path, catalogue in catalogues(language):
        for message in catalogue:
            said_in_english = " ".join(message.id) if isinstance(message.id, tuple) else message.id
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            if not re.search(
                "topic|also about|rules it out|all, with|thirty days of each", said_in_english, re.IGNORECASE
            ):
                wrong += [(path.name, one) for one in strings if message.id and any(word in one for word in topic)]
    assert wrong == []
