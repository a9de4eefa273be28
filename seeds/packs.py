"""The topic packs to watch with: those that come with Khabar, and on top of them a desk's own."""

from collections.abc import Iterable, Sequence
from os.path import realpath
from pathlib import Path
from typing import Any

from seeds.definitions import read_toml

PACKAGED = Path(__file__).resolve().parent / "topics"


def read_packs(folder: Path, drafts: Sequence[Path] = ()) -> list[tuple[str, dict[str, Any]]]:
    """Path and tables of every pack: the packaged ones first, then those in *folder*, a desk's. Raises DefinitionError.

    What a later one defines under a name that an earlier folder uses stands instead of it, or extends it. *drafts*
    lie on top of all; one that stands in a folder already is moved there.
    """
    folders = [PACKAGED] if folder.resolve() == PACKAGED else [PACKAGED, folder]
    moved = {realpath(path) for path in drafts}  # not Path.resolve, which raises where links lead in a circle
    standing = [path for each in folders for path in sorted(each.glob("*.toml")) if realpath(path) not in moved]
    return [(str(path), read_toml(path)) for path in (*standing, *drafts)]


def own_files(folder: Path) -> list[Path]:
    """The packs in *folder*, a desk's; none where they are the packaged ones."""
    return [] if folder.resolve() == PACKAGED else sorted(folder.glob("*.toml"))


def unread_files(folder: Path) -> list[Path]:
    """What lies beside the packs in *folder* and is never read, since its name does not end in ".toml": a slip, most
    likely. Hidden files and notes (.md) are none.
    """
    beside = (path for path in folder.glob("*") if path.suffix not in (".toml", ".md") and path.is_file())
    return sorted(path for path in beside if not path.name.startswith("."))


def names_in(files: Iterable[Path]) -> tuple[list[str], list[str]]:
    """The topics and the lists that these files define or extend. They are known to be right."""
    tables = [read_toml(path) for path in files]
    topics, lists = ([name for table in tables for name in table.get(kind, {})] for kind in ("topic", "lists"))
    return list(dict.fromkeys(topics)), list(dict.fromkeys(lists))
