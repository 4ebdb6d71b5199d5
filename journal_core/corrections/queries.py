"""Reading corrections: which cells an approval holds open, what waits for a decision."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.classes.models import StudyGroup
from journal_core.context import Actor
from journal_core.corrections.models import CorrectedCell, MarkCorrection
from journal_core.corrections.terms import (
    CellRef,
    CorrectedCellView,
    CorrectionState,
    CorrectionView,
    OpenCell,
)
from journal_core.curriculum.models import Subject
from journal_core.database import Prepared
from journal_core.errors import NotFound
from journal_core.files.models import StoredFile
from journal_core.lessons.models import Lesson
from journal_core.people.models import Person, Pupil
from journal_core.school.models import SchoolClass

#: Corrections of one page of the list.
PAGE = 50
#: For how long a refusal is told on the teacher's home page.
DECLINED_LATELY = timedelta(days=7)


def open_cells(
    session: Session, person_id: UUID, lesson_ids: Collection[UUID], now: datetime
) -> list[OpenCell]:
    """The cells of these lessons that an approval holds open for the person (INS-3.3.13).

    Open for who asked, each until it is written; `open_until` itself is too late. One statement.
    """
    asked = {"person_id": person_id, "now": now, "lesson_ids": list(lesson_ids)}
    return [_open_cell(row) for row in session.execute(_open_in_lessons(), asked)]


def open_period_cells(
    session: Session, person_id: UUID, class_id: UUID, subject_id: UUID, now: datetime
) -> list[OpenCell]:
    """The same for the period marks of a class in a subject."""
    asked = {"person_id": person_id, "now": now, "class_id": class_id, "subject_id": subject_id}
    return [_open_cell(row) for row in session.execute(_open_of_periods(), asked)]


def is_open(now: datetime | BindParameter[Any]) -> ColumnElement[bool]:
    """That the approval still holds open what was not written yet."""
    return and_(
        MarkCorrection.state == CorrectionState.APPROVED,
        MarkCorrection.open_until > now,
        CorrectedCell.written_at.is_(None),
    )


@cache
def _open_in_lessons() -> Prepared:
    return _open().where(CorrectedCell.lesson_id.in_(bindparam("lesson_ids", expanding=True)))


@cache
def _open_of_periods() -> Prepared:
    return _open().where(
        CorrectedCell.period != "",
        MarkCorrection.class_id == bindparam("class_id"),
        MarkCorrection.subject_id == bindparam("subject_id"),
    )


def _open() -> Prepared:
    """What is held open at `now` for who asked for it."""
    return (
        select(
            CorrectedCell, MarkCorrection.number, MarkCorrection.open_until, MarkCorrection.reason
        )
        .join(MarkCorrection, MarkCorrection.id == CorrectedCell.correction_id)
        .where(is_open(bindparam("now")), MarkCorrection.asked_by_id == bindparam("person_id"))
    )


def _open_cell(row: Any) -> OpenCell:
    return OpenCell(
        cell_id=row.CorrectedCell.id,
        correction_id=row.CorrectedCell.correction_id,
        number=row.number,
        ref=ref_of(row.CorrectedCell),
        until=row.open_until,
        reason=row.reason,
    )


def ref_of(cell: CorrectedCell) -> CellRef:
    return CellRef(
        pupil_id=cell.pupil_id, lesson_id=cell.lesson_id, work_id=cell.work_id, period=cell.period
    )


def asked_cells(session: Session, refs: Collection[CellRef], now: datetime) -> set[CellRef]:
    """Those of the cells that somebody asked for already: undecided, or open and not written."""
    pupils = {ref.pupil_id for ref in refs}
    rows = session.scalars(
        select(CorrectedCell)
        .join(MarkCorrection, MarkCorrection.id == CorrectedCell.correction_id)
        .where(
            CorrectedCell.pupil_id.in_(pupils),
            or_(MarkCorrection.state == CorrectionState.ASKED, is_open(now)),
        )
    )
    return {ref_of(cell) for cell in rows} & set(refs)


def in_reach(actor: Actor) -> ColumnElement[bool]:
    """The corrections that the actor may read: any, or those that they asked for."""
    if actor.may(Permission.CORRECTION_ANY_READ):
        return true()
    return MarkCorrection.asked_by_id == actor.person_id


def corrections(
    session: Session, actor: Actor, states: Collection[CorrectionState], page: int = 1
) -> list[CorrectionView]:
    """A page of those in these states: what waits, the oldest first; then the newest first."""
    waiting = MarkCorrection.state == CorrectionState.ASKED
    rows = session.execute(
        _views()
        .where(in_reach(actor), MarkCorrection.state.in_(states))
        .order_by(
            waiting.desc(),
            case((waiting, MarkCorrection.asked_at)),
            MarkCorrection.asked_at.desc(),
        )
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [_view(row) for row in rows]


def decided_for(session: Session, person_id: UUID, now: datetime) -> list[CorrectionView]:
    """What the person has to know of their corrections, the newest decision first (POL-3.7.8).

    The cells that an approval holds open still, and what was declined of late.
    """
    rows = session.execute(
        _views()
        .where(
            MarkCorrection.asked_by_id == person_id,
            or_(
                and_(
                    MarkCorrection.state == CorrectionState.APPROVED,
                    MarkCorrection.open_until > now,
                ),
                and_(
                    MarkCorrection.state == CorrectionState.DECLINED,
                    MarkCorrection.decided_at > now - DECLINED_LATELY,
                ),
            ),
        )
        .order_by(MarkCorrection.decided_at.desc())
    )
    views = [_view(row) for row in rows]
    return [one for one in views if one.number is None or one.written < one.cells]


def correction_view(session: Session, actor: Actor, correction_id: UUID) -> CorrectionView:
    """Raises NotFound for one that is not there or not the actor's to read."""
    row = session.execute(
        _views().where(MarkCorrection.id == correction_id, in_reach(actor))
    ).one_or_none()
    if row is None:
        raise NotFound("correction_unknown")
    return _view(row)


def cells_of(session: Session, correction_id: UUID) -> list[CorrectedCellView]:
    """The cells that the correction names, by lesson and pupil."""
    rows = session.execute(
        select(CorrectedCell, Lesson.day, Lesson.number, Person)
        .join(Pupil, Pupil.id == CorrectedCell.pupil_id)
        .join(Person, Person.id == Pupil.person_id)
        .outerjoin(Lesson, Lesson.id == CorrectedCell.lesson_id)
        .where(CorrectedCell.correction_id == correction_id)
        .order_by(Lesson.day, Lesson.number, CorrectedCell.period, Person.sort_key, Person.id)
    )
    return [
        CorrectedCellView(
            ref=ref_of(cell),
            pupil=person.name,
            day=day,
            lesson_number=number,
            work_type=cell.work_type,
            before=cell.before,
            wanted=cell.wanted,
            after=cell.after,
            written_at=cell.written_at,
        )
        for cell, day, number, person in rows
    ]


def state_counts(session: Session, actor: Actor) -> Counter[CorrectionState]:
    """How many corrections in the actor's reach are in each state (POL-3.7.8)."""
    rows = session.execute(
        select(MarkCorrection.state, func.count())
        .where(in_reach(actor))
        .group_by(MarkCorrection.state)
    )
    return Counter({state: number for state, number in rows})


def slip_file(
    session: Session, actor: Actor, correction_id: UUID, form: str, *, carried_out: bool
) -> StoredFile:
    """The kept slip, `form` being pdf or docx. Raises NotFound while there is none."""
    columns = {
        ("pdf", False): MarkCorrection.slip_id,
        ("docx", False): MarkCorrection.slip_docx_id,
        ("pdf", True): MarkCorrection.carried_out_id,
        ("docx", True): MarkCorrection.carried_out_docx_id,
    }
    found = session.scalars(
        select(StoredFile)
        .join(MarkCorrection, columns[form, carried_out] == StoredFile.id)
        .where(MarkCorrection.id == correction_id, in_reach(actor))
    ).one_or_none()
    if found is None:
        raise NotFound("correction_unknown")
    return found


def to_close(session: Session, now: datetime) -> list[tuple[MarkCorrection, datetime | None]]:
    """Approved corrections that hold nothing open any more, locked.

    Each with the moment of its last write where every cell is written, else with None: its time
    is over.
    """
    unwritten = exists().where(
        CorrectedCell.correction_id == MarkCorrection.id, CorrectedCell.written_at.is_(None)
    )
    last = (
        select(func.max(CorrectedCell.written_at))
        .where(CorrectedCell.correction_id == MarkCorrection.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(MarkCorrection, case((~unwritten, last)))
        .where(
            MarkCorrection.state == CorrectionState.APPROVED,
            or_(MarkCorrection.open_until <= now, ~unwritten),
        )
        .with_for_update(of=MarkCorrection)
    )
    return [(correction, last_written) for correction, last_written in rows]


def _views() -> Select[Any]:
    own = CorrectedCell.correction_id == MarkCorrection.id
    cells = select(func.count()).where(own).scalar_subquery()
    written = select(func.count(CorrectedCell.written_at)).where(own).scalar_subquery()
    return (
        select(
            MarkCorrection,
            SchoolClass.grade,
            SchoolClass.letter,
            StudyGroup.name.label("group_name"),
            Subject.name.label("subject"),
            cells.label("cells"),
            written.label("written"),
        )
        .join(SchoolClass, SchoolClass.id == MarkCorrection.class_id)
        .join(Subject, Subject.id == MarkCorrection.subject_id)
        .outerjoin(StudyGroup, StudyGroup.id == MarkCorrection.group_id)
    )


def _view(row: Any) -> CorrectionView:
    one: MarkCorrection = row.MarkCorrection
    return CorrectionView(
        id=one.id,
        academic_year=one.academic_year,
        class_id=one.class_id,
        class_name=f"{row.grade}{row.letter}",
        group_id=one.group_id,
        group_name=row.group_name or "",
        subject_id=one.subject_id,
        subject=row.subject,
        state=one.state,
        reason=one.reason,
        asked_at=one.asked_at,
        asked_by=one.asked_by,
        asked_by_id=one.asked_by_id,
        decided_at=one.decided_at,
        decided_by=one.decided_by,
        comment=one.comment,
        number=one.number,
        open_until=one.open_until,
        closed_at=one.closed_at,
        has_carried_out=one.carried_out_id is not None,
        version=one.version,
        cells=row.cells,
        written=row.written,
    )
