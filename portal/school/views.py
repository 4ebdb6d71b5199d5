"""Settings with their dates and orders, signatories, stand-ins, classes; the school as a file."""

from dataclasses import asdict
from datetime import time
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as BaseResponse

from forms.account import EmptyForm
from forms.base import PortalForm
from forms.codes import STAFF_ROLE_LABELS
from forms.fields import Option
from forms.school import (
    SETTING_LABELS,
    ClassForm,
    EndForm,
    SchoolFileForm,
    SignatoryForm,
    StandInForm,
    settings_form,
)
from journal_core.access.commands import AddStandIn, EndStandIn, add_stand_in, end_stand_in
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.people.models import Person
from journal_core.people.queries import staff_accounts, staff_people, stand_ins_from
from journal_core.people.rules import decline
from journal_core.people.terms import GrammaticalCase
from journal_core.school.commands import (
    AddSignatory,
    ChangeSettings,
    EndSignatory,
    ImportSchool,
    SaveClass,
    add_signatory,
    change_settings,
    end_signatory,
    import_school,
    save_class,
)
from journal_core.school.queries import (
    classes_of_latest_year,
    classes_of_year,
    school_file,
    setting_history,
    signatories,
)
from journal_core.school.rules import academic_year_of
from journal_core.school.school_file import read_school, write_school
from portal.access import requires
from portal.navigation import school
from portal.pages import form_page
from portal.papers import attachment
from portal.perform import perform
from portal.refusals import words_of
from portal.school.labels import GROUPS
from portal.state import reading, today

blueprint = Blueprint("school", __name__, url_prefix="/school")


@blueprint.get("")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def index() -> str:
    values = asdict(school())
    return render_template(
        "school/index.html",
        groups={
            name: (group.title, [(SETTING_LABELS[key], _shown(values[key])) for key in group.keys])
            for name, group in GROUPS.items()
        },
        file_form=SchoolFileForm(),
    )


@blueprint.route("/settings/<name>", methods=["GET", "POST"])
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def settings(name: str) -> Any:
    """New values from a date on; the old ones stay in force before it."""
    group = GROUPS.get(name)
    if group is None:
        raise NotFound
    values = {
        key: time.fromisoformat(value) if key in {"reception_from", "reception_to"} else value
        for key, value in asdict(school()).items()
    }
    form = settings_form(group.keys)(data={**values, "valid_from": today()})
    if not form.validate_on_submit():
        return _form_page(form, group.title)
    changed = perform(
        change_settings,
        ChangeSettings(
            values=form.values(),
            valid_from=form.valid_from.data,
            order_number=form.order_number.data,
        ),
    )
    flash(_("Изменено настроек: %(count)s.", count=changed), "success")
    return _back("school.index")


@blueprint.get("/history")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def history() -> str:
    return render_template(
        "school/history.html",
        rows=[
            (SETTING_LABELS.get(row.key, row.key), _shown(row.value), row)
            for row in setting_history(reading())
        ],
    )


@blueprint.route("/signatories", methods=["GET", "POST"])
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def signatory_list() -> Any:
    """Who may sign a refusal, from when to when, by which order (SVC-2.14)."""
    form = SignatoryForm(data={"valid_from": today()})
    form.person.options = [
        Option(person.id, person.name.full) for person, _member in staff_people(reading())
    ]
    if not form.validate_on_submit():
        return _signatories(form)
    name = reading().get_one(Person, form.person.data).name
    command = AddSignatory(
        person_id=form.person.data,
        name=name.initials,
        name_dative=form.name_dative.data or decline(name, GrammaticalCase.DATIVE).initials,
        position=form.position.data,
        position_dative=form.position_dative.data,
        order_number=form.order_number.data,
        order_date=form.order_date.data,
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
    )
    try:
        perform(add_signatory, command)
    except RuleBroken as error:
        form.refuse("valid_to", words_of(error))
        return _signatories(form)
    flash(_("Сохранено."), "success")
    return _back("school.signatory_list")


@blueprint.route("/signatories/<uuid:signatory_id>/end", methods=["GET", "POST"])
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def signatory_end(signatory_id: UUID) -> Any:
    form = EndForm(data={"valid_to": today()})
    if not form.validate_on_submit():
        return _form_page(form, _("Последний день подписи"))
    try:
        perform(end_signatory, EndSignatory(signatory_id=signatory_id, valid_to=form.valid_to.data))
    except RuleBroken as error:
        form.refuse("valid_to", words_of(error))
        return _form_page(form, _("Последний день подписи"))
    return _back("school.signatory_list")


@blueprint.route("/stand-ins", methods=["GET", "POST"])
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def stand_in_list() -> Any:
    """Who acts in whose role for a time; the record says who did what."""
    form = StandInForm(data={"valid_from": today()})
    form.person.options = [
        Option(account.id, person.name.full) for account, person in staff_accounts(reading())
    ]
    classes = classes_of_latest_year(reading())
    form.school_class.options = [Option(one.id, one.name) for one in classes]
    if not form.validate_on_submit():
        return _stand_ins(form)
    command = AddStandIn(
        account_id=form.person.data,
        role=form.role.data,
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
        order_number=form.order_number.data,
        class_id=form.school_class.data,
    )
    try:
        perform(add_stand_in, command)
    except RuleBroken as error:
        form.refuse("valid_to", words_of(error))
        return _stand_ins(form)
    flash(_("Сохранено."), "success")
    return _back("school.stand_in_list")


@blueprint.post("/stand-ins/<uuid:stand_in_id>/end")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def stand_in_end(stand_in_id: UUID) -> BaseResponse:
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    perform(end_stand_in, EndStandIn(stand_in_id=stand_in_id))
    return _back("school.stand_in_list")


@blueprint.route("/classes", methods=["GET", "POST"])
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def class_list() -> Any:
    """The classes of the academic year and their class teachers."""
    form = ClassForm()
    people = staff_people(reading())
    form.class_teacher.options = [Option(person.id, person.name.full) for person, _member in people]
    year = academic_year_of(today())
    if not form.validate_on_submit():
        names = {person.id: person.name.full for person, _member in people}
        return form_page(
            "school/classes.html",
            form,
            year=year,
            classes=classes_of_year(reading(), year),
            names=names,
        )
    perform(
        save_class,
        SaveClass(
            academic_year=year,
            grade=form.grade.data or 0,
            letter=form.letter.data,
            class_teacher_id=form.class_teacher.data,
        ),
    )
    flash(_("Сохранено."), "success")
    return _back("school.class_list")


@blueprint.get("/school.json")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def export() -> Response:
    content = write_school(school_file(reading())).encode()
    return attachment(content, "school.json", "application/json")


@blueprint.post("/import")
@requires(Permission.SCHOOL_SETTINGS_EDIT)
def take_over() -> Any:
    """Take over a file that `export` made; what is here already stays."""
    form = SchoolFileForm()
    if not form.validate_on_submit():
        return _form_page(form, _("Загрузить файл школы"))
    try:
        told = read_school(form.file.data[0].read().decode())
        perform(import_school, ImportSchool(file=told))
    except UnicodeDecodeError:
        form.refuse("file", _("Файл не похож на выгрузку школы."))
    except RuleBroken as error:
        form.refuse("file", f"{words_of(error)} {error.facts.get('names', '')}".strip())
    if form.file.errors:
        return _form_page(form, _("Загрузить файл школы"))
    flash(_("Файл загружен."), "success")
    return _back("school.index")


def _signatories(form: SignatoryForm) -> Any:
    return form_page(
        "school/signatories.html", form, signatories=signatories(reading()), today=today()
    )


def _stand_ins(form: StandInForm) -> Any:
    return form_page(
        "school/stand_ins.html",
        form,
        stand_ins=stand_ins_from(reading(), today()),
        class_names={one.id: one.name for one in classes_of_latest_year(reading())},
        roles=STAFF_ROLE_LABELS,
    )


def _form_page(form: PortalForm, title: Any) -> Any:
    return form_page("school/form.html", form, title=title)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("да") if value else _("нет"))
    return str(value)


def _back(endpoint: str) -> BaseResponse:
    return redirect(url_for(endpoint), 303)
