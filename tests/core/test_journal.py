"""Writing the cells of the journal: what is open, to whom, until when."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.errors import NotAllowed, NotFound
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.queries import course_to_read, courses_to_read, journal_page
from journal_core.journal.rules import RULES, why_closed
from journal_core.journal.terms import CellConflict, CellEdit, CellFacts, CellRefused, CellSaved
from journal_core.marks.models import Work
from tests.clock import MOSCOW
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import teacher

MARK, ATTENDANCE, COMMENT = CellKind.MARK, CellKind.ATTENDANCE, CellKind.COMMENT


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


#: A mark for an answer in today's lesson, the last bell of the class at 13:00.
OPEN = CellFacts(
    now=_at("2026-11-23 09:30"),
    kind=MARK,
    day=TODAY,
    term=_at("2026-11-23 14:00"),
    takes_marks=True,
    is_own=True,
    is_cancelled=False,
    is_member=True,
    period_until=date(2026, 12, 27),
    period_close_days=3,
)


@pytest.mark.clause("POL-1.4")
@pytest.mark.clause("POL-3.6.1")
@pytest.mark.clause("POL-3.6.5")
@pytest.mark.clause("POL-3.6.8")
@pytest.mark.clause("INS-3.3.12")
@pytest.mark.clause("INS-3.3.13")
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None),
        ({"is_own": False}, "cell_of_other_teacher"),
        ({"is_own": False, "kind": ATTENDANCE}, "cell_of_other_teacher"),
        ({"is_own": False, "is_open": True}, "cell_of_other_teacher"),
        ({"is_cancelled": True}, "lesson_not_held"),
        ({"takes_marks": False}, "no_marks_here"),
        ({"takes_marks": False, "kind": COMMENT}, "no_marks_here"),
        ({"takes_marks": False, "is_open": True}, "no_marks_here"),
        ({"takes_marks": False, "kind": ATTENDANCE}, None),
        ({"is_member": False}, "pupil_not_there"),
        ({"now": _at("2026-11-22 23:59")}, "cell_ahead"),
        ({"now": _at("2026-11-22 23:59"), "kind": ATTENDANCE}, "cell_ahead"),
        ({"now": _at("2026-11-22 23:59"), "is_open": True}, "cell_ahead"),
        # Late, on the day itself: allowed.
        ({"now": _at("2026-11-23 23:59")}, None),
        # The day is over and so is the term.
        ({"now": _at("2026-11-24 00:00")}, "mark_backdated"),
        ({"now": _at("2026-11-24 00:00"), "is_open": True}, None),
        ({"now": _at("2026-11-24 00:00"), "kind": ATTENDANCE}, None),
        # A control work has three days.
        ({"now": _at("2026-11-26 23:59"), "term": _at("2026-11-27 00:00")}, None),
        ({"now": _at("2026-11-27 00:00"), "term": _at("2026-11-27 00:00")}, "mark_backdated"),
        # What was written today may be mended today.
        ({"first_written": _at("2026-11-23 09:00"), "now": _at("2026-11-23 23:59")}, None),
        (
            {
                "first_written": _at("2026-11-23 23:59"),
                "now": _at("2026-11-24 00:00"),
                "term": _at("2026-11-27 00:00"),
            },
            "mark_settled",
        ),
        (
            {
                "first_written": _at("2026-11-23 23:59"),
                "now": _at("2026-11-24 00:00"),
                "is_open": True,
            },
            None,
        ),
        (
            {
                "first_written": _at("2026-11-23 23:59"),
                "now": _at("2026-11-24 00:00"),
                "kind": COMMENT,
            },
            None,
        ),
        # What an approval let be backdated was written once.
        (
            {"first_written": _at("2026-11-24 09:00"), "now": _at("2026-11-24 09:01")},
            "mark_settled",
        ),
        (
            {
                "first_written": _at("2026-11-24 09:00"),
                "now": _at("2026-11-24 09:01"),
                "term": _at("2026-11-27 00:00"),
            },
            None,
        ),
        # The period ends on 27 December and closes three days later.
        ({"now": _at("2026-12-30 23:59"), "kind": ATTENDANCE}, None),
        ({"now": _at("2026-12-31 00:00"), "kind": ATTENDANCE}, "period_closed"),
        ({"now": _at("2026-12-31 00:00"), "kind": ATTENDANCE, "is_open": True}, None),
        ({"now": _at("2027-02-01 00:00"), "kind": ATTENDANCE, "period_until": None}, None),
    ],
)
def test_a_cell_is_closed_by_the_first_rule_that_is_broken(
    changed: dict[str, object], code: str | None
) -> None:
    closed = why_closed(replace(OPEN, **changed))  # type: ignore[arg-type]
    assert (closed.code if closed else None) == code


def test_every_rule_names_its_clause_and_its_own_words() -> None:
    assert len({rule.closed.code for rule in RULES}) == len(RULES)
    assert all(rule.closed.clause for rule in RULES)


@pytest.fixture
def school(context: ActionContext) -> KeptSchool:
    return kept_school(context)


def _write(context: ActionContext, school: KeptSchool, *edits: CellEdit) -> list[object]:
    by = as_person(context, school.teacher_id)
    return list(write_cells(by, WriteCells(edits=edits)))


def _history(session: Session) -> list[tuple[CellKind, str, str]]:
    rows = session.scalars(select(CellChange).order_by(CellChange.at))
    return [(row.kind, row.old, row.new) for row in rows]


def _mark(
    context: ActionContext, school: KeptSchool, value: str, pupil: int = 0, **values: object
) -> CellEdit:
    told: dict[str, object] = {"lesson_id": school.lesson(context).id, "kind": MARK, **values}
    return CellEdit(pupil_id=school.pupils[pupil], value=value, **told)  # type: ignore[arg-type]


@pytest.mark.clause("INS-3.3.13")
@pytest.mark.clause("POL-3.6.3")
def test_the_first_mark_assigns_the_work_that_it_is_for(
    context: ActionContext, school: KeptSchool
) -> None:
    first, second = _write(
        context, school, _mark(context, school, "5"), _mark(context, school, "4", pupil=1)
    )
    assert isinstance(first, CellSaved)
    assert isinstance(second, CellSaved)
    work = context.session.scalars(select(Work)).one()
    assert work.type_code == "О"
    assert first.work_id == second.work_id == work.id
    assert school.lesson(context).kept_at == context.now


@pytest.mark.clause("INS-3.3.13")
def test_history_keeps_every_value_of_a_cell(context: ActionContext, school: KeptSchool) -> None:
    for value in ("5", "4/5", ""):
        _write(context, school, _mark(context, school, value))
    assert sorted(_history(context.session)) == sorted(
        [(MARK, "", "5"), (MARK, "5", "4/5"), (MARK, "4/5", "")]
    )


@pytest.mark.clause("INS-3.3.18")
def test_absence_and_mark_of_a_cell_are_two_facts(
    context: ActionContext, school: KeptSchool
) -> None:
    lesson = school.lesson(context)
    absent = CellEdit(lesson_id=lesson.id, pupil_id=school.pupils[0], kind=ATTENDANCE, value="Н")
    results = _write(context, school, absent, _mark(context, school, "3"))
    assert [one.value for one in results if isinstance(one, CellSaved)] == ["н", "3"]
    course = course_to_read(context.session, context.actor, school.key, TODAY)
    page = journal_page(
        context.session, context.actor, course, TODAY, TODAY, now=context.now, zone=MOSCOW
    )
    row = page.rows[0]
    assert list(row.presence.values()) == ["absent"]
    assert [cell.mark for cell in row.cells.values()] == ["3"]
    assert row.average.value == 3


def test_a_refused_cell_holds_up_no_other(context: ActionContext, school: KeptSchool) -> None:
    wrong, right = _write(
        context, school, _mark(context, school, "7"), _mark(context, school, "5", pupil=1)
    )
    assert isinstance(wrong, CellRefused)
    assert (wrong.closed.code, wrong.closed.clause) == ("mark_unknown", "INS-3.3.13")
    assert isinstance(right, CellSaved)


def test_who_wrote_meanwhile_is_named_and_nothing_is_lost(
    context: ActionContext, school: KeptSchool
) -> None:
    _write(context, school, _mark(context, school, "4"))
    (result,) = _write(context, school, _mark(context, school, "5", seen=""))
    assert isinstance(result, CellConflict)
    assert (result.value, result.by) == ("4", "Орлова Елена Сергеевна")
    # Who wanted the same has it.
    (same,) = _write(context, school, _mark(context, school, "4", seen=""))
    assert isinstance(same, CellSaved)


@pytest.mark.clause("POL-3.6.1")
def test_another_teacher_writes_nothing_and_sees_nothing(
    context: ActionContext, school: KeptSchool
) -> None:
    stranger = teacher(context, "Ким Олег Юрьевич")
    by = as_person(context, stranger, permissions=ROLE_PERMISSIONS[Role.TEACHER])
    (result,) = write_cells(by, WriteCells(edits=(_mark(context, school, "5"),)))
    assert isinstance(result, CellRefused)
    assert result.closed.code == "cell_of_other_teacher"
    assert courses_to_read(context.session, by.actor, 2026, TODAY) == []
    with pytest.raises(NotFound):
        course_to_read(context.session, by.actor, school.key, TODAY)


@pytest.mark.clause("INS-3.3.23")
@pytest.mark.parametrize("role", [Role.PARENT, Role.PUPIL, Role.SECRETARY])
def test_who_is_no_teacher_writes_in_no_journal(
    context: ActionContext, school: KeptSchool, role: Role
) -> None:
    by = as_person(context, school.teacher_id, permissions=ROLE_PERMISSIONS[role])
    with pytest.raises(NotAllowed):
        write_cells(by, WriteCells(edits=(_mark(context, school, "5"),)))


def test_a_comment_needs_a_mark_and_stays_with_it(
    context: ActionContext, school: KeptSchool
) -> None:
    comment = _mark(context, school, "за  таблицу", kind=COMMENT)
    (refused,) = _write(context, school, comment)
    assert isinstance(refused, CellRefused)
    _write(context, school, _mark(context, school, "5"))
    (saved,) = _write(context, school, comment)
    assert isinstance(saved, CellSaved)
    assert saved.value == "за таблицу"


@pytest.mark.clause("POL-3.6.4")
def test_a_mark_after_the_hour_is_late_and_says_so(
    context: ActionContext, school: KeptSchool
) -> None:
    # No bells are known: the day is the term, and yesterday's lesson is closed.
    evening = replace(context, now=context.now + timedelta(days=1))
    (result,) = _write(evening, school, _mark(context, school, "5"))
    assert isinstance(result, CellRefused)
    assert result.closed.code == "mark_backdated"
    assert result.closed.may_be_opened
