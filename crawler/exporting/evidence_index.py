"""The pages of an evidence bundle for people: who made it, when and with what, and what is in it. HTML that runs
nothing, loads nothing, and shows whatever an article says as text in its own direction.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Any

from alerts.messages.contents import link_of
from alerts.messages.excerpt import excerpts, fitted
from alerts.messages.message_html import foreign, marked_html, name_apart
from archive.plain import plain
from archive.reading import Record
from archive.times import to_text
from crawler.exporting.bag import Bag
from crawler.exporting.order import Order, Tally
from topics.direction import direction_of

ON_A_PAGE = 500
"""Articles of one page: a browser shows it at once, and the first one is kept in memory until the end."""
_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0 auto;max-width:50rem;padding:1.5rem 1rem 3rem;font:1rem/1.5 system-ui,'Noto Sans',"
    "'Noto Sans Arabic',sans-serif;overflow-wrap:anywhere}"
    "h1,h2{line-height:1.35}h2{font-size:1.1rem;margin:0}article{border-top:1px solid #a8a29e;padding:1rem 0;"
    "break-inside:avoid}p{margin:.3rem 0}.facts,code{font-size:.85rem}blockquote{margin:.5rem 0;"
    "padding-inline-start:.8rem;border-inline-start:4px solid #b45309}[dir=rtl]{line-height:1.8}"
    "mark{background:#fde68a;color:#1c1917}"
    "table{border-collapse:collapse}th,td{text-align:start;vertical-align:top;padding:.15rem .8rem .15rem 0}"
)
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
_LONGEST = 1_000  # characters of a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An article as it was added."""

    record: Record
    place: str  # the names of its files, without their endings
    pages: tuple[dict[str, Any], ...]  # of its versions
    is_damaged: bool


class Index:
    """The pages that list what is in *bag*, written as they fill. The first one is `index.html`, and comes last: it
    tells how much there is.
    """

    def __init__(self, bag: Bag, order: Order) -> None:
        self._bag, self._order = bag, order
        self._first: list[str] = []
        self._held: list[str] = []
        self._pages = 1

    def list(self, one: Listed) -> None:
        """Adds an article."""
        if len(self._held) == ON_A_PAGE:
            self._turn(last=False)
        self._held.append("\n".join(_article(one, self._order, up="" if self._pages == 1 else "../")))

    def finish(self, tally: Tally) -> None:
        """Writes what is left."""
        if self._pages == 1:
            self._first = self._held
        else:
            self._turn(last=True)
        more = self._pages - (self._pages > 1)
        links = [f'<a href="index/{number}.html">{number}</a>' for number in range(2, more + 1)]
        body = [*_head(self._order, tally), *([f"<nav>More: {' · '.join(links)}</nav>"] if links else []), *self._first]
        self._bag.add("index.html", _page(self._title, body))

    @property
    def _title(self) -> str:
        return f"{plain(self._order.desk)}: evidence"

    def _turn(self, *, last: bool) -> None:
        if self._pages == 1:
            self._first = self._held
        else:
            back = "../index.html" if self._pages == 2 else f"{self._pages - 1}.html"
            on = [] if last else [f'<a href="{self._pages + 1}.html">on</a>']
            links = " · ".join([f'<a href="{back}">back</a>', *on])
            nav = f"<nav>{links}</nav>"
            title = f"{self._title}, page {self._pages}"
            body = [f"<h1>{escape(title)}</h1>", nav, *self._held, nav]
            self._bag.add(f"index/{self._pages}.html", _page(title, body))
        self._held = []
        self._pages += 1


def _page(title: str, body: list[str]) -> bytes:
    head = [
        "<!doctype html>", '<html lang="en" dir="ltr">', "<head>", '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">', f"<title>{escape(title)}</title>", f"<style>{_STYLE}</style>",
        "</head>", "<body>",
    ]  # fmt: skip
    return "\n".join([*head, *body, "</body>", "</html>", ""]).encode()


def _head(order: Order, tally: Tally) -> Iterator[str]:
    yield f"<h1>{name_apart(plain(order.desk))}: evidence</h1>"
    maker = f"{order.desk}, {order.contact}" if order.contact else order.desk
    rows = [
        ("made by", name_apart(plain(maker))),
        ("made", escape(to_text(order.made))),
        ("with", escape(f"{order.maker}, topic packs {order.packs}")),
        *(("asked for", name_apart(plain(line))) for line in order.asked),
        ("articles", f"{tally.articles:,}"),
        ("raw pages", f"{tally.pages:,}; of {tally.unkept:,} articles not every version's page is here"),
    ]
    if tally.damaged:
        rows.append(("damaged", f"{tally.damaged:,} pages are not what their hash says, and are left out"))
    if tally.unsound:
        rows.append(("in doubt", f"{tally.unsound:,} articles have evidence that is not in their text"))
    yield "<table>"
    yield from (f'<tr><th scope="row">{label}</th><td>{said}</td></tr>' for label, said in rows)
    yield "</table>"
    yield (
        "<p>Of each article there are its text as it was archived (.txt) and all that is known of it (.json): topics "
        "with their evidence, earlier versions, copies, the date as the page wrote it, when its page was fetched, and "
        "the SHA-256 of that page. Raw pages are in <code>pages/</code> under their SHA-256, as the bytes that were "
        "hashed (.bin), with the headers that came with them. Do not open one in a browser: it would run what the site "
        "sent.</p>"
    )
    yield "<p>To verify: <code>sha256sum -c --quiet manifest-sha256.txt</code> in the directory above this one.</p>"


def _article(one: Listed, order: Order, *, up: str) -> Iterator[str]:
    record, article = one.record, one.record.article
    language, direction = plain(article["language"] or "") or None, direction_of(article["language"])
    yield "<article>"
    yield f"<h2{foreign(language, direction)}>{escape(plain(article['title'] or '(no title)'))}</h2>"
    name = order.names.get(article["source"], article["source"])
    published = f"published {escape(article['published'])}" if article["published"] else "undated"
    raw = f" ({name_apart(plain(article['published_raw']))})" if article["published_raw"] else ""
    seen = f"first seen {escape(article['first_seen'])}"
    yield f'<p class="facts">{name_apart(plain(name))} · {published}{raw} · {seen}</p>'
    link, instead = link_of(article["url"])
    where = f'<a href="{escape(link)}" rel="noreferrer noopener">{escape(link)}</a>' if link else escape(instead or "")
    yield f'<p class="facts">{where}</p>'
    for tag in record.tags:
        yield f'<p class="facts">topic <b>{name_apart(plain(tag["topic"]))}</b></p>'
        for sentence in excerpts(record, (tag["topic"],)) if tag["evidence"] else ():
            marked = marked_html(fitted(sentence, _LONGEST), longest=_LONGEST)
            yield f"<blockquote{foreign(language, direction)}>{marked}</blockquote>"
    for page in one.pages:
        yield f'<p class="facts">{_page_line(page, len(one.pages))}</p>'
    if one.is_damaged:
        yield '<p class="facts"><b>a page of it is damaged</b></p>'
    if record.story["count"] > 1:
        yield f'<p class="facts">{record.story["count"]} copies of {len(record.story["sources"])} sources</p>'
    if article["reserved"]:
        yield f'<p class="facts">its publisher reserves: {name_apart(plain(", ".join(article["reserved"])))}</p>'
    yield f'<p class="facts"><a href="{up}{one.place}.txt">text</a> · <a href="{up}{one.place}.json">record</a></p>'
    yield "</article>"


def _page_line(page: dict[str, Any], versions: int) -> str:
    which = f"version {page['version']} of {versions}: " if versions > 1 else ""
    if page["sha256"] is None:
        return f"{which}nobody noted the page's hash"
    fetched = f" fetched {escape(page['fetched'])}" if page["fetched"] else ""
    kept = f"<code>{escape(page['file'])}</code>" if page["file"] else "the page is not kept"
    return f"{which}page{fetched}, SHA-256 <code>{escape(page['sha256'])}</code>, {kept}"
