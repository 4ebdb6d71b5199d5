"""Attendance: reasons by the class teacher, announcements by the family (INS-3.2.3, POL-3.5.3)."""

from portal.attendance import family, reasons, school_class
from portal.attendance.blueprint import blueprint

__all__ = ["blueprint", "family", "reasons", "school_class"]
