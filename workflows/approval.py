"""The head's approval of curriculum, load, tariff and timetable (INS-3.6.1–3.6.4).

Changing a curriculum, a load or a timetable that was sent or approved puts it back to drawn up, on
record: these handlers do both, an import too. The tariff itself is not kept here: nothing in the
program changes it, so its approval stands until the head takes up another year.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import StudyGroup
from journal_core.context import ActionContext
from journal_core.curriculum.commands import (
    RemoveLoad,
    SaveCurriculum,
    SaveLoad,
    remove_load,
    save_curriculum,
    save_load,
)
from journal_core.curriculum.models import Approval, TeachingLoad
from journal_core.curriculum.queries import approval_row, curriculum_of, load_of
from journal_core.curriculum.rules import CLAUSES
from journal_core.curriculum.terms import ApprovalKind, ApprovalState
from journal_core.errors import RuleBroken, StaleVersion
from journal_core.exchange.commands import (
    Imported,
    ImportLists,
    UndoImport,
    import_lists,
    undo_import,
)
from journal_core.lessons.commands import Laid, publish_timetable, withdraw_timetable
from journal_core.orders.commands import RecordOrder, record_order
from journal_core.orders.terms import OrderKind
from journal_core.timetable.commands import PublishVersion, WithdrawVersion
from journal_core.timetable.queries import version_view
from workflows.engine import Move, open_move, settle

#: Each approval's own clause is in `CLAUSES`; a refused move names the duty that all four share.
_CLAUSE = "INS-3.6"
MOVES = (
    Move(
        trigger="send",
        source=(ApprovalState.DRAWN_UP,),
        target=ApprovalState.SENT,
        permission=Permission.CURRICULUM_YEAR_EDIT,
        clause=_CLAUSE,
    ),
    Move(
        trigger="approve",
        source=(ApprovalState.SENT,),
        target=ApprovalState.APPROVED,
        permission=Permission.CURRICULUM_YEAR_APPROVE,
        clause=_CLAUSE,
    ),
    Move(
        trigger="give_back",
        source=(ApprovalState.SENT,),
        target=ApprovalState.DRAWN_UP,
        permission=Permission.CURRICULUM_YEAR_APPROVE,
        clause=_CLAUSE,
    ),
    Move(
        trigger="reopen",
        source=(ApprovalState.SENT, ApprovalState.APPROVED),
        target=ApprovalState.DRAWN_UP,
        permission=Permission.CURRICULUM_YEAR_EDIT,
        clause=_CLAUSE,
    ),
)


@dataclass(frozen=True, kw_only=True)
class SendForApproval:
    academic_year: int
    kind: ApprovalKind


def send_for_approval(context: ActionContext, command: SendForApproval) -> None:
    """Lay it before the head. A gap between load and curriculum does not stop it.

    Raises RuleBroken("nothing_to_approve") for a curriculum or a load without a row, and
    TransitionRefused.
    """
    approval = _approval(context, command.academic_year, command.kind)
    move = open_move(MOVES, approval, "send", context.actor)
    if _is_empty(context, command):
        raise RuleBroken("nothing_to_approve", CLAUSES[command.kind])
    approval.sent_at = context.now
    approval.sent_by = context.actor.label
    approval.comment = ""
    _settle(context, approval, move)


@dataclass(frozen=True, kw_only=True)
class Approve:
    """The head's approval by an order. `seen_version` is of the page that was signed."""

    academic_year: int
    kind: ApprovalKind
    order_number: str
    signed_on: date
    seen_version: int


def approve(context: ActionContext, command: Approve) -> None:
    """A late order approves as well: the page shows by how many days (INS-3.6.1–3.6.4).

    Raises StaleVersion when it changed since the head looked, TransitionRefused, and what
    `record_order` raises.
    """
    approval = _approval(context, command.academic_year, command.kind)
    move = open_move(MOVES, approval, "approve", context.actor)
    if approval.version != command.seen_version:
        raise StaleVersion("changed_meanwhile")
    approval.order_id = record_order(
        context.following(Permission.ORDERS_RECORD),
        RecordOrder(
            kind=OrderKind.APPROVAL, number=command.order_number, signed_on=command.signed_on
        ),
    )
    approval.approved_on = command.signed_on
    approval.approved_by = context.actor.label
    _settle(context, approval, move, order=command.order_number)


@dataclass(frozen=True, kw_only=True)
class GiveBack:
    """The head wants it otherwise, and says what."""

    academic_year: int
    kind: ApprovalKind
    comment: str


def give_back(context: ActionContext, command: GiveBack) -> None:
    """Raises TransitionRefused."""
    approval = _approval(context, command.academic_year, command.kind)
    move = open_move(MOVES, approval, "give_back", context.actor)
    approval.comment = command.comment
    _settle(context, approval, move)


def reopen(context: ActionContext, academic_year: int, kind: ApprovalKind) -> None:
    """What was sent or approved has changed: it is drawn up again, and what was is on record."""
    approval = approval_row(context.session, academic_year, kind)
    if approval is None or approval.state is ApprovalState.DRAWN_UP:
        return
    move = open_move(MOVES, approval, "reopen", context.actor)
    was = approval.approved_on.isoformat() if approval.approved_on else None
    approval.order_id = approval.approved_on = approval.sent_at = None
    approval.approved_by = approval.sent_by = ""
    _settle(context, approval, move, approved_on=was)


def change_curriculum(context: ActionContext, command: SaveCurriculum) -> int:
    """Save it; a change asks for the approval anew (INS-3.6.1). Returns how many cells changed."""
    changed = save_curriculum(context, command)
    if changed:
        reopen(context, command.academic_year, ApprovalKind.CURRICULUM)
    return changed


@dataclass(frozen=True, kw_only=True)
class CopyCurriculum:
    """The curriculum of the year before, as it is."""

    academic_year: int


def copy_curriculum(context: ActionContext, command: CopyCurriculum) -> int:
    """Raises RuleBroken: `nothing_to_copy`, and `year_not_empty` when the year has hours."""
    year = command.academic_year
    if curriculum_of(context.session, year):
        raise RuleBroken("year_not_empty")
    hours = curriculum_of(context.session, year - 1)
    if not hours:
        raise RuleBroken("nothing_to_copy")
    return change_curriculum(context, SaveCurriculum(academic_year=year, hours=hours))


def change_load(context: ActionContext, command: SaveLoad) -> UUID:
    """Save it and ask for the approval anew (INS-3.6.2).

    Raises RuleBroken("group_of_other_class") for a group of another class or subject, and what
    `save_load` raises.
    """
    if command.group_id is not None:
        group = context.session.get(StudyGroup, command.group_id)
        ours = (command.class_id, command.subject_id)
        if group is None or (group.class_id, group.subject_id) != ours:
            raise RuleBroken("group_of_other_class", "POL-3.8.4")
    row_id = save_load(context, command)
    reopen(context, command.academic_year, ApprovalKind.LOAD)
    return row_id


def drop_load(context: ActionContext, command: RemoveLoad) -> None:
    """Take the row away and ask for the approval anew (INS-3.6.2). Raises NotFound."""
    year = remove_load(context, command)
    reopen(context, year, ApprovalKind.LOAD)


def publish_week(context: ActionContext, command: PublishVersion) -> Laid:
    """Publish the version; the timetable is another and is approved anew (INS-3.6.3).

    Raises what `publish_timetable` raises.
    """
    laid = publish_timetable(context, command)
    _reopen_timetable(context, command.version_id)
    return laid


def withdraw_week(context: ActionContext, command: WithdrawVersion) -> Laid:
    """Take the version back; the one before it is approved anew (INS-3.6.3).

    Raises what `withdraw_timetable` raises.
    """
    laid = withdraw_timetable(context, command)
    _reopen_timetable(context, command.version_id)
    return laid


def _reopen_timetable(context: ActionContext, version_id: UUID) -> None:
    year = version_view(context.session, version_id).academic_year
    reopen(context.following(Permission.CURRICULUM_YEAR_EDIT), year, ApprovalKind.TIMETABLE)


def bring_in_lists(context: ActionContext, command: ImportLists) -> Imported:
    """Import the lists; what the head approved and they change is approved anew (INS-3.6.1, 3.6.2).

    Raises what `import_lists` raises.
    """
    before = _standing(context)
    imported = import_lists(context, command)
    _reopen_changed(context, before)
    return imported


def take_lists_back(context: ActionContext, command: UndoImport) -> None:
    """Undo the import; what the head approved with it is approved anew (INS-3.6.1, 3.6.2).

    Raises what `undo_import` raises.
    """
    before = _standing(context)
    undo_import(context, command)
    _reopen_changed(context, before)


def _standing(context: ActionContext) -> dict[tuple[int, ApprovalKind], object]:
    """What every curriculum and load that was sent or approved holds now."""
    laid = context.session.execute(
        select(Approval.academic_year, Approval.kind).where(
            Approval.state != ApprovalState.DRAWN_UP
        )
    )
    return {(year, kind): _content(context, year, kind) for year, kind in laid}


def _reopen_changed(context: ActionContext, before: dict[tuple[int, ApprovalKind], object]) -> None:
    for (year, kind), content in before.items():
        if _content(context, year, kind) != content:
            reopen(context, year, kind)


def _content(context: ActionContext, academic_year: int, kind: ApprovalKind) -> object:
    """What one would be approved anew for; nothing of what is kept elsewhere."""
    if kind is ApprovalKind.CURRICULUM:
        return curriculum_of(context.session, academic_year)
    if kind is not ApprovalKind.LOAD:
        return None
    columns = select(
        TeachingLoad.id,
        TeachingLoad.teacher_id,
        TeachingLoad.subject_id,
        TeachingLoad.class_id,
        TeachingLoad.group_id,
        TeachingLoad.hours,
    ).where(TeachingLoad.academic_year == academic_year)
    return {tuple(row) for row in context.session.execute(columns)}


def _approval(context: ActionContext, academic_year: int, kind: ApprovalKind) -> Approval:
    """The stored approval, or one that begins as drawn up."""
    return approval_row(context.session, academic_year, kind) or Approval(
        academic_year=academic_year, kind=kind, state=ApprovalState.DRAWN_UP
    )


def _is_empty(context: ActionContext, command: SendForApproval) -> bool:
    if command.kind is ApprovalKind.CURRICULUM:
        return not curriculum_of(context.session, command.academic_year)
    return command.kind is ApprovalKind.LOAD and not load_of(context.session, command.academic_year)


def _settle(context: ActionContext, approval: Approval, move: Move, **facts: object) -> None:
    settle(approval, move)
    context.session.add(approval)
    context.session.flush()
    record(
        context,
        AuditAction.APPROVAL_MOVED,
        approval.id,
        kind=approval.kind.value,
        year=approval.academic_year,
        move=move.trigger,
        **facts,
    )
