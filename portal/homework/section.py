"""The section of a lesson's page that sets its homework: `homework/section.html` shows it."""

from dataclasses import dataclass

from flask_babel import gettext as _

from forms.fields import Option
from forms.homework import HomeworkFilesForm, HomeworkForm, due_word
from journal_core.errors import RuleBroken
from journal_core.homework.queries import (
    due_in,
    facts_of,
    homework_of,
    loads_of,
    next_lessons,
    planned_homework,
)
from journal_core.homework.rules import why_closed
from journal_core.homework.terms import DayLoad, HomeworkView, NextLesson
from journal_core.lessons.terms import DayLesson
from portal.access import current_actor
from portal.presentation import clock_time, short_date, weekday_date
from portal.refusals import words_of
from portal.state import current_portal, now, reading


@dataclass(frozen=True, kw_only=True)
class HomeworkSection:
    """What the template is given, under the name `homework`.

    planned    the plan's homework, while nothing is written
    due_here   what was set for this lesson
    refusal    why nothing may be written, in words; "" where it may
    """

    lesson: DayLesson
    form: HomeworkForm
    files: HomeworkFilesForm
    view: HomeworkView | None
    state: str
    planned: str
    due_here: list[HomeworkView]
    refusal: str = ""
    clause: str = ""


def homework_section(
    lesson: DayLesson,
    back: str,
    *,
    planned: str = "",
    form: HomeworkForm | None = None,
    files: HomeworkFilesForm | None = None,
) -> HomeworkSection:
    """The section for whoever reads the lesson's page; `back` is the path of that page.

    `planned` is the homework of the topic that the page offers; else that of the lesson's own
    topic is. `form` and `files` are what was sent and refused. About ten statements.
    """
    view = homework_of(reading(), lesson.id)
    closed = why_closed_now(lesson)
    return HomeworkSection(
        lesson=lesson,
        form=form or homework_form(lesson, view, back),
        files=files or HomeworkFilesForm(formdata=None, data={"back": back}),
        view=view,
        state=state_words(view),
        planned="" if view else planned or planned_homework(reading(), lesson.id),
        due_here=due_in(reading(), lesson),
        refusal=words_of(closed) if closed else "",
        clause=(closed.clause or "") if closed else "",
    )


def why_closed_now(lesson: DayLesson) -> RuleBroken | None:
    local = now().astimezone(current_portal().zone)
    return why_closed(facts_of(reading(), current_actor(), lesson, local))


def homework_form(
    lesson: DayLesson, view: HomeworkView | None, back: str = "", *, sent: bool = False
) -> HomeworkForm:
    """The form with what stands, or, when it was `sent`, with what was typed."""
    offered = next_lessons(reading(), lesson)
    values = {"back": back, **(_stored(view) if view else {})}
    if not values.get("homework_due") and offered:
        values["homework_due"] = due_word(offered[0].id, None)
    form = HomeworkForm(data=values) if sent else HomeworkForm(formdata=None, data=values)
    form.offer(_due_options(lesson, view, offered))
    return form


def state_words(view: HomeworkView | None) -> str:
    """What is on record: what it is, since when, and whether that was late (REC-2.2)."""
    if view is None:
        return str(_("Ещё не записано"))
    at = view.written_at.astimezone(current_portal().zone)
    facts = {"day": short_date(at.date()), "time": clock_time(at)}
    words = (
        _("Записано %(day)s в %(time)s: ничего не задано", **facts)
        if view.is_none
        else _("Записано %(day)s в %(time)s", **facts)
    )
    return f"{words}, {_('позже срока')}" if view.is_late else words


def load_words(load: DayLoad) -> str:
    """«уже задано: математика 20 мин, литература; всего 20 мин»."""
    if not load.tasks:
        return str(_("на этот день больше ничего не задано"))
    tasks = ", ".join(dict.fromkeys(_task_words(one) for one in load.tasks))
    if not load.minutes:
        return str(_("уже задано: %(tasks)s", tasks=tasks))
    return str(_("уже задано: %(tasks)s; всего %(minutes)s мин", tasks=tasks, minutes=load.minutes))


def _task_words(task: HomeworkView) -> str:
    name = task.subject + (f" ({task.group_name})" if task.group_name else "")
    if not task.minutes:
        return name
    return str(_("%(name)s %(minutes)s мин", name=name, minutes=task.minutes))


def _stored(view: HomeworkView) -> dict[str, object]:
    return {
        "homework": view.text,
        "homework_minutes": view.minutes,
        "homework_comment": view.comment,
        "homework_link": view.link,
        "homework_due": due_word(view.due_lesson_id, view.due_day),
    }


def _due_options(
    lesson: DayLesson, view: HomeworkView | None, offered: list[NextLesson]
) -> list[Option]:
    """The next lessons, each with what the class has to do for its day already.

    What is chosen stays on offer, also when it is none of them any more.
    """
    days = {due_word(one.id, None): one.day for one in offered}
    if view is not None and view.due_day is not None:
        days.setdefault(due_word(view.due_lesson_id, view.due_day), view.due_day)
    loads = loads_of(reading(), lesson.class_id, days.values(), but=lesson.id)
    return [
        Option(word, weekday_date(day), load_words(loads[day]))
        for word, day in sorted(days.items(), key=lambda one: one[1])
    ]
