"""What every command is given beside its own values."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from journal_core.access.terms import Permission
from journal_core.clock import local_date
from journal_core.errors import NotAllowed
from journal_core.files.storage import FileStore
from journal_core.secrets import SecretKeys


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: a signed-in account, an applicant who holds the key, or the program itself."""

    label: str
    permissions: frozenset[Permission]
    account_id: UUID | None = None
    person_id: UUID | None = None
    address: str = field(default="", repr=False)

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def require(self, permission: Permission) -> None:
        """Raises NotAllowed when the actor lacks the permission."""
        if permission not in self.permissions:
            raise NotAllowed("permission_missing", permission=permission)


@dataclass(frozen=True, kw_only=True)
class ActionContext:
    """One act: its transaction, its actor, its moment, and the school's keys and files."""

    session: Session
    actor: Actor
    now: datetime
    zone: ZoneInfo
    keys: SecretKeys
    files: FileStore

    def following(self, permission: Permission) -> "ActionContext":
        """For an act that follows from one which was permitted: it has this permission alone."""
        return replace(self, actor=replace(self.actor, permissions=frozenset({permission})))

    @property
    def today(self) -> date:
        """The school's date at the moment of the act."""
        return local_date(self.now, self.zone)
