"""Correspondence on screen: letters, and an error told from the diary until it is corrected."""

from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from uuid import UUID

import pytest

from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.terms import Role
from journal_core.context import ActionContext
from journal_core.journal.terms import CellSaved
from journal_core.people.commands import add_person
from journal_core.people.models import Pupil, Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from portal.messages.reports import note_written
from portal.passwords import hasher
from tests.clock import FrozenClock
from tests.hostile import pdf
from tests.portal.story import PASSWORD, Browser, signed_in
from tests.portal.test_corrections import Story, story

__all__ = ["story"]
UUID_ = r"[0-9a-f-]{36}"


@dataclass(frozen=True, kw_only=True)
class Family:
    """Абрамов's mother; her child has a 3 since Monday, it is Tuesday."""

    mother: Browser
    teacher: Browser
    pupil_id: UUID
    teacher_id: UUID

    @property
    def diary(self) -> str:
        return f"/diary/{self.pupil_id}?week=2026-11-23"

    def reported(self, words: str = "В тетради стоит 4.", key: str = "") -> str:
        """The address of the thread of the mark that she reports from the diary."""
        self.mother.open(self.diary)
        path = self.mother.found(rf'href="(/messages/report/{UUID_}/{UUID_}\?work={UUID_})"')
        self.mother.open(path)
        key = key or self.mother.found(r'name="key" value="([^"]+)"')
        seen = self.mother.send(path, key=key, words=words)
        assert seen.status_code == HTTPStatus.OK
        return seen.request.path


@pytest.fixture
def family(story: Story) -> Family:
    pupil_id = story.school.pupils[0]

    def joined(context: ActionContext) -> None:
        mother = add_person(context, split_full_name("Абрамова Нина Ивановна"))
        context.session.add(
            Representation(
                person_id=mother.id,
                pupil_id=pupil_id,
                kind=RepresentativeKind.PARENT,
                confirmed_at=context.now,
            )
        )
        context.session.get_one(Pupil, pupil_id).diary_opened_at = context.now
        account = NewAccount(
            person_id=mother.id, username="mother", password_hash=hasher().hash(PASSWORD)
        )
        grant_role(context, create_account(context, account), Role.PARENT)

    with story.app.app_context():
        story.act(joined)
    return Family(
        mother=signed_in(story.app, "mother"),
        teacher=signed_in(story.app, "teacher"),
        pupil_id=pupil_id,
        teacher_id=story.school.teacher_id,
    )


@pytest.mark.clause("POL-3.9.5", "POL-3.7.8", "INS-3.3.13", "HLP-4")
def test_an_error_told_from_the_diary_is_corrected_by_a_slip_and_the_family_sees_both(
    story: Story, family: Family, clock: FrozenClock
) -> None:
    mother, teacher = family.mother, family.teacher
    thread = family.reported()
    for words in ("Сообщение отправлено учителю", "ждёт ответа", "осталось"):
        assert words in mother.text
    mother.open(family.diary)
    again = mother.open(mother.found(rf'href="(/messages/report/{UUID_}/{UUID_}\?work={UUID_})"'))
    assert again.request.path == thread, "a cell that is reported leads to its thread"

    teacher.open("/home")
    assert "Сообщения об ошибках ждут ответа" in teacher.text
    teacher.open("/messages/errors")
    assert f'href="{thread}"' in teacher.text
    teacher.open(thread)
    assert "В тетради стоит 4." in teacher.text
    ask = teacher.found(r'href="(/corrections/new\?[^"]+)"').replace("&amp;", "&")
    teacher.open(ask)
    teacher.send(ask, **story.answers(p0="4"))
    assert "Просьба отправлена" in teacher.text
    deputy = signed_in(story.app, "deputy")
    deputy.open("/corrections")
    slip = deputy.found(rf'href="(/corrections/{UUID_})"')
    deputy.open(slip)
    deputy.send(f"{slip}/approve", seen_version=deputy.found(r'name="seen_version" value="(\d+)"'))
    clock.advance(minutes=5)
    assert isinstance(story.write("4"), CellSaved)
    with story.app.app_context():
        note_written()
        note_written()

    mother.open("/home")
    assert "Новое в переписке" in mother.text
    mother.open("/messages")
    assert "новое" in mother.text
    mother.open(thread)
    for words in ("Было <strong>3</strong>, стало <strong>4</strong>", "корешок № 1", "исправлено"):
        assert words in mother.text
    mother.open("/messages")
    assert "новое" not in mother.text
    deputy.open("/messages/errors")
    assert "Ни одно сообщение об ошибке не ждёт ответа" in deputy.text
    twice = family.reported(key=thread.rpartition("/")[2])
    assert twice == thread, "what is sent twice leads to what was written once"


@pytest.mark.clause("POL-3.7.8")
def test_the_deputy_sees_what_is_overdue_and_a_refusal_needs_its_reason(
    story: Story, family: Family, clock: FrozenClock
) -> None:
    thread = family.reported()
    family.mother.open(family.diary)
    clock.advance(hours=25)
    deputy = signed_in(story.app, "deputy")
    deputy.open("/messages/errors")
    assert "row-overdue" in deputy.text
    assert "срок прошёл" in deputy.text
    deputy.open(thread)
    page = deputy.send(f"{thread}/no-error", reason="")
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Объясните семье, почему" in deputy.text
    page = deputy.send(f"{thread}/corrected", corrected="")
    assert "Клетка прежняя" in deputy.text
    deputy.send(f"{thread}/no-error", reason="В тетради тоже 3.")
    assert "Ответ отправлен семье" in deputy.text
    mother = signed_in(story.app, "mother")
    mother.open(thread)
    for words in ("ошибки нет", "В тетради тоже 3.", "Лебедев"):
        assert words in mother.text
    assert mother.send(f"{thread}/no-error", reason="Нет").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.clause("POL-3.9.3", "POL-2.2.7", "POL-3.5.4")
def test_family_and_school_write_with_files_and_nobody_else_reads(
    story: Story, family: Family
) -> None:
    mother, teacher = family.mother, family.teacher
    mother.open("/messages/new")
    path = mother.found(rf'href="(/messages/new/{family.pupil_id}/{family.teacher_id})"')
    mother.open(path)
    key = mother.found(r'name="key" value="([^"]+)"')
    page = mother.send(path, key=key, subject="", text="Когда пересдача?")
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Когда пересдача?" in mother.text
    letter = {"key": key, "subject": "Пересдача", "text": "Когда пересдача?"}
    page = mother.send(path, **letter, files=(BytesIO(b"MZ\x90"), "вирус.exe"))
    assert "вирус.exe: " in mother.text
    mother.send(path, **letter, files=(BytesIO(pdf()), "справка.pdf"))
    file = mother.found(rf'href="(/messages/files/{UUID_})"')
    assert "Ещё не прочитано" in mother.text
    teacher.open(f"/messages/{key}")
    answer = teacher.found(r'name="key" value="([^"]+)"')
    teacher.send(f"/messages/{key}", key=answer, text="В пятницу.")
    mother.open(f"/messages/{key}")
    for words in ("В пятницу.", "Прочитано: Орлова"):
        assert words in mother.text
    assert teacher.client.get(file).status_code == HTTPStatus.OK
    for stranger in (signed_in(story.app, "parent"), signed_in(story.app, "deputy")):
        for foreign in (f"/messages/{key}", file):
            assert stranger.open(foreign).status_code == HTTPStatus.NOT_FOUND, foreign

    assert signed_in(story.app, "parent").open(path).status_code == HTTPStatus.NOT_FOUND

    address = f"/messages/classes/{story.school.class_id}"
    teacher.open(address)
    letter = {"audience": "parents", "subject": "Собрание", "text": "В среду в 18:00."}
    mailing = teacher.found(r'name="key" value="([^"]+)"')
    teacher.send(address, key=mailing, **letter)
    assert "Абрамова Нина Ивановна" in teacher.text
    mother.open("/messages")
    assert "Собрание" in mother.text
    for foreign in (f"/messages/mailings/{mailing}", f"/messages/classes/{mailing}"):
        assert signed_in(story.app, "deputy").open(foreign).status_code == HTTPStatus.NOT_FOUND
