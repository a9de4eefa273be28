"""What the command line says of a backfill that cannot be ordered: one clear line and exit code 2."""

from datetime import date
from typing import Any

import pytest

from seeds.dated_addresses import dated_addresses, what_is_wrong


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["past", "--since", "3d"], "--since is for --backfill only"),
        (["past", "--stop"], "--stop is for --backfill only"),
        (["--backfill", "--since", "3d"], "--backfill needs the sources whose past is to be fetched, by name"),
        (["past", "--backfill"], "--backfill needs --since"),
        (["past", "--backfill", "--since", "yesterday"], "--since"),
        (["past", "--backfill", "--since", "2999-01-01"], "lies in days to come"),
        (["past", "--backfill", "--since", "3d", "--until", "4d"], "must be later than --since"),
        (["past", "--backfill", "--stop", "--since", "3d"], "--stop ends what was ordered"),
        (["pasd", "--backfill", "--since", "3d"], 'did you mean "past"'),
        (["past", "--backfill", "--stop"], "no backfill of past is open"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_one_line(past: Any, words: list[str], said: str) -> None:
    done = past.desk.khabar_at_home("crawl", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not past.site.log


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("https://a.example/archive", "names no date"),
        ("https://a.example/%m/%d", "needs %Y"),
        ("https://a.example/%Y/%d", "needs %Y"),
        ("https://a.example/%Y/%B", 'holds "%B"'),
        ("https://a.example/%Y%", 'holds "%"'),
    ],
)
def test_a_wrong_address_by_date_says_what_is_wrong(pattern: str, said: str) -> None:
    assert said in (what_is_wrong(pattern) or "")


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("/%Y/%m/%d", ["/2024/02/28", "/2024/02/29", "/2024/03/01"]),
        ("/%Y-%m", ["/2024-02", "/2024-03"]),
        ("/%Y", ["/2024"]),
        ("/%D8%A3%d8%a3/%Y%m%d", ["/%D8%A3%d8%a3/20240228", "/%D8%A3%d8%a3/20240229", "/%D8%A3%d8%a3/20240301"]),
    ],
)
def test_the_finest_directive_gives_the_step(pattern: str, found: list[str]) -> None:
    assert what_is_wrong(pattern) is None
    assert [address for _, address in dated_addresses(pattern, date(2024, 2, 28), date(2024, 3, 1))] == found
