"""Subjects, the grid of the curriculum, teaching load, and the head's approval."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import DateParts, Hidden, Integer, PortalField, Select, Text, TextArea, tidy_line
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between
from journal_core.curriculum.rules import hours_fit
from journal_core.school.terms import GRADES

_HOURS = re.compile(r"\d{1,2}(?:[.,]\d)?", re.ASCII)


class Hours(PortalField):
    """Hours a week: 2 or 2,5. `data` is a float or None."""

    def __init__(self, label: Any = "", **rest: Any) -> None:
        self.shown = ""
        super().__init__(label, **{"inputmode": "decimal", "width": 3, **rest})

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.shown = tidy_line(self.typed(valuelist))[:20]
        self.data = None
        if not self.shown:
            return
        hours = float(self.shown.replace(",", ".")) if _HOURS.fullmatch(self.shown) else 0
        if not hours_fit(hours):
            raise ValueError(_("Часы — число от 0,5 до 40, целое или с половиной, например 2,5"))
        self.data = hours

    @property
    def shown_value(self) -> str:
        return self.shown or ("" if self.data is None else str(format_decimal(self.data)))


class GridForm(PortalForm):
    """The curriculum of a year: a cell for each grade and subject.

    `seen` names what the page showed: what somebody else saved meanwhile is not lost in silence.
    """

    seen = Hidden()

    def cell(self, grade: int, subject_id: UUID) -> Hours:
        return self[_cell(grade, subject_id)]  # type: ignore[no-any-return]

    @property
    def hours(self) -> dict[tuple[int, UUID], float]:
        return {
            (int(grade), UUID(subject)): field.data
            for field in self
            if isinstance(field, Hours) and field.data is not None
            for _word, grade, subject in [field.name.split("_")]
        }


def _cell(grade: int, subject_id: UUID) -> str:
    return f"cell_{grade}_{subject_id.hex}"


def grid_form(subjects: Iterable[tuple[UUID, str]]) -> type[GridForm]:
    """The form of these subjects, id and name, in every grade."""
    cells = {
        _cell(grade, subject_id): Hours(
            _("%(subject)s, %(grade)s класс", subject=name, grade=grade), mark_optional=False
        )
        for subject_id, name in subjects
        for grade in GRADES
    }
    return type("CurriculumForm", (GridForm,), cells)


def grid_data(hours: dict[tuple[int, UUID], float]) -> dict[str, float]:
    """What fills the form's cells."""
    return {_cell(grade, subject_id): number for (grade, subject_id), number in hours.items()}


class SubjectForm(PortalForm):
    name = Text(_("Предмет"), required=_("Назовите предмет"), limit=200)
    short_name = Text(
        _("Кратко"), hint=_("Как в клетке расписания, не длиннее 20 знаков"), limit=20, width=20
    )
    position = Integer(_("Порядок"), hint=_("Меньшее число стоит выше"), least=0, most=999, width=3)


class LoadForm(PortalForm):
    teacher = Select(_("Учитель"), required=_("Выберите учителя"))
    subject = Select(_("Предмет"), required=_("Выберите предмет"))
    place = Select(_("Класс или группа"), required=_("Выберите класс или группу"))
    hours = Hours(_("Часов в неделю"), required=_("Укажите часы"))

    @property
    def class_id(self) -> UUID:
        return UUID(self.place.data.split("_")[0])

    @property
    def group_id(self) -> UUID | None:
        _class_id, _sign, group_id = self.place.data.partition("_")
        return UUID(group_id) if group_id else None


class ApproveForm(PortalForm):
    """The order that approves (INS-3.6.1–3.6.4)."""

    order_number = Text(
        _("Номер приказа"), required=_("Укажите номер приказа"), limit=100, width=10
    )
    signed_on = DateParts(
        _("Дата приказа"),
        required=_("Укажите дату приказа"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    seen = Hidden()

    @property
    def seen_version(self) -> int:
        return int(self.seen.data) if re.fullmatch(r"\d{1,9}", self.seen.data, re.ASCII) else 0


class GiveBackForm(PortalForm):
    comment = TextArea(
        _("Что исправить"), required=_("Напишите, что исправить"), limit=2000, rows=4
    )
