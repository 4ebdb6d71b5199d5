"""Reading the board: what the staff sees, what a family sees, who may change what."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.classes.models import ClassMembership
from journal_core.classes.queries import holds_on
from journal_core.context import Actor
from journal_core.errors import NotFound
from journal_core.files.models import StoredFile
from journal_core.files.queries import attached_files
from journal_core.notice_board.models import BoardNotice, BoardNoticeClass, BoardNoticeFile
from journal_core.notice_board.rules import may_put_up
from journal_core.notice_board.terms import Audience, NoticeView, Shelf
from journal_core.people.models import Pupil, Representation
from journal_core.people.queries import represents_on, studies_on
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_led_by, classes_of_year
from journal_core.school.rules import academic_year_of


def notices_for_staff(session: Session, actor: Actor, shelf: Shelf, on: date) -> list[NoticeView]:
    """What hangs on the date, is still to hang, or hung: pinned ones first, then the newest."""
    return _views(session, actor, on, _on_shelf(shelf, on))


def notices_of_pupil(session: Session, pupil_id: UUID, on: date) -> list[NoticeView]:
    """What the pupil's family is told on the date. Whose pupil it is, is the caller's to ask."""
    return _views(session, None, on, _told_to(Pupil.id == pupil_id, on))


def pinned_titles(session: Session, pupil_id: UUID, on: date) -> list[str]:
    """The titles of what is pinned for the pupil's family, the newest first. One statement."""
    return list(
        session.scalars(
            select(BoardNotice.title)
            .where(BoardNotice.is_pinned, _told_to(Pupil.id == pupil_id, on))
            .order_by(BoardNotice.since.desc(), BoardNotice.put_up_at.desc())
        )
    )


def notice_to_edit(session: Session, actor: Actor, notice_id: UUID, on: date) -> NoticeView:
    """One that still hangs or is to hang, and is the actor's to change. Raises NotFound."""
    found = _views(
        session, actor, on, BoardNotice.id == notice_id, BoardNotice.taken_down_at.is_(None)
    )
    if not found or not found[0].may_edit:
        raise NotFound("notice_unknown")
    return found[0]


def file_of_notice(session: Session, actor: Actor, file_id: UUID, on: date) -> StoredFile:
    """A file of a notice that the actor may read on the date. Raises NotFound for any other."""
    found = session.scalars(
        select(StoredFile)
        .join(BoardNoticeFile, BoardNoticeFile.file_id == StoredFile.id)
        .join(BoardNotice, BoardNotice.id == BoardNoticeFile.notice_id)
        .where(StoredFile.id == file_id, _may_read(actor, on))
    ).first()
    if found is None:
        raise NotFound("file_unknown")
    return found


def classes_to_tell(session: Session, actor: Actor, on: date) -> list[SchoolClass]:
    """The classes of the year whose families the actor may address, 1А first."""
    year = academic_year_of(on)
    if actor.may(Permission.BOARD_SCHOOL_EDIT):
        return list(classes_of_year(session, year))
    if actor.person_id is None or not actor.may(Permission.BOARD_CLASS_EDIT):
        return []
    return classes_led_by(session, actor.person_id, year, on)


def _on_shelf(shelf: Shelf, on: date) -> ColumnElement[bool]:
    hangs = BoardNotice.taken_down_at.is_(None)
    if shelf is Shelf.AHEAD:
        return and_(hangs, BoardNotice.since > on)
    if shelf is Shelf.PAST:
        return or_(BoardNotice.taken_down_at.is_not(None), BoardNotice.until < on)
    return _hangs_on(on)


def _hangs_on(on: date) -> ColumnElement[bool]:
    return and_(
        BoardNotice.taken_down_at.is_(None),
        BoardNotice.since <= on,
        or_(BoardNotice.until.is_(None), BoardNotice.until >= on),
    )


def _may_read(actor: Actor, on: date) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    if actor.may(Permission.BOARD_STAFF_READ):
        conditions.append(true())
    if actor.person_id is not None and actor.may(Permission.DIARY_OWN_READ):
        conditions.append(_told_to(Pupil.person_id == actor.person_id, on))
    if actor.person_id is not None and actor.may(Permission.CHILDREN_OWN_READ):
        represented = select(Representation.pupil_id).where(
            Representation.person_id == actor.person_id, represents_on(on)
        )
        conditions.append(_told_to(Pupil.id.in_(represented), on))
    return or_(false(), *conditions)


def _told_to(pupils: ColumnElement[bool], on: date) -> ColumnElement[bool]:
    """That the notice hangs on the date for the families of one of the pupils, who studies."""
    classes = (
        select(ClassMembership.class_id)
        .join(Pupil, Pupil.id == ClassMembership.pupil_id)
        .where(pupils, studies_on(on), holds_on(ClassMembership, on))
    )
    named = BoardNoticeClass.notice_id == BoardNotice.id
    return and_(
        BoardNotice.audience == Audience.FAMILIES,
        _hangs_on(on),
        exists().where(pupils, studies_on(on)),
        or_(
            ~exists().where(named),
            exists().where(named, BoardNoticeClass.class_id.in_(classes)),
        ),
    )


def _views(
    session: Session, actor: Actor | None, on: date, *conditions: ColumnElement[bool]
) -> list[NoticeView]:
    """Three statements, and one for who reads as staff."""
    rows = session.scalars(
        select(BoardNotice)
        .where(*conditions)
        .order_by(
            BoardNotice.is_pinned.desc(), BoardNotice.since.desc(), BoardNotice.put_up_at.desc()
        )
    ).all()
    ids = [row.id for row in rows]
    classes = _classes(session, ids)
    files = attached_files(session, BoardNoticeFile.notice_id, ids)
    led = {row.id for row in classes_to_tell(session, actor, on)} if actor else set()
    return [
        NoticeView(
            id=row.id,
            title=row.title,
            text=row.text,
            audience=row.audience,
            classes=tuple(classes[row.id]),
            is_pinned=row.is_pinned,
            since=row.since,
            until=row.until,
            put_up_at=row.put_up_at,
            put_up_by=row.put_up_by,
            files=tuple(files[row.id]),
            may_edit=actor is not None and _may_edit(actor, row, classes[row.id], led),
        )
        for row in rows
    ]


def _may_edit(
    actor: Actor, row: BoardNotice, classes: Collection[tuple[UUID, str]], led: Collection[UUID]
) -> bool:
    """Who speaks for the school changes anything that hangs, a class teacher the own notices."""
    whole_school = actor.may(Permission.BOARD_SCHOOL_EDIT)
    is_own = row.put_up_by_id is not None and row.put_up_by_id == actor.person_id
    class_ids = [class_id for class_id, _name in classes]
    return (
        row.taken_down_at is None
        and (whole_school or is_own)
        and may_put_up(row.audience, class_ids, whole_school=whole_school, led=led)
    )


def _classes(session: Session, ids: Collection[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    found: dict[UUID, list[tuple[UUID, str]]] = defaultdict(list)
    rows = session.execute(
        select(BoardNoticeClass.notice_id, SchoolClass)
        .join(SchoolClass, SchoolClass.id == BoardNoticeClass.class_id)
        .where(BoardNoticeClass.notice_id.in_(ids))
        .order_by(SchoolClass.grade, SchoolClass.letter)
    )
    for notice_id, row in rows:
        found[notice_id].append((row.id, row.name))
    return found
