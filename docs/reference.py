"""Writes the command line reference from the commands' own help; `make docs` puts it into docs/cli.md."""

from collections.abc import Iterator

import click

from crawler.cli import khabar


def commands(command: click.Command = khabar, name: str = "khabar") -> Iterator[tuple[str, str]]:
    """Every command's full name and its help, in the order of the help."""
    context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None:
                yield from commands(found, f"{name} {inner}")


def markdown() -> str:
    """The reference as Markdown."""
    return "\n".join(f"## `{name}`\n\n```text\n{text}\n```\n" for name, text in commands())
