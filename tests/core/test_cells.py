"""The history of cells and the averages, whatever the order of edits."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.database import Database
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.queries import averages_of, changes_since, course_to_read, journal_page
from journal_core.journal.terms import CellEdit, JournalPage
from journal_core.marks.models import Work
from tests.conftest import NewContext
from tests.factories.journal import KeptSchool, as_person, kept_school
from tests.factories.week import SINCE, UNTIL

MARKS = ("", "2", "3", "4", "5", "4/5", "2/2", "зч", "нз", "6", "5/5/5")
SIGNS = ("", "н", "оп", "б")
WORKS = 2

#: Which work of today's lesson (one more stands for none), which pupil, what, and what was seen.
edit = st.one_of(
    st.tuples(
        st.just(CellKind.MARK),
        st.integers(0, WORKS),
        st.integers(0, 2),
        st.sampled_from(MARKS),
        st.sampled_from((None, "", "5")),
    ),
    st.tuples(
        st.just(CellKind.ATTENDANCE),
        st.just(WORKS),
        st.integers(0, 2),
        st.sampled_from(SIGNS),
        st.sampled_from((None, "", "н")),
    ),
    st.tuples(
        st.just(CellKind.COMMENT),
        st.integers(0, WORKS),
        st.integers(0, 2),
        st.sampled_from(("", "у доски", "не готов")),
        st.none(),
    ),
)
Told = tuple[CellKind, int, int, str, str | None]
gestures = st.lists(st.lists(edit, max_size=4, unique_by=lambda one: one[:3]), max_size=8)


@pytest.fixture
def context(sqlite_database: Database, new_context: NewContext) -> Iterator[ActionContext]:
    with sqlite_database.writing() as session:
        yield new_context(session)


@pytest.fixture
def school(context: ActionContext) -> KeptSchool:
    """Today's first lesson has two control works beside what its marks assign."""
    school = kept_school(context)
    for place in range(WORKS):
        context.session.add(
            Work(
                lesson_id=school.lesson(context).id,
                type_code="К",
                position=place,
                assigned_at=context.now,
                assigned_by="Орлова",
            )
        )
    context.session.flush()
    return school


@pytest.mark.clause("INS-3.3.8")
@pytest.mark.clause("INS-3.3.13")
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(gestures=[[(CellKind.MARK, 0, 0, "5", None), (CellKind.COMMENT, 0, 0, "у доски", None)]])
@given(gestures=gestures)
def test_history_replays_and_the_average_is_of_what_is_shown(
    context: ActionContext, school: KeptSchool, gestures: list[list[Told]]
) -> None:
    """Each example goes on from where the last one ended."""
    last = context.session.scalar(select(CellChange.at).order_by(CellChange.at.desc()))
    begun = max(last or context.now, context.now)
    for place, gesture in enumerate(gestures, start=1):
        act = replace(context, now=begun + timedelta(milliseconds=place))
        _write(act, school, gesture)
    page = _page(context, school)
    assert _replayed(context) == _shown(page)
    averages = averages_of(context.session, school.key, school.pupils, SINCE, UNTIL)
    for row in page.rows:
        assert row.average.value == _average(cell.mark for cell in row.cells.values())
        if row.pupil_id in averages:
            assert averages[row.pupil_id].value == row.average.value
        else:
            assert row.average.value is None
    changed = changes_since(context.session, school.key, SINCE, UNTIL, begun)
    shown = _shown(page)
    for one in changed:
        assert one.new == shown.get((one.pupil_id, one.work_id, one.kind), "")


def _write(act: ActionContext, school: KeptSchool, gesture: list[Told]) -> None:
    by, lesson_id = as_person(act, school.teacher_id), school.lesson(act).id
    works = act.session.scalars(
        select(Work)
        .where(Work.lesson_id == lesson_id, Work.type_code == "К")
        .order_by(Work.position)
    ).all()
    edits = tuple(
        CellEdit(
            lesson_id=lesson_id,
            pupil_id=school.pupils[pupil],
            kind=kind,
            value=value,
            work_id=works[work].id if work < WORKS else None,
            seen=seen,
        )
        for kind, work, pupil, value, seen in gesture
    )
    write_cells(by, WriteCells(edits=edits))


def _page(context: ActionContext, school: KeptSchool) -> JournalPage:
    actor = as_person(context, school.teacher_id).actor
    course = course_to_read(context.session, actor, school.key, context.today)
    return journal_page(
        context.session, actor, course, SINCE, UNTIL, now=context.now, zone=context.zone
    )


def _shown(page: JournalPage) -> dict[object, str]:
    """What the page shows, empty cells left out."""
    signs = {"absent": "н", "late": "оп"}
    shown: dict[object, str] = {}
    for row in page.rows:
        for work_id, cell in row.cells.items():
            shown[row.pupil_id, work_id, CellKind.MARK] = cell.mark
            shown[row.pupil_id, work_id, CellKind.COMMENT] = cell.comment
        for presence in row.presence.values():
            shown[row.pupil_id, None, CellKind.ATTENDANCE] = signs[presence]
    return {cell: value for cell, value in shown.items() if value}


def _replayed(context: ActionContext) -> dict[object, str]:
    """The history from its beginning: each change begins where the one before it ended."""
    stands: dict[object, str] = {}
    for row in context.session.scalars(select(CellChange).order_by(CellChange.at)):
        cell = (row.pupil_id, row.work_id, row.kind)
        assert stands.get(cell, "") == row.old != row.new
        stands[cell] = row.new
    return {cell: value for cell, value in stands.items() if value}


def _average(marks: Iterator[str]) -> Decimal | None:
    numbers = [Decimal(part) for mark in marks for part in mark.split("/") if part.isdigit()]
    if not numbers:
        return None
    return (sum(numbers) / len(numbers)).quantize(Decimal("0.01"), ROUND_HALF_UP)
