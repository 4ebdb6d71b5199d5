"""A code from its making to its end: who may, what is kept of it, and what it opens."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from journal_core.access.models import Account, AccountRole
from journal_core.access.terms import Permission, Role
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import NotAllowed, NotFound, RuleBroken, TransitionRefused
from journal_core.invitations.models import Invitation
from journal_core.invitations.rules import lookup_part, secret_part
from journal_core.invitations.states import Handover, InvitationState
from journal_core.invitations.terms import InvitationKind
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.notifications.terms import LetterState
from journal_core.people.models import Person, Pupil
from journal_core.requests.terms import ResultDelivery
from tests.workflows.desk import HASHER, Desk
from workflows.invitation import (
    FREEZE,
    CodeFor,
    ExpireCodes,
    HandOverCode,
    IssueCodes,
    RecallCodes,
    RedeemInvitation,
    ReportFreeze,
    RevokeCode,
    UnsealCode,
    end_outstanding,
    expire_codes,
    hand_over_code,
    issue,
    issue_codes,
    prepare_code,
    recall_codes,
    redeem_invitation,
    report_freeze,
    revoke_code,
    unseal_code,
)

S = InvitationState
P = Permission
EMAIL = {"email": "maria@example.org"}


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def person(desk: Desk, last_name: str, first_name: str) -> Person:
    [found] = desk.rows(Person, Person.last_name == last_name, Person.first_name == first_name)
    return found


def pupil_of(desk: Desk, child: Person) -> Pupil:
    [pupil] = desk.rows(Pupil, Pupil.person_id == child.id)
    return pupil


def issued(
    desk: Desk, role: Role = Role.PARENT, kind: InvitationKind = InvitationKind.REGISTRATION
) -> Invitation:
    """A code for the mother of Anna Ivanova, who has no account; or for Anna as a pupil."""
    child = person(desk, "Иванова", "Анна")
    holder = child if role is Role.PUPIL else person(desk, "Иванова", "Мария")
    return issue(
        desk.context,
        prepare_code(HASHER),
        person_id=holder.id,
        role=role,
        pupil_id=pupil_of(desk, child).id,
        kind=kind,
    )


def redeem(desk: Desk, invitation_id: UUID, **values: Any) -> UUID | None:
    told: dict[str, Any] = {
        "birth_date": person(desk, "Иванова", "Анна").birth_date,
        "last_name": "",
        "username": "ivanova",
        "password_hash": "a hash",
        "account_id": None,
    }
    command = RedeemInvitation(invitation_id=invitation_id, **{**told, **values})
    return redeem_invitation(desk.context, command)


def entries(desk: Desk, action: AuditAction, subject: UUID | None) -> list[dict[str, Any]]:
    found = desk.rows(AuditEntry, AuditEntry.action == action, AuditEntry.subject_id == subject)
    return [entry.details for entry in found]


def account_of(desk: Desk, username: str) -> Account:
    [account] = desk.rows(Account, Account.username == username)
    return account


def broken(refusal: pytest.ExceptionInfo[RuleBroken]) -> tuple[str, str | None]:
    return refusal.value.code, refusal.value.clause


# --- made, kept, read ---


@pytest.mark.clause("SVC-3.4.3")
def test_code_is_kept_sealed_and_hashed_for_its_days(desk: Desk) -> None:
    prepared = prepare_code(HASHER)
    assert HASHER.verify(prepared.code_hash, secret_part(prepared.code))
    mother = person(desk, "Иванова", "Мария")
    made = issue(desk.context, prepared, person_id=mother.id, role=Role.PARENT, pupil_id=None)
    [kept] = desk.rows(Invitation)
    assert kept is made
    assert (kept.state, kept.kind) == (S.ISSUED, InvitationKind.REGISTRATION)
    assert (kept.person_id, kept.role, kept.pupil_id) == (mother.id, Role.PARENT, None)
    assert (kept.lookup, kept.code_hash) == (lookup_part(prepared.code), prepared.code_hash)
    assert desk.context.keys.unseal(kept.sealed_code or "") == prepared.code
    assert kept.issued_at == desk.context.now
    assert kept.expires_at == desk.context.now + timedelta(days=14)
    assert entries(desk, AuditAction.INVITATION_ISSUED, made.id) == [
        {"role": "parent", "kind": "registration"}
    ]


def test_code_lives_as_long_as_the_school_says(desk: Desk) -> None:
    desk.setting(code_paper_days=3)
    assert issued(desk).expires_at == desk.context.now + timedelta(days=3)


@pytest.mark.clause("POL-3.4.3")
@pytest.mark.parametrize("permission", [P.INVITATION_CODE_ISSUE, P.REQUEST_OUTCOME_DELIVER])
def test_sealed_code_is_read_by_who_may_and_each_reading_is_on_record(
    desk: Desk, permission: Permission
) -> None:
    invitation = issued(desk)
    code = desk.context.keys.unseal(invitation.sealed_code or "")
    desk.may(permission)
    command = UnsealCode(invitation_id=invitation.id, purpose="slip")
    assert unseal_code(desk.context, command) == code
    assert entries(desk, AuditAction.INVITATION_UNSEALED, invitation.id) == [{"purpose": "slip"}]
    invitation.sealed_code = None
    assert unseal_code(desk.context, command) is None
    assert len(entries(desk, AuditAction.INVITATION_UNSEALED, invitation.id)) == 1
    desk.may(P.REQUEST_CODE_MAKE)
    with pytest.raises(NotAllowed):
        unseal_code(desk.context, command)


# --- many at once ---


def code_for(desk: Desk, invitation: Invitation) -> CodeFor:
    """Another code for the same person, role and pupil."""
    return CodeFor(
        prepared=prepare_code(HASHER),
        person_id=invitation.person_id,
        role=invitation.role,
        pupil_id=invitation.pupil_id,
    )


@pytest.mark.clause("POL-3.4.3", "POL-3.5.6")
def test_new_codes_replace_those_for_the_same_person_role_and_pupil_alone(desk: Desk) -> None:
    request = desk.coded()
    old = desk.code(request)
    told = issued(desk, Role.PUPIL)
    others = [issued(desk, kind=InvitationKind.RECOVERY), issued(desk, Role.CLASS_TEACHER)]
    other_person = issue(
        desk.context, prepare_code(HASHER), person_id=told.person_id, role=old.role,
        pupil_id=old.pupil_id,
    )  # fmt: skip
    other_pupil = issue(
        desk.context, prepare_code(HASHER), person_id=old.person_id, role=old.role, pupil_id=None
    )
    codes = (code_for(desk, old), code_for(desk, told))
    issue_codes(desk.context, IssueCodes(codes=codes))
    assert (old.state, told.state) == (S.REPLACED, S.REPLACED)
    assert {one.state for one in (*others, other_person, other_pupil)} == {S.ISSUED}
    new = desk.code(request)
    assert new.code_hash == codes[0].prepared.code_hash, "the request goes on with the new code"
    assert (new.person_id, new.role, new.pupil_id) == (old.person_id, old.role, old.pupil_id)
    hashes = {one.code_hash for one in desk.rows(Invitation, Invitation.state == S.ISSUED)}
    assert {code.prepared.code_hash for code in codes} < hashes


def test_request_keeps_the_code_that_was_used(desk: Desk) -> None:
    request = desk.coded()
    used = desk.code(request)
    redeem(desk, used.id)
    issue_codes(desk.context, IssueCodes(codes=(code_for(desk, used),)))
    assert (desk.code(request), used.state) == (used, S.REDEEMED)


def test_request_of_another_keeps_its_code_and_an_ended_one_stays_as_it_ended(desk: Desk) -> None:
    request = desk.coded()
    kept, ended = desk.code(request), issued(desk, Role.PUPIL)
    end_outstanding(desk.context, ended, "revoke")
    issue_codes(desk.context, IssueCodes(codes=(code_for(desk, ended),)))
    assert (desk.code(request), ended.state) == (kept, S.REVOKED)
    desk.may(P.REQUEST_CODE_MAKE)
    with pytest.raises(NotAllowed):
        issue_codes(desk.context, IssueCodes(codes=()))


@pytest.mark.clause("POL-3.4.3")
def test_recalled_codes_open_nothing_and_whoever_needs_one_is_on_the_offices_list(
    desk: Desk,
) -> None:
    request, without = desk.coded(), issued(desk, Role.PUPIL)
    told = desk.code(desk.coded())
    hand_over_code(desk.context, HandOverCode(invitation_id=told.id, how=Handover.IN_PERSON))
    ended = issued(desk)
    end_outstanding(desk.context, ended, "replace")
    desk.may(P.REQUEST_CODE_MAKE)
    assert recall_codes(desk.context, RecallCodes()) == 3
    assert [one.state for one in (desk.code(request), without, told, ended)] == [
        S.REVOKED, S.REVOKED, S.REVOKED, S.REPLACED,
    ]  # fmt: skip
    assert entries(desk, AuditAction.INVITATION_RECALLED_ALL, None) == [{"count": 3}]
    assert "code_needed codes_recalled" in desk.topics(request)
    assert recall_codes(desk.context, RecallCodes()) == 0
    desk.may(P.INVITATION_CODE_ISSUE)
    with pytest.raises(NotAllowed):
        recall_codes(desk.context, RecallCodes())


# --- told, ended ---


@pytest.mark.clause("POL-3.5.6")
@pytest.mark.parametrize(
    ("permission", "kind", "allowed"),
    [
        (P.CLASS_CODES_HAND_OVER, InvitationKind.REGISTRATION, True),
        (P.INVITATION_CODE_ISSUE, InvitationKind.REGISTRATION, True),
        (P.INVITATION_CODE_ISSUE, InvitationKind.RECOVERY, False),
        (P.ACCOUNT_RECOVERY_ISSUE, InvitationKind.RECOVERY, True),
        (P.ACCOUNT_RECOVERY_ISSUE, InvitationKind.REGISTRATION, False),
        (P.REQUEST_CODE_MAKE, InvitationKind.REGISTRATION, False),
    ],
)
def test_slip_is_handed_over_by_its_people_and_its_code_is_wiped(
    desk: Desk,
    permission: Permission,
    kind: InvitationKind,
    allowed: bool,  # noqa: FBT001 - a value of the table
) -> None:
    invitation = issued(desk, kind=kind)
    desk.may(permission)
    command = HandOverCode(invitation_id=invitation.id, how=Handover.IN_PERSON)
    if not allowed:
        with pytest.raises(NotAllowed):
            hand_over_code(desk.context, command)
        assert invitation.state is S.ISSUED
        return
    hand_over_code(desk.context, command)
    assert (invitation.state, invitation.sealed_code) == (S.DELIVERED, None)
    assert (invitation.delivered_at, invitation.handover) == (desk.context.now, Handover.IN_PERSON)
    assert entries(desk, AuditAction.INVITATION_DELIVERED, invitation.id) == [{"how": "in_person"}]
    with pytest.raises(TransitionRefused):
        hand_over_code(desk.context, command)


@pytest.mark.clause("POL-3.4.3")
@pytest.mark.parametrize(
    ("permission", "kind", "allowed"),
    [
        (P.REQUEST_CODE_MAKE, InvitationKind.REGISTRATION, True),
        (P.REQUEST_CODE_MAKE, InvitationKind.RECOVERY, False),
        (P.ACCOUNT_RECOVERY_ISSUE, InvitationKind.RECOVERY, True),
        (P.INVITATION_CODE_ISSUE, InvitationKind.REGISTRATION, False),
    ],
)
def test_code_is_revoked_by_its_people(
    desk: Desk,
    permission: Permission,
    kind: InvitationKind,
    allowed: bool,  # noqa: FBT001 - a value of the table
) -> None:
    invitation = issued(desk, kind=kind)
    desk.later(hours=1)
    desk.may(permission)
    command = RevokeCode(invitation_id=invitation.id)
    if not allowed:
        with pytest.raises(NotAllowed):
            revoke_code(desk.context, command)
        return
    revoke_code(desk.context, command)
    assert (invitation.state, invitation.sealed_code) == (S.REVOKED, None)
    assert invitation.ended_at == desk.context.now
    assert entries(desk, AuditAction.INVITATION_REVOKED, invitation.id) == [{"trigger": "revoke"}]
    revoke_code(desk.context, command)
    assert len(entries(desk, AuditAction.INVITATION_REVOKED, invitation.id)) == 1


def test_letter_that_carries_an_ended_code_is_not_sent_and_others_are(desk: Desk) -> None:
    carried = desk.coded(result_delivery=ResultDelivery.EMAIL, **EMAIL)
    other = desk.coded(result_delivery=ResultDelivery.EMAIL, **EMAIL)
    revoke_code(desk.context, RevokeCode(invitation_id=desk.code(carried).id))
    states = {
        letter.request_id: letter.state
        for letter in desk.rows(OutboxLetter, OutboxLetter.kind == "code_by_email")
    }
    assert states == {carried.id: LetterState.CANCELLED, other.id: LetterState.QUEUED}


@pytest.mark.clause("SVC-3.4.3")
def test_code_ends_when_its_days_are_over_and_not_a_second_before(desk: Desk) -> None:
    told, ended, young = issued(desk), issued(desk, Role.PUPIL), issued(desk, Role.CLASS_TEACHER)
    hand_over_code(desk.context, HandOverCode(invitation_id=told.id, how=Handover.IN_PERSON))
    end_outstanding(desk.context, ended, "revoke")
    young.expires_at += timedelta(seconds=1)
    desk.may(P.REQUEST_SYSTEM_ADVANCE)
    desk.later(days=14, seconds=-1)
    assert expire_codes(desk.context, ExpireCodes()) == 0
    desk.later(seconds=1)
    assert expire_codes(desk.context, ExpireCodes()) == 1
    assert [one.state for one in (told, ended, young)] == [S.EXPIRED, S.REVOKED, S.ISSUED]
    assert told.ended_at == desk.context.now


@pytest.mark.clause("POL-3.4.3")
def test_code_guessed_at_too_often_is_frozen_and_the_office_is_told(desk: Desk) -> None:
    invitation = issued(desk)
    report_freeze(desk.context, ReportFreeze(lookup=invitation.lookup))
    assert invitation.frozen_until == desk.context.now + FREEZE
    assert entries(desk, AuditAction.INVITATION_FROZEN, invitation.id) == [{}]
    [task] = desk.rows(OfficeTask)
    assert (task.kind, task.topic) == ("code_frozen", "code_frozen")
    assert task.invitation_id == invitation.id
    report_freeze(desk.context, ReportFreeze(lookup="????"))
    assert len(desk.rows(OfficeTask)) == 1


# --- redeemed ---


@pytest.mark.clause("SVC-3.4.3")
def test_right_code_and_birth_date_make_an_account(desk: Desk) -> None:
    invitation = issued(desk)
    account_id = redeem(desk, invitation.id, **EMAIL)
    account = account_of(desk, "ivanova")
    assert (account.id, account.person_id) == (account_id, invitation.person_id)
    assert (account.password_hash, account.email) == ("a hash", "maria@example.org")
    [role] = desk.rows(AccountRole, AccountRole.account_id == account.id)
    assert role.role is Role.PARENT
    assert (invitation.state, invitation.sealed_code) == (S.REDEEMED, None)
    assert invitation.redeemed_at == desk.context.now
    assert entries(desk, AuditAction.INVITATION_REDEEMED, invitation.id) == [
        {"account": str(account_id)}
    ]


def test_account_without_an_address_has_none(desk: Desk) -> None:
    redeem(desk, issued(desk).id)
    assert account_of(desk, "ivanova").email is None


@pytest.mark.parametrize("birth_date", [None, date(2000, 1, 1)])
def test_wrong_birth_date_is_a_miss_on_record(desk: Desk, birth_date: date | None) -> None:
    invitation = issued(desk)
    assert redeem(desk, invitation.id, birth_date=birth_date) is None
    assert invitation.state is S.ISSUED
    assert entries(desk, AuditAction.INVITATION_MISSED, invitation.id) == [{}]


def test_member_of_staff_is_asked_the_own_surname(desk: Desk) -> None:
    invitation = issued(desk, Role.TEACHER)
    assert redeem(desk, invitation.id, last_name="Петрова") is None
    assert redeem(desk, invitation.id, last_name=" иванова", birth_date=None) is not None


@pytest.mark.clause("SVC-3.4.3")
def test_code_that_is_over_or_used_or_unknown_opens_nothing(desk: Desk) -> None:
    with pytest.raises(NotFound, match=r"^invitation_unknown$"):
        redeem(desk, uuid4())
    used, over = issued(desk), issued(desk, Role.PUPIL)
    redeem(desk, used.id)
    with pytest.raises(TransitionRefused):
        redeem(desk, used.id, account_id=account_of(desk, "ivanova").id)
    desk.later(days=14)
    with pytest.raises(RuleBroken) as refusal:
        redeem(desk, over.id)
    assert broken(refusal) == ("invitation_expired", "SVC-3.4.3")


@pytest.mark.clause("POL-4.2.3")
def test_owner_of_an_account_signs_in_first_and_with_the_own_one(desk: Desk) -> None:
    redeem(desk, issued(desk).id)
    second = issued(desk, Role.TEACHER)
    with pytest.raises(RuleBroken) as refusal:
        redeem(desk, second.id, last_name="Иванова", password_hash="another")
    assert broken(refusal) == ("sign_in_first", "POL-4.2.3")
    other = account_of(desk, "secretary")
    with pytest.raises(RuleBroken) as refusal:
        redeem(desk, issued(desk, Role.DEPUTY).id, last_name="Иванова", account_id=other.id)
    assert broken(refusal) == ("code_of_another_person", "POL-4.2.3")


@pytest.mark.clause("POL-4.2.3")
def test_signed_in_owner_keeps_the_password_with_the_new_role(desk: Desk) -> None:
    redeem(desk, issued(desk).id)
    account = account_of(desk, "ivanova")
    second = issued(desk, Role.TEACHER)
    told = {"last_name": "Иванова", "account_id": account.id, "password_hash": "another"}
    assert redeem(desk, second.id, **told) == account.id
    roles = {one.role for one in desk.rows(AccountRole, AccountRole.account_id == account.id)}
    assert roles == {Role.PARENT, Role.TEACHER}
    assert account.password_hash == "a hash"


@pytest.mark.clause("POL-4.2.3")
def test_recovery_code_gives_a_new_password_and_no_account(desk: Desk) -> None:
    invitation = issued(desk, kind=InvitationKind.RECOVERY)
    with pytest.raises(NotFound, match=r"^account_unknown$"):
        redeem(desk, invitation.id)


@pytest.mark.clause("POL-4.2.3")
def test_recovery_code_sets_the_password_of_its_own_account(desk: Desk) -> None:
    redeem(desk, issued(desk).id)
    account = account_of(desk, "ivanova")
    generation = account.password_generation
    recovery = issued(desk, kind=InvitationKind.RECOVERY)
    assert redeem(desk, recovery.id, password_hash="new") == account.id
    assert (account.password_hash, account.password_generation) == ("new", generation + 1)
    assert recovery.state is S.REDEEMED


def test_prepared_code_is_another_each_time() -> None:
    first, second = prepare_code(HASHER), prepare_code(HASHER)
    assert first.code != second.code
