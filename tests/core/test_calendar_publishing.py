"""Publishing years and closing the school, in the database."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.calendar.commands import (
    CloseSchoolDays,
    PublishCalendarYear,
    ReopenSchoolDays,
    close_school_days,
    publish_calendar_year,
    reopen_school_days,
)
from journal_core.calendar.models import CalendarDay, CalendarYear, ClosedDay
from journal_core.calendar.queries import published_calendar, published_year
from journal_core.calendar.rules import is_working_day
from journal_core.calendar.terms import DayKind, ExceptionalDay
from journal_core.context import ActionContext, Actor
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from tests.conftest import NewContext

NEW_YEAR = ExceptionalDay(day=date(2028, 1, 3), kind=DayKind.HOLIDAY, name="Новогодние каникулы")
QUARANTINE = date(2028, 2, 1)


def publish(context: ActionContext, *days: ExceptionalDay) -> int:
    return publish_calendar_year(
        context, PublishCalendarYear(year=2028, days=days, source="Постановление № 1")
    )


def close(context: ActionContext, *days: date) -> None:
    close_school_days(context, CloseSchoolDays(days=days, reason="карантин", order_number="12-О"))


def test_published_year_is_read_back(context: ActionContext) -> None:
    publish(context, NEW_YEAR)
    calendar = published_calendar(context.session)
    assert calendar.years == {2028}
    assert calendar.exceptional == {NEW_YEAR.day: NEW_YEAR}
    year = published_year(context.session, 2028)
    assert year is not None
    assert (year.source, year.days) == ("Постановление № 1", (NEW_YEAR,))
    assert published_year(context.session, 2029) is None


def test_new_version_is_in_force_and_the_old_one_is_kept(context: ActionContext) -> None:
    assert publish(context, NEW_YEAR) == 1
    assert publish(context) == 2
    assert published_calendar(context.session).exceptional == {}
    assert context.session.scalar(select(func.count()).select_from(CalendarYear)) == 2
    assert context.session.scalars(select(CalendarDay.day)).all() == [NEW_YEAR.day]


def test_impossible_year_is_not_published(context: ActionContext) -> None:
    with pytest.raises(RuleBroken):
        publish(context, ExceptionalDay(day=date(2027, 1, 1), kind=DayKind.HOLIDAY))


def test_closed_days_stop_counting_until_reopened(context: ActionContext) -> None:
    publish(context)
    close(context, QUARANTINE)
    context.session.flush()
    assert not is_working_day(QUARANTINE, published_calendar(context.session))
    with pytest.raises(RuleBroken, match="school_closed_already"):
        close(context, QUARANTINE)
    reopen = ReopenSchoolDays(days=(QUARANTINE,), order_number="13-О")
    reopen_school_days(context, reopen)
    context.session.flush()
    assert is_working_day(QUARANTINE, published_calendar(context.session))
    with pytest.raises(NotFound):
        reopen_school_days(context, reopen)
    close(context, QUARANTINE)
    context.session.flush()
    assert context.session.scalars(select(ClosedDay.reopening_order)).all() == ["13-О", ""]


def test_every_publication_is_on_record(context: ActionContext) -> None:
    publish(context)
    close(context, QUARANTINE)
    reopen_school_days(context, ReopenSchoolDays(days=(QUARANTINE,), order_number="13-О"))
    context.session.flush()
    actions = context.session.scalars(select(AuditEntry.action)).all()
    assert actions == [AuditAction.CALENDAR_PUBLISHED] * 3


def test_only_who_may_publish_changes_the_calendar(
    new_context: NewContext, session: Session
) -> None:
    allowed = frozenset(Permission) - {Permission.SCHOOL_CALENDAR_PUBLISH}
    context = new_context(session, Actor(label="Секретарь", permissions=allowed))
    with pytest.raises(NotAllowed):
        publish(context)
    with pytest.raises(NotAllowed):
        close(context, QUARANTINE)
    with pytest.raises(NotAllowed):
        reopen_school_days(context, ReopenSchoolDays(days=(QUARANTINE,), order_number="1"))
