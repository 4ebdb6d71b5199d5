"""Acts that rest on an order: both in one transaction, a refusal beside its field."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from forms.people import OrderForm
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.orders.commands import ByOrder, RecordOrder, by_order
from journal_core.orders.terms import OrderKind
from portal.perform import perform
from portal.refusals import words_of

Result = TypeVar("Result")

#: Refusals that speak of the order; the others speak of what the form asks first.
_OF_THE_ORDER = {
    "order_of_other_kind": "order_number",
    "order_long_past": "order_date",
    "date_ahead": "order_date",
}


def act_by_order(
    form: OrderForm,
    kind: OrderKind,
    act: Callable[[ActionContext, UUID], Result],
    beside: Mapping[str, str],
) -> Result | None:
    """Perform the act by the form's order; None when it was refused.

    `beside`: the refusal's code → the field to put its words beside, "" for all other codes.
    """
    order = RecordOrder(kind=kind, number=form.order_number.data, signed_on=form.order_date.data)
    try:
        return perform(by_order, ByOrder(order=order, act=act))
    except RuleBroken as refusal:
        names = refusal.facts.get("names", "")
        field = {**_OF_THE_ORDER, **beside}.get(refusal.code, beside.get(""))
        form.refuse(field, f"{words_of(refusal)} {names}".strip())
        return None
