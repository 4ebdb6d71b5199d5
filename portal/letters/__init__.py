"""The letters that the demo keeps instead of sending."""

from portal.letters.views import blueprint

__all__ = ["blueprint"]
