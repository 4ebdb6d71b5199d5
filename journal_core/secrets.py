"""What is derived from the school's secret key: sealed codes and tracking keys.

Nothing derived here is stored in the clear, so a copy of the database alone opens nothing.
"""

import base64
import hashlib
import hmac
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LINK_TOKEN_BYTES = 16


class SecretKeys:
    """Keys for each purpose, drawn from one secret; two purposes never share a key."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._seal = Fernet(base64.urlsafe_b64encode(self._derive("seal")))
        self._token_key = self._derive("token")

    def seal(self, text: str) -> str:
        return self._seal.encrypt(text.encode()).decode()

    def unseal(self, sealed: str) -> str | None:
        """The text, or None when it was sealed with another key."""
        try:
            return self._seal.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def digest(self, purpose: str, subject: UUID | str, generation: int) -> bytes:
        """32 bytes that only the holder of the key can make for this subject."""
        message = f"{purpose}:{subject}:{generation}".encode()
        return hmac.new(self._token_key, message, hashlib.sha256).digest()

    def link_token(self, purpose: str, subject: UUID, generation: int) -> str:
        """`<subject><128-bit tag>` for a link; `subject_of_token` reads it back."""
        tag = self.digest(f"link:{purpose}", subject, generation)[:LINK_TOKEN_BYTES]
        return base64.urlsafe_b64encode(subject.bytes + tag).rstrip(b"=").decode()

    def is_link_token(self, token: str, purpose: str, subject: UUID, generation: int) -> bool:
        return hmac.compare_digest(
            token.encode(), self.link_token(purpose, subject, generation).encode()
        )

    def _derive(self, purpose: str) -> bytes:
        kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose.encode())
        return kdf.derive(self._secret)


def subject_of_token(token: str) -> UUID | None:
    """Whom a link token claims to be about; the claim still has to be checked."""
    try:
        raw = base64.urlsafe_b64decode(token.encode() + b"=" * (-len(token) % 4))
        return UUID(bytes=raw[:-LINK_TOKEN_BYTES])
    except ValueError:
        return None
