"""Periods, holidays and bells of the academic year."""

from portal.academic_year.views import blueprint

__all__ = ["blueprint"]
