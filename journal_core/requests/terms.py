"""Words and value types of the service request."""

from enum import StrEnum


class RequestState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RECEIVED = "received"
    VERIFIED = "verified"
    CODE_ISSUED = "code_issued"
    COMPLETED = "completed"
    REFUSAL_PREPARED = "refusal_prepared"
    REFUSED = "refused"
    REFUSAL_DELIVERED = "refusal_delivered"
    CANCELLED = "cancelled"


#: What nobody need work on any more.
CLOSED = frozenset({RequestState.COMPLETED, RequestState.REFUSAL_DELIVERED, RequestState.CANCELLED})


class Capacity(StrEnum):
    """In what capacity the applicant acts for the child (SVC-2.5, 2.6.3, 2.6.4)."""

    PARENT = "parent"
    GUARDIAN = "guardian"


class ResultDelivery(StrEnum):
    """How the result reaches the applicant (SVC-3.4.3, FRM-1)."""

    IN_PERSON = "in_person"
    EMAIL = "email"
    PHONE = "phone"


class RefusalDelivery(StrEnum):
    """How a refusal reaches the applicant (FRM-1)."""

    IN_PERSON = "in_person"
    POST = "post"


class DeskTab(StrEnum):
    """What the office looks at: a part of the open requests."""

    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    VISIT = "visit"
    CODE = "code"
    HAND_OVER = "hand_over"
    SIGN = "sign"


class Channel(StrEnum):
    ONLINE = "online"
    COUNTER = "counter"


class RefusalGround(StrEnum):
    """The six grounds for refusal; the list is exhaustive (SVC-2.12, SVC-2.13)."""

    NOT_AN_APPLICANT = "not_an_applicant"  # SVC-2.12.1
    NOT_A_PUPIL = "not_a_pupil"  # SVC-2.12.2
    ADULT = "adult"  # SVC-2.12.3
    DOCUMENTS_UNFIT = "documents_unfit"  # SVC-2.12.4
    DOCUMENTS_CONTRADICT = "documents_contradict"  # SVC-2.12.5
    WITHDRAWN = "withdrawn"  # SVC-2.12.6


class PaperKind(StrEnum):
    """The documents of the service; the list is exhaustive (SVC-2.6, SVC-2.7)."""

    IDENTITY = "identity"  # SVC-2.6.2
    BIRTH_CERTIFICATE = "birth_certificate"  # SVC-2.6.3
    GUARDIANSHIP = "guardianship"  # SVC-2.6.4


class Direction(StrEnum):
    """Where a page goes among those of its document."""

    UP = "up"
    DOWN = "down"


class CloseReason(StrEnum):
    """Why a request ended before registration."""

    WITHDRAWN = "withdrawn"
    NO_SHOW = "no_show"
    DUPLICATE = "duplicate"
    NOT_A_REQUEST = "not_a_request"


class Outcome(StrEnum):
    """How an outcome was handed over."""

    IN_PERSON = "in_person"
    EMAIL = "email"
    PHONE = "phone"
    POST = "post"
