"""Six articles of our own wording, and how each dialect of feed or sitemap tells of them."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

SITE = "https://rafidain.example"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a site says of one article. `text` is what a reader sees of `html`."""

    path: str
    title: str
    published: datetime
    author: str
    language: str
    html: str
    text: str

    @property
    def url(self) -> str:
        return SITE + self.path


def at(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


ARTICLES = [
    Told(
        path="/en/iraq/salaries?id=71&page=2", title="Baghdad & Erbil agree on salaries: what’s next?", language="en",
        published=at("2026-03-04T21:04:00+03:00"), author="Rana Karim",
        html="<p>The two governments <b>agreed</b>&nbsp;on Wednesday &amp; will pay.</p><p>It isn&rsquo;t final.</p>",
        text="The two governments agreed on Wednesday & will pay. It isn’t final.",
    ),
    Told(
        path="/en/security/river-raid", title="Police search the river villages", language="en",
        published=at("2026-03-04T12:30:15+00:00"), author="Dana O’Neill",
        html='Officers found <a href="/en/x?a=1&amp;b=2">three boats</a>.<br/><img src="/boats.jpg"/>No one was hurt.',
        text="Officers found three boats. No one was hurt.",
    ),
    Told(
        path="/ar/أمن/فصائل-مسلّحة", title="فصائل مسلّحة تُسلّم «مقرّاتها» في بغداد", language="ar",
        published=at("2026-03-04T09:05:00+03:00"), author="ليلى الكاظمي",
        html="<p>قالت الوزارة إن <strong>خمسة</strong> مقارّ أُخليت.</p>", text="قالت الوزارة إن خمسة مقارّ أُخليت.",
    ),
    Told(
        path="/ar/اقتصاد/2026", title="العراق يخفّض استيراد الغاز", language="ar",
        published=at("2026-03-03T23:59:59+03:00"), author="حسن جابر",
        html="<div>تراجع الاستيراد إلى النصف، بحسب بيان.</div>", text="تراجع الاستيراد إلى النصف، بحسب بيان.",
    ),
    Told(
        path="/ckb/کوردستان/مووچە", title="مووچەی فەرمانبەران ڕۆژی پێنجشەممە دابەش دەکرێت", language="ckb",
        published=at("2026-03-03T18:20:00+03:00"), author="ڕانا کەریم",
        html="<p>وەزارەتی دارایی لیستەکانی <em>نارد</em>.</p>", text="وەزارەتی دارایی لیستەکانی نارد.",
    ),
    Told(
        path="/kmr/kurdistan/rê-vebû", title="Rêya navbera Duhok û Zaxoyê ji nû ve vebû", language="kmr",
        published=at("2026-03-03T08:00:00+01:00"), author="Şêrîn Çelebî",
        html="<p>Rê piştî <b>sê</b> rojan vebû.</p>", text="Rê piştî sê rojan vebû.",
    ),
]  # fmt: skip

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


def plain_title(told: Told) -> str:
    """The title as XML text."""
    return escape(told.title, quote=False)


def link(told: Told) -> str:
    return escape(told.url)


def escaped(told: Told) -> str:
    """The markup of a summary as XML text: the `&nbsp;` in it becomes `&amp;nbsp;`."""
    return escape(told.html, quote=False)


def cdata(markup: str) -> str:
    return f"<![CDATA[{markup}]]>"


def xhtml(told: Told) -> str:
    """The markup inside a document of XML, which knows no HTML entities."""
    return told.html.replace("&nbsp;", "\u00a0").replace("&rsquo;", "’")


def items(articles: Iterable[Told], template: str, **parts: Callable[[Told], str]) -> str:
    """*template* filled for each article: with `link`, `title` and *parts*, all of them functions of it."""
    parts = {"link": link, "title": plain_title} | parts
    return "".join(template.format(**{name: part(told) for name, part in parts.items()}) for told in articles)


def rss(version: str, template: str, attributes: str = "") -> "Render":
    """An RSS of that version. The language is said once, for the whole channel."""

    def render(articles: list[Told]) -> bytes:
        language = f"<language>{articles[0].language}</language>" if len({a.language for a in articles}) == 1 else ""
        shown = items(
            articles, template, escaped=escaped, cdata=lambda told: cdata(told.html), author=lambda told: told.author,
            rfc822=lambda told: format_datetime(told.published), iso=lambda told: told.published.isoformat(),
            cdata_title=lambda told: cdata(told.title), language=lambda told: told.language,
            named_zone=lambda told: format_datetime(told.published.astimezone(UTC), usegmt=True),
        )  # fmt: skip
        return (
            f'{HEAD}<rss version="{version}"{attributes}><channel><title>Rafidain</title><link>{SITE}/</link>'
            f"<description>News</description>{language}{shown}</channel></rss>"
        ).encode()

    return render


def rdf(namespace: str, template: str, attributes: str = "") -> "Render":
    """RSS 0.90 and 1.0: items beside the channel."""

    def render(articles: list[Told]) -> bytes:
        shown = items(
            articles, template, escaped=escaped, author=lambda told: told.author, language=lambda told: told.language,
            iso=lambda told: told.published.isoformat(timespec="seconds"),
        )  # fmt: skip
        return (
            f'{HEAD}<rdf:RDF xmlns:rdf="{RDF}" xmlns="{namespace}"{attributes}><channel rdf:about="{SITE}/">'
            f"<title>Rafidain</title><link>{SITE}/</link></channel>{shown}</rdf:RDF>"
        ).encode()

    return render


def atom(template: str, version: str = 'xmlns="http://www.w3.org/2005/Atom"') -> "Render":
    def render(articles: list[Told]) -> bytes:
        shown = items(
            articles, template, escaped=escaped, author=lambda told: told.author, language=lambda told: told.language,
            iso=lambda told: told.published.isoformat(), xhtml=xhtml,
            zulu=lambda told: told.published.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            path=lambda told: escape(told.path), file=lambda told: escape(told.path.rpartition("/")[2]),
            folder=lambda told: escape(told.path.rpartition("/")[0]), html_title=lambda told: escape(plain_title(told)),
        )  # fmt: skip
        return (
            f'{HEAD}<feed {version}><title>Rafidain</title><link rel="self" href="{SITE}/atom.xml"/>'
            f'<link href="{SITE}/"/><updated>2026-03-04T22:00:00Z</updated>{shown}</feed>'
        ).encode()

    return render


def json_feed(version: str) -> "Render":
    """JSON Feed: 1.0 knows one author and no language."""

    def item(told: Told) -> dict[str, object]:
        shared = {"id": told.url, "url": told.url, "title": told.title, "content_html": told.html}
        shared["date_published"] = told.published.isoformat()
        if version == "1":
            return shared | {"author": {"name": told.author}}
        return shared | {"authors": [{"name": told.author}], "language": told.language}

    def render(articles: list[Told]) -> bytes:
        feed = {"version": f"https://jsonfeed.org/version/{version}", "title": "Rafidain"}
        return json.dumps(feed | {"items": [item(told) for told in articles]}, ensure_ascii=False).encode()

    return render


def sitemap(template: str) -> "Render":
    def render(articles: list[Told]) -> bytes:
        shown = items(
            articles, template, language=lambda told: told.language, iso=lambda told: told.published.isoformat()
        )
        return (
            f'{HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{shown}</urlset>'
        ).encode()

    return render


def text_sitemap(articles: list[Told]) -> bytes:
    return "\n".join(told.url for told in articles).encode()


Render = Callable[[list[Told]], bytes]


@dataclass(frozen=True)
class Dialect:
    """A way of telling, and which of an entry's fields it can tell. `mixed`: it says the language for each item."""

    render: Render
    tells: frozenset[str]
    mixed: bool = False
    kind: str = "feed"


def tells(*fields: str) -> frozenset[str]:
    return frozenset(["title", *fields])


ALL = tells("published", "author", "language", "summary")
DC = ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
ATOM_AND_MEDIA = ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"'
HISTORIC = "<item><title>{title}</title><link>{link}</link><description>{escaped}</description>"
ATOM_03 = 'version="0.3" xmlns="http://purl.org/atom/ns#"'

DIALECTS = {
    "RSS 0.90": Dialect(
        rdf(
            "http://my.netscape.com/rdf/simple/0.9/",
            "<item><title>{title}</title><link>{link}</link></item>",
        ),
        tells(),
    ),
    "RSS 0.91": Dialect(rss("0.91", HISTORIC + "</item>"), tells("summary", "language")),
    "RSS 0.92": Dialect(
        rss("0.92", HISTORIC + '<category domain="x">y</category><source url="https://a.example/">A</source></item>'),
        tells("summary", "language"),
    ),
    "RSS 0.93": Dialect(
        rss("0.93", HISTORIC + "<pubDate>{rfc822}</pubDate></item>"), tells("summary", "language", "published")
    ),
    "RSS 0.94": Dialect(
        rss(
            "0.94",
            HISTORIC.replace("<description>", '<description type="text/html">')
            + "<pubDate>{named_zone}</pubDate></item>",
        ),
        tells("summary", "language", "published"),
    ),
    "RSS 1.0": Dialect(
        rdf(
            "http://purl.org/rss/1.0/",
            '<item rdf:about="{link}"><title>{title}</title><link>{link}</link><description>{escaped}</description>'
            "<dc:creator>{author}</dc:creator><dc:date>{iso}</dc:date><dc:language>{language}</dc:language></item>",
            DC,
        ),
        ALL,
        mixed=True,
    ),
    "RSS 2.0": Dialect(
        rss(
            "2.0",
            "<item><title>{title}</title><link>{link}</link><description>{escaped}</description>"
            "<author>desk@rafidain.example ({author})</author><pubDate>{rfc822}</pubDate>"
            '<guid isPermaLink="false">urn:{link}</guid></item>',
        ),
        ALL,
    ),
    "RSS 2.0 in CDATA, with modules": Dialect(
        rss(
            "2.0",
            "<item><title>{cdata_title}</title><link>{link}</link><atom:link rel='related' href='https://a.example/b'/>"
            "<description>{cdata}</description><content:encoded><![CDATA[<p>The whole article.</p>]]></content:encoded>"
            "<media:content url='https://a.example/i.jpg' medium='image'><media:title>A photograph</media:title>"
            "<media:description>A caption</media:description><media:credit>Someone</media:credit></media:content>"
            "<dc:creator>{author}</dc:creator><dc:language>{language}</dc:language><pubDate>{rfc822}</pubDate></item>",
            DC + ATOM_AND_MEDIA,
        ),
        ALL,
        mixed=True,
    ),
    "RSS 2.0 with nothing but a guid, a dc:date and the content": Dialect(
        rss(
            "2.0",
            "<item><guid>{link}</guid><title>{title}</title><content:encoded>{cdata}</content:encoded>"
            "<dc:creator>{author}</dc:creator><dc:date>{iso}</dc:date></item>",
            DC,
        ),
        ALL,
    ),
    "Atom 0.3": Dialect(
        atom(
            '<entry xml:lang="{language}"><title>{title}</title><link rel="alternate" type="text/html" href="{link}"/>'
            "<id>tag:{link}</id><author><name>{author}</name></author><issued>{iso}</issued><modified>{iso}</modified>"
            '<summary type="text/html" mode="escaped">{escaped}</summary></entry>',
            ATOM_03,
        ),
        ALL,
        mixed=True,
    ),
    "Atom 1.0": Dialect(
        atom(
            '<entry xml:lang="{language}"><title type="html">{html_title}</title>'
            '<link rel="self" href="{link}&amp;f=atom"/><link rel="enclosure" href="https://a.example/a.mp3"/>'
            '<link rel="replies" href="{link}/replies"/>'
            '<link rel="alternate" hreflang="x" type="text/html" href="{link}"/><author><name>{author}</name>'
            "<email>desk@rafidain.example</email></author><published>{iso}</published><updated>{zulu}</updated>"
            '<summary type="html">{escaped}</summary><content type="html">The whole article.</content></entry>',
        ),
        ALL,
        mixed=True,
    ),
    "Atom 1.0 in xhtml, below an xml:base": Dialect(
        atom(
            '<entry xml:lang="{language}" xml:base="{folder}/"><title type="xhtml">'
            '<div xmlns="http://www.w3.org/1999/xhtml">{title}</div></title><link href="{file}"/>'
            "<author><name>{author}</name></author><published>{zulu}</published>"
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{xhtml}</div></content></entry>',
            f'xmlns="http://www.w3.org/2005/Atom" xml:base="{SITE}/"',
        ),
        ALL,
        mixed=True,
    ),
    "JSON Feed 1.0": Dialect(json_feed("1"), tells("published", "author", "summary")),
    "JSON Feed 1.1": Dialect(json_feed("1.1"), ALL, mixed=True),
    "news sitemap": Dialect(
        sitemap(
            "<url><loc>{link}</loc><news:news><news:publication><news:name>Rafidain</news:name>"
            "<news:language>{language}</news:language></news:publication>"
            "<news:publication_date>{iso}</news:publication_date><news:title>{title}</news:title></news:news></url>"
        ),
        tells("published", "language"),
        mixed=True,
        kind="sitemap",
    ),
    "sitemap": Dialect(sitemap("<url><loc>{link}</loc></url>"), frozenset(), kind="sitemap"),
    "sitemap of text": Dialect(text_sitemap, frozenset(), kind="sitemap"),
}
