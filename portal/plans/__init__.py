"""Thematic plans: the base, a plan, its rows, copies, plan against fact, re-laying (POL-2.2.2)."""

from portal.plans import base, fact, plan
from portal.plans.blueprint import blueprint

__all__ = ["base", "blueprint", "fact", "plan"]
