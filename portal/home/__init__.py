"""Where each role lands after signing in."""

from portal.home.views import blueprint

__all__ = ["blueprint"]
