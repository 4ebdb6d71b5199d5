"""Teachers' absences, who gives their lessons, and the book of substitutions."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import DateParts, Hidden, Integer, Option, Select, Text
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between
from journal_core.lessons.terms import (
    AbsenceReason,
    DayLesson,
    Decision,
    FreeTeacher,
    Nearness,
)

REASON_NAMES = {
    AbsenceReason.ILLNESS: _("Болезнь"),
    AbsenceReason.TRIP: _("Командировка"),
    AbsenceReason.TRAINING: _("Курсы"),
    AbsenceReason.LEAVE: _("Отпуск"),
    AbsenceReason.OTHER: _("Другое"),
}
#: What is said after the name of one who can take the lesson.
NEARNESS_NAMES = {
    Nearness.JOINED: _("вторая группа: объединить"),
    Nearness.SUBJECT: _("тот же предмет"),
    Nearness.CLASS: _("учит этот класс"),
    Nearness.OTHER: "",
}
#: Chosen instead of a teacher: the lesson is not held.
NOT_HELD = "cancel"


class AbsenceForm(PortalForm):
    """A teacher is away: some lessons of a day, a day, or days in a row (POL-3.7.3)."""

    teacher = Select(_("Кто отсутствует"), required=_("Выберите учителя"))
    since = DateParts(
        _("С какого дня"),
        required=_("Укажите первый день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    until = DateParts(
        _("По какой день"),
        hint=_("Оставьте пустым, если это один день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    first_number = Integer(
        _("С какого урока"), hint=_("Только если отсутствует не весь день"), most=12
    )
    last_number = Integer(_("По какой урок"), most=12)
    reason = Select(
        _("Причина"), AbsenceReason, labels=REASON_NAMES, required=_("Выберите причину")
    )
    note = Text(_("Примечание"), limit=300)
    order_number = Text(_("Номер приказа"), limit=100, width=10)


class EndAbsenceForm(PortalForm):
    until = DateParts(
        _("Последний день отсутствия"),
        required=_("Укажите последний день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )


class CancelForm(PortalForm):
    reason = Text(_("Почему урок не проводится"), limit=300, required=_("Укажите причину"))


class FillForm(PortalForm):
    """Who gives each lesson of an absence. Made by `fill_form`, which knows the lessons.

    Each lesson carries what the page showed of it, so that what somebody else decided meanwhile
    is neither lost nor sent back.
    """

    lesson_ids: tuple[UUID, ...] = ()

    def cells(self, lesson_id: UUID) -> tuple[Any, Any]:
        """Who gives the lesson, and why it is not held."""
        return self[_who(lesson_id)], self[_why(lesson_id)]

    def offer(self, offers: Mapping[UUID, Sequence[FreeTeacher]], lessons: list[DayLesson]) -> None:
        """The free teachers of each lesson, the nearest first; whoever is named stays."""
        for lesson in lessons:
            options = [Option(str(one.person_id), _offer_words(one)) for one in offers[lesson.id]]
            if lesson.substitute_id and lesson.substitute:
                named = str(lesson.substitute_id)
                options = [one for one in options if one.value != named]
                options.insert(0, Option(named, _named_words(lesson)))
            options.append(Option(NOT_HELD, _("Урок не проводится")))
            self[_who(lesson.id)].options = options

    def follow(self, lessons: Sequence[DayLesson]) -> None:
        """What this person left alone is shown as it stands now. Before the validation."""
        values = fill_values(lessons)
        for lesson in lessons:
            who, why = self.cells(lesson.id)
            if _word(who.chosen, why.data) == self[_seen(lesson.id)].data:
                for name in (_who(lesson.id), _why(lesson.id), _seen(lesson.id)):
                    self[name].process_data(values[name])

    def decisions(self) -> tuple[Decision, ...]:
        return tuple(self._decision(lesson_id) for lesson_id in self.lesson_ids)

    def _decision(self, lesson_id: UUID) -> Decision:
        who, why = (field.data for field in self.cells(lesson_id))
        seen = self[_seen(lesson_id)].data
        if who == NOT_HELD:
            return Decision(lesson_id=lesson_id, is_cancelled=True, cancelled_reason=why, seen=seen)
        return Decision(lesson_id=lesson_id, substitute_id=UUID(who) if who else None, seen=seen)

    def refuse_lesson(self, lesson: DayLesson, code: str, message: Any) -> None:
        """The refusal beside the field of the lesson that it is about; it has been seen then."""
        lesson_id = lesson.id
        self[_seen(lesson_id)].data = lesson.decision.word
        self.refuse(_why(lesson_id) if code == "reason_missing" else _who(lesson_id), message)


@cache
def fill_form(lesson_ids: tuple[UUID, ...]) -> type[FillForm]:
    fields: dict[str, Any] = {"lesson_ids": lesson_ids}
    for lesson_id in lesson_ids:
        fields[_who(lesson_id)] = Select(_("Кто ведёт"), blank=_("Не решено"), mark_optional=False)
        fields[_seen(lesson_id)] = Hidden()
        fields[_why(lesson_id)] = Text(_("Почему не проводится"), limit=300, mark_optional=False)
    return type("FillForm", (FillForm,), fields)


def fill_values(lessons: Sequence[DayLesson]) -> dict[str, str]:
    """What is decided already, as the fields hold it."""
    values = {}
    for one in lessons:
        values[_who(one.id)] = NOT_HELD if one.is_cancelled else str(one.substitute_id or "")
        values[_why(one.id)] = one.cancelled_reason
        values[_seen(one.id)] = one.decision.word
    return values


def _offer_words(one: FreeTeacher) -> str:
    nearness = NEARNESS_NAMES[one.nearness]
    return f"{one.name.full} — {nearness}" if nearness else one.name.full


def _named_words(lesson: DayLesson) -> str:
    name = lesson.substitute.full if lesson.substitute else ""
    away = _("отсутствует")
    return f"{name} — {away}" if lesson.is_unfilled else name


def _word(who: str, why: str) -> str:
    """The decision's word of what is typed: a reason counts for a lesson that is not held."""
    return f"{who}:{why if who == NOT_HELD else ''}"


def _seen(lesson_id: UUID) -> str:
    return f"seen_{lesson_id.hex}"


def _who(lesson_id: UUID) -> str:
    return f"who_{lesson_id.hex}"


def _why(lesson_id: UUID) -> str:
    return f"why_{lesson_id.hex}"
