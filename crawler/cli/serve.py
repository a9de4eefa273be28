"""`khabar serve`: the web face."""

import os
import webbrowser

import click

from archive.database import open_archive
from crawler.cli import pass_desk
from crawler.desk import Desk

PORT = 8001
PASSWORD, TOKEN = "KHABAR_WEB_PASSWORD", "KHABAR_WEB_TOKEN"
_SHORTEST = 8  # characters of either


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to answer at.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=PORT, show_default=True, help="The port; 0: any that is free."
)
@click.option("--public", is_flag=True, help="Let everybody see headlines, snippets and links, and no more.")
@click.option(
    "--name", "names", multiple=True, metavar="HOST",
    help="A further name by which it may be asked for, such as that of a proxy before it; repeatable.",
)  # fmt: skip
@click.option("--open", "open_page", is_flag=True, help="Open the front page in a browser.")
@pass_desk
def serve(desk: Desk, *, host: str, port: int, public: bool, names: tuple[str, ...], open_page: bool) -> None:
    """Show the archive in a browser: what happened, why an article was tagged, what was edited, which source is silent;
    with Datasette's tables, SQL and JSON. It only reads, also while a crawl writes, until Ctrl-C or SIGTERM.

    On this machine everything is shown to whoever asks. To answer at another address, set KHABAR_WEB_PASSWORD (or a
    token for programs, KHABAR_WEB_TOKEN), or say --public. See docs/web.md.

    \b
    Example: khabar serve --open
    """
    from archive.web.access import House, is_loopback  # noqa: PLC0415 -- the other commands do without

    password, token = _secret(PASSWORD), _secret(TOKEN)
    on_loopback = is_loopback(host)
    if not on_loopback and not (public or password or token):
        raise click.UsageError(
            f"{host} is reached from other machines: set {PASSWORD} or {TOKEN}, or say --public "
            "(headlines, snippets and links for everybody)"
        )
    open_archive(desk.archive, read_only=True).close()  # so that what is wrong with it is told here
    from archive.web.serving import answer, bound, datasette_of  # noqa: PLC0415 -- half a second to load
    from crawler.facing import DeskFace  # noqa: PLC0415

    house = House(
        on_loopback=on_loopback, public=public, has_login=bool(password or token),
        names=frozenset(name.lower().strip("[]") for name in (*names, host)),
    )  # fmt: skip
    face = DeskFace(desk.root)
    try:
        at = bound(host, port)
    except OSError as error:
        raise click.ClickException(f"cannot answer at {host}, port {port}: {error.strerror or error}") from error
    address = f"http://{f'[{host}]' if ':' in host else host}:{at.getsockname()[1]}/"

    def ready() -> None:
        click.echo(f"{desk.config.name} is at {address} (Ctrl-C ends it)", err=True)
        if not on_loopback:
            click.echo("What is sent is not encrypted: put a proxy with TLS before it.", err=True)
        if open_page:
            webbrowser.open(address)

    with at:
        answer(datasette_of(face, house, password=password, token=token), at, ready)


def _secret(variable: str) -> str | None:
    """What the environment holds; None where it holds nothing. Raises click.UsageError where anybody would guess it."""
    value = os.environ.get(variable) or None
    if value is not None and len(value) < _SHORTEST:
        raise click.UsageError(f"{variable} has fewer than {_SHORTEST} characters; choose a longer one")
    return value
