"""The five sites: what is fixed about each of them. They differ in every way in which real ones do."""

from dataclasses import dataclass
from typing import Literal

from crawler.newsroom.dates import ARABIC, ENGLISH, KURMANJI, NUMERIC, SORANI, Calendar

Way = Literal["rss", "rss with pages", "atom", "news sitemap", "listing"]
Body = Literal["h2", "strong", "br", "nested", "div"]
Metadata = Literal["json-ld", "json-ld graph", "microdata", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A site's name, addresses and ways of writing."""

    id: str
    name: str
    tagline: str
    language: str
    country: str
    timezone: str
    accent: str  # CSS colour
    path: str  # of an article, with {section} and {slug}
    article: str  # regular expression of its path, percent-encoded
    way: Way  # by which it shows its articles
    way_path: str
    declared: str  # the language that its feed or sitemap declares
    calendar: Calendar
    dateline_end: str  # between the dateline and the first sentence
    body: Body
    metadata: Metadata
    title: str  # of the document, with {title} and {name}
    disallowed: tuple[str, ...] = ("/search",)  # robots.txt

    @property
    def rtl(self) -> bool:
        """Whether the site is laid out from right to left."""
        return is_rtl(self.language)


def is_rtl(language: str) -> bool:
    """Whether *language* is written from right to left."""
    return language in ("ar", "ckb")


_ALL = (
    Style(
        id="rafidain",
        name="Rafidain Wire",
        tagline="News between the two rivers",
        language="en",
        country="IQ",
        timezone="Asia/Baghdad",
        accent="#9d1c20",
        path="/en/{section}/{slug}",
        article="/en/[A-Za-z]+/[^/?#]+",
        way="rss with pages",
        way_path="/rss/en",
        declared="ar",  # wrong, as the feed was that this site is modelled on
        calendar=NUMERIC,
        dateline_end="/ ",
        body="h2",
        metadata="json-ld",
        title="{title} | {name}",
        disallowed=("/search", "/en/Partners/"),
    ),
    Style(
        id="sidra",
        name="سدرة برس",
        tagline="الخبر من جذوره",
        language="ar",
        country="IQ",
        timezone="Asia/Baghdad",
        accent="#0b5d4b",
        path="/ar/{section}/{slug}",
        article="/ar/[^/?#]+/[^/?#]+",
        way="rss",
        way_path="/rss/ar",
        declared="ar",
        calendar=ARABIC,
        dateline_end="/ ",
        body="strong",
        metadata="json-ld graph",
        title="{name} - {title}",
    ),
    Style(
        id="baran",
        name="باران پرێس",
        tagline="هەواڵ بە زمانی خۆت",
        language="ckb",
        country="IQ",
        timezone="Asia/Baghdad",
        accent="#1f5c99",
        path="/so/babat/{slug}",
        article="/so/babat/[0-9]+",
        way="atom",
        way_path="/so/atom.xml",
        declared="ckb",
        calendar=SORANI,
        dateline_end=": ",
        body="br",
        metadata="none",
        title="{title} - {name}",
    ),
    Style(
        id="kani",
        name="Ajansa Kanî",
        tagline="Nûçe ji çavkaniyê",
        language="kmr",
        country="TR",
        timezone="Europe/Istanbul",
        accent="#b4570b",
        path="/kmr/{section}/{slug}",
        article="/kmr/[a-z]+/[^/?#]+",
        way="news sitemap",
        way_path="/news-sitemap.xml",
        declared="ku",
        calendar=KURMANJI,
        dateline_end=" – ",
        body="nested",
        metadata="json-ld",
        title="{title} – {name}",
    ),
    Style(
        id="meridian",
        name="Meridian Desk",
        tagline="Wire copy from the eastern Mediterranean",
        language="en",  # some of its stories are in Arabic
        country="LB",
        timezone="Asia/Beirut",
        accent="#3b3f8f",
        path="/story/{slug}",
        article="/story/[0-9]+-[^/?#]+",
        way="listing",
        way_path="/latest",
        declared="en",
        calendar=ENGLISH,
        dateline_end=" – ",
        body="div",
        metadata="microdata",
        title="{title} · {name}",
    ),
)
STYLES = {style.id: style for style in _ALL}
