"""A lesson kept by keys and by touch: the roll of twenty-eight, the topic, a mark."""

from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from journal_core.attendance.models import LessonAbsence
from journal_core.attendance.terms import Presence
from journal_core.context import ActionContext
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person, Pupil
from journal_core.people.queries import staff_member_named
from journal_core.plans.commands import CreatePlan, create_plan
from journal_core.plans.terms import Topic
from portal.perform import OPERATOR
from portal.state import Portal
from tests.browser.visitor import NARROW, WIDE, staff, visits
from tests.factories.journal import kept_school
from tests.factories.school import YEAR

pytestmark = pytest.mark.browser

#: By name, as the list has them; the ninth and the tenth begin alike.
SURNAMES = (
    "Абрамов", "Белов", "Волков", "Громов", "Дёмин", "Ершов", "Жуков", "Зимин", "Иванов", "Игнатов",
    "Климов", "Лосев", "Мишин", "Носов", "Орлов", "Панов", "Рогов", "Седов", "Титов", "Уваров",
    "Фомин", "Хохлов", "Цветков", "Чернов", "Шилов", "Щукин", "Юдин", "Яшин",
)  # fmt: skip


@pytest.fixture
def lessons(sqlite_app: Flask, address: str) -> list[UUID]:
    """The demo's teacher has a double lesson today, and one on Wednesday."""
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.writing() as session:
        context = ActionContext(
            session=session,
            actor=OPERATOR,
            now=portal.clock(),
            zone=portal.zone,
            keys=portal.keys,
            files=portal.files,
        )
        teacher_id = staff_member_named(session, "Орлова Елена Сергеевна")
        names = tuple(f"{surname} Иван Ильич" for surname in SURNAMES)
        school = kept_school(context, "7Н", "Черчение", names, teacher_id)
        topics = (Topic(title="Виды чертежа", hours=2), Topic(title="Разрезы", hours=1))
        create_plan(
            context,
            CreatePlan(
                academic_year=YEAR,
                subject_id=school.subject_id,
                grade=7,
                class_id=school.class_id,
                topics=topics,
            ),
        )
        found = [school.lesson(context, number=number).id for number in (1, 2)]
        session.commit()
    return found


@pytest.mark.clause("INS-3.3.18", "INS-3.3.12", "REC-2.1", "POL-3.6.2")
def test_lesson_is_kept_by_a_few_keys_and_by_thumb(
    chromium: Browser, address: str, sqlite_app: Flask, lessons: list[UUID]
) -> None:
    with visits(chromium, address, WIDE) as visit:
        teacher = staff(visit, "teacher")
        teacher.open(f"/lesson/{lessons[0]}")
        page = teacher.page
        loads: list[str] = []
        page.on("framenavigated", lambda frame: loads.append(frame.url))
        keys = _Keys(page)

        keys.press("3", "к", "я", "Enter")
        expect(page.locator("[data-roll-told]")).to_contain_text("нет 3 из 28")
        assert keys.pressed <= 5
        assert loads == []
        absent = {"Волков", "Климов", "Яшин"}
        assert _absent(sqlite_app, lessons[0]) == absent
        # The second of the double lesson has taken it over; the topic follows by one key.
        assert _absent(sqlite_app, lessons[1]) == absent
        expect(page.locator("#topic")).to_be_focused()
        keys.press("Enter")
        expect(page.locator("[data-topic-state] .govuk-tag--green")).to_be_visible()
        expect(page.locator(".journal-grid td:focus")).to_be_visible()
        keys.press("5")
        expect(page.locator("td[data-value='5']")).to_have_attribute("data-state", "saved")
        assert loads == []
        assert _topics(sqlite_app) == ["Виды чертежа", "Виды чертежа"]
        teacher.look()

        page.set_viewport_size({"width": NARROW, "height": 900})
        teacher.open(f"/lesson/{lessons[1]}")
        page.locator("[data-roll-class] summary").click()
        page.get_by_role("button", name="2 Белов Иван").click()
        page.locator("[data-name^='Яшин'] .roll-late").click()
        expect(page.locator("[data-roll-count]")).to_contain_text("нет на уроке 3 / 28")
        expect(page.locator("td[data-presence='оп']")).to_have_attribute("data-state", "saved")
        assert _absent(sqlite_app, lessons[1]) == {"Белов", "Волков", "Климов"}
        page.locator(".journal-grid tbody td").first.click()
        page.locator("[data-press='4']").click()
        expect(page.locator("td[data-value='4']")).to_have_attribute("data-state", "saved")
        teacher.look()


class _Keys:
    """The keyboard, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key) if len(key) > 1 else self.page.keyboard.type(key)
            self.pressed += 1


def _absent(app: Flask, lesson_id: UUID) -> set[str]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        names = session.scalars(
            select(Person.last_name)
            .join(Pupil, Pupil.person_id == Person.id)
            .join(LessonAbsence, LessonAbsence.pupil_id == Pupil.id)
            .where(LessonAbsence.lesson_id == lesson_id, LessonAbsence.presence == Presence.ABSENT)
        )
        return set(names)


def _topics(app: Flask) -> list[str]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        return list(session.scalars(select(Lesson.topic).where(Lesson.topic != "")))
