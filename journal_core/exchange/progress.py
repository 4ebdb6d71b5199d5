"""How far a long act is, told to who waits for it: in a file, since the act's own transaction is
not to be seen before its end, and on SQLite nobody else may write meanwhile."""

import json
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True)
class Progress:
    """Written by who does it, read by who waits. Without a path it is told to nobody."""

    path: Path | None = None

    @classmethod
    def of(cls, folder: Path, key: UUID) -> "Progress":
        return cls(folder / "progress" / key.hex)

    def tell(self, phase: str, done: int, total: int) -> None:
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps([phase, done, total]))
        fresh.replace(self.path)

    def told(self) -> tuple[str, int, int] | None:
        """Phase, done, total; None before the beginning and after the end."""
        if self.path is None:
            return None
        try:
            phase, done, total = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return phase, done, total

    def end(self) -> None:
        if self.path is not None:
            self.path.unlink(missing_ok=True)
