"""Where a desk's templates are rendered: they see what they are given, and nothing that they do has no end.

Jinja's sandbox keeps them from Python. What it lets through and could fill the memory or take for ever is bounded here:
how far a range goes, how long a text gets by whatever means, how much is done. A template has no way to show what came
from a page unescaped in HTML.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, Undefined, nodes, pass_eval_context
from jinja2 import filters as jinja_filters
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

LONGEST = 1_000_000
"""Characters of any text that a template makes: ten times the longest message, and a brief of 200 stories."""
MOST_STEPS = 400_000
"""Lines of a template that are carried out: twenty times as many as a brief of 200 stories takes. A second at most."""
MOST_NUMBERS = 1_000
"""In a range."""
_MOST_ITEMS = 10_000  # of a list that is made of others
_LARGEST = 10**15  # of a number: multiplied with itself again and again, it would fill the memory
_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "groupby", "int",
    "items", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round",
    "select", "selectattr", "sort", "striptags", "title", "trim", "truncate", "unique", "upper", "urlencode",
    "wordcount",
)  # fmt: skip
_OF_TEXT = frozenset(
    ["capitalize", "endswith", "isdigit", "lower", "removeprefix", "removesuffix", "split", "startswith", "strip",
     "title", "upper"]
)  # fmt: skip
_SHOWN = (str, int, float, Undefined)


class TooMuch(SecurityError):
    """A template makes too long a text, or does too much."""


class _Generator(CodeGenerator):
    """Checks what `~` puts together; the parts are bounded already."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("environment.checked(")
        super().visit_Concat(node, frame)
        self.write(")")


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates of *loader*. Pages are escaped in those whose name ends in `.html`. Further *filters* are trusted."""

    code_generator_class = _Generator
    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self, loader: BaseLoader, filters: dict[str, Callable[..., Any]]) -> None:
        super().__init__(
            loader=loader, autoescape=_is_html, undefined=StrictUndefined, finalize=_shown, trim_blocks=True,
            lstrip_blocks=True, keep_trailing_newline=True, auto_reload=False, cache_size=50,
        )  # fmt: skip
        known = jinja_filters.FILTERS
        self.filters = {name: known[name] for name in _FILTERS} | {"join": _join, "replace": _replace} | filters
        self.globals = {name: self.globals[name] for name in ("namespace", "joiner", "cycler")} | {"range": _range}
        self.concat = _concat  # type: ignore[method-assign] # what Jinja's own classes leave open

    def checked(self, value: Any) -> Any:
        """*value*, unless it is too long."""
        if isinstance(value, str) and len(value) > LONGEST:
            raise TooMuch(f"a text of more than {LONGEST:,} characters")
        if isinstance(value, list | tuple) and len(value) > _MOST_ITEMS:
            raise TooMuch(f"a list of more than {_MOST_ITEMS:,} items")
        if isinstance(value, int) and abs(value) > _LARGEST:
            raise TooMuch(f"a number beyond {_LARGEST:,}")
        return value

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of a text, what makes none that is longer."""
        if isinstance(obj, str):
            return attr in _OF_TEXT
        return super().is_safe_attribute(obj, attr, value) and not isinstance(obj, type)

    def wrap_str_format(self, value: Any) -> None:
        """What formats, Jinja would let through, in any width."""
        if getattr(value, "__name__", "") in ("format", "format_map") and isinstance(
            getattr(value, "__self__", None), str
        ):
            raise TooMuch("texts are put together with ~")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers; `+` for texts and lists too."""
        numbers = all(isinstance(value, int | float) for value in (left, right))
        if operator != "+" and not numbers:
            raise TooMuch(f'"{operator}" is for numbers')
        if operator == "**" and abs(right) > 10:
            raise TooMuch("a power beyond 10")
        return self.checked(super().call_binop(context, operator, self.checked(left), self.checked(right)))


def rendered(sandbox: Sandbox, name: str, context: dict[str, Any]) -> str:
    """The text that the template *name* makes of *context*. Raises what Jinja raises, TooMuch, and what a mistake in it
    may raise (such as RecursionError).
    """
    template = sandbox.get_template(name)
    with _bounded(MOST_STEPS):
        return _concat(template.generate(context))


def _is_html(name: str | None) -> bool:
    return name is None or name.endswith(".html")


def _shown(value: Any) -> Any:
    """What may stand in a template's text: written out, a list could be of any length."""
    if isinstance(value, _SHOWN):
        return value
    if value is None:
        return ""
    raise TooMuch(f"only a text or a number can be shown, and this is a {type(value).__name__}")


def _concat(parts: Iterable[str]) -> str:
    texts, length = [], 0
    for part in parts:
        length += len(part)
        if length > LONGEST:
            raise TooMuch(f"a text of more than {LONGEST:,} characters")
        texts.append(part)
    return "".join(texts)


def _range(*bounds: int) -> range:
    numbers = range(*bounds)
    if len(numbers) > MOST_NUMBERS:
        raise TooMuch(f"a range of more than {MOST_NUMBERS:,} numbers")
    return numbers


@pass_eval_context
def _join(eval_ctx: EvalContext, value: Iterable[Any], d: str = "", attribute: str | int | None = None) -> str:
    items: list[Any] = []
    length = 0
    for item in value:
        part = item if attribute is None else eval_ctx.environment.getitem(item, attribute)
        length += len(str(_shown(part))) + len(str(_shown(d)))
        if length > LONGEST:
            raise TooMuch(f"a text of more than {LONGEST:,} characters")
        items.append(part)
    return jinja_filters.sync_do_join(eval_ctx, items, d)


@pass_eval_context
def _replace(eval_ctx: EvalContext, s: str, old: str, new: str) -> str:
    text = str(_shown(s))
    if not old or len(text) + text.count(str(old)) * len(str(new)) > LONGEST:
        raise TooMuch("a replacement of nothing, or one that makes a text too long")
    return jinja_filters.do_replace(eval_ctx, text if not isinstance(s, Markup) else s, old, new)


@contextmanager
def _bounded(steps: int) -> Iterator[None]:
    """Raises TooMuch once the templates rendered meanwhile have carried out so many lines. It counts what is done and
    not the time that it takes, so that a slow machine makes no difference.
    """
    left = steps

    def count(_frame: FrameType, _event: str, _arg: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooMuch(f"more than {steps:,} steps")
        return count

    def begin(frame: FrameType, event: str, arg: Any) -> Any:
        return count(frame, event, arg) if frame.f_globals.get("name") in _names(frame) else None

    before = sys.gettrace()
    sys.settrace(begin)
    try:
        yield
    finally:
        sys.settrace(before)


def _names(frame: FrameType) -> tuple[str, ...]:
    """The name of the template that *frame* runs, if it runs one: Jinja puts it beside what it compiles."""
    return (frame.f_globals["name"],) if "blocks" in frame.f_globals and "environment" in frame.f_globals else ()
