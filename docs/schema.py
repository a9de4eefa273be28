"""Writes what the archive's relations are, from an archive that is made for it; `make docs` puts it into archive.md."""

import tempfile
from contextlib import closing
from pathlib import Path

from archive.contract import Column, Relation, contract
from archive.database import open_archive


def markdown() -> str:
    """A section for each relation of the contract."""
    with tempfile.TemporaryDirectory() as directory, closing(open_archive(Path(directory, "archive.db"))) as db:
        return "\n".join(_section(relation) for relation in contract(db))


def _section(relation: Relation) -> str:
    lines = [
        f"### {relation.name}", "", f"A {relation.kind}. {relation.about}", "",
        "| column | type | NULL | key | is |", "|---|---|---|---|---|",
    ]  # fmt: skip
    return "\n".join([*lines, *map(_row, relation.columns), ""])


def _row(column: Column) -> str:
    null = "may be" if column.may_be_null else ""
    return f"| `{column.name}` | {column.type.lower()} | {null} | {column.key} | {column.text} |"
