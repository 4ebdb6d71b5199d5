"""Tables of the service request. CHECK constraints tie a row's facts to its state."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.people.terms import Gender, PersonName
from journal_core.requests.terms import (
    Capacity,
    Channel,
    CloseReason,
    Outcome,
    PaperKind,
    RefusalDelivery,
    RefusalGround,
    RequestState,
    ResultDelivery,
)

_REGISTERED = (
    "'received', 'verified', 'code_issued', 'completed', "
    "'refusal_prepared', 'refused', 'refusal_delivered'"
)


class ServiceRequest(Base):
    """One applicant's request for one child (FRM-1)."""

    __tablename__ = "service_request"
    __table_args__ = (
        CheckConstraint("(state = 'draft') = (request_number IS NULL)", name="numbered"),
        CheckConstraint("(state = 'draft') = (submitted_at IS NULL)", name="submitted"),
        CheckConstraint(
            f"(state IN ({_REGISTERED})) = (registration_number IS NOT NULL)", name="registered"
        ),
        CheckConstraint(
            "(registration_number IS NULL) = (received_at IS NULL)"
            " AND (registration_number IS NULL) = (due_on IS NULL)"
            " AND (registration_number IS NULL) = (check_due_on IS NULL)",
            name="clock",
        ),
        CheckConstraint(
            "(state IN ('refused', 'refusal_delivered')) = (decision_id IS NOT NULL)",
            name="decided",
        ),
        CheckConstraint(
            "state NOT IN ('code_issued', 'completed') OR invitation_id IS NOT NULL"
            " OR erased_at IS NOT NULL",
            name="invited",
        ),
        CheckConstraint(
            "erased_at IS NULL OR state IN ('completed', 'refusal_delivered', 'cancelled')",
            name="erased_at_rest",
        ),
        CheckConstraint("(state = 'cancelled') = (close_reason IS NOT NULL)", name="closed"),
        CheckConstraint(
            "state NOT IN ('completed', 'refusal_delivered') OR delivered_at IS NOT NULL",
            name="delivered",
        ),
        UniqueConstraint("registration_year", "registration_number"),
        #: The figures of the office's day are counted from it alone.
        Index("ix_service_request_state_due_on_announced_at", "state", "due_on", "announced_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[RequestState] = mapped_column(enum_column(RequestState))
    state_since: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    #: Made by the server for the form: the same key is the same request, however often sent.
    submission_key: Mapped[UUID] = mapped_column(unique=True)
    #: Raised by "new key": older links and keys stop working.
    key_generation: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(2), default="ru")
    created_at: Mapped[datetime]

    applicant_last_name: Mapped[str] = mapped_column(String(300), default="")
    applicant_first_name: Mapped[str] = mapped_column(String(300), default="")
    applicant_patronymic: Mapped[str] = mapped_column(String(300), default="")
    address: Mapped[str] = mapped_column(String(500), default="")
    phone: Mapped[str] = mapped_column(String(50), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    child_last_name: Mapped[str] = mapped_column(String(300), default="")
    child_first_name: Mapped[str] = mapped_column(String(300), default="")
    child_patronymic: Mapped[str] = mapped_column(String(300), default="")
    child_birth_date: Mapped[date | None] = mapped_column(index=True)
    child_class: Mapped[str] = mapped_column(String(10), default="")
    capacity: Mapped[Capacity | None] = mapped_column(enum_column(Capacity))
    result_delivery: Mapped[ResultDelivery | None] = mapped_column(enum_column(ResultDelivery))
    refusal_delivery: Mapped[RefusalDelivery | None] = mapped_column(enum_column(RefusalDelivery))
    applicant_account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"), index=True)
    #: When the applicant wants to come with the originals; booked when the request is submitted.
    visit_wish: Mapped[datetime | None]
    search_key: Mapped[str] = mapped_column(String(1500), default="", index=True)

    request_number: Mapped[str | None] = mapped_column(String(20), unique=True)
    submitted_at: Mapped[datetime | None]

    registration_year: Mapped[int | None]
    registration_number: Mapped[int | None]
    received_at: Mapped[datetime | None]
    received_by: Mapped[str] = mapped_column(String(300), default="")
    check_due_on: Mapped[date | None]
    due_on: Mapped[date | None]
    #: Each day of the term and why it counts or not, as it was reckoned.
    term_derivation: Mapped[list[Any] | None]

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    pupil_id: Mapped[UUID | None] = mapped_column(ForeignKey("pupil.id"), index=True)
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("invitation.id"))
    decision_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("refusal_decision.id", use_alter=True, name="fk_service_request_decision_id")
    )
    withdrawn_at: Mapped[datetime | None]
    close_reason: Mapped[CloseReason | None] = mapped_column(enum_column(CloseReason))
    close_comment: Mapped[str] = mapped_column(String(1000), default="")
    #: When the outcome was told or its readiness announced: what the term is judged by.
    announced_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    delivered_how: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    delivered_by: Mapped[str] = mapped_column(String(300), default="")
    #: Since when nobody can be told from the row: its numbers, dates and outcome stay.
    erased_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - read by the mapper

    @property
    def applicant(self) -> PersonName:
        return PersonName(
            last_name=self.applicant_last_name,
            first_name=self.applicant_first_name,
            patronymic=self.applicant_patronymic,
        )

    @property
    def child(self) -> PersonName:
        return PersonName(
            last_name=self.child_last_name,
            first_name=self.child_first_name,
            patronymic=self.child_patronymic,
        )

    @property
    def written_registration_number(self) -> str | None:
        """«17/2026», as the papers have it; None before registration."""
        if self.registration_number is None:
            return None
        return f"{self.registration_number}/{self.registration_year}"


class RequestPaper(Base):
    """An uploaded page of one of the service's documents (SVC-2.6)."""

    __tablename__ = "request_paper"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"), index=True)
    kind: Mapped[PaperKind] = mapped_column(enum_column(PaperKind))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    #: The page's place among those of its document, from 0, as the applicant ordered them.
    position: Mapped[int]
    uploaded_at: Mapped[datetime]


class ShownPaper(Base):
    """An original seen by the office, ticked off with its particulars."""

    __tablename__ = "shown_paper"
    __table_args__ = (UniqueConstraint("request_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"), index=True)
    kind: Mapped[PaperKind] = mapped_column(enum_column(PaperKind))
    particulars: Mapped[str] = mapped_column(String(500), default="")
    shown_at: Mapped[datetime]
    seen_by: Mapped[str] = mapped_column(String(300))


class RequestNote(Base):
    """A word of the office to itself; the applicant never sees it."""

    __tablename__ = "request_note"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"), index=True)
    text: Mapped[str] = mapped_column(String(2000))
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(300))


class AnswerChange(Base):
    """One corrected answer of the application, with what stood there before."""

    __tablename__ = "answer_change"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    old_value: Mapped[str] = mapped_column(String(500))
    new_value: Mapped[str] = mapped_column(String(500))
    #: The original that says so; "" for a contact, which is what the applicant says it is.
    basis: Mapped[str] = mapped_column(String(150), default="")
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(300))


class GroundAnswer(Base):
    """Whether one of the six grounds applies, answered by a person (SVC-2.12, 2.13)."""

    __tablename__ = "ground_answer"
    __table_args__ = (UniqueConstraint("request_id", "ground"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"), index=True)
    ground: Mapped[RefusalGround] = mapped_column(enum_column(RefusalGround))
    applies: Mapped[bool]
    explanation: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime]
    answered_by: Mapped[str] = mapped_column(String(300))


class RefusalDecision(Base):
    """A decision to refuse (FRM-2): prepared by one person, signed by another."""

    __tablename__ = "refusal_decision"
    __table_args__ = (
        CheckConstraint("(signed_at IS NULL) = (document_id IS NULL)", name="signed_with_document"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"), index=True)
    #: `[{"ground": …, "explanation": …}]`, in the order of the regulation.
    grounds: Mapped[list[Any]]
    addressee: Mapped[str] = mapped_column(String(1000))
    addressee_gender: Mapped[Gender] = mapped_column(enum_column(Gender))
    prepared_at: Mapped[datetime]
    prepared_by: Mapped[str] = mapped_column(String(300))
    prepared_by_account_id: Mapped[UUID | None]
    returned_at: Mapped[datetime | None]
    return_comment: Mapped[str] = mapped_column(Text, default="")
    signatory_id: Mapped[UUID | None] = mapped_column(ForeignKey("signatory.id"))
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[str] = mapped_column(String(300), default="")
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("issued_document.id"))
    scan_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))


class IssuedDocument(Base):
    """An official document as it was issued: stored once and served again, never made anew."""

    __tablename__ = "issued_document"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("service_request.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    docx_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    pdf_file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_file.id"))
    issued_at: Mapped[datetime]
