"""Whether the portal is alive, and whether it can work."""

from datetime import timedelta

from flask import Blueprint, render_template
from sqlalchemy.exc import SQLAlchemyError

from journal_core.access.terms import Permission
from journal_core.audit.queries import last_time
from journal_core.audit.terms import AuditAction
from journal_core.calendar.queries import published_calendar
from journal_core.files.terms import MEGABYTE
from journal_core.migrations import current, head
from journal_core.notifications.queries import oldest_unsent
from journal_core.sweepers.queries import faults, files_without_bytes
from journal_core.sweepers.terms import CLAUSES, Fault
from portal.access import public, requires
from portal.health.labels import DATABASE_NAMES, FAULT_WORDS
from portal.navigation import school
from portal.state import current_portal, now, reading, today

blueprint = Blueprint("health", __name__)

#: A backup is made every night; one that is older than two nights was missed.
BACKUP_AGE = timedelta(hours=49)


@blueprint.get("/healthz")
@public
def alive() -> str:
    return "ok"


@blueprint.get("/school/state")
@requires(Permission.SYSTEM_HEALTH_READ)
def state() -> str:
    """The figures behind readiness, for the administrator (POL-3.4.8, INS-3.1.2)."""
    portal = current_portal()
    with portal.database.engine.connect() as connection:
        revision = current(connection)
    oldest = oldest_unsent(reading())
    backup_at = last_time(reading(), AuditAction.BACKUP_MADE)
    free = portal.files.free_bytes()
    return render_template(
        "school/state.html",
        revision=revision,
        is_head=revision == head(),
        database=DATABASE_NAMES[portal.database.url.get_backend_name()],
        waiting_minutes=None if oldest is None else int((now() - oldest) / timedelta(minutes=1)),
        backup_at=backup_at,
        backup_hours=None if backup_at is None else int((now() - backup_at) / timedelta(hours=1)),
        is_backed_up=backup_at is not None and now() - backup_at < BACKUP_AGE,
        free=free,
        is_room=free > school().disk_reserve_mb * MEGABYTE,
        years=sorted(published_calendar(reading()).years),
        this_year=today().year,
        faults=_faults_found(),
    )


def _faults_found() -> list[tuple[object, str, list[str]]]:
    """The words, the clause and the rows of each fault that there is."""
    found = [*faults(reading()), *files_without_bytes(reading(), current_portal().files)]
    names = {fault: [one.name for one in found if one.fault is fault] for fault in Fault}
    return [(FAULT_WORDS[fault], CLAUSES[fault], names[fault]) for fault in Fault if names[fault]]


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
