"""The slip of a correction as a paper: made as it was approved, and as it was carried out."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from documents.mark_correction import EMPTY, MarkCorrection
from documents.paper import moment
from documents.render import render_pdf
from journal_core.classes.models import StudyGroup
from journal_core.clock import local_date
from journal_core.context import ActionContext
from journal_core.corrections import models
from journal_core.corrections.queries import cells_of
from journal_core.corrections.terms import CorrectedCellView
from journal_core.curriculum.models import Subject
from journal_core.files.commands import store_file
from journal_core.people.models import Person
from journal_core.people.queries import positions_of
from journal_core.period_marks.terms import FinalKind
from journal_core.school.models import SchoolClass
from journal_core.school.queries import settings_on
from workflows.paper_template import DOCX, print_docx

#: By whom the regulation has it approved (INS-3.3.13).
DEPUTY = "заместитель директора по УР"
_ATTENDANCE = "посещаемость"
_NOT_WRITTEN = "не внесено"
_FINALS = {
    FinalKind.HALF_YEAR: "полугодие",
    FinalKind.YEAR: "год",
    FinalKind.EXAM: "экзамен",
    FinalKind.STATE_EXAM: "ГИА",
    FinalKind.FINAL: "итоговая",
}


@dataclass(frozen=True, kw_only=True)
class Approval:
    """What the slip tells of an approval: its number, when and by whom, and until when."""

    number: int
    at: datetime
    by: str
    by_id: UUID | None
    open_until: datetime


def slip_of(
    context: ActionContext,
    correction: models.MarkCorrection,
    approval: Approval,
    *,
    closed_at: datetime | None = None,
) -> MarkCorrection:
    """The slip; with `closed_at` it says what was written in each cell, and when (INS-3.3.13)."""
    session, decided_on = context.session, local_date(approval.at, context.zone)
    asker = session.get_one(Person, correction.asked_by_id)
    decider = session.get(Person, approval.by_id) if approval.by_id else None
    cells = cells_of(session, correction.id)
    return MarkCorrection(
        school_short_name=settings_on(session, decided_on).short_name,
        number=str(approval.number),
        decided_on=decided_on,
        asker_name=asker.name.full,
        asker_position=_position(session, asker.id, decided_on, "учител", ""),
        class_name=_class_name(session, correction),
        subject=session.get_one(Subject, correction.subject_id).name,
        reason=correction.reason,
        open_until=approval.open_until.astimezone(context.zone),
        pupils=tuple(cell.pupil.full for cell in cells),
        days=tuple(f"{cell.day:%d.%m.%Y}" if cell.day else EMPTY for cell in cells),
        works=tuple(cell.work_type or _other_work(cell) for cell in cells),
        before=tuple(cell.before for cell in cells),
        wanted=tuple(cell.wanted for cell in cells),
        after=tuple(_after(context, cell) for cell in cells) if closed_at else (),
        carried_out_at=closed_at.astimezone(context.zone) if closed_at else None,
        signatory_position=_position(session, approval.by_id, decided_on, "директор", DEPUTY),
        signatory_name=decider.name.initials if decider else approval.by,
    )


def approval_of(correction: models.MarkCorrection) -> Approval:
    """Of an approved correction. Raises ValueError for another."""
    if correction.number is None or correction.decided_at is None or correction.open_until is None:
        raise ValueError("an approval has its number and its time")
    return Approval(
        number=correction.number,
        at=correction.decided_at,
        by=correction.decided_by,
        by_id=correction.decided_by_id,
        open_until=correction.open_until,
    )


def keep_slip(context: ActionContext, slip: MarkCorrection) -> tuple[UUID, UUID]:
    """Make both forms of the slip and keep them for good; returns the ids of PDF and DOCX."""
    pdf = store_file(
        context, name="slip.pdf", media_type="application/pdf", content=render_pdf(slip)
    )
    docx = store_file(
        context,
        name="slip.docx",
        media_type=DOCX,
        content=print_docx(context.session, context.files, slip, context.today),
    )
    return pdf.id, docx.id


def _class_name(session: Session, correction: models.MarkCorrection) -> str:
    """«7А», «7А, группа 1»."""
    name = session.get_one(SchoolClass, correction.class_id).name
    if correction.group_id is None:
        return name
    return f"{name}, {session.get_one(StudyGroup, correction.group_id).name}"


def _position(session: Session, person_id: UUID | None, on: date, word: str, otherwise: str) -> str:
    """The position that the person holds on the day and that says the word."""
    held = positions_of(session, person_id) if person_id else []
    return next(
        (
            one.position
            for one in held
            if one.since <= on <= (one.until or on) and word in one.position.casefold()
        ),
        otherwise,
    )


def _other_work(cell: CorrectedCellView) -> str:
    """What the column is, where it is no work's: attendance, or a mark that sums up."""
    if not cell.ref.period:
        return _ATTENDANCE
    kind, _colon, number = cell.ref.period.partition(":")
    return _FINALS.get(FinalKind(kind), f"период {number}")


def _after(context: ActionContext, cell: CorrectedCellView) -> str:
    if cell.after is None or cell.written_at is None:
        return _NOT_WRITTEN
    return f"{cell.after or EMPTY} ({moment(cell.written_at.astimezone(context.zone))})"
