"""An alert as HTML: a fragment that stands by itself, for mail.

Its styles are inline, for mail programs keep no others. It sets no background and no colour of running text, so that a
reader's dark mode holds. Turned into text, as the plain part of a mail is, it reads like the message in text: with its
brackets around the marks, its direction marks, and the ref as its last line.
"""

from html import escape
from urllib.parse import urlsplit

from alerts.messages.contents import Contents
from alerts.messages.difference_text import change_html, paragraphs_of, summary_of
from alerts.messages.excerpt import LONGEST, Excerpt, fitted, shortened
from alerts.messages.message_text import EDITED, MOST_CHANGES, TEST, UNTAGGED, bracketed, without_brackets
from topics.direction import Direction, directed, isolated

BOX = "max-width:36em;font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
HEADLINE = "margin:0 0 6px;font-size:21px;line-height:1.35;font-weight:700"
ABOUT = "margin:0 0 4px;font-size:14px"
_SENTENCE = "margin:14px 0;padding-{side}:12px;border-{side}:4px solid #d97706;font-size:17px;line-height:1.55"
_CHANGE = "margin:14px 0;font-size:16px;line-height:1.6"
_MARK = "background:#fde68a;color:#1c1917;padding:0 3px;border-radius:3px;line-height:1"
_HIDDEN = "display:none;mso-hide:all"  # the latter for Outlook
FACTS = "margin:14px 0;font-size:14px"
_OPEN = "display:inline-block;padding:9px 16px;border-radius:6px;background:#b45309;color:#ffffff;text-decoration:none"
END = "margin:16px 0 0;font-size:12px;line-height:1.6;color:#78716c"
ADDRESS = "color:#78716c;overflow-wrap:anywhere;word-break:break-word"
_LONGEST_HOST = 60


def html_of(contents: Contents) -> str:
    """The message, everything in it escaped."""
    return "\n".join(
        (
            f'<div lang="en" dir="ltr" style="{BOX}">',
            f'<h2{foreign(contents.language, contents.direction)} style="{HEADLINE}">{_headline(contents)}</h2>',
            *_about(contents),
            *_blocks(contents),
            f'<p style="{FACTS}">{"<br>".join(_facts(contents))}</p>',
            *_link(contents),
            f'<p style="{END}">alert: {escape(contents.alert)}<br>ref: {escape(contents.ref)}</p>',
            "</div>",
        )
    )


def _headline(contents: Contents) -> str:
    return escape(directed(contents.headline, contents.direction))


def foreign(language: str | None, direction: Direction | None) -> str:
    """The attributes of an element whose text is an article's."""
    return f' lang="{escape(language or "")}" dir="{direction or "auto"}"'


def name_apart(name: str) -> str:
    """*name* apart from the line around it, in HTML and in the text made of it."""
    return f"<bdi>{escape(isolated(name))}</bdi>"


def _about(contents: Contents) -> list[str]:
    lines = [f"{name_apart(contents.source)} · {escape(contents.language_name)}"]
    if contents.topics:
        topics = (f"<b>{name_apart(topic)}</b>" for topic in contents.topics)
        lines.append(f"topics: {', '.join(topics)}")
    if contents.difference:
        lines.append(f"<b>{escape(summary_of(contents.difference))}</b>")
    if contents.edited:
        then = f"; its headline was: {name_apart(contents.headline_then)}" if contents.headline_then else ""
        lines.append(f"<b>{EDITED}</b>{then}")
    if contents.untagged:
        lines.append(f"<b>{UNTAGGED}</b>")
    if contents.test:
        lines.insert(0, f"<b>{TEST}</b>")
    return [f'<p style="{ABOUT}">{line}</p>' for line in lines]


def _blocks(contents: Contents) -> list[str]:
    """The sentences, or the changes of an edit."""
    language, direction = contents.language, contents.direction
    if contents.difference is None:
        return [sentence_html(sentence, language, direction) for sentence in contents.sentences]
    return [
        f'<p{foreign(language, direction)} style="{_CHANGE}">{change_html(paragraph, direction, _HIDDEN)}</p>'
        for paragraph in paragraphs_of(contents.difference)[:MOST_CHANGES]
    ]


def sentence_html(
    sentence: Excerpt, language: str | None, direction: Direction | None, *, longest: int = LONGEST
) -> str:
    """A paragraph with the *sentence* of an article, its marks shown."""
    text = bracketed(fitted(sentence, longest))
    sign = directed(text, direction).removesuffix(text)  # a mark, where the text has one
    style = _SENTENCE.format(side="right" if direction == "rtl" else "left")
    marked = marked_html(sentence, longest=longest, style=_MARK)
    return f'<p{foreign(language, direction)} style="{style}">{sign}{marked}</p>'


def marked_html(sentence: Excerpt, *, longest: int = LONGEST, style: str = "") -> str:
    """*sentence* with its marks as elements; with their *style* also in brackets, for the text made of a mail."""
    excerpt, marked, last = fitted(sentence, longest), "", 0
    own = without_brackets(excerpt.text)
    before, after = (
        (f'{_hidden("[")}<mark style="{style}">', f"</mark>{_hidden(']')}") if style else ("<mark>", "</mark>")
    )
    for start, end in excerpt.marks:
        marked += f"{escape(own[last:start])}{before}{escape(own[start:end])}{after}"
        last = end
    return marked + escape(own[last:])


def address_html(link: str) -> str:
    """A link of many on a page: its host is seen, and the text made of it has the address."""
    host = escape(shortened(urlsplit(link).hostname or "", _LONGEST_HOST))
    return f'<a href="{escape(link)}" style="{ADDRESS}">{host}{_hidden(" " + escape(link))}</a>'


def _hidden(text: str) -> str:
    """What only the text shows that a mail program makes of the HTML."""
    return f'<span style="{_HIDDEN}">{text}</span>'


def _facts(contents: Contents) -> list[str]:
    lines = [f"published: {escape(contents.moments.published)}", f"<b>{escape(contents.moments.seen)}</b>"]
    if contents.copies:
        copies = (f"{name_apart(copy.source)} {escape(copy.published)}" for copy in contents.copies)
        lines.append(f"also at: {', '.join(copies)}")
    return lines


def _link(contents: Contents) -> list[str]:
    """A button for a thumb, and the address itself: that is what is left of a link when the message becomes text."""
    if contents.link is None:
        return [f'<p style="{END}">{escape(contents.instead_of_link or "")}</p>']
    link, host = escape(contents.link), escape(shortened(urlsplit(contents.link).hostname or "", _LONGEST_HOST))
    return [
        f'<p style="margin:16px 0"><a href="{link}" style="{_OPEN}">Read it at {host}</a></p>',
        f'<p style="{END}"><a href="{link}" style="{ADDRESS}">{link}</a></p>',
    ]
