"""An alert as HTML: a fragment that stands by itself, for mail.

Its styles are inline, for mail programs keep no others. It sets no background and no colour of running text, so that a
reader's dark mode holds. Turned into text it still reads line by line, and ends with the ref.
"""

from html import escape
from urllib.parse import urlsplit

from alerts.contents import Contents
from alerts.excerpt import Excerpt, fitted, shortened

_BOX = "max-width:36em;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_HEADLINE = "margin:0 0 6px;font-size:21px;line-height:1.35;font-weight:700"
_ABOUT = "margin:0 0 4px;font-size:14px"
_SENTENCE = "margin:14px 0;padding-{side}:12px;border-{side}:4px solid #d97706;font-size:17px;line-height:1.55"
_MARK = "background:#fde68a;color:#1c1917;padding:0 3px;border-radius:3px;line-height:1"
_FACTS = "margin:14px 0;font-size:14px"
_OPEN = "display:inline-block;padding:9px 16px;border-radius:6px;background:#b45309;color:#ffffff;text-decoration:none"
_END = "margin:16px 0 0;font-size:12px;line-height:1.6;color:#78716c"
_ADDRESS = "color:#78716c;overflow-wrap:anywhere;word-break:break-word"
_LONGEST_HOST = 60


def html_of(contents: Contents) -> str:
    """The message, everything in it escaped."""
    return "\n".join(
        (
            f'<div lang="en" dir="ltr" style="{_BOX}">',
            f'<h2{_foreign(contents)} style="{_HEADLINE}">{escape(contents.headline)}</h2>',
            *_about(contents),
            *(_sentence(contents, sentence) for sentence in contents.sentences),
            f'<p style="{_FACTS}">{"<br>".join(_facts(contents))}</p>',
            *_link(contents),
            f'<p style="{_END}">alert: {escape(contents.alert)}<br>ref: {escape(contents.ref)}</p>',
            "</div>",
        )
    )


def _foreign(contents: Contents) -> str:
    language = f' lang="{escape(contents.language)}"' if contents.language else ' lang=""'
    return f'{language} dir="{contents.direction or "auto"}"'


def _about(contents: Contents) -> list[str]:
    lines = [f"<bdi>{escape(contents.source)}</bdi> · {escape(contents.language_name)}"]
    if contents.topics:
        topics = (f"<bdi><b>{escape(topic)}</b></bdi>" for topic in contents.topics)
        lines.append(f"topics: {', '.join(topics)}")
    if contents.test:
        lines.insert(0, "<b>This is a test: nothing new has happened.</b>")
    return [f'<p style="{_ABOUT}">{line}</p>' for line in lines]


def _sentence(contents: Contents, sentence: Excerpt) -> str:
    excerpt, marked, last = fitted(sentence), "", 0
    for start, end in excerpt.marks:
        marked += escape(excerpt.text[last:start])
        marked += f'<mark style="{_MARK}">{escape(excerpt.text[start:end])}</mark>'
        last = end
    style = _SENTENCE.format(side="right" if contents.direction == "rtl" else "left")
    return f'<p{_foreign(contents)} style="{style}">{marked}{escape(excerpt.text[last:])}</p>'


def _facts(contents: Contents) -> list[str]:
    lines = [f"published: {escape(contents.moments.published)}", f"<b>{escape(contents.moments.seen)}</b>"]
    if contents.copies:
        copies = (f"<bdi>{escape(copy.source)}</bdi> {escape(copy.published)}" for copy in contents.copies)
        lines.append(f"also at: {', '.join(copies)}")
    return lines


def _link(contents: Contents) -> list[str]:
    """A button for a thumb, and the address itself: that is what is left of a link when the message becomes text."""
    if contents.link is None:
        return [f'<p style="{_END}">{escape(contents.instead_of_link or "")}</p>']
    link, host = escape(contents.link), escape(shortened(urlsplit(contents.link).hostname or "", _LONGEST_HOST))
    return [
        f'<p style="margin:16px 0"><a href="{link}" style="{_OPEN}">Read it at {host}</a></p>',
        f'<p style="{_END}"><a href="{link}" style="{_ADDRESS}">{link}</a></p>',
    ]
