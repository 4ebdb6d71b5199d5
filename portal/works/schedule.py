"""The schedule of control works: what the deputy sets, and where works of a class meet."""

from collections.abc import Collection
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.fields import Option
from forms.school import FIRST_DAY, LAST_DAY
from forms.works import ScheduleDayForm, ScheduleForm, WorkForm, type_options
from journal_core.access.terms import Permission
from journal_core.errors import NotFound, RuleBroken
from journal_core.lessons.queries import day_lesson, lessons_on
from journal_core.lessons.terms import DayLesson
from journal_core.marks.commands import (
    RemoveWork,
    SaveWork,
    ScheduleWorks,
    remove_work,
    save_work,
    schedule_works,
)
from journal_core.marks.models import Work
from journal_core.marks.queries import control_works, work_row, work_types
from journal_core.marks.terms import CONTROL
from journal_core.school.queries import classes_of_year
from journal_core.school.rules import academic_year_of
from portal.access import requires
from portal.lessons.book import class_words
from portal.pages import form_page, press
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading, today
from portal.works.blueprint import blueprint
from portal.works.section import lesson_address

DAY = timedelta(days=1)
_SET = Permission.JOURNAL_WORKS_SCHEDULE


@blueprint.get("/schedule")
@requires(Permission.JOURNAL_PAGE_READ)
def schedule() -> str:
    """The control works of a month, grade by grade, and where they meet (INS-3.3.15)."""
    first = _asked_month()
    last = (first + 31 * DAY).replace(day=1) - DAY
    works = sorted(control_works(reading(), first, last), key=lambda one: one.grade)
    return render_template(
        "works/schedule.html",
        month=first,
        before=first - DAY,
        after=last + DAY,
        by_grade=[(grade, list(rows)) for grade, rows in groupby(works, lambda one: one.grade)],
        meeting=sum(bool(one.meets) for one in works),
        today=today(),
        class_words=class_words,
        lesson_address=lesson_address,
    )


@blueprint.route("/schedule/new", methods=["GET", "POST"])
@requires(_SET)
def schedule_new() -> Any:
    """First the day and grade, then the lessons of it that get the work (INS-3.3.15)."""
    asked = ScheduleDayForm(formdata=request.args if request.args else None)
    if not (request.args and asked.validate()):
        return form_page("works/schedule_day.html", asked)
    day, grade = asked.day.data, asked.grade.data
    form = _schedule_form(day, grade)
    if form.validate_on_submit():
        command = ScheduleWorks(
            lesson_ids=form.lessons.data, type_code=form.type_code.data, title=form.title.data
        )
        try:
            count = perform(schedule_works, command)
        except RuleBroken as error:
            form.refuse("lessons", words_of(error))
        else:
            flash(_("Работ поставлено в график: %(count)s.", count=count), "success")
            return redirect(_month_of(day), 303)
    return form_page("works/schedule_new.html", form, day=day, grade=grade)


@blueprint.route("/schedule/<uuid:work_id>", methods=["GET", "POST"])
@requires(_SET)
def scheduled(work_id: UUID) -> Any:
    """Another title or type of a work of the schedule, or none of it."""
    work = _scheduled_work(work_id)
    lesson = day_lesson(reading(), work.lesson_id)
    form = WorkForm(obj=work)
    form.type_code.options = type_options(work_types(reading()), work.type_code)
    if form.validate_on_submit():
        command = SaveWork(work_id=work_id, type_code=form.type_code.data, title=form.title.data)
        try:
            perform(save_work, command)
        except RuleBroken as error:
            form.refuse("type_code", words_of(error))
        else:
            return redirect(_month_of(lesson.day), 303)
    return form_page(
        "works/edit.html",
        form,
        lesson=lesson,
        class_words=class_words,
        back=_month_of(lesson.day),
        remove=url_for(".scheduled_remove", work_id=work_id),
    )


@blueprint.post("/schedule/<uuid:work_id>/remove")
@requires(_SET)
def scheduled_remove(work_id: UUID) -> Response:
    day = day_lesson(reading(), _scheduled_work(work_id).lesson_id).day
    press(remove_work, RemoveWork(work_id=work_id), _("Работа убрана из графика."))
    return redirect(_month_of(day), 303)


def _scheduled_work(work_id: UUID) -> Work:
    """Raises NotFound for a work that a teacher gave of their own."""
    work = work_row(reading(), work_id)
    if not work.is_administrative:
        raise NotFound("work_unknown")
    return work


def _schedule_form(day: date, grade: int) -> ScheduleForm:
    form = ScheduleForm(data={"type_code": CONTROL})
    form.type_code.options = type_options(work_types(reading()))
    form.lessons.options = _offered(day, grade)
    return form


def _offered(day: date, grade: int) -> list[Option]:
    """The lessons of the grade, by subject, each with what its class writes on the day already."""
    year = academic_year_of(day)
    classes = {row.id for row in classes_of_year(reading(), year) if row.grade == grade}
    beside: dict[UUID, set[str]] = {one: set() for one in classes}
    for work in control_works(reading(), day, day):
        beside.setdefault(work.lesson.class_id, set()).add(work.lesson.subject)
    lessons = [
        one
        for one in lessons_on(reading(), day)
        if one.class_id in classes and not one.is_cancelled
    ]
    return [
        Option(one.id, _lesson_words(one), _beside_words(beside[one.class_id]))
        for one in sorted(lessons, key=lambda one: (one.subject, one.class_name, one.number))
    ]


def _lesson_words(lesson: DayLesson) -> str:
    """«Алгебра, 7А, 2-й урок — Орлова Е. С.»"""
    words = _(
        "%(subject)s, %(place)s, %(number)s-й урок — %(teacher)s",
        subject=lesson.subject,
        place=class_words(lesson),
        number=lesson.number,
        teacher=(lesson.substitute or lesson.teacher).initials,
    )
    return str(words)


def _beside_words(subjects: Collection[str]) -> str:
    if not subjects:
        return ""
    named = ", ".join(sorted(subjects))
    return str(_("Внимание: в этот день у класса уже контрольная (%(subjects)s)", subjects=named))


def _asked_month() -> date:
    """The first day of the month of the address; this month when it names none."""
    try:
        asked = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        return today().replace(day=1)
    return asked if FIRST_DAY < asked < LAST_DAY else today().replace(day=1)


def _month_of(day: date) -> str:
    return url_for(".schedule", month=f"{day:%Y-%m}")
