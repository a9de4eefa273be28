"""The part of a page that trafilatura is shown: small, and never without the story."""

from lxml.html import HtmlElement, document_fromstring

from pipelines.extraction.article import extract_article
from pipelines.extraction.blocks import blocks_of
from pipelines.extraction.frame import story_frame
from tests.extraction.made_pages import BODY, SOURCE, page

MENU = "".join(f"<li><a href='/s/{number}'>A section of the site with number {number}</a></li>" for number in range(40))


def frame_of(body: str) -> HtmlElement:
    tree = document_fromstring(f"<html><body class='single'>{body}</body></html>")
    return story_frame(tree, blocks_of(tree))


def test_it_holds_the_story_and_what_holds_it_but_not_the_menus() -> None:
    frame = frame_of(f"<div><ul>{MENU}</ul></div><div class='content'><article><h1>Cranes</h1>{BODY}</article></div>")

    assert [element.get("class") for element in frame.iter("body", "div")] == ["single", "content"]
    assert "pier 7" in frame.text_content()
    assert "A section of the site" not in frame.text_content()


def test_it_is_a_copy() -> None:
    tree = document_fromstring(f"<html><body><div><button>Share</button>{BODY}</div></body></html>")
    before = tree.text_content()

    story_frame(tree, blocks_of(tree))

    assert tree.text_content() == before


def test_a_story_in_two_boxes_keeps_both() -> None:
    frame = frame_of(f"<div><div>{BODY}</div><div>{BODY.replace('crane', 'ferry')}</div></div>")

    assert "The crane at pier 0" in frame.text_content()
    assert "The ferry at pier 0" in frame.text_content()


def test_the_short_lines_beside_a_long_one_are_in_it() -> None:
    frame = frame_of(f"<div><p>Two lorries collided.</p><p>{BODY[3:90]}</p></div>")

    assert "Two lorries collided." in frame.text_content()


def test_a_page_without_text_is_its_own_frame() -> None:
    assert frame_of("<p>Soon</p>").text_content() == "Soon"


def test_a_menu_that_was_never_closed_is_read_as_the_page() -> None:
    html = f"<body><nav><ul>{MENU}</ul><h1>Cranes of the port</h1><div>{BODY}</div>"

    article = extract_article(page(html), SOURCE)

    assert article.text.startswith("The crane at pier 0")
    assert len(article.text.split("\n")) == 8


def test_the_other_stories_beneath_a_short_one_are_not_its_end() -> None:
    others = "".join(
        f"<div><h3><a href='/{number}'>The ferry number {number} was repainted over the winter</a></h3>"
        "<p>Passengers liked it.</p></div>"
        for number in range(6)
    )
    html = f"<body><div class='story'><h1>Cranes of the port</h1>{BODY}</div><div>{others}</div>"

    article = extract_article(page(html), SOURCE)

    assert article.text.split("\n")[-1].startswith("The crane at pier 7")
