"""The other sheets, the way out and in again, and a large school."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import select

from journal_core.classes.models import GroupMembership, StudyGroup
from journal_core.context import ActionContext
from journal_core.database import Database
from journal_core.exchange.commands import UndoImport, undo_import
from journal_core.exchange.export import export
from journal_core.exchange.models import ImportRun
from journal_core.exchange.terms import Cell, Reason, SheetKind, Verdict
from journal_core.people.models import Person, Pupil
from journal_core.plans.models import PlanTopic
from journal_core.timetable.models import TimetableVersion
from tests.conftest import NewContext
from tests.core.test_exchange_people import PUPILS, Rows, how_many, said, school, spans, take

YEAR, KIM, ORLOVA = "2026/2027", "Ким Олег", "Орлова Елена Сергеевна"
ENGLISH, MATHS = "Английский язык", "Математика"
WEEK = [YEAR, "Осень", "01.09.2026"]
BASE = [YEAR, MATHS, 7, "Математика, 7 класс"]

REST: dict[str, Rows] = {
    "subjects": [[MATHS, "Матем.", 1.0], [ENGLISH, "", ""]],
    "groups": [
        [YEAR, "деление", "1 группа", "7А", ENGLISH, ""],
        [YEAR, "кружок", "Шахматы", "", "", KIM],
    ],
    "group_members": [
        [YEAR, "1 группа", "7А", ENGLISH, "А-1", "01.09.2026", "", "4-г", "01.09.2026"],
        [YEAR, "Шахматы", "", "", 2, "01.09.2026", "", "4-г", "01.09.2026"],
    ],
    "curriculum": [[YEAR, 7, MATHS, 5], [YEAR, 7, ENGLISH, "2,5"]],
    "load": [[YEAR, ORLOVA, MATHS, "7А", "", 5], [YEAR, KIM, ENGLISH, "7А", "1 группа", 2.5]],
    "periods": [
        [YEAR, "четверть", 1, 2, 9, "01.09.2026", "25.10.2026"],
        [YEAR, "полугодие", 1, 10, 11, "01.09.2026", "27.12.2026"],
    ],
    "holidays": [[YEAR, "Осенние", 1, 11, "26.10.2026", "03.11.2026"]],
    "bells": [["Обычное", "да", 1, "08:30", "09:15"], ["Короткое", "нет", 1, "8:30", "9:00"]],
    "timetable": [
        [*WEEK, "Пн", 1, "7А", "", MATHS, ORLOVA, "204"],
        [*WEEK, "вторник", 1, "7А", "1 группа", ENGLISH, KIM, ""],
    ],
    "plans": [
        [*BASE, "", "", 1, "Числа", "Вводный урок", 1, "с. 5"],
        [*BASE, "7А", "", 1, "Числа", "Вводный урок", 2, ""],
    ],
}

STRANGER = [YEAR, "1 группа", "7А", ENGLISH, "2", "01.09.2026", "", "4-г", "01.09.2026"]
MEETING = [YEAR, "триместр", 1, 5, 7, "20.10.2026", "30.11.2026"]


@pytest.fixture
def sqlite_context(sqlite_database: Database, new_context: NewContext) -> Iterator[ActionContext]:
    with sqlite_database.writing() as session:
        yield new_context(session)


@pytest.mark.clause("POL-3.4.1", "POL-3.4.6")
def test_every_sheet_comes_in_and_the_export_of_it_changes_nothing(
    context: ActionContext,
) -> None:
    done = take(context, school(**REST))
    assert said(done) == []
    assert {kind: count[Verdict.NEW] for kind, count in done.outcome.counts.items()} == {
        SheetKind(name): len(rows) for name, rows in school(**REST).items()
    }
    out = export(context.session)
    assert all(out[kind] for kind in SheetKind)
    again = take(context, out)
    assert said(again) == []
    assert again.outcome.changes_nothing


@pytest.mark.clause("POL-3.4.1")
def test_clash_is_named_at_the_later_row_with_its_column(context: ActionContext) -> None:
    same_hour = [*WEEK, "Пн", 1, "7Б", "", MATHS, ORLOVA, "301"]
    done = take(context, school(**REST | {"timetable": [*REST["timetable"], same_hour]}))
    assert said(done) == [(SheetKind.TIMETABLE, 4, "Учитель", Reason.CLASH_TEACHER)]


def test_published_week_is_not_changed_by_a_file(context: ActionContext) -> None:
    take(context, school(**REST))
    version = context.session.scalars(select(TimetableVersion)).one()
    version.published_at = context.now
    context.session.flush()
    assert said(take(context, {SheetKind.TIMETABLE: REST["timetable"]})) == []
    other = [[*WEEK, "Пн", 1, "7А", "", MATHS, KIM, "204"]]
    done = take(context, {SheetKind.TIMETABLE: other})
    assert said(done) == [(SheetKind.TIMETABLE, 2, "Версия", Reason.VERSION_PUBLISHED)]


@pytest.mark.parametrize(
    ("sheet", "row", "column", "reason"),
    [
        ("group_members", STRANGER, "№ личного дела", Reason.NOT_IN_CLASS),
        ("periods", MEETING, "Начало", Reason.PERIOD_MEETS),
        ("bells", ["Другое", "да", 1, "08:00", "08:40"], "Обычное (да/нет)", Reason.REGULAR_TAKEN),
        ("curriculum", [YEAR, 7, "Танцы", 1], "Предмет", Reason.SUBJECT_UNKNOWN),
        ("curriculum", [YEAR, 8, MATHS, 99], "Часов в неделю", Reason.HOURS),
        ("load", ["2026/2028", KIM, MATHS, "7А", "", 1], "Учебный год", Reason.YEAR_FORM),
        ("load", [YEAR, "Никто Никита", MATHS, "7А", "", 1], "Учитель", Reason.TEACHER_UNKNOWN),
        ("groups", [YEAR, "деление", "3 группа", "7А", "", ""], "Предмет", Reason.REQUIRED),
        ("plans", [*BASE, "7А", "9 группа", 2, "", "Тема", 1, ""], "Группа", Reason.GROUP_UNKNOWN),
    ],
)
def test_row_that_cannot_be_is_named_with_its_column(
    sqlite_context: ActionContext, sheet: str, row: list[Cell], column: str, reason: Reason
) -> None:
    rows = [*REST[sheet], row]
    done = take(sqlite_context, school(**REST | {sheet: rows}))
    assert said(done) == [(SheetKind(sheet), len(rows) + 1, column, reason)]


def seats(context: ActionContext, number: str) -> list[tuple[str, date, date | None]]:
    rows = context.session.execute(
        select(StudyGroup.name, GroupMembership.since, GroupMembership.until)
        .join(GroupMembership, GroupMembership.group_id == StudyGroup.id)
        .join(Pupil, Pupil.id == GroupMembership.pupil_id)
        .where(Pupil.file_number == number)
        .order_by(GroupMembership.since, StudyGroup.name)
    )
    return [tuple(row) for row in rows]


IN_CLUB = [YEAR, "Шахматы", "", "", "А-1", "01.09.2026", "", "4-г", "01.09.2026"]
LATER = [YEAR, "2 группа", "7А", MATHS, "А-1", "01.11.2026", "", "4-г", "01.09.2026"]
SECOND = [YEAR, "деление", "2 группа", "7А", ENGLISH, ""]
THIRD = [YEAR, "деление", "2 группа", "7А", MATHS, ""]
IN_GROUPS = REST | {
    "groups": [*REST["groups"], SECOND, THIRD],
    "group_members": [*REST["group_members"], IN_CLUB, LATER],
}


@pytest.mark.clause("POL-3.4.11")
def test_transfer_by_a_file_ends_the_groups_of_the_old_class_and_is_undone(
    context: ActionContext,
) -> None:
    take(context, school(**IN_GROUPS))
    before = seats(context, "А-1")
    assert [name for name, _since, _until in before] == ["1 группа", "Шахматы", "2 группа"]
    moved: Rows = [[*PUPILS[0][:6], "7Б", "10.10.2026", "", "", "", "3-п", "09.10.2026"]]
    done = take(context, {SheetKind.PUPILS: moved})
    assert seats(context, "А-1") == [
        ("1 группа", date(2026, 9, 1), date(2026, 10, 9)),
        ("Шахматы", date(2026, 9, 1), None),
    ]
    again = take(context, export(context.session))
    assert (said(again), again.outcome.changes_nothing) == ([], True)
    undo_import(context, UndoImport(run_id=done.run_id))
    context.session.expire_all()
    assert seats(context, "А-1") == before
    assert spans(context, "А-1") == [("7А", date(2026, 9, 1), None)]


@pytest.mark.clause("POL-3.4.11", "POL-1.4")
def test_leaving_by_a_file_ends_every_group_and_is_undone(context: ActionContext) -> None:
    take(context, school(**IN_GROUPS))
    before = seats(context, "А-1")
    left: Rows = [[*PUPILS[0][:8], "15.10.2026", "", "", "9-в", "12.10.2026"]]
    done = take(context, {SheetKind.PUPILS: left})
    assert {until for _name, _since, until in seats(context, "А-1")} == {date(2026, 10, 15)}
    undo_import(context, UndoImport(run_id=done.run_id))
    context.session.expire_all()
    assert seats(context, "А-1") == before
    assert spans(context, "А-1") == [("7А", date(2026, 9, 1), None)]


IN_SECOND = [YEAR, "2 группа", "7А", ENGLISH, "А-1"]
TWO_PARTS = REST | {
    "groups": [*REST["groups"], SECOND],
    "timetable": [
        *REST["timetable"],
        [*WEEK, "вторник", 1, "7А", "2 группа", ENGLISH, ORLOVA, ""],
    ],
}


@pytest.mark.clause("INS-3.5.8", "POL-3.4.6")
def test_other_group_of_the_division_is_a_move_and_all_comes_in_again(
    context: ActionContext,
) -> None:
    take(context, school(**TWO_PARTS))
    moved: Rows = [[*IN_SECOND, "01.10.2026", "", "5-г", "30.09.2026"]]
    assert take(context, {SheetKind.GROUP_MEMBERS: moved}).applied
    assert seats(context, "А-1") == [
        ("1 группа", date(2026, 9, 1), date(2026, 9, 30)),
        ("2 группа", date(2026, 10, 1), None),
    ]
    again = take(context, export(context.session))
    assert (said(again), again.outcome.changes_nothing) == ([], True)
    winter: Rows = [[YEAR, "Зима", *row[2:]] for row in TWO_PARTS["timetable"]]
    assert said(take(context, {SheetKind.TIMETABLE: winter})) == []


@pytest.mark.clause("INS-3.5.8")
@pytest.mark.parametrize(
    ("span", "order", "column", "reason"),
    [
        (["01.09.2026", ""], ["5-г", "30.09.2026"], "С", Reason.SPAN_MEETS),
        (
            ["15.08.2026", "20.09.2026"],
            ["5-г", "30.09.2026"],
            "№ личного дела",
            Reason.NOT_IN_CLASS,
        ),
        (["01.10.2026", ""], ["", ""], "Приказ", Reason.ORDER_MISSING),
    ],
)
def test_nobody_is_in_two_groups_of_a_division_at_once(
    sqlite_context: ActionContext,
    span: list[Cell],
    order: list[Cell],
    column: str,
    reason: Reason,
) -> None:
    take(sqlite_context, school(**TWO_PARTS))
    done = take(sqlite_context, {SheetKind.GROUP_MEMBERS: [[*IN_SECOND, *span, *order]]})
    assert said(done) == [(SheetKind.GROUP_MEMBERS, 2, column, reason)]


def test_changed_rows_are_told_with_what_was_and_what_will_be(context: ActionContext) -> None:
    take(context, school(**IN_GROUPS))
    moved: Rows = [
        ["А-1", "Котова-Лис", *PUPILS[0][2:6], "7Б", "10.10.2026", "", "", "", "3-п", "09.10.2026"],
        PUPILS[1],
    ]
    week: Rows = [[*WEEK, "Пн", 1, "7А", "", MATHS, KIM, "204"]]
    classes: Rows = [[YEAR, "7А", KIM], [YEAR, "8А", ""]]
    done = take(
        context,
        {SheetKind.CLASSES: classes, SheetKind.PUPILS: moved, SheetKind.TIMETABLE: week},
    )
    assert said(done) == []
    told = [(one.sheet, one.row, one.column, one.old, one.new) for one in done.outcome.differences]
    assert told == [
        (SheetKind.CLASSES, 2, "Классный руководитель", ORLOVA, KIM),
        (SheetKind.PUPILS, 2, "Фамилия", "Котова", "Котова-Лис"),
        (SheetKind.PUPILS, 2, "Класс", "7А", "7Б"),
        (SheetKind.PUPILS, 2, "С", "01.09.2026", "10.10.2026"),
        (
            SheetKind.PUPILS,
            2,
            "Группа",
            "1 группа (01.09.2026–)",
            "1 группа (01.09.2026–09.10.2026)",
        ),
        (SheetKind.PUPILS, 2, "Группа", "2 группа (01.11.2026–)", ""),
        (SheetKind.TIMETABLE, 2, "Учитель", ORLOVA, KIM),
    ]
    run = context.session.get_one(ImportRun, done.run_id)
    assert "differences" not in run.found


def test_everything_is_undone_to_nothing(context: ActionContext) -> None:
    done = take(context, school(**REST))
    undo_import(context, UndoImport(run_id=done.run_id))
    assert [how_many(context, model) for model in (Person, TimetableVersion, PlanTopic)] == [0] * 3
