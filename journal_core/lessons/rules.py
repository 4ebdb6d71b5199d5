"""Who writes in a lesson, who can take it, and how the year's lessons follow the timetable."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from journal_core.lessons.terms import (
    DayLesson,
    FreeTeacher,
    Given,
    LaidLesson,
    Laying,
    LessonKey,
    Nearness,
    Staffing,
)
from journal_core.timetable.terms import Slot, VersionView

#: Days with lessons of each grade.
StudyDays = Mapping[int, Collection[date]]


def may_write(lesson: DayLesson, person_id: UUID | None) -> bool:
    """Whether the person writes in the lesson (INS-3.3.3, POL-3.7.3).

    The substitute writes in the lessons that they give instead, and in those only; meanwhile the
    teacher does not. Nobody writes in a cancelled lesson, nor does anybody, a substitute either,
    in one for which they are recorded as away or after they left the school.
    """
    return gives(lesson, person_id) and not lesson.is_cancelled


def gives(lesson: DayLesson, person_id: UUID | None) -> bool:
    """Whether the lesson is the person's to give, held or not."""
    if person_id is None or lesson.is_away:
        return False
    return person_id == (lesson.substitute_id or lesson.teacher_id)


def day_term(day: date, last_bell: time | None, minutes: int, zone: ZoneInfo) -> datetime:
    """Until when what is due on the day of a lesson is in time (POL-3.6.3, REC-2.2).

    `minutes` after the end of the class's last lesson of the day, that minute not counted; where
    no bells are known, until 24:00.
    """
    if last_bell is None:
        return datetime.combine(day + timedelta(days=1), time(), zone)
    return datetime.combine(day, last_bell, zone) + timedelta(minutes=minutes)


def wanted_lessons(
    versions: Iterable[tuple[VersionView, Sequence[Slot]]],
    grades: Mapping[UUID, int],
    study_days: StudyDays,
) -> dict[LessonKey, Given]:
    """The lessons that the published versions make of the year's study days (POL-3.4.1).

    Each version gives the days from its first to its last, both counted; each class those that
    are study days of its grade, `grades` being the grade of each class.
    """
    wanted: dict[LessonKey, Given] = {}
    for version, slots in versions:
        for slot in slots:
            for day in study_days.get(grades[slot.class_id], ()):
                if day.isoweekday() == slot.weekday and version.holds_on(day):
                    key = LessonKey(
                        day=day,
                        number=slot.number,
                        class_id=slot.class_id,
                        group_id=slot.group_id,
                        subject_id=slot.subject_id,
                    )
                    wanted[key] = Given(
                        teacher_id=slot.teacher_id, room=slot.room, version_id=version.id
                    )
    return wanted


def laying(wanted: Mapping[LessonKey, Given], present: Iterable[LaidLesson]) -> Laying:
    """What must change for the lessons of the year to be the wanted ones (INS-3.5.7).

    A lesson that stays keeps its id. One that is kept (something is written in it) is never
    touched, and nothing is laid over it. One that was substituted keeps its teachers; when its
    hour is gone it goes, and is named.
    """
    missing = dict(wanted)
    changed, removed, undone, held, kept = [], [], [], [], []
    written: dict[tuple[date, int, UUID], list[UUID | None]] = {}
    for lesson in present:
        given = missing.pop(lesson.key, None)
        if lesson.is_kept:
            written.setdefault(_hour(lesson.key), []).append(lesson.key.group_id)
            if given is None:
                kept.append(lesson.id)
        elif given is None:
            removed.append(lesson.id)
            if lesson.is_decided:
                undone.append(lesson.id)
        else:
            if lesson.is_decided and given.teacher_id != lesson.given.teacher_id:
                held.append(lesson.id)
                given = replace(given, teacher_id=lesson.given.teacher_id)
            if given != lesson.given:
                changed.append((lesson.id, given))
    return Laying(
        added=tuple(
            (key, given)
            for key, given in missing.items()
            if not _meets(key, written.get(_hour(key), ()))
        ),
        changed=tuple(changed),
        removed=tuple(removed),
        undone=tuple(undone),
        held=tuple(held),
        kept=tuple(kept),
    )


def free_teachers(lesson: DayLesson, staffing: Staffing) -> list[FreeTeacher]:
    """Who can take the lesson, the nearest first, then by name in the order of `staffing.names`.

    First the teacher of another group of the class in the same subject and hour, who takes both
    together; then the free teachers of the subject, of the class, and all others (POL-3.7.3).
    Who has a lesson at that hour or is away is not offered.
    """
    offers = [
        FreeTeacher(person_id=person_id, name=name, nearness=nearness)
        for person_id, name in staffing.names.items()
        if (nearness := nearness_of(lesson, person_id, staffing)) is not None
    ]
    order = list(Nearness)
    return sorted(offers, key=lambda offer: order.index(offer.nearness))


def nearness_of(lesson: DayLesson, person_id: UUID, staffing: Staffing) -> Nearness | None:
    """How near the person is to the lesson; None for one who cannot take it."""
    is_away = (person_id, lesson.day, lesson.number) in staffing.away
    if person_id == lesson.teacher_id or person_id not in staffing.names or is_away:
        return None
    at = staffing.busy.get((lesson.day, lesson.number), {}).get(person_id)
    if at is not None:
        return Nearness.JOINED if _is_other_group(lesson, at) else None
    if (person_id, lesson.subject_id) in staffing.subjects:
        return Nearness.SUBJECT
    if (person_id, lesson.class_id) in staffing.classes:
        return Nearness.CLASS
    return Nearness.OTHER


def _is_other_group(lesson: DayLesson, at: tuple[UUID, UUID | None, UUID]) -> bool:
    class_id, group_id, subject_id = at
    return (
        (class_id, subject_id) == (lesson.class_id, lesson.subject_id)
        and None not in {group_id, lesson.group_id}
        and group_id != lesson.group_id
    )


def _hour(key: LessonKey) -> tuple[date, int, UUID]:
    return key.day, key.number, key.class_id


def _meets(key: LessonKey, groups: Iterable[UUID | None]) -> bool:
    """Whether a kept lesson of the class at that hour leaves no place for this one."""
    return any(key.group_id is None or group in {None, key.group_id} for group in groups)
