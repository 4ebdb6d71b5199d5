"""The ground of storage: table base, column types, engine and sessions.

One school, one database: the engine is made once, from one address, in `Database`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Select,
    Uuid,
    create_engine,
    event,
    literal,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Asked = ParamSpec("Asked")
Found = TypeVar("Found")
_KNOWN = "known"

#: A statement put together once, in a function under `functools.cache`; its values are told when
#: it is asked. Putting together what every page asks took longer than asking it.
Prepared: TypeAlias = Select[*tuple[Any, ...]]

#: How long a writer waits for SQLite's one write lock, milliseconds.
SQLITE_BUSY_MS = 15_000


class UtcMoment(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; SQLite would hand it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: What SQLite keeps of an id as text is read once: a page names the same ids a thousand times.
_id_of = lru_cache(maxsize=20_000)(UUID)


class Id(Uuid[UUID]):
    """An id of a row."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]
        return lambda text: None if text is None else _id_of(text)


def enum_column(kind: type[StrEnum], *, closed: bool = True) -> Enum:
    """An enum stored as its value, with a CHECK that lists the values.

    `closed=False` for a vocabulary that grows with every feature: it has no CHECK, so that a
    new word needs no new revision, and the enum alone refuses what is not in it.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=closed,
        length=40,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - the declarative base reads it from the class
        UUID: Id(),
        datetime: UtcMoment(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
    }


def new_id() -> UUID:
    return uuid4()


def insert_unless_there(session: Session, table: type[Base], **values: object) -> bool:
    """Insert the row; False where a unique index holds its like already.

    Another transaction that is inserting it is waited for, and nothing of this one is lost.
    """
    is_postgres = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if is_postgres else sqlite.insert
    statement = insert(table).values(values).on_conflict_do_nothing().returning(literal(1))
    return session.execute(statement).first() is not None


def read_once(
    read: Callable[Concatenate[Session, Asked], Found],
) -> Callable[Concatenate[Session, Asked], Found]:
    """A read whose answer a session for reads keeps; nobody may change what it returns.

    For what the whole school has in common and a page asks from several sides. A transaction that
    writes asks each time: it may have changed the answer itself.
    """

    @wraps(read)
    def asked(session: Session, /, *args: Asked.args, **kwargs: Asked.kwargs) -> Found:
        known = session.info.get(_KNOWN)
        if known is None:
            return read(session, *args, **kwargs)
        key = (read, args, tuple(kwargs.items()))
        if key not in known:
            known[key] = read(session, *args, **kwargs)
        return known[key]  # type: ignore[no-any-return]

    return asked


class Database:
    """The engine of the school's database and its two kinds of session."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine: Engine = create_engine(
            self.url,
            pool_pre_ping=not self.is_sqlite,
            # An error's message is read in a log: no people in it.
            hide_parameters=True,
        )
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def reading(self) -> Session:
        """A session for the reads of one moment. The caller closes it."""
        return Session(self.engine, expire_on_commit=False, autoflush=False, info={_KNOWN: {}})

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction. Whoever opens it commits; leaving without commit rolls back.

        On SQLite it takes the write lock at once: a transaction that reads first and
        writes later would lose its update or fail with "database is locked".
        """
        with Session(self.engine.execution_options(write=True), expire_on_commit=False) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A connection whose every read is of one moment, whatever others write meanwhile."""
        engine = (
            self.engine
            if self.is_sqlite  # in WAL a transaction sees the moment of its first read
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        with engine.connect() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    writing = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN DEFERRED")
