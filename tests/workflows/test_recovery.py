"""A code for a new password: who may give it to whom, and what is on record."""

from datetime import date

import pytest

from journal_core.access.models import Account
from journal_core.access.terms import Permission, Role
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.invitations.models import Invitation
from journal_core.invitations.states import InvitationState
from journal_core.invitations.terms import InvitationKind, ShownDocument
from journal_core.people.models import Pupil
from tests.workflows.desk import HASHER, Desk
from workflows.invitation import issue, prepare_code
from workflows.recovery import IssueRecoveryCode, issue_recovery_code

P = Permission


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def account(desk: Desk, username: str) -> Account:
    [found] = desk.rows(Account, Account.username == username)
    return found


def recover(desk: Desk, owner: Account) -> Invitation:
    command = IssueRecoveryCode(
        account_id=owner.id, prepared=prepare_code(HASHER), shown=ShownDocument.PASSPORT
    )
    invitation = desk.context.session.get_one(
        Invitation, issue_recovery_code(desk.context, command)
    )
    assert invitation.code_hash == command.prepared.code_hash
    return invitation


@pytest.fixture
def owner(desk: Desk) -> Account:
    """The parent of the demo school, who has an account."""
    return account(desk, "parent")


@pytest.mark.clause("POL-3.4.3", "POL-4.2.3")
def test_recovery_code_is_of_the_account_and_what_was_shown_is_on_record(
    desk: Desk, owner: Account
) -> None:
    desk.may(P.ACCOUNT_RECOVERY_ISSUE)
    code = recover(desk, owner)
    assert (code.kind, code.person_id) == (InvitationKind.RECOVERY, owner.person_id)
    assert code.role is Role.PARENT
    assert code.pupil_id in {pupil.id for pupil in desk.rows(Pupil)}
    [entry] = desk.rows(AuditEntry, AuditEntry.action == AuditAction.ACCOUNT_RECOVERY_ISSUED)
    assert entry.subject_id == owner.id
    assert entry.details == {"invitation": str(code.id), "shown": "passport"}


@pytest.mark.clause("POL-3.4.3")
def test_newer_recovery_code_replaces_the_older_and_no_other_code(
    desk: Desk, owner: Account
) -> None:
    other = recover(desk, account(desk, "pupil"))
    registration = issue(
        desk.context, prepare_code(HASHER), person_id=owner.person_id, role=Role.PARENT,
        pupil_id=None,
    )  # fmt: skip
    revoked = recover(desk, owner)
    revoked.state, revoked.sealed_code = InvitationState.REVOKED, None
    desk.may(P.ACCOUNT_RECOVERY_ISSUE)
    first = recover(desk, owner)
    second = recover(desk, owner)
    assert (first.state, second.state) == (InvitationState.REPLACED, InvitationState.ISSUED)
    assert revoked.state is InvitationState.REVOKED
    assert {other.state, registration.state} == {InvitationState.ISSUED}


@pytest.mark.clause("POL-4.2.3")
def test_account_that_opens_the_whole_school_is_the_administrators_matter(desk: Desk) -> None:
    desk.may(P.ACCOUNT_RECOVERY_ISSUE)
    with pytest.raises(NotAllowed) as refusal:
        recover(desk, account(desk, "head"))
    assert (refusal.value.code, refusal.value.clause) == ("recovery_by_administrator", "POL-4.2.3")
    desk.may(P.ACCOUNT_RECOVERY_ISSUE, P.ACCOUNT_FACTOR_RESET)
    assert recover(desk, account(desk, "head")).role is Role.HEAD


@pytest.mark.clause("POL-4.2.3")
def test_nobody_gives_a_code_to_oneself(desk: Desk) -> None:
    own = account(desk, "secretary")
    desk.may(P.ACCOUNT_RECOVERY_ISSUE, P.ACCOUNT_FACTOR_RESET, account_id=own.id)
    with pytest.raises(RuleBroken) as refusal:
        recover(desk, own)
    assert (refusal.value.code, refusal.value.clause) == ("not_for_oneself", "POL-4.2.3")


def test_closed_account_is_not_recovered_and_not_by_everybody(desk: Desk, owner: Account) -> None:
    desk.may(P.ACCOUNT_FACTOR_RESET)
    with pytest.raises(NotAllowed):
        recover(desk, owner)
    owner.closed_at = desk.context.now
    with pytest.raises(NotFound, match=r"^account_unknown$"):
        recover(desk, owner)


def test_holder_is_looked_up_on_the_day_of_the_act(desk: Desk) -> None:
    teacher = account(desk, "teacher")
    assert desk.context.today == date(2026, 11, 23)
    desk.may(P.ACCOUNT_RECOVERY_ISSUE)
    assert recover(desk, teacher).role is Role.TEACHER
