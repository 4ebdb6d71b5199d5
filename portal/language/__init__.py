"""The language switch."""

from portal.language.views import blueprint

__all__ = ["blueprint"]
