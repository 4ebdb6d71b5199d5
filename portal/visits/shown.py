"""A visit as pages show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from babel.dates import format_date
from flask import Response
from flask_babel import gettext as _

from documents.visit_file import VisitFile, write_visit
from forms.office import PAPER_LABELS
from journal_core.requests.models import ServiceRequest
from journal_core.requests.rules import needed_papers
from journal_core.requests.terms import PaperKind, RequestState
from journal_core.visits.models import Visit
from journal_core.visits.queries import held_visit
from portal.navigation import school
from portal.papers import attachment
from portal.presentation import clock_time, language, weekday_date
from portal.state import current_portal, now, reading


@dataclass(frozen=True, kw_only=True)
class ShownVisit:
    """When the applicant comes, None before a time is chosen; what to bring."""

    starts_at: datetime | None
    is_missed: bool
    papers: tuple[str, ...]


def shown_visit(request: ServiceRequest) -> ShownVisit | None:
    """None where the request waits for no visit (SVC-2.6, SVC-3.4.1)."""
    if request.state is not RequestState.SUBMITTED or not school().originals_at_visit:
        return None
    visit = held_visit(reading(), request.id)
    needed = needed_papers(request.capacity)
    return ShownVisit(
        starts_at=visit.starts_at if visit else None,
        is_missed=visit is not None and is_missed(visit),
        papers=tuple(str(PAPER_LABELS[kind]) for kind in PaperKind if kind in needed),
    )


def is_missed(visit: Visit) -> bool:
    """The time of the visit is over, and the request still waits."""
    return visit.starts_at + timedelta(minutes=school().visit_slot_minutes) < now()


def short_day(moment: datetime) -> str:
    """вт, 24 нояб. / Tue, 24 Nov: the school's day of the moment."""
    day = moment.astimezone(current_portal().zone).date()
    return str(format_date(day, "EEE, d MMM", locale=language()))


def moment_words(moment: datetime) -> str:
    """вторник, 24 ноября, 9:15."""
    here = moment.astimezone(current_portal().zone)
    return f"{weekday_date(here.date())}, {clock_time(here)}"


def visit_file(request: ServiceRequest, starts_at: datetime) -> Response:
    """The visit for the calendar of a phone."""
    event = VisitFile(
        identity=f"{request.id}@school-portal",
        title=_("Визит в школу с документами, запрос %(number)s", number=request.request_number),
        place=school().address,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=school().visit_slot_minutes),
        written_at=now(),
    )
    return attachment(write_visit(event), "visit.ics", "text/calendar")
