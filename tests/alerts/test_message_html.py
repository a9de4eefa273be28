"""A message as HTML: each text runs its own way, and nothing of an article becomes markup."""

import lxml.html
import pytest


def tree(message):
    return lxml.html.fragment_fromstring(message.html)


@pytest.mark.parametrize(
    ("language", "direction"),
    [("ar", "rtl"), ("ckb", "rtl"), ("sdh", "rtl"), ("fa", "rtl"), ("ur-PK", "rtl"), ("en", "ltr"), ("kmr", "ltr")],
)
def test_headline_and_sentence_run_as_their_language_does(told, language, direction) -> None:
    html = tree(told(language=language))

    headline, (sentence,) = html.find("h2"), html.xpath("p[contains(@style, 'border')]")
    for element in (headline, sentence):
        assert (element.get("lang"), element.get("dir")) == (language, direction)
    assert ("border-right" in sentence.get("style")) == (direction == "rtl")
    assert (html.get("lang"), html.get("dir")) == ("en", "ltr")


@pytest.mark.parametrize("language", [None, "ku", 'en" onclick="x'])
def test_a_text_whose_direction_is_not_known_tells_it_by_itself(told, language) -> None:
    html = tree(told(language=language))

    assert html.find("h2").get("dir") == "auto"
    assert "onclick" not in html.find("h2").attrib


def test_the_terms_are_marked_and_their_brackets_are_for_those_who_see_no_marks(told) -> None:
    html = tree(told(text="The convoy of US troops [sic] left."))
    (sentence,) = html.xpath("p[mark]")

    assert [mark.text for mark in sentence.findall("mark")] == ["convoy", "US troops"]
    assert sentence.text_content() == "The [convoy] of [US troops] (sic) left."
    for hidden in sentence.findall("span"):
        assert hidden.get("style") == "display:none;mso-hide:all"
        hidden.drop_tree()
    assert sentence.text_content() == "The convoy of US troops (sic) left."


def test_lines_that_begin_in_the_other_script_have_the_direction_marks_of_the_text(told) -> None:
    html = tree(told(title="ISIS تهاجم نقطة تفتيش", text="US قالت القوات الأمريكية.", language="ar"))

    assert html.find("h2").text == "\u200fISIS تهاجم نقطة تفتيش"
    assert html.xpath("p[mark]")[0].text_content() == "\u200fUS قالت [القوات الأمريكية]."


def test_what_looks_like_markup_is_text(told) -> None:
    hostile = '</h2><script>alert("1")</script><img src=x onerror=alert(1)>&lt;b&gt; \'"'
    message = told(title=hostile, text=f"A convoy {hostile}", name=hostile, url='https://news.example/"><script>')
    html = tree(message)

    assert {element.tag for element in html.iter()} <= {"div", "h2", "p", "b", "bdi", "mark", "span", "br", "a"}
    assert html.find("h2").text_content() == hostile
    assert [link.get("href") for link in html.iter("a")] == ["https://news.example/%22%3E%3Cscript%3E"] * 2
    for element in html.iter():
        assert set(element.keys()) <= {"lang", "dir", "style", "href"}


def test_foreign_names_in_a_latin_line_stand_apart(told) -> None:
    html = tree(told(name="وكالة المثال"))

    assert [name.text_content() for name in html.iter("bdi")] == ["\u2068وكالة المثال\u2069", "US withdrawal"]


def test_it_brings_no_style_sheet_picture_or_script_and_sets_no_background(told) -> None:
    message = told(text="The convoy left.")

    assert not {"style", "img", "script", "link"} & {element.tag for element in tree(message).iter()}
    assert all("background" not in element.get("style", "") for element in tree(message).iter("div", "p", "h2"))
