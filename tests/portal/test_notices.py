"""From the roll call to the parent's letter: the worker and a mail server, as at a school."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.cells.terms import CellKind
from journal_core.context import ActionContext
from journal_core.journal.commands import KeepLesson, keep_lesson
from journal_core.journal.terms import CellEdit
from journal_core.lessons.models import Lesson
from journal_core.notices.models import Notice, UnreachedAddress
from journal_core.notifications.models import News, OfficeTask, OutboxLetter
from journal_core.notifications.terms import LetterState
from journal_core.people.commands import EndRepresentation, end_representation
from journal_core.people.models import Person, Pupil, Representation
from journal_core.people.queries import staff_member_named
from journal_core.school.queries import class_named
from journal_core.timetable.terms import Slot
from tests.clock import FrozenClock
from tests.factories.journal import as_person
from tests.factories.school import subject
from tests.factories.week import load, period, published
from tests.inbox import Inbox
from tests.portal.story import Browser, acted, seed, signed_in

MONDAY = date(2026, 11, 23)
EMAIL = "mother@example.com"
Worker = Callable[[], None]


@pytest.fixture
def lesson_id(sqlite_app: Flask) -> UUID:
    """Today's mathematics of 6А, where Petrov of the demo school learns."""
    seed(sqlite_app)
    return acted(sqlite_app, _lesson)


def _lesson(context: ActionContext) -> UUID:
    six = class_named(context.session, "6А")
    orlova = staff_member_named(context.session, "Орлова Елена Сергеевна")
    assert six
    assert orlova
    period(context)
    maths = subject(context)
    load(context, orlova, maths, six.id)
    published(
        context,
        Slot(
            weekday=1,
            number=1,
            class_id=six.id,
            group_id=None,
            subject_id=maths,
            teacher_id=orlova,
        ),
    )
    return context.session.scalars(select(Lesson.id).where(Lesson.day == MONDAY)).one()


@pytest.fixture
def worker(sqlite_app: Flask, lesson_id: UUID, inbox: Inbox) -> Worker:
    """`outbox run --once`, which sends to the inbox."""
    portal = sqlite_app.extensions["portal"]
    config = replace(portal.config, smtp_url=inbox.url)
    sqlite_app.extensions["portal"] = replace(portal, config=config)

    def run() -> None:
        result = sqlite_app.test_cli_runner().invoke(args=["outbox", "run", "--once"])
        assert result.exit_code == 0, result.output

    run()
    inbox.letters.clear()
    return run


def _calls_roll(app: Flask, lesson_id: UUID, *cells: tuple[CellKind, str]) -> None:
    def keep(context: ActionContext) -> None:
        lesson = context.session.get_one(Lesson, lesson_id)
        assert lesson.teacher_id
        pupil_id = context.session.scalars(
            select(Pupil.id)
            .join(Person, Person.id == Pupil.person_id)
            .where(Person.last_name == "Петров")
        ).one()
        edits = tuple(
            CellEdit(lesson_id=lesson_id, pupil_id=pupil_id, kind=kind, value=value)
            for kind, value in cells
        )
        keep_lesson(
            as_person(context, lesson.teacher_id),
            KeepLesson(lesson_id=lesson_id, edits=edits, topic="Дроби", is_roll_called=True),
        )

    acted(app, keep)


def _confirmed(app: Flask, worker: Worker, inbox: Inbox) -> Browser:
    """The parent gives an address and opens the link that came to it."""
    parent = signed_in(app, "parent")
    parent.open("/account")
    parent.send("/account/email", email=EMAIL)
    worker()
    link = re.search(r"http://localhost(/notices/confirm/\S+)", inbox.letters.pop().get_content())
    assert link is not None
    parent.open(link.group(1))
    assert EMAIL in parent.text
    parent.send(link.group(1))
    assert "подтверждена" in parent.text
    return parent


@pytest.mark.clause("POL-2.2.6")
@pytest.mark.clause("INS-2.5")
def test_absence_reaches_the_parent_within_a_minute_of_the_roll_call(
    sqlite_app: Flask,
    lesson_id: UUID,
    worker: Worker,
    inbox: Inbox,
    clock: FrozenClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    parent = _confirmed(sqlite_app, worker, inbox)
    _calls_roll(sqlite_app, lesson_id, (CellKind.ATTENDANCE, "оп"), (CellKind.MARK, "5"))
    worker()
    assert not inbox.letters
    clock.advance(seconds=40)
    worker()
    worker()
    (letter,) = inbox.letters
    text = letter.get_content()
    assert (letter["To"], letter["Subject"]) == (EMAIL, "Дневник: опоздание на урок")
    assert "Кирилл" in text
    assert "опоздание на урок" in text
    for hidden in ("Петров", "6А", "⟦"):
        assert hidden not in text
    assert not [one for one in caplog.messages if "Кирилл" in one or EMAIL in one]
    switches = re.search(r"http://localhost(/notices)\n", text)
    assert switches is not None
    assert letter["List-Unsubscribe"] == "<http://localhost/notices>"
    assert parent.open(switches.group(1)).status_code == HTTPStatus.OK

    clock.advance(hours=9)
    worker()
    digest = inbox.letters[-1].get_content()
    assert len(inbox.letters) == 2
    assert re.search(r"Математика, ответ на уроке: 5", digest)
    assert "новые отметки" in inbox.letters[-1]["Subject"]
    assert "5" not in inbox.letters[-1]["Subject"]


def test_person_switches_a_kind_off_and_what_was_typed_wrong_stays(
    sqlite_app: Flask, lesson_id: UUID, worker: Worker, inbox: Inbox, clock: FrozenClock
) -> None:
    parent = _confirmed(sqlite_app, worker, inbox)
    answers = {
        "absence": "never", "mark": "at_once", "period_mark": "weekly", "homework": "never",
        "message": "daily", "quiet_since": "22:00", "quiet_until": "6:30", "digest_at": "17:00",
        "digest_weekday": "6",
    }  # fmt: skip
    wrong = parent.send("/notices", **answers | {"quiet_since": "вечером", "absence": "daily"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="вечером"' in parent.text
    assert parent.send("/notices", **answers).status_code == HTTPStatus.OK
    assert re.search(r'name="quiet_until"[^>]*value="06:30"', parent.text)
    _calls_roll(sqlite_app, lesson_id, (CellKind.ATTENDANCE, "оп"), (CellKind.MARK, "5"))
    worker()
    clock.advance(minutes=1)
    worker()
    (letter,) = inbox.letters
    assert "опоздание" not in letter.get_content()
    assert "ответ на уроке: 5" in letter.get_content()


def test_no_news_goes_to_an_address_that_only_was_typed(
    sqlite_app: Flask, lesson_id: UUID, worker: Worker, inbox: Inbox, clock: FrozenClock
) -> None:
    parent = _confirmed(sqlite_app, worker, inbox)
    parent.open("/account")
    parent.send("/account/email", email="slip@example.com")
    _calls_roll(sqlite_app, lesson_id, (CellKind.ATTENDANCE, "н"))
    worker()
    clock.advance(minutes=1)
    worker()
    assert [letter["Subject"] for letter in inbox.letters] == [
        "Подтвердите адрес для писем из дневника"
    ]
    link = re.search(r"/notices/confirm/\S+", inbox.letters[0].get_content())
    assert link is not None
    pupil = signed_in(sqlite_app, "pupil")
    pupil.open(link.group())
    assert "Ссылка больше не действует" in pupil.text
    for _press in range(5):
        parent.open("/notices")
        parent.send("/notices/letter")
    assert "Слишком много писем" in parent.text


@pytest.mark.clause("SVC-2.8")
def test_letter_that_waited_longer_than_the_right_lasted_never_leaves(
    sqlite_app: Flask, lesson_id: UUID, worker: Worker, inbox: Inbox, clock: FrozenClock
) -> None:
    _confirmed(sqlite_app, worker, inbox)
    inbox.answer = "451 later"
    _calls_roll(sqlite_app, lesson_id, (CellKind.ATTENDANCE, "н"))
    worker()
    clock.advance(minutes=1)
    worker()

    def ends(context: ActionContext) -> None:
        for one in context.session.scalars(select(Representation.id)).all():
            ended = EndRepresentation(representation_id=one, ended_on=MONDAY)
            end_representation(context, ended)

    acted(sqlite_app, ends)
    inbox.answer = "250 OK"
    clock.advance(hours=1)
    worker()
    assert not inbox.letters
    with sqlite_app.extensions["portal"].database.reading() as session:
        news = select(OutboxLetter.state).where(OutboxLetter.kind == "diary_news")
        assert session.scalars(news).all() == [LetterState.CANCELLED]


def test_address_that_is_not_reached_is_shown_to_the_person_alone(
    sqlite_app: Flask, lesson_id: UUID, worker: Worker, inbox: Inbox, clock: FrozenClock
) -> None:
    parent = _confirmed(sqlite_app, worker, inbox)
    portal = sqlite_app.extensions["portal"]
    with portal.database.reading() as session:
        tasks = session.scalars(select(OfficeTask.id)).all()
    inbox.answer = "550 no such person"
    _calls_roll(sqlite_app, lesson_id, (CellKind.ATTENDANCE, "н"))
    worker()
    clock.advance(minutes=1)
    worker()
    parent.open("/notices")
    assert "письма на этот адрес не доходят" in parent.text
    with portal.database.reading() as session:
        assert session.scalars(select(OfficeTask.id)).all() == tasks
        assert session.scalars(select(UnreachedAddress.email)).all() == [EMAIL]
        assert session.scalars(select(News)).all() == []
        assert session.scalars(select(Notice.due_at)).all() == [None]
