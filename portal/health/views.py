"""Whether the portal is alive, and whether it can work."""

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from journal_core.migrations import current, head
from portal.access import public
from portal.state import current_portal

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> str:
    return "ok"


@blueprint.get("/readyz")
@public
def ready() -> tuple[str, int]:
    """200 and "ready" when the database answers at the head revision, else 503."""
    try:
        with current_portal().database.engine.connect() as connection:
            is_ready = current(connection) == head()
    except SQLAlchemyError:
        is_ready = False
    return ("ready", 200) if is_ready else ("unready", 503)
