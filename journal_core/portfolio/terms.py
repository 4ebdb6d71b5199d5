"""Achievements of a pupil: kinds, levels, and one as it is read."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.files.terms import AttachedFile

TITLE_LENGTH, RESULT_LENGTH, NOTE_LENGTH = 300, 200, 1000
#: Files of one achievement.
MOST_FILES = 5


class AchievementKind(StrEnum):
    OLYMPIAD = "olympiad"
    CONTEST = "contest"
    RESEARCH = "research"
    SPORT = "sport"
    ART = "art"
    PUBLIC = "public"
    OTHER = "other"


class AchievementLevel(StrEnum):
    """How far the event reached, the nearest first."""

    SCHOOL = "school"
    MUNICIPAL = "municipal"
    REGIONAL = "regional"
    NATIONAL = "national"
    INTERNATIONAL = "international"


@dataclass(frozen=True, kw_only=True)
class AchievementView:
    """`result` is what the diploma says («призёр»); `may_edit`: the reader may change it."""

    id: UUID
    pupil_id: UUID
    kind: AchievementKind
    level: AchievementLevel
    title: str
    result: str
    note: str
    achieved_on: date
    added_at: datetime
    added_by: str
    files: tuple[AttachedFile, ...]
    may_edit: bool = False


@dataclass(frozen=True, kw_only=True)
class PortfolioPupil:
    """Whose portfolio it is; the class is that of the day, "" while the pupil is in none."""

    id: UUID
    name: str
    class_name: str = ""
    class_id: UUID | None = None
    may_add: bool = False


@dataclass(frozen=True, kw_only=True)
class PupilCount:
    """A pupil of a class with the number of achievements."""

    id: UUID
    name: str
    count: int
    latest: date | None
