"""Marks by subject, one subject with its forecast, a subject over the year (POL-2.2.4)."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request

from journal_core.academic_year.queries import periods_of_year
from journal_core.academic_year.rules import bounds, periods_of
from journal_core.academic_year.terms import Period
from journal_core.access.terms import Permission
from journal_core.attendance.terms import Days
from journal_core.classes.rules import takes_marks
from journal_core.diary.queries import marks_by_subject, subject_page, subject_year, years_of_pupil
from journal_core.diary.rules import LEAST_OTHERS
from journal_core.diary.terms import DiaryPupil, DiaryYear
from journal_core.period_marks.rules import current_ref, refs_of
from journal_core.school.rules import academic_year_of
from portal.access import requires
from portal.diary.blueprint import asked_pupil, blueprint, own_diaries
from portal.diary.labels import REASON_NAMES, number_text, period_name, ref_names
from portal.forecast.asked import supposed
from portal.forecast.labels import need_words, next_words
from portal.journal.labels import average_text, average_words
from portal.state import reading, today

#: What of the addresses names the whole year instead of a period.
YEAR = "year"


@blueprint.get("/<uuid:pupil_id>/marks")
@requires(Permission.DIARY_PAGE_READ)
def marks(pupil_id: UUID) -> str:
    """By subject, in a period or in the whole of any year that the pupil has (POL-2.2.4)."""
    pupil = asked_pupil(pupil_id)
    shown = _asked_year(pupil)
    chosen = _asked_period(shown)
    days = Days(since=chosen.since, until=chosen.until) if chosen else shown.days
    running = shown.running if chosen in (None, shown.running) else None
    found = marks_by_subject(reading(), pupil, days, running=running, on=today())
    types = {mark.type.code: mark.type.name for one in found.subjects for mark in one.marks}
    return render_template(
        "diary/marks.html",
        pupil=pupil,
        diaries=own_diaries(),
        shown=shown,
        found=found,
        periods=[(one, period_name(one)) for one in shown.periods],
        chosen=chosen,
        running=running,
        refs=ref_names(shown.periods, refs_of(shown.grade, shown.periods), found.refs),
        types=sorted(types.items()),
        next_words=next_words,
        average_text=average_text,
        average_words=average_words,
        reason_names=REASON_NAMES,
    )


@blueprint.get("/<uuid:pupil_id>/subjects/<uuid:subject_id>")
@requires(Permission.DIARY_PAGE_READ)
def subject(pupil_id: UUID, subject_id: UUID) -> str:
    """All marks of a subject, its forecast, and what other marks would make (INS-3.3.20)."""
    pupil = asked_pupil(pupil_id)
    shown = _asked_year(pupil)
    page = subject_page(
        reading(), pupil_id, subject_id, shown.days, running=shown.running, on=today()
    )
    return render_template(
        "diary/subject.html",
        pupil=pupil,
        shown=shown,
        page=page,
        running=shown.running and period_name(shown.running),
        refs=ref_names(shown.periods, refs_of(shown.grade, shown.periods), page.given),
        supposed=supposed(page.forecast),
        need_words=need_words,
        average_text=average_text,
        average_words=average_words,
        reason_names=REASON_NAMES,
    )


@blueprint.get("/<uuid:pupil_id>/subjects/<uuid:subject_id>/months")
@requires(Permission.DIARY_PAGE_READ)
def months(pupil_id: UUID, subject_id: UUID) -> str:
    """The subject over the year: marks beside the class's, lessons and absences by month."""
    pupil = asked_pupil(pupil_id)
    shown = _asked_year(pupil)
    begun = Days(since=shown.days.since, until=min(shown.days.until, today()))
    return render_template(
        "diary/months.html",
        pupil=pupil,
        shown=shown,
        page=subject_year(reading(), pupil_id, subject_id, begun),
        least_others=LEAST_OTHERS,
        number_text=number_text,
        average_text=average_text,
        average_words=average_words,
    )


@dataclass(frozen=True, kw_only=True)
class ShownYear:
    """An academic year of the pupil, and all of them to choose from; grade 0 is in no class."""

    year: int
    grade: int
    years: list[DiaryYear]
    periods: list[Period]
    running: Period | None

    @property
    def days(self) -> Days:
        since, until = bounds(self.year)
        return Days(since=since, until=until)

    @property
    def is_past(self) -> bool:
        return self.year != academic_year_of(today())

    @property
    def takes_marks(self) -> bool:
        return takes_marks(self.grade)


def _asked_year(pupil: DiaryPupil) -> ShownYear:
    """The year of the address where the pupil has it, else this one."""
    years = years_of_pupil(reading(), pupil.id)
    this = academic_year_of(today())
    asked = request.args.get("year", type=int)
    of_pupil = {one.academic_year: one for one in years}
    year = asked if asked in of_pupil else this
    named = of_pupil.get(year)
    grade = named.grade if named else pupil.grade or 0
    periods = periods_of(periods_of_year(reading(), year), grade)
    return ShownYear(
        year=year,
        grade=grade,
        years=years,
        periods=periods,
        running=next((one for one in periods if one.since <= today() <= one.until), None),
    )


def _asked_period(shown: ShownYear) -> Period | None:
    """The period of the address, or the one that began last; None for the whole year."""
    asked = request.args.get("period", "")
    if asked == YEAR or not shown.periods:
        return None
    named = {str(one.number): one for one in shown.periods}
    if shown.is_past:
        return named.get(asked)
    current = named.get(str(current_ref(shown.periods, today()).number), shown.periods[0])
    return named.get(asked, current)
