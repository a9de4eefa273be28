"""An archive of as many made-up articles as a measurement wants, with words as common and as rare as in real ones.

Each language has the words of the newsroom's articles and 20,000 of letters in an order that chance gives; the word of
rank n comes with a frequency of about 1/n (Zipf's law, with the exponent that fits news), so that the first stand in
nearly every article and most in one of thousands. The same number gives the same archive.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate, count
from pathlib import Path

from archive.article import Article
from archive.database import open_archive, transaction
from archive.storing import Arrival, save
from benchmarks.topics import SITES, read_texts
from topics.evidence import Evidence, Tag

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(minutes=9)
SOURCES = 30
TOPICS = ("factions", "iran", "us_withdrawal", "syria", "isis", "israel", "oil_energy", "gas_imports", "drones")
_RARE = 20_000
_EXPONENT = 1.05
_LENGTH = (150, 650)  # words of a text: some 3 kB at the mean
_SENTENCE = 18
_HEADLINE = 9
_AT_ONCE = 500


@dataclass
class Vocabulary:
    """The words of one language, the most common first, and the names of its authors."""

    language: str

    @cached_property
    def words(self) -> list[str]:
        """Every word there is."""
        chance = random.Random(self.language)
        counted = Counter(word for text in read_texts(self.language) for word in text.split())
        letters = sorted({letter for word in counted for letter in word.lower() if letter.isalpha()})
        rare = ("".join(chance.choices(letters, k=chance.randint(4, 10))) for _ in range(_RARE))
        return [word for word, _ in counted.most_common()] + list(rare)

    @cached_property
    def weights(self) -> list[float]:
        """How often each comes, added up."""
        return list(accumulate(1 / rank**_EXPONENT for rank in range(1, len(self.words) + 1)))

    @cached_property
    def authors(self) -> list[str]:
        """Names of two words; the first writes most."""
        chance = random.Random(f"authors {self.language}")
        return [" ".join(chance.choices(self.words[100:3_000], k=2)) for _ in range(60)]

    def write(self, chance: random.Random, number: int) -> list[str]:
        """So many words in a row."""
        return chance.choices(self.words, cum_weights=self.weights, k=number)


VOCABULARIES = tuple(Vocabulary(language) for language in SITES)


def arrivals() -> Iterator[Arrival]:
    """Articles without end, oldest first, a language after the other."""
    chance = random.Random(1)
    for place in count():
        vocabulary = VOCABULARIES[place % len(VOCABULARIES)]
        source = min(int(chance.expovariate(0.15)), SOURCES - 1)
        instant = BEGIN + BETWEEN * place
        yield Arrival(
            article=Article(
                url=f"https://{vocabulary.language}.site{source}.example/{place}",
                source=f"wire{source}-{vocabulary.language}",
                title=" ".join(vocabulary.write(chance, _HEADLINE)),
                text=_text(vocabulary.write(chance, chance.randint(*_LENGTH))),
                authors=tuple(chance.sample(vocabulary.authors, k=chance.choice((0, 1, 1, 2)))),
                language=vocabulary.language,
                published=instant,
                published_precision="second",
            ),
            tags=_tags(chance),
            pack_version="made",
            seen=instant + timedelta(minutes=5),
        )


def build(path: Path, articles: Iterator[Arrival], number: int) -> None:
    """Makes an archive at *path* of so many *articles*."""
    with closing(open_archive(path)) as db:
        db.execute("PRAGMA synchronous = OFF")  # a machine that loses power makes another one
        for first in range(0, number, _AT_ONCE):
            with transaction(db):
                for _ in range(min(_AT_ONCE, number - first)):
                    save(db, next(articles))


def _text(words: Sequence[str]) -> str:
    sentences = [" ".join(words[start : start + _SENTENCE]) + "." for start in range(0, len(words), _SENTENCE)]
    return "\n".join(" ".join(sentences[start : start + 3]) for start in range(0, len(sentences), 3))


def _tags(chance: random.Random) -> tuple[Tag, ...]:
    piece = Evidence(rule="rule[0]", term="made", field="text", start=0, end=4, score=1.0)
    chosen = {TOPICS[min(int(chance.expovariate(0.5)), len(TOPICS) - 1)] for _ in range(chance.choice((0, 0, 1, 2, 3)))}
    return tuple(Tag(topic=topic, score=1.0, pack_version="made", evidence=(piece,)) for topic in sorted(chosen))
