"""Who looks into the diaries, silent families, the risk group (POL-3.5.5, INS-3.2.6-3.2.8)."""

from portal.diary_visits import families, risk
from portal.diary_visits.blueprint import blueprint

__all__ = ["blueprint", "families", "risk"]
