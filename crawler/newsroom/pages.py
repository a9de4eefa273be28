"""The pages of the sites: an article within its site's furniture, and the lists that lead to it.

Text comes in plain and is escaped here; each site's markup stands in its file in `templates/`.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote
from zlib import crc32
from zoneinfo import ZoneInfo

from crawler.newsroom.pieces import Piece
from crawler.newsroom.styles import Body, Style, is_rtl
from crawler.newsroom.words import WORDS, Words

TEMPLATES = Path(__file__).parent / "templates"
_RELATED = 3
_READ_MOST = 4
_INLINE_AFTER = 2  # paragraphs before the link that interrupts the text; shorter pieces have none
_MARKUP: dict[Body, tuple[str, str]] = {
    "h2": ("<h2>{}</h2>", "<p>{}</p>"),
    "strong": ("<p><strong>{}</strong></p>", "<p>{}</p>"),
    "br": ("<b>{}</b><br><br>", "{}<br><br>"),
    "nested": ('<div class="sernav"><h4>{}</h4></div>', '<div class="blok"><div><p>{}</p></div></div>'),
    "div": ('<div class="sub"><h3>{}</h3></div>', '<div class="para">{}</div>'),
}
"""How a site marks up a subhead and a paragraph."""
_LOCALES = {"en": "en_US", "ar": "ar_IQ", "ckb": "ckb_IQ", "kmr": "kmr_TR"}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A site at one moment, as its pages show it."""

    style: Style
    url: str
    now: datetime
    pieces: list[Piece]  # newest first
    address: Callable[[Piece], str]


def words(view: View) -> Words:
    """The furniture's words in the site's language."""
    return WORDS[view.style.language]


def article(view: View, piece: Piece) -> str:
    """The page of one article."""
    style, said = view.style, WORDS[piece.language]
    others = [other for other in view.pieces if other.name != piece.name and other.language == piece.language]
    same = [other for other in others if other.section == piece.section]
    related = [*same, *(other for other in others if other not in same)]
    return _template(style.id).substitute(
        _frame(view, style.title.format(title=piece.title, name=style.name), piece.language),
        head=_head(view, piece),
        metadata=_metadata(view, piece),
        section=escape(piece.section),
        section_url=_section_url(piece.section),
        url=escape(view.address(piece)),
        title=escape(piece.title),
        published=_local(view, piece.published).isoformat(),
        modified=_local(view, piece.changed).isoformat(),
        time=escape(style.calendar.instant(_local(view, piece.published))),
        updated=_updated(view, piece, said),
        byline=_byline(piece, said),
        body=body_html(view, piece, inline=related[-1] if related else None),
        image=escape(picture_url(view, piece)),
        tags="".join(f'<li><a href="/tag/{quote(word)}" rel="tag">{escape(word)}</a></li>' for word in piece.keywords),
        related="".join(_teaser(view, other) for other in related[:_RELATED]),
        read_most="".join(_headline(view, other) for other in others[::-1][:_READ_MOST]),
        **{f"say_{name}": escape(getattr(said, name)) for name in Words.__slots__},
    )


def listing(view: View, title: str, shown: Sequence[Piece], *, path: str, number: int, last: int) -> str:
    """Page *number* of *last*: headlines, with links to the newer and the older ones."""
    said = words(view)
    turn = ""
    if number > 1:
        turn += f'<a class="newer" rel="prev" href="{quote(path)}?page={number - 1}">{escape(said.newer)}</a>'
    if number < last:
        turn += f'<a class="older" rel="next" href="{quote(path)}?page={number + 1}">{escape(said.older)}</a>'
    main = f"<h1>{escape(title)}</h1>\n" + "\n".join(_teaser(view, piece) for piece in shown)
    return _plain_page(view, title, f'{main}<nav class="pages">{turn}</nav>')


def about(view: View) -> str:
    """Who makes the site: nobody."""
    said = words(view)
    return _plain_page(view, said.about, f"<h1>{escape(said.about)}</h1><p>{escape(said.about_text)}</p>")


def missing(view: View) -> str:
    """What stands where there is no page."""
    return _plain_page(view, "404", "<h1>404</h1>")


def body_html(view: View, piece: Piece, *, inline: Piece | None = None, bare: bool = False) -> str:
    """The text in the site's markup, dateline first; *bare* without links."""
    subhead, paragraph = _MARKUP[view.style.body]
    parts: list[str] = []
    dateline = piece.dateline + view.style.dateline_end if piece.dateline else ""
    unlinked = [] if bare else list(piece.keywords)
    paragraphs = sum(not line.subhead for line in piece.body)
    for line in piece.body:
        text = escape(dateline + line.text, quote=False)
        if line.subhead:
            parts.append(subhead.format(text))
            continue
        parts.append(paragraph.format(_linked(text, unlinked)))
        dateline = ""
        if inline and len(parts) == _INLINE_AFTER < paragraphs - 1:
            parts.append(_inline(view, inline))
    return "\n".join(parts)


def picture_url(view: View, piece: Piece) -> str:
    """The URL of its picture."""
    return f"{view.url}/media/{quote(piece.name)}.svg"


def picture(view: View, path: str) -> str:
    """A picture in the site's colours, different for each article."""
    seed = crc32(path.encode())
    hills = "".join(
        f'<ellipse cx="{(seed >> shift) % 960}" cy="560" rx="{260 + (seed >> shift + 4) % 240}" '
        f'ry="{120 + (seed >> shift + 8) % 200}" fill="{view.style.accent}" opacity="0.{3 + shift // 4}"/>'
        for shift in (0, 6, 12)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 540"><rect width="960" height="540" fill="#e8e2d6"/>'
        f'<circle cx="{120 + seed % 720}" cy="{90 + seed % 120}" r="54" fill="#e3b04b"/>{hills}</svg>'
    )


def _linked(text: str, unlinked: list[str]) -> str:
    """*text* with its first not yet linked keyword as a link; that keyword is taken from *unlinked*."""
    for word in unlinked:
        shown = escape(word, quote=False)
        if shown in text:
            unlinked.remove(word)
            return text.replace(shown, f'<a href="/tag/{quote(word)}">{shown}</a>', 1)
    return text


def _inline(view: View, other: Piece) -> str:
    said = WORDS[other.language].inline
    link = f'<a href="{escape(view.address(other))}">{escape(other.title)}</a>'
    return f'<aside class="inline-related"><span>{escape(said)}</span> {link}</aside>'


def _updated(view: View, piece: Piece, said: Words) -> str:
    if not piece.modified:
        return ""
    when = view.style.calendar.instant(_local(view, piece.modified))
    return f'<span class="updated">{escape(said.updated)} {escape(when)}</span>'


def _byline(piece: Piece, said: Words) -> str:
    if not piece.authors:
        return ""
    names = escape(("، " if is_rtl(piece.language) else ", ").join(piece.authors))
    return f'<span class="byline">{escape(said.by)} <span class="author" itemprop="author">{names}</span></span>'


def _teaser(view: View, piece: Piece) -> str:
    direction = "rtl" if is_rtl(piece.language) else "ltr"
    return (
        f'<article class="teaser" lang="{piece.language}" dir="{direction}"><a href="{escape(view.address(piece))}">'
        f'<img src="{escape(picture_url(view, piece))}" alt="" width="160" height="90" loading="lazy">'
        f"<h3>{escape(piece.title)}</h3></a>"
        f"<time>{escape(view.style.calendar.instant(_local(view, piece.published)))}</time></article>"
    )


def _headline(view: View, piece: Piece) -> str:
    return f'<li><a href="{escape(view.address(piece))}">{escape(piece.title)}</a></li>'


def _plain_page(view: View, title: str, main: str) -> str:
    title = view.style.title.format(title=title, name=view.style.name)
    return _template("listing").substitute(
        _frame(view, title, view.style.language), main=main, accent=view.style.accent
    )


def _frame(view: View, title: str, language: str) -> dict[str, str]:
    """What every page of a site has."""
    style, said = view.style, words(view)
    sections = sorted({piece.section for piece in view.pieces})
    nav = "".join(f'<li><a href="{_section_url(name)}">{escape(name)}</a></li>' for name in sections)
    return {
        "document_title": escape(title),
        "lang": language,
        "dir": "rtl" if is_rtl(language) else "ltr",
        "site": escape(style.name),
        "tagline": escape(style.tagline),
        "today": escape(style.calendar.day(_local(view, view.now))),
        "nav": f'<li><a href="/">{escape(said.home)}</a></li><li><a href="/latest">{escape(said.latest)}</a></li>{nav}',
        "year": str(_local(view, view.now).year),
        "rights": escape(said.rights),
        "about": escape(said.about),
    }


def _head(view: View, piece: Piece) -> str:
    """OpenGraph, description and canonical address."""
    first = next((line.text for line in piece.body if not line.subhead), "")
    tags = {
        "og:type": "article",
        "og:site_name": view.style.name,
        "og:title": piece.title,
        "og:url": view.address(piece),
        "og:image": picture_url(view, piece),
        "og:locale": _LOCALES[piece.language],
        "og:description": first,
    }
    metas = "\n".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in tags.items())
    canonical = f'<link rel="canonical" href="{escape(view.address(piece))}">'
    return f'{canonical}\n<meta name="description" content="{escape(first)}">\n{metas}'


def _metadata(view: View, piece: Piece) -> str:
    """JSON-LD, for the sites that have it."""
    if not view.style.metadata.startswith("json-ld"):
        return ""
    organization = {"@type": "Organization", "name": view.style.name, "url": view.url}
    news: dict[str, object] = {
        "@type": "NewsArticle",
        "headline": piece.title,
        "datePublished": _local(view, piece.published).isoformat(),
        "dateModified": _local(view, piece.changed).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in piece.authors] or organization,
        "publisher": organization,
        "image": [picture_url(view, piece)],
        "articleSection": piece.section,
        "keywords": list(piece.keywords),
        "inLanguage": piece.language,
        "mainEntityOfPage": view.address(piece),
    }
    data: dict[str, object] = {"@context": "https://schema.org"}
    if view.style.metadata == "json-ld graph":
        data["@graph"] = [{"@type": "WebSite", "name": view.style.name, "url": view.url}, organization, news]
    else:
        data |= news
    # A "</script>" in a title would end the element; < is the same to a JSON reader and nothing to an HTML one.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{text}</script>'


def _section_url(name: str) -> str:
    return f"/section/{quote(name)}"


def _local(view: View, instant: datetime) -> datetime:
    return instant.astimezone(ZoneInfo(view.style.timezone))


@cache
def _template(name: str) -> Template:
    return Template((TEMPLATES / f"{name}.html").read_text(encoding="utf-8"))
