"""The public page of the service."""

from portal.service.views import blueprint

__all__ = ["blueprint"]
