"""The signed-in person, for Flask-Login and for the layouts."""

from flask_login import UserMixin

from journal_core.access.terms import SignedInAccount
from journal_core.people.queries import signed_in_account
from portal.home.labels import ROLE_NAMES
from portal.state import reading


class SignedInUser(UserMixin):  # type: ignore[misc]
    """A live session. Its id is the session's random token, so signing out is real."""

    def __init__(self, token: str, account: SignedInAccount) -> None:
        self.id = token
        self.account = account
        self.name = account.full_name

    @property
    def role_label(self) -> str:
        return ", ".join(str(ROLE_NAMES[role]) for role in sorted(self.account.roles))


def load_signed_in(token: str) -> SignedInUser | None:
    account = signed_in_account(reading(), token)
    return SignedInUser(token, account) if account else None
