"""The topic packs to watch with: those that come with Khabar, and on top of them a desk's own."""

from pathlib import Path
from typing import Any

from seeds.definitions import read_toml

PACKAGED = Path(__file__).resolve().parent / "topics"


def read_packs(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """Path and tables of every pack: the packaged ones first, then those in *folder*, a desk's. Raises DefinitionError.

    What a later one defines under a name that an earlier folder uses stands instead of it, or extends it.
    """
    folders = [PACKAGED] if folder.resolve() == PACKAGED else [PACKAGED, folder]
    return [(str(path), read_toml(path)) for each in folders for path in sorted(each.glob("*.toml"))]
