"""The book of substitutions on paper and as a spreadsheet."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from documents.substitution_book import Substitution, SubstitutionBook
from documents.workbook import Sheet
from forms.lessons import REASON_NAMES
from journal_core.lessons.terms import AbsenceReason, DayLesson

#: The paper is Russian, whatever the language of the page.
PAPER_REASONS = {
    AbsenceReason.ILLNESS: "болезнь",
    AbsenceReason.TRIP: "командировка",
    AbsenceReason.TRAINING: "курсы",
    AbsenceReason.LEAVE: "отпуск",
    AbsenceReason.OTHER: "другое",
}


def book_paper(
    lessons: Sequence[DayLesson], *, since: date, until: date, printed_on: date, school_name: str
) -> SubstitutionBook:
    """The book as it is printed (INS-3.3.3)."""
    return SubstitutionBook(
        school_short_name=school_name,
        since=since,
        until=until,
        rows=tuple(
            Substitution(
                day=one.day,
                number=one.number,
                class_name=class_words(one),
                subject=one.subject,
                teacher=one.teacher.initials,
                reason=PAPER_REASONS[one.reason] if one.reason else "",
                substitute=one.substitute.initials if one.substitute else "",
                note=_paper_note(one),
                topic=one.topic,
            )
            for one in lessons
        ),
        printed_on=printed_on,
    )


def book_sheet(lessons: Sequence[DayLesson]) -> Sheet:
    """The same rows, in the language of the page."""
    return Sheet(
        name=_("Журнал замен"),
        columns=[
            _("Дата"),
            _("Урок"),
            _("Класс"),
            _("Предмет"),
            _("Кого заменяют"),
            _("Причина"),
            _("Кто заменяет"),
            _("Группы объединены"),
            _("Почему не проведён"),
            _("Тема"),
        ],
        rows=[
            [
                one.day,
                one.number,
                class_words(one),
                one.subject,
                one.teacher.full,
                str(REASON_NAMES[one.reason]) if one.reason else "",
                one.substitute.full if one.substitute else "",
                _("да") if one.is_joined else "",
                one.cancelled_reason,
                one.topic,
            ]
            for one in lessons
        ],
    )


def class_words(lesson: DayLesson) -> str:
    """«7А», «7А (1)»."""
    group = f" ({lesson.group_name})" if lesson.group_name else ""
    return lesson.class_name + group


def _paper_note(lesson: DayLesson) -> str:
    if lesson.is_cancelled:
        return f"не проведён: {lesson.cancelled_reason}"
    return "группы объединены" if lesson.is_joined else ""
