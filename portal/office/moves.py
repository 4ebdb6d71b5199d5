"""The moves of a case: each is one act of one person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as BaseResponse

from forms.office import AddresseeForm, CloseForm, HandOverForm, MoveForm, TellForm
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.requests.queries import office_request
from journal_core.requests.terms import Outcome, RefusalGround
from portal.access import requires
from portal.office.blueprint import blueprint
from portal.office.case import back_to_case, case_page, check_form
from portal.passwords import hasher
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading
from workflows.checking import Answer, CheckRequest
from workflows.invitation import prepare_code
from workflows.refusal_paper import AddressRefusal, address_refusal
from workflows.service_request import (
    CloseRequest,
    DeliverOutcome,
    MakeCode,
    MoveRequest,
    close_request,
    deliver_refusal,
    make_code,
    prepare_refusal,
    register_request,
    renew_code,
    return_check,
    return_refusal,
    sign_refusal,
    tell_code,
    verify_request,
)


@blueprint.post("/requests/<uuid:request_id>/register")
@requires(Permission.REQUEST_INTAKE_REGISTER)
def register(request_id: UUID) -> Any:
    return _plain_move(request_id, register_request)


@blueprint.post("/requests/<uuid:request_id>/check")
@requires(Permission.REQUEST_REQUEST_VERIFY)
def check(request_id: UUID) -> Any:
    """Verify, or prepare a refusal: the grounds found decide."""
    form = check_form(office_request(reading(), request_id))
    if not form.validate_on_submit():
        return case_page(request_id, form), 422
    command = CheckRequest(
        request_id=request_id,
        seen_version=form.seen_version.data or 0,
        answers={
            ground: Answer(
                applies=ground in form.grounds.data, explanation=form.explanation_of(ground)
            )
            for ground in RefusalGround
        },
        papers={kind: form.particulars_of(kind) for kind in form.papers.data},
        pupil_id=form.pupil.data,
        person_id=form.person.data,
    )
    try:
        perform(prepare_refusal if form.grounds.data else verify_request, command)
    except RuleBroken as error:
        form.refuse(None, words_of(error))
        return case_page(request_id, form), 422
    return back_to_case(request_id)


@blueprint.post("/requests/<uuid:request_id>/code")
@requires(Permission.REQUEST_CODE_MAKE)
def code(request_id: UUID) -> Any:
    return _new_code(request_id, make_code)


@blueprint.post("/requests/<uuid:request_id>/return")
@requires(Permission.REQUEST_CODE_MAKE)
def send_back(request_id: UUID) -> Any:
    return _plain_move(request_id, return_check)


@blueprint.post("/requests/<uuid:request_id>/tell")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def tell(request_id: UUID) -> Any:
    return _delivery(request_id, TellForm(), tell_code)


@blueprint.post("/requests/<uuid:request_id>/renew-code")
@requires(Permission.INVITATION_CODE_ISSUE)
def renew(request_id: UUID) -> Any:
    """A new code for one that was lost or has ended."""
    return _new_code(request_id, renew_code)


@blueprint.post("/requests/<uuid:request_id>/close")
@requires(Permission.REQUEST_REQUEST_CLOSE)
def close(request_id: UUID) -> Any:
    office_request(reading(), request_id)
    form = CloseForm()
    if not form.validate_on_submit():
        return case_page(request_id, closing=form), 422
    perform(
        close_request,
        CloseRequest(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            reason=form.reason.data,
            comment=form.comment.data,
        ),
    )
    return back_to_case(request_id)


@blueprint.post("/requests/<uuid:request_id>/sign")
@requires(Permission.REQUEST_REFUSAL_SIGN)
def sign(request_id: UUID) -> Any:
    return _plain_move(request_id, sign_refusal)


@blueprint.post("/requests/<uuid:request_id>/return-refusal")
@requires(Permission.REQUEST_REFUSAL_SIGN)
def send_refusal_back(request_id: UUID) -> Any:
    return _plain_move(request_id, return_refusal)


@blueprint.post("/requests/<uuid:request_id>/deliver-refusal")
@requires(Permission.REQUEST_OUTCOME_DELIVER)
def hand_over_refusal(request_id: UUID) -> Any:
    return _delivery(request_id, HandOverForm(), deliver_refusal)


@blueprint.post("/requests/<uuid:request_id>/addressee")
@requires(Permission.REQUEST_REFUSAL_PREPARE)
def addressee(request_id: UUID) -> Any:
    """The name on the decision, where the rules got it wrong."""
    office_request(reading(), request_id)
    form = AddresseeForm()
    if not form.validate_on_submit():
        return case_page(request_id, addressing=form), 422
    perform(
        address_refusal,
        AddressRefusal(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            addressee=form.addressee.data,
            gender=form.gender.data,
            remember=form.remember.data,
        ),
    )
    return back_to_case(request_id)


def _valid_move() -> MoveForm:
    form = MoveForm()
    if not form.validate_on_submit():
        raise BadRequest
    return form


def _plain_move(request_id: UUID, handler: Callable[..., None]) -> BaseResponse:
    office_request(reading(), request_id)
    form = _valid_move()
    perform(
        handler,
        MoveRequest(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            comment=form.comment.data,
        ),
    )
    return back_to_case(request_id)


def _new_code(request_id: UUID, handler: Callable[..., UUID]) -> BaseResponse:
    office_request(reading(), request_id)
    form = _valid_move()
    perform(
        handler,
        MakeCode(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            prepared=prepare_code(hasher()),
        ),
    )
    return back_to_case(request_id)


def _delivery(request_id: UUID, form: TellForm | HandOverForm, handler: Any) -> BaseResponse:
    office_request(reading(), request_id)
    if not form.validate_on_submit():
        raise BadRequest
    perform(
        handler,
        DeliverOutcome(
            request_id=request_id,
            seen_version=form.seen_version.data or 0,
            how=form.how.data or Outcome.IN_PERSON,
            comment=form.comment.data,
        ),
    )
    return back_to_case(request_id)
