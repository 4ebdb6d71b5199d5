"""The blueprint, and the course and the period that an address names."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, request

from journal_core.academic_year.terms import Period
from journal_core.errors import NotFound
from journal_core.journal.queries import course_to_read
from journal_core.journal.terms import CourseKey, CourseView
from journal_core.period_marks.rules import current_ref, ref_named
from journal_core.period_marks.terms import PeriodRef
from portal.access import current_actor
from portal.state import reading, today

blueprint = Blueprint("period_marks", __name__, url_prefix="/period-marks")


def asked_course(class_id: UUID, subject_id: UUID) -> CourseView:
    """The course of the address, `?group=` being a group of the class. Raises NotFound."""
    group_id = request.args.get("group", type=UUID)
    key = CourseKey(class_id=class_id, subject_id=subject_id, group_id=group_id)
    return course_to_read(reading(), current_actor(), key, today())


def asked_ref(refs: Sequence[PeriodRef], periods: Sequence[Period]) -> PeriodRef:
    """The column that `?period=` names; the period that began last without it. Raises NotFound."""
    key = request.args.get("period", "")
    ref = ref_named(key, refs) if key else current_ref(periods, today())
    if ref is None or ref not in refs:
        raise NotFound("period_unknown")
    return ref
