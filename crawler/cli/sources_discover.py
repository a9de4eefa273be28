"""`khabar sources discover`: from an address to a definition."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from archive.plain import plain, plain_json
from archive.times import to_text
from crawler.cli import pass_desk
from crawler.cli.logs import log_to_terminal
from crawler.cli.terminal import err
from crawler.desk import Desk
from crawler.desk_lock import hold_desk
from seeds.changing import Added, add_source

if TYPE_CHECKING:
    from crawler.scouting.exploration import Exploration

DELAY = 1.0


@click.command()
@click.argument("url", metavar="URL")
@click.option("--add", "is_added", is_flag=True, help="Write it into the desk's seeds/sources/ID.toml as well.")
@click.option("--private", is_flag=True, help="The host of URL may have a private or loopback address.")
@click.option(
    "--port", "ports", type=click.IntRange(1, 65535), multiple=True, help="A port that may be asked besides 80 and 443."
)
@click.option(
    "--delay", type=click.FloatRange(0, 3600), default=DELAY, show_default=True,
    help="Seconds between requests, now and in the definition.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def discover(
    desk: Desk, *, url: str, is_added: bool, private: bool, ports: tuple[int, ...], delay: float, as_json: bool
) -> int:
    """Look at a site and print a ready [[source]]: its feeds, sitemaps, sections, and what its articles look like.

    URL is the front page in the language that you want, or a feed. It asks at most 40 times, obeys robots.txt and
    reads no article. Comments tell what was found and what was tried. Exit code 1 where nothing shows articles.

    \b
    Example: khabar sources discover https://news.example/en
    """
    found = explored(desk, url, private=private, ports=ports, delay=delay)
    table = drafted(desk, found, {}, delay=delay, private=private)
    if as_json:
        click.echo(plain_json(_as_dict(found, table)))
    elif table:
        click.echo(table, nl=False)
    if not table:
        say_nothing_found(found)
        return 1
    if is_added:
        tell_added(add_source(desk.root / "seeds" / "sources", desk.sources, table))
    else:
        err().print('Put it into a file of seeds/sources, or let "--add" do so; "khabar sources check ID" tries it.')
    return 0


def explored(desk: Desk, url: str, *, private: bool, ports: Sequence[int], delay: float) -> "Exploration":
    """What there is at *url*. Raises DeskBusy where a service watches that very host, or click.ClickException."""
    from crawler.scouting.discovering import discover_site  # noqa: PLC0415 -- Scrapy takes a second to load
    from crawler.scouting.exploring import NoSite, Stopped  # noqa: PLC0415

    log_to_terminal(verbose=False)
    with ExitStack() as stack:
        if any(_host(url) in map(_bare, source.hosts) for source in desk.sources.values() if source.enabled):
            stack.enter_context(hold_desk(desk.root, alone=False))
        status = stack.enter_context(err().status("", spinner="dots")) if err().is_terminal else None

        def tell(address: str) -> None:
            if status:
                status.update(plain(address)[: err().width - 4])

        try:
            return discover_site(desk, url, private=private, ports=ports, delay=delay, tell=tell)
        except Stopped as error:
            raise click.Abort from error
        except NoSite as error:
            hint = "; --private allows it" if str(error).startswith("private address") and not private else ""
            raise click.ClickException(f"{url}: {error}{hint}") from error


def drafted(desk: Desk, found: "Exploration", keys: Mapping[str, object], *, delay: float, private: bool) -> str:
    """The `[[source]]` for what was *found*, with *keys* as given; empty where nothing shows articles."""
    from crawler.scouting.drafting import draft  # noqa: PLC0415

    if not found.ways or found.pattern is None:
        return ""
    return draft(found, dict(keys), desk.sources, delay=delay, private=private, now=datetime.now(UTC))


def say_nothing_found(found: "Exploration") -> None:
    """Says on standard error that there is nothing, and where it was looked for."""
    err().print(f"Nothing at {plain(found.page)} shows articles. Tried:", soft_wrap=True)
    for url, reason in found.tried:
        err().print(f"  {plain(url)}: {plain(reason)}", soft_wrap=True)


def tell_added(added: Added) -> None:
    """Says on standard error what was written where."""
    err().print(f"Added {added.source.id} to {added.file}", soft_wrap=True)
    if added.beside:
        err().print(f"Its host is watched by {', '.join(added.beside)} as well; the delay between requests is shared.")
    err().print(f"Try it: khabar sources check {added.source.id}")


def _host(url: str) -> str:
    try:
        return _bare(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def _bare(host: str) -> str:
    return host.removeprefix("www.")


def _as_dict(found: "Exploration", table: str) -> dict[str, Any]:
    return {
        "page": found.page,
        "name": found.name,
        "language": found.language,
        "article": found.pattern.article if found.pattern else None,
        "exclude": list(found.pattern.exclude) if found.pattern else [],
        "ways": [
            {"kind": way.kind, "url": way.url, "entries": len(way.entries),
             "newest": to_text(way.newest) if way.newest else None}
            for way in found.ways
        ],
        "tried": [{"url": url, "reason": reason} for url, reason in found.tried],
        "toml": table or None,
    }  # fmt: skip
