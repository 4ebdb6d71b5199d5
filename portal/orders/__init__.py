"""Orders, what rests on each, and the movement of pupils (POL-3.4.11)."""

from portal.orders.views import blueprint

__all__ = ["blueprint"]
