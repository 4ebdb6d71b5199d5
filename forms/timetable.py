"""The timetable: a version, and the day of a class."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Checkbox, DateParts, Hidden, Option, Select, Text
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between
from journal_core.timetable.terms import LoadChoice, PlannedLesson, Slot


class VersionForm(PortalForm):
    """A version that is drawn up: what it is called, and from when it would hold."""

    name = Text(
        _("Название"),
        hint=_("Например «С 1 сентября» или «Вторая четверть»"),
        limit=100,
        width=20,
        required=_("Укажите название"),
    )
    valid_from = DateParts(
        _("Действует с"),
        required=_("Укажите дату, с которой расписание действует"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )


class NewVersionForm(VersionForm):
    copy_of = Select(_("Взять уроки из версии"), blank=_("Начать с пустой"))


class PublishPastForm(PortalForm):
    """A version whose first day is over changes days that were: it is confirmed (INS-3.5.7)."""

    confirmed = Checkbox(
        _("Изменить уроки прошедших дней"),
        required=_("Подтвердите, что уроки прошедших дней изменятся"),
    )


class DayForm(PortalForm):
    """Lessons of one day of a class: a line of its load and a room in every cell.

    Made by `day_form`, which knows the cells. `seen` names what the page showed of the day.
    """

    seen = Hidden()
    numbers: tuple[int, ...] = ()
    places: int = 0

    @property
    def rows(self) -> list[tuple[int, list[tuple[Any, Any]]]]:
        """Each hour with its cells: the choice and the room."""
        return [
            (
                number,
                [(self[_choice(number, at)], self[_room(number, at)]) for at in range(self.places)],
            )
            for number in self.numbers
        ]

    def offer(self, choices: Sequence[LoadChoice], standing: Iterable[PlannedLesson]) -> None:
        """What may be chosen; what stands there stays, also when the load has it no more."""
        self.offered: dict[str, LoadChoice | PlannedLesson] = {
            key_of(one.subject_id, one.teacher_id, one.group_id): one for one in choices
        }
        for one in standing:
            key = key_of(one.slot.subject_id, one.slot.teacher_id, one.slot.group_id)
            self.offered.setdefault(key, one)
        options = [Option(key, words_of_choice(one)) for key, one in self.offered.items()]
        for _number, cells in self.rows:
            for choice, _room_field in cells:
                choice.options = options

    def named(self, slots: Mapping[str, Slot], class_name: str) -> dict[Slot, PlannedLesson]:
        """The lessons of the form with their names, for telling what clashes."""
        found = {}
        for name, slot in slots.items():
            one = self.offered[self[name].data]
            found[slot] = PlannedLesson(
                slot=slot,
                class_name=class_name,
                group_name=one.group_name,
                subject=one.subject,
                subject_short=one.subject,
                teacher=one.teacher,
            )
        return found

    def slots(self, class_id: UUID, weekday: int) -> dict[str, Slot]:
        """The lessons of the day under the names of their fields."""
        return {
            choice.name: Slot(
                weekday=weekday,
                number=number,
                class_id=class_id,
                room=room.data,
                **_chosen(choice.data),
            )
            for number, cells in self.rows
            for choice, room in cells
            if choice.data
        }


@cache
def day_form(numbers: tuple[int, ...], places: int) -> type[DayForm]:
    """A form of these hours, each with so many cells beside each other."""
    fields: dict[str, Any] = {"numbers": numbers, "places": places}
    for number in numbers:
        for at in range(places):
            label = (
                _("%(number)s-й урок", number=number)
                if at == 0
                else _("%(number)s-й урок, группа %(at)s", number=number, at=at + 1)
            )
            fields[_choice(number, at)] = Select(label, blank=_("—"), mark_optional=False)
            fields[_room(number, at)] = Text(_("Кабинет"), limit=20, width=5, mark_optional=False)
    return type("DayForm", (DayForm,), fields)


def standing_values(lessons: Iterable[PlannedLesson]) -> dict[str, str]:
    """The day's lessons as the fields hold them."""
    values: dict[str, str] = {}
    taken: dict[int, int] = {}
    for one in lessons:
        slot = one.slot
        at = taken.get(slot.number, 0)
        taken[slot.number] = at + 1
        values[_choice(slot.number, at)] = key_of(slot.subject_id, slot.teacher_id, slot.group_id)
        values[_room(slot.number, at)] = slot.room
    return values


def places_for(choices: Sequence[LoadChoice], lessons: Iterable[PlannedLesson]) -> int:
    """How many cells an hour needs: as many as a subject has groups, or as stand there."""
    groups: dict[UUID, int] = {}
    for choice in choices:
        if choice.group_id is not None:
            groups[choice.subject_id] = groups.get(choice.subject_id, 0) + 1
    hours: dict[tuple[int, int], int] = {}
    for one in lessons:
        hour = one.slot.weekday, one.slot.number
        hours[hour] = hours.get(hour, 0) + 1
    return max(1, *groups.values(), *hours.values(), 0)


def key_of(subject_id: UUID, teacher_id: UUID, group_id: UUID | None) -> str:
    """What a cell's choice sends."""
    return f"{subject_id}:{teacher_id}:{group_id or ''}"


def words_of_choice(one: LoadChoice | PlannedLesson) -> str:
    """«Английский язык (1) · Белов И. П.»."""
    group = f" ({one.group_name})" if one.group_name else ""
    return f"{one.subject}{group} · {one.teacher.last_name} {_letters(one)}".rstrip()


def _letters(one: LoadChoice | PlannedLesson) -> str:
    parts = (one.teacher.first_name, one.teacher.patronymic)
    return " ".join(f"{part[0]}." for part in parts if part)


def _chosen(key: str) -> Mapping[str, Any]:
    subject, teacher, group = key.split(":")
    return {
        "subject_id": UUID(subject),
        "teacher_id": UUID(teacher),
        "group_id": UUID(group) if group else None,
    }


def _choice(number: int, at: int) -> str:
    return f"lesson_{number}_{at}"


def _room(number: int, at: int) -> str:
    return f"room_{number}_{at}"
