"""The list of orders, one order with what rests on it, the movement of a period."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from documents.workbook import Sheet, write_workbook
from forms.quality import SpanForm
from journal_core.access.terms import Permission
from journal_core.classes.queries import movement_of, resting_counts, resting_on
from journal_core.classes.terms import ClassMove, MoveKind, Movement
from journal_core.orders.models import SchoolOrder
from journal_core.orders.queries import PAGE, order_count, orders
from journal_core.orders.terms import OrderKind
from journal_core.school.rules import academic_year_of, first_day_of
from portal.access import requires
from portal.navigation import school
from portal.orders.labels import KIND_NAMES, MOVE_NAMES, RESTING_NAMES
from portal.papers import attachment
from portal.presentation import short_date
from portal.state import current_portal, now, reading, today

blueprint = Blueprint("orders", __name__, url_prefix="/orders")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAST_PAGE = 100_000


@blueprint.get("")
@requires(Permission.DIRECTORY_PEOPLE_READ)
def index() -> str:
    """The orders, the newest first, of one kind or of all."""
    kind = request.args.get("kind", type=OrderKind)
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    shown = orders(reading(), kind, page)
    return render_template(
        "orders/index.html",
        orders=shown,
        counts=resting_counts(reading(), [order.id for order in shown]),
        names=KIND_NAMES,
        page=page,
        pages=-(-order_count(reading(), kind) // PAGE),
        href=lambda number: url_for("orders.index", kind=kind, page=number),
        tabs=[
            {
                "text": KIND_NAMES[one] if one else _("Все"),
                "href": url_for("orders.index", kind=one),
                "current": one == kind,
            }
            for one in (None, *OrderKind)
        ],
    )


@blueprint.get("/<uuid:order_id>")
@requires(Permission.DIRECTORY_PEOPLE_READ)
def order(order_id: UUID) -> str:
    found = reading().get(SchoolOrder, order_id)
    if found is None:
        raise NotFound
    return render_template(
        "orders/order.html",
        order=found,
        kind=KIND_NAMES[found.kind],
        resting=resting_on(reading(), order_id),
        names=RESTING_NAMES,
    )


@blueprint.get("/movement")
@requires(Permission.DIRECTORY_PEOPLE_READ)
def movement() -> Any:
    """Who came, moved and left, and the classes at the start and at the end (POL-3.4.11)."""
    form = _period()
    found = _found(form) if form.validate() else None
    page = render_template(
        "orders/movement.html", form=form, movement=found, kinds=MoveKind, names=MOVE_NAMES
    )
    return page, (422 if form.errors else 200)


@blueprint.get("/movement.xlsx")
@requires(Permission.DIRECTORY_PEOPLE_READ)
def movement_book() -> Response:
    form = _period()
    if not form.validate():
        raise NotFound
    found = _found(form)
    title = _(
        "Движение учащихся с %(since)s по %(until)s",
        since=short_date(form.since.data),
        until=short_date(form.until.data),
    )
    moment = now().astimezone(current_portal().zone).replace(tzinfo=None)
    content = write_workbook(f"{school().short_name}. {title}", _sheets(found), moment)
    return attachment(content, "movement.xlsx", XLSX)


def _period() -> SpanForm:
    """The days asked for; the academic year up to today when none are."""
    start = first_day_of(academic_year_of(today()))
    asked = request.args if "since-day" in request.args else None
    return SpanForm(asked, data={"since": start, "until": today()})


def _found(form: SpanForm) -> Movement:
    """A day left empty is today."""
    return movement_of(reading(), form.since.data or today(), form.until.data or today())


def _sheets(found: Movement) -> list[Sheet]:
    counts = Sheet(
        name=_("По классам"),
        columns=[_("Класс"), _("На начало"), _("Прибыло"), _("Убыло"), _("На конец")],
        rows=[
            [one.class_name, one.at_start, one.came, one.went, one.at_end] for one in found.counts
        ],
    )
    moves = [
        Sheet(name=str(name)[:31], columns=_columns(), rows=[_row(one) for one in found.of(kind)])
        for kind, name in MOVE_NAMES.items()
    ]
    return [counts, *moves]


def _columns() -> list[str]:
    return [_("Ученик"), _("Из класса"), _("В класс"), _("С какого дня"), _("Приказ")]


def _row(move: ClassMove) -> list[str | datetime | Any]:
    return [move.pupil_name, move.from_class, move.to_class, move.on, move.order]
