"""`flask --app wsgi web …`: the server of pages."""

import click
from flask.cli import AppGroup
from granian import Granian
from granian.constants import Interfaces

from portal.config import ConfigError
from portal.log import LOGGING
from portal.readiness import require_fit
from portal.state import current_portal

web_commands = AppGroup("web", help="Serve the pages.")

THREADS = 8


@web_commands.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True)
def run(host: str, workers: int) -> None:
    """Serve on PORT, by default 8000, behind a proxy that speaks HTTPS."""
    try:
        require_fit(current_portal().config)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    serve(host, workers)


def serve(host: str, workers: int) -> None:
    """Serve until told to stop. A worker that died is replaced."""
    portal = current_portal()
    portal.database.close()
    Granian(
        "wsgi:app",
        address=host,
        port=portal.config.port,
        interface=Interfaces.WSGI,
        websockets=False,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_dictconfig=LOGGING,
    ).serve()
