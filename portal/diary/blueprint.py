"""The blueprint, and whose diary an address names."""

from uuid import UUID

from flask import Blueprint

from journal_core.diary.queries import diaries_in_reach, pupil_in_reach
from journal_core.diary.terms import DiaryPupil
from portal.access import current_actor
from portal.state import reading, today

blueprint = Blueprint("diary", __name__, url_prefix="/diary")


def asked_pupil(pupil_id: UUID) -> DiaryPupil:
    """The pupil of the address. Raises NotFound for a diary that is not the reader's."""
    return pupil_in_reach(reading(), current_actor(), pupil_id, today())


def own_diaries() -> list[DiaryPupil]:
    """All that the reader may open."""
    return diaries_in_reach(reading(), current_actor(), today())
