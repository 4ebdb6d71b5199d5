from collections.abc import Iterator

import pytest

from journal_core.context import ActionContext
from journal_core.database import Database
from tests.conftest import NewContext
from tests.workflows.desk import Desk


@pytest.fixture
def desk(context: ActionContext) -> Desk:
    return Desk(context)


@pytest.fixture
def sqlite_desk(sqlite_database: Database, new_context: NewContext) -> Iterator[Desk]:
    """For a test that the kind of database cannot change."""
    with sqlite_database.writing() as session:
        yield Desk(new_context(session))
