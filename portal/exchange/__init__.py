"""The school's lists in and out as spreadsheets."""

from portal.exchange.views import blueprint

__all__ = ["blueprint"]
