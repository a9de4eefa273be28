"""How fast topics are matched: texts a second and core, beside one regular expression for each rule.

    python -m benchmarks.topics [--seconds 2]

200 topics with 2,000 terms of each language; texts of 3,000 characters made of the newsroom's articles. Of the terms
one in twenty is made of words that stand in those articles, the others of words that could. Both ways are timed in
turn, on the processor's clock, so that the ratio holds on a noisy machine. Beside them the packs that come with it:
few topics, but these articles are full of them, so that most of the time goes into their rules.
"""

import argparse
import random
import re
import time
import tomllib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from crawler.newsroom.pieces import ARTICLES
from seeds.packs import PACKAGED, read_packs
from topics.compiling import compile_packs
from topics.fold import fold
from topics.matching import match
from topics.packs import Packs

TOPICS = 200
TERMS = 2_000
TEXT_LENGTH = 3_000
TEXTS = 60
SHARE_OF_REAL_TERMS = 20  # one in so many
ROUNDS = 3
SITES = {"en": ("rafidain", "meridian"), "ar": ("sidra",), "ckb": ("baran",), "kmr": ("kani",)}


def read_texts(language: str) -> list[str]:
    """Texts of one length, each cut from another place of the newsroom's articles in a language."""
    bodies = []
    for site in SITES[language]:
        for path in sorted((ARTICLES / site).glob("*.md")):
            _, head, body = path.read_text(encoding="utf-8").split("+++\n", 2)
            if tomllib.loads(head).get("language", language) == language:
                bodies.append(body.strip())
    whole = "\n".join(bodies)
    whole *= 1 + (TEXT_LENGTH + TEXTS) // len(whole)
    step = (len(whole) - TEXT_LENGTH) // TEXTS
    return [whole[start : start + TEXT_LENGTH] for start in range(0, step * TEXTS, step)]


def make_terms(texts: Sequence[str], chance: random.Random) -> list[str]:
    """Terms of one to three words, a third of them with a star; no two the same after folding."""
    words = sorted({word for text in texts for word in fold(text).tokens if len(word) > 3 and word.isalpha()})
    letters = sorted({letter for word in words for letter in word})
    terms: dict[str, None] = {}
    while len(terms) < TERMS:
        real = len(terms) % SHARE_OF_REAL_TERMS == 0
        parts = [
            chance.choice(words) if real else "".join(chance.choices(letters, k=chance.randint(4, 9)))
            for _ in range(chance.choice((1, 1, 2, 3)))
        ]
        terms[" ".join(parts) + ("*" if len(terms) % 3 == 0 else "")] = None
    return list(terms)


def make_pack(terms: Sequence[str], language: str) -> Packs:
    """Topics of three rules each: in the title, three times, and near each other."""
    lists: dict[str, object] = {}
    topics: dict[str, object] = {}
    size = len(terms) // TOPICS // 2
    for number in range(TOPICS):
        for half, name in enumerate((f"a{number}", f"b{number}")):
            lists[name] = {language: list(terms[(2 * number + half) * size : (2 * number + half + 1) * size])}
        topics[f"t{number}"] = {
            "name": f"Topic {number}",
            "rule": [
                {"any": [f"a{number}"], "in": "title"},
                {"any": [f"a{number}"], "at_least": 3},
                {"near": [f"a{number}", f"b{number}"], "within": 20},
            ],
        }
    return compile_packs([("benchmark.toml", {"lists": lists, "topic": topics})])


def make_expressions(packs: Packs) -> list[re.Pattern[str]]:
    """What many would write: for each rule, its terms as alternatives between word boundaries."""
    expressions = []
    for topic in packs.topics.values():
        for rule in topic.rules:
            terms = [term for name in (*rule.any, *rule.near) for found in packs.lists[name].values() for term in found]
            alternatives = (
                r"\s+".join(re.escape(word.text) + (r"\w*" if word.prefix else "") for word in term.words)
                for term in terms
            )
            expressions.append(re.compile(rf"\b(?:{'|'.join(alternatives)})\b", re.IGNORECASE))
    return expressions


def per_second(work: Callable[[str], object], texts: Sequence[str], seconds: float) -> float:
    """How many texts a second of processor time *work* takes."""
    start, done = time.process_time(), 0
    while (spent := time.process_time() - start) < seconds:
        work(texts[done % len(texts)])
        done += 1
    return done / spent


class Measured(NamedTuple):
    """Seconds of the processor to compile; texts a second, the best of some rounds."""

    compiled: float
    ours: float
    expressions: float
    starter: float


def measure(language: str, seconds: float) -> Measured:
    """Times a pack of TOPICS topics in one language, the same with expressions, and the starter packs."""
    texts = read_texts(language)
    terms = make_terms(texts, random.Random(7))
    started = time.process_time()
    packs = make_pack(terms, language)
    match(packs, title="", text="", language=language)  # the automaton is made with the first text
    compiled = time.process_time() - started
    expressions, starter = make_expressions(packs), compile_packs(read_packs(PACKAGED))

    def matched(with_packs: Packs) -> float:
        return per_second(lambda text: match(with_packs, title=text[:80], text=text, language=language), texts, seconds)

    def searched() -> float:
        return per_second(lambda text: [one.findall(text) for one in expressions], texts, seconds)

    rounds = [(matched(packs), searched(), matched(starter)) for _ in range(ROUNDS)]
    return Measured(compiled, *map(max, zip(*rounds, strict=True)))


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="processor time of each measurement")
    seconds = parser.parse_args().seconds
    print(f"{TOPICS} topics, {TERMS} terms, texts of {TEXT_LENGTH} characters, one core")
    print(f"{'language':10}{'compile s':>10}{'texts/s':>10}{'regex per rule':>16}{'ratio':>8}{'starter packs':>15}")
    for language in SITES:
        one = measure(language, seconds)
        ratio = one.ours / one.expressions
        print(
            f"{language:10}{one.compiled:10.2f}{one.ours:10.0f}{one.expressions:16.1f}{ratio:8.0f}{one.starter:15.0f}"
        )


if __name__ == "__main__":
    main()
