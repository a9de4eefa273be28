"""Draws docs/demo.png, the README's picture: what `khabar demo` prints, in its colours, as a browser sets it.

A browser orders right-to-left text as a good terminal does. Run it with .venv/bin/python where Chromium is installed.
"""

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = 110
PARTS = ("Three tags", "A search in Arabic", "Alerts: what arrived")  # what says most
PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 24px 32px; background: {background}; color: {foreground}; }}
pre {{ font: 15px/1.45 "DejaVu Sans Mono", "Noto Sans Arabic", monospace; unicode-bidi: plaintext; margin: 0; }}
{stylesheet}</style><pre>{code}</pre>"""
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--hide-scrollbars")  # fmt: skip


def main() -> None:
    """Runs the demo, and draws some parts of what it prints."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is not installed; on Debian and Ubuntu: apt install chromium")
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "crawler", "demo"], env=environment, check=True, capture_output=True, text=True
    )
    lines = Text.from_ansi(done.stdout).split("\n")
    shown = [Text("$ make demo", style="bold"), Text("")]
    is_shown = False
    for line in lines:
        if line.plain.endswith("──"):  # a heading
            is_shown = line.plain.startswith(PARTS)
        if is_shown:
            shown.append(line)
    console = Console(record=True, width=COLUMNS + 10, file=io.StringIO(), force_terminal=True)
    console.print(*shown, sep="\n")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "demo.html"
        page.write_text(console.export_html(theme=MONOKAI, code_format=PAGE), encoding="utf-8")
        size = f"--window-size=1160,{60 + 22 * len(shown)}"
        picture = f"--screenshot={ROOT / 'docs/demo.png'}"
        command = [chromium, *OPTIONS, f"--user-data-dir={folder}/profile", size, picture, page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- a page of our own


if __name__ == "__main__":
    main()
