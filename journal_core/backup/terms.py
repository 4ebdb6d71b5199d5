"""What a backup says of itself, and why one is refused."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from journal_core.errors import CoreError

FORMAT = 1


class BackupRefused(CoreError):
    """The backup cannot be made, is not whole, or does not fit where it is to be restored.

    Codes: `backup_not_one`, `backup_damaged` (fact `part`), `backup_other_key`,
    `backup_revision_unknown`, `backup_database_used`, `backup_tables_old`.
    """


@dataclass(frozen=True, kw_only=True)
class Part:
    """One member of the file: its size in bytes and its hash."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The first thing to read of a backup: what it holds, of which school and moment."""

    made_at: datetime
    school: str
    revision: str
    #: Table → column → kind, in the order of dependency. The kinds are those of `rows`.
    tables: dict[str, dict[str, str]]
    rows: dict[str, int]
    parts: dict[str, Part]
    #: Ids of files that the database names and that could not be read: they are not in the backup.
    lost: tuple[str, ...]

    def to_json(self) -> bytes:
        told = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(told, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes) -> "Manifest":
        """Raises BackupRefused("backup_not_one") for anything but a manifest of this format."""
        try:
            told: dict[str, Any] = json.loads(content)
            if told.pop("format") != FORMAT:
                raise BackupRefused("backup_not_one")
            told["made_at"] = datetime.fromisoformat(told["made_at"])
            told["parts"] = {name: Part(**part) for name, part in told["parts"].items()}
            return cls(**{**told, "lost": tuple(told["lost"])})
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupRefused("backup_not_one") from error
