"""Recording views and hand-outs of personal data; erasing what has been kept long enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from journal_core.access.models import Account, AccountSession, Attempt
from journal_core.access.terms import APPLICANT, Permission
from journal_core.audit.commands import record
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.diary_visits.models import DiaryVisit, SilenceTask
from journal_core.files.models import StoredFile
from journal_core.notices.models import Notice
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.people.rules import search_key
from journal_core.privacy.queries import due
from journal_core.privacy.terms import KeptKind
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
from journal_core.risk_group.models import RiskMembership
from journal_core.school.queries import settings_on
from journal_core.school.terms import SchoolSettings

#: What a request says of people, and what leads from it to them.
_WORDS = (
    "applicant_last_name", "applicant_first_name", "applicant_patronymic",
    "address", "phone", "email",
    "child_last_name", "child_first_name", "child_patronymic", "child_class", "close_comment",
)  # fmt: skip
_TIES = ("child_birth_date", "applicant_account_id", "person_id", "pupil_id", "invitation_id")


@dataclass(frozen=True, kw_only=True)
class NoteView:
    """A page or file with personal data was opened, or was refused."""

    action: AuditAction
    subject_id: UUID | None
    details: Mapping[str, Any] = field(default_factory=dict)


def note_view(context: ActionContext, command: NoteView) -> None:
    """Put the look on record (SVC-2.2.3, REC-1.5)."""
    record(context, command.action, command.subject_id, **command.details)


@dataclass(frozen=True, kw_only=True)
class RecordPersonExport:
    """Everything about one person is handed out, and why."""

    subject_ids: tuple[UUID, ...]
    reason: str


def record_person_export(context: ActionContext, command: RecordPersonExport) -> None:
    """Before the first byte leaves (SVC-2.2.3)."""
    context.actor.require(Permission.PRIVACY_PERSON_EXPORT)
    for subject_id in command.subject_ids:
        record(context, AuditAction.PERSON_EXPORTED, subject_id, reason=command.reason)


@dataclass(frozen=True, kw_only=True)
class RecordCaseExport:
    request_id: UUID


def record_case_export(context: ActionContext, command: RecordCaseExport) -> None:
    """The case file is handed out: on record before the first byte leaves."""
    context.actor.require(Permission.REQUEST_DOCUMENTS_READ)
    record(context, AuditAction.REQUEST_EXPORTED, command.request_id)


@dataclass(frozen=True, kw_only=True)
class EraseDue:
    """At most so many requests, and as many files, in one transaction."""

    limit: int = 200


def erase_due(context: ActionContext, command: EraseDue) -> dict[KeptKind, int]:
    """Erase what the school has kept for its whole term; returns how many (SVC-2.2.3, REC-1.5).

    Never a record of a request that is not at rest. The bytes of erased files go after the
    commit, by `erased_files`. Nothing erased: another run would find nothing either.
    """
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    settings = settings_on(context.session, context.today)
    papers = context.session.scalars(
        due(KeptKind.PAPERS, settings, context.now).limit(command.limit)
    ).all()
    _erase_files(context, papers)
    requests = context.session.scalars(
        select(ServiceRequest)
        .where(ServiceRequest.id.in_(due(KeptKind.REQUESTS, settings, context.now)))
        .order_by(ServiceRequest.state_since)
        .limit(command.limit)
        .with_for_update()
    ).all()
    counts = {kind: _erase_all(context, kind, settings) for kind in _WHOLE}
    _erase_people(context, requests)
    counts[KeptKind.PAPERS], counts[KeptKind.REQUESTS] = len(papers), len(requests)
    if any(counts.values()):
        record(
            context,
            AuditAction.DATA_ERASED,
            None,
            numbers=[request.request_number for request in requests],
            **{kind.value: number for kind, number in counts.items()},
        )
    return counts


#: Kinds that go at one stroke.
_WHOLE = (
    KeptKind.LETTERS,
    KeptKind.VIEWS,
    KeptKind.ATTEMPTS,
    KeptKind.SESSIONS,
    KeptKind.NOTICES,
    KeptKind.LOOKS,
    KeptKind.FAMILIES,
    KeptKind.RISKS,
)


def _erase_all(context: ActionContext, kind: KeptKind, settings: SchoolSettings) -> int:
    ids = due(kind, settings, context.now)
    act = {
        KeptKind.LETTERS: update(OutboxLetter)
        .where(OutboxLetter.id.in_(ids))
        .values(text="", recipient="", last_error=""),
        KeptKind.VIEWS: delete(AuditEntry).where(AuditEntry.id.in_(ids)),
        KeptKind.ATTEMPTS: delete(Attempt).where(Attempt.id.in_(ids)),
        KeptKind.SESSIONS: delete(AccountSession).where(AccountSession.id.in_(ids)),
        KeptKind.NOTICES: delete(Notice).where(Notice.id.in_(ids)),
        KeptKind.LOOKS: delete(DiaryVisit).where(DiaryVisit.id.in_(ids)),
        # The calls and letters about it go with the task.
        KeptKind.FAMILIES: delete(SilenceTask).where(SilenceTask.id.in_(ids)),
        KeptKind.RISKS: delete(RiskMembership).where(RiskMembership.id.in_(ids)),
    }[kind]
    result = context.session.execute(act.execution_options(synchronize_session=False))
    return int(getattr(result, "rowcount", 0))


def _erase_files(context: ActionContext, ids: Sequence[UUID]) -> None:
    """The rows keep the size and the hash; the names that people gave go with the bytes."""
    context.session.execute(
        update(StoredFile)
        .where(StoredFile.id.in_(ids))
        .values(erased_at=context.now, name="")
        .execution_options(synchronize_session=False)
    )


def _erase_people(context: ActionContext, requests: Sequence[ServiceRequest]) -> None:
    """Nobody can be told from the requests any more; what is counted stays.

    Their numbers, dates, terms, states, grounds and the officials who acted stay, and that
    documents of such kinds were shown.
    """
    session, ids = context.session, [request.id for request in requests]
    _erase_from_record(context, requests)
    for request in requests:
        for name in _WORDS:
            setattr(request, name, "")
        for name in _TIES:
            setattr(request, name, None)
        request.search_key = search_key(request.request_number or "")
        request.erased_at = context.now
    for table in (RequestNote, AnswerChange):
        session.execute(delete(table).where(table.request_id.in_(ids)))
    for table, words in _FREE_TEXTS.items():
        session.execute(
            update(table)
            .where(table.request_id.in_(ids))
            .values(dict.fromkeys(words, ""))
            .execution_options(synchronize_session=False)
        )
    decisions = session.scalars(
        select(RefusalDecision).where(RefusalDecision.request_id.in_(ids))
    ).all()
    for decision in decisions:
        decision.addressee = decision.return_comment = ""
        decision.grounds = [{**item, "explanation": ""} for item in decision.grounds]
    _erase_files(context, _files_of(context, ids, decisions))


_FREE_TEXTS: dict[type[Any], tuple[str, ...]] = {
    ShownPaper: ("particulars",),
    GroundAnswer: ("explanation",),
    OfficeTask: ("result", "last_note"),
    OutboxLetter: ("text", "recipient", "last_error"),
}


def _files_of(
    context: ActionContext, request_ids: Sequence[UUID], decisions: Sequence[RefusalDecision]
) -> list[UUID]:
    """The requests' files whose bytes are still there."""
    session = context.session
    ids = set(
        session.scalars(
            select(RequestPaper.file_id).where(RequestPaper.request_id.in_(request_ids))
        )
    )
    for document in session.scalars(
        select(IssuedDocument).where(IssuedDocument.request_id.in_(request_ids))
    ):
        ids |= {document.docx_file_id, document.pdf_file_id}
    ids |= {each.scan_file_id for each in decisions if each.scan_file_id is not None}
    return list(
        session.scalars(
            select(StoredFile.id).where(StoredFile.id.in_(ids), StoredFile.erased_at.is_(None))
        )
    )


def _erase_from_record(context: ActionContext, requests: Sequence[ServiceRequest]) -> None:
    """The acts stay on record; comments, and the applicants' own names, go from them."""
    holders = context.session.execute(
        select(Account.person_id, Account.id).where(
            Account.person_id.in_({request.person_id for request in requests})
        )
    )
    accounts: dict[UUID | None, UUID] = {person_id: id_ for person_id, id_ in holders}
    own = {
        request.id: {request.applicant_account_id, accounts.get(request.person_id)} - {None}
        for request in requests
    }
    entries = context.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id.in_([request.id for request in requests]))
    )
    for entry in entries:
        entry.details = {key: value for key, value in entry.details.items() if key != "comment"}
        if entry.subject_id in own and entry.actor_account_id in own[entry.subject_id]:
            entry.actor_account_id, entry.actor_label = None, APPLICANT
