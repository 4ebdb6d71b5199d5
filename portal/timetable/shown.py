"""A week as the grid shows it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from journal_core.timetable.terms import PlannedLesson

SATURDAY = 6


@dataclass(frozen=True, kw_only=True)
class Week:
    """The lessons of a week by hour. `current` is the day that a narrow screen shows."""

    weekdays: Sequence[int]
    numbers: Sequence[int]
    cells: dict[tuple[int, int], list[PlannedLesson]]
    current: int

    @property
    def is_empty(self) -> bool:
        return not self.cells


def week_shown(lessons: Iterable[PlannedLesson], current: int) -> Week:
    """Monday to Friday, and Saturday where it has lessons; hours from the first to the last."""
    cells: dict[tuple[int, int], list[PlannedLesson]] = defaultdict(list)
    for lesson in lessons:
        cells[lesson.slot.weekday, lesson.slot.number].append(lesson)
    numbers = {number for _weekday, number in cells} | {1}
    weekdays = range(1, 7 if any(weekday == SATURDAY for weekday, _number in cells) else 6)
    return Week(
        weekdays=weekdays,
        numbers=range(min(numbers), max(numbers) + 1),
        cells=dict(cells),
        current=current if current in weekdays else 1,
    )
