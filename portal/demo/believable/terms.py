"""The shape of what the story tells."""

from datetime import date
from typing import TypeAlias

#: Heading → value, as a row of a sheet.
Row: TypeAlias = dict[str, object]
#: Sheet → its rows.
Sheets: TypeAlias = dict[str, list[Row]]


def order_of(number: str, signed_on: date) -> Row:
    return {"Приказ": number, "Дата приказа": signed_on}
