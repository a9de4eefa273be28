"""The `khabar` command: its options, and one clear line for every expected error.

Each command lives in a file of its own and is imported only when it is called, so that a search does not wait for
Scrapy to load.
"""

import io
import os
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TextIO, TypeVar

import click

from archive.errors import ArchiveError
from archive.plain import plain
from crawler.cluster.faults import QueueError
from crawler.desk import Desk, find_desk
from crawler.desk_lock import DeskBusy, service_of
from seeds.definitions import DefinitionError

P = ParamSpec("P")
R = TypeVar("R")

COMMANDS = {
    "demo": "demo:demo",
    "init": "init:init",
    "crawl": "crawl:crawl",
    "import": "import_warc:import_warc",
    "run": "run:run",
    "worker": "worker:worker",
    "status": "status:status",
    "search": "search:search",
    "show": "show:show",
    "stories": "stories:stories",
    "export": "export:export",
    "brief": "brief:brief",
    "trends": "trends:trends",
    "alerts": "alerts:alerts",
    "serve": "serve:serve",
    "backup": "backup:backup",
    "doctor": "doctor:doctor",
    "expire": "expire:expire",
    "reprocess": "reprocess:reprocess",
    "forget": "forget:forget",
    "extract": "extract:extract",
    "topics": "topics:topics",
    "sources": "sources:sources",
}
"""Name of each command, in the order of the help, and where it lives in this package."""


class _ReaderGone(Exception):
    """Nobody reads standard output any more."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(f"crawler.cli.{module}"), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{COMMANDS[cmd_name]} is not a command")
        return command

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """As click's; the help of `khabar` itself is printed here, to a reader that may be gone as well."""
        try:
            return super().make_context(*args, **extra)
        except BrokenPipeError as error:
            raise _ReaderGone from error

    def invoke(self, ctx: click.Context) -> Any:
        """As click's, but a reader that went away (`| head`) is no error: click would exit with 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _ReaderGone from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click's, naming the nearest command where there is none of that name."""
        from seeds.definitions import did_you_mean  # noqa: PLC0415

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f'no command "{args[0]}"{did_you_mean(args[0], COMMANDS)}')
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--desk",
    type=click.Path(path_type=Path, file_okay=False),
    help="The desk's directory. Default: $KHABAR_DESK, else this directory where it holds a desk.toml, "
    "else Khabar's checkout.",
)
@click.version_option(package_name="khabar", prog_name="khabar")
@click.pass_context
def khabar(ctx: click.Context, desk: Path | None) -> None:
    """Watch news sites: crawl them on schedule, keep every article cleaned and tagged in one SQLite file, search it,
    and be told at once of what matters.

    \b
    Example: khabar demo
    """
    ctx.obj = find_desk(desk)


def pass_desk(function: Callable[Concatenate[Desk, P], R]) -> Callable[P, R]:
    """Hands the chosen Desk to a command as its first argument, after checking that there is one."""

    @wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> R:
        desk: Desk = click.get_current_context().obj
        _ = desk.config
        _check_service(desk)
        return function(desk, *args, **kwargs)

    return command


def _check_service(desk: Desk) -> None:
    """Raises DeskBusy where the archive would be brought up to date beneath a service that knows it as it is."""
    if (process := service_of(desk.root)) is None:
        return
    from archive.database import is_older  # noqa: PLC0415 -- not every command reads the archive

    if is_older(desk.archive):
        raise DeskBusy(
            f"{desk.archive}: is of an older Khabar, as is the service that writes to it (process {process}); "
            "end that, and start it anew with this one"
        )


def main(args: list[str] | None = None) -> None:
    """Runs the command line and exits: 0 done, 1 done but something failed, 2 the call or a file is wrong."""
    try:
        _tolerate_terminals()
        result: Any = khabar.main(args, standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        _fail("stopped", 130)
    except click.exceptions.NoArgsIsHelpError as error:  # its message is the help, of many lines
        print(error.format_message(), file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except click.ClickException as error:
        _fail(_one_line(error), 2)
    except (DefinitionError, ArchiveError, DeskBusy, QueueError) as error:
        _fail(str(error), 2)
    except (BrokenPipeError, _ReaderGone):
        _write_nowhere(sys.stdout)
        sys.exit(0)
    except OSError as error:  # a full disk behind standard output, and the like
        _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", 2)
    sys.exit(result if isinstance(result, int) else 0)


def _tolerate_terminals() -> None:
    """Lets a terminal that knows no Arabic show what it can, and a closed standard output be no error."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 -- for as long as the process runs
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _one_line(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption) and error.option_name == "--desk":
        return "--desk stands before the command: khabar --desk DIR COMMAND"
    if isinstance(error, click.NoSuchOption) and error.ctx and error.ctx.command.name == "search":
        return f'{error.format_message()} A query that is to leave a word out stands in quotes: "drone -football"'
    usage = isinstance(error, click.UsageError) and error.ctx
    hint = f' (see "{error.ctx.command_path} --help")' if usage and error.ctx else ""  # type: ignore[attr-defined]
    return error.format_message() + hint


def _fail(message: str, code: int) -> None:
    try:
        print(f"khabar: {plain(message)}", file=sys.stderr, flush=True)  # noqa: T201 -- the one line that an error becomes
    except OSError:  # nobody hears it; the code says it still
        _write_nowhere(sys.stderr)
    sys.exit(code)


def _write_nowhere(stream: TextIO) -> None:
    """What *stream* still holds is Python's to write at the end, and it would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
