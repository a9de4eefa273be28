"""How the measurements of alerts come to their figures, and that their articles are no copies of each other."""

import tomllib
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from archive.likeness import LEAST_ALIKE, alike, signature
from benchmarks import extraction, latency, outbox_kill, soak, stories
from benchmarks.live_sites import Published
from crawler.newsroom.sink import Received
from crawler.newsroom.styles import STYLES
from topics.compiling import compile_packs
from topics.fold import fold
from topics.matching import match

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def message(instant: float, ref: str | None = None, url: str = "", status: int | None = 200) -> Received:
    return Received(
        at=NOON, instant=instant, title="", message=f"A text.\n{url}\nref: {ref}", kind="info", ref=ref, headers={},
        status=status,
    )  # fmt: skip


def test_latency_counts_from_the_article_to_its_first_message() -> None:
    urls = [f"http://127.0.0.1:8000/so/babat/{number}" for number in (7, 70, 700)]
    published = [Published(url=url, instant=100.0 + place) for place, url in enumerate(urls)]
    received = [message(105, url=urls[1]), message(107, url=urls[0]), message(109, url=urls[0])]
    measured = latency.compare(published, received)
    assert measured.latencies == (4.0, 7.0)
    assert (measured.articles, measured.missed, measured.repeated) == (3, 1, 1)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50.0), (0.95, 95.0), (1, 100.0), (0.001, 1.0)])
def test_a_share_of_the_latencies_is_the_nearest_rank(share: float, expected: float) -> None:
    hundred = latency.Measured(articles=100, latencies=tuple(map(float, range(1, 101))), repeated=0)
    assert hundred.at(share) == expected


def test_a_repeat_is_explained_by_a_silence_or_by_a_kill_and_by_nothing_else() -> None:
    def tried(ended: float | None, outcome: str | None) -> list[outbox_kill.Delivery]:
        end = None if ended is None else NOON + timedelta(seconds=ended)
        return [
            outbox_kill.Delivery(NOON, end, outcome),
            outbox_kill.Delivery(NOON + timedelta(seconds=30), None, None),
        ]

    deliveries = {
        "silent": tried(3, "failed"), "answered too late": tried(3, "failed"), "killed": tried(None, None),
        "sent": tried(1, "sent"), "failed at once": tried(1, "failed"),
    }  # fmt: skip
    received = [message(1, "silent", status=None), *(message(1, ref) for ref in list(deliveries)[1:])]
    received += [message(31, ref) for ref in [*deliveries, "of no delivery", "of no delivery"]]
    assert outbox_kill.explain(received, deliveries, patience=3) == (2, 1, 3)


def rows(*figures: tuple[float, int, int]) -> soak.Soak:
    return soak.Soak(
        rows=[
            soak.Row(runs=10 * (place + 1), service=memory, workers=(), descriptors=descriptors, threads=threads)
            for place, (memory, descriptors, threads) in enumerate(figures)
        ],
        outcomes=[], published=0, delivered=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("memory", "descriptors", "threads", "flat"),
    [(105.0, 20, 9, True), (111.0, 20, 9, False), (100.0, 21, 9, False), (100.0, 20, 10, False)],
)
def test_growth_after_the_warm_up_is_told_and_before_it_is_not(
    memory: float, descriptors: int, threads: int, flat: bool
) -> None:
    result = rows(*[(50.0, 10, 2)] * 5, *[(100.0, 20, 9)] * 5, (memory, descriptors, threads))
    assert result.flat == flat
    assert result.growth == pytest.approx(memory / 100 - 1)


def test_made_up_articles_are_no_copies_of_each_other() -> None:
    for look in ("rafidain", "sidra", "baran"):
        pieces = [stories.write(number, STYLES[look], published=NOON, topic=True) for number in range(60)]
        signatures = [signature(fold(piece.text)) for piece in pieces]
        assert max(alike(one, other) for one, other in combinations(signatures, 2)) < LEAST_ALIKE / 2


@pytest.mark.parametrize("look", ["rafidain", "sidra", "baran"])
@pytest.mark.parametrize("topic", [True, False])
def test_only_articles_with_the_topic_carry_it(look: str, topic: bool) -> None:
    packs = compile_packs([("zelin.toml", tomllib.loads(stories.pack()))])
    for number in range(20):
        piece = stories.write(number, STYLES[look], published=NOON, topic=topic)
        found = match(packs, title=piece.title, text=piece.text, language=piece.language)
        assert [tag.topic for tag in found] == ([stories.TOPIC] if topic else [])


def test_a_page_costs_its_best_round_and_the_ratio_is_that_of_the_sums(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = iter([value for seconds in (3, 4, 1, 8, 2, 4, 5, 9, 6, 6, 9, 9) for value in (0.0, float(seconds))])
    monkeypatch.setattr(extraction.time, "process_time", lambda: next(ticks))
    monkeypatch.setattr("sys.argv", ["extraction", "--limit", "2"])

    extraction.main()

    assert capsys.readouterr().out.splitlines()[-1].split() == ["ratio", "0.25"]
