"""Who may write to whom, threads as they are read, and reports of errors with their clock."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.cells.terms import CellChangeView
from journal_core.files.terms import ScanState

SUBJECT_LENGTH = 200
TEXT_LENGTH = 5000
MOST_FILES = 5


class Tie(StrEnum):
    """What a person is towards a pupil, or to the school where no pupil is spoken of."""

    PARENT = "parent"
    PUPIL = "pupil"
    #: Gives the pupil lessons.
    TEACHER = "teacher"
    CLASS_TEACHER = "class_teacher"
    #: Head, deputy or journal administrator.
    ADMINISTRATION = "administration"
    STAFF = "staff"


FAMILY_TIES = frozenset({Tie.PARENT, Tie.PUPIL})
STAFF_TIES = frozenset(Tie) - FAMILY_TIES

#: Person → everything that they are towards a pupil.
Ties = dict[UUID, frozenset[Tie]]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two who may write to each other, and by which clause."""

    family: Tie
    school: Tie
    clause: str


class Audience(StrEnum):
    """To whom of a class a letter goes."""

    PARENTS = "parents"
    PUPILS = "pupils"


class ReportedCell(StrEnum):
    """What an error is reported of."""

    MARK = "mark"
    ATTENDANCE = "attendance"
    #: The lesson itself: its topic, homework, or a mark that is missing.
    LESSON = "lesson"


class ReportState(StrEnum):
    OPEN = "open"
    CORRECTED = "corrected"
    NO_ERROR = "no_error"


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody of the school whom a family may write to, and why them."""

    person_id: UUID
    name: str
    ties: frozenset[Tie]
    #: What they teach the pupil.
    subjects: tuple[str, ...] = ()
    position: str = ""


@dataclass(frozen=True, kw_only=True)
class Relative:
    """Somebody of a family whom the school may write to: the pupil, or a representative."""

    person_id: UUID
    name: str
    tie: Tie
    pupil_id: UUID
    pupil: str
    #: Without an account nobody reads a letter.
    has_account: bool


@dataclass(frozen=True, kw_only=True)
class CellAddress:
    """A cell of a pupil: a mark of a work, being away from a lesson, or the lesson."""

    kind: ReportedCell
    pupil_id: UUID
    lesson_id: UUID
    work_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class StandingInDiary:
    """A cell as the family sees it; `value` is "" for an empty one."""

    address: CellAddress
    pupil: str
    class_name: str
    day: date
    number: int
    subject: str
    teacher_id: UUID
    teacher: str
    #: The name of the mark's work; "" of other cells.
    work: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """A report of an error: its cell, its clock, and what came of it.

    `stood` is what the cell held when it was reported; `changes` what was written since.
    """

    id: UUID
    thread_id: UUID
    address: CellAddress
    pupil: str
    class_name: str
    day: date
    number: int
    subject: str
    work: str
    stood: str
    reported_at: datetime
    reported_by: str
    due_at: datetime
    state: ReportState
    assignee_id: UUID
    assignee: str
    answered_at: datetime | None
    answered_by: str
    changes: tuple[CellChangeView, ...] = ()

    @property
    def shown_state(self) -> ReportState:
        """A cell that was written since is corrected, also before the program notes it."""
        is_written = self.state is ReportState.OPEN and self.changes
        return ReportState.CORRECTED if is_written else self.state

    def is_overdue(self, now: datetime) -> bool:
        """The day has passed without an answer; `due_at` itself is too late (POL-3.7.8)."""
        return self.shown_state is ReportState.OPEN and now >= self.due_at


@dataclass(frozen=True, kw_only=True)
class LetterFile:
    file_id: UUID
    name: str
    size: int
    scan: ScanState | None = None

    @property
    def opens(self) -> bool:
        return self.scan in {None, ScanState.CLEAN}


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """A message with who read it and when: shown to who wrote it."""

    id: UUID
    written_at: datetime
    by_person_id: UUID
    by: str
    text: str
    files: tuple[LetterFile, ...] = ()
    reads: tuple[tuple[str, datetime], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ParticipantView:
    person_id: UUID
    name: str
    is_family: bool
    ties: frozenset[Tie]


@dataclass(frozen=True, kw_only=True)
class ThreadView:
    """A thread as a participant reads it.

    closed    why nothing may be written in it (the code of the words), "" where it may
    """

    id: UUID
    subject: str
    pupil_id: UUID | None
    pupil: str
    participants: tuple[ParticipantView, ...]
    messages: tuple[MessageView, ...]
    report: ReportView | None
    closed: str


@dataclass(frozen=True, kw_only=True)
class ThreadLine:
    """A thread in the list of those who take part in it."""

    id: UUID
    subject: str
    pupil: str
    #: Those who take part beside the reader.
    others: tuple[str, ...]
    last_at: datetime
    is_unread: bool
    report_state: ReportState | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class MailingLine:
    """A letter to a class as its writer sees it: how many it went to, read it, answered."""

    id: UUID
    subject: str
    class_name: str
    audience: Audience
    sent_at: datetime
    sent_to: int
    read: int
    answered: int


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """One who got a letter to a class in a thread of their own, and what became of it."""

    thread_id: UUID
    name: str
    pupil: str
    read_at: datetime | None
    has_answered: bool
