"""Reading orders."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from journal_core.errors import NotFound, RuleBroken
from journal_core.orders.models import SchoolOrder
from journal_core.orders.terms import OrderKind

#: Orders on one page of the list.
PAGE = 50


def require_order(session: Session, order_id: UUID, kind: OrderKind) -> SchoolOrder:
    """The order that an act rests on (POL-3.4.11).

    Raises NotFound, and RuleBroken for an order about something else.
    """
    order = session.get(SchoolOrder, order_id)
    if order is None:
        raise NotFound("order_unknown")
    if order.kind is not kind:
        raise RuleBroken("order_of_other_kind", "POL-3.4.11")
    return order


def orders(session: Session, kind: OrderKind | None = None, page: int = 1) -> Sequence[SchoolOrder]:
    """A page of the orders, the newest first."""
    query = select(SchoolOrder).order_by(SchoolOrder.signed_on.desc(), SchoolOrder.number)
    if kind is not None:
        query = query.where(SchoolOrder.kind == kind)
    return session.scalars(query.offset((page - 1) * PAGE).limit(PAGE)).all()


def order_count(session: Session, kind: OrderKind | None = None) -> int:
    query = select(func.count()).select_from(SchoolOrder)
    if kind is not None:
        query = query.where(SchoolOrder.kind == kind)
    return session.scalar(query) or 0
