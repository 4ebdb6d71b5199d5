"""The page «Посещаемость» of a class: who missed what, and whose reason nobody told yet."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, redirect, render_template, url_for
from flask_babel import gettext as _

from documents.workbook import write_workbook
from forms.attendance import REASON_NAMES
from journal_core.academic_year.rules import monday_of
from journal_core.access.terms import Permission
from journal_core.attendance.queries import (
    announcements_in,
    class_attendance,
    classes_to_attend,
    lesson_days,
    queues,
    unreasoned,
)
from journal_core.attendance.rules import DAY, runs
from journal_core.attendance.terms import REASON_SIGNS, Days, MissedRun
from journal_core.school.rules import academic_year_of, first_day_of
from portal.access import current_actor, requires
from portal.attendance.blueprint import blueprint
from portal.attendance.labels import (
    attendance_sheets,
    day_heading,
    days_words,
    totals_columns,
    totals_rows,
)
from portal.pages import asked_day
from portal.papers import MEDIA_TYPES, attachment
from portal.state import now, reading, today

_READ = Permission.ATTENDANCE_CLASS_READ


@blueprint.get("")
@requires(_READ)
def index() -> Any:
    """The classes with what waits in each; a class teacher's one class at once."""
    classes = classes_to_attend(reading(), current_actor(), today())
    if len(classes) == 1:
        return redirect(url_for(".of_class", class_id=classes[0].id), 303)
    return render_template("attendance/index.html", queues=queues(reading(), classes, today()))


@blueprint.get("/<uuid:class_id>")
@requires(_READ)
def of_class(class_id: UUID) -> str:
    """A week of the class, or a month (INS-3.2.3)."""
    is_month, days = _shown()
    page = class_attendance(reading(), current_actor(), class_id, days, today())
    return render_template(
        "attendance/class.html",
        page=page,
        days=days,
        is_month=is_month,
        before=days.since - DAY,
        after=days.until + DAY,
        announced=announcements_in(reading(), class_id, today()),
        lacking=_lacking(class_id),
        totals=totals_rows(page),
        totals_columns=totals_columns(),
        signs=REASON_SIGNS,
        reasons=REASON_NAMES,
        day_heading=day_heading,
        days_words=days_words,
        today=today(),
    )


@blueprint.get("/<uuid:class_id>/attendance.xlsx")
@requires(_READ)
def class_file(class_id: UUID) -> Response:
    """The totals and the days of what is shown, as a spreadsheet (POL-2.2.1)."""
    _is_month, days = _shown()
    page = class_attendance(reading(), current_actor(), class_id, days, today())
    title = _("Посещаемость: %(name)s", name=page.class_name)
    content = write_workbook(title, attendance_sheets(page), now())
    return attachment(content, "attendance.xlsx", MEDIA_TYPES["xlsx"])


def _shown() -> tuple[bool, Days]:
    """A month when the address names one, else the week that it names, else this week."""
    if month := asked_day("month"):
        first = month.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        return True, Days(since=first, until=after - DAY)
    monday = monday_of(asked_day("week") or today())
    return False, Days(since=monday, until=monday + 6 * DAY)


def _lacking(class_id: UUID) -> list[MissedRun]:
    """Days in a row without a reason, of this academic year up to today, the latest first."""
    year = Days(since=first_day_of(academic_year_of(today())), until=today())
    missed = unreasoned(reading(), [class_id], year.since, today())
    found = runs(missed, lesson_days(reading(), class_id, year)) if missed else []
    return sorted(found, key=lambda one: one.days.until, reverse=True)
