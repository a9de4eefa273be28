"""A chat shows what an article says, and takes nothing in it for markup, a link or a mention. Over real HTTP."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from chat_server import SERVICES, ChatServer
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from alerts.channels import open_channel
from alerts.chat import JOINER, chat_link, chat_message, chat_safe
from alerts.messages.message import Message
from alerts.messages.message_text import LONGEST_TEXT
from archive.plain import plain
from crawler.newsroom.sink import WebhookSink

LINK = "https://news.example/a/b_c?d=1&e=%D8%AE"
HOSTILE = (
    "Use of <b>force: ISIS attack",
    '<a href="https://evil.example/login">https://news.example</a> ISIS',
    "ISIS(https://evil.example/login) and [ISIS](https://evil.example) [ISIS]: https://evil.example",
    "<title>ISIS</title> hits <script>", "ISIS <!-- hidden", "<pre>ISIS", "if 3<5 && ISIS > 2 </b>",
    "ISIS &lt;b&gt; &amp;amp;", "<https://evil.example|https://news.example> ISIS", "<!channel> <!here|x> <@U123> ISIS",
    "@everyone @here @channel @room <@&99> <@123456> ISIS", "**ISIS** _of_ __it__ ~~x~~ ||hidden|| `code`",
    "```ISIS", "# ISIS", "> ISIS", "- ISIS", "1. ISIS", "=====", ":skull: ISIS", "داعش **@channel** [داعش](https://evil.example)",
    "ئەنداری <b>داعش</b> @here", "ISIS \\[x](https://evil.example) \\", "/ban ISIS", "#ISIS", "$$ISIS$$",
)  # fmt: skip
TARGETS = [name for name in SERVICES if name != "SMS"]  # which shows no markup, and has no room for all of it


def as_read(text: str) -> str:
    """*text* as a person reads it who sees neither word joiners nor backslashes, and no difference in likenesses."""
    text = text.replace(JOINER, "").replace("\r", "").replace("\\", "")
    return text.translate(str.maketrans("∗ˋ∼ˍ", "*`~_"))


@pytest.mark.parametrize("service", TARGETS)
@pytest.mark.parametrize("words", HOSTILE)
def test_whatever_an_article_says_link_and_ref_survive_and_nothing_of_it_is_markup(
    told: Callable[..., Message], service: str, words: str
) -> None:
    message = told(title=words, text=f"{words}.", url=LINK, topics=["isis"], language=None)
    with ChatServer() as server:
        server.channel(service).send(message)
        [text] = server.texts(service)

    lines = text.replace("\r", "").split("\n")
    assert lines[-1] == "ref: a1b2"
    assert [unescape(line) for line in lines].count(LINK) == 1
    for line in lines[:-1]:
        if unescape(line) != LINK:
            assert chat_safe(unescape(line)) == unescape(line), "it holds what could be markup"
    assert as_read(text).count("\n\n") >= 3, "blank lines survive"
    assert as_read(unescape(lines[0])) == as_read(message.title)


@pytest.mark.parametrize("service", ["Telegram", "Google Chat"])
def test_a_service_that_reads_html_gets_it_escaped(told: Callable[..., Message], service: str) -> None:
    with ChatServer() as server:
        server.channel(service).send(told(title="<b>bold</b> & <a href='x'>", text="The <i>convoy</i>.", url=LINK))
        [text] = server.texts(service)

    assert not re.search(r"<\w|</\w|&(?!amp;|lt;|gt;)", text)


@pytest.mark.parametrize("service", TARGETS)
def test_the_headline_is_told_once(told: Callable[..., Message], service: str) -> None:
    with ChatServer() as server:
        server.channel(service).send(told(title="First convoy leaves the base", text="It left. The convoy is gone."))
        [text] = server.texts(service)

    assert text.count("First convoy leaves the base") == 1
    assert text.startswith("First convoy leaves the base")


def test_a_headline_that_is_longer_than_a_title_is_told_whole(told: Callable[..., Message]) -> None:
    headline = "First convoy leaves the base " * 7
    for service in ("Slack", "ntfy"):
        with ChatServer() as server:
            server.channel(service).send(told(title=headline, text="The convoy is gone."))
            assert headline.strip() in server.texts(service)[0]


@pytest.mark.parametrize("service", ["Discord", "Pushover", "Rocket.Chat", "SMS"])
def test_a_message_is_written_for_the_room_that_a_channel_has(told: Callable[..., Message], service: str) -> None:
    text = " ".join(f"ISIS and the convoy passed by village {number} in the night." for number in range(60))
    with ChatServer() as server:
        channel = server.channel(service)
        message = told(title="Convoy " * 12, text=text, topics=["us_withdrawal", "isis"], longest=channel.longest)
        channel.send(message)
        [got] = server.texts(service)

    assert "Convoy Convoy" in got
    assert "https://news.example/1\n" in got
    assert got.endswith("ref: a1b2")


def test_what_is_too_long_all_the_same_is_sent_in_several_and_nothing_is_lost(told: Callable[..., Message]) -> None:
    url = "https://news.example/" + "a" * 400
    with ChatServer() as server:
        channel = server.channel("SMS")
        channel.send(told(title="A convoy", url=url, longest=channel.longest))
        got = server.texts("SMS")

    assert len(got) > 1
    assert all(len(one) <= 160 for one in got)
    assert "".join(got).replace("\n", "") == f"A convoy{url}ref: a1b2"


def test_a_webhook_gets_the_text_untouched_and_as_long_as_mail() -> None:
    text = f"**@everyone** [x](https://evil.example)\n\n{LINK}\n\nref: a1"
    with WebhookSink() as hook:
        channel = open_channel("to", hook.url, {})
        channel.send(Message(title="@here", text=text, html="", links=(LINK,)))
        [got] = hook.received

    assert (got.title, got.message) == ("@here", text)
    assert channel.longest == LONGEST_TEXT


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("[ISIS](https://evil.example)", "[ISIS]^(https:^//evil.^example)"),
        ("@everyone, write to desk@example.org at 5 @ noon", "@^everyone, write to desk@^example.^org at 5 @ noon"),
        ("<!channel> <@&1> 3 < 5", "<^!channel> <^@^&1> 3 < 5"),
        ("U.S. troops, 2.5 km, the end. Then at 15:00", "U.S. troops, 2.5 km, the end. Then at 15:00"),
        ("www.evil.example خبر.كوم", "www.^evil.^example خبر.^كوم"),
        ("*a* _b_ __c__ `d` ~e~ us_withdrawal الحشد_الشعبي", "∗a∗ ˍbˍ ˍˍcˍˍ ˋdˋ ∼e∼ us_withdrawal الحشدˍالشعبي"),
        ("a||b||c | d $$e$$", "a|^|b|^|c | d $^$e$^$"),
        (":skull: at 12:30:45", ":^skull: at 12:30:45"),
        ("&lt; AT&T &#60;", "&^lt; AT&T &^#^60;"),
        ("# a\n> b\n- c\n1. d\n/e f /g 1/2 #h", "^# a\n^> b\n^- c\n^1. d\n/^e f /^g 1/2 #^h"),
    ],
)
def test_what_could_be_markup_is_broken_and_nothing_else(text: str, safe: str) -> None:
    assert chat_safe(text).replace(JOINER, "^") == safe


def test_link_and_ref_of_a_message_stay_untouched() -> None:
    link = "https://news.example/@desk/**a**"
    assert chat_message(f"@a\n{link}\nref: a*b", link) == f"@{JOINER}a\n{link}\nref: a*b"
    assert chat_link("https://news.example/a_b/_c_/*d*~e") == "https://news.example/a_b/%5Fc%5F/%2Ad%2A%7Ee"


MARKS = st.sampled_from(
    ["*", "**", "_", "__", "`", "```", "~", "[", "]", "](", "(", ")", "<", ">", "!", "#", "# ", "- ", "+ ", "1. ", "=",
     "---", "|", ":", "://", "&amp;", "\\", "\"", "https", "a.b", "x", "خبر", " ", "\n"]
)  # fmt: skip


@given(st.lists(MARKS, max_size=30).map("".join))
def test_no_line_is_markup_to_a_reader_of_markdown(text: str) -> None:
    lines = [plain(line) for line in text.split("\n")]
    shown = MarkdownIt("commonmark").parse(chat_safe("\n".join(lines)))

    assert {token.type for token in shown} <= {"paragraph_open", "paragraph_close", "inline"}
    inside = {child.type for token in shown for child in token.children or ()}
    assert inside <= {"text", "softbreak", "hardbreak", "text_special"}
