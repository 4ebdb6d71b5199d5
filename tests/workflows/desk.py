"""A request walked through its states by the commands alone, in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.invitations.models import Invitation
from journal_core.notifications.models import OfficeTask, OutboxLetter
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import Capacity, PaperKind, RefusalDelivery, RefusalGround
from journal_core.requests.terms import ResultDelivery as Result
from journal_core.school.commands import ChangeSettings, change_settings
from portal.demo.seed import SeedDemo, seed_demo
from workflows.checking import Answer, CheckRequest
from workflows.draft import BeginDraft, SaveDraft, begin_draft, locked_request, save_draft
from workflows.invitation import prepare_code
from workflows.service_request import (
    MakeCode,
    MoveRequest,
    SubmitRequest,
    make_code,
    prepare_refusal,
    register_request,
    sign_refusal,
    submit_request,
    verify_request,
)

Row = TypeVar("Row")

HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NO_GROUND = {ground: Answer(applies=False) for ground in RefusalGround}
PAPERS = {PaperKind.IDENTITY: "паспорт 07 15", PaperKind.BIRTH_CERTIFICATE: "I-ДН 512"}


class Desk:
    """The demo school and one request for a child of it; every step answers the request."""

    def __init__(self, context: ActionContext) -> None:
        seed_demo(context, SeedDemo(password_hash="none"))
        self.context = context

    def submitted(self, **answers: object) -> ServiceRequest:
        begun = begin_draft(self.context, BeginDraft(submission_key=uuid4()))
        told = {
            "applicant_last_name": "Иванова",
            "applicant_first_name": "Мария",
            "applicant_patronymic": "Петровна",
            "address": "ул. Мира, 1",
            "phone": "+79123456789",
            "email": "",
            "capacity": Capacity.PARENT,
            "result_delivery": Result.IN_PERSON,
            "refusal_delivery": RefusalDelivery.IN_PERSON,
            "child_last_name": "Иванова",
            "child_first_name": "Анна",
            "child_patronymic": "Сергеевна",
            "child_class": "6А",
            "child_birth_date": self.context.today - timedelta(days=12 * 366 + 30),
        }
        save_draft(self.context, SaveDraft(request_id=begun, answers={**told, **answers}))
        submit_request(self.context, SubmitRequest(request_id=begun))
        return locked_request(self.context, begun)

    def registered(self, **answers: object) -> ServiceRequest:
        request = self.submitted(**answers)
        register_request(self.context, self.step(MoveRequest, request))
        return request

    def verified(self, **answers: object) -> ServiceRequest:
        request = self.registered(**answers)
        check = self.step(CheckRequest, request, answers=NO_GROUND, papers=PAPERS)
        verify_request(self.context, check)
        return request

    def coded(self, **answers: object) -> ServiceRequest:
        request = self.verified(**answers)
        make_code(self.context, self.step(MakeCode, request, prepared=prepare_code(HASHER)))
        return request

    def refused(self, **answers: object) -> ServiceRequest:
        request = self.registered(**answers)
        ground = {RefusalGround.DOCUMENTS_UNFIT: Answer(applies=True, explanation="нет печати")}
        check = self.step(CheckRequest, request, answers={**NO_GROUND, **ground}, papers=PAPERS)
        prepare_refusal(self.context, check)
        signatory = replace(self.context.actor, account_id=uuid4())  # not who prepared it
        sign_refusal(replace(self.context, actor=signatory), self.step(MoveRequest, request))
        return request

    def later(self, **step: int) -> datetime:
        """Some time passes before the next act."""
        self.context = replace(self.context, now=self.context.now + timedelta(**step))
        return self.context.now

    def may(self, *permissions: Permission, account_id: UUID | None = None) -> None:
        """From now on somebody acts who may do this alone."""
        actor = replace(
            self.context.actor, permissions=frozenset(permissions), account_id=account_id
        )
        self.context = replace(self.context, actor=actor)

    def setting(self, **values: object) -> None:
        command = ChangeSettings(values=values, valid_from=date(2026, 1, 1))
        change_settings(self.context, command)

    def step(self, command: Callable[..., Row], request: ServiceRequest, **values: Any) -> Row:
        """A command upon the request as it now is."""
        self.context.session.flush()
        return command(request_id=request.id, seen_version=request.version, **values)

    def rows(self, table: type[Row], *conditions: Any) -> list[Row]:
        self.context.session.flush()
        return list(self.context.session.scalars(select(table).where(*conditions)))

    def acts(self, request: ServiceRequest) -> list[str]:
        """What the record says of the request, oldest first."""
        entries = self.rows(AuditEntry, AuditEntry.subject_id == request.id)
        return [entry.action.value for entry in sorted(entries, key=lambda entry: entry.id)]

    def moves(self, request: ServiceRequest) -> list[dict[str, Any]]:
        """What the record says of the request's moves, oldest first."""
        entries = self.rows(
            AuditEntry,
            AuditEntry.subject_id == request.id,
            AuditEntry.action == AuditAction.REQUEST_MOVED,
        )
        return [entry.details for entry in sorted(entries, key=lambda entry: entry.id)]

    def letters(self, request: ServiceRequest) -> list[OutboxLetter]:
        """The letters about the request, oldest first."""
        letters = self.rows(OutboxLetter, OutboxLetter.request_id == request.id)
        return sorted(letters, key=lambda letter: letter.created_at)

    def topics(self, request: ServiceRequest) -> list[str]:
        """What the open calls about the request are about."""
        calls = self.rows(
            OfficeTask, OfficeTask.request_id == request.id, OfficeTask.closed_at.is_(None)
        )
        return [f"{task.kind.value} {task.topic}" for task in calls]

    def code(self, request: ServiceRequest) -> Invitation:
        return self.context.session.get_one(Invitation, request.invitation_id)
