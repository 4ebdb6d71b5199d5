"""The family of errors that the core raises; `portal.errors` maps each to a status and a page."""

from collections.abc import Mapping


class CoreError(Exception):
    """A refusal that a person will read. `code` names its words, `facts` fill them in."""

    def __init__(self, code: str, clause: str | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.clause = clause
        self.facts: Mapping[str, object] = facts


class NotFound(CoreError):
    """The thing does not exist, or is not the asker's to know of."""


class NotAllowed(CoreError):
    """The actor lacks the permission for the act."""


class StaleVersion(CoreError):
    """Somebody else changed the thing since the actor saw it."""


class RuleBroken(CoreError):
    """A rule of the regulation or of the school forbids the act. `clause` says which."""


class TransitionRefused(RuleBroken):
    """The state does not allow the move."""


class CalendarNotPublished(RuleBroken):
    """The dates asked for lie past the last published year: no promise can be made."""
