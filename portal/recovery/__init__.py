"""A new password for one who cannot sign in and came to the school."""

from portal.recovery.views import blueprint

__all__ = ["blueprint"]
