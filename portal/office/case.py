"""One case: what is claimed and known, what is open, papers, notes, history."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from documents.code_slip import code_groups, dictation
from forms.apply import CAPACITY_LABELS, REFUSAL_LABELS, RESULT_LABELS
from forms.fields import Option
from forms.office import (
    GROUND_CLAUSES,
    GROUND_LABELS,
    PAPER_LABELS,
    AddresseeForm,
    CheckForm,
    CloseForm,
    HandOverForm,
    NoteForm,
    ScanForm,
    TellForm,
)
from journal_core.access.terms import Permission
from journal_core.audit.terms import AuditAction
from journal_core.calendar.terms import derivation_from_json
from journal_core.invitations.models import Invitation
from journal_core.invitations.rules import group_code
from journal_core.notifications.queries import letters_of
from journal_core.privacy.queries import views_of
from journal_core.privacy.terms import VIEWS
from journal_core.requests.commands import WriteNote, write_note
from journal_core.requests.facts import known_facts, open_duplicates
from journal_core.requests.models import RefusalDecision, ServiceRequest
from journal_core.requests.queries import (
    answer_changes,
    erased_request,
    history,
    is_overdue,
    notes_of,
    office_request,
    papers_of,
    prepared_decision,
    term_changes,
)
from journal_core.requests.rules import needed_papers
from journal_core.requests.terms import Outcome, RefusalDelivery, ResultDelivery
from portal.access import current_actor, requires
from portal.office.blueprint import blueprint
from portal.office.labels import ANSWER_NAMES, LETTER_STATES, STATE_COLOURS, STATE_NAMES
from portal.perform import perform
from portal.presentation import short_date
from portal.state import reading, today
from portal.viewing import views_personal_data
from portal.visits.shown import shown_visit
from workflows.child import BEFORE_THE_CHECK
from workflows.engine import open_triggers
from workflows.invitation import UnsealCode, unseal_code
from workflows.service_request import MOVES


@blueprint.get("/requests/<uuid:request_id>")
@requires(Permission.REQUEST_OFFICE_READ)
@views_personal_data(AuditAction.REQUEST_VIEWED, "request_id")
def case(request_id: UUID) -> str:
    erased = erased_request(reading(), request_id)
    if erased is not None:
        return _erased_page(erased)
    return case_page(request_id, check_form(office_request(reading(), request_id)))


@blueprint.post("/requests/<uuid:request_id>/notes")
@requires(Permission.REQUEST_OFFICE_READ)
def add_note(request_id: UUID) -> Any:
    office_request(reading(), request_id)
    form = NoteForm()
    if not form.validate_on_submit():
        return case_page(request_id, noting=form), 422
    perform(write_note, WriteNote(request_id=request_id, text=form.text.data))
    return back_to_case(request_id)


def check_form(row: ServiceRequest) -> CheckForm:
    """The check with what the facts propose; the person at the desk decides."""
    facts = known_facts(reading(), row, today())
    form = CheckForm(data={"grounds": facts.proposed_grounds, "seen_version": row.version})
    needed = needed_papers(row.capacity)
    form.papers.options = [option for option in form.papers.options if option.value in needed]
    form.grounds.options = [
        replace(one, label=f"{one.label} ({one.hint})", hint="") for one in form.grounds.options
    ]
    form.pupil.options = [
        Option(
            one.pupil.id,
            f"{one.person.name.full}, {short_date(one.person.birth_date)}, {one.class_name}",
        )
        for one in facts.near
    ]
    form.person.options = [
        Option(
            one.id,
            _("Да, %(name)s, телефон %(phone)s", name=one.name.full, phone=one.phone or "—"),
        )
        for one in facts.similar
    ]
    return form


def case_page(
    request_id: UUID,
    form: CheckForm | None = None,
    *,
    closing: CloseForm | None = None,
    noting: NoteForm | None = None,
    addressing: AddresseeForm | None = None,
    scanning: ScanForm | None = None,
) -> str:
    """The page of one case; the form that was refused is shown as it was typed."""
    row = office_request(reading(), request_id)
    invitation = reading().get(Invitation, row.invitation_id) if row.invitation_id else None
    decision = prepared_decision(reading(), row.id)
    shown = form or closing or noting or addressing or scanning
    return render_template(
        "office/case.html",
        request_row=row,
        form=shown,
        checking=form or check_form(row),
        closing=closing or CloseForm(formdata=None),
        noting=noting or NoteForm(formdata=None),
        addressing=addressing or AddresseeForm(formdata=None, data=_addressee(decision)),
        scanning=scanning or ScanForm(formdata=None),
        telling=TellForm(formdata=None, data={"how": _told(row)}),
        handing_over=HandOverForm(formdata=None, data={"how": _handed_over(row)}),
        triggers=open_triggers(MOVES, row.state, current_actor()),
        facts=known_facts(reading(), row, today()),
        may_correct_child=row.state in BEFORE_THE_CHECK,
        decision=decision,
        invitation=invitation,
        code=code_words(invitation, "screen"),
        duplicates=open_duplicates(reading(), row),
        papers=papers_of(reading(), row.id),
        paper_names=PAPER_LABELS,
        result_names=RESULT_LABELS,
        refusal_names=REFUSAL_LABELS,
        capacity_names=CAPACITY_LABELS,
        ground_names=GROUND_LABELS,
        ground_clauses=GROUND_CLAUSES,
        notes=notes_of(reading(), row.id),
        answer_names=ANSWER_NAMES,
        changes=answer_changes(reading(), row.id),
        letters=letters_of(reading(), row.id),
        letter_states=LETTER_STATES,
        views=views_of(reading(), {row.id}, VIEWS),
        derivation=derivation_from_json(row.term_derivation or ()),
        term_changes=term_changes(reading(), row.id),
        is_late=is_overdue(row, today()),
        visit=shown_visit(row),
        state_name=STATE_NAMES[row.state],
        state_colour=STATE_COLOURS.get(row.state, ""),
        events=[
            (
                STATE_NAMES.get(entry.details["target"], ""),
                entry.at,
                entry.actor_label,
                entry.details.get("comment", ""),
            )
            for entry in history(reading(), row.id)
        ],
    )


def _erased_page(row: ServiceRequest) -> str:
    return render_template(
        "office/erased.html",
        request_row=row,
        state_name=STATE_NAMES[row.state],
        state_colour=STATE_COLOURS.get(row.state, ""),
    )


@dataclass(frozen=True, kw_only=True)
class CodeWords:
    """A code as it is shown, and as it is dictated group by group."""

    shown: str
    dictated: tuple[tuple[str, str], ...]


def code_words(invitation: Invitation | None, purpose: str) -> CodeWords | None:
    """The code while it may still be read here, its opening on record."""
    if not invitation or not invitation.sealed_code or not _may(Permission.REQUEST_OUTCOME_DELIVER):
        return None
    code = perform(unseal_code, UnsealCode(invitation_id=invitation.id, purpose=purpose))
    if code is None:
        return None
    dictated = tuple(zip(code_groups(code), dictation(code), strict=True))
    return CodeWords(shown=group_code(code), dictated=dictated)


def _addressee(decision: RefusalDecision | None) -> dict[str, object]:
    if decision is None:
        return {}
    return {"addressee": decision.addressee, "gender": decision.addressee_gender}


def _told(row: ServiceRequest) -> Outcome:
    by_phone = row.result_delivery is ResultDelivery.PHONE
    return Outcome.PHONE if by_phone else Outcome.IN_PERSON


def _handed_over(row: ServiceRequest) -> Outcome:
    by_post = row.refusal_delivery is RefusalDelivery.POST
    return Outcome.POST if by_post else Outcome.IN_PERSON


def _may(permission: Permission) -> bool:
    return current_actor().may(permission)


def back_to_case(request_id: UUID) -> BaseResponse:
    """To the case, saying where it stands now."""
    state = STATE_NAMES[office_request(reading(), request_id).state]
    flash(_("Сохранено. Состояние запроса: %(state)s.", state=state), "success")
    return redirect(url_for("office.case", request_id=request_id), 303)
