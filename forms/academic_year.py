"""Periods, holidays and bells of the academic year."""

from datetime import date
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from forms.base import PortalForm
from forms.fields import Checkbox, DateParts, Integer, Select, Text, Time
from journal_core.academic_year.terms import PERIODS_IN_YEAR, Bell, PeriodKind
from journal_core.school.terms import GRADES

#: Lessons of a day; a school may begin before the first.
LESSONS = range(10)


class GradesForm(PortalForm):
    """A range of grades, both within."""

    first_grade = Integer(
        _("С какого класса"), least=GRADES[0], most=GRADES[-1], width=2, required=_("Укажите класс")
    )
    last_grade = Integer(
        _("По какой класс"), least=GRADES[0], most=GRADES[-1], width=2, required=_("Укажите класс")
    )


class PeriodsForm(GradesForm):
    """Fields since_1, until_1, … as many as the kind has in a year."""

    count = 0

    @property
    def pairs(self) -> list[tuple[int, Any, Any]]:
        """(number, first day, last day) of each period."""
        return [
            (number, self[f"since_{number}"], self[f"until_{number}"])
            for number in range(1, self.count + 1)
        ]

    @property
    def spans(self) -> list[tuple[date, date]]:
        return [(since.data, until.data) for _number, since, until in self.pairs]


@cache
def periods_form(kind: PeriodKind) -> type[PeriodsForm]:
    """The form of the periods of the kind."""
    count = PERIODS_IN_YEAR[kind]
    fields: dict[str, Any] = {"count": count}
    for number in range(1, count + 1):
        fields[f"since_{number}"] = DateParts(_("Первый день"), required=_("Укажите первый день"))
        fields[f"until_{number}"] = DateParts(
            _("Последний день"), required=_("Укажите последний день")
        )
    return type("KindForm", (PeriodsForm,), fields)


class HolidayForm(GradesForm):
    name = Text(
        _("Название"), hint=_("Например, «Осенние»"), required=_("Назовите каникулы"), limit=200
    )
    since = DateParts(_("Первый день"), required=_("Укажите первый день"))
    until = DateParts(_("Последний день"), required=_("Укажите последний день"))


class BellsForm(PortalForm):
    """A bell schedule: what is left empty is no lesson."""

    name = Text(
        _("Название"), hint=_("Например, «Сокращённые»"), required=_("Назовите звонки"), limit=100
    )
    is_regular = Checkbox(_("Обычные звонки: по ним идут все дни, у которых нет других"))

    @property
    def pairs(self) -> list[tuple[int, Any, Any]]:
        """(lesson, beginning, end)."""
        return [(number, self[f"starts_{number}"], self[f"ends_{number}"]) for number in LESSONS]

    @property
    def times(self) -> list[Bell]:
        return [
            Bell(number=number, starts=starts.data, ends=ends.data)
            for number, starts, ends in self.pairs
            if starts.data and ends.data
        ]


def _both(form: Any, field: Any) -> None:
    """A lesson that begins has an end, and the other way round."""
    word, _sign, number = field.name.partition("_")
    other = form[f"{'ends' if word == 'starts' else 'starts'}_{number}"]
    if other.data and not field.data and not field.errors:
        raise ValidationError(_("Укажите и начало, и конец урока"))


for _number in LESSONS:
    for _word, _label in (
        ("starts", _("Начало урока %(number)s", number=_number)),
        ("ends", _("Конец урока %(number)s", number=_number)),
    ):
        setattr(
            BellsForm,
            f"{_word}_{_number}",
            Time(_label, mark_optional=False, validators=[_both]),
        )


class BellDayForm(PortalForm):
    day = DateParts(_("День"), required=_("Укажите день"))
    schedule = Select(_("Звонки"), required=_("Выберите звонки"))
    reason = Text(_("Почему"), limit=200)
