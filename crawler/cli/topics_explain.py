"""`khabar topics explain`: why each topic holds for a text, or what it lacks."""

import click

from crawler.cli import pass_desk
from crawler.cli.topic_lines import LONGEST_LINE, as_json_line
from crawler.desk import Desk


@click.command()
@click.argument("text")
@click.option("--title", default="", help="A title to go with it.")
@click.option("--language", help='Its language, such as "ar". Left out: all lists of its script are tried.')
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@pass_desk
def explain(desk: Desk, text: str, title: str, language: str | None, as_json: bool) -> None:
    """Show what the packs see in TEXT ("-" reads it from standard input): terms, rules, and what is missing.

    \b
    Example: khabar topics explain --language ar "انسحاب القوات الأمريكية من العراق"
    """
    from dataclasses import asdict  # noqa: PLC0415

    from topics.explaining import explain as explain_text  # noqa: PLC0415

    if text == "-":
        with click.open_file("-", encoding="utf-8", errors="replace") as stream:
            text = stream.read(LONGEST_LINE)
    explanation = explain_text(desk.packs, title=title, text=text, language=language)
    if as_json:
        click.echo(as_json_line(asdict(explanation)))
        return
    from crawler.cli.explained import explanation_lines  # noqa: PLC0415 -- rich, which --json does without
    from crawler.cli.terminal import out  # noqa: PLC0415

    for line in explanation_lines(explanation, title=title, text=text):
        out().print(line, soft_wrap=not out().is_terminal)
