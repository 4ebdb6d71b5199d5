"""Words and colours of period marks."""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app, url_for
from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _

from journal_core.academic_year.terms import Period, PeriodKind
from journal_core.assessment.terms import Lack
from journal_core.council.terms import Standing
from journal_core.errors import RuleBroken
from journal_core.journal.terms import Closed, CourseKey
from journal_core.marks.terms import Average
from journal_core.period_marks.terms import FinalKind, PeriodMarkConflict, PeriodRef
from portal.academic_year.labels import PERIOD_NAMES
from portal.refusals import words_of

_FINAL_NAMES = {
    FinalKind.YEAR: lazy_gettext("Год"),
    FinalKind.EXAM: lazy_gettext("Экзамен"),
    FinalKind.STATE_EXAM: lazy_gettext("ГИА"),
    FinalKind.FINAL: lazy_gettext("Итог"),
}
STANDING_NAMES = {
    Standing.EXCELLENT: lazy_gettext("отлично"),
    Standing.GOOD: lazy_gettext("на «4» и «5»"),
    Standing.ONE_THREE: lazy_gettext("с одной «3»"),
    Standing.PASSING: lazy_gettext("успевает"),
    Standing.FAILING: lazy_gettext("не успевает"),
    Standing.NOT_ASSESSED: lazy_gettext("не аттестован"),
    Standing.UNFINISHED: lazy_gettext("не всё выставлено"),
}
STANDING_COLOURS = {
    Standing.EXCELLENT: "green",
    Standing.GOOD: "teal",
    Standing.ONE_THREE: "yellow",
    Standing.PASSING: "grey",
    Standing.FAILING: "red",
    Standing.NOT_ASSESSED: "orange",
    Standing.UNFINISHED: "blue",
}
#: Over the counts of the council.
STANDING_COUNTS = {
    Standing.EXCELLENT: lazy_gettext("Отличники"),
    Standing.GOOD: lazy_gettext("На «4» и «5»"),
    Standing.ONE_THREE: lazy_gettext("С одной «3»"),
    Standing.PASSING: lazy_gettext("Остальные успевают"),
    Standing.FAILING: lazy_gettext("Не успевают"),
    Standing.NOT_ASSESSED: lazy_gettext("Не аттестованы"),
    Standing.UNFINISHED: lazy_gettext("Не всё выставлено"),
}
LACK_NAMES = {
    Lack.NONE: lazy_gettext("нет отметок"),
    Lack.FEW: lazy_gettext("мало отметок"),
    Lack.ENOUGH: lazy_gettext("достаточно"),
}
LACK_COLOURS = {Lack.NONE: "red", Lack.FEW: "yellow", Lack.ENOUGH: "green"}


def ref_name(ref: PeriodRef, periods: Sequence[Period]) -> str:
    """«2 четверть», «1 полугодие», «Год»."""
    if ref.kind is FinalKind.PERIOD:
        return f"{ref.number} {PERIOD_NAMES[periods[0].kind]}"
    if ref.kind is FinalKind.HALF_YEAR:
        return f"{ref.number} {PERIOD_NAMES[PeriodKind.HALF_YEAR]}"
    return str(_FINAL_NAMES[ref.kind])


def average_text(average: Average) -> str:
    """«4,33»; "" without marks."""
    return "" if average.value is None else format_decimal(average.value, "0.00")


def closed_words(closed: Closed) -> str:
    return words_of(RuleBroken(closed.code))


def conflict_words(conflict: PeriodMarkConflict) -> str:
    """Whose value stands."""
    changed = _(
        "Пока вы смотрели, отметка изменилась: %(value)s (%(who)s).",
        value=conflict.value or _("пусто"),
        who=conflict.by or _("другой учитель"),
    )
    return f"{changed} {_('Сохраните ещё раз, если верно ваше.')}"


def course_url(endpoint: str, key: CourseKey, **values: object) -> str:
    """A page of the course; "" for one that is not there."""
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(
        endpoint,
        class_id=key.class_id,
        subject_id=key.subject_id,
        group=key.group_id,
        **values,  # type: ignore[arg-type]
    )


def council_url(class_id: UUID, ref: PeriodRef) -> str:
    return url_for("period_marks.council", class_id=class_id, period=ref.key)
