"""Whatever a template does, it ends, and what it makes has a bound."""

import sys

import pytest
from jinja2 import DictLoader, TemplateError
from jinja2.exceptions import SecurityError

from alerts.messages.sandbox import LONGEST, Sandbox, TooMuch, rendered

ENDLESS = {
    "a range": "{% for i in range(10**9) %}x{% endfor %}",
    "loops": "{% for i in range(999) %}{% for j in range(999) %}{% set x = i %}{% endfor %}{% endfor %}",
    "calls": "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}",
    "repetition": "{{ 'x' * 10**9 }}",
    "much text": "{% for i in range(999) %}{% for j in range(99) %}" + "x" * 99 + "{% endfor %}{% endfor %}",
    "doubled by ~": "{% set n = namespace(x='xx') %}{% for i in r %}{% set n.x = n.x ~ n.x %}{% endfor %}",
    "doubled by +": "{% set n = namespace(x='xx') %}{% for i in r %}{% set n.x = n.x + n.x %}{% endfor %}",
    "doubled by set": "{% set n = namespace(x='xx') %}{% for i in r %}{% set y %}{{ n.x }}{{ n.x }}{% endset %}"
    "{% set n.x = y %}{% endfor %}",
    "doubled by join": "{% set n = namespace(x='xx') %}{% for i in r %}{% set n.x = [n.x, n.x]|join %}{% endfor %}",
    "doubled by replace": "{% set n = namespace(x='xx') %}{% for i in r %}"
    "{% set n.x = n.x|replace('x', n.x) %}{% endfor %}",
    "doubled list": "{% set n = namespace(x=[1]) %}{% for i in r %}{% set n.x = n.x + n.x %}{% endfor %}",
    "nested list": "{% set n = namespace(x=1) %}{% for i in r %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x }}",
    "a number": "{% set n = namespace(x=9) %}{% for i in r %}{% set n.x = n.x * n.x %}{% endfor %}",
    "a power": "{{ 9 ** 9999999 }}",
    "a width": "{{ '%999999999d' % 1 }}",
    "a format": "{{ '{:>999999999}'.format(1) }}",
}  # fmt: skip
FORBIDDEN = {
    "its class": "{{ ''.__class__.__mro__ }}",
    "padding": "{{ 'x'.ljust(10**9) }}",
    "a method's function": "{{ f.__globals__ }}",
}


def make(template: str, **context: object) -> str:
    """What the *template* of a text makes."""
    return rendered(Sandbox(DictLoader({"a.txt": template}), {}), "a.txt", {"r": range(90)} | context)


@pytest.mark.parametrize("template", ENDLESS.values(), ids=ENDLESS)
def test_too_much_is_refused(template) -> None:
    with pytest.raises(TooMuch):
        make(template)


@pytest.mark.parametrize("template", FORBIDDEN.values(), ids=FORBIDDEN)
def test_python_is_out_of_reach(template) -> None:
    with pytest.raises(SecurityError):
        make(template, f=make)


@pytest.mark.parametrize("template", ["{% include 'a.txt' %}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"])
def test_what_calls_itself_ends(template) -> None:
    with pytest.raises(RecursionError):
        make(template)


@pytest.mark.parametrize("name", ["safe", "center", "format", "indent", "tojson", "pprint", "batch", "wordwrap"])
def test_there_is_no_filter_that_shows_markup_or_grows_without_bound(name) -> None:
    with pytest.raises(TemplateError, match=f"No filter named '{name}'"):
        make(f"{{{{ 'x'|{name} }}}}")


def test_what_is_not_given_is_an_error() -> None:
    with pytest.raises(TemplateError, match="'headlime' is undefined"):
        make("{{ headlime }}")


def test_pages_are_escaped_and_texts_are_not() -> None:
    templates = DictLoader({"a.html": "{{ x }}{{ [x, x]|join('<br>') }}{{ x ~ x }}", "a.txt": "{{ x }}"})
    sandbox = Sandbox(templates, {})

    assert rendered(sandbox, "a.html", {"x": "<b>"}) == "&lt;b&gt;&lt;b&gt;&lt;br&gt;&lt;b&gt;&lt;b&gt;&lt;b&gt;"
    assert rendered(sandbox, "a.txt", {"x": "<b>"}) == "<b>"


def test_what_a_template_usually_does_is_let_through() -> None:
    made = make(
        "{% for one in items|sort(attribute='n') %}{{ loop.index }} {{ one.name|upper|replace('A', 'b') }} "
        "{{ one.n + 1 }} {{ one.n * 2 }}{{ ', ' if not loop.last }}{% endfor %}"
        "{{ items|map(attribute='n')|join('+') }}",
        items=[{"name": "a", "n": 2}, {"name": "c", "n": 1}],
    )

    assert made == "1 C 2 2, 2 b 3 42+1"


def test_a_text_of_the_greatest_length_is_let_through_and_the_tracing_ends(request) -> None:
    before = sys.gettrace()

    assert len(make("{{ x }}", x="x" * LONGEST)) == LONGEST
    with pytest.raises(TooMuch):
        make("{{ x }}x", x="x" * LONGEST)
    assert sys.gettrace() is before
