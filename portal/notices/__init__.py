"""What families are told by e-mail: their own switches, and the worker's step (POL-2.2.6)."""

from portal.notices.views import blueprint

__all__ = ["blueprint"]
