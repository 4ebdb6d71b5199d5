"""A school's template as the pages show it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class TemplateVersion:
    """One version with its file; `words` are those that it was judged by."""

    id: UUID
    kind: str
    file_id: UUID
    name: str
    size: int
    sha256: str
    words: tuple[str, ...]
    offered_at: datetime
    offered_by: str


@dataclass(frozen=True, kw_only=True)
class UsedTemplate:
    """What a kind is printed with from a day on; without a version it is the built-in template."""

    version: TemplateVersion | None
    valid_from: date
    order_number: str
    recorded_at: datetime
    recorded_by: str
