"""Saving a lesson's homework and its files; serving them; the load of a class's day."""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from forms.homework import HomeworkFilesForm, HomeworkForm
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.homework.commands import (
    AddHomeworkFile,
    RemoveHomeworkFile,
    SetHomework,
    add_homework_file,
    remove_homework_file,
    set_homework,
)
from journal_core.homework.queries import (
    class_in_reach,
    file_to_read,
    homework_of,
    lesson_in_reach,
    loads_of,
)
from journal_core.lessons.terms import DayLesson
from portal.access import current_actor, requires
from portal.downloads import download
from portal.homework.section import homework_form, homework_section, state_words
from portal.language.views import local_path
from portal.pages import require_token
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, reading, today
from portal.uploads import taken

blueprint = Blueprint("homework", __name__, url_prefix="/homework")

_READ, _WRITE = Permission.JOURNAL_PAGE_READ, Permission.JOURNAL_OWN_WRITE
DAY = timedelta(days=1)
#: Beside which field a refusal is said; what is not here is said above the form.
_BESIDE = {
    "homework_due_early": "homework_due",
    "homework_minutes": "homework_minutes",
    "link_not_web": "homework_link",
}


@blueprint.get("/lessons/<uuid:lesson_id>")
@requires(_READ)
def lesson(lesson_id: UUID) -> Any:
    """The homework of one lesson by itself: what is set ahead has a page, too (REC-2.3)."""
    return _lesson_page(_lesson(lesson_id))


@blueprint.post("/lessons/<uuid:lesson_id>")
@requires(_WRITE)
def save(lesson_id: UUID) -> Any:
    """A form, answered by the page it came from, or to a script by JSON in words."""
    found = _lesson(lesson_id)
    form = homework_form(found, homework_of(reading(), lesson_id), sent=True)
    if form.validate_on_submit():
        try:
            perform(set_homework, SetHomework(lesson_id=lesson_id, **form.told))
        except RuleBroken as error:
            clause = f" ({error.clause})" if error.clause else ""
            form.refuse(_BESIDE.get(error.code), words_of(error) + clause)
    if _wants_json():
        return _told(lesson_id, form)
    return _lesson_page(found, form=form) if form.errors else _back(found, form.back.data)


@blueprint.post("/lessons/<uuid:lesson_id>/files")
@requires(_WRITE)
def add_files(lesson_id: UUID) -> Any:
    """What can be taken is; what cannot is named with why not."""
    found = _lesson(lesson_id)
    form = HomeworkFilesForm()
    if form.validate_on_submit():
        for sent in form.homework_files.data:
            _attach(lesson_id, sent, form)
    return _lesson_page(found, files=form) if form.errors else _back(found, form.back.data)


@blueprint.post("/lessons/<uuid:lesson_id>/files/<uuid:file_id>/remove")
@requires(_WRITE)
def remove_file(lesson_id: UUID, file_id: UUID) -> Response:
    require_token()
    found = _lesson(lesson_id)
    command = RemoveHomeworkFile(lesson_id=lesson_id, file_id=file_id)
    current_portal().files.remove(perform(remove_homework_file, command))
    return _back(found, request.form.get("back", ""))


@blueprint.get("/files/<uuid:file_id>")
@requires(Permission.ACCOUNT_OWN_USE)
def file(file_id: UUID) -> Response:
    """An attachment for whom the lesson concerns (POL-2.2.9): the browser never runs it."""
    stored = file_to_read(reading(), current_actor(), file_id, today())
    return download(stored)


@blueprint.get("/<uuid:class_id>")
@requires(_READ)
def day(class_id: UUID) -> str:
    """What the class has to do for a day, by subject (INS-3.3.16); tomorrow unless told."""
    school_class = class_in_reach(reading(), current_actor(), class_id, today())
    shown = _asked_day()
    return render_template(
        "homework/day.html",
        school_class=school_class,
        day=shown,
        before=shown - DAY,
        after=shown + DAY,
        load=loads_of(reading(), class_id, [shown])[shown],
    )


def _lesson(lesson_id: UUID) -> DayLesson:
    return lesson_in_reach(reading(), current_actor(), lesson_id, today())


def _lesson_page(
    found: DayLesson, *, form: HomeworkForm | None = None, files: HomeworkFilesForm | None = None
) -> tuple[str, int]:
    """The section as a page, with what was refused, if anything."""
    sent = form or files
    back = local_path(sent.back.data) if sent else ""
    page = render_template(
        "homework/lesson.html",
        lesson=found,
        sent=sent,
        back=back,
        homework=homework_section(found, back or _own_page(found), form=form, files=files),
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if sent and sent.errors else HTTPStatus.OK


def _told(lesson_id: UUID, form: HomeworkForm) -> tuple[Response, int]:
    if form.errors:
        why = "; ".join(str(message) for _anchor, message in form.error_pairs)
        wrong = [anchor for anchor, _message in form.error_pairs if anchor]
        words = _("Не сохранено: %(why)s", why=why)
        return jsonify(state=words, wrong=wrong), HTTPStatus.UNPROCESSABLE_ENTITY
    view = homework_of(reading(), lesson_id)
    is_none = view is not None and view.is_none
    return jsonify(state=state_words(view), none=is_none), HTTPStatus.OK


def _attach(lesson_id: UUID, sent: FileStorage, form: HomeworkFilesForm) -> None:
    try:
        perform(add_homework_file, AddHomeworkFile(lesson_id=lesson_id, file=taken(sent)))
    except RuleBroken as error:
        form.refuse("homework_files", f"{sent.filename}: {words_of(error)}")


def _back(found: DayLesson, path: str) -> Response:
    return redirect(f"{local_path(path) or _own_page(found)}#homework-section", 303)


def _own_page(found: DayLesson) -> str:
    return url_for("homework.lesson", lesson_id=found.id)


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _asked_day() -> date:
    try:
        asked = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today() + DAY
    # The days beside it are named, too.
    return asked if date.min < asked < date.max else today() + DAY
