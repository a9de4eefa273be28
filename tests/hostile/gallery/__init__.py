"""The gallery of attacks: sites that mean harm, each with the fate that must come of it, by family.

`make test` crawls all of them at once but the expensive ones, `make hostile` each by itself.
"""

from tests.hostile.gallery import (
    addresses,
    counts,
    encodings,
    feeds,
    http,
    listings,
    metadata,
    pages,
    robots,
    sitemaps,
    text,
    tls,
)
from tests.hostile.gallery.attack import Attack, page
from tests.hostile.gallery.prose import story

HARMLESS = Attack(
    name="harmless",
    what="no attack: a feed with one story",
    holds="what a crawl takes by itself",
    pages={"/story": page(story("harmless"))},
    fates={"/story": "archived"},
)
FAMILIES: dict[str, list[Attack]] = {
    "harmless": [HARMLESS],
    "feeds": feeds.ATTACKS,
    "sitemaps": sitemaps.ATTACKS,
    "listings": listings.ATTACKS,
    "pages": pages.ATTACKS,
    "metadata": metadata.ATTACKS,
    "text": text.ATTACKS,
    "counts": counts.ATTACKS,
    "http": http.ATTACKS,
    "encodings": encodings.ATTACKS,
    "robots": robots.ATTACKS,
    "tls": tls.ATTACKS,
    "addresses": addresses.ATTACKS,
}

ATTACKS: dict[str, Attack] = {attack.name: attack for attacks in FAMILIES.values() for attack in attacks}
assert len(ATTACKS) == sum(map(len, FAMILIES.values())), "two attacks have one name"
