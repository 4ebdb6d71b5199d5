"""Who looked at personal data, what is erased when, and all that is kept about a person."""

from portal.privacy.views import blueprint

__all__ = ["blueprint"]
