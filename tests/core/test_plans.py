"""Keeping plans: who may change which, copies, re-laying and its undoing, plan against fact."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.classes.models import StudyGroup
from journal_core.classes.terms import GroupKind
from journal_core.context import ActionContext, Actor
from journal_core.curriculum.models import TeachingLoad
from journal_core.errors import NotAllowed, NotFound, RuleBroken, StaleVersion
from journal_core.lessons.models import Lesson
from journal_core.plans.commands import (
    CopyPlan,
    CreatePlan,
    RelayPlan,
    RemovePlan,
    SavePlan,
    SharePlan,
    TakeOverPlan,
    UndoRelaying,
    copy_plan,
    create_plan,
    relay_plan,
    remove_plan,
    save_plan,
    share_plan,
    take_over_plan,
    undo_relaying,
)
from journal_core.plans.models import ThematicPlan
from journal_core.plans.queries import (
    copy_places,
    corrections_of,
    courses_of,
    plan_cards,
    plan_view,
    progress_of,
    progress_of_plan,
)
from journal_core.plans.terms import Change, CorrectionKind, PlanRow, Topic
from tests.factories.school import YEAR, school_class, subject, teacher

TOPICS = tuple(Topic(section="Числа", title=title, hours=1) for title in "АБВГД")


def _as(context: ActionContext, person_id: UUID, *more: Permission) -> ActionContext:
    """The same moment, as a teacher."""
    may = frozenset({Permission.PLANS_BASE_READ, Permission.PLANS_OWN_EDIT, *more})
    return replace(context, actor=Actor(label="Орлова", permissions=may, person_id=person_id))


def _later(context: ActionContext, hours: int = 1) -> ActionContext:
    return replace(context, now=context.now + timedelta(hours=hours))


def _load(
    context: ActionContext,
    teacher_id: UUID,
    subject_id: UUID,
    class_id: UUID,
    group_id: UUID | None = None,
) -> None:
    context.session.add(
        TeachingLoad(
            academic_year=YEAR,
            teacher_id=teacher_id,
            subject_id=subject_id,
            class_id=class_id,
            group_id=group_id,
            hours=5,
        )
    )
    context.session.flush()


def _lessons(
    context: ActionContext,
    plan: ThematicPlan,
    topics: list[UUID | None],
    since: date,
    *,
    cancelled: int = 0,
) -> None:
    """A lesson a day from the day on: with the topic, or open; the last ones not held."""
    for shift, topic_id in enumerate(topics):
        is_lost = shift >= len(topics) - cancelled
        context.session.add(
            Lesson(
                day=since + timedelta(days=shift),
                number=1,
                class_id=plan.class_id,
                group_id=plan.group_id,
                subject_id=plan.subject_id,
                teacher_id=plan.author_id,
                topic_id=topic_id,
                kept_at=context.now if topic_id else None,
                cancelled_at=context.now if is_lost else None,
            )
        )
    context.session.flush()


@pytest.fixture
def orlova(context: ActionContext) -> UUID:
    return teacher(context)


@pytest.fixture
def maths(context: ActionContext) -> UUID:
    return subject(context)


@pytest.fixture
def base(context: ActionContext, orlova: UUID, maths: UUID) -> UUID:
    """A plan of the base by the teacher, who has 6А by the load."""
    _load(context, orlova, maths, school_class(context, "6А").id)
    command = CreatePlan(academic_year=YEAR, subject_id=maths, grade=6, topics=TOPICS)
    return create_plan(_as(context, orlova), command)


@pytest.fixture
def own(context: ActionContext, orlova: UUID, base: UUID) -> ThematicPlan:
    """The copy of 6А."""
    mine = _as(context, orlova)
    places = copy_places(context.session, mine.actor, base)
    assert [place.name for place in places] == ["6А"]
    (copy,) = copy_plan(mine, CopyPlan(plan_id=base, places=((places[0].class_id, None),)))
    return context.session.get_one(ThematicPlan, copy)


def _topics(context: ActionContext, plan_id: UUID) -> list[tuple[str, int]]:
    view = plan_view(context.session, context.actor, plan_id, context.today)
    return [(topic.title, topic.hours) for topic in view.topics]


def _ids(context: ActionContext, plan_id: UUID) -> list[UUID]:
    view = plan_view(context.session, context.actor, plan_id, context.today)
    return [topic.id for topic in view.topics]


@pytest.mark.clause("POL-2.2.2")
def test_rows_are_added_moved_changed_and_taken_out(
    context: ActionContext, orlova: UUID, base: UUID
) -> None:
    first, second, *_rest = _ids(context, base)
    rows = (
        PlanRow(id=second, title="Б", hours=1),
        PlanRow(title="Новая", hours=2, section="Углы"),
        PlanRow(id=first, title="А, дополненная", hours=3),
    )
    mine = _later(_as(context, orlova))
    save_plan(mine, SavePlan(plan_id=base, title="Базовый", rows=rows, seen_at=context.now))
    assert _topics(context, base) == [("Б", 1), ("Новая", 2), ("А, дополненная", 3)]
    assert _ids(context, base)[2] == first
    with pytest.raises(StaleVersion):
        save_plan(mine, SavePlan(plan_id=base, title="", rows=rows, seen_at=context.now))


def test_row_of_another_plan_is_not_taken(
    context: ActionContext, orlova: UUID, base: UUID, own: ThematicPlan
) -> None:
    foreign = PlanRow(id=_ids(context, own.id)[0], title="А", hours=1)
    with pytest.raises(NotFound):
        save_plan(_as(context, orlova), SavePlan(plan_id=base, title="", rows=(foreign,)))


@pytest.mark.clause("POL-2.2.2")
def test_teacher_reaches_own_plans_and_shared_ones_of_the_own_subject(
    context: ActionContext, orlova: UUID, maths: UUID, base: UUID, own: ThematicPlan
) -> None:
    colleague = teacher(context, "Зимина Анна Павловна")
    hers = _as(context, colleague)

    def seen() -> list[str]:
        cards = plan_cards(context.session, hers.actor, YEAR)
        return [card.course or "база" for card in cards]

    share_plan(_as(context, orlova), SharePlan(plan_id=base, is_shared=True))
    assert seen() == []
    _load(context, colleague, maths, school_class(context, "6Б").id)
    assert seen() == ["база"]
    for command in (
        SavePlan(plan_id=base, title="", rows=()),
        SavePlan(plan_id=own.id, title="", rows=()),
    ):
        with pytest.raises(NotFound):
            save_plan(hers, command)
    taken = take_over_plan(hers, TakeOverPlan(plan_id=base, academic_year=YEAR + 1))
    card = plan_view(context.session, hers.actor, taken, context.today).card
    assert (card.is_own, card.is_shared, card.academic_year, card.topics) == (True, False, 2027, 5)
    assert [place.name for place in copy_places(context.session, hers.actor, base)] == ["6Б"]
    with pytest.raises(NotFound):
        copy_plan(hers, CopyPlan(plan_id=base, places=((own.class_id, None),)))
    share_plan(_as(context, orlova), SharePlan(plan_id=base, is_shared=False))
    assert seen() == []


def test_reader_of_all_plans_changes_none(context: ActionContext, base: UUID) -> None:
    reader = _as(context, teacher(context, "Ким Ольга Львовна"), Permission.PLANS_ANY_READ)
    reading = replace(
        reader, actor=replace(reader.actor, permissions=frozenset({Permission.PLANS_ANY_READ}))
    )
    assert not plan_view(context.session, reading.actor, base, context.today).may_edit
    with pytest.raises(NotAllowed):
        save_plan(reading, SavePlan(plan_id=base, title="", rows=()))
    with pytest.raises(NotFound):
        save_plan(reader, SavePlan(plan_id=base, title="", rows=()))


@pytest.mark.clause("POL-1.4")
@pytest.mark.clause("POL-3.6.8")
def test_first_grade_and_a_club_have_plans_without_homework(
    context: ActionContext, maths: UUID, base: UUID
) -> None:
    club = StudyGroup(academic_year=YEAR, kind=GroupKind.CLUB, name="Шахматы")
    context.session.add(club)
    context.session.flush()
    plain, homework = Topic(title="А", hours=1), Topic(title="А", hours=1, homework="п. 1")
    for place in ({"grade": 1}, {"grade": 6, "group_id": club.id}):
        command = CreatePlan(academic_year=YEAR, subject_id=maths, topics=(homework,), **place)
        with pytest.raises(RuleBroken) as refused:
            create_plan(context, command)
        assert refused.value.clause == "POL-1.4"
        plan_id = create_plan(context, replace(command, topics=(plain,)))
        view = plan_view(context.session, context.actor, plan_id, context.today)
        assert not view.takes_homework
        with pytest.raises(RuleBroken):
            save_plan(
                context,
                SavePlan(
                    plan_id=plan_id, title="", rows=(PlanRow(title="А", hours=1, homework="п. 1"),)
                ),
            )


def test_class_has_one_plan_of_a_subject(context: ActionContext, own: ThematicPlan) -> None:
    command = CreatePlan(
        academic_year=YEAR, subject_id=own.subject_id, grade=6, class_id=own.class_id
    )
    with pytest.raises(RuleBroken) as refused:
        create_plan(context, command)
    assert refused.value.code == "class_has_plan"


@pytest.mark.clause("INS-3.3.17")
def test_relaying_is_kept_on_the_sheet_and_can_be_taken_back(
    context: ActionContext, orlova: UUID, own: ThematicPlan
) -> None:
    ids = _ids(context, own.id)
    changes = (
        Change(topic_id=ids[1], kind=CorrectionKind.MERGED),
        Change(topic_id=ids[2], kind=CorrectionKind.DROPPED),
        Change(topic_id=ids[4], kind=CorrectionKind.MOVED, number=1),
    )
    mine = _later(_as(context, orlova))
    relay_plan(mine, RelayPlan(plan_id=own.id, changes=changes, reason="карантин"))
    after = [("Д", 1), ("А", 1), ("Б", 0), ("В", 0), ("Г", 1)]
    assert _topics(context, own.id) == after
    assert [
        (line.number, line.title, line.hours_before, line.hours_after, line.into, line.reason)
        for line in corrections_of(context.session, own.id)
    ] == [
        (2, "Б", 1, 0, "А", "карантин"),
        (3, "В", 1, 0, "", "карантин"),
        (5, "Д", 1, 1, "", "карантин"),
    ]
    view = plan_view(context.session, context.actor, own.id, context.today)
    assert [topic.taught_title for topic in view.topics][:2] == ["Д", "А. Б"]
    undo_relaying(_later(mine), UndoRelaying(plan_id=own.id))
    assert _topics(context, own.id) == [(title, 1) for title in "АБВГД"]
    assert corrections_of(context.session, own.id) == []
    with pytest.raises(RuleBroken):
        undo_relaying(_later(mine), UndoRelaying(plan_id=own.id))


def test_relaying_that_a_lesson_has_used_stays(
    context: ActionContext, orlova: UUID, own: ThematicPlan
) -> None:
    ids = _ids(context, own.id)
    mine = _as(context, orlova)
    changes = (Change(topic_id=ids[4], kind=CorrectionKind.DROPPED),)
    relay_plan(mine, RelayPlan(plan_id=own.id, changes=changes, reason="карантин"))
    _lessons(_later(context), own, [ids[0]], context.today)
    with pytest.raises(RuleBroken) as refused:
        undo_relaying(_later(mine, 2), UndoRelaying(plan_id=own.id))
    assert refused.value.code == "relaying_used"
    with pytest.raises(RuleBroken) as refused:
        remove_plan(mine, RemovePlan(plan_id=own.id))
    assert refused.value.code == "plan_corrected"


@pytest.mark.parametrize(
    ("which", "reason", "code"),
    [("base", "карантин", "plan_of_base"), ("own", "", "reason_needed")],
)
def test_base_is_not_relaid_and_a_reason_is_given(
    context: ActionContext, base: UUID, own: ThematicPlan, which: str, reason: str, code: str
) -> None:
    plan_id = base if which == "base" else own.id
    change = Change(topic_id=_ids(context, plan_id)[4], kind=CorrectionKind.DROPPED)
    with pytest.raises(RuleBroken) as refused:
        relay_plan(context, RelayPlan(plan_id=plan_id, changes=(change,), reason=reason))
    assert refused.value.code == code


@pytest.mark.clause("INS-3.3.17")
def test_given_topic_stays_in_the_plan(context: ActionContext, own: ThematicPlan) -> None:
    ids = _ids(context, own.id)
    _lessons(context, own, [ids[0]], context.today)
    rows = (PlanRow(id=ids[1], title="Б", hours=1),)
    with pytest.raises(RuleBroken) as refused:
        save_plan(context, SavePlan(plan_id=own.id, title="", rows=rows))
    assert refused.value.code == "topic_given"
    with pytest.raises(RuleBroken):
        remove_plan(context, RemovePlan(plan_id=own.id))


def test_plan_that_nothing_follows_is_removed_and_its_copies_stay(
    context: ActionContext, orlova: UUID, base: UUID, own: ThematicPlan
) -> None:
    remove_plan(_as(context, orlova), RemovePlan(plan_id=base))
    assert context.session.scalars(select(ThematicPlan.id)).all() == [own.id]


@pytest.mark.clause("POL-2.2.10")
@pytest.mark.clause("POL-3.7.4")
def test_fact_is_counted_from_the_lessons_of_the_class(
    context: ActionContext, own: ThematicPlan
) -> None:
    ids = _ids(context, own.id)
    lost, ahead = context.today - timedelta(days=5), context.today + timedelta(days=1)
    _lessons(context, own, [ids[0], ids[0], ids[1], None, None], lost, cancelled=1)
    _lessons(context, own, [None], ahead)
    (found,) = progress_of_plan(context.session, own.id, context.today)
    assert found.progress is not None
    # А was given twice: the plan has it once. One lesson was lost, one has no topic yet.
    assert (found.progress.planned, found.progress.held, found.progress.given) == (5, 4, 2)
    assert (found.progress.balance, found.progress.rest) == (-3, 3)
    assert (found.progress.lessons_left, found.progress.missing) == (2, 1)


@pytest.mark.clause("POL-3.7.4")
def test_groups_follow_the_plan_of_the_class_until_they_have_their_own(
    context: ActionContext, orlova: UUID, own: ThematicPlan
) -> None:
    group = StudyGroup(
        academic_year=YEAR,
        kind=GroupKind.DIVISION,
        name="1 группа",
        class_id=own.class_id,
        subject_id=own.subject_id,
    )
    context.session.add(group)
    context.session.flush()
    zimina = teacher(context, "Зимина Анна Павловна")
    _load(context, zimina, own.subject_id, own.class_id, group.id)
    hers = _as(context, zimina)
    (course,) = courses_of(context.session, YEAR, teacher_id=zimina)
    assert (course.name, course.plan_id) == ("6А, 1 группа", own.id)
    (copy,) = copy_plan(hers, CopyPlan(plan_id=own.id, places=((own.class_id, group.id),)))
    (course,) = courses_of(context.session, YEAR, teacher_id=zimina)
    assert course.plan_id == copy


def test_class_without_a_plan_stands_first_and_one_without_lessons_last(
    context: ActionContext, orlova: UUID, own: ThematicPlan
) -> None:
    for name in ("6Б", "6В"):
        _load(context, orlova, own.subject_id, school_class(context, name).id)
    places = copy_places(context.session, context.actor, own.id)
    copy_plan(context, CopyPlan(plan_id=own.id, places=((places[1].class_id, None),)))
    _lessons(context, own, [None], context.today - timedelta(days=1))
    courses = courses_of(context.session, YEAR)
    found = progress_of(context.session, courses, context.today)
    assert [one.course.name for one in found] == ["6Б", "6А", "6В"]


def _statements(session: Session, context: ActionContext, plan: ThematicPlan) -> int:
    engine, said = session.get_bind(), []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    session.expire_all()
    plan_view(session, context.actor, plan.id, context.today)
    plan_cards(session, context.actor, YEAR)
    progress_of(session, courses_of(session, YEAR), context.today)
    return len(said)


def test_statements_do_not_grow_with_the_topics(context: ActionContext, own: ThematicPlan) -> None:
    few = _statements(context.session, context, own)
    rows = tuple(PlanRow(title=f"Тема {number}", hours=1) for number in range(170))
    save_plan(context, SavePlan(plan_id=own.id, title="", rows=rows))
    assert _statements(context.session, context, own) == few
