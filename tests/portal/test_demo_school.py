"""`flask demo school`: the made-up school goes through the same commands as a real one."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from journal_core.exchange.progress import Progress
from journal_core.lessons.models import Lesson
from journal_core.lessons.queries import laying_of, lessons_of
from journal_core.people.models import Person
from journal_core.plans.models import ThematicPlan
from journal_core.school.queries import class_named
from portal.cli.demo import DEMO_TEACHERS
from portal.demo.believable import believable_school
from portal.demo.made_up import has_timetable, tell_made_up_school
from portal.state import Portal
from tests.clock import FrozenClock
from tests.portal.story import seed, signed_in

YEAR = 2026


def test_made_up_school_is_imported_and_published(app: Flask) -> None:
    seed(app)
    portal: Portal = app.extensions["portal"]
    assert not has_timetable(portal, YEAR)
    made_up = believable_school(pupils=60, weeks=3, seed=1, year=YEAR, known=DEMO_TEACHERS)
    laid = tell_made_up_school(portal, made_up, YEAR, Progress())
    with portal.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Lesson)) == laid.added
        assert laid.added > 3 * len(made_up["timetable"]) * 0.8  # less what holidays take
        assert session.scalar(select(func.count()).select_from(ThematicPlan)) == len(
            {(row["План"], row["Класс"]) for row in made_up["plans"]}
        )
        assert laying_of(session, YEAR).is_empty
        led = class_named(session, "6А")
        leader = session.get_one(Person, led.class_teacher_id) if led else None
        assert leader is not None
        assert leader.name.full == "Зайцева Марина Олеговна"
        monday = date(2026, 9, 7)
        assert lessons_of(session, leader.id, monday)
    assert has_timetable(portal, YEAR)
    assert not has_timetable(portal, YEAR + 1)


@pytest.mark.clause("REC-2.1")
def test_teacher_finds_the_lessons_of_today_at_home(sqlite_app: Flask, clock: FrozenClock) -> None:
    seed(sqlite_app)
    portal: Portal = sqlite_app.extensions["portal"]
    made_up = believable_school(pupils=22, weeks=34, seed=1, year=YEAR, known=DEMO_TEACHERS)
    tell_made_up_school(portal, made_up, YEAR, Progress())
    teacher = signed_in(sqlite_app, "teacher")
    teacher.open("/home")
    own = [row for row in made_up["timetable"] if row["Учитель"] == "Орлова Елена Сергеевна"]
    monday = [row for row in own if row["День недели"] == "Пн"]
    assert clock().date().isoweekday() == 1
    assert teacher.text.count('class="day-strip__link"') == len(monday) > 0
