"""Words of letters and tasks."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LetterState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    EXHAUSTED = "exhausted"
    CANCELLED = "cancelled"


class SecretKind(StrEnum):
    """What is put into a letter only while it is being sent."""

    NONE = "none"
    DRAFT_LINK = "draft_link"
    TRACKING_LINK = "tracking_link"
    INVITATION_CODE = "invitation_code"
    PASSWORD_RESET = "password_reset"
    EMAIL_PROOF = "email_proof"


class NewsKind(StrEnum):
    """What the family may be told of (POL-2.2.6, INS-2.5)."""

    ABSENCE = "absence"
    MARK = "mark"
    PERIOD_MARK = "period_mark"
    HOMEWORK = "homework"
    MESSAGE = "message"


class TaskKind(StrEnum):
    """What the office must do by hand because the program could not or may not."""

    CALL_APPLICANT = "call_applicant"
    LETTER_FAILED = "letter_failed"
    CODE_EXPIRING = "code_expiring"
    CODE_FROZEN = "code_frozen"
    CODE_NEEDED = "code_needed"
    CALENDAR_ENDS = "calendar_ends"
    FILE_INFECTED = "file_infected"


class CallOutcome(StrEnum):
    """What came of a call (SVC-3.4.3)."""

    TOLD = "told"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class NextTry(StrEnum):
    """When one who was not reached is called again."""

    IN_AN_HOUR = "in_an_hour"
    NEXT_WORKING_MORNING = "next_working_morning"


@dataclass(frozen=True, kw_only=True)
class ClaimedLetter:
    """A letter that one worker holds until its lease ends."""

    id: UUID
    kind: str
    recipient: str
    subject: str
    text: str
    message_id: str
    secret: SecretKind
    subject_id: UUID | None
    attempts: int


@dataclass(frozen=True, kw_only=True)
class KeptLetter:
    """A letter as the office sees it."""

    id: UUID
    kind: str
    recipient: str
    subject: str
    text: str
    state: LetterState
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    last_error: str
    secret: SecretKind
    subject_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class OpenTask:
    id: UUID
    kind: TaskKind
    topic: str
    request_id: UUID | None
    invitation_id: UUID | None
    created_at: datetime
    tries: int
    next_try_at: datetime | None
    last_note: str
