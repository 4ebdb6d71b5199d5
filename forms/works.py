"""Works of a lesson, the schedule of control works, the school's types of work."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Checkbox, CheckboxGroup, DateParts, Integer, Option, Select, Text
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between
from journal_core.marks.terms import CODE_LENGTH, TITLE_LENGTH, WorkType
from journal_core.school.terms import GRADES


def type_options(types: Mapping[str, WorkType], kept: str = "") -> list[Option]:
    """The types that are in use, and `kept`, that of the work itself."""
    return [
        Option(one.code, f"{one.code} — {one.name}")
        for one in types.values()
        if one.is_in_use or one.code == kept
    ]


class WorkForm(PortalForm):
    """A work that is given in a lesson (INS-3.3.13)."""

    type_code = Select(_("Тип"), required=_("Выберите тип работы"))
    title = Text(_("Название"), limit=TITLE_LENGTH)


class ScheduleDayForm(PortalForm):
    """The day and grade whose lessons are offered; sent by GET."""

    class Meta(PortalForm.Meta):
        csrf = False

    day = DateParts(
        _("День"),
        required=_("Укажите день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    grade = Select(
        _("Параллель"),
        [Option(grade, str(grade)) for grade in GRADES if grade > 1],
        required=_("Выберите параллель"),
    )


class ScheduleForm(WorkForm):
    """A control work in the lessons that are ticked (INS-3.3.15)."""

    lessons = CheckboxGroup(_("Уроки"), required=_("Отметьте хотя бы один урок"), small=True)


class TypeForm(PortalForm):
    """A type of work. Its letter cannot change once works are of it (INS-3.3.13)."""

    code = Text(
        _("Обозначение"),
        hint=_("Что стоит над столбцом: К, С, Дз"),
        required=_("Укажите обозначение"),
        limit=CODE_LENGTH,
        width=5,
    )
    name = Text(_("Название"), required=_("Укажите название"), limit=100)
    weight = Integer(
        _("Вес"),
        hint=_("Считается в среднем, если школа взвешивает отметки"),
        required=_("Укажите вес"),
        least=1,
        most=99,
        width=3,
    )
    check_days = Integer(
        _("Дней на проверку"),
        hint=_("0 — в тот же день, не позже чем через час после уроков класса"),
        required=_("Укажите число дней"),
        least=0,
        most=30,
        width=3,
    )
    place = Integer(_("Место в списке"), required=_("Укажите место"), least=1, most=99, width=3)
    is_written = Checkbox(_("Письменная: ждёт проверки, пока отметки не получат все"), small=True)
    is_in_use = Checkbox(_("В ходу: можно назначать"), small=True)

    @property
    def type(self) -> WorkType:
        return WorkType(
            code=self.code.data,
            name=self.name.data,
            weight=self.weight.data,
            check_days=self.check_days.data,
            is_written=self.is_written.data,
            is_in_use=self.is_in_use.data,
        )
