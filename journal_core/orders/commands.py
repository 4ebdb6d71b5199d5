"""Recording orders."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar
from uuid import UUID

from sqlalchemy import select

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.orders.models import SchoolOrder
from journal_core.orders.terms import OrderKind

Result = TypeVar("Result")

#: An order signed before this day is a slip of the pen.
FIRST_ORDER = date(2000, 1, 1)


@dataclass(frozen=True, kw_only=True)
class RecordOrder:
    """An order of the head, by which the lists change."""

    kind: OrderKind
    number: str
    signed_on: date
    title: str = ""


def record_order(context: ActionContext, command: RecordOrder) -> UUID:
    """The order, recorded once: its number and date name it (POL-3.4.11).

    Raises RuleBroken for a date ahead or long past, and for an order that is there and is of
    another kind.
    """
    context.actor.require(Permission.ORDERS_RECORD)
    if command.signed_on > context.today:
        raise RuleBroken("date_ahead")
    if command.signed_on < FIRST_ORDER:
        raise RuleBroken("order_long_past", "POL-3.4.11")
    number = command.number.strip()
    known = context.session.scalars(
        select(SchoolOrder).where(
            SchoolOrder.number == number, SchoolOrder.signed_on == command.signed_on
        )
    ).first()
    if known is not None:
        if known.kind is not command.kind:
            raise RuleBroken("order_of_other_kind", "POL-3.4.11")
        return known.id
    order = SchoolOrder(
        kind=command.kind,
        number=number,
        signed_on=command.signed_on,
        title=command.title.strip(),
        recorded_at=context.now,
        recorded_by=context.actor.label,
    )
    context.session.add(order)
    context.session.flush()
    record(context, AuditAction.ORDER_RECORDED, order.id)
    return order.id


@dataclass(frozen=True, kw_only=True)
class ByOrder(Generic[Result]):
    """An act together with the order that it rests on; the act is given the order's id."""

    order: RecordOrder
    act: Callable[[ActionContext, UUID], Result]


def by_order(context: ActionContext, command: ByOrder[Result]) -> Result:
    """Record the order and act: a refused act leaves no order behind (POL-3.4.11)."""
    return command.act(context, record_order(context, command.order))
