"""A recommendation as it is read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

#: What a diary's page has room for, characters.
TEXT_LENGTH = 1000


@dataclass(frozen=True, kw_only=True)
class RecommendationView:
    """Whose, in which subject, by whom; `is_own` where the reader wrote it."""

    id: UUID
    pupil_id: UUID
    subject_id: UUID
    subject: str
    text: str
    written_at: datetime
    written_by: str
    is_own: bool = False


@dataclass(frozen=True, kw_only=True)
class AdvisedPupil:
    """A pupil of a course with what was recommended in its subject, the newest first."""

    id: UUID
    name: str
    recommendations: tuple[RecommendationView, ...]
