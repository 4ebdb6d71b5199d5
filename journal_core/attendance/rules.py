"""How presence is read."""

from journal_core.attendance.terms import PRESENCE_SIGNS, Presence
from journal_core.errors import RuleBroken

_PRESENCE = {sign: presence for presence, sign in PRESENCE_SIGNS.items()}


def read_presence(text: str) -> Presence | None:
    """«н» absent, «оп» late, "" there (INS-3.3.18). Raises RuleBroken `presence_unknown`."""
    told = text.strip().casefold()
    if not told:
        return None
    if told not in _PRESENCE:
        raise RuleBroken("presence_unknown", "INS-3.3.18")
    return _PRESENCE[told]
