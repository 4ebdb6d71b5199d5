"""Where bytes lie: a folder outside the web root, under random names."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import BinaryIO
from uuid import UUID


class FileStore:
    """A folder of files named by random ids. A file is written once and never changed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, file_id: UUID, content: bytes) -> str:
        """Write the bytes to disk for good and return their SHA-256."""
        path = self._path(file_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return hashlib.sha256(content).hexdigest()

    def get(self, file_id: UUID) -> bytes:
        return self._path(file_id).read_bytes()

    def open(self, file_id: UUID) -> BinaryIO:
        """The bytes as a file to read piece by piece, which the caller closes.

        Raises FileNotFoundError.
        """
        return self._path(file_id).open("rb")

    def holds(self, file_id: UUID) -> bool:
        return self._path(file_id).is_file()

    def remove(self, file_id: UUID) -> None:
        self._path(file_id).unlink(missing_ok=True)

    def free_bytes(self) -> int:
        """Free space on the disk, bytes."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free

    def _path(self, file_id: UUID) -> Path:
        name = file_id.hex
        return self.root / name[:2] / name
