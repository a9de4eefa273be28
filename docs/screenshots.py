"""Takes the pictures of the web face that README.md and docs/web.md show: of the desk that `khabar demo` leaves behind,
served as `khabar serve` does. Run it by `make screenshots` where Chromium is installed.
"""

import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
KHABAR = [sys.executable, "-P", "-m", "crawler"]
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PICTURES = (
    ("web", "/", "en", "light"),
    ("web-article", "/articles/{edited}", "en", "light"),
    ("web-arabic", "/topics/isis", "ar", "dark"),
)
"""Name, address, language and colours of each."""
SIZE = {"width": 1200, "height": 900}


def main() -> None:
    """Makes the desk, serves it, and looks at it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed; on Debian and Ubuntu: apt install chromium")
    with tempfile.TemporaryDirectory() as folder:
        desk = Path(folder) / "desk"
        command = [*KHABAR, "demo", "--into", str(desk)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own
        edited = _edited(desk)
        with _served(desk) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
            for name, path, language, theme in PICTURES:
                _take(browser, f"{address}{path.format(edited=edited)}", language, theme, ROOT / f"docs/{name}.png")
            browser.close()


def _edited(desk: Path) -> str:
    """The id of the article that the demo edits."""
    with closing(sqlite3.connect(f"file:{desk / 'archive.db'}?mode=ro", uri=True)) as db:
        return str(db.execute("SELECT article FROM revisions").fetchone()[0])


@contextmanager
def _served(desk: Path) -> Iterator[str]:
    command = [*KHABAR, "--desk", str(desk), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 -- our own
        try:
            found = re.search(r"http://\S+", process.stderr.readline() if process.stderr else "")
            if not found:
                sys.exit("khabar serve does not begin")
            yield found[0].rstrip("/")
        finally:
            process.terminate()


def _take(browser: Browser, address: str, language: str, theme: str, picture: Path) -> None:
    context = browser.new_context(viewport=SIZE, device_scale_factor=1, reduced_motion="reduce")
    context.add_cookies([{"name": "khabar_interface", "value": f"{language}.{theme}", "url": address}])
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.screenshot(path=picture)
    context.close()


if __name__ == "__main__":
    main()
