"""Words of the days, and of what is wrong with a calendar."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from journal_core.calendar.terms import DayKind
from journal_core.errors import CoreError

KIND_NAMES = {
    DayKind.WORKING: _("рабочий день"),
    DayKind.WEEKEND: _("выходной"),
    DayKind.HOLIDAY: _("праздник"),
    DayKind.MOVED_DAY_OFF: _("перенесённый выходной"),
    DayKind.MOVED_WORKING_DAY: _("рабочая суббота или воскресенье"),
    DayKind.SCHOOL_CLOSED: _("школа закрыта"),
}

PROBLEM_NAMES = {
    "no_year": _("нет строки «# year: ГГГГ»"),
    "no_header": _("нет заголовка «day,kind,name»"),
    "not_three_cells": _("нужны три столбца: day, kind, name"),
    "unknown_kind": _("вид дня — holiday, moved_day_off или moved_working_day"),
    "not_a_date": _("дата пишется как ГГГГ-ММ-ДД"),
    "text_unfit": _("текст слишком длинный или в нём служебные знаки"),
    "calendar_day_twice": _("день назван дважды"),
    "calendar_day_of_other_year": _("день не того года"),
    "calendar_day_off_at_weekend": _(
        "перенесённый выходной не может быть субботой или воскресеньем"
    ),
    "calendar_working_day_in_week": _("перенесённый рабочий день — только суббота или воскресенье"),
    "school_closed_already": _("школа в этот день уже закрыта"),
    "school_not_closed": _("школа в этот день не закрыта"),
}


def problems_of(refusal: CoreError) -> list[str]:
    """A refused calendar in words: each bad line of a file, or the day that does not fit."""
    wrong: Any = refusal.facts.get("wrong")
    if wrong:
        return [
            gettext("строка %(line)s", line=one.line)
            + f": {PROBLEM_NAMES[one.problem]}"
            + (f" — «{one.value}»" if one.value else "")
            for one in wrong
        ]
    return [_day_problem(refusal.code, refusal.facts)]


def _day_problem(code: str, facts: Mapping[str, Any]) -> str:
    day = facts.get("day")
    words = str(PROBLEM_NAMES.get(code, code))
    return f"{day:%d.%m.%Y}: {words}" if day else words
