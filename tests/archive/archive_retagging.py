"""A process that tags an archive anew until it is killed, and says each article on standard output: once when its
tags are written and not yet committed, once when they are. It goes on when it is told to.
"""

import sys
import tomllib
from contextlib import closing
from pathlib import Path

from archive.database import open_archive
from archive.retagging import retag
from archive.search import Filters, matching_ids
from topics.compiling import compile_packs


def say(word: object) -> None:
    """Says *word* to whoever started this process, and waits for a line."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()
    sys.stdin.readline()


def main(path: Path, pack: Path) -> None:
    """Tags what is outdated at *path* anew, with the packs in the file *pack*."""
    packs = compile_packs([(str(pack), tomllib.loads(pack.read_text(encoding="utf-8")))])
    with closing(open_archive(path)) as db:
        ids = list(matching_ids(db, "", filters=Filters(not_read_with=packs.version)))
        for one in retag(db, packs, ids, lambda _, one: say(f"written {one.id}")):
            say(f"committed {one.id}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
