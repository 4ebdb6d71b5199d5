"""The report's facts in the words of the paper, which is Russian whoever prints it."""

from collections.abc import Iterator

from flask_babel import force_locale

from documents.parents_report import AbsenceLine, AdviceLine, ParentsReport, SubjectLine
from journal_core.academic_year.queries import periods_of_year
from journal_core.academic_year.rules import periods_of
from journal_core.attendance.terms import ReasonCode, Totals
from journal_core.parents_report.terms import ClassReport, PupilReport
from journal_core.period_marks.rules import refs_of
from journal_core.period_marks.terms import PeriodRef
from portal.diary.labels import ref_names
from portal.journal.labels import average_text
from portal.navigation import school
from portal.state import current_portal, reading, today

#: Words of the paper.
REASONS: dict[ReasonCode | None, str] = {
    ReasonCode.ILL: "болезнь",
    ReasonCode.EXCUSED: "уважительная",
    ReasonCode.UNEXCUSED: "неуважительная",
    None: "причина не указана",
}


def sheets_of(report: ClassReport) -> Iterator[ParentsReport]:
    """A sheet for every pupil of the report."""
    periods = periods_of(periods_of_year(reading(), report.academic_year), report.grade)
    refs = refs_of(report.grade, periods)
    with force_locale("ru"):
        columns = ref_names(periods, refs, report.refs)
        for pupil in report.pupils:
            yield _sheet(report, pupil, columns)


def _sheet(
    report: ClassReport, pupil: PupilReport, columns: list[tuple[PeriodRef, str]]
) -> ParentsReport:
    zone = current_portal().zone
    return ParentsReport(
        school_short_name=school().short_name,
        pupil=pupil.name,
        class_name=report.class_name,
        class_teacher=report.class_teacher,
        since=report.days.since,
        until=report.days.until,
        printed_on=today(),
        refs=tuple(name for _ref, name in columns),
        subjects=tuple(
            SubjectLine(
                subject=one.name,
                marks=one.marks,
                average=average_text(one.average),
                missed=one.missed,
                given=tuple(one.given.get(ref, "") for ref, _name in columns),
            )
            for one in pupil.subjects
        ),
        absences=tuple(
            AbsenceLine(
                day=one.day,
                missed=one.missed,
                late=one.late,
                reason=REASONS[one.reason] if one.missed else "",
            )
            for one in pupil.days
        ),
        sums=_sums(pupil.totals),
        advice=tuple(
            AdviceLine(
                subject=one.subject,
                text=one.text,
                written_on=one.written_at.astimezone(zone).date(),
                written_by=one.written_by,
            )
            for one in pupil.recommendations
        ),
    )


def _sums(totals: Totals) -> tuple[str, ...]:
    """«Пропущено уроков: 12, дней: 2 (болезнь: 12)», «Опозданий: 1»."""
    by_reason = "; ".join(
        f"{words}: {totals.lessons[reason]}"
        for reason, words in REASONS.items()
        if totals.lessons[reason]
    )
    missed = f"Пропущено уроков: {totals.missed}, дней: {totals.days} ({by_reason})"
    late = f"Опозданий: {totals.late}"
    return (*((missed,) if totals.missed else ()), *((late,) if totals.late else ()))
