"""Why a teacher is away."""

from enum import StrEnum


class AbsenceReason(StrEnum):
    ILLNESS = "illness"
    TRIP = "trip"
    TRAINING = "training"
    LEAVE = "leave"
    OTHER = "other"
