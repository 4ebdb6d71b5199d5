"""A pupil who comes of age decides who reads the diary; each side reads why, with the clause."""

from datetime import date, timedelta
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import select

from journal_core.context import ActionContext
from journal_core.people.models import Person, Pupil, Representation
from tests.clock import FrozenClock
from tests.portal.story import acted, seed, signed_in


@pytest.mark.clause("SVC-2.12.3", "SVC-2.8")
def test_pupil_of_age_opens_the_diary_to_the_parent_again(
    sqlite_app: Flask, clock: FrozenClock
) -> None:
    def grow_up(context: ActionContext) -> str:
        """The demo's pupil with an account comes of age in two days."""
        pupil = context.session.scalars(
            select(Pupil).where(Pupil.diary_opened_at.is_not(None))
        ).one()
        person = context.session.get_one(Person, pupil.person_id)
        person.birth_date = date(2008, 11, 25)
        return str(pupil.id)

    seed(sqlite_app)
    diary = f"/diary/{acted(sqlite_app, grow_up)}"
    parent = signed_in(sqlite_app, "parent")
    assert parent.open(diary).status_code == HTTPStatus.OK
    assert "исполнится 18 лет" in parent.text
    assert "SVC-2.12.3" in parent.text
    clock.advance(days=2)
    parent, pupil = signed_in(sqlite_app, "parent"), signed_in(sqlite_app, "pupil")
    assert parent.open(diary).status_code == HTTPStatus.NOT_FOUND
    parent.open("/home")
    assert "Дневник закрыт с" in parent.text
    pupil.open("/home")
    pupil.send(pupil.found(r'action="(/home/readers/[0-9a-f-]+/let)"'))
    assert "разрешено" in pupil.text
    assert parent.open(diary).status_code == HTTPStatus.OK


@pytest.mark.clause("SVC-2.12.3")
def test_curator_records_the_written_word_of_a_pupil_of_age(sqlite_app: Flask) -> None:
    def grow_up(context: ActionContext) -> str:
        link = context.session.scalars(select(Representation)).first()
        assert link
        pupil = context.session.get_one(Pupil, link.pupil_id)
        person = context.session.get_one(Person, pupil.person_id)
        person.birth_date = context.today - timedelta(days=18 * 366)
        return f"/people/{person.id}"

    seed(sqlite_app)
    card = acted(sqlite_app, grow_up)
    curator = signed_in(sqlite_app, "curator")
    curator.open(card)
    assert "18 лет: дневник закрыт" in curator.text
    curator.send(curator.found(r'action="(/people/representatives/[0-9a-f-]+/let)"'))
    assert "разрешил ученик" in curator.text
