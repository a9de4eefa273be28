"""The measurement of searches asks what people may ask, of an archive that is like theirs."""

from contextlib import closing

import pytest

from archive.database import open_archive
from archive.search import count, search
from benchmarks.made_archive import VOCABULARIES, arrivals, build
from benchmarks.searching import ask_many


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "archive.db"
    build(path, arrivals(), 400)
    with closing(open_archive(path, read_only=True)) as db:
        yield db


def test_no_query_raises_anything_but_that_it_is_none(made) -> None:
    times = ask_many(made, 400)

    assert len(times.seconds) > 400
    assert 0 < times.refused < 400


def test_its_words_are_as_common_as_those_of_the_news(made) -> None:
    for vocabulary in VOCABULARIES:
        assert count(made, f'"{vocabulary.words[0]}" lang:{vocabulary.language}') > 90
        assert 0 < count(made, f'"{vocabulary.words[60]}" lang:{vocabulary.language}') < 95
    assert search(made, f'author:"{VOCABULARIES[1].authors[0]}" site:example topic:factions OR topic:iran')
