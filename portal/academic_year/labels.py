"""Words of the academic year."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from journal_core.academic_year.terms import Period, PeriodKind
from journal_core.errors import RuleBroken
from portal.refusals import words_of

KIND_NAMES = {
    PeriodKind.QUARTER: _("Четверти"),
    PeriodKind.TRIMESTER: _("Триместры"),
    PeriodKind.HALF_YEAR: _("Полугодия"),
}
#: One of them, with its number before it.
PERIOD_NAMES = {
    PeriodKind.QUARTER: _("четверть"),
    PeriodKind.TRIMESTER: _("триместр"),
    PeriodKind.HALF_YEAR: _("полугодие"),
}


def period_name(period: Period) -> str:
    """«2 четверть»."""
    return f"{period.number} {PERIOD_NAMES[period.kind]}"


def grades_words(first: int, last: int) -> str:
    """5 класс, or 2–9 классы."""
    if first == last:
        return str(gettext("%(grade)s класс", grade=first))
    return str(gettext("%(first)s–%(last)s классы", first=first, last=last))


def period_refusal(error: RuleBroken) -> str:
    """What is wrong with the periods, and in which grade."""
    grade = error.facts.get("grade")
    if error.code == "periods_of_two_kinds":
        return str(gettext("У %(grade)s класса уже есть периоды другого вида.", grade=grade))
    if error.code == "periods_meet":
        return str(
            gettext("У %(grade)s класса периоды пересекаются или идут не по порядку.", grade=grade)
        )
    return words_of(error)
