"""Thematic plans: a new one, its rows, a pasted table, the re-laying of the rest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from wtforms.validators import StopValidation

from forms.base import OnceForm, PortalForm
from forms.fields import (
    Checkbox,
    CheckboxGroup,
    Files,
    Hidden,
    Option,
    PortalField,
    Select,
    Text,
    tidy_line,
)
from journal_core.plans.reading import read_hours
from journal_core.plans.rules import rearranged
from journal_core.plans.terms import (
    HOMEWORK_LENGTH,
    MOST_TOPICS,
    SECTION_LENGTH,
    TITLE_LENGTH,
    Change,
    CorrectionKind,
    PlanRow,
    TopicView,
)

#: Empty rows at the end of a plan, to add topics by hand.
SPARE_ROWS = 5
#: A thousand rows of a text document; a file has its own bounds.
PASTED_LENGTH = 600_000

FAULT_WORDS = {
    "missing": _("пусто"),
    "unreadable": _("не число часов"),
    "fraction": _("часы бывают только целые"),
    "range": _("часов от 1 до 200"),
    "long": _("слишком длинно"),
    "not_here": _("здесь домашних заданий не задают"),
}
CORRECTION_NAMES = {
    CorrectionKind.MERGED: _("Объединить с предыдущей"),
    CorrectionKind.DROPPED: _("Сократить или снять"),
    CorrectionKind.MOVED: _("Перенести"),
}


class NewPlanForm(OnceForm):
    subject = Select(_("Предмет"), required=_("Выберите предмет"))
    grade = Select(
        _("Параллель"),
        [Option(grade, str(grade)) for grade in range(1, 12)],
        required=_("Выберите параллель"),
    )
    title = Text(_("Название"), hint=_("Чтобы отличать от других: автор учебника, уровень"))


class CopyForm(PortalForm):
    places = CheckboxGroup(
        _("Кому"), small=True, required=_("Отметьте хотя бы один класс"), mark_optional=False
    )


class Pasted(PortalField):
    """A table as it was pasted: its tabs and line breaks stay."""

    kind = "textarea"
    rows = 10

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = self.typed(valuelist).replace("\0", "")
        if len(self.data) > PASTED_LENGTH:
            raise ValueError(_("Таблица слишком велика: вставьте её по частям"))


class TopicsForm(PortalForm):
    """A table of topics: a file, or pasted text; the text is what is read again on confirming."""

    file = Files(
        _("Файл XLSX или CSV"), accept=(".xlsx", ".csv"), multiple=False, mark_optional=False
    )
    text = Pasted(
        _("Таблица из текстового документа"),
        hint=_("Скопируйте таблицу целиком, с заголовками, и вставьте сюда"),
        mark_optional=False,
    )
    replaces = Checkbox(_("Заменить все темы, которые в плане есть сейчас"))


@dataclass(frozen=True, kw_only=True)
class TypedRow:
    """A row of a plan as it stands in the controls."""

    id: str = ""
    number: str = ""
    section: str = ""
    title: str = ""
    hours: str = ""
    homework: str = ""
    removed: bool = False
    errors: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.id or self.section or self.title or self.hours or self.homework)


_LIMITS = {"section": SECTION_LENGTH, "title": TITLE_LENGTH, "homework": HOMEWORK_LENGTH}


class TopicRows(PortalField):
    """All rows of a plan. `data` is a tuple of PlanRow in the order that their numbers ask for.

    A row whose number was changed takes that place; a ticked row goes, a blank new one is none.
    """

    kind = "rows"
    PARTS = ("id", "number", "section", "title", "hours", "homework")

    def __init__(self, label: Any = "", **rest: Any) -> None:
        self.typed_rows: tuple[TypedRow, ...] = ()
        super().__init__(label, **rest)

    def process_data(self, value: Sequence[TopicView] | None) -> None:
        self.typed_rows = tuple(
            TypedRow(
                id=str(topic.id),
                number=str(topic.number),
                section=topic.section,
                title=topic.title,
                hours=str(topic.hours),
                homework=topic.homework,
            )
            for topic in value or ()
        )

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        super().process(None, *args, **kwargs)
        if formdata is None:
            return
        columns = [
            [tidy_line(self.typed([one])) for one in formdata.getlist(f"row-{part}")]
            for part in self.PARTS
        ]
        gone = {self.typed([one]) for one in formdata.getlist("row-removed")}
        found = [
            TypedRow(**dict(zip(self.PARTS, cells, strict=True)))
            for cells in zip(*columns, strict=False)
        ][: MOST_TOPICS + SPARE_ROWS]
        rows = [replace(row, removed=bool(row.id) and row.id in gone) for row in found]
        self.typed_rows = tuple(_judged(row) for row in rows if not row.is_blank)

    def pre_validate(self, form: Any) -> None:
        wrong = [row for row in self.typed_rows if row.errors]
        if wrong:
            numbers = ", ".join(row.number or "+" for row in wrong[:20])
            raise StopValidation(_("Исправьте строки: %(numbers)s", numbers=numbers))
        places = {
            index: int(row.number)
            for index, row in enumerate(self.typed_rows)
            if row.number and int(row.number) != index + 1
        }
        order = rearranged(self.typed_rows, places)
        self.data = tuple(_plan_row(row) for row in order if not row.removed)

    @property
    def shown_rows(self) -> tuple[TypedRow, ...]:
        return (*self.typed_rows, *(TypedRow(),) * SPARE_ROWS)

    @property
    def anchor(self) -> str:
        for index, row in enumerate(self.typed_rows):
            if row.errors:
                return f"row-{next(iter(row.errors))}-{index}"
        return "row-title-0"


def _judged(row: TypedRow) -> TypedRow:
    """The row with what is wrong in it; one that goes is not asked."""
    if row.removed:
        return replace(row, number=row.number if row.number.isdecimal() else "")
    errors: dict[str, Any] = {}
    if row.number and not re.fullmatch(r"\d{1,4}", row.number, re.ASCII):
        errors["number"] = _("Номер — целое число")
    if not row.title:
        errors["title"] = _("Напишите тему")
    for name, limit in _LIMITS.items():
        if len(getattr(row, name)) > limit:
            errors[name] = _("Не больше %(limit)s знаков", limit=limit)
    # Nothing is left of a topic that was merged or dropped.
    _hours, wrong = read_hours(row.hours)
    if wrong and not (row.id and row.hours == "0"):
        errors["hours"] = FAULT_WORDS[wrong]
    if row.id and not _is_id(row.id):
        errors["title"] = _("Строка не из этого плана")
    return replace(row, errors=errors)


def _is_id(typed: str) -> bool:
    try:
        return bool(UUID(typed))
    except ValueError:
        return False


def _plan_row(row: TypedRow) -> PlanRow:
    return PlanRow(
        id=UUID(row.id) if row.id else None,
        section=row.section,
        title=row.title,
        hours=read_hours(row.hours)[0],
        homework=row.homework,
    )


class PlanForm(PortalForm):
    title = Text(_("Название плана"))
    seen = Hidden()
    topics = TopicRows(_("Темы"))


@dataclass(frozen=True, kw_only=True)
class TypedChange:
    """What is chosen for a topic, as it stands in the controls."""

    topic: TopicView
    way: str = ""
    hours: str = ""
    number: str = ""
    error: Any = ""


class Changes(PortalField):
    """What becomes of the topics still to be given. `data` is a tuple of Change.

    `topics` are set before the form is read; `data` given to the form fills the controls.
    """

    kind = "changes"

    def __init__(self, label: Any = "", **rest: Any) -> None:
        self.typed_changes: tuple[TypedChange, ...] = ()
        super().__init__(label, **rest)

    def offer(self, topics: Sequence[TopicView], changes: Sequence[Change], formdata: Any) -> None:
        """The controls for the topics: as sent, or with the changes that are proposed."""
        if formdata is None:
            known = {change.topic_id: change for change in changes}
            self.typed_changes = tuple(_offered(one, known.get(one.id)) for one in topics)
            return
        self.typed_changes = tuple(
            TypedChange(
                topic=topic,
                way=self.typed(formdata.getlist(f"way-{topic.id}")),
                hours=tidy_line(self.typed(formdata.getlist(f"hours-{topic.id}"))),
                number=tidy_line(self.typed(formdata.getlist(f"number-{topic.id}"))),
            )
            for topic in topics
        )

    def pre_validate(self, form: Any) -> None:
        self.typed_changes = tuple(_judged_change(one) for one in self.typed_changes)
        if any(one.error for one in self.typed_changes):
            raise StopValidation(_("Исправьте отмеченные строки"))
        self.data = tuple(_change(one) for one in self.typed_changes if one.way)
        if not self.data:
            raise StopValidation(_("Выберите, что сделать хотя бы с одной темой"))

    @property
    def anchor(self) -> str:
        wrong = next((one for one in self.typed_changes if one.error), None)
        first = wrong or next(iter(self.typed_changes), None)
        return f"way-{first.topic.id}" if first else ""


def _offered(topic: TopicView, change: Change | None) -> TypedChange:
    if change is None:
        return TypedChange(topic=topic)
    return TypedChange(topic=topic, way=change.kind, hours=str(change.hours))


def _judged_change(typed: TypedChange) -> TypedChange:
    error: Any = ""
    if typed.way and typed.way not in set(CorrectionKind):
        error = _("Выберите один из предложенных ответов")
    elif typed.way == CorrectionKind.MOVED:
        if not re.fullmatch(r"[1-9]\d{0,3}", typed.number, re.ASCII):
            error = _("Укажите новый номер строки")
    elif typed.way and typed.hours and not re.fullmatch(r"\d{1,3}", typed.hours, re.ASCII):
        error = _("Укажите часы целым числом")
    elif typed.way and int(typed.hours or 0) >= typed.topic.hours:
        error = _("Останется меньше, чем есть: до %(most)s", most=typed.topic.hours - 1)
    return replace(typed, error=error)


def _change(typed: TypedChange) -> Change:
    kind = CorrectionKind(typed.way)
    if kind == CorrectionKind.MOVED:
        return Change(topic_id=typed.topic.id, kind=kind, number=int(typed.number))
    return Change(topic_id=typed.topic.id, kind=kind, hours=int(typed.hours or 0))


class RelayForm(PortalForm):
    reason = Text(
        _("Причина"),
        hint=_("Например: карантин, праздничный день, болезнь учителя; с номером приказа"),
        required=_("Укажите причину: она печатается в листе корректировки"),
    )
    seen = Hidden()
    changes = Changes(_("Что сделать с темами"))
