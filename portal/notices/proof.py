"""The link in a letter that proves whose the address is."""

from journal_core.access.models import Account
from portal.state import current_portal


def email_token(account: Account) -> str:
    """Only for this address of this account: with another one the link opens nothing."""
    return current_portal().keys.link_token(f"email:{account.email}", account.id, 0)


def proves_email(account: Account, token: str) -> bool:
    """Whether the link was sent to the address that the account has now."""
    return current_portal().keys.is_link_token(token, f"email:{account.email}", account.id, 0)
