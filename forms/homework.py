"""Homework: what a lesson sets, and its files. The fields stand in the page of the lesson."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import PAPER_FILES, Checkbox, Files, Hidden, Integer, Option, Text, TextArea
from forms.fields import Choice as Radios
from journal_core.homework.terms import (
    COMMENT_LENGTH,
    LEAST_MINUTES,
    LINK_LENGTH,
    MOST_FILES,
    MOST_MINUTES,
    TEXT_LENGTH,
)


class HomeworkForm(PortalForm):
    """`back` is the page to return to. The two last are buttons: they come when pressed."""

    back = Hidden()
    homework = TextArea(_("Задание"), limit=TEXT_LENGTH, rows=2, mark_optional=False)
    homework_minutes = Integer(
        _("Сколько минут займёт"), least=LEAST_MINUTES, most=MOST_MINUTES, mark_optional=False
    )
    homework_due = Radios(_("К какому уроку"), small=True, mark_optional=False)
    homework_comment = TextArea(
        _("Пояснение: как выполнить"), limit=COMMENT_LENGTH, rows=2, mark_optional=False
    )
    homework_link = Text(
        _("Ссылка на материалы"), limit=LINK_LENGTH, inputmode="url", mark_optional=False
    )
    homework_planned = Text(limit=TEXT_LENGTH)
    homework_none = Checkbox()

    def offer(self, lessons: Sequence[Option]) -> None:
        """The lessons it can be set for. Before the validation."""
        self.homework_due.options = list(lessons)

    @property
    def told(self) -> dict[str, Any]:
        """What is set, by the names of the command's values."""
        lesson_id, day = due_of(self.homework_due.data)
        return {
            "text": self.homework_planned.data or self.homework.data,
            "comment": self.homework_comment.data,
            "link": self.homework_link.data,
            "minutes": self.homework_minutes.data,
            "due_lesson_id": lesson_id,
            "due_day": day,
            "is_none": self.homework_none.data,
        }


class HomeworkFilesForm(PortalForm):
    back = Hidden()
    homework_files = Files(
        _("Приложить файлы"), accept=PAPER_FILES, most=MOST_FILES, required=_("Выберите файл")
    )


def due_word(lesson_id: UUID | None, day: date | None) -> str:
    """What the choice of a lesson, or of a day without one, is written as; "" for neither."""
    return str(lesson_id or day or "")


def due_of(word: str | None) -> tuple[UUID | None, date | None]:
    """The lesson or the day that the choice of it names."""
    if not word:
        return None, None
    try:
        return UUID(word), None
    except ValueError:
        return None, date.fromisoformat(word)
