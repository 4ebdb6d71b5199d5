"""The columns of period marks that stand after the average (POL-3.6.5)."""

from collections.abc import Sequence

from flask_babel import lazy_gettext

from journal_core.academic_year.terms import Period
from journal_core.journal.terms import CourseView
from journal_core.period_marks.queries import period_marks_of
from journal_core.period_marks.terms import FinalKind, PeriodRef
from portal.academic_year.labels import PERIOD_NAMES
from portal.journal.shown import Finals, url_if_there
from portal.state import reading

_NUMBERS = ("", "I", "II", "III", "IV")
_NAMES = {
    FinalKind.HALF_YEAR: lazy_gettext("П/г"),
    FinalKind.YEAR: lazy_gettext("Год"),
    FinalKind.EXAM: lazy_gettext("Экз."),
    FinalKind.STATE_EXAM: lazy_gettext("ГИА"),
    FinalKind.FINAL: lazy_gettext("Итог"),
}
_ORDER = tuple(FinalKind)


def finals_of(
    course: CourseView, periods: Sequence[Period], chosen: Period | None
) -> tuple[Finals, ...]:
    """The chosen period's column, and every other in which a mark of the year stands."""
    if not course.takes_marks:
        return ()
    given = period_marks_of(reading(), course.key, course.academic_year)
    own = PeriodRef(kind=FinalKind.PERIOD, number=chosen.number) if chosen else None
    refs = {ref for marks in given.values() for ref in marks} | ({own} if own else set())
    return tuple(
        Finals(
            name=_name(ref),
            title=_title(ref, periods),
            url=url_if_there(
                "period_marks.sheet",
                class_id=course.key.class_id,
                subject_id=course.key.subject_id,
                group=course.key.group_id,
                period=ref.key,
            ),
            values={pupil_id: marks.get(ref, "") for pupil_id, marks in given.items()},
        )
        for ref in sorted(refs, key=lambda ref: (_ORDER.index(ref.kind), ref.number))
    )


def _name(ref: PeriodRef) -> str:
    number = _NUMBERS[ref.number] if ref.number < len(_NUMBERS) else str(ref.number)
    if ref.kind is FinalKind.PERIOD:
        return number
    return " ".join(part for part in (number, str(_NAMES[ref.kind])) if part)


def _title(ref: PeriodRef, periods: Sequence[Period]) -> str:
    if ref.kind is FinalKind.PERIOD and periods:
        return f"{ref.number} {PERIOD_NAMES[periods[0].kind]}"
    return _name(ref)
