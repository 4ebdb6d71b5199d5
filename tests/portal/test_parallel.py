"""Many at once: nothing doubled, nothing skipped."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from journal_core.access.models import Account
from journal_core.access.terms import Role
from journal_core.errors import CoreError
from journal_core.invitations.models import Invitation
from journal_core.invitations.rules import check_symbol
from journal_core.people.models import Person, Pupil, Representation
from journal_core.requests.models import RefusalDecision, ServiceRequest
from journal_core.requests.terms import RefusalGround
from portal.perform import OPERATOR, perform_in
from portal.state import Portal
from tests.portal.story import Browser, seed
from workflows.checking import Answer, CheckRequest
from workflows.draft import BeginDraft, begin_draft
from workflows.invitation import (
    CodeFor,
    IssueCodes,
    RedeemInvitation,
    issue_codes,
    prepare_code,
    redeem_invitation,
)
from workflows.service_request import (
    MoveRequest,
    SubmitRequest,
    prepare_refusal,
    register_request,
    submit_request,
)

AT_ONCE = 20


def _submitted(portal: Portal) -> UUID:
    request_id = perform_in(portal, OPERATOR, begin_draft, BeginDraft(submission_key=uuid4()))
    return perform_in(portal, OPERATOR, submit_request, SubmitRequest(request_id=request_id))


def _version(portal: Portal, request_id: UUID) -> int:
    with portal.database.reading() as session:
        return session.get_one(ServiceRequest, request_id).version


@pytest.mark.clause("SVC-2.11")
def test_twenty_registrations_at_once_get_twenty_consecutive_numbers(app: Flask) -> None:
    seed(app)
    portal: Portal = app.extensions["portal"]
    moves = [
        MoveRequest(request_id=request_id, seen_version=_version(portal, request_id))
        for request_id in (_submitted(portal) for _ in range(AT_ONCE))
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda move: perform_in(portal, OPERATOR, register_request, move), moves))
    with portal.database.reading() as session:
        numbers = [
            session.get_one(ServiceRequest, move.request_id).registration_number for move in moves
        ]
    assert sorted(number or 0 for number in numbers) == list(range(1, AT_ONCE + 1))


def test_twenty_submits_at_once_are_one_request(app: Flask) -> None:
    seed(app)
    portal: Portal = app.extensions["portal"]
    request_id = perform_in(portal, OPERATOR, begin_draft, BeginDraft(submission_key=uuid4()))
    command = SubmitRequest(request_id=request_id)

    def submit(_turn: int) -> UUID:
        return perform_in(portal, OPERATOR, submit_request, command)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert set(pool.map(submit, range(AT_ONCE))) == {request_id}
    with portal.database.reading() as session:
        number = session.get_one(ServiceRequest, request_id).request_number
    assert number is not None
    assert number.endswith("-00001")


@pytest.mark.clause("SVC-3.4")
def test_of_two_decisions_at_once_one_wins_and_the_other_is_told(app: Flask) -> None:
    seed(app)
    portal: Portal = app.extensions["portal"]
    request_id = _submitted(portal)
    move = MoveRequest(request_id=request_id, seen_version=_version(portal, request_id))
    perform_in(portal, OPERATOR, register_request, move)
    refusal = CheckRequest(
        request_id=request_id,
        seen_version=_version(portal, request_id),
        answers={
            ground: Answer(applies=ground is RefusalGround.NOT_A_PUPIL) for ground in RefusalGround
        },
        papers={},
    )

    def decide(_turn: int) -> str:
        return _result(lambda: perform_in(portal, OPERATOR, prepare_refusal, refusal))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = sorted(pool.map(decide, range(AT_ONCE)))
    assert told == ["StaleVersion"] * (AT_ONCE - 1) + ["done"]
    assert _count(portal, RefusalDecision) == 1


@pytest.mark.clause("SVC-3.4.3")
def test_one_code_redeemed_by_many_at_once_opens_one_account(app: Flask) -> None:
    seed(app)
    portal: Portal = app.extensions["portal"]
    invitation, born = _invited(portal)
    accounts = _count(portal, Account)

    def redeem(turn: int) -> str:
        command = RedeemInvitation(
            invitation_id=invitation.id,
            birth_date=born,
            last_name="",
            username=f"maria{turn}",
            password_hash="a hash",
            account_id=None,
        )
        return _result(lambda: perform_in(portal, OPERATOR, redeem_invitation, command))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = sorted(pool.map(redeem, range(AT_ONCE)))
    assert told == ["TransitionRefused"] * (AT_ONCE - 1) + ["done"]
    assert _count(portal, Account) == accounts + 1


@pytest.mark.clause("POL-3.4.3")
def test_ten_misses_at_once_stay_counted_and_freeze_the_code(app: Flask) -> None:
    seed(app)
    portal: Portal = app.extensions["portal"]
    invitation, _born = _invited(portal)
    body = invitation.lookup + "А" * 11
    wrong = body + check_symbol(body)

    def guess(_turn: int) -> int:
        browser = Browser(app)
        browser.open("/invitation")
        return browser.send("/invitation", code=wrong).status_code

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(guess, range(10)))
    assert guess(10) == HTTPStatus.TOO_MANY_REQUESTS
    with portal.database.reading() as session:
        assert session.scalars(select(Invitation.frozen_until)).one() is not None


def _invited(portal: Portal) -> tuple[Invitation, date]:
    """A code for the mother of a pupil who has no account, and the child's birth date."""
    with portal.database.reading() as session:
        child, pupil, link = session.execute(
            select(Person, Pupil, Representation)
            .join(Pupil, Pupil.person_id == Person.id)
            .join(Representation, Representation.pupil_id == Pupil.id)
            .where(Person.last_name == "Иванова")
        ).one()
    code = CodeFor(
        prepared=prepare_code(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        person_id=link.person_id,
        role=Role.PARENT,
        pupil_id=pupil.id,
    )
    perform_in(portal, OPERATOR, issue_codes, IssueCodes(codes=(code,)))
    with portal.database.reading() as session:
        return session.scalars(select(Invitation)).one(), child.birth_date


def _result(act: Callable[[], object]) -> str:
    """ "done", or the name of the refusal."""
    try:
        act()
    except CoreError as refusal:
        return type(refusal).__name__
    return "done"


def _count(portal: Portal, table: type[Any]) -> int:
    with portal.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0
