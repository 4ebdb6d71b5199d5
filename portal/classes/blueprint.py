"""The one blueprint of classes; the modules beside it add their pages."""

from datetime import date
from uuid import UUID

from flask import Blueprint, request

from journal_core.classes.queries import class_in_reach
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of, first_day_of, last_day_of
from portal.access import current_actor
from portal.state import reading, today

blueprint = Blueprint("classes", __name__, url_prefix="/classes")

FIRST_YEAR, LAST_YEAR = 2000, 2100


def reached_class(class_id: UUID) -> SchoolClass:
    return class_in_reach(reading(), current_actor(), class_id)


def asked_year() -> int:
    """The academic year asked for; this one when none is."""
    year = request.args.get("year", type=int)
    this = academic_year_of(today())
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else this


def asked_day(academic_year: int) -> date:
    """The day asked for; without one today, or the nearest day of the academic year."""
    asked = request.args.get("on", type=date.fromisoformat)
    nearest = min(max(today(), first_day_of(academic_year)), last_day_of(academic_year))
    return asked or nearest
