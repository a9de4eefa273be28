"""Infers which addresses of a site are articles, from some that are and some that are not. Pure.

A person is to read the answer and mend it, so it is no more clever than a person would be: the host, what all of the
addresses have in common, and the kind of thing that stands where they differ: a date, a number, a slug.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from os.path import commonprefix
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from seeds.sources import USUAL_PORTS

_MOST_READ = 2_000  # addresses: one sitemap may show thousands, and they are alike
_LEAST_SHARE = 0.08  # of the addresses must have a form, or it is an accident: a video, a poll
_ENOUGH_ALIKE = 3  # addresses with one word at one place; of two, both may be of one section by chance
_MOST_HOSTS = 3
_MOST_NAMED = 15  # pages of the site that are excluded one by one
_PLACES = frozenset(
    [
        "en", "ar", "ku", "ckb", "kmr", "kur", "so", "fa", "tr", "fr", "de", "es", "ru", "he", "english", "arabic",
        "kurdish", "sorani", "kurmanci", "news", "article", "articles", "story", "stories", "post", "posts", "babat",
        "details", "read", "content",
    ]
)  # fmt: skip
"""Words that belong to the address of every article where they belong to one: languages, names for an article."""
NOT_ARTICLES = frozenset(
    [
        "tag", "tags", "topic", "topics", "author", "authors", "category", "categories", "section", "sections", "label",
        "page", "search", "archive", "archives", "feed", "feeds", "rss", "user", "users", "login", "register",
        "contact", "contact-us", "about", "about-us", "privacy", "privacy-policy", "terms", "wp-json", "wp-content",
        "wp-admin", "comments", "subscribe", "newsletter", "advertise", "sitemap", "writer", "writers", "profile",
        "وسم", "وسوم", "تصنيف", "كاتب", "كتاب", "بحث", "قسم",
    ]
)  # fmt: skip
"""Words of an address that stand for lists of articles, or for what is none."""
_KINDS: tuple[tuple[str, str], ...] = (
    (r"(?:19|20)\d\d-\d\d?-\d\d?", r"\d{4}-\d+-\d+"),
    (r"\d+", r"\d+"),
    (r"\d+-.+", r"\d+-[^/]+"),
    (r".+-\d{5,}", r"[^/]+-\d+"),
)
"""What a place may hold, and how that is written: the first that all of them are."""
_YEAR, _MONTH = re.compile(r"(?:19|20)\d\d"), re.compile(r"0?[1-9]|1[0-2]")
_EXTENSION = re.compile(r"\.(?:html?|php|aspx?|shtml|jsp)$")
_ENDINGS = tuple(rf"\.{ending}" for ending in ("html", "htm", "php", "aspx", "asp", "shtml", "jsp"))
_ANYTHING, _LAST = "[^/]+", "[^/?]+"
_FEWEST_HYPHENS = 2  # that a slug may be required to have: one of two words is often an article


@dataclass(frozen=True, slots=True)
class ArticlePattern:
    """What goes into a definition: the keys `article` and `exclude`."""

    article: str
    exclude: tuple[str, ...] = ()

    def matches(self, url: str) -> bool:
        """Whether *url* is an article by it."""
        return bool(re.search(self.article, url)) and not any(re.search(one, url) for one in self.exclude)


@dataclass(frozen=True, slots=True)
class _Address:
    url: str
    host: str  # without www, with a port that is not the usual one
    steps: tuple[str, ...]  # of its path, decoded
    query: tuple[tuple[str, str], ...]

    @property
    def words(self) -> frozenset[str]:
        """The steps of its path, in lower case."""
        return frozenset(step.lower() for step in self.steps)


def infer_pattern(articles: Iterable[str], others: Iterable[str] = ()) -> ArticlePattern | None:
    """A pattern for *articles* that leaves out *others*: pages of the site that are none. None where it has no idea.

    Addresses of a form that hardly any of the articles have are left out as accidents.
    """
    known = _read(articles)
    hosts = _hosts(known)
    known = [one for one in known if one.host in hosts and (one.steps or one.query)]
    if not known:
        return None
    forms = _forms(known)
    if not forms:
        return None
    negatives = [one for one in _read(others) if one.url not in {positive.url for positive in known}]
    article = _joined(hosts, forms)
    words = _words_of_others(article, known, negatives)
    alone = any(len(form.steps) == 1 for form in forms)  # slugs at the root, where every other page is as well
    matched = [one for one in negatives if re.search(article, one.url)]
    confused = [one for one in matched if alone or words.isdisjoint(one.words)]
    if len(confused) > _MOST_NAMED and (tighter := _tightened(hosts, forms, known, confused)):
        article = tighter
        words = _words_of_others(article, known, negatives)
    left = [one for one in confused if words.isdisjoint(one.words)]
    own = {"/".join(one.steps) for one in known}
    left = [one for one in left if "/".join(one.steps) not in own]  # else its path is that of articles too
    return ArticlePattern(article, _excluded(article, words, left))


def looks_like_list(url: str) -> bool:
    """Whether *url* says itself that it is a list of articles, or none: a tag, an author, a search."""
    try:
        return not NOT_ARTICLES.isdisjoint(_address(url).words)
    except ValueError:
        return False


def _read(urls: Iterable[str]) -> list[_Address]:
    found = []
    for _, url in zip(range(_MOST_READ), dict.fromkeys(urls), strict=False):  # several pages show one article
        try:
            found.append(_address(url))
        except ValueError:
            continue
    return found


def _address(url: str) -> _Address:
    parts = urlsplit(url)
    usual = USUAL_PORTS.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != usual else ""
    steps = tuple(unquote(step) for step in parts.path.split("/") if step)
    return _Address(url, (parts.hostname or "").removeprefix("www.") + port, steps, tuple(parse_qsl(parts.query)))


def _hosts(known: Sequence[_Address]) -> list[str]:
    counted = Counter(one.host for one in known)
    usual = counted.most_common(_MOST_HOSTS)
    return [host for host, number in usual if number * 100 >= len(known) * 15]


@dataclass(frozen=True, slots=True)
class _Form:
    """The shape of some addresses: a pattern for each step of the path, and for the query."""

    steps: tuple[str, ...]
    query: str = ""


def _forms(known: Sequence[_Address]) -> list[_Form]:
    """The forms that the addresses come in, the most usual first."""
    groups: dict[tuple[int, str], list[_Address]] = defaultdict(list)
    for one in known:
        groups[len(one.steps), _telling(one, known)].append(one)
    enough = max(1, round(len(known) * _LEAST_SHARE))
    usual = sorted(groups.items(), key=lambda pair: -len(pair[1]))
    seen = Counter(place for one in known for place in enumerate(one.steps))
    formed = (  # the front page with a query that tells nothing apart has no form
        _form(group, name, seen) for (depth, name), group in usual if len(group) >= enough and (depth or name)
    )
    return list(dict.fromkeys(formed))


def _telling(one: _Address, known: Sequence[_Address]) -> str:
    """The parameter that tells the articles of one path apart, such as `id` in `/details?id=7`."""
    if not one.query:
        return ""
    siblings = [other for other in known if other.steps == one.steps]
    for name, _ in one.query:
        values = {dict(other.query).get(name) for other in siblings}
        if len(siblings) > 1 and len(values) == len(siblings) and None not in values:
            return name
    return ""


def _form(group: Sequence[_Address], parameter: str, seen: Counter[tuple[int, str]]) -> _Form:
    """The form of *group*; *seen* counts each word at its place in all of the addresses."""
    if parameter:
        return _Form(tuple(map(_literal, group[0].steps)), rf"\?(.*&)?{re.escape(parameter)}=[^&]+")
    columns = list(zip(*(one.steps for one in group), strict=True))
    steps = [
        _literal(column[0]) if _is_fixed(column, seen[place, column[0]]) else _kind(column, _ANYTHING)
        for place, column in enumerate(columns[:-1])
    ]
    for place, (years, months) in enumerate(pairwise(columns[:-1])):  # else they are numbers
        if all(map(_YEAR.fullmatch, years)) and all(map(_MONTH.fullmatch, months)):
            steps[place] = r"\d{4}"
    return _Form((*steps, _slug(columns[-1])), r"(\?.*)?" if any(one.query for one in group) else "")


def _is_fixed(column: Sequence[str], times: int) -> bool:
    """Whether the one word of *column* belongs to the form, and is not a section that all of them are in by chance.

    What is not ASCII stands in addresses as it is, or encoded, so it is never written out.
    """
    word = column[0]
    alike = len(set(column)) == 1 and word.isascii() and not word.isdigit()
    return alike and (times >= _ENOUGH_ALIKE or word.lower() in _PLACES)


def _kind(column: Sequence[str], otherwise: str) -> str:
    for kind, written in _KINDS:
        if all(re.fullmatch(kind, word) for word in column):
            return written.replace(_ANYTHING, otherwise)
    return otherwise


def _slug(column: Sequence[str]) -> str:
    """The last step, with the ending that all of them have."""
    endings = {found[0] if (found := _EXTENSION.search(word)) else "" for word in column}
    ending = endings.pop() if len(endings) == 1 else ""
    return _kind([word.removesuffix(ending) for word in column], _LAST) + re.escape(ending)


def _joined(hosts: Sequence[str], forms: Sequence[_Form], slug: str = "") -> str:
    """The whole pattern; *slug* stands for the last step of each form, where it is given."""
    common = commonprefix([form.steps[:-1] for form in forms])  # noqa: RUF071 -- of tuples, step by step
    paths = [_path(form, len(common), slug) for form in forms]
    stem = "".join(f"{step}/" for step in common)
    return f"^https?://(www\\.)?{_either([_literal(host) for host in hosts])}/{stem}{_either(_folded(paths))}$"


def _path(form: _Form, begin: int, slug: str) -> str:
    if not form.steps:
        return form.query
    path = "/".join([*form.steps[begin:-1], slug or form.steps[-1]])
    closed = path.endswith(_ENDINGS) or form.query.startswith(r"\?(.*&)")
    return f"{path}{'' if closed else '/?'}{form.query}"


def _folded(paths: Sequence[str]) -> list[str]:
    """Where one form only goes on where another ends, it becomes the optional rest of that one:
    `posts/\\d+/?` and `posts/\\d+/[^/?]+/?` become `posts/\\d+(/[^/?]+)?/?`.
    """
    kept = list(paths)
    for short in paths:
        stem = short.removesuffix("/?")
        for long in paths:
            if long != short and long.startswith(f"{stem}/") and long.endswith("/?") and {long, short} <= set(kept):
                rest = long.removesuffix("/?").removeprefix(stem)
                kept[kept.index(short)] = f"{stem}({rest})?/?"
                kept.remove(long)
    return kept


def _either(several: Sequence[str]) -> str:
    return several[0] if len(several) == 1 else f"({'|'.join(several)})"


def _literal(text: str) -> str:
    """*text* in a pattern, with no more escapes than it takes."""
    return re.escape(text).replace(r"\-", "-")


def _tightened(
    hosts: Sequence[str], forms: Sequence[_Form], known: Sequence[_Address], confused: Sequence[_Address]
) -> str | None:
    """The pattern where a slug must have more words than the pages that were *confused* with articles have.

    None where some article has no more either.
    """
    if not all(form.steps and form.steps[-1] == _LAST for form in forms):
        return None
    least = max(_hyphens(one) for one in confused) + 1
    if least < _FEWEST_HYPHENS or least > min(_hyphens(one) for one in known):
        return None
    return _joined(hosts, forms, slug=f"([^/?-]+-){{{least},}}[^/?]+")


def _hyphens(address: _Address) -> int:
    return address.steps[-1].count("-") if address.steps else 0


def _words_of_others(article: str, known: Sequence[_Address], others: Sequence[_Address]) -> frozenset[str]:
    """The words by which the *others* that *article* matches tell themselves apart."""
    own = frozenset[str]().union(*(one.words for one in known))
    matched = (one.words for one in others if re.search(article, one.url))
    return (frozenset[str]().union(*matched) & NOT_ARTICLES) - own


def _excluded(article: str, words: frozenset[str], confused: Sequence[_Address]) -> tuple[str, ...]:
    """Patterns against the pages with *words*, and against those of *confused* that *article* matches, one by one."""
    encoded = {*words, *(quote(word) for word in words if not word.isascii())}
    found = [f"/{_either(sorted(map(_literal, encoded)))}(/|$)"] if words else []
    end = r"(\?|$)" if article.endswith(r"(\?.*)?$") else "$"
    paths = sorted({urlsplit(one.url).path.rstrip("/") for one in confused if re.search(article, one.url)})
    for parent, pages in groupby(paths[:_MOST_NAMED], key=lambda path: path.rpartition("/")[0]):
        found.append(f"{_literal(parent)}/{_either([_literal(page.rpartition('/')[2]) for page in pages])}/?{end}")
    return tuple(found)
