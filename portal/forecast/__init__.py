"""What period marks may still become, for those who teach and lead (INS-3.3.20)."""

from portal.forecast.views import blueprint

__all__ = ["blueprint"]
