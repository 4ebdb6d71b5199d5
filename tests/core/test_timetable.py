"""What may stand in one hour of a timetable, and how its versions follow each other."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.classes.models import GroupMembership
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken, StaleVersion
from journal_core.timetable.commands import (
    CreateVersion,
    PublishVersion,
    RemoveVersion,
    SaveSlots,
    WithdrawVersion,
    create_version,
    publish_version,
    remove_version,
    save_slots,
    withdraw_version,
)
from journal_core.timetable.queries import load_gaps, slots_of, version_view, versions_of
from journal_core.timetable.rules import clashes, fingerprint
from journal_core.timetable.terms import ClashKind, Slot
from tests.factories.school import YEAR, pupil, school_class, subject, teacher
from tests.factories.week import division, load, version

CLASSES, TEACHERS, GROUPS, PUPILS = (
    [UUID(int=kind * 100 + one) for one in range(4)] for kind in range(1, 5)
)


def slot(
    weekday: int = 1,
    number: int = 1,
    *,
    school_class: UUID = CLASSES[0],
    group: UUID | None = None,
    teacher: UUID | None = None,
    room: str = "",
) -> Slot:
    return Slot(
        weekday=weekday,
        number=number,
        class_id=school_class,
        group_id=group,
        subject_id=UUID(int=1),
        teacher_id=teacher or uuid4(),
        room=room,
    )


@pytest.mark.clause("POL-3.4.1")
def test_a_teacher_and_a_room_are_at_one_lesson_an_hour() -> None:
    first = slot(2, 3, school_class=CLASSES[0], teacher=TEACHERS[0], room="каб. 12")
    second = slot(2, 3, school_class=CLASSES[1], teacher=TEACHERS[0], room="Каб. 12 ")
    found = clashes([first, second, slot(2, 4, teacher=TEACHERS[0], room="каб. 12")])
    assert [(clash.kind, clash.weekday, clash.number) for clash in found] == [
        (ClashKind.TEACHER, 2, 3),
        (ClashKind.ROOM, 2, 3),
    ]
    assert (found[0].first, found[0].second) == (first, second)


def test_lessons_without_a_room_do_not_want_the_same_one() -> None:
    assert clashes([slot(school_class=CLASSES[0]), slot(school_class=CLASSES[1])]) == []


def test_a_whole_class_is_at_one_lesson_an_hour() -> None:
    assert [found.kind for found in clashes([slot(), slot(group=GROUPS[0])])] == [ClashKind.CLASS]
    assert [found.kind for found in clashes([slot(), slot()])] == [ClashKind.CLASS]


@pytest.mark.clause("INS-3.5.8")
def test_groups_of_a_class_meet_unless_a_pupil_is_in_both() -> None:
    english, german, boys = GROUPS[:3]
    pupils_of = {
        english: frozenset(PUPILS[:2]),
        german: frozenset(PUPILS[2:]),
        boys: frozenset(PUPILS[1:3]),
    }
    together = [slot(group=english), slot(group=german)]
    assert clashes(together, pupils_of) == []
    found = clashes([*together, slot(group=boys)], pupils_of)
    assert [clash.kind for clash in found] == [ClashKind.GROUP] * 2
    assert [found.kind for found in clashes([slot(group=boys), slot(group=boys)])] == [
        ClashKind.GROUP
    ]


slots = st.builds(
    Slot,
    weekday=st.integers(1, 2),
    number=st.integers(1, 2),
    class_id=st.sampled_from(CLASSES),
    group_id=st.sampled_from([None, *GROUPS]),
    subject_id=st.just(UUID(int=1)),
    teacher_id=st.sampled_from(TEACHERS),
    room=st.sampled_from(["", "1", "2"]),
)


@given(
    told=st.lists(slots, max_size=12),
    pupils_of=st.dictionaries(st.sampled_from(GROUPS), st.frozensets(st.sampled_from(PUPILS))),
)
def test_where_no_clash_is_named_nobody_and_no_room_is_in_two_places(
    told: list[Slot], pupils_of: dict[UUID, frozenset[UUID]]
) -> None:
    named = clashes(told, pupils_of)
    if not named:
        taken = [(one.weekday, one.number, need) for one in told for need in needs(one, pupils_of)]
        assert len(taken) == len(set(taken))
    for clash in named:
        together = [*needs(clash.first, pupils_of), *needs(clash.second, pupils_of)]
        assert len(together) > len(set(together)) or None in {
            clash.first.group_id,
            clash.second.group_id,
        }


def needs(one: Slot, pupils_of: dict[UUID, frozenset[UUID]]) -> set[tuple[str, object]]:
    """The teacher, the room and the children of the lesson: of a group, or of the whole class."""
    found: set[tuple[str, object]] = {("teacher", one.teacher_id)}
    if one.room:
        found.add(("room", one.room))
    if one.group_id is None:
        return found | {("class", one.class_id)}
    pupils = pupils_of.get(one.group_id, frozenset())
    return (
        found
        | {("group", (one.class_id, one.group_id))}
        | {("pupil", (one.class_id, pupil)) for pupil in pupils}
    )


@dataclass(frozen=True, kw_only=True)
class School:
    first: UUID
    second: UUID
    maths: UUID
    orlova: UUID
    belov: UUID

    def slot(self, weekday: int = 1, number: int = 1, **changed: Any) -> Slot:
        told = {"class_id": self.first, "subject_id": self.maths, "teacher_id": self.orlova}
        return Slot(weekday=weekday, number=number, **{**told, **changed})


@pytest.fixture
def school(context: ActionContext) -> School:
    return School(
        first=school_class(context, "7А").id,
        second=school_class(context, "7Б").id,
        maths=subject(context),
        orlova=teacher(context),
        belov=teacher(context, "Белов Иван Петрович"),
    )


@pytest.mark.clause("POL-3.4.1")
def test_clash_is_named_before_saving_and_nothing_is_lost(
    context: ActionContext, school: School
) -> None:
    version_id = version(context, school.slot(), school.slot(number=2))
    clashing = school.slot(class_id=school.second)
    with pytest.raises(RuleBroken) as refusal:
        save_slots(
            context,
            SaveSlots(version_id=version_id, class_id=school.second, weekday=1, slots=(clashing,)),
        )
    (found,) = refusal.value.facts["clashes"]
    assert (found.kind, found.first, found.second) == (ClashKind.TEACHER, clashing, school.slot())
    assert slots_of(context.session, version_id) == [school.slot(), school.slot(number=2)]


def test_day_of_a_class_is_saved_and_the_rest_stays(context: ActionContext, school: School) -> None:
    other = school.slot(class_id=school.second, teacher_id=school.belov)
    version_id = version(context, school.slot(), school.slot(weekday=2), other)
    part = {"version_id": version_id, "class_id": school.first, "weekday": 1}
    save_slots(context, SaveSlots(**part, slots=(school.slot(number=3),)))
    assert set(slots_of(context.session, version_id)) == {
        school.slot(number=3),
        school.slot(weekday=2),
        other,
    }
    with pytest.raises(RuleBroken, match="slot_elsewhere"):
        save_slots(context, SaveSlots(**part, slots=(school.slot(weekday=3),)))


def test_day_that_somebody_else_changed_meanwhile_is_not_saved_over(
    context: ActionContext, school: School
) -> None:
    stood = (school.slot(), school.slot(number=2))
    version_id = version(context, *stood, school.slot(weekday=2))
    part = {"version_id": version_id, "class_id": school.first, "weekday": 1}
    seen = fingerprint(stood)
    save_slots(context, SaveSlots(**part, slots=stood[1:], seen=seen))
    with pytest.raises(StaleVersion):
        save_slots(context, SaveSlots(**part, slots=stood[:1], seen=seen))
    assert set(slots_of(context.session, version_id)) == {stood[1], school.slot(weekday=2)}


@pytest.mark.clause("INS-3.5.7")
def test_publishing_ends_the_version_before_it(context: ActionContext, school: School) -> None:
    first = version(context, school.slot(), since=date(2026, 9, 1))
    publish_version(context, PublishVersion(version_id=first))
    for changing in (
        lambda: save_slots(context, SaveSlots(version_id=first, slots=())),
        lambda: remove_version(context, RemoveVersion(version_id=first)),
        lambda: publish_version(context, PublishVersion(version_id=first)),
    ):
        with pytest.raises(RuleBroken, match="timetable_published"):
            changing()
    copied = create_version(
        context,
        CreateVersion(
            academic_year=YEAR, name="Вторая", valid_from=date(2026, 12, 1), copy_of=first
        ),
    )
    assert slots_of(context.session, copied) == [school.slot()]
    publish_version(context, PublishVersion(version_id=copied))
    assert [(row.valid_from, row.valid_until) for row in versions_of(context.session, YEAR)] == [
        (date(2026, 12, 1), None),
        (date(2026, 9, 1), date(2026, 11, 30)),
    ]
    withdraw_version(context, WithdrawVersion(version_id=copied))
    remove_version(context, RemoveVersion(version_id=copied))
    (left,) = versions_of(context.session, YEAR)
    assert left.valid_until is None
    with pytest.raises(RuleBroken, match="timetable_in_force"):
        withdraw_version(context, WithdrawVersion(version_id=first))


def test_version_that_cannot_hold_is_not_published(context: ActionContext, school: School) -> None:
    empty, early = version(context), version(context, school.slot(), since=date(2026, 9, 1))
    publish_version(
        context, PublishVersion(version_id=version(context, school.slot(), since=date(2026, 9, 1)))
    )
    for version_id, code in ((empty, "timetable_empty"), (early, "timetable_overtaken")):
        with pytest.raises(RuleBroken, match=code):
            publish_version(context, PublishVersion(version_id=version_id))
    with pytest.raises(RuleBroken, match="day_of_other_year"):
        version(context, since=date(2027, 9, 1))


@pytest.mark.clause("INS-3.5.7")
def test_days_long_past_are_not_published_over(context: ActionContext, school: School) -> None:
    for since in (date(2026, 9, 1), date(2026, 11, 9)):
        made = version(context, school.slot(), since=since)
        publish_version(context, PublishVersion(version_id=made))
    withdrawn = version(context, school.slot(), since=date(2026, 11, 10))
    context = replace(context, now=context.now + timedelta(days=2))
    with pytest.raises(RuleBroken, match="timetable_long_past"):
        publish_version(context, PublishVersion(version_id=withdrawn))


@pytest.mark.clause("INS-3.6.2")
def test_week_that_differs_from_the_load_is_told_by_class_and_subject(
    context: ActionContext, school: School
) -> None:
    load(context, school.orlova, school.maths, school.first)
    load(context, school.belov, school.maths, school.second)
    version_id = version(context, school.slot(), school.slot(number=2))
    found = load_gaps(context.session, version_view(context.session, version_id))
    assert [(one.class_name, one.planned, one.hours) for one in found] == [
        ("7А", 2, 1),
        ("7Б", 0, 1),
    ]


@pytest.mark.clause("INS-3.5.8")
def test_no_clash_survives_groups_that_changed_since(
    context: ActionContext, school: School
) -> None:
    """What was saved without a clash is asked again when it is published."""
    groups = [division(context, school.first, school.maths, name) for name in ("1", "2")]
    version_id = version(
        context,
        school.slot(group_id=groups[0]),
        school.slot(group_id=groups[1], teacher_id=school.belov),
    )
    pupil_id = pupil(context, school.first)
    for group_id in groups:
        context.session.add(
            GroupMembership(group_id=group_id, pupil_id=pupil_id, since=date(2026, 9, 1))
        )
    context.session.flush()
    with pytest.raises(RuleBroken, match="timetable_clash") as refusal:
        publish_version(context, PublishVersion(version_id=version_id))
    assert [clash.kind for clash in refusal.value.facts["clashes"]] == [ClashKind.GROUP]
