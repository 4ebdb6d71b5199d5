"""Asking for a correction, the deputy's queue, one correction with its slips."""

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from forms.corrections import ApproveForm, AskForm, DeclineForm, ask_form, ask_values
from journal_core.access.terms import Permission
from journal_core.corrections.queries import (
    PAGE,
    cells_of,
    correction_view,
    corrections,
    slip_file,
    state_counts,
)
from journal_core.corrections.terms import CorrectionView
from journal_core.errors import NotFound, RuleBroken
from journal_core.journal.terms import CourseKey
from journal_core.marks.queries import works_in
from portal.access import can, current_actor, requires
from portal.corrections.labels import (
    FILTER_NAMES,
    FILTERED,
    STATE_COLOURS,
    STATE_NAMES,
    Filter,
    column_words,
)
from portal.navigation import school
from portal.pages import form_page, press
from portal.papers import attachment
from portal.perform import perform
from portal.refusals import words_of
from portal.state import current_portal, now, reading
from workflows.closed_cells import StandingCell, StandingColumn, standing_column
from workflows.engine import open_triggers
from workflows.mark_correction import (
    MOVES,
    ApproveCorrection,
    AskCorrection,
    DeclineCorrection,
    WithdrawCorrection,
    approve_correction,
    ask_correction,
    decline_correction,
    withdraw_correction,
)

blueprint = Blueprint("corrections", __name__, url_prefix="/corrections")

_READ = Permission.JOURNAL_PAGE_READ
_DECIDE = Permission.CORRECTION_ANY_DECIDE
LAST_PAGE = 100_000


@blueprint.get("")
@requires(_READ)
def index() -> str:
    """What waits for the deputy, the oldest first; to a teacher their own (POL-3.7.8)."""
    default = Filter.WAITING if can(_DECIDE) else Filter.ALL
    shown = request.args.get("show", default, type=Filter)
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    counts = state_counts(reading(), current_actor())
    sizes = {one: sum(counts[state] for state in states) for one, states in FILTERED.items()}
    return render_template(
        "corrections/index.html",
        rows=corrections(reading(), current_actor(), FILTERED[shown], page),
        is_own=not can(Permission.CORRECTION_ANY_READ),
        shown=shown,
        names=STATE_NAMES,
        colours=STATE_COLOURS,
        now=now(),
        page=page,
        pages=-(-sizes[shown] // PAGE),
        href=lambda number: url_for(".index", show=shown, page=number),
        tabs=[
            {
                "text": FILTER_NAMES[one],
                "href": url_for(".index", show=one),
                "count": sizes[one],
                "current": one == shown,
                "alert": one is Filter.WAITING and can(_DECIDE),
            }
            for one in Filter
        ],
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(Permission.CORRECTION_OWN_ASK)
def ask() -> Any:
    """From a cell that is closed: what is to stand in it, and in others of its column."""
    column = _asked_column()
    cells = [cell for cell in column.cells if cell.may_be_asked]
    named = [(cell.ref, cell.name) for cell in cells]
    form = ask_form(named)(data=ask_values([(cell.ref, cell.value) for cell in cells]))
    if form.validate_on_submit() and _asked(column.course, form):
        flash(_("Просьба отправлена. Решение появится в «Исправлениях»."), "success")
        return redirect(_page_of(column.course), 303)
    return _ask_page(form, column, cells)


@blueprint.get("/<uuid:correction_id>")
@requires(_READ)
def correction(correction_id: UUID) -> Any:
    """The cells before, wanted and after; the moves that are open now (INS-3.3.13)."""
    return _correction_page(correction_id, DeclineForm())


@blueprint.post("/<uuid:correction_id>/approve")
@requires(_DECIDE)
def approve(correction_id: UUID) -> BaseResponse:
    seen = ApproveForm().seen_version.data or 0
    command = ApproveCorrection(correction_id=correction_id, seen_version=seen)
    press(approve_correction, command, _("Разрешение выдано, клетки открыты."))
    return redirect(url_for(".correction", correction_id=correction_id), 303)


@blueprint.post("/<uuid:correction_id>/decline")
@requires(_DECIDE)
def decline(correction_id: UUID) -> Any:
    form = DeclineForm()
    if not form.validate_on_submit():
        return _correction_page(correction_id, form)
    command = DeclineCorrection(
        correction_id=correction_id,
        seen_version=form.seen_version.data or 0,
        comment=form.comment.data,
    )
    try:
        perform(decline_correction, command)
    except RuleBroken as error:
        form.refuse("comment", words_of(error))
        return _correction_page(correction_id, form)
    flash(_("Отказ записан, учитель увидит причину."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.post("/<uuid:correction_id>/withdraw")
@requires(Permission.CORRECTION_OWN_ASK)
def withdraw(correction_id: UUID) -> BaseResponse:
    command = WithdrawCorrection(correction_id=correction_id)
    press(withdraw_correction, command, _("Просьба отозвана."))
    return redirect(url_for(".index"), 303)


@blueprint.get('/<uuid:correction_id>/<any("slip", "carried-out"):which>.<any(pdf, docx):form>')
@requires(_READ)
def slip(correction_id: UUID, which: str, form: str) -> Response:
    """The slip as it was kept: as it was approved, or as it was carried out."""
    file = slip_file(
        reading(), current_actor(), correction_id, form, carried_out=which == "carried-out"
    )
    content = current_portal().files.get(file.id)
    return attachment(content, f"correction-{which}.{form}", file.media_type)


def _asked_column() -> StandingColumn:
    """The column that the address names; without a work the lesson's first, or attendance.

    `kind=attendance` is attendance whatever works there are.
    """
    lesson_id = request.args.get("lesson", type=UUID)
    if lesson_id is None:
        raise NotFound("lesson_unknown")
    work_id = request.args.get("work", type=UUID)
    if work_id is None and request.args.get("kind") != "attendance":
        work_id = next((work.id for work in works_in(reading(), [lesson_id])), None)
    return standing_column(
        reading(), current_actor(), lesson_id, work_id, now=now(), zone=current_portal().zone
    )


def _ask_page(form: AskForm, column: StandingColumn, cells: list[StandingCell]) -> Any:
    """The cell that the address names first, the others of its column below."""
    pupil_id = request.args.get("pupil", type=UUID)
    chosen = next((cell for cell in column.cells if cell.ref.pupil_id == pupil_id), None)
    return form_page(
        "corrections/ask.html",
        form,
        column=column,
        chosen=chosen,
        cells=cells,
        is_rest_typed=any(
            form.changes(cell.ref.pupil_id, cell.value) for cell in cells if cell != chosen
        ),
        works=works_in(reading(), [column.lesson.id]),
        pupil_id=pupil_id,
        refusal=lambda closed: words_of(RuleBroken(closed.code, closed.clause)),
        back=_page_of(column.course),
    )


def _asked(course: CourseKey, form: AskForm) -> bool:
    """Whether the correction was asked for; a refusal is beside its cell."""
    command = AskCorrection(course=course, cells=form.wanted, reason=form.reason.data)
    try:
        perform(ask_correction, command)
    except RuleBroken as error:
        form.refuse_cell(error.facts.get("pupil"), words_of(error))
        return False
    return True


def _correction_page(correction_id: UUID, form: DeclineForm) -> Any:
    view = correction_view(reading(), current_actor(), correction_id)
    is_own = view.asked_by_id == current_actor().person_id
    moves = open_triggers(MOVES, view.state, current_actor())
    return form_page(
        "corrections/correction.html",
        form,
        view=view,
        cells=cells_of(reading(), correction_id),
        column_words=column_words,
        may_decide="approve" in moves and not is_own,
        may_withdraw="withdraw" in moves and is_own,
        is_own=is_own,
        is_open=view.is_open(now()),
        hours=school().correction_open_hours,
        names=STATE_NAMES,
        colours=STATE_COLOURS,
        journal=_page_of(_course(view)),
    )


def _course(view: CorrectionView) -> CourseKey:
    return CourseKey(class_id=view.class_id, subject_id=view.subject_id, group_id=view.group_id)


def _page_of(course: CourseKey) -> str:
    """The page of the journal; the list of corrections where there is none."""
    if "journal.page" not in current_app.view_functions:
        return url_for(".index")
    return url_for(
        "journal.page",
        class_id=course.class_id,
        subject_id=course.subject_id,
        group=course.group_id,
    )
