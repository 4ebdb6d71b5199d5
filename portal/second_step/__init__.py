"""The second step of signing in."""

from portal.second_step.views import blueprint

__all__ = ["blueprint"]
