"""A new password for one who came to the school; a code for a role never sets one."""

import re
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from journal_core.access.models import Account
from journal_core.access.terms import Role
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import RuleBroken
from journal_core.invitations.models import Invitation
from journal_core.people.models import Person, Pupil
from portal.mail import MailServer
from portal.outbox import send_due
from portal.passwords import hasher
from portal.perform import perform_as_operator
from portal.state import Portal
from tests.clock import FrozenClock
from tests.inbox import Inbox
from tests.portal.phone import Phone
from tests.portal.story import (
    PASSWORD,
    Browser,
    date_parts,
    sealed_codes,
    seed,
    signed_in,
)
from workflows.invitation import (
    CodeFor,
    IssueCodes,
    RedeemInvitation,
    issue_codes,
    prepare_code,
    redeem_invitation,
)

NEW = "quite another password"
AGE_DAYS = 12 * 366 + 30


def _found(staff: Browser, name: str) -> str:
    """Find the account by name; returns the path of its page."""
    staff.open(f"/office/recovery?q={name}")
    path = staff.found(r'href="(/office/recovery/[0-9a-f-]+)"')
    staff.open(path)
    return path


def _recovery_code(app: Flask, staff: Browser, name: str) -> str:
    path = _found(staff, name)
    staff.send(path, shown="passport")
    return sealed_codes(app)[0]


def _redeem(app: Flask, code: str, **answers: object) -> Browser:
    visitor = Browser(app)
    visitor.open("/invitation")
    visitor.send("/invitation", code=code)
    visitor.send("/invitation/account", password=NEW, **answers)
    return visitor


def _signs_in(app: Flask, username: str, password: str) -> bool:
    visitor = Browser(app)
    visitor.open("/login")
    visitor.send("/login", username=username, password=password)
    return visitor.open("/account").request.path == "/account"


def _issue_role(app: Flask, username: str, role: Role) -> str:
    """A code for one more role of the person behind the account."""
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        person_id = session.scalars(
            select(Account.person_id).where(Account.username == username)
        ).one()
        pupil_id = session.scalars(
            select(Pupil.id).join(Person, Person.id == Pupil.person_id).order_by(Person.sort_key)
        ).first()
    with app.app_context():
        code = CodeFor(
            prepared=prepare_code(hasher()),
            person_id=person_id,
            role=role,
            pupil_id=pupil_id if role is Role.PARENT else None,
        )
        perform_as_operator(issue_codes, IssueCodes(codes=(code,)))
    return code.prepared.code


def _unsigned(app: Flask, last_name: str) -> RedeemInvitation:
    """The only code, redeemed with a new password by somebody who is not signed in."""
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        invitation_id = session.scalars(select(Invitation.id)).one()
    return RedeemInvitation(
        invitation_id=invitation_id,
        birth_date=None,
        last_name=last_name,
        username="",
        password_hash="",
        account_id=None,
    )


@pytest.mark.clause("POL-4.2.3")
def test_parent_without_an_address_gets_a_new_password_at_the_school(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    parent = signed_in(app, "parent")
    secretary = signed_in(app, "secretary")
    path = _found(secretary, "петрова")
    assert "Петров Кирилл Алексеевич" in secretary.text
    secretary.send(path, shown="passport")
    slip = PdfReader(BytesIO(secretary.open(f"{path}/slip.pdf").data)).pages[0].extract_text()
    assert "Код для нового пароля" in slip
    assert "придумайте имя для входа" not in slip
    code = sealed_codes(app)[0]
    secretary.open(path)
    secretary.send(f"{path}/hand-over")
    assert sealed_codes(app) == []
    assert secretary.open(f"{path}/slip.pdf").status_code == HTTPStatus.NOT_FOUND
    assert _signs_in(app, "parent", PASSWORD), "the old password holds until the code is used"

    visitor = Browser(app)
    visitor.open("/invitation")
    visitor.send("/invitation", code=code)
    assert 'name="username"' not in visitor.text
    born = clock().date() - timedelta(days=AGE_DAYS)
    visitor.send("/invitation/account", password=NEW, **date_parts("child_birth_date", born))
    assert "Имя для входа: parent" in visitor.text
    assert parent.open("/account").request.path == "/login"
    assert (_signs_in(app, "parent", PASSWORD), _signs_in(app, "parent", NEW)) == (False, True)


def test_recovery_code_works_once_and_wants_the_second_answer(app: Flask) -> None:
    seed(app)
    code = _recovery_code(app, signed_in(app, "secretary"), "Орлова")
    assert "Сведения не совпали" in _redeem(app, code, last_name="Другая").text
    assert "Имя для входа: teacher" in _redeem(app, code, last_name="орлова").text
    again = Browser(app)
    again.open("/invitation")
    again.send("/invitation", code=code)
    assert "Такого кода нет" in again.text


def test_recovery_voids_a_letters_link_and_is_told_to_the_owner(app: Flask, inbox: Inbox) -> None:
    seed(app)
    owner = signed_in(app, "teacher")
    owner.open("/account")
    owner.send("/account/email", email="teacher@example.com")
    visitor = Browser(app)
    visitor.open("/login/reset")
    visitor.send("/login/reset", username="teacher")
    with app.app_context():
        send_due(MailServer(inbox.url))
    link = re.search(r"(/login/reset/\S+)", inbox.letters[-1].get_content())
    assert link is not None
    _redeem(app, _recovery_code(app, signed_in(app, "secretary"), "Орлова"), last_name="Орлова")
    visitor.open(link.group(1))
    assert "Ссылка больше не действует" in visitor.text
    with app.app_context():
        send_due(MailServer(inbox.url))
    assert inbox.letters[-1]["Subject"] == "Пароль изменён"


@pytest.mark.clause("POL-4.2.3")
def test_recovery_does_not_pass_the_second_step(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    owner = signed_in(app, "teacher")
    owner.open("/account/second-step")
    phone = Phone(owner.text, clock)
    owner.send("/account/second-step", current_password=PASSWORD, code=phone.code())
    code = _recovery_code(app, signed_in(app, "secretary"), "Орлова")
    visitor = _redeem(app, code, last_name="Орлова")
    assert "Второй шаг входа" in visitor.text
    assert visitor.open("/account").request.path == "/login"


@pytest.mark.clause("POL-4.2.3")
def test_document_shown_is_asked_and_its_kind_alone_is_on_record(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    secretary = signed_in(sqlite_app, "secretary")
    path = _found(secretary, "Орлова")
    assert secretary.send(path).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sealed_codes(sqlite_app) == []
    secretary.send(path, shown="passport", number="45 00 123456")
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.ACCOUNT_RECOVERY_ISSUED)
        ).one()
    assert entry.actor_label == "Белова Ольга Андреевна"
    assert (entry.details["shown"], set(entry.details)) == ("passport", {"shown", "invitation"})


def test_new_recovery_code_ends_the_one_before_and_may_be_revoked(app: Flask) -> None:
    seed(app)
    secretary = signed_in(app, "secretary")
    first = _recovery_code(app, secretary, "Орлова")
    second = _recovery_code(app, secretary, "Орлова")
    assert sealed_codes(app) == [second]
    secretary.send(f"{_found(secretary, 'Орлова')}/revoke")
    for code in (first, second):
        visitor = Browser(app)
        visitor.open("/invitation")
        visitor.send("/invitation", code=code)
        assert "Такого кода нет" in visitor.text


@pytest.mark.clause("POL-4.2.3")
@pytest.mark.parametrize("name", ["Громова", "Лебедев", "Соколов"])
def test_secretary_gives_no_new_password_to_who_opens_the_whole_school(
    sqlite_app: Flask, name: str
) -> None:
    seed(sqlite_app)
    secretary = signed_in(sqlite_app, "secretary")
    path = _found(secretary, name)
    assert "даёт администратор журнала" in secretary.text
    assert secretary.send(path, shown="passport").status_code == HTTPStatus.FORBIDDEN
    assert sealed_codes(sqlite_app) == []


def test_administrator_gives_one_to_the_head_and_the_secretary_cannot_read_it(
    sqlite_app: Flask,
) -> None:
    seed(sqlite_app)
    curator, secretary = signed_in(sqlite_app, "curator"), signed_in(sqlite_app, "secretary")
    code = _recovery_code(sqlite_app, curator, "Громова")
    path = _found(secretary, "Громова")
    assert secretary.open(f"{path}/slip.pdf").status_code == HTTPStatus.FORBIDDEN
    secretary.open(path)
    assert secretary.send(f"{path}/revoke").status_code == HTTPStatus.FORBIDDEN
    assert "Имя для входа: head" in _redeem(sqlite_app, code, last_name="Громова").text


@pytest.mark.parametrize(("username", "name"), [("secretary", "Белова"), ("curator", "Соколов")])
def test_nobody_makes_a_recovery_code_for_the_own_account(
    sqlite_app: Flask, username: str, name: str
) -> None:
    seed(sqlite_app)
    staff = signed_in(sqlite_app, username)
    path = _found(staff, name)
    assert staff.send(path, shown="passport").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert sealed_codes(sqlite_app) == []


def test_search_finds_open_accounts_by_any_spelling_and_says_when_there_is_none(
    sqlite_app: Flask,
) -> None:
    seed(sqlite_app)
    secretary = signed_in(sqlite_app, "secretary")
    secretary.open("/office/recovery?q=ПЕТРОВ")
    assert secretary.text.count('href="/office/recovery/') == 2
    secretary.open("/office/recovery?q=Семёнова")
    assert "нужен пригласительный код" in secretary.text
    secretary.open("/office/recovery?q=%25")
    assert "нужен пригласительный код" in secretary.text
    unknown = "/office/recovery/00000000-0000-0000-0000-000000000001"
    assert secretary.open(unknown).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.clause("POL-4.2.3")
def test_code_for_a_role_sets_no_password_but_asks_to_sign_in(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    code = _issue_role(sqlite_app, "teacher", Role.DEPUTY)
    visitor = Browser(sqlite_app)
    visitor.open("/invitation")
    visitor.send("/invitation", code=code)
    assert "Войдите в свой кабинет" in visitor.text
    visitor.open("/invitation")
    refused = visitor.send("/invitation/account", last_name="Орлова", password=NEW)
    assert "Войдите в свой кабинет" in visitor.text
    assert refused.request.path == "/invitation/account"
    with sqlite_app.app_context(), pytest.raises(RuleBroken, match="sign_in_first"):
        perform_as_operator(redeem_invitation, _unsigned(sqlite_app, "Орлова"))
    assert _signs_in(sqlite_app, "teacher", PASSWORD)

    visitor.open("/login?next=/invitation/account")
    visitor.send("/login?next=/invitation/account", username="teacher", password=PASSWORD)
    assert 'name="password"' not in visitor.text
    visitor.send("/invitation/account", last_name="Орлова")
    visitor.open("/account")
    assert "заместитель директора" in visitor.text
    assert _signs_in(sqlite_app, "teacher", PASSWORD)


def test_code_of_another_person_adds_nothing_to_the_account_signed_in(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    code = _issue_role(sqlite_app, "teacher", Role.DEPUTY)
    parent = signed_in(sqlite_app, "parent")
    parent.open("/invitation")
    parent.send("/invitation", code=code)
    response = parent.send("/invitation/account", last_name="Орлова")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "другому человеку" in parent.text


def test_who_has_an_account_is_given_no_code_for_the_same_role(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/office/codes?group=staff")
    assert 'name="holder"' not in curator.text
    path = curator.found(r'href="(/office/recovery/[0-9a-f-]+)"')
    assert curator.open(path).status_code == HTTPStatus.OK


@pytest.mark.clause("POL-4.2.3")
def test_administrator_resets_a_colleagues_second_step_on_record(
    app: Flask, clock: FrozenClock
) -> None:
    seed(app)
    owner = signed_in(app, "head")
    owner.open("/account/second-step")
    code = Phone(owner.text, clock).code()
    owner.send("/account/second-step", current_password=PASSWORD, code=code)
    assert not _signs_in(app, "head", PASSWORD)
    secretary = signed_in(app, "secretary")
    path = _found(secretary, "Громова")
    refused = secretary.send(f"{path}/reset-second-step")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    curator = signed_in(app, "curator")
    curator.open(path)
    curator.send(f"{path}/reset-second-step")
    assert "сброшен" in curator.text
    assert owner.open("/account").request.path == "/login"
    assert _signs_in(app, "head", PASSWORD)
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == AuditAction.ACCOUNT_FACTOR_RESET)
        ).one()
    assert entry.actor_label == "Соколов Денис Юрьевич"


def test_administrator_cannot_reset_the_own_second_step(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    seed(sqlite_app)
    curator = signed_in(sqlite_app, "curator")
    curator.open("/account/second-step")
    code = Phone(curator.text, clock).code()
    curator.send("/account/second-step", current_password=PASSWORD, code=code)
    path = _found(curator, "Соколов")
    assert "Сбросить второй шаг" not in curator.text
    refused = curator.send(f"{path}/reset-second-step")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not _signs_in(sqlite_app, "curator", PASSWORD)
    answer = sqlite_app.test_cli_runner().invoke(
        args=["users", "reset-second-step", "--username", "curator"]
    )
    assert answer.exit_code == 0, answer.output
    assert _signs_in(sqlite_app, "curator", PASSWORD)
    answer = sqlite_app.test_cli_runner().invoke(
        args=["users", "reset-second-step", "--username", "curator"]
    )
    assert "has no second step" in answer.output
