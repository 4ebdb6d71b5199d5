"""What a period mark is of, and how it is proposed."""

from enum import StrEnum


class FinalKind(StrEnum):
    """What the mark sums up. A period is a quarter, trimester or half-year, with its number."""

    PERIOD = "period"
    #: «Полугодие» of grades that go by quarters, where the school gives it.
    HALF_YEAR = "half_year"
    YEAR = "year"
    EXAM = "exam"
    STATE_EXAM = "state_exam"
    FINAL = "final"
