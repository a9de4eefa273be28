"""Whatever stands in an archive, it is letters on a page: no script of it runs, nothing is fetched, nothing hides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hostile_archive import ATTACK, MARK, Hostile, hostile_desk
from looking import Served, serving, watched
from test_every_page import PATHS

MOST_BYTES = 3_000_000
"""Of a page, a megabyte of headline in its archive notwithstanding."""
FAULTS = """() => {
    const wrong = [];
    for (const one of document.querySelectorAll('*')) {
        for (const name of one.getAttributeNames()) {
            if (name.startsWith('on')) wrong.push(`${one.tagName} ${name}`);
            if (['href', 'src', 'action', 'formaction', 'data', 'xlink:href'].includes(name)) {
                const to = one.getAttribute(name).replace(/[\\s\\x00-\\x1f]/g, '').toLowerCase();
                if (/^(javascript|vbscript|data:text)/.test(to)) wrong.push(`${one.tagName} ${to.slice(0, 60)}`);
            }
        }
        if (['IFRAME', 'OBJECT', 'EMBED', 'BASE'].includes(one.tagName)) wrong.push(one.tagName);
        if (one.tagName === 'SCRIPT' && !one.nonce) wrong.push('a script without nonce');
        if (one.tagName === 'IMG' && one.getAttribute('src') === 'x') wrong.push('an image of an attack');
    }
    const shown = document.querySelector('main').textContent;
    if (/[\\u202a-\\u202e\\u2066-\\u2069\\u200b\\ufeff]/.test(shown)) wrong.push('bidi');
    return wrong;
}"""


@pytest.fixture(scope="module")
def hostile(demo_desk: Path, tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    return hostile_desk(demo_desk, tmp_path_factory.mktemp("hostile") / "desk")


@pytest.fixture(scope="module")
def enemy(hostile: Hostile) -> Iterator[Served]:
    with serving(hostile.root) as one:
        yield one


def pages_of(hostile: Hostile, places: dict[str, str]) -> list[str]:
    """Every page, and those that an attack has a part in."""
    here = places | {"message": hostile.message, "edited": str(hostile.revised)}
    return list(dict.fromkeys([*(path.format_map(here) for path in PATHS), *_more(hostile)]))


def _more(hostile: Hostile) -> list[str]:
    query = quote(ATTACK[:1_000])
    return [
        f"/articles/{hostile.article}", f"/articles/{hostile.revised}", "/topics", "/live?topic=isis",
        f"/search?q={query}", "/search?q=script", f"/alerts?channel={query}&alert={query}&state={query}",
        f"/sources/{query[:80]}", f"/nowhere/{query[:300]}", f"/archive?sql=select+'{query}'",
        *(f"/sources/{source}" for source in ("rafidain", "sidra", "kani")), "/alerts?page=2",
        f"/archive/article_head/{hostile.article}", f"/-/interface?back={query[:300]}",
    ]  # fmt: skip


def test_no_attack_does_anything_on_any_page(
    chromium: Any, enemy: Served, hostile: Hostile, places: dict[str, str]
) -> None:
    wrong: dict[str, list[str]] = {}
    with watched(chromium, enemy.address) as seen:
        seen.page.on("dialog", lambda dialog: (seen.wrong.append("a dialog"), dialog.dismiss()))
        for path in pages_of(hostile, places):
            answer = seen.page.goto(path, wait_until="load")
            faults = [*seen.page.evaluate(FAULTS), *(one for one in seen.wrong if not _is_status(one))]
            if path.startswith("/archive"):  # the very values, each in a cell of its own
                faults = [one for one in faults if one != "bidi"]
            if seen.page.evaluate(f"'{MARK}' in window"):
                faults.append("a script ran")
            if answer.status >= 500:
                faults.append(f"it failed: {answer.status}")
            if urlsplit(seen.page.url).netloc != urlsplit(enemy.address).netloc:
                faults.append(f"it led to {seen.page.url}")
            seen.wrong.clear()
            if faults:
                wrong[path[:100]] = faults[:5]
    assert wrong == {}


def _is_status(line: str) -> bool:
    """A page that is not there is an error to the console, and none of ours."""
    return "the server responded with a status of 4" in line


def test_no_page_weighs_too_much(enemy: Served, hostile: Hostile, places: dict[str, str]) -> None:
    tables = [f"/archive/{table}?_size=20" for table in hostile.tables if table not in ("article_text", "articles")]
    weights = {path: len(enemy.get(path).content) for path in [*pages_of(hostile, places), *tables]}
    assert {path[:80]: weight for path, weight in weights.items() if weight > MOST_BYTES} == {}


def test_every_table_of_an_attack_is_harmless_in_the_browser(chromium: Any, enemy: Served, hostile: Hostile) -> None:
    wrong: dict[str, list[str]] = {}
    with watched(chromium, enemy.address) as seen:
        for table in hostile.tables:
            answer = seen.page.goto(f"/archive/{table}?_size=5", wait_until="load")
            faults = [one for one in seen.page.evaluate(FAULTS) if one != "bidi"]
            if answer.status >= 500 or seen.page.evaluate(f"'{MARK}' in window"):
                faults.append(str(answer.status))
            if found := [*faults, *seen.wrong]:
                wrong[table] = found[:5]
            seen.wrong.clear()
    assert wrong == {}


def test_files_of_an_attack_are_files(enemy: Served) -> None:
    for path in ("/sources.csv", "/sources/rafidain/days.csv", "/sources/rafidain/fates.csv", "/alerts/sent.csv"):
        answer = enemy.get(path)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8", path
        assert answer.headers["content-disposition"].startswith("attachment"), path
        cells = [cell for line in answer.text.splitlines()[1:] for cell in line.split(",")]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], path


def test_the_archive_of_the_attack_is_one(hostile: Hostile, enemy: Served) -> None:
    """Else nothing of the above would prove anything."""
    shown = enemy.get("/live").text
    assert "&lt;script&gt;" in shown and "onerror=" in shown
    assert "&lt;script&gt;" in enemy.get("/sources/rafidain").text
    assert "&lt;script&gt;" in enemy.get("/alerts").text


def test_a_megabyte_in_a_cell_is_cut_on_the_page_and_whole_in_its_json(enemy: Served, hostile: Hostile) -> None:
    row = f"/archive/article_head/{hostile.article}"
    assert len(enemy.get(row).content) < 500_000
    assert len(enemy.get(f"{row}.json").json()["rows"][0][3]) > 900_000
