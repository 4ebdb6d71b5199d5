"""Words of the curriculum and of its approvals."""

from enum import StrEnum


class ApprovalKind(StrEnum):
    """What the head approves, each by its own day (INS-3.6.1–3.6.4)."""

    CURRICULUM = "curriculum"
    LOAD = "load"
    TARIFF = "tariff"
    TIMETABLE = "timetable"


class ApprovalState(StrEnum):
    DRAWN_UP = "drawn_up"
    SENT = "sent"
    APPROVED = "approved"
