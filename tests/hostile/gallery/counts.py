"""Sites that mean harm by how many addresses they have for little."""

from urllib.parse import quote

from tests.hostile.gallery.attack import Answer, Attack, Place, feed, feed_of, page, xml
from tests.hostile.gallery.prose import story

_FEW = "budget = {{ pages = 20 }}"


def _queries(place: Place) -> Answer:
    return xml(feed("".join(f"<item><link>/story?view={number}</link></item>" for number in range(100_000))))


def _sessions(place: Place) -> Answer:
    return feed_of(place, [f"/story;jsessionid={number:032x}" for number in range(1_000)])


def _tracked(place: Place) -> Answer:
    return feed_of(place, [f"/story?utm_source={number}&fbclid={number}" for number in range(1_000)])


def _one(place: Place, path: str) -> Answer:
    return page(story("one page"))


def _folders(place: Place) -> Answer:
    return feed_of(place, [f"/s/{number:032x}/story" for number in range(1_000)])


def _arabic(place: Place) -> Answer:
    """One Arabic path in a thousand spellings: each letter as it is or in percent signs, of either case."""
    letters = [quote(letter) for letter in "قصةالوادي"]
    spelled = (
        "".join(part.lower() if number >> at & 1 else part for at, part in enumerate(letters)) for number in range(512)
    )
    return feed_of(place, [f"/story/{path}" for path in spelled])


ATTACKS = [
    Attack(
        name="query-variants",
        what="a feed of 100,000 queries of one page",
        holds="MAX_FEED_ENTRIES; the budget of pages; one text is archived once",
        pages={"/feed": _queries},
        others=_one,
        more=_FEW,
        counts=None,
        judge=lambda articles: [] if len(articles) < 16 else [f"it has {len(articles)} articles"],
        expensive=True,
    ),
    Attack(
        name="session-ids",
        what="1,000 session ids in the path of one page",
        holds="sessions and tracking do not make another address",
        pages={"/feed": _sessions},
        others=_one,
        counts={"archived": 1},
    ),
    Attack(
        name="tracking",
        what="1,000 tracking parameters of one page",
        holds="sessions and tracking do not make another address",
        pages={"/feed": _tracked},
        others=_one,
        counts={"archived": 1},
    ),
    Attack(
        name="session-folders",
        what="1,000 session ids as folders of the path of one page",
        holds="the budget of pages; one text is archived once",
        pages={"/feed": _folders},
        others=_one,
        more=_FEW,
        counts=None,
        judge=lambda articles: [] if len(articles) < 16 else [f"it has {len(articles)} articles"],
    ),
    Attack(
        name="spellings-of-one-path",
        what="an Arabic path with percent signs in 512 mixtures of capitals and small letters",
        holds="percent signs of one letter are one address, however they are written",
        pages={"/feed": _arabic},
        others=_one,
        counts={"archived": 1},
    ),
]
