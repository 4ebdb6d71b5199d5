"""Words and value types of persons."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: Letters of a surname, first name or patronymic.
NAME_PART = 300


class Gender(StrEnum):
    FEMALE = "female"
    MALE = "male"


class GrammaticalCase(StrEnum):
    GENITIVE = "genitive"
    DATIVE = "dative"


@dataclass(frozen=True, kw_only=True)
class PersonName:
    """A person's name as written in the documents; the patronymic may be absent ("")."""

    last_name: str
    first_name: str
    patronymic: str = ""

    @property
    def full(self) -> str:
        """«Фамилия Имя Отчество»."""
        return " ".join(part for part in (self.last_name, self.first_name, self.patronymic) if part)

    @property
    def initials(self) -> str:
        """«И.О.Фамилия», the way signatures are spelled out in the forms."""
        letters = "".join(f"{part[0]}." for part in (self.first_name, self.patronymic) if part)
        return f"{letters}{self.last_name}"


class RepresentativeKind(StrEnum):
    """What a legal representative is to the child (SVC-2.5, 2.6.3, 2.6.4)."""

    PARENT = "parent"
    GUARDIAN = "guardian"


class RightEndReason(StrEnum):
    """What time brings about: coming of age, leaving the school, the end of a guardianship."""

    ADULTHOOD = "adulthood"
    LEAVING = "leaving"
    TERM = "term"


@dataclass(frozen=True, kw_only=True)
class RightEnd:
    """What ends a right to the diary; `since` is the first day on which nothing is read."""

    reason: RightEndReason
    since: date
