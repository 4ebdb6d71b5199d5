"""Where a consent stands, told by its dates."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from journal_core.people.terms import PersonName


class ConsentState(StrEnum):
    """No machine: nobody is refused a move by name, the dates say it all."""

    MISSING = "missing"
    PRINTED = "printed"
    #: The representative said no: nothing is blocked by it, and nobody is reminded (SVC-2.13).
    DECLINED = "declined"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"
    #: The pupil is 18: nobody consents for them any more (SVC-2.12.3).
    ADULT = "adult"


#: States in which the school still waits for a signed sheet (POL-3.5.7).
UNSIGNED = frozenset({ConsentState.MISSING, ConsentState.PRINTED})


@dataclass(frozen=True, kw_only=True)
class ConsentRow:
    """A pupil and one representative, with the consent between them (FRM-3).

    A pupil without a representative on the list has a row, too: `representation_id` and
    `person_id` are None, the representative's name is empty, and the consent is missing.
    """

    pupil_id: UUID
    pupil: PersonName
    class_name: str
    representation_id: UUID | None
    person_id: UUID | None
    representative: PersonName
    state: ConsentState
    printed_at: datetime | None
    declined_on: date | None
    signed_on: date | None
    withdrawn_on: date | None
    erased_on: date | None

    @property
    def is_unsigned(self) -> bool:
        return self.state in UNSIGNED

    @property
    def may_print(self) -> bool:
        """Whether a sheet can be made: somebody is there to sign it, and has not yet."""
        return self.representation_id is not None and (
            self.is_unsigned or self.state in {ConsentState.DECLINED, ConsentState.WITHDRAWN}
        )
