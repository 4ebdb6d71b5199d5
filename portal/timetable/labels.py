"""The words of the timetable on screen."""

from collections.abc import Iterable, Mapping
from typing import cast

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from journal_core.errors import RuleBroken
from journal_core.timetable.terms import Clash, ClashKind, PlannedLesson, Slot

WEEKDAY_NAMES = {
    1: _("Понедельник"),
    2: _("Вторник"),
    3: _("Среда"),
    4: _("Четверг"),
    5: _("Пятница"),
    6: _("Суббота"),
}
WEEKDAY_SHORT = {1: _("Пн"), 2: _("Вт"), 3: _("Ср"), 4: _("Чт"), 5: _("Пт"), 6: _("Сб")}

#: What is taken twice; `other` is the lesson that already has it.
CLASH_WORDS = {
    ClashKind.TEACHER: _("Учитель %(teacher)s уже ведёт в этот час: %(other)s"),
    ClashKind.CLASS: _("У класса %(class_name)s в этот час уже стоит: %(other)s"),
    ClashKind.GROUP: _("В этих группах одни и те же ученики: %(other)s"),
    ClashKind.ROOM: _("Кабинет %(room)s в этот час занят: %(other)s"),
}


def clashes_of(error: RuleBroken) -> tuple[Clash, ...]:
    """The clashes that a refusal names; none when it is about something else."""
    return cast(tuple[Clash, ...], error.facts.get("clashes", ()))


def clash_words(clash: Clash, own: Slot, names: Mapping[Slot, PlannedLesson]) -> str:
    """Why `own` cannot stand there, naming the other lesson."""
    other = clash.second if clash.first == own else clash.first
    told = names.get(other)
    facts = {
        "teacher": told.teacher.initials if told else "",
        "class_name": told.class_name if told else "",
        "room": own.room,
        "other": lesson_words(told) if told else "",
    }
    return str(CLASH_WORDS[clash.kind]) % facts


def clash_lines(clashes: Iterable[Clash], names: Mapping[Slot, PlannedLesson]) -> list[str]:
    """Each clash with its weekday, its hour, and both lessons."""
    return [
        gettext(
            "%(weekday)s, %(number)s-й урок. %(first)s. %(clash)s",
            weekday=WEEKDAY_NAMES[clash.weekday],
            number=clash.number,
            first=lesson_words(names[clash.first]),
            clash=clash_words(clash, clash.first, names),
        )
        for clash in clashes
    ]


def lesson_words(lesson: PlannedLesson) -> str:
    """«7А, Английский язык (1), И.П.Белов, каб. 12»."""
    group = f" ({lesson.group_name})" if lesson.group_name else ""
    parts = [lesson.class_name, lesson.subject + group, lesson.teacher.initials]
    if lesson.slot.room:
        parts.append(gettext("каб. %(room)s", room=lesson.slot.room))
    return ", ".join(parts)
