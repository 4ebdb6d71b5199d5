"""How a mark is read, what marks make together, and until when a work is checked."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from journal_core.errors import RuleBroken
from journal_core.lessons.rules import day_term
from journal_core.marks.terms import (
    DIGITS,
    JOINT,
    MOST_MARKS_IN_CELL,
    NOT_PASSED,
    PASSED,
    Average,
    WeighedMark,
    WorkType,
)
from journal_core.school.terms import SchoolSettings

_WORDS = {
    "зч": PASSED,
    "зач": PASSED,
    "зачёт": PASSED,
    "зачет": PASSED,
    "нз": NOT_PASSED,
    "незач": NOT_PASSED,
    "незачёт": NOT_PASSED,
    "незачет": NOT_PASSED,
}
#: Mathematics takes long to check from this grade on (INS-3.3.6).
_LAST_GRADES_FROM = 10


def read_mark(text: str) -> str:
    """The mark as it is kept: «5», «4/5», «зч», «нз»; "" for an empty cell (INS-3.3.13).

    Two marks of one cell may be told apart by «/», a space or a comma. Raises RuleBroken
    `mark_unknown`.
    """
    told = text.strip().casefold()
    if told in _WORDS:
        return _WORDS[told]
    parts = told.replace(JOINT, " ").replace(",", " ").split()
    if len(parts) > MOST_MARKS_IN_CELL or not DIGITS.issuperset(parts):
        raise RuleBroken("mark_unknown", "INS-3.3.13")
    return JOINT.join(parts)


def numbers_of(value: str) -> list[int]:
    """The numbers of a kept mark; none for зачёт and незачёт."""
    return [int(part) for part in value.split(JOINT) if part in DIGITS]


def average_of(marks: Iterable[tuple[str, WorkType]], *, weighed: bool) -> Average:
    """The average of kept marks with the types of their works (INS-3.3.8).

    Marks count alike unless the school weighs them; both of a cell count. Зачёт and незачёт have
    no number and stay out.
    """
    return Average(
        marks=tuple(
            WeighedMark(number=number, weight=kind.weight if weighed else 1)
            for value, kind in marks
            for number in numbers_of(value)
        )
    )


def check_days(
    kind: WorkType,
    *,
    subject: str,
    grade: int,
    is_administrative: bool,
    settings: SchoolSettings,
) -> int:
    """Days in which a work is checked; the day of the work is day 0 (POL-3.6.4, REC-2.4).

    Internal monitoring: 3 (POL-3.6.4). A written work in a foreign language, or in mathematics in
    grades 10 and 11: a week (INS-3.3.6). Else what the type says: 3 for a control work
    (INS-3.3.5), a week for other written works (INS-3.3.6), none for an answer or homework
    (POL-3.6.3).
    """
    if is_administrative:
        return settings.monitoring_check_days
    if kind.is_written and _takes_long(subject, grade, settings):
        return max(kind.check_days, settings.long_check_days)
    return kind.check_days


def check_term(
    day: date, days: int, last_bell: time | None, settings: SchoolSettings, zone: ZoneInfo
) -> datetime:
    """Until when the marks of a work are in time (POL-3.6.3, POL-3.6.4).

    `days` after its day, at 24:00. For none: so many minutes after the class's last lesson of the
    day, or at 24:00 of the day where no bells are known.
    """
    if days == 0:
        return day_term(day, last_bell, settings.same_day_minutes, zone)
    return datetime.combine(day + timedelta(days=days + 1), time(), zone)


def _takes_long(subject: str, grade: int, settings: SchoolSettings) -> bool:
    in_mathematics = grade >= _LAST_GRADES_FROM and _is_one_of(subject, settings.mathematics)
    return in_mathematics or _is_one_of(subject, settings.foreign_languages)


def _is_one_of(subject: str, beginnings: str) -> bool:
    """Whether a word of the subject's name begins as the setting says."""
    starts = tuple(start for one in beginnings.split(",") if (start := one.strip().casefold()))
    return any(word.startswith(starts) for word in subject.casefold().split()) if starts else False
