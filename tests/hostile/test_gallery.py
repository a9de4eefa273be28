"""All attacks of the gallery at once, beside a newsroom that means well: each gets its fate, and it loses nothing."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.newsroom import Newsroom
from tests.hostile.gallery import ATTACKS
from tests.hostile.gallery.server import Gallery
from tests.hostile.gallery.trial import Trial, crawl, faults, make_desk

CHEAP = [attack for attack in ATTACKS.values() if not attack.expensive]
HEALTHY = ("rafidain", "sidra", "baran", "kani")
"""In English, Arabic, Sorani and Kurmanji."""
MOST_MEGABYTES = 700
SLOWER, LEAST_SECONDS = 6, 45
"""By so much, or in so many seconds, the healthy sites may be done beside some hundred attacks on a busy machine."""


def healthy(trial: Trial) -> dict[str, tuple[Any, ...]]:
    kept = ("title", "authors", "published", "language", "dateline", "section", "text")
    return {row["url"]: tuple(row[name] for name in kept) for row in trial.articles if row["source"] in HEALTHY}


def seconds(trial: Trial) -> float:
    """From the start of the run to the last page of a healthy site."""
    last = max(datetime.fromisoformat(row["at"]) for row in trial.visits if row["source"] in HEALTHY)
    return (last - datetime.fromisoformat(trial.summary["started"])).total_seconds()


@pytest.mark.timeout(300)
def test_all_attacks_at_once_get_their_fates_and_harm_nobody(tmp_path: Path) -> None:
    with Newsroom(sites=HEALTHY) as newsroom, Gallery(CHEAP) as gallery:
        sources = newsroom.sources_toml(delay=0)
        make_desk(tmp_path / "alone", sources)
        alone = crawl(tmp_path / "alone")
        attacks = "".join(attack.source(gallery.places[attack.name]) for attack in CHEAP)
        make_desk(tmp_path / "beside", attacks + sources)
        beside = crawl(tmp_path / "beside", gallery)
        wanted = {article.url for article in newsroom.articles() if article.allowed}

    found = faults(beside, CHEAP, gallery.places)
    assert len(healthy(alone)) >= 25
    if missing := wanted - healthy(beside).keys():
        found.append(f"of the healthy sites, not archived: {sorted(missing)}")
    if other := [url for url, article in healthy(alone).items() if healthy(beside).get(url) != article]:
        found.append(f"of the healthy sites, not the same as alone: {other}")
    if seconds(beside) > max(SLOWER * seconds(alone), LEAST_SECONDS):
        found.append(f"the healthy sites took {seconds(beside):.0f} s, and {seconds(alone):.0f} s alone")
    if beside.megabytes > MOST_MEGABYTES:
        found.append(f"the process tree had {beside.megabytes:.0f} MB")
    assert not found, "\n".join(["", *found])
