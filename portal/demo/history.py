"""What the demo school did before its first start: told through the real commands."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from journal_core.access.queries import account_named
from journal_core.access.terms import APPLICANT, APPLICANT_PERMISSIONS, ROLE_PERMISSIONS, Role
from journal_core.calendar.queries import published_calendar
from journal_core.calendar.rules import add_working_days
from journal_core.clock import local_date, local_moment
from journal_core.context import Actor
from journal_core.errors import CalendarNotPublished
from journal_core.people.models import Person, Representation
from journal_core.people.terms import PersonName
from journal_core.requests.facts import PresentPupil, present_pupils
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import (
    Capacity,
    CloseReason,
    Outcome,
    PaperKind,
    RefusalDelivery,
    RefusalGround,
    ResultDelivery,
)
from portal.passwords import hasher
from portal.perform import Command, Handler, Result, perform_in
from portal.state import Portal
from workflows import service_request as service
from workflows.checking import Answer, CheckRequest
from workflows.draft import BeginDraft, SaveDraft, begin_draft, save_draft
from workflows.invitation import prepare_code

STAFF = {Role.SECRETARY: "secretary", Role.CURATOR: "curator", Role.HEAD: "head"}

#: Ways that a request goes: what happens on which working day after the submission, at what hour.
RENDERED = ((0, 10, "register"), (0, 11, "verify"), (1, 9, "make_code"), (1, 12, "tell"))
REFUSED = ((0, 10, "register"), (1, 11, "refuse"), (1, 15, "sign"), (3, 10, "hand_over"))
LATE = ((0, 10, "register"), (1, 12, "verify"), (4, 10, "make_code"), (4, 16, "tell"))
FORGOTTEN = ((7, 14, "close"),)
#: How many days ago each was submitted; the days of the past are the same on every start.
STORY = (
    (64, RENDERED), (57, REFUSED), (50, RENDERED), (43, FORGOTTEN), (36, LATE), (29, RENDERED),
    (22, REFUSED), (15, RENDERED),
)  # fmt: skip


def _check(found: RefusalGround | None) -> dict[str, object]:
    papers = dict.fromkeys((PaperKind.IDENTITY, PaperKind.BIRTH_CERTIFICATE), "серия 00 № 000000")
    answers = {ground: Answer(applies=ground is found) for ground in RefusalGround}
    return {"answers": answers, "papers": papers}


_TOLD = {"how": Outcome.IN_PERSON}
#: Who makes each step, the handler, its command and what the command holds.
STEPS: Mapping[str, tuple[Role, Any, Any, Mapping[str, object]]] = {
    "register": (Role.SECRETARY, service.register_request, service.MoveRequest, {}),
    "close": (
        Role.SECRETARY, service.close_request, service.CloseRequest,
        {"reason": CloseReason.NO_SHOW},
    ),
    "verify": (Role.SECRETARY, service.verify_request, CheckRequest, _check(None)),
    "refuse": (
        Role.SECRETARY, service.prepare_refusal, CheckRequest,
        _check(RefusalGround.DOCUMENTS_UNFIT),
    ),
    "make_code": (Role.CURATOR, service.make_code, service.MakeCode, {}),
    "tell": (Role.SECRETARY, service.tell_code, service.DeliverOutcome, _TOLD),
    "sign": (Role.HEAD, service.sign_refusal, service.MoveRequest, {}),
    "hand_over": (Role.SECRETARY, service.deliver_refusal, service.DeliverOutcome, _TOLD),
}  # fmt: skip


class Past:
    """The acts of the demo's people, each at a moment that is gone."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.applicant = Actor(label=APPLICANT, permissions=APPLICANT_PERMISSIONS)
        with portal.database.reading() as session:
            self.staff = {role: _actor(session, role, name) for role, name in STAFF.items()}

    def submit(self, at: datetime, answers: Mapping[str, object]) -> UUID:
        request_id = self._act(at, self.applicant, begin_draft, BeginDraft(submission_key=uuid4()))
        self._act(at, self.applicant, save_draft, SaveDraft(request_id=request_id, answers=answers))
        submit = service.SubmitRequest(request_id=request_id)
        return self._act(at, self.applicant, service.submit_request, submit)

    def move(self, at: datetime, request_id: UUID, step: str) -> None:
        """Make the step as whoever makes it at the school."""
        role, handler, command, more = STEPS[step]
        if step == "make_code":
            more = {"prepared": prepare_code(hasher())}
        with self.portal.database.reading() as session:
            version = session.get_one(ServiceRequest, request_id).version
        filled = command(request_id=request_id, seen_version=version, **more)
        self._act(at, self.staff[role], handler, filled)

    def _act(
        self, at: datetime, actor: Actor, handler: Handler[Command, Result], command: Command
    ) -> Result:
        return perform_in(replace(self.portal, clock=lambda: at), actor, handler, command)


def tell_history(portal: Portal) -> int:
    """Tell the past two months; returns how many requests there were.

    Where the calendars of those days are not published, no term can be promised: the rest of
    the past stays untold.
    """
    past, today, told = Past(portal), local_date(portal.clock(), portal.zone), 0
    with portal.database.reading() as session:
        calendar = published_calendar(session)
        families = [answers_of(session, pupil) for pupil in present_pupils(session, today)[:3]]
    try:
        for number, (days_ago, way) in enumerate(STORY):
            submitted_on = today - timedelta(days=days_ago)
            answers = families[number % len(families)]
            request_id = past.submit(local_moment(submitted_on, time(20), portal.zone), answers)
            for working_day, hour, step in way:
                day = add_working_days(submitted_on, working_day + 1, calendar)
                past.move(local_moment(day, time(hour), portal.zone), request_id, step)
            told += 1
    except CalendarNotPublished:
        return told
    return told


def _actor(session: Session, role: Role, username: str) -> Actor:
    account = account_named(session, username)
    if account is None:
        raise LookupError(username)
    return Actor(
        label=session.get_one(Person, account.person_id).name.full,
        permissions=ROLE_PERMISSIONS[role],
        account_id=account.id,
        person_id=account.person_id,
    )


def answers_of(session: Session, known: PresentPupil) -> dict[str, object]:
    """FRM-1 as the child's parent would fill it in."""
    parent = session.scalars(
        select(Person)
        .join(Representation, Representation.person_id == Person.id)
        .where(Representation.pupil_id == known.pupil.id)
    ).one()
    return family(
        parent.name,
        known.person.name,
        birth_date=known.person.birth_date,
        class_name=known.class_name,
    )


def family(
    parent: PersonName, child: PersonName, *, birth_date: date | None, class_name: str
) -> dict[str, object]:
    """FRM-1 of a parent and a child."""
    people = {"applicant": parent, "child": child}
    names = {
        f"{who}_{part}": getattr(name, part)
        for who, name in people.items()
        for part in ("last_name", "first_name", "patronymic")
    }
    return {
        **names,
        "address": "ул. Садовая, д. 1",
        "phone": "+79000000000",
        "email": "family@example.com",
        "child_birth_date": birth_date,
        "child_class": class_name,
        "capacity": Capacity.PARENT,
        "result_delivery": ResultDelivery.IN_PERSON,
        "refusal_delivery": RefusalDelivery.IN_PERSON,
    }
