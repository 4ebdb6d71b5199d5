"""The report to parents: what of the journal comes on a pupil's sheet."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.attendance.commands import ReasonOfDay, reason_of_day
from journal_core.attendance.terms import Days, ReasonCode
from journal_core.cells.terms import CellKind
from journal_core.classes.models import GroupMembership
from journal_core.context import ActionContext
from journal_core.errors import NotFound
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellEdit
from journal_core.lessons.models import Lesson
from journal_core.parents_report.queries import class_report
from journal_core.parents_report.terms import ClassReport
from journal_core.period_marks.models import PeriodMark
from journal_core.period_marks.terms import FinalKind, PeriodRef
from journal_core.recommendations.commands import Recommend, recommend
from journal_core.school.models import SchoolClass
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import YEAR, pupil, school_class, subject, teacher
from tests.factories.week import SINCE, division

TERM = Days(since=date(2026, 11, 1), until=date(2026, 12, 30))
FIRST = PeriodRef(kind=FinalKind.PERIOD, number=1)


@pytest.fixture
def school(context: ActionContext) -> KeptSchool:
    """Abramov got a five and was ill at the second lesson; Belova got a two."""
    school = kept_school(context)
    orlova = as_person(context, school.teacher_id)
    first, second = school.lesson(context), school.lesson(context, number=2)
    glory, anna = school.pupils[:2]
    edits = (
        CellEdit(lesson_id=first.id, pupil_id=glory, kind=CellKind.MARK, value="5"),
        CellEdit(lesson_id=second.id, pupil_id=glory, kind=CellKind.ATTENDANCE, value="н"),
        CellEdit(lesson_id=first.id, pupil_id=anna, kind=CellKind.MARK, value="2"),
    )
    write_cells(orlova, WriteCells(edits=edits))
    context.session.get_one(SchoolClass, school.class_id).class_teacher_id = school.teacher_id
    reason_of_day(orlova, ReasonOfDay(pupil_id=glory, day=TODAY, reason=ReasonCode.ILL))
    recommend(orlova, Recommend(key=school.key, pupil_ids=(glory,), text="Повторить дроби"))
    context.session.add(
        PeriodMark(
            pupil_id=glory, subject_id=school.subject_id, class_id=school.class_id,
            academic_year=YEAR, kind=FIRST.kind, number=FIRST.number, value="4",
            first_written_at=context.now, written_at=context.now, written_by="Орлова Е. С.",
        )
    )  # fmt: skip
    context.session.flush()
    return school


def _report(context: ActionContext, school: KeptSchool, days: Days = TERM) -> ClassReport:
    return class_report(
        context.session, context.actor, school.class_id, days, on=TODAY, zone=context.zone
    )


@pytest.mark.clause("INS-3.2.5")
@pytest.mark.clause("POL-2.2.6")
@pytest.mark.clause("INS-2.5")
def test_sheet_tells_marks_absences_with_reasons_and_recommendations(
    context: ActionContext, school: KeptSchool
) -> None:
    report = _report(context, school)
    assert (report.class_name, report.class_teacher, report.refs) == (
        "7А", "Орлова Елена Сергеевна", {FIRST},
    )  # fmt: skip
    glory, anna, ivan, *_rest = report.pupils
    (maths,) = glory.subjects
    assert (maths.name, maths.marks, maths.average.value, maths.given, maths.missed) == (
        "Математика", ("5",), Decimal("5.00"), {FIRST: "4"}, 1,
    )  # fmt: skip
    assert [(one.day, one.missed, one.reason) for one in glory.days] == [(TODAY, 1, ReasonCode.ILL)]
    assert glory.totals.lessons[ReasonCode.ILL] == 1
    assert [one.text for one in glory.recommendations] == ["Повторить дроби"]
    assert (anna.subjects[0].marks, anna.days, anna.recommendations) == (("2",), (), ())
    # Who got nothing has the subject on the sheet all the same.
    assert (ivan.subjects[0].name, ivan.subjects[0].marks) == ("Математика", ())
    before = _report(context, school, Days(since=TERM.since, until=TODAY - timedelta(days=1)))
    assert (before.pupils[0].days, before.pupils[0].recommendations) == ((), ())
    assert before.pupils[0].subjects[0].marks == ()


@pytest.mark.clause("INS-3.5.8")
def test_subject_of_a_group_is_on_the_sheets_of_its_pupils_alone(
    context: ActionContext, school: KeptSchool
) -> None:
    english = subject(context, "Английский язык")
    group_id = division(context, school.class_id, english, "Группа 1")
    context.session.add_all(
        GroupMembership(group_id=group_id, pupil_id=one, since=SINCE) for one in school.pupils[:2]
    )
    context.session.add(
        Lesson(
            class_id=school.class_id, subject_id=english, group_id=group_id, day=TODAY, number=6,
            teacher_id=school.teacher_id,
        )
    )  # fmt: skip
    context.session.flush()
    counts = [len(one.subjects) for one in _report(context, school).pupils]
    assert counts == [2, 2, 1, 1, 1]


@pytest.mark.clause("POL-3.5.1")
def test_report_is_for_who_leads_the_class_and_its_statements_do_not_grow(
    context: ActionContext, school: KeptSchool
) -> None:
    permissions = ROLE_PERMISSIONS[Role.CLASS_TEACHER]
    leader = as_person(context, school.teacher_id, permissions=permissions)
    other = as_person(context, teacher(context, "Чужова Ирина Павловна"), permissions=permissions)
    with pytest.raises(NotFound, match="class_unknown"):
        _report(other, school)
    foreign = pupil(context, school_class(context, "7Б").id, "Чужов Олег Олегович")
    with pytest.raises(NotFound, match="pupil_unknown"):
        class_report(
            leader.session, leader.actor, school.class_id, TERM, on=TODAY, zone=context.zone,
            pupil_id=foreign,
        )  # fmt: skip
    statements: list[str] = []
    connection = context.session.connection()

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    context.session.expire_all()
    assert len(_report(leader, school).pupils) == 5
    assert len(statements) <= 20
