"""Consents to process personal data: the register by class, sheets, copies, withdrawals (FRM-3)."""

from portal.consents import card, register
from portal.consents.blueprint import blueprint

__all__ = ["blueprint", "card", "register"]
