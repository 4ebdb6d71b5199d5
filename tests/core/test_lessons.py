"""The year's lessons: how they follow the timetable, who gives them, and who writes in them."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from journal_core.academic_year.models import Holiday
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.lessons.commands import (
    CancelLesson,
    EndAbsence,
    LayLessons,
    RecordAbsence,
    RemoveAbsence,
    RestoreLesson,
    SetSubstitute,
    cancel_lesson,
    end_absence,
    lay_lessons,
    record_absence,
    remove_absence,
    restore_lesson,
    set_substitute,
    withdraw_timetable,
)
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import (
    absence_view,
    absences_in,
    day_lesson,
    lessons_of,
    lessons_of_absence,
    past_change,
    staffing_of,
    substituted_lessons,
)
from journal_core.lessons.rules import free_teachers, laying, may_write, nearness_of
from journal_core.lessons.terms import (
    AbsenceReason,
    Given,
    LaidLesson,
    LessonKey,
    Nearness,
    Staffing,
)
from journal_core.people.models import StaffMember
from journal_core.timetable.commands import RemoveVersion, WithdrawVersion, remove_version
from journal_core.timetable.queries import version_view
from journal_core.timetable.terms import Slot
from tests.factories.school import YEAR, school_class, subject, teacher
from tests.factories.week import division, load, period, published, version

MONDAY = date(2026, 11, 23)
ROOMS = ("", "12")


@dataclass(frozen=True, kw_only=True)
class School:
    """7А has mathematics with Орлова, and English in two groups with Белов and Грин at one hour."""

    context: ActionContext
    class_id: UUID
    maths: UUID
    english: UUID
    groups: tuple[UUID, UUID]
    orlova: UUID
    belov: UUID
    green: UUID
    #: Gives mathematics to another class, which has no lesson in this timetable.
    vlasov: UUID

    @property
    def slots(self) -> list[Slot]:
        return [
            self.slot(1, self.maths, self.orlova),
            self.slot(2, self.english, self.belov, self.groups[0]),
            self.slot(2, self.english, self.green, self.groups[1]),
            self.slot(3, self.maths, self.orlova),
        ]

    def slot(
        self, number: int, subject_id: UUID, teacher_id: UUID, group_id: UUID | None = None
    ) -> Slot:
        return Slot(
            weekday=1,
            number=number,
            class_id=self.class_id,
            group_id=group_id,
            subject_id=subject_id,
            teacher_id=teacher_id,
        )

    def lessons(self, **values: Any) -> list[Lesson]:
        query = select(Lesson).filter_by(**values).order_by(Lesson.day, Lesson.number)
        return list(self.context.session.scalars(query))

    def lesson(self, **values: Any) -> Lesson:
        (found,) = self.lessons(**{"day": MONDAY, **values})
        return found

    def away(self, teacher_id: UUID, **values: Any) -> UUID:
        told = {"since": MONDAY, "until": MONDAY, "reason": AbsenceReason.ILLNESS, **values}
        return record_absence(self.context, RecordAbsence(teacher_id=teacher_id, **told))

    def substitute(self, lesson: Lesson, person_id: UUID) -> None:
        set_substitute(self.context, SetSubstitute(lesson_id=lesson.id, person_id=person_id))

    def writers(self, lesson: Lesson) -> set[UUID]:
        view = day_lesson(self.context.session, lesson.id)
        everybody = {self.orlova, self.belov, self.green, self.vlasov}
        return {person for person in everybody if may_write(view, person)}


@pytest.fixture
def school(context: ActionContext) -> School:
    period(context)
    class_id, other = school_class(context, "7А").id, school_class(context, "8А").id
    maths, english = subject(context), subject(context, "Английский язык")
    names = ("Орлова Елена Сергеевна", "Белов Иван Петрович", "Грин Анна Львовна", "Власов Пётр")
    orlova, belov, green, vlasov = (teacher(context, name) for name in names)
    groups = (
        division(context, class_id, english, "1"),
        division(context, class_id, english, "2"),
    )
    load(context, orlova, maths, class_id)
    load(context, belov, english, class_id, groups[0])
    load(context, green, english, class_id, groups[1])
    load(context, vlasov, maths, other)
    return School(
        context=context,
        class_id=class_id,
        maths=maths,
        english=english,
        groups=groups,
        orlova=orlova,
        belov=belov,
        green=green,
        vlasov=vlasov,
    )


@pytest.mark.clause("POL-3.4.1")
def test_lessons_are_those_of_the_study_days(school: School) -> None:
    laid = published(school.context, *school.slots)
    mondays = [date(2026, 11, 9) + timedelta(days=7 * week) for week in range(7)]
    assert sorted({lesson.day for lesson in school.lessons()}) == mondays
    assert laid.added == 4 * len(mondays)
    again = lay_lessons(school.context, LayLessons(academic_year=YEAR))
    assert (again.added, again.changed, again.removed) == (0, 0, 0)


@pytest.mark.clause("INS-3.5.7")
def test_lessons_follow_a_new_version_and_keep_what_stays(school: School) -> None:
    published(school.context, *school.slots)
    before = {(lesson.day, lesson.number): lesson.id for lesson in school.lessons(group_id=None)}
    kept = school.lesson(number=3)
    kept.kept_at = school.context.now
    school.context.session.flush()
    changed = [
        replace(school.slots[0], teacher_id=school.vlasov, room="12"),
        *school.slots[1:3],
        school.slot(3, school.english, school.orlova),
    ]
    laid = published(school.context, *changed, since=date(2026, 11, 23))
    assert (laid.kept, laid.undone) == (1, ())
    assert school.lesson(number=1).id == before[MONDAY, 1]
    assert school.lesson(number=1).teacher_id == school.vlasov
    assert school.lesson(number=3).id == kept.id, "nothing is laid over a kept lesson"
    later = date(2026, 11, 30)
    assert school.lesson(number=3, day=later).subject_id == school.english
    earlier = date(2026, 11, 16)
    assert school.lesson(number=1, day=earlier).teacher_id == school.orlova
    assert school.lesson(number=3, day=earlier).id == before[earlier, 3]


@pytest.mark.clause("INS-3.5.7")
def test_it_is_said_how_many_past_lessons_a_version_would_change(school: School) -> None:
    published(school.context, *school.slots)
    moved = school.slot(4, school.maths, school.orlova)
    changed = [replace(school.slots[0], room="12"), *school.slots[1:3], moved]
    version_id = version(school.context, *changed, since=date(2026, 11, 10))
    view = version_view(school.context.session, version_id)
    told = past_change(school.context.session, view, school.context.now, school.context.today)
    assert (told.days, told.lessons) == (1, 3), "16.11.: another room, one gone, one more"


def test_substituted_lesson_that_went_is_named(school: School) -> None:
    published(school.context, *school.slots)
    school.away(school.orlova)
    for number in (1, 3):
        school.substitute(school.lesson(number=number), school.vlasov)
    school.lesson(number=3).kept_at = school.context.now
    school.context.session.add(
        Holiday(
            academic_year=YEAR,
            name="Карантин",
            first_grade=7,
            last_grade=7,
            since=MONDAY,
            until=MONDAY,
        )
    )
    school.context.session.flush()
    laid = lay_lessons(school.context, LayLessons(academic_year=YEAR))
    assert [(one.number, one.subject) for one in laid.undone] == [(1, "Математика")]
    assert (laid.removed, laid.kept) == (3, 1)
    assert [lesson.number for lesson in school.lessons(day=MONDAY)] == [3]


def test_lessons_of_a_version_taken_back_are_those_of_the_one_before(school: School) -> None:
    published(school.context, *school.slots)
    later, last = date(2026, 11, 30), date(2026, 12, 7)
    changed = [replace(slot, teacher_id=school.vlasov) for slot in school.slots[::3]]
    published(school.context, *changed, since=later)
    school.away(school.vlasov, since=later, until=last)
    school.substitute(school.lesson(day=later, number=1), school.orlova)
    kept = school.lesson(day=last, number=1)
    kept.kept_at = school.context.now
    school.context.session.flush()
    version_id = kept.version_id
    assert version_id is not None
    laid = withdraw_timetable(school.context, WithdrawVersion(version_id=version_id))
    assert (laid.held, laid.undone) == (1, ())
    assert school.lesson(day=later, number=1).teacher_id == school.vlasov, "as it was decided"
    assert school.lesson(day=later, number=3).teacher_id == school.orlova
    assert school.lesson(day=last, number=1).teacher_id == school.vlasov, "it is written in"
    assert len(school.lessons(day=later)) == 4
    remove_version(school.context, RemoveVersion(version_id=version_id))
    school.context.session.flush()
    again = lay_lessons(school.context, LayLessons(academic_year=YEAR))
    assert (again.added, again.changed, again.removed) == (0, 0, 0)


@pytest.mark.clause("POL-3.7.3")
def test_nearest_free_teachers_are_offered_first_and_busy_ones_not(school: School) -> None:
    published(school.context, *school.slots)
    school.away(school.orlova)
    session = school.context.session
    lessons = [day_lesson(session, school.lesson(number=1).id)]
    offered = free_teachers(lessons[0], staffing_of(session, lessons))
    assert [(one.person_id, one.nearness) for one in offered] == [
        (school.vlasov, Nearness.SUBJECT),
        (school.belov, Nearness.CLASS),
        (school.green, Nearness.CLASS),
    ]
    school.away(school.belov)
    english = [day_lesson(session, school.lesson(number=2, teacher_id=school.belov).id)]
    offered = free_teachers(english[0], staffing_of(session, english))
    assert [(one.person_id, one.nearness) for one in offered] == [
        (school.green, Nearness.JOINED),
        (school.vlasov, Nearness.OTHER),
    ]
    cancelled = school.lesson(number=2, teacher_id=school.green)
    cancel_lesson(school.context, CancelLesson(lesson_id=cancelled.id, reason="Авария"))
    offered = free_teachers(english[0], staffing_of(session, english))
    assert [(one.person_id, one.nearness) for one in offered] == [
        (school.green, Nearness.SUBJECT),
        (school.vlasov, Nearness.OTHER),
    ], "whose own lesson is not held is free"


@pytest.mark.clause("INS-3.3.3")
@pytest.mark.clause("REC-2.1")
def test_substitute_alone_writes_and_only_in_that_lesson(school: School) -> None:
    published(school.context, *school.slots)
    assert school.writers(school.lesson(number=1)) == {school.orlova}
    school.away(school.orlova)
    assert school.writers(school.lesson(number=1)) == set(), "away, and nobody is named yet"
    school.substitute(school.lesson(number=1), school.vlasov)
    assert school.writers(school.lesson(number=1)) == {school.vlasov}
    assert school.writers(school.lesson(number=3)) == set()
    assert school.writers(school.lesson(number=1, day=date(2026, 11, 30))) == {school.orlova}
    session = school.context.session
    assert [one.number for one in lessons_of(session, school.vlasov, MONDAY)] == [1]
    assert [one.number for one in lessons_of(session, school.orlova, MONDAY)] == [1, 3]
    restore_lesson(school.context, RestoreLesson(lesson_id=school.lesson(number=1).id))
    assert school.writers(school.lesson(number=1)) == set()


@pytest.mark.clause("POL-3.7.3")
def test_teacher_of_the_other_group_takes_both(school: School) -> None:
    published(school.context, *school.slots)
    school.away(school.belov, first_number=2, last_number=2)
    lesson = school.lesson(number=2, teacher_id=school.belov)
    school.substitute(lesson, school.green)
    assert (lesson.substitute_id, lesson.is_joined) == (school.green, True)
    both = lessons_of(school.context.session, school.green, MONDAY)
    assert {one.group_id for one in both if may_write(one, school.green)} == set(school.groups)


@pytest.mark.clause("POL-3.7.3")
@pytest.mark.clause("INS-3.5.6")
def test_substitute_who_falls_ill_leaves_the_lesson_unfilled(school: School) -> None:
    published(school.context, *school.slots)
    first = school.away(school.orlova)
    lesson = school.lesson(number=1)
    school.substitute(lesson, school.vlasov)
    session = school.context.session
    assert absence_view(session, first).unfilled == 1, "the third lesson"
    second = school.away(school.vlasov)
    assert day_lesson(session, lesson.id).is_unfilled
    assert school.writers(lesson) == set()
    views = absences_in(session, MONDAY, MONDAY)
    assert {(one.id, one.lessons, one.unfilled) for one in views} == {(first, 2, 2), (second, 1, 1)}
    assert [one.id for one in lessons_of_absence(session, second)] == [lesson.id]
    school.substitute(lesson, school.belov)
    assert school.writers(lesson) == {school.belov}
    assert absence_view(session, second).lessons == 0


@pytest.mark.clause("POL-3.7.3")
def test_teacher_who_left_is_not_offered_and_their_lessons_are_unfilled(school: School) -> None:
    published(school.context, *school.slots)
    later, session = date(2026, 11, 30), school.context.session
    for person_id in (school.vlasov, school.belov):
        (position,) = session.scalars(select(StaffMember).filter_by(person_id=person_id))
        position.until = MONDAY
    school.away(school.orlova, until=later)
    for day, vlasov_is_offered in ((MONDAY, True), (later, False)):
        asked = [day_lesson(session, school.lesson(day=day, number=1).id)]
        offered = {one.person_id for one in free_teachers(asked[0], staffing_of(session, asked))}
        assert (school.vlasov in offered) is vlasov_is_offered
        own = school.lesson(day=day, number=2, teacher_id=school.belov)
        assert day_lesson(session, own.id).is_unfilled is not vlasov_is_offered
        assert (school.belov in school.writers(own)) is vlasov_is_offered


def test_substitution_that_cannot_be_is_refused(school: School) -> None:
    published(school.context, *school.slots)
    lesson = school.lesson(number=2, teacher_id=school.belov)
    with pytest.raises(RuleBroken, match="lesson_of_present"):
        school.substitute(lesson, school.green)
    school.away(school.belov, first_number=2, last_number=2)
    school.away(school.vlasov)
    for person_id in (school.belov, school.vlasov, uuid4()):
        with pytest.raises(RuleBroken, match="substitute_busy"):
            school.substitute(lesson, person_id)
    with pytest.raises(RuleBroken, match="reason_missing"):
        cancel_lesson(school.context, CancelLesson(lesson_id=lesson.id, reason=" "))
    school.substitute(lesson, school.orlova)
    lesson.kept_at = school.context.now
    for refused in (
        lambda: school.substitute(lesson, school.green),
        lambda: cancel_lesson(school.context, CancelLesson(lesson_id=lesson.id, reason="Нет")),
        lambda: restore_lesson(school.context, RestoreLesson(lesson_id=lesson.id)),
    ):
        with pytest.raises(RuleBroken, match="lesson_kept"):
            refused()


@pytest.mark.clause("INS-3.3.3")
def test_book_holds_what_another_gave_and_what_was_not_given(school: School) -> None:
    published(school.context, *school.slots)
    absence_id = school.away(school.orlova, until=date(2026, 11, 30))
    school.substitute(school.lesson(number=1), school.vlasov)
    cancel_lesson(
        school.context,
        CancelLesson(lesson_id=school.lesson(number=3).id, reason="Последний урок"),
    )
    assert school.writers(school.lesson(number=3)) == set()
    session = school.context.session
    rows = substituted_lessons(session, MONDAY, date(2026, 11, 29))
    assert [(row.number, row.substitute_id, row.cancelled_reason, row.reason) for row in rows] == [
        (1, school.vlasov, "", AbsenceReason.ILLNESS),
        (3, None, "Последний урок", AbsenceReason.ILLNESS),
    ]
    (absence,) = absences_in(session, MONDAY, MONDAY)
    assert (absence.lessons, absence.unfilled) == (4, 2)
    assert len(lessons_of_absence(session, absence_id)) == 4


def test_absence_that_ends_early_gives_the_lessons_back(school: School) -> None:
    published(school.context, *school.slots)
    later = date(2026, 11, 30)
    absence_id = school.away(school.orlova, until=later)
    for day in (MONDAY, later):
        school.substitute(school.lesson(number=1, day=day), school.vlasov)
    end_absence(school.context, EndAbsence(absence_id=absence_id, until=MONDAY))
    assert school.writers(school.lesson(number=1, day=later)) == {school.orlova}
    assert school.writers(school.lesson(number=1)) == {school.vlasov}
    school.lesson(number=1).kept_at = school.context.now
    with pytest.raises(RuleBroken, match="lesson_kept"):
        remove_absence(school.context, RemoveAbsence(absence_id=absence_id))
    school.lesson(number=1).kept_at = None
    remove_absence(school.context, RemoveAbsence(absence_id=absence_id))
    assert school.writers(school.lesson(number=1)) == {school.orlova}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"until": date(2026, 11, 22)}, "ends_before_it_begins"),
        ({"first_number": 3, "last_number": 2}, "ends_before_it_begins"),
        ({"first_number": 3}, "absence_of_lessons"),
        (
            {"until": date(2026, 11, 24), "first_number": 1, "last_number": 2},
            "absence_of_lessons",
        ),
        ({"first_number": 2, "last_number": 4}, "absence_meets_another"),
        ({"until": date(2026, 11, 24)}, "absence_meets_another"),
    ],
)
def test_absence_that_cannot_be_is_refused(
    school: School, values: dict[str, Any], code: str
) -> None:
    school.away(school.orlova, first_number=1, last_number=2)
    with pytest.raises(RuleBroken, match=code):
        school.away(school.orlova, **values)
    school.away(school.orlova, first_number=3, last_number=4)


def test_absence_does_not_grow_over_another(school: School) -> None:
    first = school.away(school.orlova)
    school.away(school.orlova, since=date(2026, 11, 25), until=date(2026, 11, 27))
    with pytest.raises(RuleBroken, match="absence_meets_another"):
        end_absence(school.context, EndAbsence(absence_id=first, until=date(2026, 11, 25)))
    end_absence(school.context, EndAbsence(absence_id=first, until=date(2026, 11, 24)))


#: Two days, two hours, a whole class or one of two groups: enough for lessons to meet.
keys = st.builds(
    LessonKey,
    day=st.sampled_from([date(2026, 9, 7), date(2026, 9, 14)]),
    number=st.integers(1, 2),
    class_id=st.just(UUID(int=1)),
    group_id=st.sampled_from([None, UUID(int=2), UUID(int=3)]),
    subject_id=st.sampled_from([UUID(int=4), UUID(int=5)]),
)
givens = st.builds(
    Given,
    teacher_id=st.sampled_from([UUID(int=6), UUID(int=7)]),
    room=st.sampled_from(ROOMS),
    version_id=st.just(UUID(int=8)),
)
laid_lessons = st.builds(
    LaidLesson,
    id=st.uuids(),
    key=keys,
    given=givens,
    is_kept=st.booleans(),
    is_decided=st.booleans(),
)


@given(
    wanted=st.dictionaries(keys, givens),
    present=st.lists(laid_lessons, unique_by=lambda lesson: lesson.key),
)
def test_laying_keeps_what_is_written_and_comes_to_rest(
    wanted: dict[LessonKey, Given], present: list[LaidLesson]
) -> None:
    found = laying(wanted, present)
    changed = dict(found.changed)
    stays = [
        replace(lesson, given=changed.get(lesson.id, lesson.given))
        for lesson in present
        if lesson.id not in found.removed
    ]
    assert [one for one in present if one.is_kept] == [one for one in stays if one.is_kept]
    assert set(found.undone) == {
        one.id for one in present if one.id in found.removed and one.is_decided
    }
    fresh = [
        LaidLesson(id=uuid4(), key=key, given=told, is_kept=False, is_decided=False)
        for key, told in found.added
    ]
    assert laying(wanted, [*stays, *fresh]).is_empty
    for one in fresh:
        assert wanted[one.key] == one.given
    unwritten = {one.key for one in [*stays, *fresh] if not one.is_kept}
    assert unwritten <= set(wanted)


def test_nobody_writes_in_a_cancelled_lesson_and_nobody_unknown_anywhere(school: School) -> None:
    published(school.context, *school.slots)
    view = day_lesson(school.context.session, school.lesson(number=1).id)
    assert not may_write(view, None)
    assert not may_write(replace(view, cancelled_at=datetime.now(UTC)), school.orlova)


def test_lesson_that_one_group_kept_leaves_room_for_the_other_alone() -> None:
    class_id, english, first, second = UUID(int=1), UUID(int=4), UUID(int=2), UUID(int=3)
    told = Given(teacher_id=UUID(int=6), room="", version_id=None)

    def key(group_id: UUID | None, subject_id: UUID = english) -> LessonKey:
        return LessonKey(
            day=MONDAY, number=1, class_id=class_id, group_id=group_id, subject_id=subject_id
        )

    kept = LaidLesson(id=uuid4(), key=key(first), given=told, is_kept=True, is_decided=False)
    other = UUID(int=5)
    wanted = {key(second): told, key(first, other): told, key(None, other): told}
    found = laying(wanted, [kept])
    assert [added for added, _told in found.added] == [key(second)]
    assert found.kept == (kept.id,)


def test_substituted_lesson_keeps_its_teacher_and_is_named() -> None:
    key = LessonKey(
        day=MONDAY, number=1, class_id=UUID(int=1), group_id=None, subject_id=UUID(int=4)
    )
    before = Given(teacher_id=UUID(int=6), room="12", version_id=None)
    decided = LaidLesson(id=uuid4(), key=key, given=before, is_kept=False, is_decided=True)
    found = laying({key: replace(before, teacher_id=UUID(int=7), room="14")}, [decided])
    assert found.held == (decided.id,)
    assert found.changed == ((decided.id, replace(before, room="14")),)


@pytest.mark.clause("POL-3.7.3")
@pytest.mark.parametrize(
    ("at", "offered"),
    [
        (("own class", "other group", "own subject"), Nearness.JOINED),
        (("own class", "own group", "own subject"), None),
        (("own class", None, "own subject"), None),
        (("own class", "other group", "another subject"), None),
        (("another class", "other group", "own subject"), None),
    ],
)
def test_busy_teacher_is_offered_for_the_other_group_of_the_same_lesson_alone(
    school: School, at: tuple[str, str | None, str], offered: Nearness | None
) -> None:
    published(school.context, *school.slots)
    lesson = replace(
        day_lesson(school.context.session, school.lesson(number=1).id), group_id=UUID(int=2)
    )
    ids = {
        "own class": lesson.class_id,
        "own group": lesson.group_id,
        "own subject": lesson.subject_id,
        "other group": UUID(int=3),
        "another class": UUID(int=1),
        "another subject": UUID(int=4),
        None: None,
    }
    busy_person = UUID(int=9)
    where: Any = tuple(ids[name] for name in at)
    name = lesson.teacher
    staffing = Staffing(
        names={busy_person: name}, busy={(lesson.day, lesson.number): {busy_person: where}}
    )
    assert nearness_of(lesson, busy_person, staffing) is offered
    free = free_teachers(lesson, Staffing(names={busy_person: name}))
    assert [(one.person_id, one.name, one.nearness) for one in free] == [
        (busy_person, name, Nearness.OTHER)
    ]
