"""The demo's parent, to whom the diary writes."""

from journal_core.access.queries import account_named
from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.context import Actor
from portal.perform import perform_in
from portal.state import Portal
from workflows.account import ChangeEmail, ConfirmEmail, change_email, confirm_email

EMAIL = "parent@example.com"


def tell_address(portal: Portal) -> None:
    """The parent gives an address and opens the link in the letter that came to it."""
    with portal.database.reading() as session:
        account = account_named(session, "parent")
    if account is None:
        return
    parent = Actor(
        label=account.username,
        permissions=ROLE_PERMISSIONS[Role.PARENT],
        account_id=account.id,
        person_id=account.person_id,
    )
    perform_in(portal, parent, change_email, ChangeEmail(email=EMAIL))
    perform_in(portal, parent, confirm_email, ConfirmEmail(email=EMAIL))
