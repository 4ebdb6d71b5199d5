"""The head approves by an order; what changes afterwards is approved anew."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import StudyGroup
from journal_core.classes.terms import GroupKind
from journal_core.context import ActionContext
from journal_core.curriculum.commands import RemoveLoad, SaveCurriculum, SaveLoad
from journal_core.curriculum.queries import approvals_of, curriculum_of
from journal_core.curriculum.terms import ApprovalKind, ApprovalState, ApprovalView
from journal_core.errors import RuleBroken, StaleVersion, TransitionRefused
from journal_core.exchange.commands import Imported, ImportLists, UndoImport
from journal_core.exchange.sheets import book_of
from journal_core.exchange.terms import SheetKind
from journal_core.orders.models import SchoolOrder
from journal_core.orders.terms import OrderKind
from journal_core.timetable.commands import PublishVersion, WithdrawVersion
from journal_core.timetable.terms import Slot
from tests.factories.school import YEAR, school_class, subject, teacher
from tests.factories.week import version
from workflows.approval import (
    Approve,
    CopyCurriculum,
    GiveBack,
    SendForApproval,
    approve,
    bring_in_lists,
    change_curriculum,
    change_load,
    copy_curriculum,
    drop_load,
    give_back,
    publish_week,
    send_for_approval,
    take_lists_back,
    withdraw_week,
)


def standing(context: ActionContext, kind: ApprovalKind) -> ApprovalView:
    views = approvals_of(context.session, YEAR, context.today)
    return next(view for view in views if view.kind is kind)


def send(context: ActionContext, kind: ApprovalKind) -> None:
    send_for_approval(context, SendForApproval(academic_year=YEAR, kind=kind))


def sign(context: ActionContext, kind: ApprovalKind, on: date, version: int | None = None) -> None:
    seen = standing(context, kind).version if version is None else version
    approve(
        context,
        Approve(academic_year=YEAR, kind=kind, order_number="61", signed_on=on, seen_version=seen),
    )


@pytest.mark.clause("INS-3.6.4")
def test_head_approves_by_an_order_and_a_late_one_says_by_how_much(context: ActionContext) -> None:
    kind = ApprovalKind.TARIFF
    assert standing(context, kind).is_overdue
    send(context, kind)
    assert standing(context, kind).sent_by == context.actor.label
    sign(context, kind, date(2026, 9, 4))
    view = standing(context, kind)
    assert (view.state, view.order_number, view.days_late) == (ApprovalState.APPROVED, "61", 3)
    assert not view.is_overdue
    assert context.session.scalar(select(SchoolOrder.kind)) is OrderKind.APPROVAL


def test_approval_cites_an_order_of_today_at_the_latest(context: ActionContext) -> None:
    send(context, ApprovalKind.TARIFF)
    with pytest.raises(RuleBroken, match="date_ahead"):
        sign(context, ApprovalKind.TARIFF, context.today + timedelta(days=1))


def test_empty_curriculum_and_load_are_not_sent(context: ActionContext) -> None:
    for kind in (ApprovalKind.CURRICULUM, ApprovalKind.LOAD):
        with pytest.raises(RuleBroken, match="nothing_to_approve"):
            send(context, kind)


def test_head_signs_only_what_was_seen(context: ActionContext) -> None:
    kind = ApprovalKind.TARIFF
    send(context, kind)
    seen = standing(context, kind).version
    give_back(context, GiveBack(academic_year=YEAR, kind=kind, comment="нет надбавок"))
    assert standing(context, kind).comment == "нет надбавок"
    with pytest.raises(TransitionRefused):
        sign(context, kind, context.today, seen)
    send(context, kind)
    assert standing(context, kind).comment == ""
    with pytest.raises(StaleVersion):
        sign(context, kind, context.today, seen)


@pytest.mark.clause("INS-3.6.1")
def test_changed_curriculum_is_approved_anew_on_record(context: ActionContext) -> None:
    kind, maths = ApprovalKind.CURRICULUM, subject(context)
    plan = SaveCurriculum(academic_year=YEAR, hours={(7, maths): 5})
    change_curriculum(context, plan)
    send(context, kind)
    sign(context, kind, date(2026, 8, 20))
    change_curriculum(context, plan)
    assert standing(context, kind).state is ApprovalState.APPROVED
    change_curriculum(context, SaveCurriculum(academic_year=YEAR, hours={(7, maths): 6}))
    view = standing(context, kind)
    assert (view.state, view.approved_on, view.order_number) == (ApprovalState.DRAWN_UP, None, "")
    entries = context.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action == AuditAction.APPROVAL_MOVED)
        .order_by(AuditEntry.id)
    ).all()
    assert [entry.details["move"] for entry in entries] == ["send", "approve", "reopen"]
    assert entries[-1].details["approved_on"] == "2026-08-20"


@pytest.mark.clause("INS-3.6.3")
def test_published_and_withdrawn_timetable_is_approved_anew(context: ActionContext) -> None:
    slot = Slot(
        weekday=1,
        number=1,
        class_id=school_class(context, "7А").id,
        subject_id=subject(context),
        teacher_id=teacher(context),
    )
    made = [version(context, slot), version(context, slot, since=date(2026, 11, 30))]
    planner = replace(
        context,
        actor=replace(context.actor, permissions=frozenset({Permission.TIMETABLE_WEEK_EDIT})),
    )
    kind = ApprovalKind.TIMETABLE
    acts = [lambda one=one: publish_week(planner, PublishVersion(version_id=one)) for one in made]
    acts.append(lambda: withdraw_week(planner, WithdrawVersion(version_id=made[1])))
    for act in acts:
        send(context, kind)
        sign(context, kind, date(2026, 11, 20))
        act()
        assert standing(context, kind).state is ApprovalState.DRAWN_UP


@pytest.mark.clause("INS-3.6.2")
def test_changed_load_is_approved_anew(context: ActionContext) -> None:
    kind, maths = ApprovalKind.LOAD, subject(context)
    seven, eight = school_class(context, "7А"), school_class(context, "8А")
    group = StudyGroup(
        academic_year=YEAR,
        kind=GroupKind.DIVISION,
        name="группа 1",
        class_id=eight.id,
        subject_id=maths,
    )
    context.session.add(group)
    context.session.flush()
    load = {"academic_year": YEAR, "teacher_id": teacher(context), "subject_id": maths, "hours": 2}
    with pytest.raises(RuleBroken, match="group_of_other_class"):
        change_load(context, SaveLoad(**load, class_id=seven.id, group_id=group.id))
    row = change_load(context, SaveLoad(**load, class_id=seven.id))
    send(context, kind)
    change_load(context, SaveLoad(**load, class_id=eight.id, group_id=group.id))
    assert standing(context, kind).state is ApprovalState.DRAWN_UP
    send(context, kind)
    sign(context, kind, context.today)
    drop_load(context, RemoveLoad(load_id=row))
    assert standing(context, kind).state is ApprovalState.DRAWN_UP


def test_curriculum_is_copied_into_an_empty_year_alone(context: ActionContext) -> None:
    hours = {(7, subject(context)): 5.0}
    copy = CopyCurriculum(academic_year=YEAR)
    with pytest.raises(RuleBroken, match="nothing_to_copy"):
        copy_curriculum(context, copy)
    change_curriculum(context, SaveCurriculum(academic_year=YEAR - 1, hours=hours))
    copy_curriculum(context, copy)
    assert curriculum_of(context.session, YEAR) == hours
    with pytest.raises(RuleBroken, match="year_not_empty"):
        copy_curriculum(context, copy)


@pytest.mark.clause("INS-3.6.1", "INS-3.6.2")
def test_import_that_changes_what_was_approved_asks_for_it_anew(context: ActionContext) -> None:
    maths, seven = subject(context), school_class(context, "7А")
    load = {"academic_year": YEAR, "teacher_id": teacher(context), "subject_id": maths}
    change_curriculum(context, SaveCurriculum(academic_year=YEAR, hours={(7, maths): 5}))
    change_load(context, SaveLoad(**load, class_id=seven.id, hours=5))
    both = (ApprovalKind.CURRICULUM, ApprovalKind.LOAD)
    for kind in both:
        send(context, kind)
        sign(context, kind, context.today)

    def bring_in(hours: int) -> Imported:
        row = ("2026/2027", "7", "Математика", hours)
        command = ImportLists(book=book_of({SheetKind.CURRICULUM: [row]}))
        return bring_in_lists(context, command)

    def states() -> list[ApprovalState]:
        return [standing(context, kind).state for kind in both]

    bring_in(5)
    assert states() == [ApprovalState.APPROVED, ApprovalState.APPROVED]
    imported = bring_in(6)
    assert states() == [ApprovalState.DRAWN_UP, ApprovalState.APPROVED]
    send(context, ApprovalKind.CURRICULUM)
    take_lists_back(context, UndoImport(run_id=imported.run_id))
    assert curriculum_of(context.session, YEAR) == {(7, maths): 5}
    assert states() == [ApprovalState.DRAWN_UP, ApprovalState.APPROVED]
