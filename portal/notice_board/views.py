"""The board of the staff: what hangs, and putting up, changing and taking down (POL-3.4.9)."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.fields import Option
from forms.notice_board import AUDIENCE_NAMES, NoticeForm
from journal_core.access.terms import Permission
from journal_core.errors import RuleBroken
from journal_core.notice_board.commands import (
    RemoveNoticeFile,
    SaveNotice,
    TakeDownNotice,
    change_notice,
    put_up_notice,
    remove_notice_file,
    take_down_notice,
)
from journal_core.notice_board.queries import (
    classes_to_tell,
    notice_to_edit,
    notices_for_staff,
)
from journal_core.notice_board.terms import NoticeView, Shelf
from portal.access import can, current_actor, requires
from portal.notice_board.blueprint import blueprint
from portal.pages import form_page, press, require_token
from portal.perform import Handler, perform
from portal.refusals import words_of
from portal.state import current_portal, reading, today
from portal.uploads import all_taken

_READ = Permission.BOARD_STAFF_READ
#: Beside which field a refusal is said; what is not here is said above the form.
_BESIDE = {"notice_days": "until", "notice_staff_of_class": "classes", "files_many": "files"}


@blueprint.get("")
@requires(_READ)
def index() -> str:
    shelf = request.args.get("shelf", Shelf.NOW)
    chosen = Shelf(shelf) if shelf in set(Shelf) else Shelf.NOW
    return render_template(
        "notice_board/index.html",
        shelf=chosen,
        notices=notices_for_staff(reading(), current_actor(), chosen, today()),
        may_add=bool(classes_to_tell(reading(), current_actor(), today())) or _speaks_for_school(),
        audiences=AUDIENCE_NAMES,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(_READ)
def new() -> Any:
    """Who speaks for no class and not for the school has nothing to fill in (404)."""
    if not _speaks_for_school() and not classes_to_tell(reading(), current_actor(), today()):
        abort(404)
    form = _form(None)
    if form.validate_on_submit() and _saved(form, form.key_id, put_up_notice):
        flash(_("Объявление записано."), "success")
        return redirect(url_for("notice_board.index"), 303)
    return form_page("notice_board/form.html", form, notice=None)


@blueprint.route("/<uuid:board_notice_id>/edit", methods=["GET", "POST"])
@requires(_READ)
def edit(board_notice_id: UUID) -> Any:
    notice = _notice(board_notice_id)
    form = _form(notice)
    if form.validate_on_submit() and _saved(form, board_notice_id, change_notice):
        flash(_("Объявление записано."), "success")
        return redirect(url_for("notice_board.index"), 303)
    return form_page("notice_board/form.html", form, notice=notice)


@blueprint.post("/<uuid:board_notice_id>/down")
@requires(_READ)
def take_down(board_notice_id: UUID) -> Response:
    _notice(board_notice_id)
    press(take_down_notice, TakeDownNotice(notice_id=board_notice_id), _("Объявление снято."))
    return redirect(url_for("notice_board.index"), 303)


@blueprint.post("/<uuid:board_notice_id>/files/<uuid:file_id>/remove")
@requires(_READ)
def remove_file(board_notice_id: UUID, file_id: UUID) -> Response:
    _notice(board_notice_id)
    require_token()
    command = RemoveNoticeFile(notice_id=board_notice_id, file_id=file_id)
    current_portal().files.remove(perform(remove_notice_file, command))
    return redirect(url_for("notice_board.edit", board_notice_id=board_notice_id), 303)


def _saved(form: NoticeForm, notice_id: UUID, handler: Handler[SaveNotice, None]) -> bool:
    files = all_taken(form, "files")
    if form.errors:
        return False
    command = SaveNotice(
        notice_id=notice_id,
        title=form.title.data,
        text=form.text.data,
        audience=form.addressed,
        class_ids=form.classes.data,
        is_pinned=form.is_pinned.data,
        since=form.since.data,
        until=form.until.data,
        files=files,
    )
    try:
        perform(handler, command)
    except RuleBroken as error:
        form.refuse(_BESIDE.get(error.code), words_of(error))
    return not form.errors


def _form(notice: NoticeView | None) -> NoticeForm:
    stored = notice and {
        "title": notice.title,
        "text": notice.text,
        "audience": notice.audience,
        "classes": [class_id for class_id, _name in notice.classes],
        "since": notice.since,
        "until": notice.until,
        "is_pinned": notice.is_pinned,
    }
    form = NoticeForm(data=stored or {"since": today()})
    classes = classes_to_tell(reading(), current_actor(), today())
    form.offer([Option(row.id, row.name) for row in classes], whole_school=_speaks_for_school())
    return form


def _notice(notice_id: UUID) -> NoticeView:
    return notice_to_edit(reading(), current_actor(), notice_id, today())


def _speaks_for_school() -> bool:
    return can(Permission.BOARD_SCHOOL_EDIT)
