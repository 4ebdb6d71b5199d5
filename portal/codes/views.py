"""Who has a code, new codes, their slips, and the tick of a hand-over."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.code_slip import SLIPS_A_SHEET, CodeSlip, CodeSlips
from documents.render import render_pdf, render_sheets
from forms.account import EmptyForm
from forms.codes import HoldersForm, StaffMemberForm
from journal_core.access.terms import Permission
from journal_core.invitations.queries import (
    CodeHolder,
    class_code_holders,
    outstanding_count,
    staff_code_holders,
)
from journal_core.invitations.states import Handover
from journal_core.people.commands import AddStaffMember, add_staff_member
from journal_core.people.terms import PersonName
from journal_core.requests.queries import requests_with_outstanding_code
from journal_core.school.models import SchoolClass
from journal_core.school.queries import class_named, classes_of_latest_year
from portal.access import requires
from portal.home.labels import ROLE_NAMES
from portal.papers import attachment, code_slip
from portal.passwords import hasher
from portal.perform import perform
from portal.state import now, reading, today
from workflows.invitation import (
    CodeFor,
    HandOverCode,
    IssueCodes,
    RecallCodes,
    RevokeCode,
    UnsealCode,
    hand_over_code,
    issue_codes,
    prepare_code,
    recall_codes,
    revoke_code,
    unseal_code,
)

blueprint = Blueprint("codes", __name__, url_prefix="/office/codes")

STAFF = "staff"


@blueprint.get("")
@requires(Permission.INVITATION_CODE_ISSUE)
def index() -> str:
    return _page(StaffMemberForm())


@blueprint.post("/issue")
@requires(Permission.INVITATION_CODE_ISSUE)
def issue() -> BaseResponse:
    """New codes for the ticked people who have no account in the role yet."""
    group = _checked_group()
    ticked = set(request.form.getlist("holder"))
    chosen = [one for one in _holders(group) if one.key in ticked and not one.account_id]
    perform(issue_codes, IssueCodes(codes=tuple(_code_for(one) for one in chosen)))
    flash(_("Новых кодов: %(count)s.", count=len(chosen)), "success")
    return _back(group)


@blueprint.route("/recall", methods=["GET", "POST"])
@requires(Permission.INVITATION_CODE_ISSUE)
def recall() -> str | BaseResponse:
    """Revoke every code that still opens something, once the consequence was read (POL-3.4.3)."""
    form = EmptyForm()
    if form.validate_on_submit():
        count = perform(recall_codes, RecallCodes())
        flash(_("Отозвано кодов: %(count)s.", count=count), "success")
        return redirect(url_for("codes.index"), 303)
    return render_template(
        "codes/recall.html",
        form=form,
        codes=outstanding_count(reading()),
        requests=requests_with_outstanding_code(reading()),
    )


@blueprint.post("/staff")
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def add_staff() -> Any:
    """A new member of staff, with a code at once."""
    form = StaffMemberForm()
    if not form.validate_on_submit():
        return _page(form), 422
    name = PersonName(
        last_name=form.last_name.data,
        first_name=form.first_name.data,
        patronymic=form.patronymic.data,
    )
    person_id = perform(add_staff_member, AddStaffMember(name=name, position=form.position.data))
    code = CodeFor(
        prepared=prepare_code(hasher()), person_id=person_id, role=form.role.data, pupil_id=None
    )
    perform(issue_codes, IssueCodes(codes=(code,)))
    flash(_("Сотрудник добавлен, код готов."), "success")
    return _back(STAFF)


@blueprint.get("/slips.pdf")
@requires(Permission.INVITATION_CODE_ISSUE)
def slips() -> Response:
    """The slips of a class or of the staff whose codes were not told yet, one on a page."""
    group = request.args.get("group", "")
    found = [_slip(holder) for holder in _holders(group) if holder.may_print]
    content = render_sheets(slip for slip in found if slip)
    if not content:
        raise NotFound
    return attachment(content, "slips.pdf", "application/pdf")


@blueprint.post("/classes/<uuid:class_id>/slips.pdf")
@requires(Permission.INVITATION_CODE_ISSUE)
def class_slips(class_id: UUID) -> BaseResponse:
    """Every slip of a class in one print run, one or four a page (POL-3.4.3, INS-3.1.6).

    Who has neither an account nor a code gets a code in the same press.
    """
    school_class = reading().get(SchoolClass, class_id)
    if not HoldersForm().validate_on_submit():
        raise BadRequest
    if school_class is None:
        raise NotFound
    missing = [
        _code_for(one)
        for one in class_code_holders(reading(), school_class, now(), today())
        if not one.account_id and not one.invitation
    ]
    perform(issue_codes, IssueCodes(codes=tuple(missing)))
    holders = class_code_holders(reading(), school_class, now(), today())
    slips = tuple(slip for one in holders if one.may_print and (slip := _slip(one)))
    if not slips:
        flash(_("Печатать нечего: у всех есть вход или код уже передан."))
        return redirect(url_for("classes.school_class", class_id=class_id), 303)
    several = request.form.get("a_page") == str(SLIPS_A_SHEET)
    content = render_pdf(CodeSlips(slips=slips)) if several else render_sheets(slips)
    return attachment(content, "slips.pdf", "application/pdf")


@blueprint.post("/<uuid:invitation_id>/hand-over")
@requires(Permission.INVITATION_CODE_ISSUE)
def hand_over(invitation_id: UUID) -> BaseResponse:
    group = _checked_group()
    _require_listed(group, invitation_id)
    perform(hand_over_code, HandOverCode(invitation_id=invitation_id, how=Handover.IN_PERSON))
    flash(_("Код отмечен как переданный."), "success")
    return _back(group)


@blueprint.post("/<uuid:invitation_id>/revoke")
@requires(Permission.INVITATION_CODE_ISSUE)
def revoke(invitation_id: UUID) -> BaseResponse:
    group = _checked_group()
    _require_listed(group, invitation_id)
    perform(revoke_code, RevokeCode(invitation_id=invitation_id))
    flash(_("Код отозван."), "success")
    return _back(group)


def _page(form: StaffMemberForm) -> str:
    group = request.args.get("group") or request.form.get("group", "")
    return render_template(
        "codes/index.html",
        form=form,
        group=group,
        groups=[row.name for row in classes_of_latest_year(reading())],
        holders=_holders(group) if group else [],
        role_names=ROLE_NAMES,
    )


def _holders(group: str) -> list[CodeHolder]:
    """The people of a class or the staff. Raises NotFound for a class that is not there."""
    if group == STAFF:
        return staff_code_holders(reading(), now())
    school_class = class_named(reading(), group)
    if school_class is None:
        raise NotFound
    return class_code_holders(reading(), school_class, now(), today())


def _checked_group() -> str:
    if not HoldersForm().validate_on_submit():
        raise BadRequest
    return request.form.get("group", "")


def _require_listed(group: str, invitation_id: UUID) -> None:
    ids = {one.invitation.id for one in _holders(group) if one.invitation}
    if invitation_id not in ids:
        raise NotFound


def _code_for(holder: CodeHolder) -> CodeFor:
    return CodeFor(
        prepared=prepare_code(hasher()),
        person_id=holder.person_id,
        role=holder.role,
        pupil_id=holder.pupil_id,
    )


def _slip(holder: CodeHolder) -> CodeSlip | None:
    invitation = holder.invitation
    if invitation is None:
        return None
    code = perform(unseal_code, UnsealCode(invitation_id=invitation.id, purpose="slip"))
    if code is None:
        return None
    return code_slip(
        code,
        invitation,
        for_whom=holder.name,
        child_name=holder.child_name,
        class_name=holder.class_name,
    )


def _back(group: str) -> BaseResponse:
    return redirect(url_for("codes.index", group=group), 303)
