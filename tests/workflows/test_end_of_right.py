"""The right to a diary ends by itself: coming of age, leaving; said ahead, on record, once."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from journal_core.access.terms import ROLE_PERMISSIONS, SYSTEM_PERMISSIONS, Role
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext, Actor
from journal_core.diary.queries import diaries_in_reach
from journal_core.errors import NotFound, RuleBroken
from journal_core.notifications.models import OfficeTask
from journal_core.notifications.terms import TaskKind
from journal_core.people.commands import add_person
from journal_core.people.models import Pupil, Representation
from journal_core.people.queries import child_of, own_end
from journal_core.people.rules import is_adult, right_end, split_full_name, youngest_adult_born_on
from journal_core.people.terms import RepresentativeKind, RightEnd, RightEndReason
from tests.clock import MOSCOW
from tests.factories.school import pupil, school_class
from workflows.end_of_right import (
    EndRights,
    LetRead,
    WarnOfAdulthood,
    end_rights,
    let_read,
    warn_of_adulthood,
)

#: The pupil comes of age on 10 December 2026.
BORN, BIRTHDAY = date(2008, 12, 10), date(2026, 12, 10)
EVE = date(2026, 12, 9)


class Family:
    """A pupil of 11А who is soon of age, and the mother."""

    def __init__(self, context: ActionContext) -> None:
        class_id = school_class(context, "11А").id
        self.context = context
        self.pupil_id = pupil(context, class_id, born=BORN, since=date(2026, 9, 1))
        self.pupil = context.session.get_one(Pupil, self.pupil_id)
        self.parent = add_person(context, split_full_name("Котова Анна Ильинична"))
        self.link = Representation(
            person_id=self.parent.id, pupil_id=self.pupil_id, kind=RepresentativeKind.PARENT
        )
        context.session.add(self.link)
        context.session.flush()

    def at(
        self, day: date, person_id: UUID | None = None, role: Role = Role.PUPIL
    ) -> ActionContext:
        """What the person may do on the day at noon; the program itself without one."""
        permissions = ROLE_PERMISSIONS[role] if person_id else SYSTEM_PERMISSIONS
        actor = Actor(label="кто-то", permissions=permissions, person_id=person_id)
        now = datetime(day.year, day.month, day.day, 12, tzinfo=MOSCOW)
        return replace(self.context, actor=actor, now=now)

    def parent_reads(self, day: date) -> bool:
        parent = self.at(day, self.parent.id, Role.PARENT)
        return bool(diaries_in_reach(parent.session, parent.actor, day))

    def let(self, is_let: bool, day: date, person_id: UUID | None = None, **of: Role) -> None:  # noqa: FBT001
        actor = self.at(day, person_id or self.pupil.person_id, **of)
        let_read(actor, LetRead(representation_id=self.link.id, is_let=is_let))

    def ends(self) -> list[dict[str, object]]:
        rows = self.context.session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.DIARY_RIGHT_ENDED)
        )
        return [row.details for row in rows if row.subject_id == self.link.id]


@pytest.fixture
def family(context: ActionContext) -> Family:
    return Family(context)


@pytest.mark.clause("SVC-2.12.3", "SVC-2.8")
def test_parent_reads_until_the_eve_of_the_eighteenth_birthday(family: Family) -> None:
    assert family.parent_reads(EVE)
    assert not family.parent_reads(BIRTHDAY)
    # The pupil reads on, for as long as the study goes on.
    own = family.at(BIRTHDAY, family.pupil.person_id)
    assert len(diaries_in_reach(own.session, own.actor, BIRTHDAY)) == 1


@pytest.mark.clause("SVC-2.12.3")
def test_adult_pupil_lets_the_parent_read_on_and_takes_it_back(family: Family) -> None:
    with pytest.raises(RuleBroken, match="pupil_minor"):
        family.let(True, date(2026, 11, 9))
    family.let(True, date(2026, 11, 10))  # thirty days ahead
    assert family.parent_reads(BIRTHDAY)
    family.let(False, BIRTHDAY)
    assert not family.parent_reads(BIRTHDAY)


@pytest.mark.clause("SVC-2.12.3")
def test_only_the_pupil_or_who_keeps_the_lists_says_who_reads_on(family: Family) -> None:
    for person_id, role in ((family.parent.id, Role.PARENT), (family.parent.id, Role.PUPIL)):
        with pytest.raises(NotFound):
            family.let(True, BIRTHDAY, person_id, role=role)
    family.let(True, BIRTHDAY, family.parent.id, role=Role.CURATOR)
    assert family.parent_reads(BIRTHDAY)


@pytest.mark.clause("SVC-2.8")
def test_diary_closes_on_the_day_after_the_last_day_at_the_school(family: Family) -> None:
    family.pupil.left_on = EVE
    family.context.session.flush()
    child = child_of(family.context.session, family.parent.id, family.pupil_id, EVE)
    assert child
    assert child.is_open
    assert (
        child.end
        == RightEnd(reason=RightEndReason.LEAVING, since=BIRTHDAY)
        == own_end(family.pupil)
    )
    assert family.parent_reads(EVE)
    assert not family.parent_reads(BIRTHDAY)


@pytest.mark.clause("SVC-2.12.3")
def test_office_is_asked_a_month_ahead_and_once(family: Family) -> None:
    def warned(day: date) -> int:
        return warn_of_adulthood(family.at(day), WarnOfAdulthood())

    assert (warned(date(2026, 11, 9)), warned(date(2026, 11, 10)), warned(EVE)) == (0, 1, 0)
    task = family.context.session.scalars(
        select(OfficeTask).where(OfficeTask.kind == TaskKind.ADULTHOOD)
    ).one()
    assert task.topic == str(family.pupil.person_id)
    end_rights(family.at(BIRTHDAY), EndRights())
    assert task.closed_at


@pytest.mark.clause("SVC-2.8", "SVC-2.12.3")
def test_end_is_put_on_record_once_and_again_after_another_end(family: Family) -> None:
    def ended(day: date) -> int:
        return end_rights(family.at(day), EndRights())

    assert (ended(EVE), ended(BIRTHDAY), ended(date(2026, 12, 11))) == (0, 1, 0)
    assert family.ends() == [{"reason": "adulthood", "since": "2026-12-10"}]
    family.let(True, date(2026, 12, 12))
    family.pupil.left_on = date(2026, 12, 20)
    family.context.session.flush()
    assert (ended(date(2026, 12, 20)), ended(date(2026, 12, 22))) == (0, 1)
    assert family.ends()[-1] == {"reason": "leaving", "since": "2026-12-21"}


@pytest.mark.clause("SVC-2.12.3")
@pytest.mark.parametrize("on", [date(2026, 2, 28), date(2028, 2, 29), date(2028, 3, 1), BIRTHDAY])
@pytest.mark.parametrize("born_day", [(2, 28), (2, 29), (3, 1), (12, 10)])
def test_rows_and_rule_agree_on_who_is_an_adult(on: date, born_day: tuple[int, int]) -> None:
    for year in (2007, 2008, 2009, 2010):
        try:
            born = date(year, *born_day)
        except ValueError:
            continue
        assert (born <= youngest_adult_born_on(on)) is is_adult(born, on)


@pytest.mark.clause("SVC-2.12.3", "SVC-2.8", "SVC-2.6.4")
def test_first_of_the_ends_counts() -> None:
    told = {"born": BORN, "left_on": date(2026, 12, 1), "valid_until": date(2026, 11, 30)}
    assert right_end(is_let_read=False, **told) == RightEnd(
        reason=RightEndReason.TERM, since=date(2026, 12, 1)
    )
    nothing = right_end(born=BORN, is_let_read=True, left_on=None, valid_until=None)
    assert nothing is None
