"""The visit with the originals: booked, moved, given back."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from journal_core.access.terms import APPLICANT_PERMISSIONS, Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.calendar.commands import CloseSchoolDays, close_school_days
from journal_core.context import Actor
from journal_core.errors import NotAllowed, RuleBroken
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.requests.models import ServiceRequest
from journal_core.school.commands import ChangeSettings, change_settings
from journal_core.visits.commands import take_place
from journal_core.visits.models import Visit
from tests.clock import MOSCOW, FrozenClock
from tests.conftest import NewContext
from tests.workflows.desk import Desk
from workflows.visit import (
    BookVisit,
    CancelVisit,
    book_visit,
    cancel_impossible_visits,
    cancel_visit,
    release_visit,
)

#: The clock stands on Monday 23.11.2026, 9:00.
TUESDAY = datetime(2026, 11, 24, 10, 15, tzinfo=MOSCOW)
LATER = TUESDAY + timedelta(minutes=15)
EMAIL = {"email": "maria@example.org"}
STRANGER = Actor(label="Чужой", permissions=frozenset({Permission.REQUEST_CODE_MAKE}))
APPLICANT = Actor(label="Иванова", permissions=APPLICANT_PERMISSIONS)
DESK = Actor(label="Белова", permissions=frozenset({Permission.REQUEST_INTAKE_REGISTER}))


def book(desk: Desk, request: ServiceRequest, at: datetime = TUESDAY) -> None:
    book_visit(desk.context, BookVisit(request_id=request.id, starts_at=at))


def held(desk: Desk) -> list[datetime]:
    return [visit.starts_at for visit in desk.rows(Visit, Visit.ended_at.is_(None))]


def letters(desk: Desk, kind: str) -> list[OutboxLetter]:
    return desk.rows(OutboxLetter, OutboxLetter.kind == kind)


def setting(desk: Desk, **values: object) -> None:
    change_settings(desk.context, ChangeSettings(values=values, valid_from=date(2026, 1, 1)))


@pytest.mark.clause("SVC-3.4.1")
def test_booked_visit_holds_its_place_is_told_and_on_record(desk: Desk) -> None:
    request = desk.submitted(**EMAIL)
    book(desk, request)
    [visit] = desk.rows(Visit)
    assert (visit.request_id, visit.starts_at, visit.place) == (request.id, TUESDAY, 1)
    [letter] = letters(desk, "visit_booked")
    assert "24.11.2026, 10:15" in letter.text
    [entry] = desk.rows(AuditEntry, AuditEntry.action == AuditAction.VISIT_BOOKED)
    assert entry.subject_id == request.id
    assert datetime.fromisoformat(entry.details["starts_at"]) == TUESDAY


def test_time_held_already_is_not_booked_again(desk: Desk) -> None:
    request = desk.submitted(**EMAIL)
    book(desk, request)
    book(desk, request)
    assert len(desk.rows(Visit)) == len(letters(desk, "visit_booked")) == 1


def test_new_time_gives_the_old_one_back_and_a_taken_one_does_not(desk: Desk) -> None:
    first, second = desk.submitted(), desk.submitted()
    book(desk, first)
    book(desk, second, LATER)
    with pytest.raises(RuleBroken) as refusal:
        book(desk, second)
    assert (refusal.value.code, refusal.value.clause) == ("visit_slot_taken", "SVC-3.4.1")
    assert sorted(held(desk)) == [TUESDAY, LATER]
    book(desk, first, LATER + timedelta(minutes=15))
    book(desk, second)
    assert sorted(held(desk)) == [TUESDAY, LATER + timedelta(minutes=15)]


def test_slot_takes_as_many_as_the_school_receives_at_once(desk: Desk) -> None:
    setting(desk, visit_slot_places=2)
    for _turn in range(2):
        book(desk, desk.submitted())
    with pytest.raises(RuleBroken, match=r"^visit_slot_taken$"):
        book(desk, desk.submitted())
    assert sorted(visit.place for visit in desk.rows(Visit)) == [1, 2]


def test_time_that_is_no_slot_cannot_be_booked(desk: Desk) -> None:
    with pytest.raises(RuleBroken, match=r"^visit_slot_taken$"):
        book(desk, desk.submitted(), TUESDAY + timedelta(minutes=1))
    assert desk.rows(Visit) == []


def test_who_has_no_address_is_not_called_about_the_own_booking(desk: Desk) -> None:
    request = desk.submitted()
    book(desk, request)
    assert desk.rows(OfficeTask, OfficeTask.request_id == request.id) == []


@pytest.mark.clause("SVC-3.4.1")
def test_registered_request_waits_for_no_visit(desk: Desk) -> None:
    registered = desk.registered()
    for act in (book, lambda desk, one: cancel_visit(desk.context, CancelVisit(request_id=one.id))):
        with pytest.raises(RuleBroken) as refusal:
            act(desk, registered)
        assert (refusal.value.code, refusal.value.clause) == ("visit_not_awaited", "SVC-3.4.1")


def test_no_visit_is_awaited_where_originals_are_not_shown_at_one(desk: Desk) -> None:
    setting(desk, originals_at_visit=False)
    wished = desk.submitted(visit_wish=TUESDAY)
    with pytest.raises(RuleBroken, match=r"^visit_not_awaited$"):
        book(desk, wished)
    assert desk.rows(Visit) == []


def test_wish_of_the_draft_is_booked_where_it_is_still_free(desk: Desk) -> None:
    desk.submitted(visit_wish=TUESDAY)
    desk.submitted(visit_wish=TUESDAY)
    desk.submitted()
    assert held(desk) == [TUESDAY]


@pytest.mark.parametrize(("actor", "may"), [(APPLICANT, True), (DESK, True), (STRANGER, False)])
def test_visit_is_changed_by_the_applicant_and_the_desk_alone(
    desk: Desk, actor: Actor, *, may: bool
) -> None:
    request = desk.submitted()
    command = BookVisit(request_id=request.id, starts_at=TUESDAY)
    context = replace(desk.context, actor=actor)
    if may:
        book_visit(context, command)
    else:
        with pytest.raises(NotAllowed):
            book_visit(context, command)
    assert len(held(desk)) == may


def test_cancelled_visit_is_on_record_and_nothing_is_where_none_was_held(desk: Desk) -> None:
    request, other = desk.submitted(), desk.submitted()
    book(desk, request)
    for one in (request, other):
        cancel_visit(desk.context, CancelVisit(request_id=one.id))
    assert held(desk) == []
    [entry] = desk.rows(AuditEntry, AuditEntry.action == AuditAction.VISIT_CANCELLED)
    assert entry.subject_id == request.id


def test_only_a_place_still_to_come_is_given_to_others(
    desk: Desk, clock: FrozenClock, new_context: NewContext
) -> None:
    request, without = desk.submitted(), desk.submitted()
    book(desk, request)
    release_visit(desk.context, without)
    clock.set(TUESDAY)
    release_visit(new_context(desk.context.session), request)
    assert held(desk) == [TUESDAY]
    release_visit(desk.context, request)
    assert held(desk) == []


@pytest.mark.clause("SVC-3.4.1")
def test_visit_on_a_closed_day_is_cancelled_told_and_on_record(desk: Desk) -> None:
    closed, open_day = desk.submitted(**EMAIL), desk.submitted(**EMAIL)
    book(desk, closed)
    book(desk, open_day, TUESDAY + timedelta(days=1))
    far = datetime(2030, 11, 26, 10, 15, tzinfo=MOSCOW)  # nobody knows the days of that year
    take_place(desk.context, request_id=desk.submitted().id, starts_at=far, places=1)
    days = CloseSchoolDays(days=[TUESDAY.date()], reason="карантин", order_number="1")
    close_school_days(desk.context, days)
    cancel_impossible_visits(desk.context)
    assert sorted(held(desk)) == [TUESDAY + timedelta(days=1), far]
    [letter] = letters(desk, "visit_cancelled")
    assert letter.request_id == closed.id
    [entry] = desk.rows(AuditEntry, AuditEntry.action == AuditAction.VISIT_CANCELLED)
    assert entry.subject_id == closed.id


@pytest.mark.clause("SVC-3.4.1")
def test_every_visit_of_a_closed_day_of_the_school_is_cancelled(sqlite_desk: Desk) -> None:
    """In Vladivostok nine in the morning is still the day before in Greenwich."""
    desk = sqlite_desk
    zone = ZoneInfo("Asia/Vladivostok")
    desk.context = replace(desk.context, zone=zone)
    nine = datetime(2026, 11, 25, 9, 0, tzinfo=zone)
    times = [nine - timedelta(days=1), nine, nine + timedelta(minutes=15), nine + timedelta(days=1)]
    for at in times:
        take_place(desk.context, request_id=desk.submitted().id, starts_at=at, places=1)
    days = CloseSchoolDays(days=[nine.date()], reason="карантин", order_number="1")
    close_school_days(desk.context, days)
    cancel_impossible_visits(desk.context)
    assert sorted(held(desk)) == [times[0], times[3]]
