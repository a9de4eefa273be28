"""What the front page says of a figure or a day: the same as the command line, wherever the desk is."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from looking import serving
from lxml import html
from newspaper_desk import NewspaperDesk, ids

from archive.article import PAGE_LOST
from archive.database import transaction
from archive.planning import plan_runs
from archive.runs import finish_run, start_run
from archive.times import to_text
from archive.web.pages.home import read_home
from archive.web.wording import words_of

NOW = datetime.now(UTC).replace(microsecond=0)
FLOOD = "Floods came to the valley. {}"


def keep_a_day(desk: NewspaperDesk, midnight: datetime, zone: str, title: str) -> int:
    """An article of which only the day is told."""
    desk.keep(
        FLOOD.format(title), at=midnight, seen=midnight + timedelta(hours=3), title=title,
        published_zone=zone, published_precision="day",
    )  # fmt: skip
    return ids(desk.db)[0]


def test_what_is_usual_is_what_the_command_line_says(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk")
    for back in (0, 1, 1, 2, 29, 30, 30, 30, 30, 31):
        desk.keep(FLOOD.format(back), at=NOW - timedelta(days=back))
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(desk.root), "trends", "--json"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    trends = {one["topic"]: one for one in map(json.loads, told)}
    found = read_home(desk.db, desk.asked(datetime.now(UTC)))
    floods = next(card.trend for card in found["cards"] if card.id == "floods")
    for here, there in ((floods, trends["floods"]), (found["all"], trends[None])):
        assert (here.today, round(here.mean or 0, 2)) == (there["today"], there["mean"])
        assert list(here.counts) == [one["articles"] for one in there["series"][-30:]]
    desk.close()


def test_a_day_without_an_hour_is_the_same_day_at_a_desk_far_away(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk", zone="America/New_York")
    day = (NOW - timedelta(days=4)).date()
    baghdad = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)
    ours = keep_a_day(desk, baghdad, "+03:00", "Only a day is told")
    words = words_of("en", desk.face().zone)
    named = words.moment(datetime(day.year, day.month, day.day, tzinfo=UTC), UTC, precision="day")
    paths = ("/", "/topics/floods", f"/articles/{ours}", "/search?q=valley", "/sources/herald")
    with serving(desk.root) as served:
        pages = {path: html.fromstring(served.get(path).content) for path in paths}
    for path, page in pages.items():
        told = page.xpath(f"//main//time[@datetime='{to_text(baghdad)}']")
        assert told and told[0].text_content() == named, path
    assert [one.text for one in pages["/"].xpath("//*[@class='day']")] == [words.day(day, "full")]
    desk.close()


def test_what_needs_somebody_is_what_the_command_line_says(tmp_path: Path) -> None:
    desk = NewspaperDesk(tmp_path / "desk")
    desk.keep(FLOOD.format(1), at=NOW - timedelta(hours=1))
    counts = {"herald": {"requests": 3, "archived": 1, "reasons": {PAGE_LOST: 2}}}
    with transaction(desk.db):
        run = start_run(desk.db, None, NOW - timedelta(minutes=9))
        finish_run(desk.db, run, NOW - timedelta(minutes=8), "done", counts)
        plan_runs(desk.db, {"wire": NOW + timedelta(hours=7)})  # by a service that died
    (tmp_path / "desk/pages.db").write_bytes(b"this is no SQLite file, though it stands where one should be" * 99)
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(desk.root), "status", "--json"]
    status = json.loads(subprocess.run(command, check=False, capture_output=True, text=True).stdout)
    found = read_home(desk.db, desk.asked(datetime.now(UTC)))
    assert found["attention"] == status["attention"]
    assert any("could not be kept" in line for line in found["attention"])
    assert any("cannot be read" in line for line in found["attention"])
    states = Counter(source["health"] for source in status["sources"].values())
    assert dict(found["states"]) == dict(states)
    assert found["next_run"] is None and not any(job["next_run"] for job in status["jobs"].values())
    desk.close()
