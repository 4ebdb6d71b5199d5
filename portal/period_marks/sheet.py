"""The marks of a course of one period: given by its teacher, read by others."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from forms.period_marks import SheetForm, sheet_form, sheet_values
from journal_core.academic_year.terms import Period
from journal_core.access.terms import Permission
from journal_core.journal.terms import Closed, CourseView
from journal_core.period_marks.commands import GivePeriodMarks, give_period_marks
from journal_core.period_marks.queries import (
    COUNCIL_KINDS,
    changes_of,
    grade_periods,
    period_pupil,
    sheet_of,
)
from journal_core.period_marks.rules import refs_of
from journal_core.period_marks.terms import (
    FinalKind,
    PeriodMarkConflict,
    PeriodMarkRefused,
    PeriodMarkResult,
    PeriodMarkSaved,
    PeriodRef,
    PeriodSheet,
)
from portal.access import can, current_actor, requires
from portal.pages import form_page
from portal.perform import perform
from portal.period_marks.blueprint import asked_course, asked_ref, blueprint
from portal.period_marks.labels import (
    average_text,
    closed_words,
    conflict_words,
    council_url,
    course_url,
    ref_name,
)
from portal.state import current_portal, now, reading

_READ = Permission.JOURNAL_PAGE_READ


@blueprint.route("/<uuid:class_id>/<uuid:subject_id>", methods=["GET", "POST"])
@requires(_READ)
def sheet(class_id: UUID, subject_id: UUID) -> Any:
    """Marks, proposals and reasons of one column of the year (POL-3.6.5, INS-3.3.8)."""
    course = asked_course(class_id, subject_id)
    periods = grade_periods(reading(), course.academic_year, course.grade)
    refs = refs_of(course.grade, periods)
    if not course.takes_marks or not refs:
        return render_template("period_marks/nothing.html", course=course)
    ref = asked_ref(refs, periods)
    shown = _sheet(course, ref, periods)
    form = _form(shown)
    if form.validate_on_submit():
        command = GivePeriodMarks(key=course.key, ref=ref, edits=form.edits())
        results = perform(give_period_marks, command)
        shown = _sheet(course, ref, periods)
        _tell(form, shown, results)
        if not form.errors:
            _flash_saved(results)
            return redirect(course_url("period_marks.sheet", course.key, period=ref.key), 303)
    return _page(form, shown)


@blueprint.get("/<uuid:class_id>/<uuid:subject_id>/changes/<uuid:pupil_id>")
@requires(_READ)
def changes(class_id: UUID, subject_id: UUID, pupil_id: UUID) -> str:
    """Every change of a pupil's period marks in the subject, for ever (INS-3.3.13)."""
    course = asked_course(class_id, subject_id)
    name = period_pupil(reading(), course, pupil_id)
    periods = grade_periods(reading(), course.academic_year, course.grade)
    return render_template(
        "period_marks/changes.html",
        course=course,
        name=name,
        changes=changes_of(reading(), course, pupil_id),
        periods=periods,
        ref_name=ref_name,
        back=course_url("period_marks.sheet", course.key),
    )


def _sheet(course: CourseView, ref: PeriodRef, periods: Sequence[Period]) -> PeriodSheet:
    return sheet_of(
        reading(),
        current_actor(),
        course,
        ref,
        periods,
        now=now(),
        zone=current_portal().zone,
    )


def _form(shown: PeriodSheet) -> SheetForm:
    """A field for each pupil whose mark is open."""
    rows = [row for row in shown.rows if row.closed is None]
    made = sheet_form(
        [row.pupil_id for row in rows], with_result=shown.ref.kind is FinalKind.STATE_EXAM
    )
    return made(data=sheet_values(rows))


def _tell(form: SheetForm, shown: PeriodSheet, results: Iterable[PeriodMarkResult]) -> None:
    """What was not saved, beside the pupil whom it is about; how many were, above."""
    form.has_seen(shown.rows)
    names = {row.pupil_id: row.name for row in shown.rows}
    for result in results:
        pupil_id = result.edit.pupil_id
        if isinstance(result, PeriodMarkRefused):
            words = f"{names.get(pupil_id, '')}: {closed_words(result.closed)}"
            form.refuse_pupil(pupil_id, result.closed.code, words)
        elif isinstance(result, PeriodMarkConflict):
            form.refuse_pupil(pupil_id, "", f"{names[pupil_id]}: {conflict_words(result)}")
    if form.errors and any(_is_new(one) for one in results):
        _flash_saved(results)


def _flash_saved(results: Iterable[PeriodMarkResult]) -> None:
    count = sum(_is_new(one) for one in results)
    flash(
        _("Сохранено отметок: %(count)s.", count=count) if count else _("Ничего не изменилось."),
        "success",
    )


def _is_new(result: PeriodMarkResult) -> bool:
    return isinstance(result, PeriodMarkSaved) and result.value != result.was


def _page(form: SheetForm, shown: PeriodSheet) -> Any:
    key, council_ref = shown.course.key, shown.ref
    asked: dict[str, Any] = {
        "class": key.class_id,
        "subject": key.subject_id,
        "group": key.group_id,
        "period": shown.ref.key,
    }
    may_open_council = can(Permission.JOURNAL_ANY_READ) or shown.course.is_led
    return form_page(
        "period_marks/sheet.html",
        form,
        sheet=shown,
        name=ref_name(shown.ref, shown.periods),
        tabs=[
            {
                "text": ref_name(ref, shown.periods),
                "href": course_url("period_marks.sheet", key, period=ref.key),
                "current": ref == shown.ref,
            }
            for ref in shown.refs
        ],
        closed=_closed(shown),
        closed_words=closed_words,
        ref_name=ref_name,
        average_text=average_text,
        journal_url=course_url("journal.page", key),
        forecast_url=course_url("forecast.course", key),
        asking_url=course_url("period_marks.asking", key),
        council_url=council_url(key.class_id, council_ref)
        if may_open_council and council_ref.kind in COUNCIL_KINDS
        else "",
        ask_url=lambda pupil_id=None: (
            url_for("corrections.ask", **asked, pupil=pupil_id) if shown.is_own else ""
        ),
        changes_url=lambda pupil_id: course_url("period_marks.changes", key, pupil_id=pupil_id),
    )


def _closed(shown: PeriodSheet) -> Closed | None:
    """Why the whole column is closed; None when some of it is open, or for different reasons."""
    found = {row.closed for row in shown.rows}
    return found.pop() if len(found) == 1 else None
