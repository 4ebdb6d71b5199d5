"""Every state, every move, every role: what product and regulation allow, and nothing else.

The expectation is written out here, apart from the tables that the program moves by.
"""

from enum import StrEnum
from types import SimpleNamespace

import pytest

from journal_core.access.terms import (
    APPLICANT_PERMISSIONS,
    SYSTEM_PERMISSIONS,
    Permission,
    Role,
    permissions_of,
)
from journal_core.context import Actor
from journal_core.corrections.terms import CorrectionState as C
from journal_core.curriculum.terms import ApprovalState as A
from journal_core.errors import NotAllowed, TransitionRefused
from journal_core.invitations.states import InvitationState as I
from journal_core.requests.terms import RequestState as R
from workflows.approval import MOVES as APPROVAL_MOVES
from workflows.engine import Move, advance, open_move, open_triggers
from workflows.invitation import MOVES as INVITATION_MOVES
from workflows.mark_correction import MOVES as CORRECTION_MOVES
from workflows.service_request import MOVES as REQUEST_MOVES

APPLICANT, SYSTEM = "applicant", "system"
EVERYBODY = frozenset({APPLICANT, *Role})
SECRETARY, CURATOR, HEAD = (frozenset({role}) for role in (Role.SECRETARY, Role.CURATOR, Role.HEAD))
PLANNERS = frozenset({Role.DEPUTY, Role.CURATOR})
DEPUTY, TEACHERS = frozenset({Role.DEPUTY}), frozenset({Role.TEACHER, Role.CLASS_TEACHER})

#: trigger: (who, {from: to}).
REQUEST = {
    "submit": (EVERYBODY, {R.DRAFT: R.SUBMITTED}),
    "register": (SECRETARY, {R.SUBMITTED: R.RECEIVED}),
    "close": (SECRETARY, {R.SUBMITTED: R.CANCELLED}),
    "withdraw": (
        EVERYBODY,
        {
            R.SUBMITTED: R.CANCELLED,
            R.RECEIVED: R.REFUSAL_PREPARED,
            R.VERIFIED: R.REFUSAL_PREPARED,
            R.CODE_ISSUED: R.REFUSAL_PREPARED,
        },
    ),
    "verify": (SECRETARY, {R.RECEIVED: R.VERIFIED}),
    "prepare_refusal": (SECRETARY, {R.RECEIVED: R.REFUSAL_PREPARED}),
    "make_code": (CURATOR, {R.VERIFIED: R.CODE_ISSUED}),
    "return_check": (CURATOR, {R.VERIFIED: R.RECEIVED, R.CODE_ISSUED: R.RECEIVED}),
    "tell": (SECRETARY, {R.CODE_ISSUED: R.COMPLETED}),
    "tell_by_letter": (frozenset({SYSTEM}), {R.CODE_ISSUED: R.COMPLETED}),
    "sign": (HEAD, {R.REFUSAL_PREPARED: R.REFUSED}),
    "return_refusal": (HEAD, {R.REFUSAL_PREPARED: R.RECEIVED}),
    "deliver_refusal": (SECRETARY, {R.REFUSED: R.REFUSAL_DELIVERED}),
}
INVITATION = {
    "deliver": (SECRETARY, {I.ISSUED: I.DELIVERED}),
    "redeem": (EVERYBODY, {I.ISSUED: I.REDEEMED, I.DELIVERED: I.REDEEMED}),
    "revoke": (CURATOR, {I.ISSUED: I.REVOKED, I.DELIVERED: I.REVOKED}),
    "replace": (CURATOR, {I.ISSUED: I.REPLACED, I.DELIVERED: I.REPLACED}),
    "expire": (frozenset({SYSTEM}), {I.ISSUED: I.EXPIRED, I.DELIVERED: I.EXPIRED}),
}
APPROVAL = {
    "send": (PLANNERS, {A.DRAWN_UP: A.SENT}),
    "approve": (HEAD, {A.SENT: A.APPROVED}),
    "give_back": (HEAD, {A.SENT: A.DRAWN_UP}),
    "reopen": (PLANNERS, {A.SENT: A.DRAWN_UP, A.APPROVED: A.DRAWN_UP}),
}
CORRECTION = {
    "approve": (DEPUTY, {C.ASKED: C.APPROVED}),
    "decline": (DEPUTY, {C.ASKED: C.DECLINED}),
    "withdraw": (TEACHERS, {C.ASKED: C.WITHDRAWN}),
    "carry_out": (TEACHERS, {C.APPROVED: C.CLOSED}),
    "expire": (frozenset({SYSTEM}), {C.APPROVED: C.CLOSED}),
}

Expected = dict[str, tuple[frozenset[str], dict[StrEnum, StrEnum]]]
MACHINES = [
    pytest.param(REQUEST_MOVES, REQUEST, R, id="request"),
    pytest.param(INVITATION_MOVES, INVITATION, I, id="invitation"),
    pytest.param(APPROVAL_MOVES, APPROVAL, A, id="approval"),
    pytest.param(CORRECTION_MOVES, CORRECTION, C, id="correction"),
]


def actors() -> dict[str, Actor]:
    """Each role as the portal makes its actor, the applicant with the key, and the program."""
    permissions: dict[str, frozenset[Permission]] = {
        role: permissions_of(frozenset({role})) | APPLICANT_PERMISSIONS for role in Role
    }
    permissions |= {APPLICANT: APPLICANT_PERMISSIONS, SYSTEM: SYSTEM_PERMISSIONS}
    return {name: Actor(label=name, permissions=granted) for name, granted in permissions.items()}


def outcome(moves: tuple[Move, ...], state: StrEnum, trigger: str, actor: Actor) -> object:
    """The state moved to, or the kind of refusal."""
    try:
        return open_move(moves, SimpleNamespace(state=state), trigger, actor).target
    except (NotAllowed, TransitionRefused) as refusal:
        return type(refusal)


@pytest.mark.clause("SVC-3.4", "SVC-2.14", "POL-3.4.3", "INS-3.6", "INS-3.3.13")
@pytest.mark.parametrize(("moves", "expected", "states"), MACHINES)
def test_each_move_is_open_to_its_people_from_its_states_alone(
    moves: tuple[Move, ...], expected: Expected, states: type[StrEnum]
) -> None:
    wrong = []
    for trigger, (who, ways) in expected.items():
        for state in states:
            for name, actor in actors().items():
                wanted = ways.get(state, TransitionRefused) if name in who else NotAllowed
                found = outcome(moves, state, trigger, actor)
                if found is not wanted:
                    wrong.append((name, state, trigger, found))
    assert wrong == []


@pytest.mark.parametrize(("moves", "expected", "states"), MACHINES)
def test_no_move_exists_beside_the_expected_ones(
    moves: tuple[Move, ...], expected: Expected, states: type[StrEnum]
) -> None:
    assert {move.trigger for move in moves} == set(expected)
    assert all(isinstance(state, states) for move in moves for state in (*move.source, move.target))


@pytest.mark.parametrize(("moves", "expected", "states"), MACHINES)
def test_screen_offers_just_the_moves_that_are_open(
    moves: tuple[Move, ...], expected: Expected, states: type[StrEnum]
) -> None:
    for name, actor in actors().items():
        for state in states:
            wanted = {t for t, (who, ways) in expected.items() if name in who and state in ways}
            assert open_triggers(moves, state, actor) == wanted, (name, state)


def test_every_state_but_the_ends_leads_on() -> None:
    ends = {R.COMPLETED, R.REFUSAL_DELIVERED, R.CANCELLED}
    assert {state for _who, ways in REQUEST.values() for state in ways} == set(R) - ends


@pytest.mark.clause("SVC-2.14")
def test_refused_move_names_itself_its_state_and_its_clause() -> None:
    row = SimpleNamespace(state=R.DRAFT)
    with pytest.raises(TransitionRefused) as refusal:
        advance(REQUEST_MOVES, row, "sign", actors()[Role.HEAD])
    assert (refusal.value.code, refusal.value.clause) == ("move_not_open", "SVC-2.14")
    assert refusal.value.facts == {"state": R.DRAFT, "trigger": "sign"}
    assert row.state is R.DRAFT


def test_move_stores_the_state_that_it_leads_to() -> None:
    row = SimpleNamespace(state=R.REFUSAL_PREPARED)
    move = advance(REQUEST_MOVES, row, "sign", actors()[Role.HEAD])
    assert (move.trigger, move.target, row.state) == ("sign", R.REFUSED, R.REFUSED)


def test_no_move_jumps_into_a_state_past_the_table() -> None:
    row = SimpleNamespace(state=R.RECEIVED)
    with pytest.raises(AttributeError):
        advance(REQUEST_MOVES, row, f"to_{R.COMPLETED}", actors()[Role.SECRETARY])
    assert row.state is R.RECEIVED
