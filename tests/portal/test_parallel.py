"""Many at once: nothing doubled, nothing skipped."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from flask import Flask

from journal_core.requests.models import ServiceRequest
from portal.perform import OPERATOR, perform_in
from portal.state import Portal
from tests.portal.story import seed
from workflows.draft import BeginDraft, begin_draft
from workflows.service_request import (
    MoveRequest,
    SubmitRequest,
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
