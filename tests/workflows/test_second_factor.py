"""The second factor: set up, asked, replaced by a backup code, taken off."""

from uuid import UUID, uuid4

import pyotp
import pytest

from journal_core.access.models import Account, AccountSession, BackupCode, SecondFactor
from journal_core.access.rules import BACKUP_CODES
from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction as A
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.notifications.models import OutboxLetter
from tests.workflows.desk import Desk
from workflows.second_factor import (
    CheckCode,
    RemoveFactor,
    RenewBackupCodes,
    ResetFactor,
    SetUpFactor,
    check_code,
    is_factor_required,
    remove_factor,
    renew_backup_codes,
    reset_factor,
    set_up_factor,
)

P = Permission


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def account(desk: Desk, username: str) -> Account:
    [found] = desk.rows(Account, Account.username == username)
    found.email = f"{username}@example.org"
    return found


@pytest.fixture
def owner(desk: Desk) -> Account:
    return account(desk, "head")


@pytest.fixture
def phone() -> pyotp.TOTP:
    return pyotp.TOTP(pyotp.random_base32())


def session_of(desk: Desk, owner: Account) -> AccountSession:
    begun = AccountSession(
        account_id=owner.id, token_hash=uuid4().hex, started_at=desk.context.now,
        seen_at=desk.context.now, browser="",
    )  # fmt: skip
    desk.context.session.add(begun)
    desk.context.session.flush()
    return begun


def set_up(
    desk: Desk, owner: Account, phone: pyotp.TOTP, *, kept: UUID | None = None, code: str = ""
) -> tuple[str, ...] | None:
    command = SetUpFactor(
        account_id=owner.id,
        secret=phone.secret,
        code=code or phone.at(desk.context.now),
        kept_session=kept,
    )
    codes = set_up_factor(desk.context, command)
    desk.context.session.flush()
    return codes


def opens(desk: Desk, owner: Account, typed: str) -> bool:
    return check_code(desk.context, CheckCode(account_id=owner.id, typed=typed))


def acts(desk: Desk, owner: Account) -> list[A]:
    entries = desk.rows(AuditEntry, AuditEntry.subject_id == owner.id)
    return [entry.action for entry in sorted(entries, key=lambda entry: entry.id)]


def factor_of(desk: Desk, owner: Account) -> SecondFactor | None:
    return next(iter(desk.rows(SecondFactor, SecondFactor.account_id == owner.id)), None)


@pytest.mark.clause("POL-4.2.3")
def test_app_is_set_up_with_its_code_and_other_sessions_end(
    desk: Desk, owner: Account, phone: pyotp.TOTP
) -> None:
    kept, ends = session_of(desk, owner), session_of(desk, owner)
    codes = set_up(desk, owner, phone, kept=kept.id)
    assert codes is not None
    assert len(set(codes)) == BACKUP_CODES
    factor = factor_of(desk, owner)
    assert factor is not None
    assert desk.context.keys.unseal(factor.sealed_secret) == phone.secret
    assert factor.since == desk.context.now
    for one in (kept, ends):
        desk.context.session.refresh(one)
    assert (kept.ended_at, ends.ended_at) == (None, desk.context.now)
    assert acts(desk, owner)[-3:] == [
        A.ACCOUNT_FACTOR_SET_UP, A.ACCOUNT_SIGNED_OUT, A.ACCOUNT_BACKUP_CODES_MADE,
    ]  # fmt: skip
    [letter] = desk.rows(OutboxLetter)
    assert (letter.kind, letter.recipient) == ("factor_changed", owner.email)


@pytest.mark.clause("POL-4.2.3")
def test_wrong_code_sets_up_nothing_and_is_a_miss(
    desk: Desk, owner: Account, phone: pyotp.TOTP
) -> None:
    assert set_up(desk, owner, phone, code="000000") is None
    assert (factor_of(desk, owner), acts(desk, owner)[-1]) == (None, A.ACCOUNT_FACTOR_MISSED)


@pytest.mark.clause("POL-4.2.3")
def test_password_alone_replaces_no_app(desk: Desk, owner: Account, phone: pyotp.TOTP) -> None:
    set_up(desk, owner, phone)
    other = pyotp.TOTP(pyotp.random_base32())
    assert set_up(desk, owner, other) is None
    assert acts(desk, owner)[-1] is A.ACCOUNT_FACTOR_MISSED
    desk.later(minutes=1)
    assert opens(desk, owner, phone.at(desk.context.now))
    assert set_up(desk, owner, other, kept=session_of(desk, owner).id) is not None
    desk.later(minutes=1)
    assert not opens(desk, owner, phone.at(desk.context.now))
    assert opens(desk, owner, other.at(desk.context.now))


@pytest.mark.clause("POL-4.2.3")
def test_code_opens_the_account_once(desk: Desk, owner: Account, phone: pyotp.TOTP) -> None:
    set_up(desk, owner, phone)
    assert not opens(desk, owner, phone.at(desk.context.now)), "it proved the app"
    desk.later(minutes=1)
    code = phone.at(desk.context.now)
    assert [opens(desk, owner, code) for _turn in range(2)] == [True, False]
    assert acts(desk, owner)[-1] is A.ACCOUNT_FACTOR_MISSED
    assert not opens(desk, account(desk, "deputy"), code), "without a factor nothing opens"


@pytest.mark.clause("POL-4.2.3")
def test_backup_code_opens_its_own_account_once(
    desk: Desk, owner: Account, phone: pyotp.TOTP
) -> None:
    codes = set_up(desk, owner, phone)
    other = account(desk, "deputy")
    set_up(desk, other, pyotp.TOTP(pyotp.random_base32()))
    assert codes is not None
    assert not opens(desk, other, codes[0])
    assert [opens(desk, owner, codes[0].lower()) for _turn in range(2)] == [True, False]
    [used] = desk.rows(BackupCode, BackupCode.used_at.is_not(None))
    assert (used.account_id, used.used_at) == (owner.id, desk.context.now)
    assert acts(desk, owner)[-2:] == [A.ACCOUNT_BACKUP_CODE_USED, A.ACCOUNT_FACTOR_MISSED]
    assert not opens(desk, owner, "?")


def test_printed_backup_code_opens_for_ever(desk: Desk, owner: Account, phone: pyotp.TOTP) -> None:
    """It is kept as this hash: another way of hashing would close every sheet in a drawer."""
    codes = set_up(desk, owner, phone) or ()
    hashed = {
        desk.context.keys.digest("backup_code", f"{owner.id}:{code}", 0).hex() for code in codes
    }
    assert hashed == {one.code_hash for one in desk.rows(BackupCode)}


def test_app_sealed_with_another_key_opens_nothing(
    desk: Desk, owner: Account, phone: pyotp.TOTP
) -> None:
    set_up(desk, owner, phone)
    factor = factor_of(desk, owner)
    assert factor is not None
    factor.sealed_secret = "unreadable"
    desk.later(minutes=1)
    assert not opens(desk, owner, phone.at(desk.context.now))


@pytest.mark.clause("POL-4.2.3")
def test_new_backup_codes_replace_the_old_ones_of_the_account_alone(
    desk: Desk, owner: Account, phone: pyotp.TOTP
) -> None:
    old = set_up(desk, owner, phone)
    other = account(desk, "deputy")
    of_other = set_up(desk, other, pyotp.TOTP(pyotp.random_base32()))
    assert old is not None
    assert of_other is not None
    desk.may(P.ACCOUNT_OWN_USE, account_id=owner.id)
    new = renew_backup_codes(desk.context, RenewBackupCodes())
    assert not opens(desk, owner, old[0])
    assert opens(desk, owner, new[0])
    assert opens(desk, other, of_other[0])


@pytest.mark.clause("POL-4.2.3")
def test_factor_is_taken_off_by_its_owner_unless_the_school_wants_it(
    desk: Desk, owner: Account, phone: pyotp.TOTP
) -> None:
    desk.setting(second_factor_required=True)
    set_up(desk, owner, phone)
    desk.may(P.ACCOUNT_OWN_USE, account_id=owner.id)
    with pytest.raises(RuleBroken) as refusal:
        remove_factor(desk.context, RemoveFactor())
    assert (refusal.value.code, refusal.value.clause) == ("factor_required", "POL-4.2.3")
    desk.may(P.SCHOOL_SETTINGS_EDIT)
    desk.setting(second_factor_required=False)
    desk.may(P.ACCOUNT_OWN_USE, account_id=owner.id)
    remove_factor(desk.context, RemoveFactor())
    assert (factor_of(desk, owner), desk.rows(BackupCode)) == (None, [])
    assert acts(desk, owner)[-1] is A.ACCOUNT_FACTOR_REMOVED
    assert len(desk.rows(OutboxLetter)) == 2
    for act in (
        lambda: remove_factor(desk.context, RemoveFactor()),
        lambda: renew_backup_codes(desk.context, RenewBackupCodes()),
    ):
        with pytest.raises(NotFound, match=r"^factor_unknown$"):
            act()


@pytest.mark.clause("POL-4.2.3")
def test_lost_phone_is_taken_off_by_a_colleague(
    desk: Desk, owner: Account, phone: pyotp.TOTP
) -> None:
    set_up(desk, owner, phone)
    session = session_of(desk, owner)
    desk.may(P.ACCOUNT_FACTOR_RESET, account_id=owner.id)
    with pytest.raises(RuleBroken) as refusal:
        reset_factor(desk.context, ResetFactor(account_id=owner.id))
    assert (refusal.value.code, refusal.value.clause) == ("not_for_oneself", "POL-4.2.3")
    desk.may(P.ACCOUNT_FACTOR_RESET, account_id=account(desk, "curator").id)
    reset_factor(desk.context, ResetFactor(account_id=owner.id))
    desk.context.session.refresh(session)
    assert (factor_of(desk, owner), session.ended_at) == (None, desk.context.now)
    assert A.ACCOUNT_FACTOR_RESET in acts(desk, owner)
    assert len(desk.rows(OutboxLetter)) == 2
    with pytest.raises(NotFound, match=r"^factor_unknown$"):
        reset_factor(desk.context, ResetFactor(account_id=owner.id))


@pytest.mark.parametrize(
    ("username", "setting", "required"),
    [("head", True, True), ("head", False, False), ("teacher", True, False)],
)
def test_school_wants_a_factor_of_those_who_see_all_of_it(
    desk: Desk,
    username: str,
    setting: bool,  # noqa: FBT001 - a value of the table
    required: bool,  # noqa: FBT001 - a value of the table
) -> None:
    desk.setting(second_factor_required=setting)
    owner = account(desk, username)
    today = desk.context.today
    assert is_factor_required(desk.context.session, owner.id, today) is required


def test_each_act_is_for_those_who_may(desk: Desk, owner: Account) -> None:
    desk.may(account_id=owner.id)
    for act in (
        lambda: renew_backup_codes(desk.context, RenewBackupCodes()),
        lambda: remove_factor(desk.context, RemoveFactor()),
        lambda: reset_factor(desk.context, ResetFactor(account_id=owner.id)),
    ):
        with pytest.raises(NotAllowed):
            act()
