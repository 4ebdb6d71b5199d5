"""Corrections of closed cells: asked from the cell, decided by the deputy (INS-3.3.13)."""

from portal.corrections.views import blueprint

__all__ = ["blueprint"]
