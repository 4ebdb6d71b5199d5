"""What every paper document is made of: a context, its words, and the paper's blank lines."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeAlias

MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)


@dataclass(frozen=True, kw_only=True)
class Qr:
    """A link to be printed as a picture; an empty link prints nothing."""

    link: str


Word: TypeAlias = str | bool | Qr | tuple[str, ...] | tuple[Mapping[str, str | Qr], ...]


class PaperContext(ABC):
    """The facts of one document. Both its templates print `words` and nothing else.

    Dates and times are those of the school's zone and are printed as given.
    """

    #: The template of a plain print, which has no DOCX and is in no catalogue; "" for a document.
    print_name: ClassVar[str] = ""

    @property
    @abstractmethod
    def title(self) -> str:
        """The title of the file, as a reader program shows it."""

    @property
    @abstractmethod
    def dated(self) -> date | None:
        """The date of the document, where it has one."""

    @abstractmethod
    def words(self) -> Mapping[str, Word]:
        """Every value that the templates print, under the name of its placeholder."""


def blank(length: int) -> str:
    """A line to be filled in by hand."""
    return "_" * length


def day(value: date) -> str:
    return f"{value:%d.%m.%Y}"


def moment(value: datetime) -> str:
    return f"{value:%d.%m.%Y, %H:%M}"


def day_in_words(value: date | None, *, gap: int) -> str:
    """«23» ноября 2026 г., or the blank of the forms with `gap` underscores for the month."""
    if value is None:
        return f"«______»{blank(gap)}20_____г."
    return f"«{value.day:02}» {MONTHS[value.month - 1]} {value.year} г."


def registered(number: str, when: date | None) -> str:
    """«№ 12 от 23.11.2026», or what of it is known."""
    return " от ".join(part for part in (number and f"№ {number}", when and day(when)) if part)


def unbroken(text: str) -> str:
    """A phone number or the like, which must not be broken at the end of a line."""
    return text.replace(" ", "\u00a0")


def lines(text: str) -> tuple[str, ...]:
    """The lines of a text whose line breaks are meant, such as a heading of several lines."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
