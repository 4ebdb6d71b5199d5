"""What must hold before the portal serves anybody."""

from contextlib import closing

from sqlalchemy import inspect

from journal_core.database import Database
from journal_core.school.models import SchoolMark
from journal_core.school.queries import is_demo_database
from portal.config import Config, ConfigError


def require_fit(config: Config) -> None:
    """Refuse to serve without the secrets, or upon the other mode's database.

    Raises ConfigError that says what to set or to change.
    """
    config.require_complete()
    with closing(Database(config.database_url)) as database:
        if not inspect(database.engine).has_table(SchoolMark.__tablename__):
            raise ConfigError("the database has no tables: run `flask --app wsgi db upgrade`")
        with database.reading() as session:
            is_demo = is_demo_database(session)
    if config.is_demo and not is_demo:
        raise ConfigError("demo mode: this database is not marked as a demo")
    if is_demo and not config.is_demo:
        raise ConfigError("production mode: this database is marked as a demo")
