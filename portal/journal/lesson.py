"""A lesson on one screen: the roll, the topic, marks, homework and works (POL-3.6.2, INS-3.3.2)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.lesson_page import LessonForm, edits_of, mark_name, presence_name
from journal_core.access.terms import Permission
from journal_core.attendance.queries import announced_on
from journal_core.attendance.terms import PRESENCE_SIGNS, Announced, Presence
from journal_core.cells.terms import CellKind
from journal_core.errors import RuleBroken
from journal_core.journal.terms import CellConflict, CellRefused, CellResult, CellSaved
from journal_core.lesson_page.commands import KeepLesson, keep_lesson
from journal_core.lesson_page.queries import lesson_page
from journal_core.lesson_page.terms import Carried, LessonPage
from portal.access import current_actor, requires
from portal.home.today import lessons_today, strip_values
from portal.homework.section import homework_section
from portal.journal.blueprint import blueprint
from portal.journal.labels import closed_words, conflict_words, roll_words
from portal.journal.shown import grid_of
from portal.navigation import school
from portal.pages import form_page
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, now, reading
from portal.works.section import works_section


@blueprint.get("/lesson/<uuid:lesson_id>")
@requires(Permission.JOURNAL_PAGE_READ)
def lesson(lesson_id: UUID) -> Any:
    """The lesson for who gives it, and to be read by the class teacher, the deputies, the head."""
    page = _page(lesson_id)
    return _shown(page, _form(page))


@blueprint.post("/lesson/<uuid:lesson_id>")
@requires(Permission.JOURNAL_OWN_WRITE)
def keep(lesson_id: UUID) -> Any:
    """What was told of the lesson, all of it or a single thing; refused cells hold up nothing."""
    page, form = _page(lesson_id), LessonForm()
    carried = None
    if form.validate_on_submit():
        try:
            kept = perform(keep_lesson, _command(page, form))
        except RuleBroken as error:
            form.refuse("topic", _told(error.code, error.clause))
        else:
            carried, page = kept.carried, _page(lesson_id)
            form.seen_topic.data = page.lesson.topic
            _refuse_cells(form, page, kept.cells)
    if request.accept_mimetypes.best == "application/json":
        return _state(page, form, carried)
    if form.errors or form.refused:
        return _shown(page, form, 422)
    flash(_carried_words(carried) or _("Урок записан."), "success")
    return redirect(_here(), 303)


def _here() -> str:
    """The address of this page, with `?form` for who has no scripts."""
    return request.full_path.rstrip("?")


def _page(lesson_id: UUID) -> LessonPage:
    return lesson_page(reading(), current_actor(), lesson_id, now=now(), zone=current_portal().zone)


def _form(page: LessonPage) -> LessonForm:
    return LessonForm(formdata=None, data={"topic": page.topic, "seen_topic": page.lesson.topic})


def _shown(page: LessonPage, form: LessonForm, status: int | None = None) -> Any:
    return form_page(
        "journal/lesson.html",
        form,
        status,
        lesson=page,
        grid=grid_of(page.page),
        roll_words=roll_words(),
        signs=PRESENCE_SIGNS,
        announced=_announced(page),
        presence_name=presence_name,
        mark_name=mark_name,
        closed_words=closed_words,
        homework=homework_section(page.lesson, _here(), planned=_planned_homework(page)),
        works=works_section(page.lesson, page.page),
        is_form="form" in request.args,
        **_strip(page),
    )


def _announced(page: LessonPage) -> dict[UUID, Announced]:
    """Whose families said that they will be away, while the roll may be called (INS-3.3.18)."""
    if page.closed:
        return {}
    here = [row.pupil_id for row in page.page.rows if row.is_in(page.lesson.day)]
    return announced_on(reading(), here, page.lesson.day)


def _strip(page: LessonPage) -> dict[str, Any]:
    """The teacher's day above the lesson."""
    return strip_values(lessons_today(), page.lesson.id)


def _planned_homework(page: LessonPage) -> str:
    """What the plan sets with the topic that the page offers."""
    return page.planned.homework if page.planned else ""


def _command(page: LessonPage, form: LessonForm) -> KeepLesson:
    """`take`: this lesson takes over from the one before; `carry`: the next one from this."""
    carry_to = None
    if "take" in request.form:
        carry_to = page.lesson.id
    elif "carry" in request.form and page.second:
        carry_to = page.second.id
    return KeepLesson(
        lesson_id=page.lesson.id,
        edits=tuple(edits_of(page, request.form)),
        topic=form.told_topic,
        is_roll_called="roll" in request.form,
        carry_to=carry_to,
    )


def _refuse_cells(form: LessonForm, page: LessonPage, results: tuple[CellResult, ...]) -> None:
    """Beside the cells as they are called now: a mark may have given its column a work."""
    code = school().default_work_type
    works = [column.work for column in page.page.columns]
    answers = next((work.id for work in works if work and work.type.code == code), None)
    for one in results:
        if isinstance(one, CellSaved):
            continue
        is_answer = one.edit.kind is CellKind.MARK and one.edit.work_id is None
        edit = replace(one.edit, work_id=answers) if is_answer else one.edit
        form.refuse_cell(edit, _refusal_words(one))


def _refusal_words(refusal: CellRefused | CellConflict) -> str:
    if isinstance(refusal, CellRefused):
        return f"{closed_words(refusal.closed)} ({refusal.closed.clause})"
    return conflict_words(refusal)


def _state(page: LessonPage, form: LessonForm, carried: Carried | None) -> tuple[Response, int]:
    """What the script puts on the page: how roll and topic stand, and what is said."""
    refusals = [str(words) for _name, words in form.error_pairs]
    answer = jsonify(
        roll=render_template("journal/roll_state.html", lesson=page),
        topic=render_template("journal/topic_state.html", lesson=page),
        strip=render_template("home/strip.html", **_strip(page)),
        second=page.second is not None,
        said=_said(page),
        carried=_carried_words(carried),
        refused=" ".join(refusals),
    )
    return answer, 422 if refusals else 200


def _said(page: LessonPage) -> str:
    """What was just told of the lesson, for those who hear it."""
    if "roll" not in request.form:
        return str(_("Тема записана."))
    presence = [row.presence.get(page.lesson.id) for row in page.page.rows]
    absent = presence.count(Presence.ABSENT)
    return str(
        _("Перекличка проведена: нет %(absent)s из %(all)s.", absent=absent, all=len(presence))
    )


def _carried_words(carried: Carried | None) -> str:
    """«Во второй урок (№ 2) перенесены перекличка и тема.»"""
    if carried is None or not (carried.roll or carried.topic):
        return ""
    parts = [_("перекличка")] * carried.roll + [_("тема")] * carried.topic
    said = _(
        "Сдвоенный урок: в урок № %(number)s перенесено: %(what)s.",
        number=carried.number,
        what=", ".join(parts),
    )
    return str(said)


def _told(code: str, clause: str | None) -> str:
    """Why not, with its clause."""
    words = words_of(RuleBroken(code))
    return f"{words} ({clause})" if clause else words
