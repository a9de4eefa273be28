"""What a page costs that a browser draws, beside the same page as it would be sent without scripts.

One site of our own, crawled twice with a desk of its own each time: once its pages are whole, once they are an empty
frame, a script and its data. Memory is that of the crawl with its workers and its browser.

usage: python -m benchmarks.rendering [--pages N]
"""

import argparse
import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from benchmarks.measure import Taken, environment, run

_SENTENCE = "The council of town {number} met for the {turn} time to talk of wheat and of water in its canals."
_SCRIPT = """fetch('/data' + location.pathname).then(answer => answer.json()).then(story => {
  document.title = story.title;
  const article = document.body.appendChild(document.createElement('article'));
  article.appendChild(document.createElement('h1')).textContent = story.title;
  for (const line of story.lines) article.appendChild(document.createElement('p')).textContent = line;
});"""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages = 0
    is_whole = True

    def do_GET(self) -> None:
        kind, text = self._answer(self.path)
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, path: str) -> tuple[str, str]:
        if path == "/feed":
            host = self.headers["Host"]
            items = "".join(f"<item><link>http://{host}/story/{one}</link></item>" for one in range(self.pages))
            return "application/rss+xml", f'<rss version="2.0"><channel>{items}</channel></rss>'
        if path == "/site.js":
            return "text/javascript", _SCRIPT
        if path == "/robots.txt":
            return "text/plain", ""
        title, lines = _story(int(path.rpartition("/")[2]))
        if path.startswith("/data/"):
            return "application/json", json.dumps({"title": title, "lines": lines})
        story = f"<article><h1>{title}</h1>{''.join(f'<p>{line}</p>' for line in lines)}</article>"
        inside = story if self.is_whole else '<script src="/site.js"></script>'
        return "text/html", f"<!doctype html><html lang=en><title>{title}</title><body>{inside}</body></html>"

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _story(number: int) -> tuple[str, list[str]]:
    lines = [
        " ".join(_SENTENCE.format(number=number, turn=f"{4 * line + part}th") for part in range(4)) for line in range(8)
    ]
    return f"Town {number} waits for water", lines


@contextmanager
def _site(pages: int, *, is_whole: bool) -> Iterator[int]:
    handler = type("Handler", (_Handler,), {"pages": pages, "is_whole": is_whole})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def crawl(pages: int, *, rendered: bool) -> tuple[int, Taken]:
    """Crawls the site into a new desk: how many articles it archived, and what that took."""
    with tempfile.TemporaryDirectory() as folder, _site(pages, is_whole=not rendered) as port:
        desk = Path(folder)
        for name in ("seeds/sources", "seeds/topics", "schedules", "alerts"):
            (desk / name).mkdir(parents=True)
        (desk / "desk.toml").write_text('name = "Bench"\ncontact = "bench@example.org"\n')
        (desk / "seeds/sources/site.toml").write_text(
            f'[[source]]\nid = "site"\nname = "site"\nfeeds = ["http://127.0.0.1:{port}/feed"]\nprivate = true\n'
            f"ports = [{port}]\ndelay = 0\nrender = {str(rendered).lower()}\n"
        )
        command = [sys.executable, "-P", "-m", "crawler", "--desk", folder, "crawl", "--json"]
        taken = run(command, environment=environment())
        return json.loads(taken.output)["sources"]["site"]["archived"], taken


def main() -> None:
    """Prints a line for each way."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rendering")
    parser.add_argument("--pages", type=int, default=60)
    pages = parser.parse_args().pages
    print(f"{'':<10}{'archived':>10}{'pages a second':>16}{'CPU s a page':>14}{'memory, MB':>12}")
    for name, rendered in (("plain", False), ("rendered", True)):
        archived, taken = crawl(pages, rendered=rendered)
        seconds = taken.ended - taken.started
        memory = f"{taken.pss / 1e6:.0f}" if taken.pss else "unknown"
        print(f"{name:<10}{archived:>10}{archived / seconds:>16.2f}{taken.cpu_seconds / pages:>14.2f}{memory:>12}")


if __name__ == "__main__":
    main()
