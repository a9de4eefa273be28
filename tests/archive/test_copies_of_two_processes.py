"""Two processes that archive copies of the same texts at once make one story of each, whatever is rolled back."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from archive_copying import AT_ONCE

from archive.database import open_archive

COPYING = Path(__file__).with_name("archive_copying.py")
TEXTS = 200


def test_copies_that_two_processes_archive_at_once_are_one_story_each(archive_path) -> None:
    with closing(open_archive(archive_path)):
        pass
    processes = [
        subprocess.Popen(
            [sys.executable, str(COPYING), str(archive_path), name, str(TEXTS)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    for _ in range(0, TEXTS, AT_ONCE):  # both begin each transaction at the same instant
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "done\n"
    for process in processes:
        process.communicate(timeout=100)
        assert process.returncode == 0

    with closing(open_archive(archive_path, read_only=True)) as db:
        rows = db.execute("SELECT story, source, url FROM article_head").fetchall()
        stories: dict[str, set[int]] = {}
        for story, _, url in rows:
            stories.setdefault(url.rpartition("/")[2], set()).add(story)
        counts = db.execute("SELECT count(*), min(articles), max(articles) FROM stories").fetchone()
        firsts = db.execute("SELECT source, count(*) FROM article_head WHERE id = story GROUP BY source").fetchall()
    assert len(rows) == 2 * TEXTS
    assert all(len(found) == 1 for found in stories.values())
    assert tuple(counts) == (TEXTS, 2, 2)
    assert len(firsts) == 2, "each was the first with some"
