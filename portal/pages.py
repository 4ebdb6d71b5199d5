"""What the views of forms and of single buttons have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from flask import flash, render_template, request
from werkzeug.exceptions import BadRequest, NotFound

from forms.account import EmptyForm
from forms.base import PortalForm
from forms.school import FIRST_DAY, LAST_DAY
from journal_core.errors import RuleBroken
from portal.perform import Command, Handler, Result, perform
from portal.refusals import words_of

Row = TypeVar("Row")


def form_page(
    template: str, form: PortalForm, status: int | None = None, **values: Any
) -> tuple[str, int]:
    """The page with its form: 200, or 422 when what was sent was refused beside its fields."""
    page = render_template(template, form=form, **values)
    return page, status or (422 if form.errors else 200)


def require_token() -> None:
    """A button's own token: what another site sent is no press (400)."""
    if not EmptyForm().validate_on_submit():
        raise BadRequest


def press(handler: Handler[Command, Result], command: Command, done: str) -> None:
    """An act of one button: that it is done, or why not, is said above the next page."""
    require_token()
    try:
        perform(handler, command)
    except RuleBroken as error:
        flash(words_of(error))
    else:
        flash(done, "success")


@dataclass(frozen=True, kw_only=True)
class PageOf(Generic[Row]):
    """The rows of one page of a long list; `pages` counts all of them, at least one."""

    rows: Sequence[Row]
    page: int
    pages: int


def page_of(rows: Sequence[Row], length: int) -> PageOf[Row]:
    """The page that `?page=` asks for; the nearest one where there is no such page."""
    pages = max(1, -(-len(rows) // length))
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    return PageOf(rows=rows[(page - 1) * length : page * length], page=page, pages=pages)


def asked_day(name: str) -> date | None:
    """The day that the address names; None when it names none that can be."""
    try:
        asked = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return asked if FIRST_DAY < asked < LAST_DAY else None


def refuse_far_years() -> None:
    """Before a request of a blueprint whose addresses name an academic year."""
    if not 2000 <= (request.view_args or {}).get("year", 2000) <= 2100:
        raise NotFound
