"""What an order may be about."""

from enum import StrEnum


class OrderKind(StrEnum):
    ENROLMENT = "enrolment"
    TRANSFER = "transfer"
    LEAVING = "leaving"
    PROMOTION = "promotion"
    GROUPS = "groups"
    STAFFING = "staffing"
    #: Curriculum, load, tariff and timetable are approved by an order too (INS-3.6.1–3.6.4).
    APPROVAL = "approval"
