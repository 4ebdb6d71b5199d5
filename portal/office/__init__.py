"""The office: today, the case, the counter."""

from portal.office.views import blueprint

__all__ = ["blueprint"]
