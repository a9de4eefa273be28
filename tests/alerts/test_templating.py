"""A desk's own templates: what they are given, what they replace, and that no alert is lost for one."""

import logging
from functools import partial

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom_day import BAGHDAD, BEGIN, END

from alerts.definitions import Alert
from alerts.messages.message import Message
from alerts.messages.report import Report
from alerts.messages.report_message import report_message
from alerts.messages.templated import templated
from alerts.messages.templating import TemplateFailed, Templates
from seeds.definitions import DefinitionError

TEXT = "{{ headline }}\n{% for one in sentences %}\n{{ one|sentence(direction) }}\n{% endfor %}\n{{ link }}\n"
HTML = "<h1>{{ headline }}</h1>{% for one in sentences %}<p>{{ one|sentence_html }}</p>{% endfor %}"
ALERT = Alert(id="desk", template="ours", to=("env:A",))
WHOLE = 3_500


@pytest.fixture
def folder(tmp_path):
    """The folder of a desk's templates."""
    (tmp_path / "templates").mkdir()
    return tmp_path / "templates"


@pytest.fixture
def written(folder, told):
    """The message of an article by the templates of these contents: `written(txt=…, html=…, longest=…, title=…)`."""

    def write(*, longest: int = WHOLE, txt: str | None = None, html: str | None = None, **fields: object) -> Message:
        for ending, contents in (("txt", txt), ("html", html)):
            if contents is not None:
                (folder / f"ours.{ending}").write_text(contents, encoding="utf-8")
        by_template = partial(templated, templates=Templates(folder), alert=ALERT, ref="a1b2", longest=longest)
        return told(longest=longest, write=by_template, **fields)

    return write


@pytest.mark.parametrize(
    ("language", "title", "text", "sentence"),
    [
        ("en", "The base", "The convoy left.", "The [convoy] left."),
        ("ar", "القاعدة", "غادرت القوات الأمريكية.", "غادرت [القوات الأمريكية]."),
        ("ckb", "بنکەکە", "هێزەکانی ئەمریکا ڕۆیشتن.", "[هێزەکانی ئەمریکا] ڕۆیشتن."),
        ("kmr", "Baregeh", "DAIŞ û hêzên Amerîkayê.", "DAIŞ û [hêzên Amerîkayê]."),
    ],
)
def test_a_template_writes_the_text_in_place_of_the_built_in(written, language, title, text, sentence) -> None:
    message = written(txt=TEXT, language=language, title=title, text=text)

    assert message.text == f"{title}\n{sentence}\nhttps://news.example/1\n\nalert: desk\nref: a1b2"
    assert message.links == ("https://news.example/1",)
    assert 'lang="en"' in message.html  # the built-in one, since there is no template for it


def test_a_template_writes_the_html_and_what_comes_from_a_page_is_escaped_in_it(written) -> None:
    message = written(html=HTML, title="<script>x</script>", text="A convoy <b>left</b>.")
    html = lxml.html.fragment_fromstring(message.html)

    assert html.find("h1").text == "<script>x</script>"
    assert html.find("p").text_content() == "A convoy <b>left</b>."
    assert [mark.text for mark in html.iter("mark")] == ["convoy"]
    assert html[-1].text_content() == "alert: deskref: a1b2"
    assert message.text.startswith("<script>x</script>\nExample Wire · English")


@pytest.mark.parametrize(
    "template",
    ["{{ nothing_of_that_name }}", "{% for i in range(10**9) %}x{% endfor %}", "{% include 'ours.txt' %}",
     "{{ 1 / 0 }}", "{{ 'x' * 10**9 }}", "{% extends 'none.txt' %}", "  \n"],
    ids=["unknown", "endless", "itself", "division", "huge", "missing", "empty"],
)  # fmt: skip
def test_where_a_template_fails_the_built_in_text_is_told_and_the_log_says_why(written, caplog, template) -> None:
    with caplog.at_level(logging.ERROR):
        message = written(txt=template, html=HTML)

    assert message.text.startswith("A title\nExample Wire · English")
    assert message.text.endswith("alert: desk\nref: a1b2")
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("alert desk: its template failed, so the message a1b2 is told without it: ")


def test_the_text_is_cut_to_the_channel_at_a_line_or_a_sentence(written) -> None:
    lines = "First line.\nSecond line has a sentence. And another [one] here. And {{ 'x' }}" + "so " * 90 + "on."
    whole = written(txt=lines)
    cut = written(txt=lines, longest=100)

    assert whole.text.count("so ") == 90
    assert cut.text == ("First line.\nSecond line has a sentence. And another [one] here.\n\nalert: desk\nref: a1b2")
    assert "Second" not in written(txt="First.\n" + "Second " * 99, longest=100).text
    assert written(txt="First " * 99, longest=100).text.startswith("First First")


@given(
    lines=st.lists(st.text(st.sampled_from("ab .[]!؟ه😀"), max_size=60), min_size=1, max_size=8),
    longest=st.integers(60, 200),
)
def test_whatever_a_template_writes_is_as_long_as_the_channel_takes_and_ends_with_the_ref(lines, longest) -> None:
    class Said:
        own = ("ours.txt",)

        def render(self, name: str, context: object) -> str:
            return "\n".join(lines)

    message = templated(
        Message(title="t", text="built in\n\nalert: desk\nref: a1b2", html=""), {}, templates=Said(), alert=ALERT,
        ref="a1b2", longest=longest,
    )  # fmt: skip

    assert message.text.endswith("\n\nalert: desk\nref: a1b2")
    assert len(message.text.encode("utf-16-le")) // 2 <= longest


def test_a_digest_is_written_by_its_template_too(folder) -> None:
    (folder / "ours.txt").write_text("{{ kind }} {{ title }} {{ report.stories }} {{ intro|join(', ') }}")
    by_template = partial(templated, templates=Templates(folder), alert=ALERT, ref="a1b2", longest=WHOLE)
    report = Report(begin=BEGIN, end=END, zone=BAGHDAD, sections=(), stories=0)
    message = report_message(report, alert="desk", ref="a1b2", title="None", intro=("a", "b"), write=by_template)

    assert message.text == "digest None 0 a, b\n\nalert: desk\nref: a1b2"


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ("{% for x in y %}\n\n{{ x }", "line 3: unexpected '}'"),
        ("\n{{ x|upcase }}", "line 2: No filter named 'upcase'."),
        ("{% extends 'khabar/breif.html' %}", 'which there is not; did you mean "khabar/brief.html"'),
        (b"\xff\xfe", "is not UTF-8"),
        ("x" * 200_001, "has more than 200,000 bytes"),
        ("{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}", "is nested too deeply"),
    ],
    ids=["syntax", "filter", "missing", "letters", "size", "depth"],
)  # fmt: skip
def test_a_template_that_cannot_be_rendered_is_one_line_with_its_place(folder, contents, said) -> None:
    path = folder / "ours.html"
    path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    with pytest.raises(DefinitionError) as caught:
        Templates(folder).check()

    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_other_files_of_the_folder_are_nobody_s_templates(folder) -> None:
    (folder / "notes.toml").write_text("{{ x")
    (folder / "folder.txt").mkdir()
    (folder / "good.md").write_text("{% extends 'khabar/brief.md' %}")

    Templates(folder).check()
    assert Templates(folder).own == {"good.md"}


def test_a_failure_names_the_file_and_the_line(folder) -> None:
    (folder / "ours.txt").write_text("one\ntwo {{ 1 / x }}\n")

    with pytest.raises(TemplateFailed) as caught:
        Templates(folder).render("ours.txt", {"x": 0})
    assert str(caught.value) == f"{folder / 'ours.txt'}, line 2: ZeroDivisionError: division by zero"
