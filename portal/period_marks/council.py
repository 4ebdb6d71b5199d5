"""The class council: a class and all its subjects in one period."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from documents.workbook import Sheet, write_workbook
from journal_core.access.terms import Permission
from journal_core.classes.rules import takes_marks
from journal_core.council.queries import COUNCIL_KINDS, class_to_sum_up, council_of
from journal_core.council.terms import Council, CouncilRow, CouncilSubject, Standing
from journal_core.period_marks.queries import grade_periods
from journal_core.period_marks.rules import refs_of
from journal_core.school.models import SchoolClass
from portal.access import current_actor, requires
from portal.papers import MEDIA_TYPES, attachment
from portal.period_marks.blueprint import asked_ref, blueprint
from portal.period_marks.labels import (
    STANDING_COLOURS,
    STANDING_COUNTS,
    STANDING_NAMES,
    average_text,
    ref_name,
)
from portal.state import now, reading, today

_GAPS = "gaps"


@blueprint.get("/council/<uuid:class_id>")
@requires(Permission.JOURNAL_PAGE_READ)
def council(class_id: UUID) -> str:
    """Pupils and subjects, counts, and what is missing with its teacher (POL-3.6.5)."""
    of_class = class_to_sum_up(reading(), current_actor(), class_id, today())
    shown = _council(of_class)
    if shown is None:
        return render_template("period_marks/nothing.html", of_class=of_class)
    with_gaps = request.args.get("show") == _GAPS
    subjects, rows = _with_gaps(shown) if with_gaps else (shown.subjects, shown.rows)
    return render_template(
        "period_marks/council.html",
        council=shown,
        subjects=subjects,
        rows=rows,
        with_gaps=with_gaps,
        name=ref_name(shown.ref, shown.periods),
        tabs=[
            {
                "text": ref_name(ref, shown.periods),
                "href": url_for(".council", class_id=class_id, period=ref.key),
                "current": ref == shown.ref,
            }
            for ref in shown.refs
        ],
        standings=Standing,
        standing_names=STANDING_NAMES,
        standing_counts=STANDING_COUNTS,
        colours=STANDING_COLOURS,
        average_text=average_text,
        sheet_url=lambda subject_id, group_id: url_for(
            ".sheet",
            class_id=class_id,
            subject_id=subject_id,
            group=group_id,
            period=shown.ref.key,
        ),
    )


@blueprint.get("/council/<uuid:class_id>.xlsx")
@requires(Permission.JOURNAL_PAGE_READ)
def council_file(class_id: UUID) -> Any:
    of_class = class_to_sum_up(reading(), current_actor(), class_id, today())
    shown = _council(of_class)
    if shown is None:
        return render_template("period_marks/nothing.html", of_class=of_class)
    title = _("Итоги класса %(name)s", name=shown.class_name)
    content = write_workbook(title, [_marks_sheet(shown), _gaps_sheet(shown)], now())
    return _xlsx(content)


def _xlsx(content: bytes) -> Response:
    return attachment(content, "council.xlsx", MEDIA_TYPES["xlsx"])


def _council(of_class: SchoolClass) -> Council | None:
    """The council of the period of the address; None for a class that has no period marks."""
    periods = grade_periods(reading(), of_class.academic_year, of_class.grade)
    refs = [one for one in refs_of(of_class.grade, periods) if one.kind in COUNCIL_KINDS]
    if not refs or not takes_marks(of_class.grade):
        return None
    return council_of(reading(), of_class, asked_ref(refs, periods), periods, today())


def _with_gaps(shown: Council) -> tuple[Sequence[CouncilSubject], Sequence[CouncilRow]]:
    """The subjects and the pupils that lack something."""
    subjects = {gap.subject_id for gap in shown.gaps}
    return (
        [one for one in shown.subjects if one.id in subjects],
        [row for row in shown.rows if any(not cell.value for cell in row.cells.values())],
    )


def _marks_sheet(shown: Council) -> Sheet:
    return Sheet(
        name=ref_name(shown.ref, shown.periods),
        columns=[
            _("№"),
            _("Ученик"),
            *(one.name for one in shown.subjects),
            _("Итог"),
        ],
        rows=[
            [
                row.number,
                row.name,
                *(_cell(row.cells[one.id].value) for one in shown.subjects),
                str(STANDING_NAMES[row.standing]),
            ]
            for row in shown.rows
        ],
    )


def _gaps_sheet(shown: Council) -> Sheet:
    return Sheet(
        name=_("Не выставлено"),
        columns=[_("Предмет"), _("Учитель"), _("Ученик")],
        rows=[
            [gap.subject, ", ".join(gap.teachers), pupil]
            for gap in shown.gaps
            for pupil in gap.pupils
        ],
    )


def _cell(value: str) -> str | int:
    return int(value) if value.isdecimal() else value
