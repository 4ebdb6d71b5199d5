"""The sweepers: each a query that must be empty, all of them one statement."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from journal_core.access.models import Account, AccountSession
from journal_core.audit.models import AuditEntry
from journal_core.cells.models import CellChange
from journal_core.cells.terms import CellKind
from journal_core.classes.models import ClassMembership, GroupMembership, StudyGroup
from journal_core.files.models import StoredFile
from journal_core.files.storage import FileStore
from journal_core.invitations.models import Invitation
from journal_core.invitations.states import InvitationState
from journal_core.marks.models import Mark
from journal_core.notifications.models import OutboxLetter
from journal_core.notifications.terms import LetterState, SecretKind
from journal_core.people.models import Person
from journal_core.period_marks.models import PeriodMark, PeriodMarkChange
from journal_core.requests.models import (
    AnswerChange,
    GroundAnswer,
    IssuedDocument,
    RefusalDecision,
    RequestNote,
    RequestPaper,
    ServiceRequest,
)
from journal_core.requests.terms import RefusalGround, RequestState
from journal_core.sweepers.terms import Fault, FaultFound
from journal_core.visits.models import Visit

#: Stored files whose bytes are looked for, the newest first; a backup looks for them all.
FILES_LOOKED_FOR = 2000

#: A row's id, and its request's number where it has one.
Found = Select[*tuple[Any, ...]]

_R = ServiceRequest
_S = RequestState
_REFUSED = (_S.REFUSED, _S.REFUSAL_DELIVERED)
_CHECKED = (_S.VERIFIED, _S.CODE_ISSUED, _S.COMPLETED)
_Other = aliased(ClassMembership)
_OtherSeat = aliased(GroupMembership)
_OtherGroup = aliased(StudyGroup)
_ENDED = (InvitationState.REVOKED, InvitationState.REPLACED, InvitationState.EXPIRED)


def _requests(*conditions: ColumnElement[bool]) -> Found:
    return select(_R.id, _R.request_number).where(*conditions)


def _rows(row_id: InstrumentedAttribute[Any], *conditions: ColumnElement[bool]) -> Found:
    return select(row_id, type_coerce(null(), String)).where(*conditions)


def _joined(request_id: Any, *conditions: ColumnElement[bool]) -> Found:
    """Requests of another table's rows that meet the conditions."""
    return _requests(request_id == _R.id, *conditions)


def _moved_to_its_state() -> ColumnElement[bool]:
    # Moves alone have a target; to ask for the action too would lead SQLite to its index.
    return exists().where(
        AuditEntry.subject_id == _R.id,
        AuditEntry.details["target"].as_string() == type_coerce(_R.state, String),
    )


def _answers() -> Any:
    return (
        select(func.count())
        .select_from(GroundAnswer)
        .where(GroundAnswer.request_id == _R.id)
        .scalar_subquery()
    )


_PEOPLE_LEFT = or_(
    *(
        column != ""
        for column in (
            _R.applicant_last_name, _R.applicant_first_name, _R.applicant_patronymic,
            _R.child_last_name, _R.child_first_name, _R.child_patronymic,
            _R.address, _R.phone, _R.email,
        )
    ),
    _R.child_birth_date.is_not(None),
    _R.person_id.is_not(None),
    _R.pupil_id.is_not(None),
    _R.applicant_account_id.is_not(None),
    exists().where(RequestNote.request_id == _R.id),
    exists().where(AnswerChange.request_id == _R.id),
    exists().where(OutboxLetter.request_id == _R.id, OutboxLetter.recipient != ""),
)  # fmt: skip

SWEEPERS: dict[Fault, Found] = {
    Fault.REQUEST_NOT_IN_RECORD: _requests(_R.state != _S.DRAFT, ~_moved_to_its_state()),
    Fault.REGISTERED_BEFORE_SUBMITTED: _requests(_R.received_at < _R.submitted_at),
    Fault.REGISTERED_WITHOUT_TERM: _requests(
        _R.received_at.is_not(None),
        or_(_R.term_derivation.is_(None), _R.due_on < _R.check_due_on),
    ),
    Fault.REGISTERED_BY_NOBODY: _requests(_R.received_at.is_not(None), _R.received_by == ""),
    Fault.CHECKED_IN_PART: _requests(_R.state.in_(_CHECKED), _answers() != len(RefusalGround)),
    Fault.CHECKED_WITHOUT_PERSON: _requests(
        _R.state.in_(_CHECKED),
        _R.erased_at.is_(None),
        or_(_R.person_id.is_(None), _R.pupil_id.is_(None)),
    ),
    Fault.CODE_OF_ANOTHER: _joined(
        _R.id,
        Invitation.id == _R.invitation_id,
        or_(Invitation.person_id != _R.person_id, Invitation.pupil_id != _R.pupil_id),
    ),
    Fault.CODE_TOLD_BY_NO_MEANS: _rows(
        Invitation.id,
        Invitation.state == InvitationState.DELIVERED,
        or_(Invitation.delivered_at.is_(None), Invitation.handover.is_(None)),
    ),
    Fault.CODE_ENDED_AND_SEALED: _rows(
        Invitation.id,
        Invitation.state.in_(_ENDED),
        or_(Invitation.sealed_code.is_not(None), Invitation.ended_at.is_(None)),
    ),
    Fault.COMPLETED_UNTOLD: _requests(
        _R.delivered_at.is_not(None), or_(_R.delivered_how.is_(None), _R.delivered_by == "")
    ),
    Fault.DECIDED_WITHOUT_DOCUMENT: _joined(
        _R.id,
        RefusalDecision.id == _R.decision_id,
        _R.state.in_(_REFUSED),
        RefusalDecision.document_id.is_(None),
    ),
    Fault.DECIDED_BY_NOBODY: _joined(
        RefusalDecision.request_id,
        RefusalDecision.signed_at.is_not(None),
        or_(RefusalDecision.signatory_id.is_(None), RefusalDecision.signed_by == ""),
    ),
    Fault.DECISION_OF_ANOTHER: _requests(
        or_(
            exists().where(
                RefusalDecision.id == _R.decision_id, RefusalDecision.request_id != _R.id
            ),
            exists().where(
                RefusalDecision.id == _R.decision_id,
                IssuedDocument.id == RefusalDecision.document_id,
                IssuedDocument.request_id != _R.id,
            ),
        )
    ),
    Fault.REFUSED_WITHOUT_GROUND: _joined(
        _R.id,
        RefusalDecision.id == _R.decision_id,
        func.json_array_length(RefusalDecision.grounds) == 0,
    ),
    Fault.VISIT_NOT_AWAITED: _joined(
        Visit.request_id,
        Visit.ended_at.is_(None),
        _R.state != _S.SUBMITTED,
        Visit.starts_at > _R.state_since,
    ),
    Fault.LETTER_TO_NOBODY: _rows(
        OutboxLetter.id, OutboxLetter.state == LetterState.QUEUED, OutboxLetter.recipient == ""
    ),
    Fault.LETTER_WITH_DEAD_CODE: _rows(
        OutboxLetter.id,
        OutboxLetter.state == LetterState.QUEUED,
        OutboxLetter.secret == SecretKind.INVITATION_CODE,
        exists().where(
            Invitation.id == OutboxLetter.subject_id, Invitation.state != InvitationState.ISSUED
        ),
    ),
    Fault.ERASED_WITH_PEOPLE: _requests(_R.erased_at.is_not(None), _PEOPLE_LEFT),
    Fault.ERASED_WITH_FILES: _joined(
        RequestPaper.request_id,
        _R.erased_at.is_not(None),
        StoredFile.id == RequestPaper.file_id,
        StoredFile.erased_at.is_(None),
    ),
    Fault.ACCOUNT_OF_NOBODY: _rows(Account.id, ~exists().where(Person.id == Account.person_id)),
    Fault.SESSION_OF_CLOSED_ACCOUNT: _rows(
        AccountSession.id,
        AccountSession.ended_at.is_(None),
        exists().where(Account.id == AccountSession.account_id, Account.closed_at.is_not(None)),
    ),
    Fault.IN_TWO_CLASSES: _rows(
        ClassMembership.id,
        exists().where(
            _Other.pupil_id == ClassMembership.pupil_id,
            _Other.id != ClassMembership.id,
            _Other.since >= ClassMembership.since,
            or_(ClassMembership.until.is_(None), _Other.since <= ClassMembership.until),
        ),
    ),
    Fault.IN_TWO_GROUPS: _rows(
        GroupMembership.id,
        StudyGroup.id == GroupMembership.group_id,
        exists().where(
            _OtherSeat.pupil_id == GroupMembership.pupil_id,
            _OtherSeat.id != GroupMembership.id,
            _OtherSeat.since >= GroupMembership.since,
            or_(GroupMembership.until.is_(None), _OtherSeat.since <= GroupMembership.until),
            _OtherGroup.id == _OtherSeat.group_id,
            _OtherGroup.class_id == StudyGroup.class_id,
            _OtherGroup.subject_id == StudyGroup.subject_id,
        ),
    ),
    # One row of the class covers the whole of the group's: a class is never left for a day.
    Fault.IN_GROUP_NOT_IN_CLASS: _rows(
        GroupMembership.id,
        StudyGroup.id == GroupMembership.group_id,
        StudyGroup.class_id.is_not(None),
        ~exists().where(
            ClassMembership.pupil_id == GroupMembership.pupil_id,
            ClassMembership.class_id == StudyGroup.class_id,
            ClassMembership.since <= GroupMembership.since,
            or_(
                ClassMembership.until.is_(None),
                ClassMembership.until >= GroupMembership.until,
            ),
        ),
    ),
    Fault.MARK_NOT_IN_RECORD: _rows(
        Mark.id,
        ~exists().where(
            CellChange.work_id == Mark.work_id,
            CellChange.pupil_id == Mark.pupil_id,
            CellChange.kind == CellKind.MARK,
            CellChange.new == Mark.value,
        ),
    ),
    Fault.PERIOD_MARK_NOT_IN_RECORD: _rows(
        PeriodMark.id,
        ~exists().where(
            PeriodMarkChange.pupil_id == PeriodMark.pupil_id,
            PeriodMarkChange.academic_year == PeriodMark.academic_year,
            PeriodMarkChange.subject_id == PeriodMark.subject_id,
            PeriodMarkChange.kind == PeriodMark.kind,
            PeriodMarkChange.number == PeriodMark.number,
            PeriodMarkChange.new == PeriodMark.value,
        ),
    ),
}

_STATEMENT = union_all(
    *(query.add_columns(literal(fault.value)) for fault, query in SWEEPERS.items())
)


def faults(session: Session) -> Sequence[FaultFound]:
    """What every sweeper found, in their order; nothing in a sound school."""
    found = [
        FaultFound(fault=Fault(fault), row_id=row_id, request_number=number)
        for row_id, number, fault in session.execute(_STATEMENT)
    ]
    return sorted(found, key=lambda one: (list(Fault).index(one.fault), one.name))


def files_without_bytes(session: Session, files: FileStore) -> Sequence[FaultFound]:
    """Of the newest stored files those that are not on the disk (POL-4.2.4)."""
    ids = session.scalars(
        select(StoredFile.id)
        .where(StoredFile.erased_at.is_(None))
        .order_by(StoredFile.stored_at.desc())
        .limit(FILES_LOOKED_FOR)
    )
    return [
        FaultFound(fault=Fault.FILE_WITHOUT_BYTES, row_id=file_id, request_number=None)
        for file_id in ids
        if not files.holds(file_id)
    ]
