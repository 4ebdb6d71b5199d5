"""The school's day, absences with their lessons, and the book of substitutions."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from documents.render import render_pdf
from documents.workbook import write_workbook
from forms.account import EmptyForm
from forms.fields import Option
from forms.lessons import (
    REASON_NAMES,
    AbsenceForm,
    CancelForm,
    EndAbsenceForm,
    FillForm,
    fill_form,
    fill_values,
)
from forms.quality import SpanForm
from forms.school import FIRST_DAY, LAST_DAY
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.lessons.commands import (
    CancelLesson,
    EndAbsence,
    FillAbsence,
    RecordAbsence,
    RemoveAbsence,
    RestoreLesson,
    cancel_lesson,
    end_absence,
    fill_absence,
    record_absence,
    remove_absence,
    restore_lesson,
)
from journal_core.lessons.queries import (
    absence_view,
    absences_in,
    day_lesson,
    lessons_of_absence,
    lessons_on,
    staffing_of,
    substituted_lessons,
)
from journal_core.lessons.rules import free_teachers
from journal_core.lessons.terms import DayLesson
from journal_core.people.queries import staff_people
from portal.access import requires
from portal.lessons.book import book_paper, book_sheet, class_words
from portal.navigation import school
from portal.pages import form_page
from portal.papers import MEDIA_TYPES, attachment
from portal.perform import perform
from portal.refusals import words_of
from portal.state import now, reading, today

blueprint = Blueprint("lessons", __name__, url_prefix="/lessons")

_READ, _SET = Permission.LESSONS_ANY_READ, Permission.LESSONS_SUBSTITUTES_SET
DAY = timedelta(days=1)


@blueprint.get("")
@requires(_READ)
def day() -> str:
    """All lessons of a day: who is away, what nobody takes yet, and the rest by hour."""
    shown = _asked_day()
    lessons = lessons_on(reading(), shown)
    unfilled = [one for one in lessons if one.is_unfilled]
    changed = [
        one for one in lessons if (one.substitute_id or one.is_cancelled) and not one.is_unfilled
    ]
    return render_template(
        "lessons/day.html",
        day=shown,
        before=shown - DAY,
        after=shown + DAY,
        is_today=shown == today(),
        absences=absences_in(reading(), shown, shown),
        lessons=lessons,
        unfilled=unfilled,
        changed=changed,
        plain=[
            one for one in lessons if not (one.is_unfilled or one.substitute_id or one.is_cancelled)
        ],
        reasons=REASON_NAMES,
        class_words=class_words,
    )


@blueprint.route("/absences/new", methods=["GET", "POST"])
@requires(_SET)
def absence_new() -> Any:
    form = AbsenceForm(data={"since": _asked_day()})
    people = {person.id: person.name.full for person, _member in staff_people(reading())}
    form.teacher.options = [Option(person_id, name) for person_id, name in people.items()]
    if not form.validate_on_submit():
        return form_page("lessons/absence_new.html", form)
    command = RecordAbsence(
        teacher_id=form.teacher.data,
        since=form.since.data,
        until=form.until.data or form.since.data,
        first_number=form.first_number.data,
        last_number=form.last_number.data,
        reason=form.reason.data,
        note=form.note.data,
        order_number=form.order_number.data,
    )
    try:
        absence_id = perform(record_absence, command)
    except RuleBroken as error:
        field = "first_number" if error.code == "absence_of_lessons" else "until"
        form.refuse(field, words_of(error))
        return form_page("lessons/absence_new.html", form)
    return _to_absence(absence_id)


@blueprint.route("/absences/<uuid:absence_id>", methods=["GET", "POST"])
@requires(_SET)
def absence(absence_id: UUID) -> Any:
    """Every lesson of the absence with those who can take it, the nearest first (POL-3.7.3)."""
    lessons = lessons_of_absence(reading(), absence_id)
    form = _fill_form(lessons)
    if form.validate_on_submit():
        command = FillAbsence(absence_id=absence_id, decisions=form.decisions())
        try:
            changed = perform(fill_absence, command)
        except RuleBroken as error:
            refused = next(one for one in lessons if one.id == error.facts["lesson"])
            form.refuse_lesson(refused, error.code, _refusal(refused, error))
        else:
            flash(_("Сохранено решений: %(count)s.", count=changed), "success")
            return _to_absence(absence_id)
    view = absence_view(reading(), absence_id)
    return form_page(
        "lessons/absence.html",
        form,
        absence=view,
        lessons=lessons,
        ending=EndAbsenceForm(formdata=None, data={"until": view.until}),
        reasons=REASON_NAMES,
        class_words=class_words,
    )


@blueprint.route("/absences/<uuid:absence_id>/end", methods=["GET", "POST"])
@requires(_SET)
def absence_end(absence_id: UUID) -> Any:
    """The teacher is back earlier, or stays away longer."""
    view = absence_view(reading(), absence_id)
    form = EndAbsenceForm(data={"until": view.until})
    if form.validate_on_submit():
        try:
            perform(end_absence, EndAbsence(absence_id=absence_id, until=form.until.data))
        except RuleBroken as error:
            form.refuse("until", words_of(error))
        else:
            return _to_absence(absence_id)
    return form_page("lessons/absence_end.html", form, absence=view)


@blueprint.post("/absences/<uuid:absence_id>/remove")
@requires(_SET)
def absence_remove(absence_id: UUID) -> BaseResponse:
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    shown = absence_view(reading(), absence_id).since
    perform(remove_absence, RemoveAbsence(absence_id=absence_id))
    flash(_("Запись об отсутствии удалена, уроки возвращены учителю."), "success")
    return redirect(url_for(".day", day=shown), 303)


@blueprint.route("/<uuid:lesson_id>/cancel", methods=["GET", "POST"])
@requires(_SET)
def cancel(lesson_id: UUID) -> Any:
    """A lesson that is not held, whether or not its teacher is there."""
    lesson = day_lesson(reading(), lesson_id)
    form = CancelForm(data={"reason": lesson.cancelled_reason})
    if form.validate_on_submit():
        try:
            perform(cancel_lesson, CancelLesson(lesson_id=lesson_id, reason=form.reason.data))
        except RuleBroken as error:
            form.refuse("reason", words_of(error))
        else:
            return redirect(url_for(".day", day=lesson.day), 303)
    return form_page("lessons/cancel.html", form, lesson=lesson, class_words=class_words)


@blueprint.post("/<uuid:lesson_id>/restore")
@requires(_SET)
def restore(lesson_id: UUID) -> BaseResponse:
    """Undo the substitution or the cancellation, while nothing is written in the lesson."""
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    lesson = day_lesson(reading(), lesson_id)
    perform(restore_lesson, RestoreLesson(lesson_id=lesson_id))
    return redirect(url_for(".day", day=lesson.day), 303)


@blueprint.get("/substitutions")
@requires(_READ)
def book() -> Any:
    """The book of substitutions of a period (INS-3.3.3); this month unless told otherwise."""
    form, since, until = _span()
    lessons = [] if form.errors else substituted_lessons(reading(), since, until)
    return form_page(
        "lessons/book.html",
        form,
        since=since,
        until=until,
        lessons=lessons,
        reasons=REASON_NAMES,
        class_words=class_words,
        args=_span_args(),
    )


@blueprint.get("/substitutions.<any(pdf,xlsx):form>")
@requires(_READ)
def book_file(form: str) -> Response | BaseResponse:
    told, since, until = _span()
    if told.errors:
        return redirect(url_for(".book", **_span_args()), 303)
    lessons = substituted_lessons(reading(), since, until)
    if form == "pdf":
        paper = book_paper(
            lessons,
            since=since,
            until=until,
            printed_on=today(),
            school_name=school().short_name,
        )
        return attachment(render_pdf(paper), "substitutions.pdf", MEDIA_TYPES["pdf"])
    content = write_workbook(_("Журнал замен"), [book_sheet(lessons)], now())
    return attachment(content, "substitutions.xlsx", MEDIA_TYPES["xlsx"])


def _fill_form(lessons: list[DayLesson]) -> FillForm:
    """A field for each lesson in which nothing is written yet."""
    open_ones = [one for one in lessons if one.kept_at is None]
    staffing = staffing_of(reading(), open_ones)
    form = fill_form(tuple(one.id for one in open_ones))(data=fill_values(open_ones))
    form.offer({one.id: free_teachers(one, staffing) for one in open_ones}, open_ones)
    form.follow(open_ones)
    return form


def _refusal(lesson: DayLesson, error: RuleBroken) -> str:
    """Why not; and where somebody else decided meanwhile, what."""
    if error.code != "lesson_decided":
        return words_of(error)
    stands = lesson.cancelled_reason or (lesson.substitute.full if lesson.substitute else "")
    told = _("Сейчас: %(decision)s.", decision=stands or _("не решено"))
    return f"{words_of(error)} {told}"


def _asked_day() -> date:
    """The day of the address; today when it names none that can be read."""
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()
    return asked if FIRST_DAY < asked < LAST_DAY else today()


def _span() -> tuple[SpanForm, date, date]:
    """The period of the address; a side that is left out is that of this month."""
    first = today().replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - DAY
    if not _span_args():
        return SpanForm(formdata=None, data={"since": first, "until": last}), first, last
    form = SpanForm(formdata=request.args)
    form.validate()
    return form, form.since.data or first, form.until.data or max(last, form.since.data or last)


def _span_args() -> dict[str, Any]:
    """The dates of the address, to carry on to the files."""
    return {
        name: text for name, text in request.args.items() if name.startswith(("since-", "until-"))
    }


def _to_absence(absence_id: UUID) -> BaseResponse:
    return redirect(url_for(".absence", absence_id=absence_id), 303)
