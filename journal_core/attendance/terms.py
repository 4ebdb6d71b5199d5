"""Presence in a lesson by its teacher, the reason of an absence by the class teacher."""

from enum import StrEnum


class Presence(StrEnum):
    """What is written of one who was not there from the beginning to the end."""

    ABSENT = "absent"
    LATE = "late"


class ReasonCode(StrEnum):
    """Why a pupil was away: У, Н, Б (INS-3.2.3)."""

    EXCUSED = "excused"
    UNEXCUSED = "unexcused"
    ILL = "ill"


#: What the journal shows; letters are the regulation's own.
PRESENCE_SIGNS = {Presence.ABSENT: "н", Presence.LATE: "оп"}
REASON_SIGNS = {ReasonCode.EXCUSED: "У", ReasonCode.UNEXCUSED: "Н", ReasonCode.ILL: "Б"}
