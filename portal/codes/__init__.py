"""Codes for classes and for the staff (POL-3.4.3, POL-3.5.6)."""

from portal.codes.views import blueprint

__all__ = ["blueprint"]
