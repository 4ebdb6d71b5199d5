"""The request, step by step."""

from portal.apply.views import blueprint

__all__ = ["blueprint"]
