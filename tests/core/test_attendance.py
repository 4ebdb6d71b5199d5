"""Why a pupil was away: the class teacher's word, the family's, and the page of the class."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.attendance.commands import (
    OVERTAKEN,
    AnnounceAbsence,
    DeclineAnnouncement,
    ReasonOfDay,
    RemoveReason,
    TellReason,
    WithdrawAnnouncement,
    announce_absence,
    decline_announcement,
    reason_of_day,
    remove_reason,
    tell_reason,
    withdraw_announcement,
)
from journal_core.attendance.models import AbsenceSpan, LessonAbsence
from journal_core.attendance.queries import (
    announced_on,
    announcements_in,
    announcements_of,
    class_attendance,
    lesson_days,
    queues,
    reasons_on,
    spans_of,
    unreasoned,
)
from journal_core.attendance.rules import left_of, runs
from journal_core.attendance.terms import AttendanceCell, Days, Presence, ReasonCode, SpanState
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.database import Database
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.people.commands import add_person
from journal_core.people.models import Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from journal_core.school.models import SchoolClass
from tests.conftest import NewContext
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import pupil, school_class, teacher

ILL, EXCUSED, UNEXCUSED = ReasonCode.ILL, ReasonCode.EXCUSED, ReasonCode.UNEXCUSED
DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class School:
    """7А is led by Громов; Абрамова represents its first pupil, and may announce."""

    kept: KeptSchool
    everything: ActionContext
    leader: ActionContext
    parent: ActionContext
    parent_id: UUID

    @property
    def pupil_id(self) -> UUID:
        return self.kept.pupils[0]

    def tell(self, since: int, until: int, reason: ReasonCode = ILL, **values: Any) -> UUID:
        """Days are counted from today."""
        told = TellReason(pupil_id=self.pupil_id, days=_days(since, until), reason=reason, **values)
        return tell_reason(self.leader, told)

    def announce(self, since: int, until: int) -> UUID:
        told = AnnounceAbsence(
            pupil_id=self.pupil_id, days=_days(since, until), words="Едем на соревнования"
        )
        return announce_absence(self.parent, told)

    def key(self, day: int, reason: ReasonCode | None) -> None:
        told = ReasonOfDay(pupil_id=self.pupil_id, day=TODAY + DAY * day, reason=reason)
        reason_of_day(self.leader, told)

    def miss(self, day: date, number: int, *, late: bool = False, place: int = 0) -> None:
        self.everything.session.add(
            LessonAbsence(
                lesson_id=self.kept.lesson(self.everything, day, number).id,
                pupil_id=self.kept.pupils[place],
                presence=Presence.LATE if late else Presence.ABSENT,
                marked_at=self.everything.now,
                marked_by="Орлова",
            )
        )
        self.everything.session.flush()

    @property
    def spans(self) -> list[tuple[int, int, ReasonCode | None]]:
        """The spans that are not declined, in days from today."""
        views = spans_of(self.everything.session, self.pupil_id, _days(-300, 300))
        return [
            ((one.days.since - TODAY).days, (one.days.until - TODAY).days, one.reason)
            for one in views
            if one.state is not SpanState.DECLINED
        ]


def _days(since: int, until: int) -> Days:
    return Days(since=TODAY + DAY * since, until=TODAY + DAY * until)


def _school(context: ActionContext) -> School:
    kept = kept_school(context)
    leader_id = teacher(context, "Громов Иван Львович")
    context.session.get_one(SchoolClass, kept.class_id).class_teacher_id = leader_id
    parent_id = add_person(context, split_full_name("Абрамова Ольга Ивановна")).id
    context.session.add(
        Representation(person_id=parent_id, pupil_id=kept.pupils[0], kind=RepresentativeKind.PARENT)
    )
    context.session.flush()
    return School(
        kept=kept,
        everything=context,
        leader=as_person(context, leader_id, permissions=ROLE_PERMISSIONS[Role.CLASS_TEACHER]),
        parent=as_person(context, parent_id, permissions=ROLE_PERMISSIONS[Role.PARENT]),
        parent_id=parent_id,
    )


@pytest.fixture
def school_twice(context: ActionContext) -> School:
    """On both databases: where it is the statement that is tested."""
    return _school(context)


@pytest.fixture
def school(sqlite_database: Database, new_context: NewContext) -> Iterator[School]:
    with sqlite_database.writing() as session:
        yield _school(new_context(session))


@given(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted),
    st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted),
)
def test_days_left_are_those_that_were_not_taken(days: list[int], taken: list[int]) -> None:
    pieces = left_of(_days(*days), _days(*taken))
    left = [number for one in pieces for number in range(10) if TODAY + DAY * number in one]
    expected = set(range(days[0], days[1] + 1)) - set(range(taken[0], taken[1] + 1))
    assert left == sorted(expected)
    assert all(one.since <= one.until for one in pieces)


@pytest.mark.clause("INS-3.2.3")
def test_reason_of_a_run_of_days_is_told_changed_and_taken_back(school: School) -> None:
    span_id = school.tell(0, 4, document="справка № 12", document_date=TODAY)
    assert school.spans == [(0, 4, ILL)]
    school.tell(0, 2, EXCUSED, span_id=span_id)
    assert school.spans == [(0, 2, EXCUSED)]
    session = school.everything.session
    assert reasons_on(session, school.kept.pupils, TODAY) == {school.pupil_id: EXCUSED}
    remove_reason(school.leader, RemoveReason(span_id=span_id))
    assert school.spans == []
    told = session.scalars(
        select(AuditEntry.details).where(AuditEntry.action == AuditAction.ATTENDANCE_REASONED)
    ).all()
    assert [one["reason"] for one in told] == ["ill", "excused", ""]


@pytest.mark.clause("INS-3.2.3")
def test_reason_over_another_is_refused_until_it_is_meant(school: School) -> None:
    school.tell(0, 4, document="справка № 12")
    with pytest.raises(RuleBroken, match="reason_stands"):
        school.tell(2, 2, EXCUSED)
    school.tell(2, 2, EXCUSED, replaces=True)
    assert school.spans == [(0, 1, ILL), (2, 2, EXCUSED), (3, 4, ILL)]
    views = spans_of(school.everything.session, school.pupil_id, _days(0, 4))
    assert [one.document for one in views] == ["справка № 12", "", "справка № 12"]


@pytest.mark.clause("INS-3.2.3")
def test_key_tells_a_day_once_and_joins_days_alike(school: School) -> None:
    for day in (0, 2, 1, 1):
        school.key(day, ILL)
    assert school.spans == [(0, 2, ILL)]
    school.key(1, EXCUSED)
    assert school.spans == [(0, 0, ILL), (1, 1, EXCUSED), (2, 2, ILL)]
    school.key(1, None)
    school.key(1, None)
    assert school.spans == [(0, 0, ILL), (2, 2, ILL)]
    said = select(func.count()).where(AuditEntry.action == AuditAction.ATTENDANCE_REASONED)
    assert school.everything.session.scalar(said) == 5


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [
        (1, 0, "ends_before_it_begins"),
        (-100, 0, "day_of_other_year"),
        (0, 400, "day_of_other_year"),
    ],
)
def test_days_out_of_the_year_are_refused(
    school: School, since: int, until: int, code: str
) -> None:
    with pytest.raises(RuleBroken, match=code):
        school.tell(since, until)


ACTS = st.one_of(
    st.tuples(
        st.just("tell"),
        st.integers(0, 6),
        st.integers(0, 3),
        st.sampled_from(ReasonCode),
        st.booleans(),
    ),
    st.tuples(st.just("key"), st.integers(0, 9), st.sampled_from([*ReasonCode, None])),
    st.tuples(st.just("announce"), st.integers(0, 6), st.integers(0, 3)),
    st.tuples(st.sampled_from(["withdraw", "decline", "remove", "confirm"]), st.integers(0, 3)),
)


def _act(school: School, kind: str, *values: Any) -> None:
    rows = school.everything.session.scalars(select(AbsenceSpan).order_by(AbsenceSpan.since)).all()
    if kind in {"tell", "announce", "key"}:
        first, *rest = values
        if kind == "tell":
            school.tell(first, first + rest[0], rest[1], replaces=rest[2])
        elif kind == "announce":
            school.announce(first, first + rest[0])
        else:
            school.key(first, rest[0])
        return
    if not rows:
        return
    row = rows[values[0] % len(rows)]
    acts: dict[str, Callable[[], object]] = {
        "withdraw": lambda: withdraw_announcement(
            school.parent, WithdrawAnnouncement(span_id=row.id)
        ),
        "decline": lambda: decline_announcement(
            school.leader, DeclineAnnouncement(span_id=row.id, because="Олимпиада в этот день")
        ),
        "remove": lambda: remove_reason(school.leader, RemoveReason(span_id=row.id)),
        "confirm": lambda: tell_reason(
            school.leader,
            TellReason(
                pupil_id=school.pupil_id,
                days=Days(since=row.since, until=row.until),
                reason=UNEXCUSED,
                span_id=row.id,
            ),
        ),
    }
    acts[kind]()


@pytest.mark.clause("INS-3.2.3")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(acts=st.lists(ACTS, min_size=2, max_size=12))
def test_spans_of_a_pupil_never_meet_whatever_the_order_of_acts(
    school: School, acts: list[tuple[Any, ...]]
) -> None:
    session = school.everything.session
    with session.begin_nested() as all_of_it:
        for kind, *values in acts:
            before = school.spans
            try:
                _act(school, str(kind), *values)
            except (RuleBroken, NotFound):
                assert school.spans == before, "a refused act leaves nothing"
                continue
            spans = school.spans
            days = [day for since, until, _reason in spans for day in range(since, until + 1)]
            assert len(days) == len(set(days))
            if kind in {"tell", "key"}:
                first, reason = values[0], values[2] if kind == "tell" else values[1]
                now = {day: told for since, until, told in spans for day in range(since, until + 1)}
                assert now.get(first) is reason, "who spoke last is heard"
        all_of_it.rollback()
    session.expunge_all()


@pytest.mark.clause("POL-3.5.3")
def test_announcement_is_confirmed_with_a_reason_and_seen_by_the_family(
    school_twice: School,
) -> None:
    school = school_twice
    span_id = school.announce(1, 3)
    session = school.everything.session
    tomorrow = TODAY + DAY
    assert not announced_on(session, school.kept.pupils, tomorrow)[school.pupil_id].is_confirmed
    assert reasons_on(session, school.kept.pupils, tomorrow) == {}
    assert [one.id for one in announcements_in(session, school.kept.class_id, TODAY)] == [span_id]
    with pytest.raises(RuleBroken, match="absence_announced"):
        school.key(2, ILL)
    school.tell(1, 3, EXCUSED, span_id=span_id)
    assert announced_on(session, school.kept.pupils, tomorrow)[school.pupil_id].is_confirmed
    assert announcements_in(session, school.kept.class_id, TODAY) == []
    (seen,) = announcements_of(session, school.parent_id, TODAY)
    assert (seen.state, seen.reason, seen.confirmed_by) == (
        SpanState.CONFIRMED,
        EXCUSED,
        "Громов Иван Львович",
    )
    with pytest.raises(RuleBroken, match="absence_decided"):
        withdraw_announcement(school.parent, WithdrawAnnouncement(span_id=span_id))
    remove_reason(school.leader, RemoveReason(span_id=span_id))
    assert [one.id for one in announcements_in(session, school.kept.class_id, TODAY)] == [span_id]


@pytest.mark.clause("POL-3.5.3")
def test_declined_announcement_says_why_and_may_be_made_anew(school: School) -> None:
    span_id = school.announce(1, 3)
    with pytest.raises(RuleBroken, match="reason_needed"):
        decline_announcement(school.leader, DeclineAnnouncement(span_id=span_id, because=" "))
    told = DeclineAnnouncement(span_id=span_id, because="В эти дни олимпиада")
    decline_announcement(school.leader, told)
    again = school.announce(1, 3)
    school.tell(1, 3, EXCUSED, span_id=again)
    school.tell(0, 9, UNEXCUSED, replaces=True)
    session = school.everything.session
    views = announcements_of(session, school.parent_id, TODAY)
    assert {one.id: one.declined_because for one in views} == {
        span_id: "В эти дни олимпиада",
        again: OVERTAKEN,
    }
    assert announced_on(session, school.kept.pupils, TODAY + DAY) == {}


@pytest.mark.clause("POL-3.5.3")
def test_family_announces_ahead_and_takes_back_its_own_word(school: School) -> None:
    with pytest.raises(RuleBroken, match="date_past"):
        school.announce(-1, 1)
    span_id = school.announce(0, 0)
    with pytest.raises(RuleBroken, match="absence_known"):
        school.announce(0, 1)
    withdraw_announcement(school.parent, WithdrawAnnouncement(span_id=span_id))
    assert school.spans == []


@pytest.mark.clause("INS-3.2.3")
def test_nobody_reaches_another_class_or_child(school_twice: School) -> None:
    school = school_twice
    context = school.everything
    other_class = school_class(context, "8А").id
    foreign = replace(school, kept=replace(school.kept, pupils=(pupil(context, other_class),)))
    session = context.session
    with pytest.raises(NotFound):
        foreign.tell(0, 0)
    with pytest.raises(NotFound):
        foreign.key(0, ILL)
    with pytest.raises(NotFound):
        foreign.announce(0, 0)
    with pytest.raises(NotFound):
        class_attendance(session, school.leader.actor, other_class, _days(0, 5), TODAY)
    with pytest.raises(NotAllowed):
        replace(school, leader=school.parent).tell(0, 0)
    span_id = school.announce(0, 0)
    stranger = as_person(context, teacher(context, "Чужой Олег"))
    for act in (
        lambda: withdraw_announcement(stranger, WithdrawAnnouncement(span_id=span_id)),
        lambda: decline_announcement(stranger, DeclineAnnouncement(span_id=span_id, because="Нет")),
        lambda: remove_reason(stranger, RemoveReason(span_id=span_id)),
        lambda: remove_reason(school.leader, RemoveReason(span_id=uuid4())),
    ):
        with pytest.raises(NotFound):
            act()
    link = session.scalars(select(Representation).filter_by(pupil_id=school.pupil_id)).one()
    link.ended_on = TODAY
    with pytest.raises(NotFound):
        school.announce(1, 1)
    deputy = replace(context.actor, permissions=ROLE_PERMISSIONS[Role.DEPUTY])
    assert not class_attendance(session, deputy, other_class, _days(0, 5), TODAY).may_edit


@pytest.mark.clause("POL-2.2.1")
@pytest.mark.clause("INS-3.3.18")
def test_page_counts_missed_lessons_and_tells_those_without_a_reason(school_twice: School) -> None:
    school = school_twice
    monday, wednesday = TODAY - DAY * 7, TODAY - DAY * 5
    for day, number in ((monday, 1), (monday, 2), (wednesday, 3), (TODAY, 1)):
        school.miss(day, number)
    school.miss(TODAY, 2, late=True)
    school.miss(wednesday, 3, place=1)
    session, days = school.everything.session, _days(-7, 0)
    shown = lesson_days(session, school.kept.class_id, days)
    lacking = unreasoned(session, [school.kept.class_id], days.since, TODAY)
    assert [(one.pupil_id, one.days, one.lessons) for one in runs(lacking, shown)] == [
        (school.pupil_id, _days(-7, 0), 4),
        (school.kept.pupils[1], _days(-5, -5), 1),
    ]
    school.tell(-7, -7, ILL)
    school.announce(0, 0)
    page = class_attendance(session, school.leader.actor, school.kept.class_id, days, TODAY)
    assert page.days == (monday, wednesday, TODAY)
    assert page.may_edit
    assert page.missed == {monday: 2, wednesday: 2, TODAY: 1}
    first = page.rows[0]
    assert first.cells == {
        monday: AttendanceCell(missed=2, reason=ILL),
        wednesday: AttendanceCell(missed=1),
        TODAY: AttendanceCell(missed=1, late=1, is_announced=True),
    }
    assert (first.totals.days, first.totals.missed, first.totals.late) == (3, 4, 1)
    assert first.totals.lessons == {ILL: 2, EXCUSED: 0, UNEXCUSED: 0, None: 2}
    (queue,) = queues(session, school.leader.actor, days.since, TODAY)
    assert (queue.class_name, queue.unreasoned, queue.announced) == ("7А", 2, 1)


def test_days_between_which_the_pupil_came_are_no_run(school: School) -> None:
    for day, number in ((TODAY - DAY * 7, 1), (TODAY, 1)):
        school.miss(day, number)
    session = school.everything.session
    shown = lesson_days(session, school.kept.class_id, _days(-14, 0))
    lacking = unreasoned(session, [school.kept.class_id], shown[0], TODAY)
    assert [one.days for one in runs(lacking, shown)] == [_days(-7, -7), _days(0, 0)]


@pytest.mark.clause("POL-2.2.1")
def test_page_takes_as_many_statements_whatever_the_absences(school: School) -> None:
    session = school.everything.session
    seen: list[str] = []

    def opened() -> int:
        seen.clear()
        session.expunge_all()
        class_attendance(session, school.leader.actor, school.kept.class_id, _days(-14, 14), TODAY)
        return len(seen)

    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: seen.append(args[2]))
    empty = opened()
    for place in range(5):
        school.miss(TODAY, 1, place=place)
    school.tell(-3, -3)
    assert opened() == empty <= 7
