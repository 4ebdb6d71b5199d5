"""The class teacher's printed report to parents (POL-2.2.6, INS-2.5, INS-3.2.5)."""

from portal.parents_report.views import blueprint

__all__ = ["blueprint"]
