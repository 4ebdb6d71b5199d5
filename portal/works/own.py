"""A teacher's own works: what waits for marks, and what a lesson gives."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.works import WorkForm, type_options
from journal_core.access.terms import Permission
from journal_core.errors import NotFound, RuleBroken
from journal_core.lessons.queries import day_lesson
from journal_core.lessons.rules import gives
from journal_core.lessons.terms import DayLesson
from journal_core.marks.commands import (
    AssignWork,
    FinishWork,
    RemoveWork,
    SaveWork,
    assign_work,
    finish_work,
    remove_work,
    save_work,
)
from journal_core.marks.queries import work_row, work_types
from journal_core.teaching.queries import works_to_check
from portal.access import can, current_actor, requires
from portal.language.views import local_path
from portal.lessons.book import class_words
from portal.pages import form_page, press
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, now, reading, today
from portal.works.blueprint import blueprint
from portal.works.section import lesson_address

_OWN, _READ = Permission.JOURNAL_OWN_WRITE, Permission.JOURNAL_PAGE_READ


@blueprint.get("")
@requires(_READ)
def index() -> Response:
    """To a teacher what waits for marks, to the others the schedule."""
    return redirect(url_for(".to_check" if can(_OWN) else ".schedule"), 303)


@blueprint.get("/to-check")
@requires(_OWN)
def to_check() -> str:
    """Own works that wait for marks, the soonest term first (POL-3.6.4, INS-3.3.14)."""
    person_id, zone = current_actor().person_id, current_portal().zone
    return render_template(
        "works/to_check.html",
        works=works_to_check(reading(), person_id, now(), zone) if person_id else (),
        today=today(),
        class_words=class_words,
        lesson_address=lesson_address,
    )


@blueprint.route("/lesson/<uuid:lesson_id>", methods=["GET", "POST"])
@requires(_OWN)
def assign(lesson_id: UUID) -> Any:
    """One more work of the lesson; the form stands on the lesson's own page too."""
    lesson = _own_lesson(lesson_id)
    form = WorkForm()
    form.type_code.options = type_options(work_types(reading()))
    if form.validate_on_submit():
        command = AssignWork(
            lesson_id=lesson_id, type_code=form.type_code.data, title=form.title.data
        )
        try:
            perform(assign_work, command)
        except RuleBroken as error:
            form.refuse("type_code", words_of(error))
        else:
            return _back(lesson_id)
    return form_page("works/assign.html", form, lesson=lesson, **_words(lesson_id))


@blueprint.route("/<uuid:work_id>", methods=["GET", "POST"])
@requires(_OWN)
def edit(work_id: UUID) -> Any:
    """Another title or type of an own work, or none of it."""
    work = work_row(reading(), work_id)
    lesson = _own_lesson(work.lesson_id)
    form = WorkForm(obj=work)
    form.type_code.options = type_options(work_types(reading()), work.type_code)
    if form.validate_on_submit():
        command = SaveWork(work_id=work_id, type_code=form.type_code.data, title=form.title.data)
        try:
            perform(save_work, command)
        except RuleBroken as error:
            form.refuse("type_code", words_of(error))
        else:
            return _back(lesson.id)
    return form_page(
        "works/edit.html",
        form,
        lesson=lesson,
        remove=url_for(".remove", work_id=work_id),
        **_words(lesson.id),
    )


@blueprint.post("/<uuid:work_id>/remove")
@requires(_OWN)
def remove(work_id: UUID) -> Response:
    lesson = _own_lesson(work_row(reading(), work_id).lesson_id)
    press(remove_work, RemoveWork(work_id=work_id), _("Работа убрана."))
    return _back(lesson.id)


@blueprint.post("/<uuid:work_id>/finish")
@requires(_OWN)
def finish(work_id: UUID) -> Response:
    """No more marks will come; or, told to reopen, some will after all."""
    lesson = _own_lesson(work_row(reading(), work_id).lesson_id)
    is_finished = "reopen" not in request.form
    done = _("Работа проверена.") if is_finished else _("Работа снова ждёт отметок.")
    press(finish_work, FinishWork(work_id=work_id, is_finished=is_finished), done)
    return _back(lesson.id)


def _own_lesson(lesson_id: UUID) -> DayLesson:
    """Raises NotFound for one that another gives (POL-3.6.1)."""
    lesson = day_lesson(reading(), lesson_id)
    if not gives(lesson, current_actor().person_id):
        raise NotFound("lesson_unknown")
    return lesson


def _words(lesson_id: UUID) -> dict[str, Any]:
    """How the lesson is called, and the page that the form goes back to."""
    return {"class_words": class_words, "back": _next() or lesson_address(lesson_id)}


def _next() -> str:
    """The page of this portal that the button stood on."""
    return local_path(request.values.get("next", ""))


def _back(lesson_id: UUID) -> Response:
    return redirect(_next() or lesson_address(lesson_id), 303)
