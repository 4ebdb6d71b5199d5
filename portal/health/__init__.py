"""Whether the portal is alive and ready."""

from portal.health.views import blueprint

__all__ = ["blueprint"]
