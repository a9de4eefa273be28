"""`khabar sources add`: a new source, found at an address or described by options."""

from collections.abc import Sequence
from typing import Any

import click

from crawler.cli import pass_desk
from crawler.cli.sources_discover import DELAY, drafted, explored, say_nothing_found, tell_added
from crawler.desk import Desk
from seeds.changing import add_source
from seeds.editing import source_text

_WAYS = ("feeds", "sitemaps", "listings")


@click.command()
@click.argument("target", metavar="URL|ID")
@click.option("--id", "name_id", metavar="ID", help="With a URL: the id, where the guessed one does not do.")
@click.option("--name", help="As people know it.")
@click.option("--language", help="BCP 47: en, ar, ckb, kmr, …")
@click.option("--country", help="ISO 3166, such as IQ.")
@click.option("--timezone", help="Of dates that state none, such as Asia/Baghdad.")
@click.option("--feed", "feeds", multiple=True, metavar="URL", help="RSS, Atom, RDF or JSON Feed; may be repeated.")
@click.option("--sitemap", "sitemaps", multiple=True, metavar="URL", help="A sitemap or an index; may be repeated.")
@click.option("--listing", "listings", multiple=True, metavar="URL", help="A section page; may be repeated.")
@click.option("--article", metavar="REGEX", help="Which links are articles.")
@click.option("--exclude", multiple=True, metavar="REGEX", help="Which of them are not; may be repeated.")
@click.option("--delay", type=float, help=f"Seconds between requests to one host, at least.  [default: {DELAY}]")
@click.option("--private", is_flag=True, help="Its hosts may have a private or loopback address.")
@click.option("--port", "ports", type=int, multiple=True, help="A port besides 80, 443 and those of its addresses.")
@click.option("--file", metavar="NAME", help="The file of seeds/sources to write to.  [default: ID.toml]")
@pass_desk
def add(desk: Desk, /, target: str, name_id: str | None, file: str | None, **keys: Any) -> int:
    """Add a source to the desk: found at a URL, as "discover" finds it, or with an ID and the options, asking nobody.

    Nothing is written that would not load, and what stands in the file already stays as it is. With a URL, options
    stand instead of what was found.

    \b
    Examples: khabar sources add https://news.example/en
              khabar sources add example-en --feed https://news.example/rss/en --language en
    """
    known = desk.sources
    if "://" in target and _addresses(keys):
        raise click.BadParameter("with a URL they are looked for there", param_hint="--feed, --sitemap and --listing")
    if "://" in target:
        table = _found(desk, target, name_id, keys)
        if not table:
            return 1
    elif name_id is not None:
        raise click.BadParameter(f"the id is {target!r} already", param_hint="--id")
    else:
        table = source_text({"id": target, "name": keys["name"] or target, **_given(keys, _addresses(keys))})
    tell_added(add_source(desk.root / "seeds" / "sources", known, table, file))
    return 0


def _found(desk: Desk, url: str, name_id: str | None, keys: dict[str, Any]) -> str:
    delay, ports, private = keys["delay"] if keys["delay"] is not None else DELAY, keys["ports"], keys["private"]
    if not 0 <= delay <= 3600:
        raise click.BadParameter("must be from 0 to 3600", param_hint="--delay")
    found = explored(desk, url, private=private, ports=ports, delay=delay)
    given = {key: value for key, value in _given(keys, []).items() if key not in ("ports", "private", "delay")}
    table = drafted(desk, found, given | ({"id": name_id} if name_id else {}), delay=delay, private=private)
    if not table:
        say_nothing_found(found)
    return table


def _addresses(keys: dict[str, Any]) -> list[str]:
    return [url for way in _WAYS for url in keys[way]]


def _given(keys: dict[str, Any], urls: Sequence[str]) -> dict[str, object]:
    """The keys that were given, in the order of the documentation; the ports of *urls* are meant by their addresses."""
    order = ("name", "language", "country", "timezone", *_WAYS, "article", "exclude", "delay", "private")
    given = {key: _listed(keys[key]) for key in order if keys[key] not in (None, (), False)}
    ports = _ports(urls, keys["ports"])
    return given | ({"ports": ports} if ports else {})


def _ports(urls: Sequence[str], more: Sequence[int]) -> list[int]:
    from crawler.scouting.drafting import ports_of  # noqa: PLC0415 -- it loads the parsers

    try:
        own = ports_of(urls)
    except ValueError:  # not a URL: the definition's own check says so better
        own = []
    return sorted({80, 443, *own, *more}) if own or more else []  # its articles may be elsewhere than its feed


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
