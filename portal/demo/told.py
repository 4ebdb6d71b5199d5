"""What the demo school tells the families of one class: on the board, in diaries, in portfolios."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.classes.queries import class_on
from journal_core.context import ActionContext, Actor
from journal_core.database import new_id
from journal_core.journal.terms import CourseKey
from journal_core.lessons.models import Lesson
from journal_core.notice_board.commands import SaveNotice, put_up_notice
from journal_core.notice_board.terms import Audience
from journal_core.people.models import Person
from journal_core.portfolio.commands import AddAchievement, Told, add_achievement
from journal_core.portfolio.terms import AchievementKind, AchievementLevel
from journal_core.recommendations.commands import Recommend, recommend
from journal_core.school.models import SchoolClass
from journal_core.school.queries import class_named, signatory_on

DAY = timedelta(days=1)
ADVICE = (
    "Повторить правила и решать по две задачи в день: ошибки — в вычислениях, ход решения верный.",
    "Больше читать вслух и пересказывать прочитанное своими словами.",
    "Хорошо отвечает устно. Советую попробовать силы в школьной олимпиаде.",
)
#: Kind, level, name, result, how many days ago.
ACHIEVED = (
    (AchievementKind.OLYMPIAD, AchievementLevel.SCHOOL, "Школьный этап олимпиады", "призёр", 40),
    (AchievementKind.SPORT, AchievementLevel.MUNICIPAL, "Осенний кросс", "2 место", 60),
    (AchievementKind.ART, AchievementLevel.REGIONAL, "Конкурс чтецов «Живая классика»", "", 25),
)
#: Heading, text, whom it is for, pinned, for how many days.
HUNG = (
    (
        "Родительское собрание",
        "Собрание класса — в четверг в 18:00, кабинет 12. О чём: итоги четверти и питание.",
        Audience.FAMILIES, True, 14,
    ),
    (
        "Сбор макулатуры",
        "Принимаем макулатуру в холле с 8:00 до 14:00 всю неделю.",
        Audience.FAMILIES, False, 7,
    ),
    (
        "Итоги проверки журналов за неделю",
        "Темы и домашние задания записаны у всех, оценки за контрольные работы — в срок.",
        Audience.STAFF, False, 30,
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class TellFamilies:
    """The class, and the day of the story."""

    class_name: str
    day: date


def tell_families(context: ActionContext, command: TellFamilies) -> int:
    """Through the real commands; returns how many of its pupils were told something."""
    school_class = class_named(context.session, command.class_name)
    if school_class is None:
        return 0
    pupils = [
        pupil.id for pupil, _person in class_on(context.session, school_class.id, command.day)
    ]
    head = _as_head(context, command.day)
    for title, text, audience, is_pinned, days in HUNG:
        notice = SaveNotice(
            notice_id=new_id(),
            title=title,
            text=text,
            audience=audience,
            class_ids=(school_class.id,) if is_pinned else (),
            is_pinned=is_pinned,
            since=command.day,
            until=command.day + days * DAY,
        )
        put_up_notice(head, notice)
    for step, (giver, key) in enumerate(_givers(context, school_class)):
        advised = tuple(pupils[step :: len(ADVICE)])
        if not advised:
            break
        recommend(giver, Recommend(key=key, pupil_ids=advised, text=ADVICE[step]))
        for pupil_id in advised:
            add_achievement(
                giver,
                AddAchievement(
                    achievement_id=new_id(), pupil_id=pupil_id, told=_achieved(step, command.day)
                ),
            )
    return len(pupils)


def _as_head(context: ActionContext, on: date) -> ActionContext:
    """Who signs for the school, putting up its notices."""
    signatory = signatory_on(context.session, on)
    label = signatory.name if signatory else context.actor.label
    actor = Actor(label=label, permissions=ROLE_PERMISSIONS[Role.HEAD])
    return replace(context, actor=actor)


def _achieved(step: int, day: date) -> Told:
    kind, level, title, result, ago = ACHIEVED[step]
    return Told(kind=kind, level=level, title=title, result=result, achieved_on=day - ago * DAY)


def _givers(
    context: ActionContext, school_class: SchoolClass
) -> list[tuple[ActionContext, CourseKey]]:
    """Three of the courses that the whole class has, each with its teacher acting."""
    rows = context.session.execute(
        select(Lesson.subject_id, Person)
        .join(Person, Person.id == Lesson.teacher_id)
        .where(Lesson.class_id == school_class.id, Lesson.group_id.is_(None))
        .distinct()
        .order_by(Person.sort_key, Lesson.subject_id)
        .limit(len(ADVICE))
    )
    return [
        (
            replace(
                context,
                actor=Actor(
                    label=person.name.full,
                    permissions=ROLE_PERMISSIONS[Role.TEACHER],
                    person_id=person.id,
                ),
            ),
            CourseKey(class_id=school_class.id, subject_id=subject_id),
        )
        for subject_id, person in rows
    ]
