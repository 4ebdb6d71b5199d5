"""Lists of people come in whole or not at all, and by orders."""

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import ClassMembership
from journal_core.context import ActionContext
from journal_core.errors import NotAllowed, RuleBroken
from journal_core.exchange.commands import (
    Imported,
    ImportLists,
    UndoImport,
    import_lists,
    undo_import,
)
from journal_core.exchange.sheets import book_of
from journal_core.exchange.terms import Cell, Reason, SheetKind, Verdict
from journal_core.orders.models import SchoolOrder
from journal_core.orders.terms import OrderKind
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.school.models import SchoolClass
from tests.conftest import NewContext

Rows = list[list[Cell]]

BORN = date(2013, 7, 1)
ORLOVA = ["Орлова", "Елена", "Сергеевна", "14.03.1980", "учитель", "01.09.2020", "", "", ""]
KIM = ["Ким", "Олег", "", "", "учитель", "2021-09-01", None, "kim@school.example", ""]
VERA = ["Котова", "Вера", "Олеговна", "06.05.2013", "ж", "7А", "01.09.2026", "", "", ""]
PYOTR = ["Лебедев", "Пётр", "", BORN, "м", "7-Б", "01.09.2026", "", "", ""]
STAFF: Rows = [
    [*ORLOVA, "1-к", "25.08.2020"],
    [*KIM, "2-к", date(2021, 8, 25)],
]
CLASSES: Rows = [["2026/2027", "7А", "Орлова Елена Сергеевна"], ["2026/2027", "7 «б»", ""]]
PUPILS: Rows = [
    ["А-1", *VERA, "1-у", "28.08.2026"],
    [2.0, *PYOTR, "1-у", "28.08.2026"],
]
REPRESENTATIVES: Rows = [
    ["А-1", "Котова", "Анна", "Ильинична", "родитель", "", "", "+7 900 1", ""],
    ["2", "Котова", "Анна", "Ильинична", "опекун", "акт № 5", "31.05.2027", "+7 900 1", ""],
]


def school(**others: Rows) -> dict[SheetKind, Rows]:
    sheets: dict[SheetKind, Rows] = {
        SheetKind.STAFF: STAFF,
        SheetKind.CLASSES: CLASSES,
        SheetKind.PUPILS: PUPILS,
        SheetKind.REPRESENTATIVES: REPRESENTATIVES,
    }
    return sheets | {SheetKind(name): rows for name, rows in others.items()}


def take(context: ActionContext, sheets: dict[SheetKind, Rows]) -> Imported:
    done = import_lists(context, ImportLists(book=book_of(sheets)))
    context.session.expire_all()
    return done


def said(done: Imported) -> list[tuple[SheetKind, int, str, Reason]]:
    return [(one.sheet, one.row, one.column, one.reason) for one in done.outcome.problems]


def how_many(context: ActionContext, model: type) -> int:
    return context.session.scalar(select(func.count()).select_from(model)) or 0


def pupil_numbered(context: ActionContext, number: str) -> Pupil:
    return context.session.scalars(select(Pupil).where(Pupil.file_number == number)).one()


def spans(context: ActionContext, number: str) -> list[tuple[str, date, date | None]]:
    rows = context.session.execute(
        select(SchoolClass, ClassMembership)
        .join(ClassMembership, ClassMembership.class_id == SchoolClass.id)
        .join(Pupil, Pupil.id == ClassMembership.pupil_id)
        .where(Pupil.file_number == number)
        .order_by(ClassMembership.since)
    )
    return [(one.name, span.since, span.until) for one, span in rows]


@pytest.mark.clause("POL-3.4.1", "POL-3.4.11", "INS-3.1.3")
def test_school_comes_in_from_its_lists_and_every_span_rests_on_an_order(
    context: ActionContext,
) -> None:
    done = take(context, school())
    assert said(done) == []
    assert done.applied
    assert done.outcome.counts[SheetKind.PUPILS] == {
        Verdict.NEW: 2, Verdict.CHANGED: 0, Verdict.SAME: 0,
    }  # fmt: skip
    assert spans(context, "А-1") == [("7А", date(2026, 9, 1), None)]
    assert spans(context, "2") == [("7Б", date(2026, 9, 1), None)]
    orders = context.session.scalars(select(SchoolOrder).order_by(SchoolOrder.signed_on)).all()
    assert [order.kind for order in orders] == [
        OrderKind.STAFFING, OrderKind.STAFFING, OrderKind.ENROLMENT,
    ]  # fmt: skip
    memberships = context.session.scalars(select(ClassMembership)).all()
    assert {one.order_id for one in memberships} == {orders[2].id}


def test_one_representative_of_two_children_is_one_person(context: ActionContext) -> None:
    take(context, school())
    assert how_many(context, Representation) == len(REPRESENTATIVES)
    assert how_many(context, Person) == len(STAFF) + len(PUPILS) + 1


@pytest.mark.clause("POL-3.4.6")
def test_same_file_again_changes_nothing(context: ActionContext) -> None:
    take(context, school())
    again = take(context, school())
    assert again.outcome.changes_nothing
    assert again.outcome.problems == []
    assert how_many(context, SchoolOrder) == len({"1-к", "2-к", "1-у"})


def test_one_wrong_row_and_nothing_is_imported(context: ActionContext) -> None:
    wrong = [*PUPILS[0][:6], "9Я", *PUPILS[0][7:]]
    done = take(context, school(pupils=[wrong, PUPILS[1]]))
    assert said(done) == [(SheetKind.PUPILS, 2, "Класс", Reason.CLASS_UNKNOWN)]
    assert not done.applied
    assert how_many(context, Person) == 0


def test_what_rests_on_a_wrong_row_is_not_said_again(context: ActionContext) -> None:
    staff = [[*STAFF[0][:3], "31.02.1980", *STAFF[0][4:]], STAFF[1]]
    done = take(context, school(staff=staff))
    assert said(done) == [(SheetKind.STAFF, 2, "Дата рождения", Reason.DATE_FORM)]


@pytest.mark.clause("POL-3.4.11")
def test_other_class_is_a_transfer_by_the_rows_order_and_the_old_span_ends(
    context: ActionContext,
) -> None:
    take(context, school())
    moved: Rows = [[*PUPILS[0][:6], "7Б", "10.10.2026", "", "", "", "3-п", "09.10.2026"]]
    done = take(context, {SheetKind.PUPILS: moved})
    assert said(done) == []
    assert spans(context, "А-1") == [
        ("7А", date(2026, 9, 1), date(2026, 10, 9)),
        ("7Б", date(2026, 10, 10), None),
    ]
    ended, begun = context.session.scalars(
        select(ClassMembership)
        .where(ClassMembership.pupil_id == pupil_numbered(context, "А-1").id)
        .order_by(ClassMembership.since)
    )
    assert ended.end_order_id == begun.order_id != ended.order_id


@pytest.mark.clause("POL-3.4.11")
def test_last_day_is_a_leaving(context: ActionContext) -> None:
    take(context, school())
    left: Rows = [[*PUPILS[0][:8], "15.10.2026", "", "", "9-в", context.today]]
    assert take(context, {SheetKind.PUPILS: left}).applied
    assert spans(context, "А-1") == [("7А", date(2026, 9, 1), date(2026, 10, 15))]
    assert pupil_numbered(context, "А-1").left_on == date(2026, 10, 15)


@pytest.mark.clause("POL-3.4.11")
def test_change_of_class_without_an_order_is_refused(context: ActionContext) -> None:
    take(context, school())
    moved: Rows = [[*PUPILS[0][:6], "7Б", "10.10.2026", "", "", "", "", ""]]
    done = take(context, {SheetKind.PUPILS: moved})
    assert said(done) == [(SheetKind.PUPILS, 2, "Приказ", Reason.ORDER_MISSING)]


def test_repeated_number_is_named_at_the_second_row(context: ActionContext) -> None:
    twin = ["А-1", *PUPILS[1][1:]]
    done = take(context, school(pupils=[*PUPILS, twin]))
    assert said(done) == [(SheetKind.PUPILS, 4, "№ личного дела", Reason.REPEATED)]


@pytest.mark.parametrize(
    ("name", "born", "reasons"),
    [
        (["Лебедев", "Вера", ""], "06.05.2013", []),
        (["Котова", "Вера", ""], "07.05.2013", []),
        (["Лебедев", "Пётр", ""], BORN, [Reason.PUPIL_OTHER]),
    ],
)
def test_number_of_one_child_never_turns_it_into_another(
    context: ActionContext, name: list[Cell], born: Cell, reasons: list[Reason]
) -> None:
    take(context, school())
    done = take(context, {SheetKind.PUPILS: [["А-1", *name, born, *PUPILS[0][5:]]]})
    assert [one[3] for one in said(done)] == reasons
    assert [one[2] for one in said(done)] == ["№ личного дела"] * len(reasons)
    assert done.applied is not bool(reasons)


@pytest.mark.parametrize("name", ["=1+1", "Котова2", "-"])
def test_name_is_letters_as_in_the_forms(context: ActionContext, name: str) -> None:
    done = take(context, school(pupils=[["А-1", name, *PUPILS[0][2:]], PUPILS[1]]))
    assert said(done) == [(SheetKind.PUPILS, 2, "Фамилия", Reason.NAME_FORM)]


def test_last_import_is_undone_to_what_was_before(context: ActionContext) -> None:
    take(context, school())
    second = take(
        context,
        {SheetKind.CLASSES: [["2026/2027", "7А", "Ким Олег"], ["2026/2027", "8А", ""]]},
    )
    assert second.outcome.counts[SheetKind.CLASSES][Verdict.CHANGED] == 1
    undo_import(context, UndoImport(run_id=second.run_id))
    context.session.expire_all()
    [first, other] = context.session.scalars(select(SchoolClass).order_by(SchoolClass.letter))
    assert (first.name, other.name) == ("7А", "7Б")
    leader = context.session.get_one(Person, first.class_teacher_id)
    assert leader.last_name == "Орлова"
    with pytest.raises(RuleBroken, match="import_not_last"):
        undo_import(context, UndoImport(run_id=second.run_id))


def test_first_import_is_undone_to_nothing(context: ActionContext) -> None:
    done = take(context, school())
    undo_import(context, UndoImport(run_id=done.run_id))
    assert [how_many(context, one) for one in (Person, Pupil, SchoolOrder, StaffMember)] == [0] * 4


def test_import_is_not_undone_when_something_rests_on_it_or_was_changed(
    context: ActionContext,
) -> None:
    done = take(context, school())
    person = context.session.scalars(select(Person).where(Person.first_name == "Вера")).one()
    pupil_class = context.session.scalars(select(SchoolClass)).first()
    assert pupil_class
    context.session.add(StaffMember(person_id=person.id, position="лаборант", since=context.today))
    context.session.flush()
    with pytest.raises(RuleBroken, match="import_rests"):
        undo_import(context, UndoImport(run_id=done.run_id))
    person.phone = "+7 911"
    context.session.flush()
    with pytest.raises(RuleBroken, match="import_changed_since"):
        undo_import(context, UndoImport(run_id=done.run_id))


def test_import_is_in_the_record_with_its_counts(context: ActionContext) -> None:
    done = take(context, school())
    entry = context.session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.LISTS_IMPORTED)
    ).one()
    assert entry.subject_id == done.run_id
    assert entry.details["sheets"]["pupils"] == [2, 0, 0]


def test_who_may_not_import_imports_nothing(
    context: ActionContext, new_context: NewContext
) -> None:
    poor = context.following(Permission.EXCHANGE_LISTS_EXPORT)
    with pytest.raises(NotAllowed):
        import_lists(poor, ImportLists(book=book_of(school())))
    with pytest.raises(NotAllowed):
        undo_import(poor, UndoImport(run_id=UUID(int=1)))
