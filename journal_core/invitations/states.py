"""Named states of an invitation."""

from enum import StrEnum


class InvitationState(StrEnum):
    ISSUED = "issued"
    DELIVERED = "delivered"
    REDEEMED = "redeemed"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"


class Handover(StrEnum):
    """How a code was told (SVC-3.4.3)."""

    IN_PERSON = "in_person"
    EMAIL = "email"
    PHONE = "phone"
