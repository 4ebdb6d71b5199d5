"""Tables as lines of JSON and back, the same for SQLite and PostgreSQL."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator, TypeEngine

from journal_core.database import UtcMoment

#: How many rows are held in memory at once.
BATCH = 1000

#: The kinds of column that a backup knows. An enum is kept as its text, so that a word which the
#: program no longer knows stays readable; JSON as the text that stands in the database.
_STORED: dict[str, TypeEngine[Any]] = {
    "uuid": sa.Uuid(),
    "moment": UtcMoment(),
    "date": sa.Date(),
    "time": sa.Time(),
    "boolean": sa.Boolean(),
    "integer": sa.BigInteger(),
    "decimal": sa.Numeric(),
    "float": sa.Float(),
    "bytes": sa.LargeBinary(),
    "json": sa.JSON(none_as_null=True),
    "text": sa.Text(),
}
#: More special types first: a Float is a Numeric, an Enum is a String.
_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (sa.Uuid, "uuid"),
    (sa.DateTime, "moment"),
    (sa.Date, "date"),
    (sa.Time, "time"),
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.Float, "float"),
    (sa.Numeric, "decimal"),
    (sa.LargeBinary, "bytes"),
    (sa.JSON, "json"),
    (sa.String, "text"),
)
_WRITTEN: dict[str, Callable[[Any], object]] = {
    "uuid": str,
    "moment": datetime.isoformat,
    "date": date.isoformat,
    "time": time.isoformat,
    "decimal": str,
    "bytes": lambda value: b64encode(value).decode(),
}
_READ: dict[str, Callable[[Any], object]] = {
    "uuid": UUID,
    "moment": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "decimal": Decimal,
    "bytes": b64decode,
    "json": lambda text: sa.JSON.NULL if text == "null" else json.loads(text),
}


def kinds_of(table: sa.Table) -> dict[str, str]:
    """Column → kind. Raises TypeError for a column that a backup could not carry."""
    return {column.name: _kind_of(column) for column in table.columns}


def lines_of(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    """Every row of the table as one line, in the order of its key."""
    kinds = kinds_of(table)
    plain = _plain_table(table.name, kinds)
    query = sa.select(
        *(
            sa.cast(plain.c[name], sa.Text).label(name) if kind == "json" else plain.c[name]
            for name, kind in kinds.items()
        )
    ).order_by(*(plain.c[key.name] for key in table.primary_key))
    for row in connection.execute(query.execution_options(yield_per=BATCH)):
        told = {
            name: _told(_WRITTEN, kind, value)
            for (name, kind), value in zip(kinds.items(), row, strict=True)
        }
        yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def insert_lines(
    connection: sa.Connection, table: str, kinds: dict[str, str], lines: Iterable[bytes]
) -> None:
    """Put the rows into the table as they were."""
    statement = sa.insert(_plain_table(table, kinds))
    batch: list[dict[str, object]] = []
    for line in lines:
        told = json.loads(line)
        batch.append({name: _told(_READ, kind, told[name]) for name, kind in kinds.items()})
        if len(batch) == BATCH:
            connection.execute(statement, batch)
            batch = []
    if batch:
        connection.execute(statement, batch)


def _plain_table(name: str, kinds: dict[str, str]) -> sa.TableClause:
    """The table without the program's own types, defaults and rules."""
    return sa.table(name, *(sa.column(column, _STORED[kind]) for column, kind in kinds.items()))


def _kind_of(column: sa.Column[Any]) -> str:
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    for known, kind in _KINDS:
        if isinstance(stored, known):
            return kind
    raise TypeError(f"{column} is of a type that a backup does not know: {column.type!r}")


def _told(ways: dict[str, Callable[[Any], object]], kind: str, value: object) -> object:
    way = ways.get(kind)
    return value if value is None or way is None else way(value)
