"""The notice board: who puts up what, and who sees it when."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.context import ActionContext, Actor
from journal_core.errors import NotFound, RuleBroken
from journal_core.files.terms import TakenFile
from journal_core.notice_board.commands import (
    SaveNotice,
    TakeDownNotice,
    change_notice,
    put_up_notice,
    take_down_notice,
)
from journal_core.notice_board.queries import (
    file_of_notice,
    notice_to_edit,
    notices_for_staff,
    notices_of_pupil,
    pinned_titles,
)
from journal_core.notice_board.terms import Audience, Shelf
from journal_core.people.models import Pupil
from journal_core.school.models import SchoolClass
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import pupil, school_class
from tests.hostile import pdf

DAY = timedelta(days=1)
FILE = TakenFile(name="план.pdf", media_type="application/pdf", content=pdf())


@pytest.fixture
def school(context: ActionContext) -> KeptSchool:
    """Орлова leads 7А, and as a class teacher nothing else."""
    school = kept_school(context)
    context.session.get_one(SchoolClass, school.class_id).class_teacher_id = school.teacher_id
    return school


def _notice(title: str, class_ids: tuple[UUID, ...] = (), **values: object) -> SaveNotice:
    told: dict[str, object] = {
        "notice_id": uuid4(), "title": title, "text": "", "audience": Audience.FAMILIES,
        "class_ids": class_ids, "is_pinned": False, "since": TODAY, "until": None,
    }  # fmt: skip
    return SaveNotice(**(told | values))  # type: ignore[arg-type]


def _leader(context: ActionContext, school: KeptSchool) -> ActionContext:
    return as_person(context, school.teacher_id, permissions=ROLE_PERMISSIONS[Role.CLASS_TEACHER])


def _reader(context: ActionContext, pupil_id: UUID) -> Actor:
    person_id = context.session.get_one(Pupil, pupil_id).person_id
    permissions = ROLE_PERMISSIONS[Role.PUPIL]
    return replace(context.actor, person_id=person_id, permissions=permissions)


@pytest.mark.clause("POL-3.4.9")
def test_family_sees_what_hangs_today_for_the_school_and_its_class(
    context: ActionContext, school: KeptSchool
) -> None:
    other = school_class(context, "7Б").id
    stranger = pupil(context, other, "Чужов Олег Олегович")
    for notice in (
        _notice("Собрание 7А", (school.class_id,), files=(FILE,)),
        _notice("Карантин", is_pinned=True),
        _notice("Педсовет", audience=Audience.STAFF),
        _notice("Каникулы", since=TODAY + DAY, until=TODAY + 2 * DAY),
        _notice("Вчера", since=TODAY - 3 * DAY, until=TODAY - DAY),
    ):
        put_up_notice(context, notice)
        put_up_notice(context, notice)  # sent twice, it hangs once

    def told(pupil_id: UUID, on: date = TODAY) -> list[str]:
        return [one.title for one in notices_of_pupil(context.session, pupil_id, on)]

    assert told(school.pupils[0]) == ["Карантин", "Собрание 7А"]
    assert told(stranger) == ["Карантин"]
    assert told(stranger, TODAY + 2 * DAY) == ["Карантин", "Каникулы"]
    assert told(stranger, TODAY + 3 * DAY) == ["Карантин"]
    assert pinned_titles(context.session, stranger, TODAY) == ["Карантин"]
    staff = {
        shelf: [
            one.title for one in notices_for_staff(context.session, context.actor, shelf, TODAY)
        ]
        for shelf in Shelf
    }
    assert staff[Shelf.NOW][0] == "Карантин"
    assert set(staff[Shelf.NOW]) == {"Карантин", "Педсовет", "Собрание 7А"}
    assert (staff[Shelf.AHEAD], staff[Shelf.PAST]) == (["Каникулы"], ["Вчера"])
    (file,) = notices_of_pupil(context.session, school.pupils[0], TODAY)[1].files
    own, foreign = _reader(context, school.pupils[0]), _reader(context, stranger)
    assert file_of_notice(context.session, own, file.file_id, TODAY).name == "план.pdf"
    with pytest.raises(NotFound, match="file_unknown"):
        file_of_notice(context.session, foreign, file.file_id, TODAY)


@pytest.mark.clause("POL-3.5.1")
def test_class_teacher_speaks_to_the_families_of_the_own_class_alone(
    context: ActionContext, school: KeptSchool
) -> None:
    other = school_class(context, "7Б").id
    leader, own = _leader(context, school), _notice("Собрание", (school.class_id,))
    put_up_notice(leader, own)
    for notice in (
        _notice("Всем"),
        _notice("Чужим", (other,)),
        _notice("Учителям", audience=Audience.STAFF),
    ):
        with pytest.raises(NotFound, match="class_unknown"):
            put_up_notice(leader, notice)
    of_school, of_head = _notice("Карантин"), _notice("Смотр", (school.class_id,))
    for notice in (of_school, of_head):
        put_up_notice(context, notice)
        with pytest.raises(NotFound, match="notice_unknown"):
            change_notice(leader, replace(notice, title="Нет"))
    change_notice(leader, replace(own, title="Собрание в 18:00"))
    take_down_notice(leader, TakeDownNotice(notice_id=own.notice_id))
    told = notices_of_pupil(context.session, school.pupils[0], TODAY)
    assert {one.title for one in told} == {"Карантин", "Смотр"}
    with pytest.raises(NotFound, match="notice_unknown"):
        notice_to_edit(context.session, context.actor, own.notice_id, TODAY)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"title": ""}, "notice_without_title"),
        ({"text": "а" * 4001}, "notice_long"),
        ({"until": TODAY - DAY}, "notice_days"),
        ({"files": (FILE,) * 6}, "files_many"),
    ],
)
def test_unfit_notice_is_refused(
    context: ActionContext, values: dict[str, object], refusal: str
) -> None:
    with pytest.raises(RuleBroken, match=refusal):
        put_up_notice(context, replace(_notice("Карантин"), **values))
