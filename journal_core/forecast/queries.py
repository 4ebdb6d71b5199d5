"""Reading what a forecast is made from: of a pupil in all subjects, of a course."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from journal_core.academic_year.terms import Period
from journal_core.classes.models import StudyGroup
from journal_core.classes.rules import takes_marks
from journal_core.clock import local_date
from journal_core.context import Actor
from journal_core.forecast.rules import forecast
from journal_core.forecast.terms import CourseForecast, Forecast, Pace, PupilForecast
from journal_core.journal.terms import CourseKey, CourseView
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import attended_by
from journal_core.marks.terms import WorkType
from journal_core.period_marks.queries import hours_of, sheet_of
from journal_core.period_marks.rules import enough_marks, propose
from journal_core.period_marks.terms import FinalKind, PeriodRef
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of
from journal_core.school.terms import SchoolSettings

#: Marks as they are kept, with the types of their works.
Kept = Sequence[tuple[str, WorkType]]


def forecasts_of_pupil(
    session: Session,
    pupil_id: UUID,
    period: Period,
    marks: Mapping[UUID, Kept],
    settings: SchoolSettings,
    today: date,
) -> dict[UUID, Forecast]:
    """Subject → its forecast in the period, from the pupil's marks in it. Three statements."""
    paces = _paces(session, period, today, attended_by(pupil_id))
    return {
        subject_id: forecast(
            propose(
                marks.get(subject_id, ()),
                enough=enough_marks(pace.hours, settings),
                weighed=settings.weigh_marks,
            ),
            pace,
        )
        for subject_id, pace in paces.items()
    }


def course_forecast(
    session: Session,
    actor: Actor,
    course: CourseView,
    period: Period,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> CourseForecast:
    """The pupils of a course, each with the forecast of the period (INS-3.3.20)."""
    ref = PeriodRef(kind=FinalKind.PERIOD, number=period.number)
    sheet = sheet_of(session, actor, course, ref, [period], now=now, zone=zone)
    is_its = Lesson.class_id == course.key.class_id, Lesson.subject_id == course.key.subject_id
    group_id = course.key.group_id
    in_group = Lesson.group_id.is_(None) if group_id is None else Lesson.group_id == group_id
    paces = _paces(session, period, local_date(now, zone), *is_its, in_group)
    pace = paces.get(course.key.subject_id, Pace(held=0, left=0, hours=sheet.hours))
    return CourseForecast(
        course=course,
        period=period,
        rows=tuple(
            PupilForecast(
                pupil_id=row.pupil_id,
                number=row.number,
                name=row.name,
                forecast=forecast(row.proposal, pace),
            )
            for row in sheet.rows
        ),
    )


def _paces(
    session: Session, period: Period, today: date, *lessons: ColumnElement[bool]
) -> dict[UUID, Pace]:
    """Subject → its lessons of the period; cancelled ones and those without marks do not count."""
    rows = session.execute(
        select(
            Lesson.class_id,
            Lesson.subject_id,
            Lesson.group_id,
            SchoolClass.grade,
            StudyGroup.kind,
            func.count().label("all"),
            func.sum(case((Lesson.day > today, 1), else_=0)).label("left"),
        )
        .join(SchoolClass, SchoolClass.id == Lesson.class_id)
        .outerjoin(StudyGroup, StudyGroup.id == Lesson.group_id)
        .where(
            Lesson.day.between(period.since, period.until), Lesson.cancelled_at.is_(None), *lessons
        )
        .group_by(
            Lesson.class_id, Lesson.subject_id, Lesson.group_id, SchoolClass.grade, StudyGroup.kind
        )
    ).all()
    keys = {
        CourseKey(class_id=row.class_id, subject_id=row.subject_id, group_id=row.group_id): row
        for row in rows
        if takes_marks(row.grade, row.kind)
    }
    grades = {key: row.grade for key, row in keys.items()}
    hours = hours_of(session, academic_year_of(period.since), grades)
    of_subjects: dict[UUID, list[CourseKey]] = defaultdict(list)
    for key in keys:
        of_subjects[key.subject_id].append(key)
    return {
        subject_id: Pace(
            held=sum(keys[one].all - keys[one].left for one in own),
            left=sum(keys[one].left for one in own),
            hours=max(hours[one] for one in own),
        )
        for subject_id, own in of_subjects.items()
    }
