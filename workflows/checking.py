"""The secretary's check: six answers, the originals seen, the person and the link confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select

from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.people.commands import add_person
from journal_core.people.models import Person, PersonDistinction, Representation
from journal_core.people.terms import RepresentativeKind
from journal_core.requests.facts import KnownFacts, PresentPupil
from journal_core.requests.models import GroundAnswer, ServiceRequest, ShownPaper
from journal_core.requests.rules import needed_papers
from journal_core.requests.terms import Capacity, PaperKind, RefusalGround


@dataclass(frozen=True, kw_only=True)
class Answer:
    applies: bool
    explanation: str = ""


@dataclass(frozen=True, kw_only=True)
class CheckRequest:
    """The whole check: originals seen, and an answer to each of the six grounds.

    `pupil_id` is the near match that the secretary found to be the child, `person_id` the person
    of a like name found to be the applicant; None says that the applicant is another.
    """

    request_id: UUID
    seen_version: int
    answers: Mapping[RefusalGround, Answer]
    papers: Mapping[PaperKind, str]
    pupil_id: UUID | None = None
    person_id: UUID | None = None


def record_answers(
    context: ActionContext, request: ServiceRequest, command: CheckRequest
) -> dict[RefusalGround, str]:
    """Keep the answers; returns the grounds that apply with their explanations.

    Raises RuleBroken while one of the six is unanswered (SVC-2.13).
    """
    if command.answers.keys() != set(RefusalGround):
        raise RuleBroken("grounds_unanswered", "SVC-2.13")
    for table in (GroundAnswer, ShownPaper):
        context.session.execute(delete(table).where(table.request_id == request.id))
    context.session.add_all(
        GroundAnswer(
            request_id=request.id,
            ground=ground,
            applies=answer.applies,
            explanation=answer.explanation,
            answered_at=context.now,
            answered_by=context.actor.label,
        )
        for ground, answer in command.answers.items()
    )
    context.session.add_all(
        ShownPaper(
            request_id=request.id,
            kind=kind,
            particulars=particulars,
            shown_at=context.now,
            seen_by=context.actor.label,
        )
        for kind, particulars in command.papers.items()
    )
    record(context, AuditAction.REQUEST_CHECK_ANSWERED, request.id)
    return {
        ground: answer.explanation for ground, answer in command.answers.items() if answer.applies
    }


def require_papers(request: ServiceRequest, command: CheckRequest) -> None:
    """Raises RuleBroken when an original was not shown (SVC-2.6)."""
    missing = needed_papers(request.capacity) - command.papers.keys()
    if missing:
        raise RuleBroken("papers_not_shown", "SVC-2.6", papers=sorted(missing))


def confirmed_child(facts: KnownFacts, command: CheckRequest) -> PresentPupil:
    """The child that the request is about: found by itself, or named among the near matches.

    Raises RuleBroken for one who is unknown or an adult, or whose link a court ended.
    """
    named = next((one for one in facts.near if one.pupil.id == command.pupil_id), None)
    child = facts.child or named
    if child is None:
        raise RuleBroken("pupil_unknown", "SVC-2.12.2")
    if facts.is_adult:
        raise RuleBroken("pupil_adult", "SVC-2.12.3")
    if facts.link and facts.link.ended_by_court:
        raise RuleBroken("link_ended_by_court", "SVC-2.12.1")
    return child


def _judged(
    context: ActionContext, request: ServiceRequest, facts: KnownFacts, command: CheckRequest
) -> Person:
    """The person of a like name that the desk chose, or a new one told apart from them all."""
    chosen = next((one for one in facts.similar if one.id == command.person_id), None)
    if chosen is not None:
        return chosen
    person = add_person(context, request.applicant, email=request.email, phone=request.phone)
    context.session.add_all(
        PersonDistinction(
            person_id=person.id,
            other_id=other.id,
            judged_at=context.now,
            judged_by=context.actor.label,
        )
        for other in facts.similar
    )
    return person


def confirm_link(
    context: ActionContext, request: ServiceRequest, facts: KnownFacts, command: CheckRequest
) -> UUID:
    """Make or confirm the person and the link to the child with what it rests on (SVC-3.4.3).

    A representative whom the school knows by another child stays one person. Returns its id.
    """
    person = facts.representative or _judged(context, request, facts, command)
    link = (
        facts.link
        or context.session.scalars(
            select(Representation).where(
                Representation.person_id == person.id, Representation.pupil_id == request.pupil_id
            )
        ).first()
    )
    if link is None:
        link = Representation(
            person_id=person.id,
            pupil_id=request.pupil_id,
            kind=RepresentativeKind(request.capacity or Capacity.PARENT),
        )
        context.session.add(link)
    link.basis = "; ".join(text for text in command.papers.values() if text)[:500]
    link.confirmed_at = context.now
    link.confirmed_by = context.actor.label
    link.ended_on = None
    if not link.holds_on(context.today):
        # The papers shown now give the right anew; its term is what they say.
        link.valid_until = None
    context.session.flush()
    record(context, AuditAction.REPRESENTATION_SAVED, link.id)
    return link.person_id
