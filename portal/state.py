"""What one running portal is made of, resolved in one place."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from flask import current_app, g
from sqlalchemy.orm import Session

from journal_core.clock import Clock, local_date
from journal_core.database import Database
from journal_core.files.storage import FileStore
from journal_core.secrets import SecretKeys
from portal.config import Config


@dataclass(frozen=True, kw_only=True)
class Portal:
    """The configuration, the database, the files, the keys and the clock of one school."""

    config: Config
    database: Database
    files: FileStore
    keys: SecretKeys
    clock: Clock
    zone: ZoneInfo


def current_portal() -> Portal:
    return cast(Portal, current_app.extensions["portal"])


def now() -> datetime:
    """The moment of this request by the portal's clock, UTC."""
    return current_portal().clock()


def today() -> date:
    """The school's date at this moment."""
    return local_date(now(), current_portal().zone)


def reading() -> Session:
    """The session for this request's reads; closed when the request ends."""
    if "reading" not in g:
        g.reading = current_portal().database.reading()
    return cast(Session, g.reading)


def close_reading(_error: BaseException | None = None) -> None:
    session = g.pop("reading", None)
    if session is not None:
        session.close()
