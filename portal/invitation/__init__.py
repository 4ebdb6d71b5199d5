"""Turning an invitation code into an account."""

from portal.invitation.views import blueprint

__all__ = ["blueprint"]
