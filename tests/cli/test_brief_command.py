"""`khabar brief`, as a person or a script calls it: in three forms, of news in four languages."""

import re
import subprocess
import tomllib
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lxml.html
import pytest
from markdown_it import MarkdownIt

from archive.article import Article
from archive.database import open_archive, transaction
from archive.likeness import signature
from archive.storing import Arrival, save
from topics.compiling import compile_packs
from topics.fold import fold
from topics.matching import match

PACK = """
[lists.cells]
en = ["ISIS"]
ar = ["داعش"]
ckb = ["داعش"]
kmr = ["DAIŞ*"]
[topic.cells]
name = "الخلايا"
[[topic.cells.rule]]
any = ["cells"]
"""
NEWS = (
    (
        "en",
        "Army finds an ISIS cache",
        "Soldiers found a cache of ISIS in a valley. A "
        "tunnel was destroyed beside it, and the hills were searched until the evening by two companies of the army.",
    ),
    ("ar", "مقتل ثلاثة في الوادي", "قتل ثلاثة من داعش بضربة جوية. وقال مسؤول إن العملية انتهت."),
    ("ckb", "سێ چەکدار کوژران", "سێ چەکداری داعش لە گەرمیان کوژران. بەرپرسێک ئەمەی گوت."),
    ("kmr", "Şaneyek hat girtin", "Şaneyeke DAIŞ'ê li çiya hat girtin. Berpirsekî ev got."),
    ("en", "<b>Wheat</b> [eases](http://e.example)", "Wheat prices eased on Saturday in the markets of the south."),
)
SOURCES = """
[[source]]
id = "wire"
name = "Example Wire"
feeds = ["https://wire.example/feed"]
[[source]]
id = "sidra"
name = "سدرة برس"
enabled = false
feeds = ["https://sidra.example/feed"]
"""


@pytest.fixture
def kept(desk):
    """A desk with news of this hour in four languages, a copy, and one story without a topic."""
    (desk.root / "seeds/topics/cells.toml").write_text(PACK, encoding="utf-8")
    desk.write_sources(SOURCES)
    packs = compile_packs([("cells.toml", tomllib.loads(PACK))])
    now = datetime.now(UTC)
    with closing(open_archive(desk.root / "archive.db")) as db:
        for number, (language, title, text) in enumerate([*NEWS, NEWS[0]]):
            article = Article(
                url=f"https://wire.example/{number}", source="sidra" if number == len(NEWS) else "wire", title=title,
                text=text, language=language, published=now - timedelta(minutes=60 - number),
                published_precision="minute",
            )  # fmt: skip
            tags = match(packs, title=title, text=text, language=language)
            sign = signature(fold(text))
            with transaction(db):
                save(db, Arrival(article=article, tags=tags, signature=sign, seen=now - timedelta(minutes=30)))
    return desk


def test_a_text_tells_by_topic_and_story_what_happened(kept) -> None:
    done = kept.khabar("brief")
    lines = done.stdout.splitlines()

    assert (done.returncode, done.stderr) == (0, "")
    assert lines[0] == "Test desk: brief"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d to \d{4}-\d\d-\d\d \d\d:\d\d Asia/Baghdad", lines[1])
    assert "5 stories in 6 articles of 2 sources" in lines
    assert "1 story has no topic that this desk tracks" in lines
    assert "■ \u2068الخلايا\u2069 · 4 stories" in lines
    for _, title, _ in NEWS[:4]:
        assert title in lines
    for sentence in (
        "Soldiers found a cache of [ISIS] in a valley.", "قتل ثلاثة من [داعش] بضربة جوية.",
        "سێ چەکداری [داعش] لە گەرمیان کوژران.", "Şaneyeke [DAIŞ'ê] li çiya hat girtin.",
    ):  # fmt: skip
        assert sentence in lines
    assert "1 copy: \u2068سدرة برس\u2069 +5 min" in lines
    assert not [line for line in lines if "Wheat" in line]
    assert "\x1b" not in done.stdout


def test_html_is_a_whole_document_that_asks_nothing_of_the_network(kept) -> None:
    done = kept.khabar("brief", "--format", "html")
    html = lxml.html.document_fromstring(done.stdout)

    assert done.stdout.startswith("<!doctype html>")
    assert html.find("head/meta").get("charset") == "utf-8"
    policy = html.xpath("string(//meta[@http-equiv]/@content)")
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert html.xpath("//meta[@name='viewport']")
    assert not html.xpath("//script | //link | //img | //iframe | //@onclick | //*[@src]")
    assert len(html.xpath("//style")) == 1
    titles = {title.text_content(): (title.get("lang"), title.get("dir")) for title in html.iter("h3")}
    assert titles == {
        NEWS[0][1]: ("en", "ltr"), NEWS[1][1]: ("ar", "rtl"), NEWS[2][1]: ("ckb", "rtl"), NEWS[3][1]: ("kmr", "ltr"),
    }  # fmt: skip
    assert [mark.text for mark in html.iter("mark")] == ["DAIŞ'ê", "داعش", "داعش", "ISIS"]
    chart = html.find(".//svg")
    assert chart.get("role") == "img"
    named = chart.get("aria-labelledby").split()
    assert [html.get_element_by_id(name).tag for name in named] == ["title", "desc"]
    assert "6 articles from" in html.get_element_by_id(named[1]).text
    assert len(html.xpath("//@id")) == len(set(html.xpath("//@id")))


def test_markdown_shows_what_the_pages_say_and_only_our_markup(kept) -> None:
    done = kept.khabar("brief", "Wheat OR ISIS", "--format", "md")
    html = lxml.html.fragment_fromstring(MarkdownIt("commonmark").render(done.stdout), create_parent="div")

    assert [title.text_content() for title in html.iter("h2")] == ["الخلايا (1 story)"]
    assert [link.get("href") for link in html.iter("a")] == ["https://wire.example/0"]
    assert [mark.text for mark in html.xpath("//blockquote//strong")] == ["ISIS"]
    assert "search: Wheat OR ISIS" in html.text_content()


def test_a_headline_cannot_become_markup_in_any_form(kept) -> None:
    (kept.root / "seeds/topics/wheat.toml").write_text(
        '[topic.wheat]\nname = "Wheat"\n[[topic.wheat.rule]]\nany = ["wheat"]\n[lists.wheat]\nen = ["wheat"]\n',
        encoding="utf-8",
    )
    assert kept.khabar("topics", "retag").returncode == 0
    whole = {form: kept.khabar("brief", "--topic", "wheat", "--format", form).stdout for form in ("md", "html", "text")}

    assert "<b>Wheat</b> [eases](http://e.example)" in whole["text"].splitlines()
    shown = lxml.html.fragment_fromstring(MarkdownIt("commonmark").render(whole["md"]), create_parent="div")
    assert shown.find(".//h3").text_content() == NEWS[4][1]
    assert [link.get("href") for link in shown.iter("a")] == ["https://wire.example/4"]
    page = lxml.html.document_fromstring(whole["html"])
    assert page.find(".//h3").text_content() == NEWS[4][1]
    assert not list(page.iter("b"))


def test_the_options_narrow_it_and_are_told(kept) -> None:
    done = kept.khabar("brief", "--language", "ku", "--source", "wire", "--since", "3h")
    lines = done.stdout.splitlines()

    assert "2 stories in 2 articles of 1 source" in lines
    assert {"sources: wire", "languages: ku"} <= set(lines)
    assert NEWS[0][1] not in lines


def test_enabled_sources_that_were_not_heard_from_are_named_with_the_cause(kept) -> None:
    assert "Not heard from" not in kept.khabar("brief").stdout
    with closing(open_archive(kept.root / "archive.db")) as db, transaction(db):
        db.execute(
            "INSERT INTO feeds (url, source, health, cause, failures, failing_since) VALUES "
            "('https://wire.example/feed', 'wire', 'dead', 'status 404', 9, '2026-01-01T00:00:00Z')"
        )
    for form in ("md", "html", "text"):
        told = kept.khabar("brief", "--format", form).stdout
        assert "Not heard from" in told
        assert "404" in told.partition("Not heard from")[2]


def test_it_is_written_into_a_file_and_a_pipe_may_close(kept, tmp_path: Path) -> None:
    done = kept.khabar("brief", "--format", "html", "--output", str(tmp_path / "b.html"))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / "b.html").read_text(encoding="utf-8").startswith("<!doctype html>")

    command = " ".join(f"'{word}'" for word in kept.command("brief"))
    piped = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{command} | head -1"], env=kept.environment, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=100,
    )  # fmt: skip
    assert (piped.returncode, piped.stdout, piped.stderr) == (0, "Test desk: brief\n", "")


def test_nothing_happened_is_told_as_well(kept) -> None:
    for form in ("md", "html", "text"):
        done = kept.khabar("brief", "--since", "2001-01-01", "--until", "2001-01-02", "--format", form)
        assert (done.returncode, "Nothing happened." in done.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--topic", "cels"], 'knows \'cels\'; did you mean "cells"?'),
        (["--since", "then"], "must be a span"),
        (["--since", "2001-01-02", "--until", "2001-01-01"], "would end before it begins"),
        (["--since", "0900"], "2,000"),
        (["--format", "pdf"], "'pdf' is not one of"),
        (["--output", "/no/such/folder/b.html"], "No such file or directory: /no/such/folder/b.html"),
        (["lang:"], "lang:"),
    ],
    ids=["topic", "since", "backwards", "too long", "form", "output", "query"],
)  # fmt: skip
def test_what_cannot_be_meant_is_told_in_one_line(kept, words, said) -> None:
    done = kept.khabar("brief", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_template_of_the_desk_extends_the_one_that_comes_with_khabar(kept) -> None:
    folder = kept.root / "templates"
    folder.mkdir()
    (folder / "brief.html").write_text(
        '{% extends "khabar/brief.html" %}{% block foot %}<footer>{{ desk }}, confidential</footer>{% endblock %}'
    )
    (folder / "brief.txt").write_text("{% for s in report.sections %}{{ s.name }}: {{ s.stories }}\n{% endfor %}")

    page = lxml.html.document_fromstring(kept.khabar("brief", "--format", "html").stdout)
    assert page.find(".//footer").text == "Test desk, confidential"
    assert len(list(page.iter("h3"))) == 4
    assert kept.khabar("brief").stdout == "الخلايا: 4\n"


def test_a_template_that_fails_is_told_in_one_line(kept) -> None:
    (kept.root / "templates").mkdir()
    path = kept.root / "templates/brief.txt"
    path.write_text("\n{{ headlime }}")
    done = kept.khabar("brief")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"khabar: {path}, line 2: 'headlime' is undefined\n"

    path.write_text("\n{{ headline ")
    done = kept.khabar("alerts", "deliver")
    assert done.returncode == 2
    assert done.stderr.startswith(f"khabar: {path}: line 2: ")


def test_an_alert_s_template_is_among_those_of_the_desk(kept) -> None:
    (kept.root / "templates").mkdir()
    (kept.root / "templates/ours.txt").write_text("{{ headline }}")
    (kept.root / "alerts/a.toml").write_text('[[alert]]\nid = "a"\nto = ["json://127.0.0.1:9/"]\ntemplate = "our"\n')
    done = kept.khabar("alerts", "deliver")

    assert done.returncode == 2
    assert "alert[0].template = 'our'" in done.stderr or 'alert[0].template = "our"' in done.stderr
    assert 'did you mean "ours"?' in done.stderr
