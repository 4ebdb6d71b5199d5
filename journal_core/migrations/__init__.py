"""The database's revisions: applied, compared and written without an `alembic.ini`.

`python -m journal_core.migrations "what changes"` writes the next revision from the models.
"""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from journal_core.tables import metadata

FOLDER = Path(__file__).parent
DIGITS = 4


def upgrade(database_url: str, revision: str = "head") -> None:
    """Bring the database up to the revision; an empty database gets everything."""
    command.upgrade(_config(database_url), revision)


def downgrade(database_url: str, revision: str = "-1") -> None:
    """Take the database back to the revision, by default one step."""
    command.downgrade(_config(database_url), revision)


def head() -> str:
    """The revision that this program wants. Raises CommandError when there are two heads."""
    return str(_script().get_current_head())


def is_known(revision: str) -> bool:
    """Whether this program has the revision; another one belongs to a newer program."""
    return revision in {known.revision for known in _script().walk_revisions()}


def current(connection: Connection) -> str | None:
    """The revision that the database is at; None when it was never upgraded."""
    return MigrationContext.configure(connection).get_current_revision()


def differences(connection: Connection) -> list[object]:
    """What the models have and the database has not, or the other way round."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def write_revision(database_url: str, message: str) -> Path:
    """Write the next numbered revision: what the models have beyond this database.

    The database has to be at the head. The draft is to be read and finished by hand:
    renamed columns and changed lists of an enum are not recognised.
    """
    number = len(list(_script().walk_revisions())) + 1
    command.revision(
        _config(database_url), message, autogenerate=True, rev_id=f"{number:0{DIGITS}d}"
    )
    return next((FOLDER / "versions").glob(f"{number:0{DIGITS}d}_*.py"))


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(""))


def _config(database_url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["database_url"] = database_url
    return config
