"""Words and value types of invitation codes and tracking keys."""

from dataclasses import dataclass, field
from enum import StrEnum


class InvitationKind(StrEnum):
    """What a code is for."""

    REGISTRATION = "registration"  # a first account, or one more role
    RECOVERY = "recovery"  # a new password for an account that is there


class ShownDocument(StrEnum):
    """What a person showed to prove who they are; its number is not kept."""

    PASSPORT = "passport"
    BIRTH_CERTIFICATE = "birth_certificate"
    OTHER_IDENTITY = "other_identity"


class CodeProblem(StrEnum):
    """Why typed text is not a code. None of them says anything about existing codes."""

    EMPTY = "empty"
    LENGTH = "length"
    SYMBOL = "symbol"
    CHECK = "check"


@dataclass(frozen=True, kw_only=True)
class ParsedCode:
    """Sixteen symbols of the alphabet whose check symbol agrees. Whether it exists is not known."""

    code: str = field(repr=False)

    @property
    def lookup(self) -> str:
        """The first group: it finds the row and is stored in the clear."""
        return self.code[:4]

    @property
    def secret(self) -> str:
        """The eleven symbols between, 46.7 bits: only their hash is stored."""
        return self.code[4:-1]


@dataclass(frozen=True, kw_only=True)
class ParsedKey:
    """Twelve symbols of the alphabet, typed as a tracking key."""

    key: str = field(repr=False)
