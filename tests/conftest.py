"""What every test may ask for. Factories of people and requests are in `tests/factories`."""

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

import portal
from journal_core.access.terms import Permission
from journal_core.context import ActionContext, Actor
from journal_core.database import Database
from journal_core.files.storage import FileStore
from journal_core.secrets import SecretKeys
from portal.config import Config
from tests.chromium import chromium_path
from tests.clock import MOSCOW, FrozenClock
from tests.configuration import SECRET, config_for
from tests.databases import ENGINES, PostgresServer, SqliteTemplate, compiled_once
from tests.inbox import Inbox, listening
from tests.routes import BuiltOnce
from tests.templates import CompiledOnce

EVERYTHING = Actor(label="Проверяющий", permissions=frozenset(Permission))

NewContext = Callable[..., ActionContext]

TEMPLATES = CompiledOnce()
Flask.url_rule_class = BuiltOnce


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> SqliteTemplate:
    return SqliteTemplate.make(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for each test process, started by the first test that needs it.

    Its folder lies apart from pytest's own, which another run of the tests closes to every user
    but root, and the server does not run as root.
    """
    with TemporaryDirectory(prefix="portal-pg-", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder))
        yield server
        server.stop()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A fresh, migrated database. The test runs twice: on SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            template: SqliteTemplate = request.getfixturevalue("sqlite_template")
            url = stack.enter_context(template.fresh(tmp_path))
        else:
            server: PostgresServer = request.getfixturevalue("postgres")
            url = stack.enter_context(server.fresh())
        yield stack.enter_context(closing(compiled_once(Database(url))))


@pytest.fixture
def sqlite_database(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Database]:
    """For a test that the kind of database cannot change: SQLite alone."""
    with sqlite_template.fresh(tmp_path) as url, closing(Database(url)) as database:
        yield compiled_once(database)


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def keys() -> SecretKeys:
    return SecretKeys(SECRET)


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One writing transaction, rolled back unless the test commits it."""
    with database.writing() as session:
        yield session


@pytest.fixture
def new_context(clock: FrozenClock, keys: SecretKeys, files: FileStore) -> NewContext:
    """Makes the context of one act: `new_context(session)`, `new_context(session, actor)`."""

    def make(session: Session, actor: Actor = EVERYTHING) -> ActionContext:
        return ActionContext(
            session=session, actor=actor, now=clock(), zone=MOSCOW, keys=keys, files=files
        )

    return make


@pytest.fixture
def context(session: Session, new_context: NewContext) -> ActionContext:
    """The context of an actor who may do everything, in the test's one transaction."""
    return new_context(session)


@pytest.fixture
def config(tmp_path: Path, database: Database) -> Config:
    """A complete production configuration over the test's database."""
    return config_for(_address(database), tmp_path)


@pytest.fixture
def app(config: Config, clock: FrozenClock) -> Iterator[Flask]:
    yield from _served(config, clock)


@pytest.fixture
def sqlite_app(sqlite_database: Database, tmp_path: Path, clock: FrozenClock) -> Iterator[Flask]:
    """The portal for a test that the kind of database cannot change."""
    yield from _served(config_for(_address(sqlite_database), tmp_path), clock)


@pytest.fixture
def other_app(
    sqlite_template: SqliteTemplate, tmp_path: Path, clock: FrozenClock
) -> Iterator[Flask]:
    """Another installation, empty."""
    folder = tmp_path / "other"
    folder.mkdir()
    with sqlite_template.fresh(folder) as url:
        yield from _served(config_for(url, folder), clock)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    """A mail server that takes whatever is sent."""
    with listening() as inbox:
        yield inbox


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def _served(config: Config, clock: FrozenClock) -> Iterator[Flask]:
    app = portal.create_app(config, clock=clock)
    app.jinja_env.bytecode_cache = TEMPLATES
    compiled_once(app.extensions["portal"].database)
    yield app
    app.extensions["portal"].database.close()


def _address(database: Database) -> str:
    return database.url.render_as_string(hide_password=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the browser's tests out where there is no browser, and say so at the end."""
    if chromium_path() is None:
        left_out = [item for item in items if item.get_closest_marker("browser")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """What was imported is no garbage: the collector need not look through it in every test."""
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if chromium_path() is None:
        terminalreporter.write_line(
            "Browser tests were left out: no Chromium here (apt install chromium, "
            "or set PORTAL_CHROMIUM to its path)."
        )
