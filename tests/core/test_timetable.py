"""What may stand in one hour of a timetable."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.timetable.rules import clashes
from journal_core.timetable.terms import ClashKind, Slot

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
