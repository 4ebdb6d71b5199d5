"""What people are to each other, and states of reports, in words and colours."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from journal_core.correspondence.terms import (
    Audience,
    Contact,
    ReportedCell,
    ReportState,
    ReportView,
    StandingInDiary,
    Tie,
)
from portal.presentation import short_date

TIE_NAMES: dict[Tie, Any] = {
    Tie.PARENT: _("родитель"),
    Tie.PUPIL: _("ученик"),
    Tie.TEACHER: _("учитель"),
    Tie.CLASS_TEACHER: _("классный руководитель"),
    Tie.ADMINISTRATION: _("администрация"),
    Tie.STAFF: _("сотрудник школы"),
}
CELL_NAMES: dict[ReportedCell, Any] = {
    ReportedCell.MARK: _("Отметка"),
    ReportedCell.ATTENDANCE: _("Присутствие"),
    ReportedCell.LESSON: _("Урок"),
}
STATE_NAMES: dict[ReportState, Any] = {
    ReportState.OPEN: _("ждёт ответа"),
    ReportState.CORRECTED: _("исправлено"),
    ReportState.NO_ERROR: _("ошибки нет"),
}
STATE_COLOURS = {
    ReportState.OPEN: "yellow",
    ReportState.CORRECTED: "green",
    ReportState.NO_ERROR: "grey",
}
AUDIENCE_WORDS: dict[Audience, Any] = {
    Audience.PARENTS: _("родителям"),
    Audience.PUPILS: _("ученикам"),
}
#: In this order a person is called by one of the ties they have.
_FIRST = (
    Tie.PARENT, Tie.PUPIL, Tie.CLASS_TEACHER, Tie.TEACHER, Tie.ADMINISTRATION, Tie.STAFF,
)  # fmt: skip


def tie_words(ties: frozenset[Tie]) -> str:
    """What somebody is to the pupil, in one word: the nearest of the ties."""
    return next((str(TIE_NAMES[one]) for one in _FIRST if one in ties), "")


def contact_words(contact: Contact) -> str:
    """What they are to the pupil: «классный руководитель; Математика»."""
    name = tie_words(contact.ties)
    if contact.ties <= {Tie.STAFF, Tie.ADMINISTRATION} and contact.position:
        name = contact.position
    return "; ".join(filter(None, (name, ", ".join(contact.subjects))))


def report_subject(cell: StandingInDiary) -> str:
    """The line of the thread of a reported error."""
    return str(
        gettext("Ошибка: %(subject)s, %(day)s", subject=cell.subject, day=short_date(cell.day))
    )


def standing_words(kind: ReportedCell, value: str) -> str:
    """What a cell holds, in words where the sign alone says too little."""
    if value:
        return value
    if kind is ReportedCell.ATTENDANCE:
        return str(gettext("присутствовал"))
    return str(gettext("пусто"))


def hours_left(report: ReportView, now: Any) -> int:
    """Whole hours until the answer is due, the last one begun; below 1 there are none."""
    return int(-((now - report.due_at).total_seconds() // 3600))
