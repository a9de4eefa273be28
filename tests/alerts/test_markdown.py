"""Whatever a page says, Markdown shows it as text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown as other_reader
from markdown_it import MarkdownIt

from alerts.messages.excerpt import Excerpt
from alerts.messages.markdown import markdown, markdown_sentence
from archive.plain import plain

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "# heading", "> quotation", "- list", "+ list", "1. list", "12) list", "* * *", "---", "===", "[x](http://e.example)",
    "[x]: http://e.example", "![x](http://e.example/p.png)", "<b>x</b>", "<http://e.example>", "`code`",
    "**b** __b__ *i*",
    "~~x~~", "a | b", "&lt;b&gt; &amp;", "\\*x\\*", "http://e.example", "@all", "word_with_lines", "$x$", "~~~", "```",
)  # fmt: skip
LETTERS = st.sampled_from([*"ab1 .-+*_`~[]()<>#!|&\\:/@=$\"'", "داعش", "http://", "www."])


def shown(text: str) -> str:
    """The words of a paragraph, if the reader made nothing else of it."""
    html = READER.render(text).strip()
    match = re.fullmatch(r"<p>([^<]*)</p>", html)
    assert match, html
    return match[1].replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_becomes_markup(text) -> None:
    assert shown(markdown(text)) == text


@given(st.lists(LETTERS, min_size=1, max_size=20).map("".join).map(plain).filter(bool))
def test_no_text_becomes_markup_or_a_link(text) -> None:
    assert shown(markdown(text)) == text


def test_another_reader_makes_no_link_and_no_element_of_it_either() -> None:
    for text in HOSTILE:
        assert not re.search(r"<(?!/?p>|/?code>)", other_reader(markdown(text))), text


def test_a_sentence_shows_its_marks_in_bold_and_hides_no_other_sign() -> None:
    sentence = Excerpt("The *new* convoy of [US troops] left", ((10, 16), (21, 30)))
    html = READER.render("> " + markdown_sentence(sentence))

    assert "The *new* <strong>convoy</strong> of (<strong>US troops</strong>) left" in html


def test_a_mark_within_a_word_is_bold_and_one_that_cannot_be_stands_in_brackets() -> None:
    assert READER.render(markdown_sentence(Excerpt("والفصائل", ((3, 8),)))) == "<p>وال<strong>فصائل</strong></p>\n"
    assert READER.render(markdown_sentence(Excerpt('x"ISIS"y', ((1, 7),)))) == "<p>x[&quot;ISIS&quot;]y</p>\n"
