"""Notices of the board: to whom, since when, until when."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.files.terms import AttachedFile

TITLE_LENGTH, TEXT_LENGTH = 200, 4000
#: Files of one notice.
MOST_FILES = 5


class Audience(StrEnum):
    """Whom a notice is for; the staff reads what the families are told, too."""

    STAFF = "staff"
    FAMILIES = "families"


class Shelf(StrEnum):
    """What the staff looks at: what hangs today, what is to hang, what hung."""

    NOW = "now"
    AHEAD = "ahead"
    PAST = "past"


@dataclass(frozen=True, kw_only=True)
class NoticeView:
    """A notice as it hangs; `classes` is empty where it is for the whole school.

    until       last day that it is shown on; None: until it is taken down
    may_edit    the reader may change it and take it down
    """

    id: UUID
    title: str
    text: str
    audience: Audience
    classes: tuple[tuple[UUID, str], ...]
    is_pinned: bool
    since: date
    until: date | None
    put_up_at: datetime
    put_up_by: str
    files: tuple[AttachedFile, ...]
    may_edit: bool = False
