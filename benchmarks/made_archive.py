"""An archive of as many made-up articles as a measurement wants, with words as common and as rare as in real ones.

Each language has the words of the newsroom's articles and 20,000 of letters in an order that chance gives; the word of
rank n comes with a frequency of about 1/n (Zipf's law, with the exponent that fits news), so that the first stand in
nearly every article and most in one of thousands. The same number gives the same archive.

One that is to be like a desk's has `copied` among them, the wire reports that another source publishes in nearly the
same words, and every article `signed`, so that they find each other.
"""

import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate, count
from pathlib import Path

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.storing import Arrival, save
from benchmarks.topics import SITES, read_texts
from topics.evidence import Evidence, Tag
from topics.fold import fold

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
_RECENT = 100  # articles among which a copy has its original


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


def arrivals(
    *, first: int = 0, between: timedelta = BETWEEN, copied: float = 0.0, signed: bool = False, begin: datetime = BEGIN
) -> Iterator[Arrival]:
    """Articles without end, oldest first, a language after the other, so far apart; the share *copied* of them are
    copies of what another source published within the last hundred. They are numbered from *first*; number 0 is of
    *begin*."""
    chance = random.Random(first + 1)
    recent: deque[Arrival] = deque(maxlen=_RECENT)
    for place in count(first):
        arrival = _arrival(chance, place, begin + between * place)
        if copied and len(recent) == _RECENT and chance.random() < copied:
            arrival = _copy(chance.choice(recent), arrival, chance)
        if copied:
            recent.append(arrival)
        yield _signed(arrival) if signed else arrival


def _arrival(chance: random.Random, place: int, instant: datetime) -> Arrival:
    vocabulary = VOCABULARIES[place % len(VOCABULARIES)]
    source = min(int(chance.expovariate(0.15)), SOURCES - 1)
    return Arrival(
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


def _copy(original: Arrival, arrival: Arrival, chance: random.Random) -> Arrival:
    """*arrival* with the words of *original*, of which one in twenty is another."""
    words = original.article.text.split(" ")
    for place in chance.sample(range(len(words)), len(words) // 20):
        words[place] = "changed"
    article = replace(
        arrival.article, text=" ".join(words), title=original.article.title, language=original.article.language
    )
    return replace(arrival, article=article, tags=original.tags)


def _signed(arrival: Arrival) -> Arrival:
    article = arrival.article
    return replace(arrival, signature=signature(fold(article.text), fold(article.title or "")))


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
