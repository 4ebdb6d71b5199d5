"""The shape of what the story tells."""

from datetime import date
from typing import TypeAlias

from journal_core.exchange.terms import Cell

#: Heading → value, as a row of a sheet.
Row: TypeAlias = dict[str, Cell]
#: Sheet → its rows.
Sheets: TypeAlias = dict[str, list[Row]]


def order_of(number: str, signed_on: date) -> Row:
    return {"Приказ": number, "Дата приказа": signed_on}
