"""The child's data corrected by an original: kept, found anew, and only before the check ends."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from journal_core.access.terms import Permission
from journal_core.audit.terms import AuditAction
from journal_core.context import Actor
from journal_core.errors import NotAllowed, RuleBroken, StaleVersion
from journal_core.requests.facts import known_facts, open_duplicates
from journal_core.requests.models import AnswerChange, ServiceRequest
from journal_core.requests.terms import RefusalGround
from tests.workflows.desk import Desk
from workflows.child import CorrectChild, correct_child
from workflows.draft import CHILD_FIELDS

BASIS = "свидетельство о рождении I-ДН № 512345"


def correct(desk: Desk, request: ServiceRequest, **answers: object) -> int:
    told = {name: getattr(request, name) for name in CHILD_FIELDS}
    command = desk.step(CorrectChild, request, answers={**told, **answers}, basis=BASIS)
    return correct_child(desk.context, command)


def proposed(desk: Desk, request: ServiceRequest) -> tuple[RefusalGround, ...]:
    return known_facts(desk.context.session, request, desk.context.today).proposed_grounds


@pytest.mark.clause("SVC-2.12.5")
def test_corrected_birth_date_is_compared_anew_and_the_old_one_is_kept(desk: Desk) -> None:
    born = desk.context.today - timedelta(days=12 * 366 + 30)
    slip = born + timedelta(days=30)
    request = desk.registered(child_birth_date=slip)
    assert proposed(desk, request) == (RefusalGround.DOCUMENTS_CONTRADICT,)
    assert correct(desk, request, child_birth_date=born) == 1
    assert proposed(desk, request) == ()
    [change] = desk.rows(AnswerChange)
    assert (change.field, change.basis) == ("child_birth_date", BASIS)
    assert (change.old_value, change.new_value) == (f"{slip:%d.%m.%Y}", f"{born:%d.%m.%Y}")
    assert desk.acts(request)[-1] == AuditAction.REQUEST_CHILD_CORRECTED


def test_request_is_found_by_the_corrected_name(desk: Desk) -> None:
    request = desk.submitted(child_last_name="Иваноова")
    assert open_duplicates(desk.context.session, desk.submitted()) == []
    correct(desk, request, child_last_name="Иванова")
    assert request in open_duplicates(desk.context.session, desk.submitted())


def test_nothing_changed_leaves_no_trace(desk: Desk) -> None:
    request = desk.registered()
    acts = desk.acts(request)
    assert correct(desk, request) == 0
    assert (desk.rows(AnswerChange), desk.acts(request)) == ([], acts)


@pytest.mark.clause("SVC-3.4.3")
def test_child_that_was_checked_stays_as_it_was_checked(desk: Desk) -> None:
    for request in (desk.verified(), desk.coded(), desk.refused()):
        with pytest.raises(RuleBroken) as refusal:
            correct(desk, request, child_class="7Б")
        assert (refusal.value.code, refusal.value.clause) == ("check_is_over", "SVC-3.4.3")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"child_birth_date": date(2099, 1, 1)}, RuleBroken),
        ({"seen_version": 0}, StaleVersion),
        ({"actor": frozenset({Permission.REQUEST_CONTACTS_EDIT})}, NotAllowed),
    ],
)
def test_correction_is_refused(desk: Desk, changed: dict[str, Any], error: type[Exception]) -> None:
    request = desk.registered()
    told = {name: changed.get(name, getattr(request, name)) for name in CHILD_FIELDS}
    command = desk.step(CorrectChild, request, answers=told, basis=BASIS)
    actor = desk.context.actor
    if "actor" in changed:
        actor = Actor(label="Чужой", permissions=changed["actor"])
    command = replace(command, seen_version=changed.get("seen_version", command.seen_version))
    with pytest.raises(error):
        correct_child(replace(desk.context, actor=actor), command)
