"""A news site of our own that is one page: a frame without a word, a script, and JSON that the script asks for.

Every address, but those of the data, answers with the same frame. The script reads the address, so `/ckb/story/…` is
a route of the page's own history, and draws a list or an article.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from serving import serving

from crawler.newsroom import Newsroom
from crawler.newsroom.site import Expected

LANGUAGES = ("en", "ar", "ckb", "kmr")
EACH = 2
"""Articles in each language."""
FRAME = """<!doctype html><html><head><meta charset="utf-8"><title>Peyam</title>
<link rel="icon" href="/pictures/icon.png"><link rel="stylesheet" href="/style.css">
<script defer src="/site.js"></script></head>
<body><noscript>Please enable JavaScript to read this site.</noscript><div id="root"></div></body></html>"""
SCRIPT = """
const root = document.getElementById('root');
const make = (name, text, inside) => {
  const element = document.createElement(name);
  element.textContent = text;
  inside.append(element);
  return element;
};
async function list(language) {
  const main = make('main', '', root);
  for (const item of await (await fetch(`/api/${language}/list`)).json()) {
    const heading = make('h3', '', make('article', '', main));
    const link = make('a', item.title, heading);
    link.href = `/${language}/story/${encodeURIComponent(item.slug)}`;
  }
}
async function story(language, slug) {
  const answer = await fetch(`/api/${language}/story/${slug}`);
  const item = await answer.json();
  history.replaceState({}, '', location.pathname);
  document.documentElement.lang = language;
  document.documentElement.dir = ['ar', 'ckb'].includes(language) ? 'rtl' : 'ltr';
  document.title = item.title;
  const article = make('article', '', root);
  make('h1', item.title, article);
  const time = make('time', item.published, article);
  time.dateTime = item.published;
  const picture = document.createElement('img');
  picture.src = '/pictures/large.jpg';
  article.append(picture);
  const body = make('div', '', article);
  for (const line of item.lines) {
    make('p', line, body);
    await new Promise(done => setTimeout(done, 5));
  }
}
const [, language, kind, slug] = location.pathname.split('/');
if (kind === 'story') story(language, slug); else list(language || 'en');
"""


@dataclass
class SinglePageSite:
    """The site while it is open."""

    port: int
    stories: dict[str, list[Expected]]
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def source(self, language: str, **keys: str) -> str:
        """The `[[source]]` of its edition in *language*."""
        more = "".join(f"{key} = {value}\n" for key, value in {"render": "true", **keys}.items())
        return (
            f'[[source]]\nid = "peyam-{language}"\nname = "Peyam"\nlanguage = "{language}"\nrevisit = []\n'
            f'listings = ["{self.url}/{language}"]\narticle = "/{language}/story/"\n'
            f"private = true\nports = [{self.port}]\ndelay = 0\n{more}"
        )


@contextmanager
def single_page_site() -> Iterator[SinglePageSite]:
    """Opens the site."""
    with Newsroom() as room:
        expected = room.articles()
        every = {language: [one for one in expected if one.language == language][:EACH] for language in LANGUAGES}

    class Handler(BaseHTTPRequestHandler):
        site: ClassVar[SinglePageSite]
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            self.site.asked.append(path)
            kind, text = _answer(path, every)
            body = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"always-the-same"')
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with serving(Handler) as port:
        Handler.site = SinglePageSite(port, every)
        yield Handler.site


def _answer(path: str, stories: dict[str, list[Expected]]) -> tuple[str, str]:
    if path == "/robots.txt":
        return "text/plain", "User-agent: *\nAllow: /\n"
    if path == "/site.js":
        return "text/javascript", SCRIPT
    if not path.startswith("/api/"):
        return "text/html", FRAME
    _, _, language, kind, *slug = path.split("/")
    if kind == "list":
        return "application/json", json.dumps([{"title": one.title, "slug": one.name} for one in stories[language]])
    one = next(one for one in stories[language] if one.name == slug[0])
    lines = one.text.split("\n")
    return "application/json", json.dumps(
        {"title": one.title, "published": one.published.isoformat(), "lines": lines}, ensure_ascii=False
    )
