"""Signing in and out."""

from portal.account.views import blueprint

__all__ = ["blueprint"]
