"""The curriculum as a grid, subjects, teaching load, and what the head approves."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.curriculum import (
    ApproveForm,
    GiveBackForm,
    GridForm,
    LoadForm,
    SubjectForm,
    grid_data,
    grid_form,
)
from forms.fields import Option
from journal_core.academic_year.rules import year_in_hand
from journal_core.access.terms import Permission
from journal_core.classes.queries import divisions_of_year
from journal_core.curriculum.commands import (
    RemoveLoad,
    RemoveSubject,
    SaveCurriculum,
    SaveLoad,
    SaveSubject,
    remove_subject,
    save_subject,
)
from journal_core.curriculum.queries import approvals_of, curriculum_of, load_of
from journal_core.curriculum.queries import subject_of as subject_named
from journal_core.curriculum.queries import subjects as subjects_of
from journal_core.curriculum.rules import fingerprint, gaps, hours_of_teachers
from journal_core.curriculum.terms import ApprovalKind, ApprovalState, ApprovalView
from journal_core.errors import NotFound, RuleBroken, StaleVersion
from journal_core.people.rules import search_key
from journal_core.school.terms import GRADES
from portal.access import requires
from portal.curriculum.labels import KIND_NAMES, STATE_COLOURS, STATE_NAMES, gap_words, place_of
from portal.curriculum.load import coverings_of_year, group_names, places_of_year, teachers
from portal.pages import form_page, press, refuse_far_years
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading, today
from workflows.approval import (
    Approve,
    CopyCurriculum,
    GiveBack,
    SendForApproval,
    approve,
    change_curriculum,
    change_load,
    copy_curriculum,
    drop_load,
    give_back,
    send_for_approval,
)

blueprint = Blueprint("curriculum", __name__, url_prefix="/curriculum")
blueprint.before_request(refuse_far_years)

CHANGED = lazy_gettext(
    "Пока вы смотрели, план изменил кто-то другой. В таблице то, что ввели вы: "
    "сохраните ещё раз, если оно верно."
)
KINDS = "any(curriculum, load, tariff, timetable)"


@blueprint.get("")
@requires(Permission.CURRICULUM_YEAR_READ)
def index() -> Response:
    """The year that the school works at."""
    return redirect(url_for("curriculum.grid", year=year_in_hand(today())), 303)


@blueprint.get("/<int(max=9999):year>")
@requires(Permission.CURRICULUM_YEAR_READ)
def grid(year: int) -> Any:
    """The hours of every grade and subject (POL-3.4.1, 3.8.4)."""
    return _grid_page(year, _grid_form(curriculum_of(reading(), year)))


@blueprint.post("/<int(max=9999):year>")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def grid_save(year: int) -> Any:
    """The whole grid, or nothing of it."""
    hours = curriculum_of(reading(), year)
    form = _grid_form(hours)
    if not form.validate_on_submit():
        return _grid_page(year, form)
    command = SaveCurriculum(academic_year=year, hours=form.hours, seen=form.seen.data)
    try:
        perform(change_curriculum, command)
    except StaleVersion:
        form.refuse(None, CHANGED)
        form.seen.data = fingerprint(hours)
        return _grid_page(year, form)
    flash(_("Учебный план сохранён."), "success")
    return _back("curriculum.grid", year)


def _grid_form(hours: dict[tuple[int, UUID], float]) -> GridForm:
    kind = grid_form((row.id, row.name) for row in subjects_of(reading()))
    return kind(data={**grid_data(hours), "seen": fingerprint(hours)})


def _grid_page(year: int, form: GridForm) -> Any:
    hours = curriculum_of(reading(), year)
    return form_page(
        "curriculum/grid.html",
        form,
        422 if form.form_errors else None,
        year=year,
        subjects=subjects_of(reading()),
        grades=GRADES,
        hours=hours,
        sums={
            grade: sum(number for (of_grade, _id), number in hours.items() if of_grade == grade)
            for grade in GRADES
        },
        may_copy=not hours and bool(curriculum_of(reading(), year - 1)),
        approval=_approval(year, ApprovalKind.CURRICULUM),
    )


@blueprint.post("/<int(max=9999):year>/copy")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def copy(year: int) -> Response:
    """The curriculum of the year before, for looking through."""
    press(copy_curriculum, CopyCurriculum(academic_year=year), _("План прошлого года перенесён."))
    return _back("curriculum.grid", year)


@blueprint.route("/<int(max=9999):year>/subjects", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def subjects(year: int) -> Any:
    """The school's subjects, the same in every year (POL-3.4.6)."""
    form = SubjectForm()
    if form.validate_on_submit() and _save_subject(form, None):
        return _back("curriculum.subjects", year)
    return form_page("curriculum/subjects.html", form, year=year, subjects=subjects_of(reading()))


@blueprint.route("/<int(max=9999):year>/subjects/<uuid:subject_id>", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def subject(year: int, subject_id: UUID) -> Any:
    known = subject_named(reading(), subject_id)
    form = SubjectForm(obj=known)
    if form.validate_on_submit() and _save_subject(form, subject_id):
        return _back("curriculum.subjects", year)
    return form_page("curriculum/subject.html", form, year=year, subject=known)


@blueprint.post("/<int(max=9999):year>/subjects/<uuid:subject_id>/remove")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def subject_remove(year: int, subject_id: UUID) -> Response:
    press(remove_subject, RemoveSubject(subject_id=subject_id), _("Предмет удалён."))
    return _back("curriculum.subjects", year)


@blueprint.get("/<int(max=9999):year>/load")
@requires(Permission.CURRICULUM_YEAR_READ)
def load(year: int) -> str:
    """Who teaches what and where, by class or by teacher (POL-3.8.4)."""
    by_teacher = request.args.get("by") == "teacher"
    rows = load_of(reading(), year, group_names(divisions_of_year(reading(), year)))
    if by_teacher:
        rows = sorted(rows, key=lambda row: search_key(row.teacher))
    return render_template(
        "curriculum/load.html",
        year=year,
        by_teacher=by_teacher,
        rows=[(row, place_of(row.part)) for row in rows],
        sums=hours_of_teachers(rows),
        has_classes=bool(places_of_year(year)),
        approval=_approval(year, ApprovalKind.LOAD),
    )


@blueprint.route("/<int(max=9999):year>/load/new", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def load_new(year: int) -> Any:
    """A gap of the comparison fills in its subject, class and hours."""
    form = _load_form(year, {key: request.args.get(key, "") for key in ("subject", "place")})
    if form.validate_on_submit() and _save_load(form, year, None):
        return _back("curriculum.load", year)
    return form_page(
        "curriculum/load_row.html", form, year=year, approval=_approval(year, ApprovalKind.LOAD)
    )


@blueprint.route("/<int(max=9999):year>/load/<uuid:load_id>", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_EDIT)
def load_row(year: int, load_id: UUID) -> Any:
    row = next((one for one in load_of(reading(), year) if one.id == load_id), None)
    if row is None:
        raise NotFound("load_unknown")
    group = f"_{row.part.group_id}" if row.part.group_id else ""
    stands = {
        "teacher": row.teacher_id,
        "subject": row.part.subject_id,
        "place": f"{row.part.class_id}{group}",
        "hours": row.hours,
    }
    form = _load_form(year, stands)
    if form.validate_on_submit() and _save_load(form, year, load_id):
        return _back("curriculum.load", year)
    return form_page(
        "curriculum/load_row.html",
        form,
        year=year,
        load_id=load_id,
        approval=_approval(year, ApprovalKind.LOAD),
    )


@blueprint.post("/<int(max=9999):year>/load/<uuid:load_id>/remove")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def load_remove(year: int, load_id: UUID) -> Response:
    press(drop_load, RemoveLoad(load_id=load_id), _("Нагрузка убрана."))
    return _back("curriculum.load", year)


@blueprint.get("/<int(max=9999):year>/comparison")
@requires(Permission.CURRICULUM_YEAR_READ)
def comparison(year: int) -> str:
    """What the load lacks or exceeds, named by class, subject and group (POL-3.8.4)."""
    found = coverings_of_year(year)
    return render_template(
        "curriculum/comparison.html",
        year=year,
        has_curriculum=bool(found),
        coverings=found,
        gaps=[
            (one, place_of(one.part), gap_words(one, _number(one.wanted), _number(one.given)))
            for one in gaps(found)
        ],
    )


@blueprint.get("/<int(max=9999):year>/approvals")
@requires(Permission.CURRICULUM_YEAR_READ)
def approvals(year: int) -> str:
    """What the head approves, by when, and what is late (INS-3.6.1–3.6.4)."""
    return render_template(
        "curriculum/approvals.html",
        year=year,
        approvals=approvals_of(reading(), year, today()),
        names=KIND_NAMES,
        states=STATE_NAMES,
        colours=STATE_COLOURS,
        gaps=len(gaps(coverings_of_year(year))),
    )


@blueprint.post(f"/<int(max=9999):year>/approvals/<{KINDS}:kind>/send")
@requires(Permission.CURRICULUM_YEAR_EDIT)
def send(year: int, kind: str) -> Response:
    command = SendForApproval(academic_year=year, kind=ApprovalKind(kind))
    press(send_for_approval, command, _("Отправлено директору."))
    return _back("curriculum.approvals", year)


@blueprint.route(f"/<int(max=9999):year>/approvals/<{KINDS}:kind>/approve", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_YEAR_APPROVE)
def sign(year: int, kind: str) -> Any:
    """The head's order: its number and date (INS-3.6.1–3.6.4)."""
    approval = _approval(year, ApprovalKind(kind))
    form = ApproveForm(data={"signed_on": today(), "seen": approval.version})
    if form.validate_on_submit():
        command = Approve(
            academic_year=year,
            kind=approval.kind,
            order_number=form.order_number.data,
            signed_on=form.signed_on.data,
            seen_version=form.seen_version,
        )
        if _tried(form, "signed_on", approve, command):
            flash(_("Утверждено."), "success")
            return _back("curriculum.approvals", year)
    return _approval_page("sign", form, year, approval)


@blueprint.route(
    f"/<int(max=9999):year>/approvals/<{KINDS}:kind>/give-back", methods=["GET", "POST"]
)
@requires(Permission.CURRICULUM_YEAR_APPROVE)
def return_it(year: int, kind: str) -> Any:
    """The head gives it back with a comment."""
    approval = _approval(year, ApprovalKind(kind))
    form = GiveBackForm()
    if form.validate_on_submit():
        command = GiveBack(academic_year=year, kind=approval.kind, comment=form.comment.data)
        if _tried(form, "comment", give_back, command):
            flash(_("Возвращено на доработку."), "success")
            return _back("curriculum.approvals", year)
    return _approval_page("give_back", form, year, approval)


def _approval_page(name: str, form: Any, year: int, approval: ApprovalView) -> Any:
    return form_page(
        f"curriculum/{name}.html",
        form,
        year=year,
        approval=approval,
        name=KIND_NAMES[approval.kind],
        is_waiting=approval.state is ApprovalState.SENT,
        gaps=len(gaps(coverings_of_year(year))) if approval.kind is ApprovalKind.LOAD else 0,
    )


def _approval(year: int, kind: ApprovalKind) -> ApprovalView:
    views = approvals_of(reading(), year, today())
    return next(view for view in views if view.kind is kind)


def _load_form(year: int, data: dict[str, Any]) -> LoadForm:
    form = LoadForm(data=data)
    form.teacher.options = [Option(person_id, name) for person_id, name in teachers()]
    form.subject.options = [Option(row.id, row.name) for row in subjects_of(reading())]
    form.place.options = [Option(key, name) for key, name in places_of_year(year)]
    return form


def _save_load(form: LoadForm, year: int, load_id: UUID | None) -> bool:
    command = SaveLoad(
        academic_year=year,
        teacher_id=form.teacher.data,
        subject_id=form.subject.data,
        class_id=form.class_id,
        group_id=form.group_id,
        hours=form.hours.data or 0,
        load_id=load_id,
    )
    if not _tried(form, "place", change_load, command):
        return False
    flash(_("Нагрузка сохранена."), "success")
    return True


def _save_subject(form: SubjectForm, subject_id: UUID | None) -> bool:
    command = SaveSubject(
        name=form.name.data,
        short_name=form.short_name.data,
        position=form.position.data or 0,
        subject_id=subject_id,
    )
    if not _tried(form, "name", save_subject, command):
        return False
    flash(_("Предмет сохранён."), "success")
    return True


def _tried(form: Any, name: str, handler: Any, command: Any) -> bool:
    """Whether it was done; a refusal is put beside the field."""
    try:
        perform(handler, command)
    except (RuleBroken, StaleVersion) as error:
        form.refuse(name, words_of(error))
        return False
    return True


def _number(hours: float) -> str:
    return str(format_decimal(hours))


def _back(endpoint: str, year: int) -> Response:
    return redirect(url_for(endpoint, year=year), 303)
