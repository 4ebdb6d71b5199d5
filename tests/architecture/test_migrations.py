"""The revisions make exactly the tables that the models want, on both databases."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from journal_core import migrations
from journal_core.audit.models import AuditEntry
from journal_core.database import Database
from journal_core.notifications.models import OfficeTask
from journal_core.tables import metadata
from tests.clock import FrozenClock
from tests.databases import ENGINES, PostgresServer, SqliteTemplate
from tests.portal.story import Browser, move, opened_case, seed, signed_in, submit


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table."""
    if request.param == "sqlite":
        with SqliteTemplate.make(tmp_path, migrated=False).fresh(tmp_path) as url:
            yield url
    else:
        postgres: PostgresServer = request.getfixturevalue("postgres")
        with postgres.fresh(migrated=False) as url:
            yield url


def test_there_is_one_head() -> None:
    assert migrations.head().isdecimal()


def test_revisions_make_what_the_models_say(empty_url: str) -> None:
    with closing(Database(empty_url)) as database:
        models = copy_of_metadata()
        models.create_all(database.engine)
        wanted = shape(database.engine)
        models.drop_all(database.engine)
        migrations.upgrade(empty_url)
        made = shape(database.engine)
    assert made - wanted == wanted - made == set()


def test_nothing_is_left_for_the_next_revision(database: Database) -> None:
    with database.engine.connect() as connection:
        assert migrations.differences(connection) == []


def test_empty_database_is_brought_to_the_head(empty_url: str) -> None:
    with closing(Database(empty_url)) as database:
        with database.engine.connect() as connection:
            assert migrations.current(connection) is None
        migrations.upgrade(empty_url)
        with database.engine.connect() as connection:
            assert migrations.current(connection) == migrations.head()


def test_second_upgrade_changes_nothing(database: Database) -> None:
    before = shape(database.engine)
    migrations.upgrade(database.url.render_as_string(hide_password=False))
    assert shape(database.engine) == before


def test_last_step_goes_down_and_up_again(database: Database) -> None:
    url = database.url.render_as_string(hide_password=False)
    before = shape(database.engine)
    migrations.downgrade(url)
    with database.engine.connect() as connection:
        assert migrations.current(connection) != migrations.head()
    migrations.upgrade(url)
    assert shape(database.engine) == before


def test_upgrade_from_the_first_revision_keeps_every_row(app: Flask, clock: FrozenClock) -> None:
    """A school with a story in it goes down to the first revision and up again."""
    seed(app)
    applicant = Browser(app)
    born = clock().date() - timedelta(days=12 * 366 + 30)
    number, _key = submit(applicant, last_name="Иванова", child="Неизвестная", born=born)
    secretary = signed_in(app, "secretary")
    case = opened_case(secretary, number)
    move(secretary, f"{case}/register")
    move(secretary, f"{case}/check", grounds=["not_a_pupil"], all_answered="yes")
    move(signed_in(app, "head"), f"{case}/sign")
    database: Database = app.extensions["portal"].database
    url = database.url.render_as_string(hide_password=False)
    with database.writing() as session:
        # The first revision knew fewer words of these two, and checked them.
        session.execute(sa.delete(AuditEntry))
        session.execute(sa.delete(OfficeTask))
        session.commit()
    before = row_counts(database.engine)
    migrations.downgrade(url, "0001")
    kept = row_counts(database.engine)
    migrations.upgrade(url)
    after = row_counts(database.engine)
    assert {table: after[table] for table in kept} == {table: before[table] for table in kept}
    assert secretary.open(case).status_code == HTTPStatus.OK


def row_counts(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return {
            name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
            for name in sa.inspect(engine).get_table_names()
        }


def copy_of_metadata() -> sa.MetaData:
    """For making tables without the revisions: on PostgreSQL that marks the keys of a circle as
    made apart, and SQLite would then leave them out."""
    copied = sa.MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(copied)
    return copied


def shape(engine: sa.Engine) -> set[str]:
    """Everything that tells one table from another: columns, keys, checks and indexes."""
    inspector = sa.inspect(engine)
    return {
        f"{table} {kind} {plain(item)}"
        for table in inspector.get_table_names()
        if table != "alembic_version"
        for kind, items in {
            "column": inspector.get_columns(table),
            "primary key": [inspector.get_pk_constraint(table)],
            "foreign key": inspector.get_foreign_keys(table),
            "unique": inspector.get_unique_constraints(table),
            "check": inspector.get_check_constraints(table),
            "index": inspector.get_indexes(table),
        }.items()
        for item in items
    }


def plain(value: object) -> str:
    """The value as text that is the same for equal values."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(sorted(f"{key}: {plain(value[key])}" for key in value)) + "}"
    return str(value)
