"""Portfolios for those who teach: of a class, of a pupil, and entering achievements."""

from typing import Any
from uuid import UUID

from flask import Response as Answer
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.portfolio import KIND_NAMES, LEVEL_NAMES, AchievementForm
from journal_core.access.terms import Permission
from journal_core.errors import NotFound, RuleBroken
from journal_core.portfolio.commands import (
    AddAchievement,
    ChangeAchievement,
    RemoveAchievement,
    RemoveAchievementFile,
    Told,
    add_achievement,
    change_achievement,
    remove_achievement,
    remove_achievement_file,
)
from journal_core.portfolio.queries import (
    achievement_to_edit,
    achievements_of,
    portfolios_of_class,
    pupil_to_read,
)
from journal_core.portfolio.terms import AchievementView, PortfolioPupil
from portal.access import current_actor, requires
from portal.pages import form_page, press, require_token
from portal.papers import MEDIA_TYPES, attachment
from portal.perform import Command, Handler, perform
from portal.portfolio.blueprint import blueprint, portfolio_pdf
from portal.refusals import words_of
from portal.state import current_portal, reading, today
from portal.uploads import all_taken

_READ, _WRITE = Permission.JOURNAL_PAGE_READ, Permission.JOURNAL_OWN_WRITE
#: Beside which field a refusal is said; what is not here is said above the form.
_BESIDE = {"achievement_ahead": "achieved_on", "files_many": "files"}


@blueprint.get("/classes/<uuid:class_id>")
@requires(_READ)
def of_class(class_id: UUID) -> str:
    """The pupils of a class whom the reader leads or teaches."""
    school_class, pupils = portfolios_of_class(reading(), current_actor(), class_id, today())
    return render_template("portfolio/class.html", school_class=school_class, pupils=pupils)


@blueprint.get("/pupils/<uuid:pupil_id>")
@requires(_READ)
def of_pupil(pupil_id: UUID) -> str:
    return render_template(
        "portfolio/pupil.html",
        pupil=_pupil(pupil_id),
        achievements=achievements_of(reading(), pupil_id, current_actor(), today()),
        kinds=KIND_NAMES,
        levels=LEVEL_NAMES,
    )


@blueprint.get("/pupils/<uuid:pupil_id>/portfolio.pdf")
@requires(_READ)
def printed(pupil_id: UUID) -> Answer:
    pupil = _pupil(pupil_id)
    pdf = portfolio_pdf(pupil.name, pupil.class_name, achievements_of(reading(), pupil_id))
    return attachment(pdf, "portfolio.pdf", MEDIA_TYPES["pdf"])


@blueprint.route("/pupils/<uuid:pupil_id>/new", methods=["GET", "POST"])
@requires(_WRITE)
def new(pupil_id: UUID) -> Any:
    pupil = _pupil(pupil_id)
    if not pupil.may_add:
        raise NotFound("pupil_unknown")
    form = AchievementForm()
    if form.validate_on_submit():
        told = _told(form)
        command = told and AddAchievement(achievement_id=form.key_id, pupil_id=pupil_id, told=told)
        if command and _saved(form, add_achievement, command):
            return _back(pupil_id)
    return form_page("portfolio/form.html", form, pupil=pupil, achievement=None)


@blueprint.route("/achievements/<uuid:achievement_id>", methods=["GET", "POST"])
@requires(_WRITE)
def edit(achievement_id: UUID) -> Any:
    found = _achievement(achievement_id)
    names = ("title", "kind", "level", "achieved_on", "result", "note")
    form = AchievementForm(data={name: getattr(found, name) for name in names})
    if form.validate_on_submit():
        told = _told(form)
        command = told and ChangeAchievement(achievement_id=achievement_id, told=told)
        if command and _saved(form, change_achievement, command):
            return _back(found.pupil_id)
    pupil = _pupil(found.pupil_id)
    return form_page("portfolio/form.html", form, pupil=pupil, achievement=found)


@blueprint.post("/achievements/<uuid:achievement_id>/remove")
@requires(_WRITE)
def remove(achievement_id: UUID) -> Response:
    found = _achievement(achievement_id)
    command = RemoveAchievement(achievement_id=achievement_id)
    press(remove_achievement, command, _("Достижение убрано из портфолио."))
    return redirect(url_for("portfolio.of_pupil", pupil_id=found.pupil_id), 303)


@blueprint.post("/achievements/<uuid:achievement_id>/files/<uuid:file_id>/remove")
@requires(_WRITE)
def remove_file(achievement_id: UUID, file_id: UUID) -> Response:
    _achievement(achievement_id)
    require_token()
    command = RemoveAchievementFile(achievement_id=achievement_id, file_id=file_id)
    current_portal().files.remove(perform(remove_achievement_file, command))
    return redirect(url_for("portfolio.edit", achievement_id=achievement_id), 303)


def _told(form: AchievementForm) -> Told | None:
    """None when a file could not be taken."""
    files = all_taken(form, "files")
    if form.errors:
        return None
    return Told(
        kind=form.kind.data,
        level=form.level.data,
        title=form.title.data,
        achieved_on=form.achieved_on.data,
        result=form.result.data,
        note=form.note.data,
        files=files,
    )


def _saved(form: AchievementForm, handler: Handler[Command, None], command: Command) -> bool:
    try:
        perform(handler, command)
    except RuleBroken as error:
        form.refuse(_BESIDE.get(error.code), words_of(error))
    return not form.errors


def _back(pupil_id: UUID) -> Response:
    flash(_("Записано в портфолио."), "success")
    return redirect(url_for("portfolio.of_pupil", pupil_id=pupil_id), 303)


def _pupil(pupil_id: UUID) -> PortfolioPupil:
    return pupil_to_read(reading(), current_actor(), pupil_id, today())


def _achievement(achievement_id: UUID) -> AchievementView:
    return achievement_to_edit(reading(), current_actor(), achievement_id, today())
