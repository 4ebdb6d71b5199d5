"""Keeping a lesson: the roll, the topic of the plan, and a double lesson."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.journal.terms import CellEdit, CellRefused, CellSaved
from journal_core.lesson_page.commands import (
    CarryOver,
    ConfirmRoll,
    KeepLesson,
    WriteTopic,
    carry_over,
    confirm_roll,
    keep_lesson,
    write_topic,
)
from journal_core.lesson_page.queries import lesson_page
from journal_core.lesson_page.terms import LessonPage
from journal_core.lessons.commands import (
    CancelLesson,
    RecordAbsence,
    SetSubstitute,
    cancel_lesson,
    record_absence,
    set_substitute,
)
from journal_core.lessons.models import Lesson
from journal_core.lessons.terms import AbsenceReason
from journal_core.plans.commands import CreatePlan, create_plan
from journal_core.plans.terms import Topic
from tests.clock import FrozenClock
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import YEAR, school_class, teacher
from tests.factories.week import load

TITLES = (("Дроби", 1), ("Сложение дробей", 2), ("Повторение", 1), ("Повторение", 1))


@pytest.fixture
def school(context: ActionContext) -> KeptSchool:
    return kept_school(context)


@pytest.fixture
def plan(context: ActionContext, school: KeptSchool) -> UUID:
    return create_plan(
        context,
        CreatePlan(
            academic_year=YEAR,
            subject_id=school.subject_id,
            grade=7,
            class_id=school.class_id,
            topics=tuple(Topic(title=title, hours=hours) for title, hours in TITLES),
        ),
    )


@pytest.fixture
def orlova(context: ActionContext, school: KeptSchool) -> ActionContext:
    return as_person(context, school.teacher_id)


def _page(context: ActionContext, lesson: Lesson) -> LessonPage:
    return lesson_page(
        context.session, context.actor, lesson.id, now=context.now, zone=context.zone
    )


def _audited(context: ActionContext, lesson: Lesson) -> list[AuditAction]:
    rows = select(AuditEntry.action).where(AuditEntry.subject_id == lesson.id)
    return list(context.session.scalars(rows.order_by(AuditEntry.at)))


def _absent(lesson: Lesson, pupil_id: UUID, value: str = "н") -> CellEdit:
    return CellEdit(lesson_id=lesson.id, pupil_id=pupil_id, kind=CellKind.ATTENDANCE, value=value)


@pytest.mark.clause("REC-2.1")
@pytest.mark.clause("INS-3.3.17")
def test_topic_follows_the_plan_and_counts_for_it(
    orlova: ActionContext, school: KeptSchool, plan: UUID
) -> None:
    first, second = school.lesson(orlova), school.lesson(orlova, number=2)
    assert _page(orlova, first).topic == "Дроби"
    write_topic(orlova, WriteTopic(lesson_id=first.id, topic=" Дроби.  Входная работа "))
    assert (first.topic, first.topic_written_at) == ("Дроби. Входная работа", orlova.now)
    assert first.kept_at == orlova.now
    assert _page(orlova, first).planned == _page(orlova, first).topics[0]
    page = _page(orlova, second)
    assert (page.topic, page.planned and page.planned.number) == ("Сложение дробей", 2)
    write_topic(orlova, WriteTopic(lesson_id=second.id, topic_id=page.topics[1].id))
    assert (second.topic, second.topic_id) == ("Сложение дробей", page.topics[1].id)
    write_topic(orlova, WriteTopic(lesson_id=second.id, topic="Сложение дробей"))
    assert _audited(orlova, second) == [AuditAction.LESSON_TOPIC_SAVED]
    write_topic(orlova, WriteTopic(lesson_id=second.id))
    assert (second.topic_id, second.topic_written_at) == (None, None)


def test_topic_of_another_plan_or_too_long_is_refused(
    orlova: ActionContext, school: KeptSchool
) -> None:
    lesson = school.lesson(orlova)
    with pytest.raises(NotFound):
        write_topic(orlova, WriteTopic(lesson_id=lesson.id, topic_id=uuid4()))
    with pytest.raises(RuleBroken, match="topic_wrong"):
        write_topic(orlova, WriteTopic(lesson_id=lesson.id, topic="а" * 1001))


@pytest.mark.clause("INS-3.3.18")
@pytest.mark.clause("REC-2.1")
def test_roll_is_called_once_and_later_than_the_day_it_is_late(
    orlova: ActionContext, school: KeptSchool, clock: FrozenClock
) -> None:
    lesson = school.lesson(orlova)
    clock.set_local("2026-11-23 23:59")
    confirm_roll(replace(orlova, now=clock()), ConfirmRoll(lesson_id=lesson.id))
    called = lesson.roll_called_at
    assert not _page(orlova, lesson).is_roll_late
    clock.set_local("2026-11-24 00:00")
    confirm_roll(replace(orlova, now=clock()), ConfirmRoll(lesson_id=lesson.id))
    write_topic(replace(orlova, now=clock()), WriteTopic(lesson_id=lesson.id, topic="Дроби"))
    page = _page(orlova, lesson)
    assert (lesson.roll_called_at, page.is_roll_late, page.is_topic_late) == (called, False, True)
    assert _audited(orlova, lesson) == [
        AuditAction.LESSON_ROLL_CALLED,
        AuditAction.LESSON_TOPIC_SAVED,
    ]


@pytest.mark.clause("INS-3.3.3")
@pytest.mark.clause("REC-2.1")
@pytest.mark.clause("POL-3.6.5")
def test_roll_and_topic_are_of_who_gives_the_lesson_on_its_day_or_later(
    context: ActionContext, orlova: ActionContext, school: KeptSchool, clock: FrozenClock
) -> None:
    """The substitute writes, the absent teacher and strangers do not; nor ahead, nor too late."""
    first, second = school.lesson(context), school.lesson(context, number=2)
    ahead = school.lesson(context, date(2026, 11, 25), 3)
    belov = teacher(context, "Белов Иван Петрович")
    load(context, belov, school.subject_id, school_class(context, "8А").id)
    stranger = as_person(context, teacher(context, "Грин Анна Львовна"))

    def refusal(by: ActionContext, lesson: Lesson) -> str:
        for act, command in (
            (confirm_roll, ConfirmRoll(lesson_id=lesson.id)),
            (write_topic, WriteTopic(lesson_id=lesson.id, topic="Дроби")),
        ):
            with pytest.raises(RuleBroken) as refused:
                act(by, command)
        assert _page(context, lesson).lesson.kept_at is None
        return refused.value.code

    assert refusal(orlova, ahead) == "cell_ahead"
    assert refusal(stranger, first) == "cell_of_other_teacher"
    cancel_lesson(context, CancelLesson(lesson_id=second.id, reason="Карантин"))
    assert refusal(orlova, second) == "lesson_not_held"
    record_absence(
        context,
        RecordAbsence(
            teacher_id=school.teacher_id, since=TODAY, until=TODAY, reason=AbsenceReason.ILLNESS
        ),
    )
    set_substitute(context, SetSubstitute(lesson_id=first.id, person_id=belov))
    assert refusal(orlova, first) == "cell_of_other_teacher"
    clock.set_local("2026-12-31 00:00")
    late = replace(as_person(context, belov), now=clock())
    assert refusal(late, first) == "period_closed"
    confirm_roll(as_person(context, belov), ConfirmRoll(lesson_id=first.id))
    assert first.roll_called_at == context.now


@pytest.mark.clause("INS-3.3.18")
@pytest.mark.clause("REC-2.1")
def test_double_lesson_takes_over_who_is_absent_and_the_topic(
    orlova: ActionContext, school: KeptSchool
) -> None:
    """Who came late to the first is there in the second; what the second has is left alone."""
    first, second = school.lesson(orlova), school.lesson(orlova, number=2)
    assert not _page(orlova, second).takes_over
    kept = keep_lesson(
        orlova,
        KeepLesson(
            lesson_id=first.id,
            edits=(_absent(first, school.pupils[1]), _absent(first, school.pupils[2], "оп")),
            topic="Дроби",
        ),
    )
    assert all(isinstance(one, CellSaved) for one in kept.cells)
    assert _page(orlova, first).second is not None
    # The roll of the first is not called yet.
    assert _carried(orlova, second) == (False, True)
    confirm_roll(orlova, ConfirmRoll(lesson_id=first.id))
    assert _page(orlova, second).takes_over
    assert _carried(orlova, second) == (True, False)
    (change,) = orlova.session.scalars(select(CellChange).where(CellChange.lesson_id == second.id))
    assert (change.pupil_id, change.new) == (school.pupils[1], "н")
    assert (second.topic, second.roll_called_at) == ("Дроби", orlova.now)
    assert not _page(orlova, second).takes_over
    assert _page(orlova, first).second is None
    assert _carried(orlova, second) == (False, False)
    with pytest.raises(RuleBroken, match="lesson_not_double"):
        carry_over(orlova, CarryOver(lesson_id=first.id))


def _carried(context: ActionContext, second: Lesson) -> tuple[bool, bool]:
    carried = carry_over(context, CarryOver(lesson_id=second.id))
    return carried.roll, carried.topic


@pytest.mark.clause("POL-1.4")
def test_one_gesture_keeps_what_may_be_kept(context: ActionContext) -> None:
    """In grade 1 the mark is refused; the roll and the topic are written."""
    school = kept_school(context, "1А")
    by, lesson = as_person(context, school.teacher_id), school.lesson(context)
    mark = CellEdit(lesson_id=lesson.id, pupil_id=school.pupils[0], kind=CellKind.MARK, value="5")
    kept = keep_lesson(
        by,
        KeepLesson(
            lesson_id=lesson.id,
            edits=(mark, _absent(lesson, school.pupils[1])),
            topic="Счёт до десяти",
            is_roll_called=True,
        ),
    )
    refused, saved = kept.cells
    assert isinstance(refused, CellRefused)
    assert (refused.closed.code, refused.closed.clause) == ("no_marks_here", "POL-1.4")
    assert isinstance(saved, CellSaved)
    assert lesson.roll_called_at == context.now
    assert _page(by, lesson).topic == "Счёт до десяти"


@pytest.mark.clause("POL-3.6.1")
def test_lesson_stands_between_its_neighbours_and_is_nobody_elses(
    context: ActionContext, orlova: ActionContext, school: KeptSchool
) -> None:
    page = _page(orlova, school.lesson(context, number=2))
    assert page.before
    assert page.after
    assert (page.before.id, page.before.is_double) == (school.lesson(context).id, True)
    assert (page.after.day, page.after.is_double) == (date(2026, 11, 25), False)
    assert page.page.rows[0].name == "Абрамов Глеб Ильич"
    assert _page(context, school.lesson(context)).closed is not None
    outsider = as_person(
        context,
        teacher(context, "Грин Анна Львовна"),
        permissions=frozenset({Permission.JOURNAL_PAGE_READ, Permission.JOURNAL_OWN_WRITE}),
    )
    with pytest.raises(NotFound):
        _page(outsider, school.lesson(context))
