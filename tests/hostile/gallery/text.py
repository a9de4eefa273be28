"""Text that means harm: to terminals, readers, tables, patterns, and whoever decodes it."""

import json

from tests.hostile.gallery.attack import Answer, Attack, answer, html, page
from tests.hostile.gallery.prose import paragraphs, story

_AT_THE_BORDER = "controls, overrides, zero-width signs and halves of characters are taken out at the border"
_BYTES = "encodings of web pages only; the bytes before what is declared"
_TRICK = "\x1b]0;owned\x07\x1b[2J\x1b[31m\u202e\u2066\u200b\u2060\ufeff\x00\x08\x7f\x9b31m\U000e0041"


def _hidden(language: str) -> Answer:
    """A story whose every letter has something before it that no reader sees."""
    signs = "\u202e\u2066\u200b\u2060\ufeff"
    text = "".join(f"<p>{signs.join(text)}</p>" for text in paragraphs("hidden", 6, language))
    title = signs.join(_HEADLINES[language])
    return page(f"<article><h1>{title}</h1>{text}</article>", title=title, attributes=f"lang={language}")


def _tricky(number: int = 0) -> str:
    trick = _TRICK[number:]
    text = "".join(f"<p>{trick}{text}{trick}</p>" for text in paragraphs(f"tricky {number}"))
    told = {
        "@type": "NewsArticle",
        "headline": f"The {trick}harvest",
        "author": f"Rana {trick}Karim",
        "articleSection": f"{trick}Iraq",
    }
    return html(
        f"<h1>The {trick}harvest</h1>{text}",
        title=f"The {trick}harvest",
        head=f'<script type="application/ld+json">{json.dumps(told)}</script><meta name="keywords" content="{trick}wheat">',
    )


def _references() -> str:
    """What no text may hold, as references."""
    wrong = "".join(
        f"&#{number};" for number in (0, 1, 8, 27, 127, 155, 55296, 57343, 65534, 65535, 1114112, 10**30, 8238, 8203)
    )
    return "".join(f"<p>{wrong}{text}{wrong}</p>" for text in paragraphs("references"))


_HEADLINES = {"ar": "حصاد القمح في الوادي", "ckb": "دروێنەی گەنم لە دۆڵەکە", "kmr": "Paleya genim li gelî"}


def _one(text: str, seed: str) -> Answer:
    return page(f"<h1>A story of {seed}</h1><p>{text}</p>{story(seed)}")


_TRAPS = {
    "digits": "1" * 50_000,
    "arabic-digits": "٣" * 50_000,
    "spaces": "a" + " " * 50_000 + "b",
    "dots": "." * 50_000,
    "dashes": "-" * 50_000,
    "brackets": "(" * 25_000 + "[" * 25_000,
    "less-than": "&lt;" * 50_000,
    "ampersands": "&amp;" * 50_000,
    "quotes": "\"'" * 25_000,
    "slashes": "1/" * 25_000,
    "commas": "a," * 25_000,
    "colons": "12:" * 17_000,
    "at-signs": "a@" * 25_000,
    "months": "January " * 6_000,
    "arabic-months": "كانون الثاني " * 4_000,
    "by": "By " * 17_000,
    "bars": "| " * 25_000,
    "dashes-apart": "Baghdad - " * 5_000,
    "addresses": "http://" * 7_000,
    "dates": "2025-01-0" * 6_000,
    "ago": "5 hours " * 6_000,
    "dotted": "a.b." * 12_000,
    "nbsp": "\u00a0" * 50_000,
    "underscores": "_" * 50_000,
    "tatweel": "ـ" * 50_000,
    "joiners": "\u200c" * 25_000 + "\u200d" * 25_000,
    "zalgo": "h" + "\u0301" * 50_000,
}
"""What patterns that look back and forth take long over: 50,000 signs of one kind each."""

ATTACKS = [
    Attack(
        name="terminal-escapes",
        what="terminal escapes, right-to-left overrides, zero-width signs, NUL and tags in title, author, section and text",
        holds=_AT_THE_BORDER,
        pages={f"/tricky/{number}": answer(_tricky(number)) for number in (0, 5)},
        counts={"archived": 2},
        says=("harvest",),
    ),
    Attack(
        name="signs-between-letters",
        what="overrides and zero-width signs between all letters, in Arabic, Sorani and Kurmanji",
        holds=_AT_THE_BORDER,
        pages={f"/hidden/{language}": _hidden(language) for language in _HEADLINES},
        counts={"archived": 3},
        says=tuple(_HEADLINES.values()),
    ),
    Attack(
        name="references-to-no-character",
        what="references to NUL, to escapes, to halves of characters and beyond Unicode",
        holds=_AT_THE_BORDER,
        pages={"/references": page(_references())},
        fates={"/references": "archived"},
    ),
    Attack(
        name="halves-of-characters",
        what="lone surrogates and overlong sequences in the bytes of a page",
        holds=_AT_THE_BORDER,
        pages={"/halves": answer(html(story("halves")).encode().replace(b"the", b"t\xed\xa0\x80h\xc0\xaf\xf5\x80e"))},
        fates={"/halves": "archived"},
    ),
    Attack(
        name="utf-7",
        what="a page in UTF-7 whose script is none in ASCII",
        holds=_BYTES,
        pages={
            "/utf-7": answer(
                html(f"+ADw-script+AD4-alert(1)+ADw-/script+AD4-{story('utf-7')}"), "text/html; charset=utf-7"
            )
        },
        fates={"/utf-7": "archived"},
        never=("<script",),
    ),
    Attack(
        name="utf-16-without-a-mark",
        what="Arabic in UTF-16 without a byte order mark, declared as UTF-8",
        holds=_BYTES,
        pages={"/utf-16": answer(html(story("utf-16", language="ar"), attributes="lang=ar").encode("utf-16-le"))},
        fates={"/utf-16": "archived"},
        says=("زيلين",),
    ),
    Attack(
        name="lying-charset",
        what="Arabic in windows-1256 that declares itself UTF-8, UTF-32 and a codec of Python's own",
        holds=_BYTES,
        pages={
            f"/lying/{declared}": answer(
                html(story(f"lying {declared}", language="ar"), attributes="lang=ar").encode("windows-1256", "replace"),
                f"text/html; charset={declared}",
            )
            for declared in ("utf-8", "utf-32", "unicode_escape", "idna", "bz2")
        },
        counts={"archived": 5},
    ),
    Attack(
        name="charsets-100-000",
        what="100,000 declarations of an encoding, each another one",
        holds="64 KiB are searched for the encoding",
        pages={
            "/charsets": answer(
                html(story("charsets"), head="".join(f'<meta charset="x-{n}">' for n in range(100_000)))
            )
        },
        fates={"/charsets": "archived"},
        expensive=True,
    ),
    Attack(
        name="formulas",
        what="titles and authors that are formulas of a spreadsheet, markup of a chat, and SQL",
        holds="each output escapes for where it stands",
        pages={
            f"/formula/{number}": page(story(f"formula {number}", title=text), title=text)
            for number, text in enumerate(
                [
                    "=cmd|' /C calc'!A0 of the harvest",
                    "@SUM(1+1)*cmd of the harvest",
                    "'; DROP TABLE articles; -- of the harvest",
                ]
            )
        },
        counts={"archived": 3},
    ),
    Attack(
        name="one-word",
        what="an article whose text is one word of 1 MB, in Latin and in Arabic",
        holds="LONGEST_STORY",
        pages={
            "/word": page(f"<article><h1>A story of a word</h1><p>{'x' * 1_000_000}</p></article>"),
            "/word/ar": page(f"<article><h1>قصة كلمة واحدة</h1><p>{'خ' * 500_000}</p></article>", attributes="lang=ar"),
        },
        counts=None,
    ),
    Attack(
        name="one-word-of-8-megabytes",
        what="an article whose text is one word of nearly 8 MB, in Latin, Arabic, Sorani and Kurmanji",
        holds="LONGEST_STORY, PAGE_MEMORY",
        pages={
            f"/word/{number}": page(f"<article><h1>A story of a word</h1><p>{letter * signs}</p></article>")
            for number, (letter, signs) in enumerate(
                (("x", 8_000_000), ("خ", 4_000_000), ("ێ", 4_000_000), ("ê", 4_000_000))
            )
        },
        counts=None,
        expensive=True,
    ),
    Attack(
        name="short-lines-a-million",
        what="a million lines of one letter, parted by breaks, in Latin and in Sorani",
        holds="SLOW_PAGE_MEMORY, MAX_BLOCKS",
        pages={
            "/lines": page(f"{story('lines')}<div>{'x<br>' * 1_000_000}</div>"),
            "/lines/ckb": page(
                f"{story('lines', language='ckb')}<div>{'ێ<br>' * 1_000_000}</div>", attributes="lang=ckb"
            ),
        },
        fates=dict.fromkeys(["/lines", "/lines/ckb"], "failed: took too much memory | refused: too many elements"),
        expensive=True,
    ),
    Attack(
        name="short-lines",
        what="100,000 lines of one letter, parted by breaks",
        holds="MAX_BLOCKS",
        pages={"/lines": page(f"{story('lines')}<div>{'x<br>' * 100_000}</div>")},
        fates={"/lines": "refused: too many elements"},
        expensive=True,
    ),
    Attack(
        name="traps-for-patterns",
        what="50,000 digits, Arabic digits, dots, dashes, brackets, quotes, months, joiners, combining marks and more, in the text",
        holds="no pattern looks back and forth",
        pages={f"/trap/{name}": _one(text, name) for name, text in _TRAPS.items()},
        counts={"archived": len(_TRAPS)},
        expensive=True,
    ),
    Attack(
        name="traps-in-titles",
        what="the same in titles, authors, dates and addresses of the metadata",
        holds="LONGEST_FIELD",
        pages={
            f"/trap/{name}": page(
                f'<time datetime="{text}">{text}</time><div class="byline author">{text}</div>{story(f"title {name}")}',
                title=text,
                head="".join(
                    f'<meta name="{key}" content="{text}">'
                    for key in (
                        "author",
                        "og:title",
                        "article:published_time",
                        "keywords",
                        "og:image",
                        "article:section",
                    )
                ),
            )
            for name, text in _TRAPS.items()
            if name != "quotes"
        },
        counts={"archived": len(_TRAPS) - 1},
        expensive=True,
    ),
]
