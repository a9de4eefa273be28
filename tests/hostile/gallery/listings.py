"""Section pages, and listings that answer JSON, that mean harm."""

from tests.hostile.gallery.attack import Answer, Attack, Place, answer, page
from tests.hostile.gallery.prose import story

_LISTING = 'listings = ["{url}/news"]'
_JSON = '[[source.json]]\nurl = "{url}/api"\nitems = "items[]"\nlink = "url"\ntitle = "title"\ndate = "date"'
_FEW = "article = '/story/'\nbudget = {{ pages = 5 }}"


def _stories(place: Place, path: str) -> Answer:
    return page(story(path))


def _endless(place: Place, path: str) -> Answer:
    """Every page of the section shows something new and leads to another."""
    if path.startswith("/story/"):
        return page(story(path))
    number = int(path.rpartition("=")[2]) if "=" in path else 1
    link = f'<a href="/story/{number}">The news of page number {number} of the section</a>'
    return page(f'{link}<a rel="next" href="/news?page={number + 1}">Next</a>')


def _calendar(place: Place, path: str) -> Answer:
    """Every day of the calendar links to the days around it; none is an article."""
    if path.startswith("/story/"):
        return page(story(path))
    day = int(path.rpartition("/")[2]) if path.startswith("/day/") else 0
    days = "".join(
        f'<a href="/day/{day + number}">The news of day number {day + number}</a>' for number in range(1, 40)
    )
    return page(f'{days}<a href="/story/of-the-day">The one story of this calendar</a>')


def _links(place: Place) -> Answer:
    wrong = (
        "javascript:void(0)", "JAVASCRIPT:alert(1)//http://x", "data:text/html,story", "file:///story/1", "ftp://x/story/2",
        "mailto:story@x.example", "http:///story/3", "//", "http://[story", "\x00javascript:x", "tel:+964/story/4",
    )  # fmt: skip
    links = "".join(f'<a href="{link}">A headline of a dozen words</a>' for link in wrong)
    return page(f'{links}<a href="/story/good">The headline of the good story</a>')


def _many(place: Place) -> Answer:
    rows = "".join(f'<a href="/story/{number}">Story number {number} of the day</a>' for number in range(60_000))
    return page(rows)


def _based(place: Place) -> Answer:
    return page(f'<a href="/story/1">The headline of the first story</a><a href="{place.url}/story/2">x</a>',
                head=f'<base href="{place.secret}">')  # fmt: skip


def _next_is_secret(place: Place) -> Answer:
    return page(f'<a href="/story/1">The headline of the story</a><link rel="next" href="{place.secret}"><a rel="next" '
                f'href="http://127.0.0.1:{place.secret_port}/2">Next</a>')  # fmt: skip


ATTACKS = [
    Attack(
        name="listing-endless",
        what="a section whose pages go on for ever, each with something new",
        holds="MAX_LISTING_PAGES",
        ways=_LISTING,
        others=_endless,
        more="article = '/story/'",
        counts={"archived": 5},
    ),
    Attack(
        name="listing-calendar",
        what="a calendar of which every day leads to forty more",
        holds="only what is an article by its address is asked for",
        ways='listings = ["{url}/day/0"]',
        others=_calendar,
        more="article = '/story/'",
        counts={"archived": 1},
    ),
    Attack(
        name="listing-of-wrong-schemes",
        what="a section whose links are javascript:, data:, file:, tel: and broken ones",
        holds="only http and https are links",
        ways=_LISTING,
        pages={"/news": _links},
        others=_stories,
        more=_FEW,
        fates={"/story/good": "archived", "/story/3": "archived"},  # browsers read http:///story/3 so
    ),
    Attack(
        name="listing-of-60-000",
        what="a section of 60,000 links",
        holds="MAX_LISTING_LINKS, MAX_LISTING_ENTRIES",
        ways=_LISTING,
        pages={"/news": _many},
        others=_stories,
        more=_FEW,
        counts={"archived": 5, "waiting": 495},
        expensive=True,
    ),
    Attack(
        name="listing-with-a-base",
        what="a section that says that its links belong to another server of this machine",
        holds="a source reaches its own ports only",
        ways=_LISTING,
        pages={"/news": _based},
        others=_stories,
        more=_FEW,
        fates={"/story/2": "archived", "http://127.0.0.1:{secret_port}/story/1": "refused: port not allowed"},
    ),
    Attack(
        name="listing-that-leads-away",
        what="a section whose next page is another server of this machine",
        holds="a source reaches its own ports only",
        ways=_LISTING,
        pages={"/news": _next_is_secret},
        others=_stories,
        more=_FEW,
        fates={"/story/1": "archived", "{secret}": "refused: port not allowed"},
    ),
    Attack(
        name="listing-of-one-long-link",
        what="a link whose text has 4 MB, one with 100,000 classes, one with 50,000 headings in it",
        holds="LONGEST_HINT, PAGE_MEMORY, WAY_SECONDS",
        ways=_LISTING,
        pages={
            "/news": page(
                f'<a href="/story/1">{"word " * 800_000}</a><a href="/story/2" class="{"x " * 100_000}">A headline of words</a>'
                f'<a href="/story/3">{"<h2>Heading of words</h2>" * 50_000}</a>'
            )
        },
        others=_stories,
        more=_FEW,
        counts={"archived": 3},
    ),
    Attack(
        name="listing-of-links-within-links",
        what="20,000 blocks within each other, each with an address for scripts",
        holds="libxml2 reads 256 elements within each other",
        ways=_LISTING,
        pages={"/news": page('<div data-url="/more/x">' * 20_000 + '<a href="/story/1">A headline of many words</a>')},
        others=_stories,
        more=_FEW,
        fates={"/news": "failed: no article links"},
    ),
    Attack(
        name="json-listing-of-a-million",
        what="a JSON listing of 200,000 items, of which a few are of the wrong type",
        holds="MAX_JSON_ITEMS",
        ways=_JSON,
        pages={
            "/api": answer(
                '{"items": [{"url": 5}, null, [], {"url": "javascript:x"}, {"url": "/story/x", "date": 1e300, "title": {}}, '
                + ", ".join(f'{{"url": "/story/{number}"}}' for number in range(200_000))
                + "]}",
                "application/json",
            )
        },
        others=_stories,
        more=_FEW,
        counts={"archived": 5, "waiting": 993},
        expensive=True,
    ),
    Attack(
        name="json-listing-nested",
        what="a JSON listing of 100,000 objects within each other",
        holds="what cannot be read shows nothing",
        ways=_JSON,
        pages={"/api": answer('{"items": ' + '{"a":' * 100_000 + "1" + "}" * 100_001, "application/json")},
        fates={"/api": "failed: not JSON"},
    ),
]
