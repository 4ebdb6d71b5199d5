"""`flask --app wsgi documents …`: papers from a file of facts, without the database."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from documents.catalogue import KINDS, ContextError, context_from_json, example_json
from documents.render import render_docx, render_pdf

document_commands = AppGroup("documents", help="Make official papers from a file of facts.")

RENDERERS = {"docx": render_docx, "pdf": render_pdf}


@document_commands.command(with_appcontext=False)
@click.argument("kind", type=click.Choice(sorted(KINDS)))
@click.option(
    "--context",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The facts: flat JSON of strings and lists of strings.",
)
@click.option("--format", "form", type=click.Choice(sorted(RENDERERS)))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--example", is_flag=True, help="Print an example of the facts to start from.")
def render(
    kind: str, source: Path | None, form: str | None, out: Path | None, *, example: bool
) -> None:
    """Make one document of KIND."""
    if example:
        click.echo(json.dumps(example_json(KINDS[kind]), ensure_ascii=False, indent=2))
        return
    if source is None or form is None or out is None:
        raise click.UsageError("say --context FILE, --format docx|pdf and --out FILE, or --example")
    try:
        facts = json.loads(source.read_text(encoding="utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{source} is not JSON: {error}") from error
    if not isinstance(facts, dict):
        raise click.ClickException(f"{source} must hold one JSON object")
    try:
        context = context_from_json(KINDS[kind], facts)
    except ContextError as error:
        raise click.ClickException(str(error)) from error
    out.write_bytes(RENDERERS[form](context))
    click.echo(out)
