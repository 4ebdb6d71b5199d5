"""Subjects, curriculum and load, the comparison of the two, and the days of the approvals."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import StudyGroup
from journal_core.classes.queries import divisions_of_year
from journal_core.classes.terms import GroupKind
from journal_core.context import ActionContext, Actor
from journal_core.curriculum.commands import (
    RemoveLoad,
    RemoveSubject,
    SaveCurriculum,
    SaveLoad,
    SaveSubject,
    remove_load,
    remove_subject,
    save_curriculum,
    save_load,
    save_subject,
)
from journal_core.curriculum.queries import curriculum_of, load_of, subjects
from journal_core.curriculum.rules import (
    cover,
    days_late,
    due_on,
    fingerprint,
    gaps,
    hours_fit,
    hours_of_teachers,
)
from journal_core.curriculum.terms import ApprovalKind, Covering, LoadView, TeachingPart
from journal_core.errors import NotAllowed, NotFound, RuleBroken, StaleVersion
from journal_core.school.commands import ChangeSettings, change_settings
from journal_core.school.rules import day_of_year
from journal_core.school.terms import SchoolSettings
from tests.conftest import NewContext
from tests.factories.school import YEAR, school_class, subject, teacher

MATHS, ENGLISH = uuid4(), uuid4()
SEVEN, EIGHT = uuid4(), uuid4()
ONE, TWO = uuid4(), uuid4()
ORLOVA, KIM = uuid4(), uuid4()


def part(
    class_id: UUID = SEVEN, subject_id: UUID = MATHS, group_id: UUID | None = None
) -> TeachingPart:
    grade = 7 if class_id == SEVEN else 8
    return TeachingPart(
        class_id=class_id,
        class_name=f"{grade}А",
        grade=grade,
        subject_id=subject_id,
        subject="",
        group_id=group_id,
    )


def row(of: TeachingPart, hours: float, teacher_id: UUID = ORLOVA) -> LoadView:
    return LoadView(id=uuid4(), teacher_id=teacher_id, teacher="", part=of, hours=hours)


CURRICULUM = {(7, MATHS): 5.0, (7, ENGLISH): 3.0}


@pytest.mark.clause("POL-3.8.4")
def test_class_without_a_teacher_is_a_gap_of_all_its_hours() -> None:
    found = cover([part(), part(EIGHT)], CURRICULUM, [])
    assert found == [Covering(part=part(), wanted=5, given=0)]
    assert found[0].surplus == -5


def test_load_of_two_teachers_covers_together() -> None:
    load = [row(part(), 2), row(part(), 3.5, KIM)]
    found = cover([part()], CURRICULUM, load)
    assert [one.surplus for one in found] == [0.5]
    assert hours_of_teachers([*load, row(part(EIGHT), 4)]) == {ORLOVA: 6, KIM: 3.5}


@pytest.mark.clause("POL-3.8.4")
def test_divided_subject_is_covered_in_each_group() -> None:
    groups = [part(SEVEN, ENGLISH, ONE), part(SEVEN, ENGLISH, TWO)]
    found = cover(groups, CURRICULUM, [row(groups[0], 3)])
    assert [(one.part.group_id, one.surplus) for one in found] == [(ONE, 0), (TWO, -3)]
    assert gaps(found) == [found[1]]


def test_lessons_of_the_whole_class_count_for_each_group() -> None:
    groups = [part(SEVEN, ENGLISH, ONE), part(SEVEN, ENGLISH, TWO)]
    whole = row(part(SEVEN, ENGLISH), 1)
    found = cover(groups, CURRICULUM, [whole, row(groups[0], 2), row(groups[1], 1)])
    assert [(one.part.group_id, one.given) for one in found] == [(ONE, 3), (TWO, 2)]


def test_load_that_no_curriculum_wants_is_a_surplus_named_last() -> None:
    stray = part(SEVEN, ENGLISH, ONE)
    found = cover([part(EIGHT), part()], CURRICULUM, [row(part(EIGHT), 1), row(stray, 2)])
    assert [(one.part, one.surplus) for one in found] == [
        (part(EIGHT), 1),
        (part(), -5),
        (stray, 2),
    ]
    assert [one.surplus for one in gaps(found)] == [-5, 1, 2]


HOURS = st.integers(1, 20).map(lambda halves: halves / 2)
PARTS = st.sampled_from([part(), part(EIGHT), part(EIGHT, ENGLISH), part(SEVEN, ENGLISH, ONE)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(PARTS, HOURS), max_size=8), st.dictionaries(PARTS, HOURS, max_size=4))
def test_no_hour_of_load_or_curriculum_is_lost_in_the_comparison(
    told: list[tuple[TeachingPart, float]], wanted: dict[TeachingPart, float]
) -> None:
    curriculum = {(one.grade, one.subject_id): hours for one, hours in wanted.items()}
    parts = [part(), part(EIGHT), part(EIGHT, ENGLISH), part(SEVEN, ENGLISH, ONE)]
    found = cover(parts, curriculum, [row(one, hours) for one, hours in told])
    assert sum(one.given for one in found) == sum(hours for _part, hours in told)
    assert sum(one.wanted for one in found) == sum(curriculum.values())
    assert len({one.part for one in found}) == len(found)


@pytest.mark.parametrize(
    ("hours", "fit"),
    [(0.5, True), (40, True), (1, True), (0, False), (-1, False), (40.5, False), (1.25, False)],
)
def test_hours_are_halves_from_one_half_to_forty(hours: float, *, fit: bool) -> None:
    assert hours_fit(hours) is fit


@pytest.mark.clause("INS-3.6.1", "INS-3.6.2", "INS-3.6.3", "INS-3.6.4")
@pytest.mark.parametrize(
    ("kind", "due"),
    [
        (ApprovalKind.CURRICULUM, date(2026, 8, 25)),
        (ApprovalKind.LOAD, date(2026, 8, 25)),
        (ApprovalKind.TARIFF, date(2026, 9, 1)),
        (ApprovalKind.TIMETABLE, date(2026, 9, 9)),
    ],
)
def test_each_approval_has_its_day_in_the_year_that_begins(kind: ApprovalKind, due: date) -> None:
    assert due_on(kind, 2026, SchoolSettings()) == due


def test_school_may_set_another_day() -> None:
    earlier = SchoolSettings(load_approved_by="20.08")
    assert due_on(ApprovalKind.LOAD, 2026, earlier) == date(2026, 8, 20)
    with pytest.raises(ValueError, match="was checked"):
        due_on(ApprovalKind.LOAD, 2026, SchoolSettings(load_approved_by="later"))


@pytest.mark.parametrize(
    ("approved_on", "today", "late"),
    [
        (None, date(2026, 8, 25), 0),
        (None, date(2026, 8, 26), 1),
        (date(2026, 8, 25), date(2026, 11, 1), 0),
        (date(2026, 8, 28), date(2026, 11, 1), 3),
        (date(2026, 8, 20), date(2026, 8, 21), 0),
    ],
)
def test_approval_is_late_from_the_day_after_its_day(
    approved_on: date | None, today: date, late: int
) -> None:
    assert days_late(date(2026, 8, 25), approved_on, today) == late


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("25.08", (25, 8)),
        ("1.9", (1, 9)),
        ("29.02", None),
        ("31.04", None),
        ("08-25", None),
        ("", None),
    ],
)
def test_day_of_a_setting_is_one_that_every_year_has(
    text: str, found: tuple[int, int] | None
) -> None:
    assert day_of_year(text) == found


@pytest.mark.parametrize(("key", "value"), [("load_approved_by", "32.08"), ("study_week_days", 7)])
def test_impossible_setting_of_the_year_is_refused(
    context: ActionContext, key: str, value: str | int
) -> None:
    with pytest.raises(RuleBroken, match="setting_of_other_kind"):
        change_settings(context, ChangeSettings(values={key: value}, valid_from=date(2026, 8, 1)))


@pytest.mark.clause("POL-3.4.6")
def test_subjects_stand_in_the_schools_order_and_none_twice(context: ActionContext) -> None:
    save_subject(context, SaveSubject(name="Физика", position=2))
    first = save_subject(context, SaveSubject(name="Информатика и программирование"))
    assert [one.short_name for one in subjects(context.session)] == [
        "Информатика и програ",
        "Физика",
    ]
    with pytest.raises(RuleBroken, match="subject_twice"):
        save_subject(context, SaveSubject(name=" Физика "))
    save_subject(context, SaveSubject(name="ИКТ", short_name="ИКТ", position=5, subject_id=first))
    assert [one.name for one in subjects(context.session)] == ["Физика", "ИКТ"]
    with pytest.raises(NotFound):
        save_subject(context, SaveSubject(name="Химия", subject_id=uuid4()))


@pytest.mark.clause("POL-3.4.6")
def test_subject_goes_only_while_nothing_rests_on_it(context: ActionContext) -> None:
    used, unused = subject(context), subject(context, "Химия")
    save_curriculum(context, SaveCurriculum(academic_year=YEAR, hours={(7, used): 5}))
    remove_subject(context, RemoveSubject(subject_id=unused))
    with pytest.raises(RuleBroken, match="subject_used"):
        remove_subject(context, RemoveSubject(subject_id=used))
    assert [one.id for one in subjects(context.session)] == [used]


@pytest.mark.clause("POL-3.4.1", "POL-3.8.4")
def test_curriculum_is_saved_as_a_whole(context: ActionContext) -> None:
    maths, physics = subject(context), subject(context, "Физика")

    def save(hours: dict[tuple[int, UUID], float], year: int = YEAR) -> int:
        return save_curriculum(context, SaveCurriculum(academic_year=year, hours=hours))

    assert save({(7, maths): 5, (7, physics): 2}) == 2
    assert save({(7, maths): 5, (7, physics): 2}) == 0
    assert save({(7, maths): 4}, year=YEAR - 1) == 1
    assert save({(7, maths): 5.5, (8, physics): 2}) == 3
    assert curriculum_of(context.session, YEAR) == {(7, maths): 5.5, (8, physics): 2}
    with pytest.raises(RuleBroken, match="hours_unfit"):
        save({(7, maths): 0.3})
    with pytest.raises(StaleVersion):
        save_curriculum(context, SaveCurriculum(academic_year=YEAR, hours={}, seen="earlier"))
    seen = fingerprint(curriculum_of(context.session, YEAR))
    save_curriculum(context, SaveCurriculum(academic_year=YEAR, hours={(1, maths): 4}, seen=seen))
    assert len(recorded(context, AuditAction.CURRICULUM_SAVED)) == 4


@pytest.mark.clause("POL-3.4.1", "POL-3.8.4")
def test_load_is_of_a_class_or_of_its_group_and_never_twice(context: ActionContext) -> None:
    maths, who = subject(context), teacher(context)
    seven = school_class(context, "7А")
    of_year = {"academic_year": YEAR, "teacher_id": who, "subject_id": maths}
    group = StudyGroup(
        academic_year=YEAR,
        kind=GroupKind.DIVISION,
        name="группа 1",
        class_id=seven.id,
        subject_id=maths,
    )
    context.session.add(group)
    context.session.flush()
    whole = save_load(context, SaveLoad(**of_year, class_id=seven.id, hours=2))
    save_load(context, SaveLoad(**of_year, class_id=seven.id, hours=1, group_id=group.id))
    with pytest.raises(RuleBroken, match="load_twice"):
        save_load(context, SaveLoad(**of_year, class_id=seven.id, hours=3))
    with pytest.raises(RuleBroken, match="hours_unfit"):
        save_load(context, SaveLoad(**of_year, class_id=seven.id, hours=0))
    save_load(context, SaveLoad(**of_year, class_id=seven.id, hours=4, load_id=whole))
    divisions = divisions_of_year(context.session, YEAR)
    assert divisions == {(seven.id, maths): [(group.id, "группа 1")]}
    found = load_of(context.session, YEAR, {group.id: group.name})
    assert sorted((one.part.group, one.hours, one.teacher) for one in found) == [
        ("", 4, "Орлова Елена Сергеевна"),
        ("группа 1", 1, "Орлова Елена Сергеевна"),
    ]
    assert remove_load(context, RemoveLoad(load_id=whole)) == YEAR
    with pytest.raises(NotFound):
        remove_load(context, RemoveLoad(load_id=whole))


def test_load_is_not_given_in_a_class_of_another_year(context: ActionContext) -> None:
    old = school_class(context, "7А", year=YEAR - 1)
    command = SaveLoad(
        academic_year=YEAR,
        teacher_id=teacher(context),
        subject_id=subject(context),
        class_id=old.id,
        hours=2,
    )
    with pytest.raises(NotFound):
        save_load(context, command)


def test_only_who_plans_the_year_changes_it(
    context: ActionContext, new_context: NewContext
) -> None:
    reader = Actor(label="учитель", permissions=frozenset({Permission.CURRICULUM_YEAR_READ}))
    for_reader = new_context(context.session, reader)
    for act, command in (
        (save_subject, SaveSubject(name="Физика")),
        (remove_subject, RemoveSubject(subject_id=MATHS)),
        (save_curriculum, SaveCurriculum(academic_year=YEAR, hours={})),
        (remove_load, RemoveLoad(load_id=MATHS)),
    ):
        with pytest.raises(NotAllowed):
            act(for_reader, command)


def recorded(context: ActionContext, action: AuditAction) -> list[AuditEntry]:
    return list(
        context.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()
    )
