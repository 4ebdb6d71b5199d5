"""The signed-in person, for Flask-Login and for the layouts."""

from datetime import timedelta

from flask import request
from flask_login import UserMixin

from journal_core.access.commands import touch_session
from journal_core.access.terms import SignedInAccount
from journal_core.people.queries import signed_in_account
from portal.home.labels import ROLE_NAMES
from portal.navigation import school
from portal.perform import perform_as_system
from portal.state import now, reading, today

#: How exactly the last use of a session is kept.
SEEN_EVERY = timedelta(minutes=1)
#: What an open page asks by itself: it says nothing of anybody being there (POL-4.2.5).
UNATTENDED = frozenset({"journal.changes"})


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
    """Flask-Login's loader. Two kinds of session no longer count.

    A member of staff's that is idle (POL-4.2.5), and one without the second factor that the
    school wants of the account (POL-4.2.3).
    """
    account = signed_in_account(reading(), token, today())
    if account is None:
        return None
    idle = now() - account.seen_at
    if account.is_staff and idle > timedelta(minutes=school().staff_idle_minutes):
        return None
    if school().second_factor_required and account.needs_factor and not account.has_factor:
        return None
    if idle > SEEN_EVERY and request.endpoint not in UNATTENDED:
        perform_as_system(touch_session, account.session_id)
    return SignedInUser(token, account)
