"""The quality of the service, for the head and the deputy."""

from portal.quality.views import blueprint

__all__ = ["blueprint"]
