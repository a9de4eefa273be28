"""Templates: those that come with Khabar, and a desk's own in `templates/`, which stand in their place or extend them.

Nothing is decided here of what is told; `alerts.messages.sandbox` bounds what a template may do.
"""

from collections.abc import Callable, Collection
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader, TemplateError, TemplateSyntaxError, meta
from jinja2.exceptions import TemplateNotFound
from markupsafe import Markup

from alerts.messages.charts import bars_svg, chart
from alerts.messages.excerpt import LONGEST, Excerpt, fitted
from alerts.messages.markdown import markdown, markdown_sentence
from alerts.messages.message_html import marked_html
from alerts.messages.message_text import bracketed
from alerts.messages.report_text import facts, stories
from alerts.messages.sandbox import Sandbox, rendered
from seeds.definitions import DefinitionError, nearest
from topics.direction import Direction, directed, isolated

PACKAGED = "khabar"
"""The folder under which a desk's template finds those that come with Khabar: `{% extends "khabar/brief.html" %}`."""
ENDINGS = (".html", ".md", ".txt")
_LARGEST = 200_000  # bytes of a template's file
_PLACE = "templates"


class TemplateFailed(Exception):
    """A template could not be rendered; in words, with the file and the line where it stopped."""


class Templates:
    """The templates of the desk whose own are in *folder*, which need not exist. They are read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def _sandbox(self) -> Sandbox:
        packaged = PackageLoader("alerts.messages", _PLACE)
        loader = ChoiceLoader([FileSystemLoader(self.folder), packaged, PrefixLoader({PACKAGED: packaged})])
        return Sandbox(loader, filters=_FILTERS)

    @cached_property
    def own(self) -> Collection[str]:
        """The names of the desk's own templates."""
        return frozenset(path.name for path in _files(self.folder))

    def render(self, name: str, context: dict[str, Any]) -> str:
        """The text that the template *name* makes of *context*. Raises TemplateFailed."""
        try:
            return rendered(self._sandbox, name, context)
        except TemplateSyntaxError as error:
            raise TemplateFailed(f"{error.filename or name}, line {error.lineno}: {error.message}") from error
        except TemplateNotFound as error:
            raise TemplateFailed(f"{self._place(name)}: there is no template {error}") from error
        except Exception as error:  # whatever a template does: what it tells must not be lost for it
            said = str(error) if isinstance(error, TemplateError) else f"{type(error).__name__}: {error}"
            raise TemplateFailed(f"{self._place(name)}{_line(error)}: {said}") from error

    def check(self) -> None:
        """Reads every template of the desk. Raises DefinitionError for the first that could not be rendered."""
        for path in _files(self.folder):
            self._check(path)

    def _check(self, path: Path) -> None:
        try:
            if path.stat().st_size > _LARGEST:
                raise DefinitionError(path, "", f"has more than {_LARGEST:,} bytes, which no template needs")
            source = path.read_text(encoding="utf-8")
            tree = self._sandbox.parse(source, path.name, str(path))
            self._sandbox.compile(tree, path.name, str(path))
        except TemplateSyntaxError as error:
            raise DefinitionError(path, f"line {error.lineno}", error.message or "cannot be understood") from error
        except UnicodeDecodeError as error:
            raise DefinitionError(path, "", "is not UTF-8") from error
        except OSError as error:
            raise DefinitionError(path, "", f"cannot be read ({error.strerror})") from error
        except RecursionError as error:
            raise DefinitionError(path, "", "is nested too deeply") from error
        for name in meta.find_referenced_templates(tree):
            known = self._sandbox.list_templates()
            if name is not None and name not in known:
                reason = f'names the template "{name}", which there is not'
                raise DefinitionError(path, "", reason, nearest=nearest(name, known))

    def _place(self, name: str) -> str:
        return str(self.folder / name) if name in self.own else name


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.suffix in ENDINGS and path.is_file())


def _line(error: Exception) -> str:
    """The line of the template in which *error* was raised, if it can be told."""
    trace, line = error.__traceback__, None
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(ENDINGS):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


def _sentence(sentence: Excerpt, direction: Direction | None = None, longest: int = LONGEST) -> str:
    """Its marks in brackets."""
    return directed(bracketed(fitted(sentence, longest)), direction)


def _sentence_html(sentence: Excerpt, longest: int = LONGEST) -> Markup:
    return Markup(marked_html(sentence, longest=longest))  # noqa: S704 -- it is escaped there


def _sentence_md(sentence: Excerpt, direction: Direction | None = None, longest: int = LONGEST) -> str:
    return directed(markdown_sentence(fitted(sentence, longest)), direction)


def _drawn(counts: tuple[int, ...], labels: tuple[str, ...], title: str, description: str, name: str) -> Markup:
    drawn = bars_svg(counts, labels, title=title, description=description, name=name)
    return Markup(drawn)  # noqa: S704 -- it is escaped there


def _dir(direction: Direction | None) -> str:
    return direction or "auto"


_FILTERS: dict[str, Callable[..., Any]] = {
    "directed": directed,
    "sentence": _sentence,
    "sentence_html": _sentence_html,
    "sentence_md": _sentence_md,
    "facts": lambda entry: list(facts(entry)),
    "isolated": isolated,
    "md": markdown,
    "blocks": chart,
    "chart": _drawn,
    "dir": _dir,
    "stories": stories,
}
"""What templates may do besides what Jinja does; described in docs/brief.md."""
