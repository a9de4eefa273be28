"""Made-up articles, as many as a measurement wants, no two alike: the newsroom's words in an order that chance gives.

The same number gives the same article. Two share a few of their three-word runs at most, so that none is taken for a
copy of another. Those that an alert shall tell of name a lake that no other text of ours knows.
"""

import random
import re
from datetime import UTC, datetime
from functools import cache

from crawler.newsroom.pieces import Line, Piece, minute, read_pieces
from crawler.newsroom.styles import STYLES, Style

TOPIC = "zelin"
NAMES = {"en": "Lake Zelin", "ar": "بحيرة زيلين", "ckb": "دەریاچەی زێلین"}
"""What the topic's articles name, by language. The lake is invented."""
_PARAGRAPHS = 20
_SENTENCES = (2, 4)  # of a paragraph
_WORDS = (9, 18)  # of a sentence: some 800 in all, so that a page has the 15 to 20 kB of real ones without scripts
_HEADLINE = 8  # words
_SHORTEST = 3  # letters: the shorter words are few, and would make runs alike
_SLUG = 700_000  # the first one; some sites have only digits there


def write(number: int, style: Style, *, published: datetime, topic: bool) -> Piece:
    """Article *number* for a site of that *style*; with *topic* it names the lake, in its headline and its text."""
    chance = random.Random(f"{style.language} {number}")
    words = _words(style.language)
    paragraphs = [
        [_sentence(chance.choices(words, k=chance.randint(*_WORDS))) for _ in range(chance.randint(*_SENTENCES))]
        for _ in range(_PARAGRAPHS)
    ]
    headline = chance.choices(words, k=_HEADLINE)
    if topic:
        headline.insert(3, NAMES[style.language])
        paragraphs[2].insert(1, _sentence([*chance.choices(words, k=4), NAMES[style.language], *headline[4:]]))
    slug = str(_SLUG + number)
    return Piece(
        site=style.id, name=slug, slug=slug, title=_sentence(headline).rstrip("."), section="News",
        language=style.language, body=tuple(Line(" ".join(sentences), False) for sentences in paragraphs),
        published=minute(published), topics=(TOPIC,) if topic else (),
    )  # fmt: skip


def pack() -> str:
    """The topic's pack, in TOML."""
    names = "\n".join(f'{language} = ["{name}"]' for language, name in NAMES.items())
    rule = f'[[topic.{TOPIC}.rule]]\nany = ["{TOPIC}_names"]\n'
    return f'[lists.{TOPIC}_names]\n{names}\n\n[topic.{TOPIC}]\nname = "Lake Zelin"\n\n{rule}'


def _sentence(words: list[str]) -> str:
    text = " ".join(words)
    return text[0].upper() + text[1:] + "."


@cache
def _words(language: str) -> list[str]:
    texts = (
        piece.text
        for style in STYLES.values()
        for piece in read_pieces(style, datetime.now(UTC)).values()
        if piece.language == language
    )
    return sorted({word for text in texts for word in re.findall(r"[^\W\d_]+", text) if len(word) >= _SHORTEST})
