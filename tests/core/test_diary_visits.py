"""Who looks into the diaries, when a family is silent, and who is in the risk group."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from journal_core.academic_year.queries import study_year
from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.attendance.terms import Days
from journal_core.context import ActionContext
from journal_core.diary_visits.commands import (
    NoteVisit,
    RecordContact,
    WatchFamilies,
    note_visit,
    record_contact,
    watch_families,
)
from journal_core.diary_visits.models import DiaryVisit
from journal_core.diary_visits.queries import class_families, family_history, parents_visits
from journal_core.diary_visits.rules import shares_of, study_time
from journal_core.diary_visits.terms import (
    ContactHow,
    ContactResult,
    Family,
    FamilyState,
    SilenceEnd,
)
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.people.commands import add_person
from journal_core.people.models import Pupil, Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from journal_core.risk_group.commands import (
    CheckWeek,
    EndRisk,
    PutAtRisk,
    check_week,
    end_risk,
    put_at_risk,
)
from journal_core.risk_group.queries import candidates_in, checks_of, risk_days
from journal_core.risk_group.rules import signs_of
from journal_core.risk_group.terms import LowSubject, RiskGround, Sign, Standing
from journal_core.school.models import SchoolClass
from journal_core.school.terms import SchoolSettings
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import YEAR, teacher
from tests.factories.week import SINCE, UNTIL

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class School:
    """7А is led by Громов; Абрамова, who has an account since the first day, has a child in it."""

    kept: KeptSchool
    everything: ActionContext
    leader: ActionContext
    parent: ActionContext

    def on(self, day: date, who: ActionContext | None = None) -> ActionContext:
        context = who or self.everything
        return replace(context, now=self.everything.now + (day - TODAY))

    def look(self, day: date, who: ActionContext | None = None) -> None:
        note_visit(self.on(day, who or self.parent), NoteVisit(pupil_id=self.kept.pupils[0]))

    def watch(self, day: date) -> tuple[int, int]:
        watched = watch_families(self.on(day), WatchFamilies())
        return watched.opened, watched.closed

    def family(self, day: date) -> Family:
        context = self.on(day, self.leader)
        page = class_families(context.session, context.actor, self.kept.class_id, day, context.zone)
        return next(one for one in page.families if one.pupil_id == self.kept.pupils[0])

    def call(self, day: date, result: ContactResult = ContactResult.TOLD) -> None:
        record_contact(
            self.on(day, self.leader),
            RecordContact(
                pupil_id=self.kept.pupils[0],
                person_id=self.parent_id,
                how=ContactHow.PHONE,
                day=day,
                result=result,
            ),
        )

    @property
    def parent_id(self) -> UUID:
        assert self.parent.actor.person_id
        return self.parent.actor.person_id


@pytest.fixture
def school(context: ActionContext) -> School:
    kept = kept_school(context)
    leader_id = teacher(context, "Громов Иван Львович")
    context.session.get_one(SchoolClass, kept.class_id).class_teacher_id = leader_id
    parent_id = add_person(context, split_full_name("Абрамова Ольга Ивановна")).id
    link = Representation(
        person_id=parent_id,
        pupil_id=kept.pupils[0],
        kind=RepresentativeKind.PARENT,
        confirmed_at=context.now,
    )
    context.session.add(link)
    early = replace(context, now=context.now + (SINCE - TODAY))
    account = NewAccount(person_id=parent_id, username="abramova", password_hash="")
    grant_role(early, create_account(early, account), Role.PARENT)
    context.session.flush()
    return School(
        kept=kept,
        everything=context,
        leader=as_person(context, leader_id, permissions=ROLE_PERMISSIONS[Role.CLASS_TEACHER]),
        parent=as_person(context, parent_id, permissions=ROLE_PERMISSIONS[Role.PARENT]),
    )


@pytest.mark.clause("POL-3.5.5")
def test_a_day_of_looking_is_one_row_however_often_it_is_looked(school: School) -> None:
    school.look(TODAY)
    school.look(TODAY)
    school.look(TODAY + DAY)
    session = school.everything.session
    assert session.scalar(select(func.count()).select_from(DiaryVisit)) == 2
    assert school.family(TODAY + DAY).last_visit == TODAY + DAY
    own = shares_of(school.kept.class_id, "7А", [school.family(TODAY + 8 * DAY)], TODAY + 8 * DAY)
    assert [one.percent for one in own.families] == [0, 100, 100]
    assert own.pupils[0].percent == 0


@pytest.mark.clause("INS-3.2.6")
def test_two_weeks_of_silence_make_a_task_that_only_a_visit_closes(school: School) -> None:
    school.look(SINCE)
    assert school.watch(SINCE + 14 * DAY) == (0, 0)  # thirteen days have passed
    assert school.watch(SINCE + 15 * DAY) == (1, 0)
    assert school.watch(SINCE + 15 * DAY) == (0, 0)
    due = SINCE + 15 * DAY
    task = school.family(due).task
    assert task
    assert (task.since, task.is_due(due)) == (SINCE + DAY, True)
    school.call(due, ContactResult.NO_ANSWER)
    assert school.family(due).task == task
    school.call(due)
    put_off = school.family(due).task
    assert put_off
    assert [put_off.is_due(due + step * DAY) for step in (0, 6, 7)] == [False, False, True]
    pupil = school.everything.session.get_one(Pupil, school.kept.pupils[0])
    school.look(due, as_person(school.parent, pupil.person_id))
    assert school.family(due).state is FamilyState.SILENT  # the pupil's own look closes nothing
    school.look(due)
    assert school.family(due).state is FamilyState.LOOKS
    told = family_history(
        school.everything.session, school.leader.actor, pupil.id, due, school.everything.zone
    )
    assert [(one.closed_how, one.closed_by) for one in told.tasks] == [
        (SilenceEnd.VISIT, "Абрамова Ольга Ивановна")
    ]
    assert {one.result for one in told.contacts} == {ContactResult.TOLD, ContactResult.NO_ANSWER}
    with pytest.raises(RuleBroken, match="family_not_silent"):
        school.call(due)


@pytest.mark.clause("INS-3.2.6")
def test_a_family_that_left_is_waited_for_no_longer(school: School) -> None:
    school.look(SINCE)
    school.watch(SINCE + 15 * DAY)
    school.everything.session.get_one(Pupil, school.kept.pupils[0]).left_on = SINCE + 15 * DAY
    assert school.watch(SINCE + 16 * DAY) == (0, 1)


@pytest.mark.clause("INS-3.2.6")
def test_a_contact_is_of_the_class_teacher_and_of_the_days_of_silence(school: School) -> None:
    school.look(SINCE)
    due = SINCE + 15 * DAY
    school.watch(due)
    for day, code in ((due + DAY, "contact_ahead"), (SINCE, "contact_before_silence")):
        with pytest.raises(RuleBroken, match=code):
            record_contact(
                school.on(due, school.leader),
                RecordContact(
                    pupil_id=school.kept.pupils[0],
                    person_id=school.parent_id,
                    how=ContactHow.EMAIL,
                    day=day,
                    result=ContactResult.TOLD,
                ),
            )
    stranger = as_person(school.leader, teacher(school.everything, "Чужов Семён Павлович"))
    with pytest.raises(NotFound):
        replace(school, leader=stranger).call(due)
    with pytest.raises(NotAllowed):
        replace(school, leader=school.parent).call(due)


@pytest.mark.clause("INS-3.2.8")
def test_the_risk_group_is_watched_after_one_week(school: School) -> None:
    put = PutAtRisk(
        pupil_id=school.kept.pupils[0],
        ground=RiskGround.ATTAINMENT,
        since=SINCE,
        reason="Две двойки подряд",
    )
    put_at_risk(school.on(TODAY, school.leader), put)
    school.look(SINCE)
    assert school.watch(SINCE + 7 * DAY) == (0, 0)
    assert school.watch(SINCE + 8 * DAY) == (1, 0)


@pytest.mark.clause("INS-3.2.7")
def test_the_class_teacher_alone_puts_a_pupil_into_the_risk_group_and_ends_it(
    school: School,
) -> None:
    put = PutAtRisk(
        pupil_id=school.kept.pupils[0], ground=RiskGround.BEHAVIOUR, since=TODAY, reason="Драка"
    )
    with pytest.raises(NotAllowed):
        put_at_risk(school.parent, put)
    with pytest.raises(RuleBroken, match="risk_ahead"):
        put_at_risk(school.leader, replace(put, since=TODAY + DAY))
    with pytest.raises(RuleBroken, match="day_of_other_year"):
        put_at_risk(school.leader, replace(put, since=date(2026, 8, 31)))
    risk_id = put_at_risk(school.leader, put)
    with pytest.raises(RuleBroken, match="risk_stands"):
        put_at_risk(school.leader, put)
    session, class_id = school.everything.session, school.kept.class_id
    assert [one.name for one in risk_days(session, class_id, TODAY)] == ["Абрамов Глеб Ильич"]
    end = EndRisk(membership_id=risk_id, until=TODAY, reason="Исправился")
    with pytest.raises(RuleBroken, match="ends_before_it_begins"):
        end_risk(school.leader, replace(end, until=TODAY - DAY))
    end_risk(school.leader, end)
    assert risk_days(session, class_id, TODAY + DAY) == []
    with pytest.raises(RuleBroken, match="risk_over"):
        end_risk(school.leader, end)


@pytest.mark.clause("INS-3.2.8")
def test_a_checked_week_keeps_what_was_seen(school: School) -> None:
    school.look(TODAY)
    session, pupil_id = school.everything.session, school.kept.pupils[0]
    seen = parents_visits(session, [pupil_id], TODAY, TODAY + 6 * DAY, TODAY)
    check = CheckWeek(class_id=school.kept.class_id, monday=TODAY, looked=seen, note="Звонила")
    with pytest.raises(RuleBroken, match="week_ahead"):
        check_week(school.on(TODAY + 3 * DAY, school.leader), check)
    friday = school.on(TODAY + 4 * DAY, school.leader)
    with pytest.raises(RuleBroken, match="week_of_nobody"):
        check_week(friday, replace(check, looked={}))
    check_week(friday, check)
    found = checks_of(session, school.kept.class_id)
    assert [(one.monday, one.note, one.lines) for one in found] == [
        (TODAY, "Звонила", (("Абрамов Глеб Ильич", (TODAY,)),))
    ]
    with pytest.raises(RuleBroken, match="week_checked"):
        check_week(friday, check)


@pytest.mark.clause("INS-3.2.7")
@pytest.mark.parametrize(
    ("values", "signs"),
    [
        ({}, ()),
        ({"average": "2.99", "marks": 5}, (Sign.LOW_AVERAGE,)),
        ({"average": "3.00", "marks": 5}, ()),
        ({"average": "2.00", "marks": 4}, ()),
        ({"low": 2}, (Sign.LOW_SUBJECTS,)),
        ({"low": 1}, ()),
        ({"unexcused": 10}, (Sign.UNEXCUSED,)),
        ({"unexcused": 9, "unreasoned": 30}, ()),
    ],
)
def test_numbers_propose_and_too_few_of_them_do_not(
    values: dict[str, object], signs: tuple[Sign, ...]
) -> None:
    average = values.get("average")
    low = LowSubject(subject="Математика", average=Decimal("2.4"), marks=3)
    standing = Standing(
        pupil_id=uuid4(),
        pupil="",
        average=Decimal(str(average)) if average else None,
        marks=int(str(values.get("marks", 0))),
        low=(low,) * int(str(values.get("low", 0))),
        unexcused=int(str(values.get("unexcused", 0))),
        unreasoned=int(str(values.get("unreasoned", 0))),
    )
    assert signs_of(standing, SchoolSettings()) == signs


def test_nobody_is_proposed_of_a_class_without_marks(school: School) -> None:
    days = Days(since=SINCE, until=TODAY)
    assert candidates_in(school.everything.session, school.kept.class_id, days, TODAY) == []


@pytest.mark.clause("INS-3.2.6")
@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (SINCE, SINCE + 13 * DAY, 14),
        (SINCE - 7 * DAY, SINCE, 1),  # before the period nobody has to look
        (UNTIL, UNTIL + 10 * DAY, 1),
        (SINCE + DAY, SINCE, 0),
    ],
)
def test_only_study_time_makes_silent(
    context: ActionContext, since: date, until: date, days: int
) -> None:
    kept_school(context)
    year = study_year(context.session, YEAR)
    assert study_time(since, until, 7, year) == days
