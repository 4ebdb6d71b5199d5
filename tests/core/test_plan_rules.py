"""Rules of plans: homework, hours, plan against fact, and that re-laying loses nothing unnamed."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal_core.classes.terms import GroupKind
from journal_core.errors import RuleBroken
from journal_core.plans.rules import (
    check_topics,
    next_topic,
    progress,
    proposal,
    rearranged,
    relaid,
    takes_homework,
    topic_named,
    yearly_hours,
)
from journal_core.plans.terms import (
    MOST_TOPICS,
    Change,
    CorrectionKind,
    Figures,
    Laid,
    Topic,
    TopicView,
)

MERGED, MOVED, DROPPED = CorrectionKind.MERGED, CorrectionKind.MOVED, CorrectionKind.DROPPED


def _plan(*hours: int, given: int = 0, titles: tuple[str, ...] = ()) -> list[Laid]:
    names = titles or tuple("АБВГДЕЖЗ"[: len(hours)])
    return [
        Laid(id=UUID(int=index), title=name, hours=count, is_given=index < given)
        for index, (name, count) in enumerate(zip(names, hours, strict=True))
    ]


def _change(index: int, kind: CorrectionKind, hours: int = 0, number: int = 0) -> Change:
    return Change(topic_id=UUID(int=index), kind=kind, hours=hours, number=number)


@pytest.mark.clause("POL-1.4")
@pytest.mark.clause("POL-3.6.8")
def test_first_grade_after_school_groups_and_clubs_set_no_homework() -> None:
    assert takes_homework(2)
    assert takes_homework(5, GroupKind.DIVISION)
    assert not takes_homework(1)
    assert not takes_homework(5, GroupKind.AFTER_SCHOOL)
    assert not takes_homework(5, GroupKind.CLUB)


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        (Topic(title="А", hours=1, homework="п. 1"), "no_homework_here"),
        (Topic(title="", hours=1), "topic_wrong"),
        (Topic(title="А", hours=-1), "topic_wrong"),
        (Topic(title="А", hours=201), "topic_wrong"),
        (Topic(title="А" * 1001, hours=1), "topic_wrong"),
        (Topic(title="А", hours=1, section="Р" * 301), "topic_wrong"),
    ],
)
@pytest.mark.clause("POL-1.4")
def test_topic_that_may_not_be_is_refused_with_its_number(topic: Topic, code: str) -> None:
    good = Topic(title="А", section="Р" * 300, hours=200)
    with pytest.raises(RuleBroken) as refused:
        check_topics([good, topic], homework=False)
    assert (refused.value.code, refused.value.facts["number"]) == (code, 2)


def test_plan_holds_a_thousand_topics_and_long_homework() -> None:
    topic = Topic(title="А" * 1000, hours=0, homework="п" * 1000)
    check_topics([topic] * MOST_TOPICS, homework=True)
    for topics in ([topic] * (MOST_TOPICS + 1), [Topic(title="А", hours=1, homework="п" * 1001)]):
        with pytest.raises(RuleBroken):
            check_topics(topics, homework=True)


@pytest.mark.parametrize(("weekly", "weeks", "hours"), [(5, 34, 170), (0.5, 33, 16), (1.5, 34, 51)])
@pytest.mark.clause("INS-2.6")
def test_hours_of_the_year_are_hours_a_week_by_study_weeks(
    weekly: float, weeks: int, hours: int
) -> None:
    assert yearly_hours(weekly, weeks) == hours


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ({3: 1}, "ГАБВ"),
        ({0: 3}, "БВАГ"),
        ({0: 99}, "БВГА"),
        ({1: 0}, "БАВГ"),
        ({3: 1, 2: 2}, "ГВАБ"),
    ],
)
def test_item_takes_the_place_that_it_is_given(places: dict[int, int], order: str) -> None:
    assert "".join(rearranged("АБВГ", places)) == order


@pytest.mark.parametrize(
    ("figures", "balance", "missing"),
    [
        (Figures(hours=34, past=10, given=10, ahead=24), 0, 0),
        (Figures(hours=34, past=10, given=8, open_past=2, ahead=24), -2, 0),
        (Figures(hours=34, past=10, cancelled=2, given=8, ahead=24), -2, 2),
        (Figures(hours=32, corrected=2, past=10, cancelled=2, given=8, ahead=24), 0, 0),
        (Figures(hours=31, corrected=3, past=10, cancelled=2, given=8, ahead=24), 0, 0),
        (Figures(hours=34, past=10, given=11, ahead=25), 1, 0),
        (Figures(hours=34, past=40, given=34), 0, 0),
    ],
    ids=["in step", "not written", "lost", "made up", "more than made up", "ahead", "over"],
)
@pytest.mark.clause("POL-2.2.10")
@pytest.mark.clause("POL-3.7.4")
@pytest.mark.clause("INS-2.6")
def test_plan_is_behind_by_lost_lessons_that_nothing_makes_up(
    figures: Figures, balance: int, missing: int
) -> None:
    found = progress(figures)
    assert (found.balance, found.missing) == (balance, missing)
    assert found.planned == min(34, figures.past)
    assert found.held == figures.past - figures.cancelled
    assert (found.given, found.rest) == (figures.given, figures.hours - figures.given)
    assert found.lessons_left == figures.open_past + figures.ahead


@pytest.mark.clause("INS-3.3.17")
def test_merged_topic_is_given_with_the_nearest_before_it() -> None:
    found = relaid(
        _plan(1, 2, 1, 1), [_change(2, MERGED), _change(3, MERGED), _change(1, MERGED, 1)]
    )
    assert [topic.hours for topic in found.topics] == [1, 1, 0, 0]
    assert [topic.merged_into for topic in found.topics] == [None, *[UUID(int=0)] * 3]
    assert [(line.number, line.hours_before, line.hours_after) for line in found.lines] == [
        (2, 2, 1),
        (3, 1, 0),
        (4, 1, 0),
    ]


def test_topic_is_not_merged_into_one_that_is_dropped_in_whole() -> None:
    found = relaid(_plan(1, 1, 1), [_change(1, DROPPED), _change(2, MERGED)])
    assert found.topics[2].merged_into == UUID(int=0)
    found = relaid(_plan(1, 2, 1), [_change(1, DROPPED, 1), _change(2, MERGED)])
    assert found.topics[2].merged_into == UUID(int=1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_change(0, DROPPED), "topic_given"),
        (_change(0, MOVED, number=3), "topic_given"),
        (_change(1, MERGED), "nothing_to_merge_into"),
        (_change(2, DROPPED, 2), "hours_not_fewer"),
        (_change(2, DROPPED, -1), "hours_not_fewer"),
        (_change(3, MOVED, number=2), "hours_not_fewer"),
        (_change(2, MOVED, number=1), "moved_before_given"),
        (_change(9, DROPPED), "relaying_empty"),
    ],
)
@pytest.mark.clause("INS-3.3.17")
def test_change_that_cannot_be_is_refused(change: Change, code: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        relaid(_plan(1, 1, 2, 0, given=1), [change])
    assert refused.value.code == code


def test_nothing_changed_is_no_relaying() -> None:
    with pytest.raises(RuleBroken):
        relaid(_plan(1), [])


def test_what_was_merged_before_stays_merged() -> None:
    topics = relaid(_plan(1, 2), [_change(1, MERGED, 1)]).topics
    with pytest.raises(RuleBroken) as refused:
        relaid(topics, [_change(1, DROPPED)])
    assert refused.value.code == "topic_merged"


def test_topic_may_be_moved_to_the_place_behind_what_is_given() -> None:
    found = relaid(_plan(1, 1, 1, given=1), [_change(2, MOVED, number=2)])
    assert "".join(topic.title for topic in found.topics) == "АВБ"
    assert found.lines[0].hours_after == found.lines[0].hours_before == 1


_LAID = st.builds(
    Laid,
    id=st.uuids(),
    title=st.sampled_from(["Дроби", "Контрольная работа", "Зачёт", "Углы"]),
    section=st.sampled_from(["", "Числа"]),
    hours=st.integers(0, 4),
    is_given=st.booleans(),
)
_PLANS = st.lists(_LAID, min_size=1, max_size=12, unique_by=lambda topic: topic.id)


@st.composite
def _relayings(draw: st.DrawFn) -> tuple[list[Laid], list[Change]]:
    plan = draw(_PLANS)
    chosen = draw(st.lists(st.sampled_from(plan), min_size=1, unique_by=lambda topic: topic.id))
    changes = [
        Change(
            topic_id=topic.id,
            kind=draw(st.sampled_from(CorrectionKind)),
            hours=draw(st.integers(0, 4)),
            number=draw(st.integers(1, 12)),
        )
        for topic in chosen
    ]
    return plan, changes


@pytest.mark.clause("INS-3.3.17")
@pytest.mark.clause("POL-2.2.10")
@given(_relayings())
def test_relaying_conserves_the_hours_or_names_the_loss(
    told: tuple[list[Laid], list[Change]],
) -> None:
    plan, changes = told
    try:
        found = relaid(plan, changes)
    except RuleBroken:
        return
    _conserves(plan, changes, found.topics, found.lost(MERGED) + found.lost(DROPPED))
    assert found.lost(MOVED) == 0
    assert len(found.lines) == len(changes)


def _conserves(plan: list[Laid], changes: list[Change], after: tuple[Laid, ...], lost: int) -> None:
    assert sum(topic.hours for topic in plan) == sum(topic.hours for topic in after) + lost
    moved = {change.topic_id for change in changes if change.kind == MOVED}
    assert [topic.id for topic in plan if topic.id not in moved] == [
        topic.id for topic in after if topic.id not in moved
    ]
    assert {topic.id for topic in plan} == {topic.id for topic in after}
    assert [topic for topic in plan if topic.is_given] == [
        topic for topic in after if topic.is_given
    ]
    kept = {topic.id for topic in after if topic.hours and not topic.is_given}
    assert all(topic.merged_into in kept for topic in after if topic.merged_into)


@pytest.mark.clause("INS-3.3.17")
@given(_PLANS, st.integers(0, 30))
def test_proposal_can_be_carried_out_and_saves_no_more_than_is_missing(
    plan: list[Laid], left: int
) -> None:
    rest = sum(topic.hours for topic in plan if not topic.is_given)
    changes = proposal(plan, left)
    if rest <= left:
        assert changes == ()
        return
    after = relaid(plan, changes).topics if changes else tuple(plan)
    still = sum(topic.hours for topic in after if not topic.is_given)
    assert still >= left
    if still > left:
        checks = [t for t in after if "Контрольная" in t.title or "Зачёт" in t.title]
        merged = {change.topic_id for change in changes if change.kind == MERGED}
        assert checks or merged


def test_proposal_merges_neighbours_from_the_end_and_then_drops() -> None:
    plan = _plan(1, 1, 1, 1, 1)
    assert proposal(plan, 4) == (_change(4, MERGED),)
    assert proposal(plan, 3) == (_change(4, MERGED), _change(2, MERGED))
    assert proposal(plan, 2) == (_change(4, MERGED), _change(2, MERGED), _change(0, DROPPED))
    assert proposal(plan, 5) == ()


def test_proposal_leaves_checks_and_other_sections_alone() -> None:
    plan = _plan(1, 1, titles=("Дроби", "Контрольная работа"))
    assert proposal(plan, 1) == (_change(0, DROPPED),)
    apart = [
        Laid(id=uuid4(), title="А", section="1", hours=3),
        Laid(id=uuid4(), title="Б", section="2", hours=3),
    ]
    assert proposal(apart, 5) == (Change(topic_id=apart[1].id, kind=DROPPED, hours=2),)
    assert proposal([*_plan(1, 1, given=1)], 0) == (_change(1, DROPPED),)


def _topics(*rows: tuple[str, int, int]) -> list[TopicView]:
    return [
        TopicView(id=UUID(int=place), number=place, title=title, hours=hours, given=given)
        for place, (title, hours, given) in enumerate(rows, start=1)
    ]


@pytest.mark.clause("INS-3.3.17")
@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Дроби", 1),
        ("дроби.", 1),
        ("Дроби. Самостоятельная работа", 1),
        ("Дробилка", None),
        ("Сложение дробей", 3),
        ("Сложение", 2),
        ("Повторение", 5),
        ("Беседа", None),
        ("", None),
    ],
)
def test_topic_of_plan_is_known_by_the_words_it_begins_with(text: str, number: int | None) -> None:
    """Of several of one name it is the first that has hours to give."""
    topics = _topics(
        ("Дроби", 1, 1),
        ("Сложение", 1, 0),
        ("Сложение дробей", 2, 0),
        ("Повторение", 1, 1),
        ("Повторение", 1, 0),
    )
    found = topic_named(text, topics)
    assert (found.number if found else None) == number


@pytest.mark.clause("INS-3.3.17")
def test_next_topic_is_the_first_with_hours_to_give() -> None:
    found = next_topic(_topics(("А", 1, 1), ("Б", 0, 0), ("В", 2, 1), ("Г", 1, 0)))
    assert found is not None
    assert found.title == "В"
    assert next_topic(_topics(("А", 1, 1))) is None
