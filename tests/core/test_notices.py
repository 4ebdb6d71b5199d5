"""What families are told, when, and who is told nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from journal_core.academic_year.terms import PeriodKind
from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.models import Account
from journal_core.access.terms import Role
from journal_core.attendance.terms import Presence
from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.database import Database, new_id
from journal_core.errors import RuleBroken
from journal_core.homework.commands import SetHomework, set_homework
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.terms import CellEdit
from journal_core.lessons.models import Lesson
from journal_core.notices.commands import (
    ChooseNotices,
    GatherNews,
    TakeNews,
    choose_notices,
    gather_news,
    take_news,
)
from journal_core.notices.models import Notice, NoticeHours, NoticeSwitch
from journal_core.notices.rules import due_at
from journal_core.notices.terms import USUAL, Choices, FamilyNews, Hours, NewsItem, Rhythm
from journal_core.notifications.commands import note_news
from journal_core.notifications.models import News
from journal_core.notifications.terms import NewsKind
from journal_core.people.commands import (
    EndRepresentation,
    LinkRepresentative,
    end_representation,
    link_representative,
)
from journal_core.people.models import Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from journal_core.period_marks.commands import GivePeriodMarks, give_period_marks
from journal_core.period_marks.terms import (
    FinalKind,
    PeriodMarkEdit,
    PeriodMarkSaved,
    PeriodRef,
)
from journal_core.privacy.everything import everything_about_person
from tests.clock import MOSCOW
from tests.conftest import NewContext
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: Monday, half past nine in Moscow.
MORNING = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


@pytest.mark.clause("POL-2.2.6")
@pytest.mark.parametrize(
    ("rhythm", "now", "due"),
    [
        (Rhythm.AT_ONCE, "2026-11-23T09:30", "2026-11-23T09:30:30"),
        (Rhythm.AT_ONCE, "2026-11-23T20:59:45", "2026-11-24T07:00"),
        (Rhythm.AT_ONCE, "2026-11-24T06:59:29", "2026-11-24T07:00"),
        (Rhythm.AT_ONCE, "2026-11-24T07:00", "2026-11-24T07:00:30"),
        (Rhythm.DAILY, "2026-11-23T17:59", "2026-11-23T18:00"),
        (Rhythm.DAILY, "2026-11-23T18:00", "2026-11-24T18:00"),
        (Rhythm.WEEKLY, "2026-11-27T17:59", "2026-11-27T18:00"),
        (Rhythm.WEEKLY, "2026-11-27T18:00", "2026-12-04T18:00"),
        (Rhythm.NEVER, "2026-11-23T09:30", None),
    ],
)
def test_news_is_told_at_its_hour_and_never_in_quiet_hours(
    rhythm: Rhythm, now: str, due: str | None
) -> None:
    assert due_at(rhythm, _local(now), Hours(), MOSCOW) == (_local(due) if due else None)


def test_alike_hours_are_no_quiet_hours() -> None:
    hours = Hours(quiet_since=time(7), quiet_until=time(7))
    now = _local("2026-11-23T23:00")
    assert due_at(Rhythm.AT_ONCE, now, hours, MOSCOW) == now + timedelta(seconds=30)


@dataclass(kw_only=True)
class Family:
    """7А; Abramov's mother has an account with a confirmed address; the clock is moved by hand."""

    context: ActionContext
    school: KeptSchool
    link_id: UUID
    account_id: UUID
    person_id: UUID
    told: list[FamilyNews] = field(default_factory=list)

    @property
    def pupil_id(self) -> UUID:
        return self.school.pupils[0]

    @property
    def account(self) -> Account:
        return self.context.session.get_one(Account, self.account_id)

    @property
    def lesson(self) -> Lesson:
        return self.school.lesson(self.context)

    def later(self, step: timedelta) -> None:
        """The worker has looked through what is new before."""
        self.gathers()
        self.context = replace(self.context, now=self.context.now + step)

    def writes(self, kind: CellKind, value: str, number: int = 1, place: int = 0) -> None:
        lesson = self.school.lesson(self.context, number=number)
        edit = CellEdit(
            lesson_id=lesson.id, pupil_id=self.school.pupils[place], kind=kind, value=value
        )
        teacher = as_person(self.context, self.school.teacher_id)
        write_cells(teacher, WriteCells(edits=(edit,)))

    def chooses(self, hours: Hours | None = None, **rhythms: Rhythm) -> None:
        chosen = USUAL | {NewsKind(kind): rhythm for kind, rhythm in rhythms.items()}
        own = replace(self.context.actor, account_id=self.account_id)
        choices = Choices(rhythms=chosen, hours=hours or Hours())
        choose_notices(replace(self.context, actor=own), ChooseNotices(choices=choices))

    def gathers(self) -> None:
        while gather_news(self.context, GatherNews()):
            pass

    def letters(self) -> list[tuple[NewsItem, ...]]:
        """What the worker takes out now, a tuple a letter."""
        self.gathers()
        found = take_news(self.context, TakeNews()).letters
        self.told += found
        return [tuple(item for one in letter.children for item in one.items) for letter in found]


@pytest.fixture
def family(sqlite_database: Database, new_context: NewContext) -> Iterator[Family]:
    with sqlite_database.writing() as session:
        yield _family(new_context(session))


@pytest.fixture
def family_anywhere(context: ActionContext) -> Family:
    """Where the kind of database might matter."""
    return _family(context)


def _family(context: ActionContext) -> Family:
    context = replace(context, now=MORNING)
    school = kept_school(context)
    link_id = link_representative(
        context,
        LinkRepresentative(
            pupil_id=school.pupils[0],
            kind=RepresentativeKind.PARENT,
            basis="",
            name=split_full_name("Абрамова Ольга Ивановна"),
        ),
    )
    person_id = context.session.get_one(Representation, link_id).person_id
    account_id = create_account(
        context,
        NewAccount(
            person_id=person_id, username="olga", password_hash="x", email="olga@example.com"
        ),
    )
    grant_role(context, account_id, Role.PARENT)
    context.session.get_one(Account, account_id).email_confirmed_at = context.now
    context.session.flush()
    return Family(
        context=context, school=school, link_id=link_id, account_id=account_id, person_id=person_id
    )


@pytest.mark.clause("POL-2.2.6")
@pytest.mark.clause("INS-2.5")
def test_absence_is_told_within_a_minute_and_marks_wait_for_one_digest(
    family_anywhere: Family,
) -> None:
    family = family_anywhere
    family.writes(CellKind.ATTENDANCE, "н")
    family.writes(CellKind.ATTENDANCE, "н", place=1)
    family.writes(CellKind.MARK, "5", number=2)
    assert family.letters() == []
    family.later(timedelta(seconds=45))
    assert [[(one.kind, one.value) for one in items] for items in family.letters()] == [
        [(NewsKind.ABSENCE, Presence.ABSENT)]
    ]
    (letter,) = family.told
    assert (letter.email, [one.first_name for one in letter.children]) == (
        "olga@example.com", ["Глеб"],
    )  # fmt: skip
    family.writes(CellKind.MARK, "4", number=1)
    family.later(9 * HOUR)
    assert [[one.value for one in items] for items in family.letters()] == [["4", "5"]]


def test_worker_that_starts_again_neither_doubles_nor_loses(family_anywhere: Family) -> None:
    family = family_anywhere
    family.writes(CellKind.ATTENDANCE, "н")
    session = family.context.session
    rows = [{"kind": one.kind, "subject_id": one.subject_id, "pupil_id": one.pupil_id,
             "at": one.at} for one in session.scalars(select(News))]  # fmt: skip
    died = session.begin_nested()
    gather_news(family.context, GatherNews())
    died.rollback()
    assert len(session.scalars(select(News)).all()) == len(rows)
    gather_news(family.context, GatherNews())
    # The same news again, as from two acts or a copy of the database.
    session.add_all(News(**row) for row in rows)
    gather_news(family.context, GatherNews())
    assert len(session.scalars(select(Notice)).all()) == 1
    family.later(MINUTE)
    died = session.begin_nested()
    assert len(family.letters()) == 1
    died.rollback()
    session.expire_all()
    assert len(family.letters()) == 1
    assert family.letters() == []


def test_slip_mended_at_once_is_not_told_and_a_later_change_is(family: Family) -> None:
    family.writes(CellKind.ATTENDANCE, "н")
    family.gathers()
    family.writes(CellKind.ATTENDANCE, "")
    family.later(MINUTE)
    assert family.letters() == []
    family.writes(CellKind.ATTENDANCE, "н")
    family.later(MINUTE)
    assert len(family.letters()) == 1
    family.writes(CellKind.ATTENDANCE, "оп")
    family.later(MINUTE)
    assert [[(one.value, one.was) for one in items] for items in family.letters()] == [
        [(Presence.LATE, Presence.ABSENT)]
    ]


@pytest.mark.clause("SVC-2.8")
@pytest.mark.parametrize("end", ["right", "account", "address", "switch"])
def test_who_may_or_will_not_be_told_when_the_letter_is_due_is_not(
    family: Family, end: str
) -> None:
    family.writes(CellKind.ATTENDANCE, "н")
    family.gathers()
    if end == "right":
        end_representation(
            family.context,
            EndRepresentation(representation_id=family.link_id, ended_on=TODAY - DAY),
        )
    elif end == "account":
        family.account.closed_at = family.context.now
    elif end == "address":
        family.account.email_confirmed_at = None
    else:
        family.chooses(absence=Rhythm.NEVER)
    family.context.session.flush()
    family.later(MINUTE)
    assert family.letters() == []
    waiting = select(Notice).where(Notice.due_at.is_not(None))
    assert family.context.session.scalars(waiting).all() == []


def test_absence_is_told_at_once_whatever_the_digest_and_quiet_hours_are_kept(
    family: Family,
) -> None:
    with pytest.raises(RuleBroken):
        family.chooses(absence=Rhythm.DAILY)
    quiet = Hours(quiet_since=time(9), quiet_until=time(12))
    family.chooses(quiet, mark=Rhythm.WEEKLY)
    family.writes(CellKind.ATTENDANCE, "н")
    family.later(HOUR)
    assert family.letters() == []
    family.later(2 * HOUR)
    assert len(family.letters()) == 1


def test_changed_homework_is_told_as_changed(family: Family) -> None:
    family.chooses(homework=Rhythm.AT_ONCE)
    teacher = as_person(family.context, family.school.teacher_id)
    set_homework(teacher, SetHomework(lesson_id=family.lesson.id, text="§ 12"))
    family.later(MINUTE)
    assert [[(one.what, one.was) for one in items] for items in family.letters()] == [
        [("§ 12", "")]
    ]
    teacher = as_person(family.context, family.school.teacher_id)
    set_homework(teacher, SetHomework(lesson_id=family.lesson.id, text="§ 13"))
    family.later(MINUTE)
    (((item,)),) = family.letters()
    assert (item.what, bool(item.was)) == ("§ 13", True)


def test_message_is_told_only_to_whom_it_was_written(family: Family) -> None:
    stranger = family.school.pupils[1]
    note_news(family.context, NewsKind.MESSAGE, new_id(), family.pupil_id, family.person_id)
    note_news(family.context, NewsKind.MESSAGE, new_id(), family.pupil_id, new_id())
    note_news(family.context, NewsKind.MESSAGE, new_id(), stranger, family.person_id)
    family.later(MINUTE)
    assert [[one.kind for one in items] for items in family.letters()] == [[NewsKind.MESSAGE]]


def test_period_mark_is_told_once_for_each_value_whatever_it_was_between(
    family_anywhere: Family,
) -> None:
    family = family_anywhere
    family.chooses(period_mark=Rhythm.AT_ONCE)
    family.later(28 * DAY)

    def gives(value: str, seen: str, reason: str) -> None:
        teacher = as_person(family.context, family.school.teacher_id)
        edit = PeriodMarkEdit(pupil_id=family.pupil_id, value=value, seen=seen, reason=reason)
        ref = PeriodRef(kind=FinalKind.PERIOD, number=2)
        (result,) = give_period_marks(
            teacher, GivePeriodMarks(key=family.school.key, ref=ref, edits=(edit,))
        )
        assert isinstance(result, PeriodMarkSaved)

    gives("4", "", "устные ответы")
    family.later(MINUTE)
    (letter,) = family.letters()
    assert [(one.kind, one.value, one.was, one.period) for one in letter] == [
        (NewsKind.PERIOD_MARK, "4", "", PeriodKind.QUARTER)
    ]
    gives("5", "4", "пересчитано")
    gives("4", "5", "пересчитано")
    family.later(MINUTE)
    assert family.letters() == []


def test_everything_about_a_person_has_the_choices_and_what_was_told(family: Family) -> None:
    family.chooses(mark=Rhythm.WEEKLY)
    family.writes(CellKind.ATTENDANCE, "н")
    family.later(MINUTE)
    family.letters()
    found = everything_about_person(family.context.session, family.person_id)
    kept = {type(row) for row in found.rows}
    assert {NoticeSwitch, NoticeHours, Notice} <= kept
