"""What a page declares besides title, authors and dates: its languages, section, lead image, keywords, own address."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urljoin, urlsplit

from archive.addresses import clean_url
from pipelines.extraction.declared import Declared
from pipelines.extraction.likeness import likeness, words
from pipelines.extraction.plain import clean_field, clean_line
from pipelines.extraction.witnesses import Finding, Witness
from seeds.bounds import LONGEST_PICTURE_URL, MAX_KEYWORDS
from seeds.definitions import is_language_tag

_BETWEEN_WORDS = re.compile(r"[,;،؛、|\n]")
_SECTION_WORDS = 4
_LIKE_TITLE = 0.3  # of the words of a breadcrumb and a title: then it is the article
_JOINED = re.compile(r"(?<=\w),(?=\w).*")
"""Several sections in one text: "Economy,Iraq". A comma within a name has a space behind it."""
_SIZE = r"(?:[-_.]?(?:\d+x?\d*|\w{1,6}))?\.\w{2,5}"
_PLACEHOLDER = re.compile(
    r"(?:(?:site|main|header|footer|og|share|social|default|fb|facebook|our)[-_]?)?logos?" + _SIZE
    + r"|(?:\w+[-_])?(?:placeholder|no[-_]?(?:image|photo|picture|img)|default[-_]?(?:image|img|photo|thumb\w*)?"
    r"|blank|spacer)" + _SIZE,
    re.IGNORECASE,
)  # fmt: skip
"""Names of files that stand for any story: logo.png, og-logo-1200x630.jpg, no_image.gif, default.jpg."""

_IMAGE = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_SECTION = ("article:section", "og:article:section")
_CATEGORY = ("section", "parsely-section", "category", "cxenseparse:recs:category")
_KEYWORDS = ("news_keywords", "article:tag", "og:article:tag", "keywords", "parsely-tags")
_LANGUAGE = ("og:locale", "content-language", "language", "dc.language", "dcterms.language")


def declared_languages(declared: Declared) -> list[Witness]:
    """What the page calls its language, the most trusted first."""
    said = [
        Witness("html lang", declared.language),
        *_jsonld(declared, "inLanguage"),
        *_meta(declared, *_LANGUAGE),
    ]
    return [Witness(where, clean_field(tag)[:40]) for where, tag in said if tag][:8]


def find_section(declared: Declared) -> Finding[str | None]:
    """The part of the site that the page says it belongs to."""
    said = [
        *_meta(declared, *_SECTION),
        *_jsonld(declared, "articleSection"),
        *(Witness("itemprop", section) for section in declared.items.get("articlesection", ())),
        *_meta(declared, *_CATEGORY),
        *(Witness("breadcrumbs", name) for name in _without_article(declared)[1:][-1:]),  # behind the front page
    ]
    sections = (Witness(where, _JOINED.sub("", section)) for where, section in map(_cleaned, said))
    return _first(section for section in sections if section.said and "//" not in section.said)


def _without_article(declared: Declared) -> list[str]:
    """The page's breadcrumbs, of which the last may be the article or the section that it stands in."""
    trail = declared.jsonld.trail
    called = [declared.title, *(title for _, title in declared.named("og:title", "twitter:title"))]
    if not trail or not any(called):
        return trail[:-1]
    last = words(trail[-1])
    other = len(last) <= _SECTION_WORDS and all(likeness(last, words(title)) < _LIKE_TITLE for title in called if title)
    return trail if other else trail[:-1]


def find_image(declared: Declared, base: str) -> Finding[str | None]:
    """The address of the lead image. *base* is the address of the page."""
    said = [
        *_meta(declared, *_IMAGE),
        *(Witness("JSON-LD", address) for value in declared.jsonld.values("image") for address in _addresses(value)),
        *_jsonld(declared, "thumbnailUrl"),
    ]
    heard = [Witness(where, address) for where, text in said if (address := absolute(text, base))]
    logos = {
        absolute(address, base)
        for publisher in declared.jsonld.values("publisher") if isinstance(publisher, dict)
        for address in _addresses(declared.jsonld.resolve(publisher.get("logo")))
    }  # fmt: skip
    shown = next((image for image in heard if image.said not in logos and not _is_placeholder(image.said)), None)
    return Finding(shown.said if shown else None, shown.where if shown else "", tuple(heard))


def image_in(texts: Iterable[str], base: str) -> str | None:
    """The first of *texts* that is an address, understood from *base*."""
    return next((address for text in texts if (address := absolute(text, base))), None)


def language_in(texts: Iterable[str]) -> str | None:
    """The first of *texts* that is a language tag."""
    return next((text for text in texts if is_language_tag(text)), None)


def find_keywords(declared: Declared) -> Finding[tuple[str, ...]]:
    """The keywords of the page, each once."""
    said = [*_meta(declared, *_KEYWORDS), *_jsonld(declared, "keywords")]
    words = keywords_in(witness.said for witness in said)
    return Finding(words, said[0].where if words else "", tuple(map(_cleaned, said)))


def keywords_in(texts: Iterable[str]) -> tuple[str, ...]:
    """The words of lists that are written as text, each once."""
    words = (clean_field(word).strip("# ") for text in texts for word in _BETWEEN_WORDS.split(text))
    unique = {word.casefold(): word for word in words if 1 < len(word) < 100}
    return tuple(unique.values())[:MAX_KEYWORDS]


def find_canonical(declared: Declared, base: str) -> str | None:
    """What the page at *base* calls its own address: believed on its own host only, and never the front page."""
    said = [*declared.links.get("canonical", ()), *(value for _, value in declared.named("og:url"))]
    for text in said:
        address = absolute(text, base)
        if address and _host(address) == _host(base) and unquote(urlsplit(address).path).strip("/"):
            return clean_url(address)
    return None


def absolute(said: str, base: str) -> str | None:
    """The web address that *said* means on the page at *base*; None for data:, javascript: and what is broken."""
    if not said.strip():
        return None
    try:
        address = urljoin(base, clean_line(said).replace(" ", "%20"))
        parts = urlsplit(address)
    except ValueError:
        return None
    fits = parts.scheme in ("http", "https") and parts.hostname and len(address) <= LONGEST_PICTURE_URL
    return address if fits else None


def _addresses(image: object) -> Iterator[str]:
    """The addresses of an image in JSON-LD: a text, or a node that may name it in three ways."""
    if isinstance(image, dict):
        yield from (address for key in ("url", "contentUrl", "@id") if isinstance(address := image.get(key), str))
    elif isinstance(image, str):
        yield image


def _is_placeholder(address: str) -> bool:
    """Whether an image stands for any story: the site's logo, or what is shown where there is no picture."""
    return _PLACEHOLDER.fullmatch(unquote(urlsplit(address).path).rpartition("/")[2]) is not None


def _meta(declared: Declared, *names: str) -> Iterator[Witness]:
    for name, value in declared.named(*names):
        yield Witness(f"meta {name}", value)


def _jsonld(declared: Declared, *keys: str) -> Iterator[Witness]:
    for text in declared.jsonld.texts(*keys):
        yield Witness("JSON-LD", text)


def _cleaned(witness: Witness) -> Witness:
    return Witness(witness.where, clean_field(witness.said))


def _first(said: Iterable[Witness]) -> Finding[str | None]:
    """What the first witness says, and what the others do."""
    heard = tuple(said)
    return Finding(heard[0].said, heard[0].where, heard) if heard else Finding(None)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:
        return ""
