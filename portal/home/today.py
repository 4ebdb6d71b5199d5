"""A teacher's day: for the home page, for the page of a lesson, and for where signing in leads."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from journal_core.access.terms import Permission
from journal_core.teaching.queries import day_of_teacher
from journal_core.teaching.rules import lesson_at_hand
from journal_core.teaching.terms import Lack, LessonOfDay, TeacherDay
from portal.access import can, current_actor
from portal.home.labels import LACK_NAMES
from portal.lessons.book import class_words
from portal.state import current_portal, now, reading, today
from portal.works.section import lesson_address


def teacher_day() -> TeacherDay | None:
    """The day of the person who is signed in; None for who teaches nothing (REC-2.1)."""
    person_id = current_actor().person_id
    if person_id is None or not can(Permission.TEACHING_OWN_READ):
        return None
    return day_of_teacher(reading(), person_id, now(), current_portal().zone)


def at_hand(day: TeacherDay | None) -> LessonOfDay | None:
    """The lesson that goes on or is about to begin."""
    return lesson_at_hand(day.lessons, day.now) if day else None


def strip_values(day: TeacherDay | None, shown: UUID | None = None) -> dict[str, Any]:
    """What `home/strip.html` shows; `shown` is the lesson whose page it stands on."""
    return {
        "day": day,
        "day_current": at_hand(day),
        "day_shown": shown,
        "today": today(),
        "lack_words": lack_words,
        "class_words": class_words,
        "lesson_address": lesson_address,
    }


def lack_words(lacks: Iterable[Lack]) -> str:
    """«перекличка, тема»."""
    return ", ".join(str(LACK_NAMES[lack]) for lack in lacks)
