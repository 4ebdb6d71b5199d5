"""The owner of an account changes how it is entered, and hears of it."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from journal_core.access.models import Account, AccountSession
from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import NotAllowed, NotFound
from journal_core.notifications.models import OutboxLetter
from journal_core.notifications.terms import SecretKind
from tests.workflows.desk import Desk
from workflows.account import (
    AskReset,
    ChangeEmail,
    ChangePassword,
    ResetPassword,
    ask_reset,
    change_email,
    change_password,
    is_reset_open,
    reset_password,
)

ADDRESS = "parent@example.org"
P = Permission


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


@pytest.fixture
def owner(desk: Desk) -> Account:
    """The parent of the demo school, who acts and can be written to."""
    [account] = desk.rows(Account, Account.username == "parent")
    account.email = ADDRESS
    desk.may(P.ACCOUNT_OWN_USE, account_id=account.id)
    return account


def begin(desk: Desk, account_id: UUID) -> AccountSession:
    session = AccountSession(
        account_id=account_id,
        token_hash=uuid4().hex,
        started_at=desk.context.now,
        seen_at=desk.context.now,
        browser="",
    )
    desk.context.session.add(session)
    desk.context.session.flush()
    return session


def ended(*sessions: AccountSession) -> list[datetime | None]:
    return [session.ended_at for session in sessions]


def acts(desk: Desk, account: Account, action: AuditAction) -> int:
    found = desk.rows(AuditEntry, AuditEntry.action == action)
    return [entry.subject_id for entry in found].count(account.id)


@pytest.mark.clause("POL-4.2.3")
def test_new_password_ends_other_sessions_and_older_links_and_is_told(
    desk: Desk, owner: Account
) -> None:
    stays, ends = begin(desk, owner.id), begin(desk, owner.id)
    owner.reset_asked_at = desk.context.now
    generation = owner.password_generation = 4
    change_password(desk.context, ChangePassword(password_hash="new", session_id=stays.id))
    assert (owner.password_hash, owner.password_generation) == ("new", generation + 1)
    assert owner.reset_asked_at is None
    desk.context.session.refresh(ends)
    desk.context.session.refresh(stays)
    assert ended(stays, ends) == [None, desk.context.now]
    assert acts(desk, owner, AuditAction.ACCOUNT_PASSWORD_CHANGED) == 1
    [letter] = desk.rows(OutboxLetter)
    assert (letter.kind, letter.recipient) == ("password_changed", ADDRESS)
    assert (letter.secret, letter.subject_id) == (SecretKind.NONE, owner.id)


def test_address_is_changed_and_taken_away(desk: Desk, owner: Account) -> None:
    change_email(desk.context, ChangeEmail(email="new@example.org"))
    assert owner.email == "new@example.org"
    change_email(desk.context, ChangeEmail(email=""))
    assert owner.email is None
    assert acts(desk, owner, AuditAction.ACCOUNT_EMAIL_CHANGED) == 2


def test_only_an_account_changes_itself(desk: Desk, owner: Account) -> None:
    commands = (
        lambda: change_email(desk.context, ChangeEmail(email="")),
        lambda: change_password(
            desk.context, ChangePassword(password_hash="new", session_id=uuid4())
        ),
    )
    for permissions, account_id, error in (
        ((), owner.id, NotAllowed),
        ((P.ACCOUNT_OWN_USE,), None, NotFound),
        ((P.ACCOUNT_OWN_USE,), uuid4(), NotFound),
    ):
        desk.may(*permissions, account_id=account_id)
        for act in commands:
            with pytest.raises(error) as refusal:
                act()
            if error is NotFound:
                assert refusal.value.code == "account_unknown"
    assert (owner.email, owner.password_generation) == (ADDRESS, 0)


@pytest.mark.clause("POL-4.2.3")
@pytest.mark.parametrize("known_as", ["parent", ADDRESS])
def test_link_to_a_new_password_is_sent_to_the_account_of_that_name(
    desk: Desk, owner: Account, known_as: str
) -> None:
    desk.may(P.SCHOOL_SETTINGS_EDIT)
    desk.setting(reset_minutes=30)
    now = desk.later(hours=1)
    ask_reset(desk.context, AskReset(known_as=known_as))
    assert owner.reset_asked_at == now
    assert acts(desk, owner, AuditAction.ACCOUNT_PASSWORD_RESET_ASKED) == 1
    [letter] = desk.rows(OutboxLetter)
    assert (letter.kind, letter.secret) == ("password_reset", SecretKind.PASSWORD_RESET)
    assert (letter.recipient, letter.subject_id) == (ADDRESS, owner.id)
    until = (now + timedelta(minutes=30)).astimezone(desk.context.zone)
    assert f"{until:%H:%M}" in letter.text


def test_link_is_sent_to_nobody_who_is_not_meant(desk: Desk, owner: Account) -> None:
    ask_reset(desk.context, AskReset(known_as="nobody"))
    assert desk.rows(OutboxLetter) == []
    assert owner.reset_asked_at is None


@pytest.mark.clause("POL-4.2.3")
def test_link_opens_for_its_minutes_and_not_a_second_longer(desk: Desk, owner: Account) -> None:
    assert not is_reset_open(desk.context, owner)
    owner.reset_asked_at = desk.context.now
    desk.later(minutes=60, seconds=-1)
    assert is_reset_open(desk.context, owner)
    desk.later(seconds=1)
    assert not is_reset_open(desk.context, owner)


@pytest.mark.clause("POL-4.2.3")
def test_link_sets_the_password_once_and_ends_every_session(desk: Desk, owner: Account) -> None:
    session = begin(desk, owner.id)
    command = ResetPassword(
        account_id=owner.id, generation=owner.password_generation, password_hash="new"
    )
    assert not reset_password(desk.context, command), "no link was asked for"
    owner.reset_asked_at = desk.context.now
    assert reset_password(desk.context, command)
    assert owner.password_hash == "new"
    desk.context.session.refresh(session)
    assert ended(session) == [desk.context.now]
    owner.reset_asked_at = desk.context.now
    assert not reset_password(desk.context, command), "it was made for the older password"
