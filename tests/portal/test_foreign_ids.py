"""Whoever tries the ids of others: every page and every act, 404 and a line on record."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from http import HTTPStatus
from itertools import product
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.terms import Role
from journal_core.attendance.commands import TellReason, tell_reason
from journal_core.attendance.terms import Days, ReasonCode
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.classes.models import ClassMembership
from journal_core.clock import local_moment
from journal_core.context import ActionContext
from journal_core.corrections.models import MarkCorrection
from journal_core.corrections.terms import CorrectionState
from journal_core.correspondence.models import Mailing, Thread
from journal_core.correspondence.terms import Audience as MailedTo
from journal_core.database import new_id
from journal_core.files.terms import TakenFile
from journal_core.homework.commands import AddHomeworkFile, add_homework_file
from journal_core.journal.queries import members_of
from journal_core.journal.terms import CourseKey
from journal_core.lessons.models import Lesson
from journal_core.marks.models import Work
from journal_core.notice_board.commands import SaveNotice, put_up_notice
from journal_core.notice_board.terms import Audience
from journal_core.people.commands import add_person
from journal_core.people.models import Pupil, Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from journal_core.portfolio.commands import AddAchievement, Told, add_achievement
from journal_core.portfolio.terms import AchievementKind, AchievementLevel
from journal_core.recommendations.commands import Recommend, recommend
from journal_core.risk_group.commands import PutAtRisk, put_at_risk
from journal_core.risk_group.terms import RiskGround
from journal_core.school.models import SchoolClass
from portal.access import PUBLIC
from portal.demo.kept import KeepDay, keep_day
from portal.passwords import hasher
from portal.state import Portal
from tests.factories.journal import as_person
from tests.factories.school import YEAR, pupil, school_class, teacher
from tests.hostile import pdf
from tests.portal.crawling import NO_ROW, TABLES, Crawled, ids_of_rows, school_to_crawl
from tests.portal.story import PASSWORD, acted, signed_in

CHANCE = 20261125
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WALKERS = (Role.PARENT, Role.PUPIL, Role.TEACHER, Role.CLASS_TEACHER)

#: What a teacher may read of the whole school, and where rows belong to nobody.
EVERYBODYS = {
    "messages.write_to_colleague": "everybody of the school writes to everybody of it (POL-2.2.7)",
    "plans.plan": "the plans that teachers share (POL-3.6.1)",
    "plans.copy": "a shared plan is there to be copied",
    "plans.corrections": "printed with the plan",
    "timetable.week": "the timetable hangs on the wall",
    # A family that tries is met in tests/core/test_notice_board.py.
    "notice_board.file": "the staff reads what the families of any class are told",
}


@pytest.mark.clause("INS-3.3.23")
@pytest.mark.clause("POL-3.9.1")
def test_ids_of_others_open_nothing_and_every_try_is_on_record(sqlite_app: Flask) -> None:
    school = school_to_crawl(sqlite_app, chance=CHANCE)
    with sqlite_app.app_context():
        acted(sqlite_app, _past)
        school.ids = ids_of_rows(sqlite_app)
        acted(sqlite_app, _strangers)
    for role in WALKERS:
        school.browsers[role] = signed_in(sqlite_app, f"foreign-{role.value}")
    walked = [
        (rule, _tried(sqlite_app, school, who, method, rule))
        for method, who in product(("GET", "POST"), WALKERS)
        for rule in _rules(school, method, who)
    ]
    assert {name for rule, _told in walked for name in rule.arguments if name in TABLES} <= {
        name for name, ids in school.ids.items() if ids != [NO_ROW]
    }, "a table whose rows nobody could try"
    assert ([told for _rule, told in walked if told], school.told) == ([], "")


def _rules(school: Crawled, method: str, who: Role) -> Iterator[Rule]:
    """Those that this role may ask for, and that name a row."""
    for rule in school.rules(method):
        kinds = {type(one).__name__ for one in rule._converters.values()}
        is_open = school.may(who, rule) and school.tag(rule) != PUBLIC
        if "UUIDConverter" in kinds and is_open and rule.endpoint not in EVERYBODYS:
            yield rule


def _tried(app: Flask, school: Crawled, who: Role, method: str, rule: Rule) -> str:
    """What was wrong with the answer, or ""."""
    path = school.path(rule)
    answer = school.get(who, path) if method == "GET" else school.post(who, path, {})
    if answer.status_code != HTTPStatus.NOT_FOUND:
        return f"{who} {method} {path}: {answer.status}"
    named = UUID(ID.findall(path)[0])
    if not _is_on_record(app, rule.endpoint, named):
        return f"{who} {method} {path}: not on record"
    return ""


def _is_on_record(app: Flask, endpoint: str, subject_id: UUID) -> bool:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        rows = session.scalars(
            select(AuditEntry).where(
                AuditEntry.action == AuditAction.ACCESS_DENIED, AuditEntry.subject_id == subject_id
            )
        )
        return any(row.details == {"what": endpoint} for row in rows)


def _past(context: ActionContext) -> None:
    """A row of each kind that somebody might try for."""
    session = context.session
    lessons = select(Lesson).where(Lesson.day < context.today).order_by(Lesson.day)
    keep_day(context, KeepDay(day=session.scalars(lessons).all()[-1].day))
    work = session.scalars(select(Work)).first()
    assert work
    lesson = session.get_one(Lesson, work.lesson_id)
    at_noon = replace(context, now=local_moment(lesson.day, time(12), context.zone))
    writer = as_person(at_noon, lesson.teacher_id)
    file = TakenFile(name="задачи.pdf", media_type="application/pdf", content=pdf())
    add_homework_file(writer, AddHomeworkFile(lesson_id=lesson.id, file=file))
    leader = session.scalars(
        select(SchoolClass).where(SchoolClass.class_teacher_id.is_not(None))
    ).first()
    assert leader
    assert leader.class_teacher_id
    member = select(ClassMembership.pupil_id).where(ClassMembership.class_id == leader.id)
    tell_reason(
        as_person(context, leader.class_teacher_id),
        TellReason(
            pupil_id=session.scalars(member).all()[0],
            days=Days(since=context.today, until=context.today),
            reason=ReasonCode.ILL,
        ),
    )
    _written_to(writer, lesson)
    put_at_risk(
        as_person(context, leader.class_teacher_id),
        PutAtRisk(
            pupil_id=session.scalars(member).all()[0],
            ground=RiskGround.ATTAINMENT,
            since=context.today,
            reason="две двойки",
        ),
    )
    session.add(
        Mailing(
            class_id=leader.id,
            audience=MailedTo.PARENTS,
            subject="Собрание",
            sent_at=context.now,
            by_person_id=leader.class_teacher_id,
        )
    )
    session.add(
        Thread(
            subject="Пересдача",
            pupil_id=session.scalars(member).all()[0],
            is_answered=False,
            started_at=context.now,
            last_at=context.now,
        )
    )
    session.add(
        MarkCorrection(
            academic_year=YEAR,
            class_id=lesson.class_id,
            subject_id=lesson.subject_id,
            state=CorrectionState.ASKED,
            reason="описка",
            asked_at=context.now,
            asked_by="Орлова Е. С.",
            asked_by_id=lesson.teacher_id,
        )
    )


def _written_to(writer: ActionContext, lesson: Lesson) -> None:
    """What is told to the families of the lesson's class, and to one of its pupils alone."""
    put_up_notice(
        writer,
        SaveNotice(
            notice_id=new_id(),
            title="Собрание",
            text="",
            audience=Audience.FAMILIES,
            class_ids=(lesson.class_id,),
            is_pinned=False,
            since=writer.today,
            until=None,
            files=(TakenFile(name="план.pdf", media_type="application/pdf", content=pdf()),),
        ),
    )
    key = CourseKey(
        class_id=lesson.class_id, subject_id=lesson.subject_id, group_id=lesson.group_id
    )
    pupil_id = next(iter(members_of(writer.session, key, writer.today, writer.today)))
    recommend(writer, Recommend(key=key, pupil_ids=(pupil_id,), text="Повторить"))
    told = Told(
        kind=AchievementKind.SPORT,
        level=AchievementLevel.SCHOOL,
        title="Кросс",
        achieved_on=writer.today,
    )
    add_achievement(writer, AddAchievement(achievement_id=new_id(), pupil_id=pupil_id, told=told))


def _strangers(context: ActionContext) -> None:
    """A family and two teachers of a class in which nothing of the school's past has happened."""
    leader = teacher(context, "Чужова Ирина Павловна", "классный руководитель")
    class_id = school_class(context, "10Н", leader).id
    newcomer = pupil(context, class_id, "Чужов Олег Олегович", born=date(2010, 2, 3))
    child = context.session.get_one(Pupil, newcomer)
    child.diary_opened_at = context.now
    parent = add_person(context, split_full_name("Чужов Олег Иванович"))
    context.session.add(
        Representation(
            person_id=parent.id,
            pupil_id=newcomer,
            kind=RepresentativeKind.PARENT,
            confirmed_at=context.now,
        )
    )
    people = {
        Role.PARENT: parent.id,
        Role.PUPIL: child.person_id,
        Role.TEACHER: teacher(context, "Чужов Семён Павлович"),
        Role.CLASS_TEACHER: leader,
    }
    hashed = hasher().hash(PASSWORD)
    for role, person_id in people.items():
        account = NewAccount(
            person_id=person_id, username=f"foreign-{role.value}", password_hash=hashed
        )
        grant_role(context, create_account(context, account), role)
