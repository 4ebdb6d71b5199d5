"""The school's types of work."""

from collections.abc import Iterable
from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.works import TypeForm
from journal_core.access.terms import Permission
from journal_core.errors import NotFound, RuleBroken
from journal_core.marks.commands import SaveWorkTypes, save_work_types
from journal_core.marks.queries import work_types
from journal_core.marks.terms import WorkType
from portal.access import requires
from portal.pages import form_page, press
from portal.perform import perform
from portal.refusals import words_of
from portal.state import reading
from portal.works.blueprint import blueprint

_EDIT = Permission.JOURNAL_TYPES_EDIT


@blueprint.route("/types", methods=["GET", "POST"])
@requires(_EDIT)
def types() -> Any:
    """Terms and weights rest on the type of a work (INS-3.3.5, 3.3.6, 3.3.13)."""
    known = list(work_types(reading()).values())
    form = TypeForm(data={"weight": 1, "check_days": 0, "place": len(known) + 1, "is_in_use": True})
    if form.validate_on_submit() and _is_saved(form, known):
        return redirect(url_for(".types"), 303)
    return form_page("works/types.html", form, types=known)


@blueprint.route("/types/<code>", methods=["GET", "POST"])
@requires(_EDIT)
def type_edit(code: str) -> Any:
    known = work_types(reading())
    if code not in known:
        raise NotFound("work_type_unknown")
    form = TypeForm(obj=known[code], data={"place": list(known).index(code) + 1})
    if form.validate_on_submit() and _is_saved(form, _without(known.values(), code)):
        return redirect(url_for(".types"), 303)
    return form_page("works/type.html", form, type=known[code])


@blueprint.post("/types/<code>/remove")
@requires(_EDIT)
def type_remove(code: str) -> Response:
    known = work_types(reading())
    if code not in known:
        raise NotFound("work_type_unknown")
    left = tuple(_without(known.values(), code))
    press(save_work_types, SaveWorkTypes(types=left), _("Тип работы удалён."))
    return redirect(url_for(".types"), 303)


def _without(types: Iterable[WorkType], code: str) -> list[WorkType]:
    return [one for one in types if one.code != code]


def _is_saved(form: TypeForm, others: list[WorkType]) -> bool:
    """The list with the form's type at its place among the others; refused beside its field."""
    place = form.place.data - 1
    wanted = (*others[:place], form.type, *others[place:])
    try:
        perform(save_work_types, SaveWorkTypes(types=wanted))
    except RuleBroken as error:
        form.refuse("is_in_use" if error.code == "work_type_default" else "code", words_of(error))
        return False
    flash(_("Список типов работ сохранён."), "success")
    return True
