"""The weekly update of the diary, on screen."""

from portal.weekly_duty.views import blueprint

__all__ = ["blueprint"]
