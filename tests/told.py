"""The demo school told into a database of its own."""

from pathlib import Path

from argon2 import PasswordHasher

from journal_core.access.terms import Permission
from journal_core.context import ActionContext, Actor
from journal_core.database import Database
from journal_core.files.storage import FileStore
from journal_core.secrets import SecretKeys
from portal.demo.seed import SeedDemo, seed_demo
from tests.clock import MOSCOW, FrozenClock
from tests.configuration import SECRET
from tests.portal.story import PASSWORD

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def tell(url: str, files: Path) -> None:
    """What the tests of workflows begin with; told already, it is not told to each of them."""
    database = Database(url)
    with database.writing() as session:
        context = ActionContext(
            session=session,
            actor=Actor(label="Оператор", permissions=frozenset(Permission)),
            now=FrozenClock()(),
            zone=MOSCOW,
            keys=SecretKeys(SECRET),
            files=FileStore(files),
        )
        seed_demo(context, SeedDemo(password_hash=QUICK.hash(PASSWORD)))
        session.commit()
    database.close()
