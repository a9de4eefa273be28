"""The forms that an export may have: what each is written into, and by what. Light: what writes is loaded only when it
is asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from archive.reading import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form. Names are those of functions, as `module:function` of this package."""

    kind: Literal["text", "binary", "directory"]
    writer: str
    tells: bool = False  # of itself: its writer is given the order too
    with_pages: bool = False  # … and the kept pages
    directory_writer: str | None = None  # of a form that may also be a directory
    recognizer: str | None = None  # says whether a directory is of this form

    def write(self, records: Iterable[Record], into: Any, *more: Any) -> None:
        """Writes *records* *into* an open file, or a directory."""
        name = self.directory_writer if isinstance(into, Path) and self.directory_writer else self.writer
        _function(name)(records, into, *more)

    def is_of(self, directory: Path) -> bool:
        """Whether *directory* is an export of this form."""
        return self.recognizer is not None and bool(_function(self.recognizer)(directory))


FORMS = {
    "jsonl": Form(kind="text", writer="json_lines:write_json_lines"),
    "csv": Form(kind="text", writer="tables:write_csv"),
    "csv-excel": Form(kind="binary", writer="tables:write_csv_excel"),
    "markdown": Form(
        kind="text",
        writer="markdown:write_markdown",
        tells=True,
        directory_writer="markdown:write_markdown_directory",
        recognizer="markdown:is_markdown_export",
    ),
    "parquet": Form(kind="binary", writer="parquet:write_parquet", tells=True),
    "evidence": Form(
        kind="directory",
        writer="evidence:write_evidence",
        tells=True,
        with_pages=True,
        recognizer="evidence:is_evidence",
    ),
    "warc": Form(kind="binary", writer="warc:write_warc", tells=True, with_pages=True),
}
"""By the name that `--format` takes."""


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(f"crawler.exporting.{module}"), function)
    return found
