"""Following a request by its number and key."""

from portal.track.views import blueprint

__all__ = ["blueprint"]
