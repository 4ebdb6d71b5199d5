"""All that is kept about one person, gathered in one place; never a secret (SVC-2.2.3).

A person is known by a row of their own, an applicant perhaps from requests alone. Whatever table
is added and tells of people is to be added here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, inspect, or_, select
from sqlalchemy.orm import Session

from journal_core.access.models import (
    Account,
    AccountRole,
    AccountSession,
    BackupCode,
    SecondFactor,
    StandIn,
)
from journal_core.attendance.models import AbsenceSpan, LessonAbsence
from journal_core.audit.models import AuditEntry
from journal_core.cells.models import CellChange
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.consents.models import Consent
from journal_core.corrections.models import CorrectedCell
from journal_core.correspondence.models import (
    ErrorReport,
    Message,
    MessageFile,
    MessageRead,
    Participant,
    Thread,
)
from journal_core.database import Base
from journal_core.diary.models import CalendarLink
from journal_core.diary_visits.models import DiaryVisit, FamilyContact, SilenceTask
from journal_core.errors import NotFound
from journal_core.files.models import StoredFile
from journal_core.invitations.models import Invitation
from journal_core.marks.models import Mark
from journal_core.notices.models import Notice, NoticeHours, NoticeSwitch, UnreachedAddress
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.people.models import Person, PersonDistinction, Pupil, Representation, StaffMember
from journal_core.people.rules import search_key
from journal_core.period_marks.models import PeriodMark, PeriodMarkChange
from journal_core.portfolio.models import Achievement, AchievementFile
from journal_core.privacy.terms import FoundPerson
from journal_core.recommendations.models import Recommendation
from journal_core.requests.models import (
    AnswerChange,
    GroundAnswer,
    IssuedDocument,
    RefusalDecision,
    RequestNote,
    RequestPaper,
    ServiceRequest,
    ShownPaper,
)
from journal_core.requests.queries import office_request
from journal_core.risk_group.models import RiskCheckLine, RiskMembership
from journal_core.school.models import Signatory
from journal_core.visits.models import Visit

#: What proves or opens something: it is nobody's to read, the person's neither.
SECRETS = frozenset(
    {
        "password_hash", "password_generation", "token_hash", "code_hash", "lookup",
        "sealed_code", "submission_key", "key_generation", "sealed_secret", "last_step",
        "generation",
    }
)  # fmt: skip
#: Names that a search shows of each sort.
MOST_FOUND = 20

#: Rows of a pupil, by the table they come from.
_OF_PUPIL: tuple[type[Any], ...] = (
    ClassMembership,
    GroupMembership,
    LessonAbsence,
    AbsenceSpan,
    Mark,
    CellChange,
    CorrectedCell,
    PeriodMark,
    PeriodMarkChange,
    ErrorReport,
    CalendarLink,
    Recommendation,
    Achievement,
    DiaryVisit,
    SilenceTask,
    FamilyContact,
    RiskMembership,
    RiskCheckLine,
)
#: Rows of an account, by the table they come from.
_OF_ACCOUNT: tuple[type[Any], ...] = (
    AccountRole,
    StandIn,
    AccountSession,
    SecondFactor,
    BackupCode,
    NoticeSwitch,
    NoticeHours,
    UnreachedAddress,
    Notice,
)
#: Rows of a request, by the table they come from.
_OF_REQUEST: tuple[type[Any], ...] = (
    RequestPaper,
    ShownPaper,
    RequestNote,
    AnswerChange,
    GroundAnswer,
    RefusalDecision,
    IssuedDocument,
    OfficeTask,
    Visit,
)


@dataclass(frozen=True, kw_only=True)
class Everything:
    """The rows about one person, in the order of the tables; `subject_ids` name the person."""

    name: str
    person: Person | None
    subject_ids: frozenset[UUID]
    rows: tuple[Base, ...]

    def of(self, table: type[Any]) -> list[Any]:
        return [row for row in self.rows if isinstance(row, table)]

    def told(self) -> dict[str, list[dict[str, Any]]]:
        """Table → its rows, without what is a secret."""
        tables: dict[str, list[dict[str, Any]]] = {}
        for row in self.rows:
            tables.setdefault(row.__tablename__, []).append(facts_of(row))
        return tables


def facts_of(row: Base) -> dict[str, Any]:
    """The row's columns, without what is a secret."""
    return {
        column.key: getattr(row, column.key)
        for column in inspect(row).mapper.column_attrs
        if column.key not in SECRETS
    }


def find_people(session: Session, search: str) -> list[FoundPerson]:
    """Persons of such a name, then applicants (or children) known from requests alone."""
    key = search_key(search)
    if not key:
        return []
    people = session.scalars(
        select(Person)
        .where(Person.search_key.contains(key, autoescape=True))
        .order_by(Person.sort_key)
        .limit(MOST_FOUND)
    )
    requests = session.scalars(
        select(ServiceRequest)
        .where(
            ServiceRequest.search_key.contains(key, autoescape=True),
            ServiceRequest.person_id.is_(None),
            ServiceRequest.request_number.is_not(None),
            ServiceRequest.erased_at.is_(None),
        )
        .order_by(ServiceRequest.submitted_at.desc())
        .limit(MOST_FOUND)
    )
    return [
        *(
            FoundPerson(id=row.id, name=row.name.full, birth_date=row.birth_date, request_number="")
            for row in people
        ),
        *(
            FoundPerson(
                id=row.id,
                name=row.applicant.full,
                birth_date=None,
                request_number=row.request_number or "",
            )
            for row in requests
        ),
    ]


def everything_about_person(session: Session, person_id: UUID) -> Everything:
    """Raises NotFound. A request counts when it is tied to the person or names the same one."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("person_unknown")
    accounts = _rows(session, Account, Account.person_id == person_id)
    pupils = _rows(session, Pupil, Pupil.person_id == person_id)
    requests = _rows(
        session,
        ServiceRequest,
        or_(
            ServiceRequest.person_id == person_id,
            ServiceRequest.applicant_account_id.in_(_ids(accounts)),
            ServiceRequest.pupil_id.in_(_ids(pupils)),
            _is_applicant(person, person.phone, person.email),
            and_(
                ServiceRequest.child_last_name == person.last_name,
                ServiceRequest.child_first_name == person.first_name,
                ServiceRequest.child_birth_date == person.birth_date,
            ),
        ),
    )
    links = _rows(
        session,
        Representation,
        or_(Representation.person_id == person_id, Representation.pupil_id.in_(_ids(pupils))),
    )
    invitations = _rows(
        session,
        Invitation,
        or_(Invitation.person_id == person_id, Invitation.pupil_id.in_(_ids(pupils))),
    )
    rows: list[Base] = [person, *pupils, *_rows(session, StaffMember, _of(StaffMember, person_id))]
    rows += [*_rows(session, Signatory, _of(Signatory, person_id)), *links, *accounts]
    for table in _OF_ACCOUNT:
        rows += _rows(session, table, table.account_id.in_(_ids(accounts)))
    rows += _rows(session, PersonDistinction, _of(PersonDistinction, person_id))
    for table in _OF_PUPIL:
        rows += _rows(session, table, table.pupil_id.in_(_ids(pupils)))
    achieved = _ids([row for row in rows if isinstance(row, Achievement)])
    files = _rows(session, AchievementFile, AchievementFile.achievement_id.in_(achieved))
    rows += [*files, *_rows(session, StoredFile, StoredFile.id.in_(_file_ids(files)))]
    rows += _correspondence(session, person_id)
    consents = _rows(session, Consent, Consent.representation_id.in_(_ids(links)))
    subjects = {person_id, *_ids(accounts), *_ids(pupils), *_ids(requests)}
    return Everything(
        name=person.name.full,
        person=person,
        subject_ids=frozenset(subjects),
        rows=(
            *rows,
            *consents,
            *invitations,
            *_about(session, requests, subjects, [*links, *consents, *invitations]),
        ),
    )


def everything_about_applicant(session: Session, request_id: UUID) -> Everything:
    """The requests of one who has no row of a person: the same name, phone or e-mail.

    Raises NotFound.
    """
    request = office_request(session, request_id)
    same = or_(
        ServiceRequest.id == request_id,
        _is_applicant(request.applicant, request.phone, request.email),
    )
    requests = _rows(session, ServiceRequest, same)
    subjects = set(_ids(requests))
    return Everything(
        name=request.applicant.full,
        person=None,
        subject_ids=frozenset(subjects),
        rows=_about(session, requests, subjects, []),
    )


def _about(
    session: Session,
    requests: Sequence[ServiceRequest],
    subjects: set[UUID],
    others: Sequence[Any],
) -> tuple[Base, ...]:
    """The requests with all that hangs on them, letters, and what is on record."""
    ids, other_ids = _ids(requests), _ids(others)
    rows: list[Base] = list(requests)
    for table in _OF_REQUEST:
        rows += _rows(session, table, table.request_id.in_(ids))
    rows += _rows(session, StoredFile, StoredFile.id.in_(_file_ids(rows)))
    rows += _rows(
        session,
        OutboxLetter,
        or_(
            OutboxLetter.request_id.in_(ids),
            OutboxLetter.subject_id.in_({*subjects, *other_ids}),
        ),
    )
    told = {*subjects, *other_ids, *(row.id for row in rows if isinstance(row, OfficeTask))}
    return (*rows, *_rows(session, AuditEntry, AuditEntry.subject_id.in_(told)))


def _correspondence(session: Session, person_id: UUID) -> list[Base]:
    """The person's own threads with all that was written in them, and what the person read.

    A letter between a parent and the school is not the pupil's, though it speaks of the pupil.
    """
    own = select(Participant.thread_id).where(Participant.person_id == person_id)
    written = select(Message.id).where(Message.thread_id.in_(own))
    return [
        *_rows(session, Thread, Thread.id.in_(own)),
        *_rows(session, Participant, _of(Participant, person_id)),
        *_rows(session, Message, Message.thread_id.in_(own)),
        *_rows(session, MessageFile, MessageFile.message_id.in_(written)),
        *_rows(session, MessageRead, _of(MessageRead, person_id)),
    ]


def _is_applicant(named: Any, phone: str, email: str) -> ColumnElement[bool]:
    """A request whose applicant has this name and this phone or e-mail."""
    contacts = [ServiceRequest.phone == phone] if phone else []
    contacts += [ServiceRequest.email == email] if email else []
    return and_(
        ServiceRequest.applicant_last_name == named.last_name,
        ServiceRequest.applicant_first_name == named.first_name,
        ServiceRequest.applicant_patronymic == named.patronymic,
        or_(false(), *contacts),
    )


def _file_ids(rows: Sequence[Base]) -> set[UUID]:
    keys = ("file_id", "docx_file_id", "pdf_file_id", "scan_file_id", "withdrawal_file_id")
    found = {getattr(row, key, None) for row in rows for key in keys}
    return {each for each in found if each is not None}


def _of(table: type[Any], person_id: UUID) -> ColumnElement[bool]:
    same: ColumnElement[bool] = table.person_id == person_id
    return same


def _rows(session: Session, table: type[Any], condition: ColumnElement[bool]) -> list[Any]:
    key = next(iter(inspect(table).primary_key))
    return list(session.scalars(select(table).where(condition).order_by(key)))


def _ids(rows: Sequence[Any]) -> list[UUID]:
    return [row.id for row in rows]
