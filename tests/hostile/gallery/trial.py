"""Puts a desk before the attacks, crawls, and tells all that came out otherwise than it must."""

import json
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measure import Taken, environment, run
from seeds.bounds import LONGEST_STORY
from tests.hostile.gallery.attack import Attack, Place
from tests.hostile.gallery.server import SECRET, TREASURE, Gallery

SECONDS = 300
"""After so many a crawl that does not end is killed."""
_UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff\U000e0000-\U000e007f]"
)
"""What no field of an article may hold: controls, escapes, zero-width spaces, bidi overrides, halves of a character."""
_EARLIEST, _LATEST = "1900", "2101"
_LONGEST_FIELD = 4_200


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a crawl did."""

    taken: Taken
    summary: dict[str, Any]
    visits: list[dict[str, Any]]
    articles: list[dict[str, Any]]
    asked: dict[str, list[str]]
    integrity: list[str] = field(default_factory=list)  # what SQLite finds wrong with the archive

    @property
    def megabytes(self) -> float:
        """The peak of Khabar's process tree."""
        return (self.taken.pss or 0) / 2**20


def make_desk(root: Path, sources: str) -> None:
    """A desk with these sources."""
    for folder in ("seeds/sources", "seeds/topics", "schedules", "alerts"):
        (root / folder).mkdir(parents=True)
    (root / "desk.toml").write_text('name = "Test desk"\ntimezone = "UTC"\ncontact = "desk@example.org"\n')
    (root / "seeds/sources/sites.toml").write_text(sources, encoding="utf-8")


def crawl(root: Path, gallery: Gallery | None = None) -> Trial:
    """Crawls every source of the desk at *root* once, in processes of their own."""
    command = [sys.executable, "-P", "-m", "crawler", "--desk", str(root), "crawl", "--json"]
    known = root / "authorities.pem"  # who signs for the gallery's own sites, and nobody else
    known.write_text(gallery.authority if gallery else "")
    taken = run(command, environment=environment() | {"SSL_CERT_FILE": str(known)}, seconds=SECONDS)
    assert taken.code in (0, 1), f"exit code {taken.code}\n{taken.errors[-2000:]}"
    with closing(sqlite3.connect(f"file:{root / 'archive.db'}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        checks = [*db.execute("PRAGMA integrity_check"), *db.execute("PRAGMA foreign_key_check")]
        return Trial(
            taken=taken,
            summary=json.loads(taken.output),
            visits=[dict(row) for row in db.execute("SELECT * FROM visits")],
            articles=[dict(row) for row in db.execute("SELECT * FROM articles")],
            asked=gallery.asked() if gallery else {},
            integrity=[str(tuple(row)) for row in checks if tuple(row) != ("ok",)],
        )


def faults(trial: Trial, attacks: Sequence[Attack], places: dict[str, Place]) -> list[str]:
    """All that is not as it must be, a line each; empty where everything is."""
    found = [f"archive: {fault}" for fault in trial.integrity]
    if "Traceback" in trial.taken.errors:
        found.append(f"the log has a traceback: {trial.taken.errors[-2000:]}")
    if asked := trial.asked.get(SECRET):
        found.append(f"the secret server was asked: {asked[:5]}")
    for attack in attacks:
        found += [f"{attack.name}: {fault}" for fault in _faults(trial, attack, places[attack.name])]
    return found


def fates(trial: Trial, source: str, place: Place) -> dict[str, str]:
    """The fate of every URL of *source*; those of its own site by their path."""
    rows = (row for row in trial.visits if row["source"] == source)
    return {row["url"].removeprefix(place.url): _fate(row) for row in rows}


def _fate(row: dict[str, Any]) -> str:
    return f"{row['fate']}: {row['reason']}" if row["reason"] else str(row["fate"])


def _faults(trial: Trial, attack: Attack, place: Place) -> Iterator[str]:
    found = fates(trial, attack.name, place)
    for named, wanted in attack.fates.items():
        path = named.replace("{secret}", place.secret).replace("{secret_port}", str(place.secret_port))
        came = found.pop(path, "no fate")
        if came not in wanted.split(" | "):
            yield f"{path} came out as {came!r}, and not as {wanted!r}"
    if attack.counts is not None and (counts := Counter(found.values())) != Counter(attack.counts):
        shown = {path[:100]: fate for path, fate in list(found.items())[:9]}
        yield f"the rest came out as {dict(counts)}, and not as {dict(attack.counts)}; the first: {shown}"
    articles = [row for row in trial.articles if row["source"] == attack.name]
    yield from _faults_of_articles(articles)
    whole = json.dumps(articles, ensure_ascii=False)
    for text in attack.says:
        if text not in whole:
            yield f"its articles do not say {text!r}"
    for text in (*attack.never, TREASURE):
        if text in whole or text in json.dumps([row["url"] for row in trial.visits if row["source"] == attack.name]):
            yield f"the archive says {text!r}"
    if attack.judge:
        yield from attack.judge(articles)


def _faults_of_articles(articles: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What no article may be, whatever its page."""
    for row in articles:
        for name, value in row.items():
            if isinstance(value, str) and (bad := _UNSHOWN.search(value)):
                yield f"{row['url']}: its {name} holds {bad[0]!a}"
            if isinstance(value, str) and len(value) > (LONGEST_STORY if name == "text" else _LONGEST_FIELD):
                yield f"{row['url']}: its {name} has {len(value)} characters"
        for name in ("url", "image"):
            if row[name] and not row[name].startswith(("http://", "https://")):
                yield f"{row['url']}: its {name} is {row[name][:80]!r}"
        for name in ("published", "modified"):
            if row[name] and not _EARLIEST < row[name] < _LATEST:
                yield f"{row['url']}: {name} {row[name]}"
