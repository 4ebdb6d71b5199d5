"""The portfolio: who enters, who reads, what stays."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import GroupMembership
from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.files.terms import TakenFile
from journal_core.lessons.models import Lesson
from journal_core.people.models import Pupil
from journal_core.portfolio.commands import (
    AddAchievement,
    ChangeAchievement,
    RemoveAchievement,
    Told,
    add_achievement,
    change_achievement,
    remove_achievement,
)
from journal_core.portfolio.queries import (
    achievement_to_edit,
    achievements_of,
    file_of_achievement,
    portfolios_of_class,
    pupil_to_read,
)
from journal_core.portfolio.terms import AchievementKind, AchievementLevel
from journal_core.school.models import SchoolClass
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import pupil, school_class, subject, teacher
from tests.factories.week import SINCE, division
from tests.hostile import pdf

TURNIR = Told(
    kind=AchievementKind.OLYMPIAD,
    level=AchievementLevel.REGIONAL,
    title="Турнир юных математиков",
    achieved_on=date(2026, 11, 20),
    result="призёр",
    files=(TakenFile(name="диплом.pdf", media_type="application/pdf", content=pdf()),),
)


@pytest.fixture
def school(context: ActionContext) -> KeptSchool:
    return kept_school(context)


def _as(context: ActionContext, person_id: UUID, role: Role = Role.TEACHER) -> ActionContext:
    return as_person(context, person_id, permissions=ROLE_PERMISSIONS[role])


def _adds(context: ActionContext, pupil_id: UUID, told: Told = TURNIR) -> UUID:
    command = AddAchievement(achievement_id=uuid4(), pupil_id=pupil_id, told=told)
    add_achievement(context, command)
    add_achievement(context, command)  # sent twice, it is entered once
    return command.achievement_id


@pytest.mark.clause("POL-3.6.6")
def test_teacher_enters_what_the_family_and_the_class_teacher_then_see(
    context: ActionContext, school: KeptSchool
) -> None:
    session, glory = context.session, school.pupils[0]
    orlova = _as(context, school.teacher_id)
    added = _adds(orlova, glory)
    _adds(orlova, glory, replace(TURNIR, title="Кросс", achieved_on=TODAY, files=()))
    assert [(one.title, len(one.files)) for one in achievements_of(session, glory)] == [
        ("Кросс", 0), ("Турнир юных математиков", 1),
    ]  # fmt: skip
    _class, pupils = portfolios_of_class(session, orlova.actor, school.class_id, TODAY)
    assert [(one.count, one.latest) for one in pupils] == [(2, TODAY)] + [(0, None)] * 4
    (file,) = achievements_of(session, glory)[1].files
    readers = [
        replace(
            context.actor,
            person_id=session.get_one(Pupil, one).person_id,
            permissions=ROLE_PERMISSIONS[Role.PUPIL],
        )
        for one in school.pupils[:2]
    ]
    assert file_of_achievement(session, readers[0], file.file_id, TODAY).name == "диплом.pdf"
    with pytest.raises(NotFound, match="file_unknown"):
        file_of_achievement(session, readers[1], file.file_id, TODAY)
    change_achievement(
        orlova, ChangeAchievement(achievement_id=added, told=replace(TURNIR, result="победитель"))
    )
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.ACHIEVEMENT_SAVED)
    ).all()
    assert entries[-1].details["before"]["result"] == "призёр"
    remove_achievement(orlova, RemoveAchievement(achievement_id=added))
    assert [one.title for one in achievements_of(session, glory)] == ["Кросс"]
    with pytest.raises(NotFound, match="file_unknown"):
        file_of_achievement(session, readers[0], file.file_id, TODAY)


@pytest.mark.clause("POL-3.6.1")
@pytest.mark.clause("POL-3.5.1")
def test_portfolio_is_open_to_who_teaches_the_pupil_and_leads_the_class(
    context: ActionContext, school: KeptSchool
) -> None:
    session, (glory, anna, *_rest) = context.session, school.pupils
    added = _adds(_as(context, school.teacher_id), glory)
    leader = _as(context, teacher(context, "Лидова Анна Ивановна"), Role.CLASS_TEACHER)
    session.get_one(SchoolClass, school.class_id).class_teacher_id = leader.actor.person_id
    assert achievement_to_edit(session, leader.actor, added, TODAY).may_edit
    english = _as(context, teacher(context, "Смит Ирина Павловна"))
    subject_id = subject(context, "Английский язык")
    group_id = division(context, school.class_id, subject_id, "Группа 1")
    session.add(GroupMembership(group_id=group_id, pupil_id=anna, since=SINCE))
    session.add(
        Lesson(
            class_id=school.class_id, subject_id=subject_id, group_id=group_id, day=TODAY,
            number=6, teacher_id=english.actor.person_id,
        )
    )  # fmt: skip
    session.flush()
    assert pupil_to_read(session, english.actor, anna, TODAY).may_add
    with pytest.raises(NotFound, match="pupil_unknown"):
        _adds(english, glory)
    with pytest.raises(NotFound, match="achievement_unknown"):
        achievement_to_edit(session, english.actor, added, TODAY)
    foreign = pupil(context, school_class(context, "7Б").id, "Чужов Олег Олегович")
    with pytest.raises(NotFound, match="pupil_unknown"):
        pupil_to_read(session, leader.actor, foreign, TODAY)
    deputy = _as(context, teacher(context, "Завучева Ольга Ильинична"), Role.DEPUTY)
    assert not pupil_to_read(session, deputy.actor, foreign, TODAY).may_add


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"title": ""}, "achievement_without_title"),
        ({"note": "а" * 1001}, "achievement_long"),
        ({"achieved_on": TODAY + timedelta(days=1)}, "achievement_ahead"),
    ],
)
def test_unfit_achievement_is_refused(
    context: ActionContext, school: KeptSchool, values: dict[str, object], refusal: str
) -> None:
    with pytest.raises(RuleBroken, match=refusal):
        _adds(as_person(context, school.teacher_id), school.pupils[0], replace(TURNIR, **values))
