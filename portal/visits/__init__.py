"""Visits with the originals: chosen by the applicant, or by the secretary for one who calls."""

from portal.visits.views import blueprint

__all__ = ["blueprint"]
