import pytest

from journal_core.context import ActionContext
from tests.workflows.desk import Desk


@pytest.fixture
def desk(context: ActionContext) -> Desk:
    return Desk(context)
