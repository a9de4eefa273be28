"""What a message says, in plain text."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apprise.conversion import convert_between

ENGLISH = """\
First convoy leaves the northern base
Example Wire · English
topics: US withdrawal

A [convoy] with the first forty [US troops] left the base before dawn.

published: 2026-03-14 15:00 Asia/Baghdad = 2026-03-14 12:00 UTC
first seen 4 min after publication
https://news.example/1

alert: desk
ref: a1b2"""

ARABIC = """\
أول قافلة تغادر القاعدة الشمالية
\u2068وكالة المثال\u2069 · Arabic
topics: US withdrawal

غادرت [القوات الأمريكية] القاعدة قبل الفجر، وبدأ [الانسحاب].

published: 2026-03-14 15:00 Asia/Baghdad = 2026-03-14 12:00 UTC
first seen 4 min after publication
https://news.example/1

alert: desk
ref: a1b2"""

SORANI = """\
یەکەم کاروان بنکەکەی باکوور بەجێدەهێڵێت
\u2068نموونە\u2069 · Kurdish (Sorani)
topics: US withdrawal

بەرەبەیان [هێزەکانی ئەمریکا] لە بنکەکە دەرچوون.

published: 2026-03-14 15:00 Asia/Baghdad = 2026-03-14 12:00 UTC
first seen 4 min after publication
https://news.example/1

alert: desk
ref: a1b2"""

KURMANJI = """\
Karwana yekem ji baregehê derket
Nimûne · Kurdish (Kurmanji)
topics: US withdrawal

Berî sibehê [hêzên Amerîkayê] ji baregehê derketin.

published: 2026-03-14 15:00 Asia/Baghdad = 2026-03-14 12:00 UTC
first seen 4 min after publication
https://news.example/1

alert: desk
ref: a1b2"""

FIRST_WORDS = "Officials met in the city hall on Saturday to speak about bread, water and"


def lines(message) -> list[str]:
    return message.text.split("\n")


@pytest.mark.parametrize(
    ("language", "name", "title", "text", "said"),
    [
        (
            "en",
            "Example Wire",
            "First convoy leaves the northern base",
            "Erbil.\nA convoy with the first forty US troops left the base before dawn. Nobody was hurt.",
            ENGLISH,
        ),
        (
            "ar",
            "وكالة المثال",
            "أول قافلة تغادر القاعدة الشمالية",
            "أربيل.\nغادرت القوات الأمريكية القاعدة قبل الفجر، وبدأ الانسحاب. ولم يصب أحد.",
            ARABIC,
        ),
        (
            "ckb",
            "نموونە",
            "یەکەم کاروان بنکەکەی باکوور بەجێدەهێڵێت",
            "هەولێر.\nبەرەبەیان هێزەکانی ئەمریکا لە بنکەکە دەرچوون. کەس بریندار نەبوو.",
            SORANI,
        ),
        (
            "kmr",
            "Nimûne",
            "Karwana yekem ji baregehê derket",
            "Hewlêr.\nBerî sibehê hêzên Amerîkayê ji baregehê derketin. Kes birîndar nebû.",
            KURMANJI,
        ),
    ],
)
def test_a_message_says_what_happened_where_when_and_why(told, language, name, title, *, text, said) -> None:
    message = told(language=language, name=name, title=title, text=text)

    assert message.text == said
    assert message.title == title


def test_the_examples_of_the_documentation_are_messages(archived, told) -> None:
    page = (Path(__file__).parents[2] / "docs/alerts.md").read_text(encoding="utf-8")
    english, arabic = re.findall(r"```text\n(.*?)\n```", page, re.DOTALL)[:2]
    rest = " ".join(f"word{number}" for number in range(60))
    text = f"A convoy with the first forty US troops left the base before dawn. {rest}"
    eleven = datetime(2026, 3, 14, 11, 50, tzinfo=UTC)
    archived(url="https://radio.example/1", source="radio-en", text=text, published=eleven, seen=eleven)

    names = {"radio-en": "Example Radio"}
    assert told(title="First convoy leaves the northern base", text=text, names=names).text == english
    message = told(
        language="ar", name="وكالة المثال", url="https://news.example/ar/1", title="أول قافلة تغادر القاعدة الشمالية",
        text="غادرت القوات الأمريكية القاعدة قبل الفجر، وبدأ الانسحاب. ولم يصب أحد.",
    )  # fmt: skip
    assert message.text == arabic


def test_an_earlier_copy_of_the_story_is_named(archived, told) -> None:
    text = " ".join(f"word{number}" for number in range(80))
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    archived(url="https://agency.example/7", source="agency", text=text, published=None, seen=noon)
    archived(
        url="https://radio.example/7", source="radio", text=text, published=noon - timedelta(hours=1),
        seen=noon + timedelta(minutes=1),
    )  # fmt: skip

    assert "also at: radio 2026-03-14 11:00 UTC, agency no date given" in lines(told(text=text))


def test_a_copy_is_told_by_the_name_of_its_source_and_one_without_time_by_its_day(archived, told) -> None:
    text = " ".join(f"word{number}" for number in range(80))
    eve = datetime(2026, 3, 13, 21, tzinfo=UTC)
    for source, zone in (("agency", "+03:00"), ("radio", None)):
        archived(
            url=f"https://{source}.example/7", source=source, text=text, published=eve, published_precision="day",
            published_zone=zone, seen=datetime(2026, 3, 14, 11, tzinfo=UTC),
        )  # fmt: skip
    message = told(text=text, names={"agency": "وكالة", "radio": "Example Radio"})

    assert "also at: \u2068وكالة\u2069 2026-03-14, Example Radio 2026-03-14" in lines(message)
    assert "Example Radio" in message.html


def test_an_edit_since_the_alert_was_raised_is_told_with_the_headline_of_then(archived, told) -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    archived(title="ISIS men attack", text="ISIS men came.", seen=noon)
    archived(title="هجوم داعش", text="ISIS men came again.", seen=noon + timedelta(minutes=5))
    message = told(title="Removed", text="It is gone.", born="2026-03-14T12:00:00Z", seen=noon + timedelta(hours=1))

    assert "edited since this alert was raised; its headline was: ISIS men attack" in lines(message)
    assert "edited since this alert was raised</b>; its headline was: <bdi>ISIS men attack</bdi>" in message.html
    later = told(title="Removed", text="It is gone.", born="2026-03-14T12:05:00Z", seen=noon + timedelta(hours=1))
    assert "edited since this alert was raised; its headline was: \u2068هجوم داعش\u2069" in lines(later)


def test_an_edit_of_the_text_alone_names_no_headline_and_one_before_the_alert_is_none(archived, told) -> None:
    noon = datetime(2026, 3, 14, 12, tzinfo=UTC)
    archived(text="ISIS men came.", seen=noon)
    text = {"text": "A convoy came.", "seen": noon + timedelta(hours=1)}

    assert "edited since this alert was raised" in lines(told(**text, born="2026-03-14T12:59:59Z"))
    assert "edited since" not in told(**text, born="2026-03-14T13:00:00Z").text
    assert "edited since" not in told(**text).text
    short = told(**text, born="2026-03-14T12:00:00Z", longest=110).text
    assert short.split("\n")[-3:] == ["edited since this alert was raised", "https://news.example/1", "ref: a1b2"]


def test_topics_that_were_lost_since_are_told_in_text_html_and_in_little_room(told) -> None:
    said = "since this alert was raised, the article has lost the topics that it asks for"
    message = told(text="A convoy came.", topics=(), untagged=True)

    assert said in lines(message) and f"<b>{said}</b>" in message.html
    assert said not in told(text="A convoy came.", topics=()).text
    short = told(text="A convoy came.", topics=(), untagged=True, longest=150).text
    assert short.split("\n")[-3:] == [said, "https://news.example/1", "ref: a1b2"]


def test_a_long_headline_of_then_is_cut(archived, told) -> None:
    archived(title="word " * 60, seen=datetime(2026, 3, 14, 12, tzinfo=UTC))
    message = told(title="Another", text="Another.", born="2026-03-14T12:00:00Z")
    (line,) = (line for line in lines(message) if line.startswith("edited"))

    assert line.endswith("word…")
    assert len(line) < 210


def test_a_later_copy_is_not(archived, told) -> None:
    text = " ".join(f"word{number}" for number in range(80))
    archived(url="https://radio.example/7", source="radio", text=text, seen=datetime(2026, 3, 14, 12, 30, tzinfo=UTC))

    assert "also at" not in told(text=text).text


def test_each_topic_has_its_sentence_best_topic_first_and_none_twice(told) -> None:
    text = "An ISIS cell fled. Two cells and ISIS men hid. A convoy left. ISIS watched the convoy of US troops."
    message = told(text=text, topics=["isis", "us_withdrawal"])

    assert "topics: US withdrawal, Islamic State" in lines(message)
    assert lines(message)[3:7] == [
        "",
        "[ISIS] watched the [convoy] of [US troops].",
        "",
        "An [ISIS] [cell] fled.",
    ]


def test_two_topics_of_one_sentence_share_it(told) -> None:
    message = told(text="It is quiet. The convoy passed ISIS men.", topics=["us_withdrawal", "isis"])

    assert message.text.count("The [convoy] passed [ISIS] men.") == 1
    assert "quiet" not in message.text


def test_what_the_title_says_is_shown_where_the_text_does_not_say_it(told) -> None:
    assert "[Convoy] leaves" in lines(told(title="Convoy leaves", text="Nothing is known yet."))
    assert "The [convoy] is gone." in lines(told(title="Convoy of US troops leaves", text="The convoy is gone."))


def test_an_alert_without_topics_shows_the_best_tag_or_the_beginning(told) -> None:
    tagged = told(text="It is quiet. ISIS men came. The convoy left.", topics=())
    untagged = told(url="https://news.example/2", title="Bread", text="Bread is dear.\nWater is not.", topics=())

    assert lines(tagged)[2:5] == ["topics: us_withdrawal, isis", "", "The [convoy] left."]
    assert lines(untagged)[1:4] == ["Example Wire · English", "", "Bread is dear. Water is not."]


def test_brackets_of_a_sentence_are_no_marks(told) -> None:
    assert "The [convoy] (sic) left ((all) of it)." in lines(told(text="The convoy [sic] left ([all] of it)."))


def test_a_mark_may_end_the_sentence(told) -> None:
    assert "Nobody saw the [convoy]" in lines(told(text="Nobody saw the convoy"))


def test_an_article_without_title_is_called_by_its_first_words(told) -> None:
    message = told(title=None, text=f"{FIRST_WORDS} schools. A convoy left.")

    assert message.title == lines(message)[0] == f"{FIRST_WORDS} schools. A…"
    assert told(url="https://news.example/2", title=None, headline="The h1 of the page").title == "The h1 of the page"
    assert told(url="https://news.example/3", title=None, text="").title == "(no headline)"


def test_a_long_headline_is_cut_between_words(told) -> None:
    message = told(title="word " * 2_000)

    assert message.title == "word " * 28 + "word…"
    assert len(lines(message)[0]) <= 220


def test_a_test_says_so_first(told) -> None:
    message = told(title="أول قافلة", language="ar", test=True)

    assert message.title == "[test] \u2068أول قافلة\u2069"
    assert lines(message)[:2] == ["أول قافلة", "This is a test: nothing new has happened."]
    assert "This is a test" in message.html


def test_a_hostile_headline_steers_nothing(told) -> None:
    message = told(title="\x1b[31mRed\r\nBcc: all@example.org\u202e \u2067gnp\u2028<script>alert(1)</script>\x00")

    assert message.title == "[31mRed Bcc: all@example.org gnp<script>alert(1)</script>"
    assert lines(message)[0] == message.title
    assert "<script" not in message.html


def test_a_line_that_begins_in_the_other_script_still_runs_its_own_way(told) -> None:
    message = told(title="ISIS تهاجم نقطة تفتيش", text="US قالت القوات الأمريكية.", language="ar")

    assert lines(message)[0] == "\u200fISIS تهاجم نقطة تفتيش"
    assert "\u200fUS قالت [القوات الأمريكية]." in lines(message)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://news.example/" + "a" * 1_979, "https://news.example/" + "a" * 1_979),
        ("https://news.example/" + "a" * 1_980, "(the address is left out, it has 2001 characters)"),
        ("https://news.example/خبر", "https://news.example/%D8%AE%D8%A8%D8%B1"),
        ("https://news.example/a%20b?c=ü#d", "https://news.example/a%20b?c=%C3%BC#d"),
        ("javascript:alert(1)", "(no web address: javascript:alert(1))"),
        ("http://[broken", "(no web address: http://[broken)"),
    ],
)
def test_a_link_is_whole_and_in_ascii_or_left_out(told, url, shown) -> None:
    message = told(text="The convoy left.", url=url)

    assert shown in lines(message)
    assert "The [convoy] left." in lines(message)
    assert ("href" in message.html) == shown.startswith("https")


def test_many_pieces_of_evidence_do_not_make_a_long_message(told) -> None:
    message = told(text="word " * 300 + "convoy and the " * 200 + "end.", topics=["us_withdrawal"])
    (sentence,) = (line for line in lines(message) if "[" in line)

    assert len(sentence) <= 400
    assert sentence.startswith("… ") and sentence.endswith(" …")
    assert sentence.count("[convoy]") >= 5


def test_the_html_becomes_the_same_lines_when_a_library_makes_text_of_it(told) -> None:
    message = told(text="The convoy left.", language="en", seen=datetime(2026, 3, 14, 12, 0, 30, tzinfo=UTC))
    text = convert_between("html", "text", message.html)

    made = [line for line in text.split("\n") if line.strip()]
    written = [line for line in lines(message) if line]
    assert [line for line in made if line != "Read it at news.example"] == written
    assert made[-1] == "ref: a1b2"


def test_a_day_without_time_and_no_date_are_said_so(told) -> None:
    day = told(published=datetime(2026, 3, 13, 21, tzinfo=UTC), published_precision="day", zone=UTC)
    none = told(url="https://news.example/2", published=None, published_precision=None, zone=UTC)

    assert "published: 2026-03-14, no time given" in lines(day)
    assert "first seen 2026-03-14 12:04 UTC, on the day of publication" in lines(day)
    assert "published: no date given" in lines(none)
    assert "first seen 2026-03-14 12:04 UTC" in lines(none)


def test_the_languages_that_are_not_known_are_told_by_their_tag_or_not_at_all(told) -> None:
    assert lines(told(language="sw"))[1] == "Example Wire · sw"
    another = {"url": "https://news.example/2", "title": "Another"}
    assert lines(told(**another, language=None))[1] == "Example Wire · language unknown"
    assert lines(told(url="https://news.example/3", language="x\n<b>"))[1] == "Example Wire · language unknown"


def test_many_copies_and_topics_keep_the_line_short(archived, told) -> None:
    text = " ".join(f"word{number}" for number in range(80))
    for number in range(5):
        seen = datetime(2026, 3, 14, 10, number, tzinfo=UTC)
        archived(url=f"https://s{number}.example/", source=f"s{number}", text=text, seen=seen, published=seen)
    (also,) = (line for line in lines(told(text=text)) if line.startswith("also at"))

    assert also == "also at: s0 2026-03-14 10:00 UTC, s1 2026-03-14 10:01 UTC, s2 2026-03-14 10:02 UTC"


def test_a_clock_that_runs_ahead_is_told(told) -> None:
    message = told(published=datetime(2026, 3, 14, 12, 4, 20, tzinfo=UTC) + timedelta(minutes=75))

    assert "first seen 1 h 15 min before the time that the page gives for its publication" in lines(message)


SAID = "The convoy of US troops left the base."
WHOLE = f"""\
First convoy leaves
Example Wire · English
topics: US withdrawal

{SAID.replace("convoy", "[convoy]").replace("US troops", "[US troops]")}

published: 2026-03-14 15:00 Asia/Baghdad = 2026-03-14 12:00 UTC
first seen 4 min after publication
https://news.example/1

alert: desk
ref: a1b2"""


@pytest.mark.parametrize(
    ("longest", "said"),
    [
        (len(WHOLE), WHOLE),
        (
            len(WHOLE) - 1,
            "First convoy leaves\nThe [convoy] of [US troops] left the base.\nhttps://news.example/1\nref: a1b2",
        ),
        (60, "First convoy leaves\nhttps://news.example/1\nref: a1b2"),
        (10, "First convoy leaves\nhttps://news.example/1\nref: a1b2"),
    ],
)
def test_where_a_channel_has_less_room_less_is_said(told, longest, said) -> None:
    assert told(title="First convoy leaves", text=SAID, longest=longest).text == said


def test_a_short_message_cuts_headline_and_sentence_and_marks_what_made_it(told) -> None:
    text = "word " * 60 + "and then the convoy left, " + "word " * 60 + "end."
    message = told(title="headline " * 20, text=text, longest=330, test=True)
    headline, sentence, link, ref = lines(message)

    assert headline == "[test] " + "headline " * 19 + "headline"
    assert re.fullmatch(r"… .* \[convoy\] .* …", sentence)
    assert (link, ref) == ("https://news.example/1", "ref: a1b2")
    assert len(message.text) <= 330


def test_a_short_arabic_message_runs_its_way(told) -> None:
    text = told(title="ISIS تهاجم نقطة تفتيش", text="غادرت القوات الأمريكية القاعدة.", language="ar", longest=120).text
    assert text.split("\n")[:2] == ["\u200fISIS تهاجم نقطة تفتيش", "غادرت [القوات الأمريكية] القاعدة."]
