"""What a cell says: pure functions from the text of a cell to a value, and back.

A spreadsheet hands out dates as dates or as text, whole numbers as fractions; a CSV file has
text alone. Everything becomes text first, so that both are read by one rule.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from journal_core.exchange.terms import Cell, Reason
from journal_core.people.rules import is_name
from journal_core.people.terms import NAME_PART

#: Signs with which a spreadsheet begins a formula; in a CSV file an apostrophe stands before them.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
#: Years that a school's lists may name.
FIRST_YEAR, LAST_YEAR = 1900, 2100
FIRST_GRADE, LAST_GRADE = 1, 11
#: Hours a week of one subject; lessons of one topic.
MOST_HOURS = 40
#: Characters of a class's letter.
MOST_LETTERS = 10
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб")

_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?: г\.?)?(?: 0:00(?::00)?)?")
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[ T]00:00(?::00)?)?")
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?")
_YEAR = re.compile(r"(\d{4})(?: ?[/–-] ?(\d{2}|\d{4}))?")
_CLASS = re.compile(r"(\d{1,2})[\s\-–«\"']*([^\W\d_]+)[»\"']*")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: Letters of a class typed on the other keyboard.
_LATIN = str.maketrans("ABEKMHOPCTX", "АВЕКМНОРСТХ")


class Unreadable(Exception):
    """The cell does not say what its column wants."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def text_of(cell: Cell | timedelta) -> str:
    """The cell as text: whole numbers without a fraction, days as 2026-09-01, times as 08:30."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "да" if cell else "нет"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(cell, datetime):
        midnight = cell.time() == time()
        return cell.date().isoformat() if midnight else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    return str(cell.isoformat() if isinstance(cell, date) else cell)


def without_guard(text: str) -> str:
    """A CSV cell without the apostrophe that keeps it from being a formula."""
    return text[1:] if text.startswith("'") and _is_formula(text) else text


def with_guard(text: str) -> str:
    """A CSV cell that no spreadsheet takes for a formula."""
    return "'" + text if _is_formula(text) else text


def _is_formula(text: str) -> bool:
    """Apostrophes before it stand for themselves: one more is put before them."""
    return text.lstrip("'").startswith(FORMULA_SIGNS)


def tidy(text: str) -> str:
    """One line, single spaces; a cell that holds an error of its formula is refused."""
    return " ".join(text.replace("\u00a0", " ").split())


def words(limit: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > limit:
            raise Unreadable(Reason.CELL_LONG)
        return text

    return read


def name_part(text: str) -> str:
    """A surname, first name or patronymic, by the rule of the forms."""
    if not is_name(text):
        raise Unreadable(Reason.NAME_FORM)
    return words(NAME_PART)(text)


def mail(text: str) -> str:
    if not _MAIL.fullmatch(text):
        raise Unreadable(Reason.MAIL_FORM)
    return words(254)(text)


def day(text: str) -> date:
    """«01.09.2026» or «2026-09-01». Raises Unreadable, also for a day that no month has."""
    try:
        if match := _DAY.fullmatch(text):
            found = date(int(match[3]), int(match[2]), int(match[1]))
        elif match := _ISO_DAY.fullmatch(text):
            found = date(int(match[1]), int(match[2]), int(match[3]))
        else:
            raise Unreadable(Reason.DATE_FORM)
    except ValueError as error:
        raise Unreadable(Reason.DATE_FORM) from error
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Unreadable(Reason.DATE_FORM)
    return found


def clock_time(text: str) -> time:
    match = _TIME.fullmatch(text)
    try:
        return time(int(match[1]), int(match[2])) if match else _refuse(Reason.TIME_FORM)
    except ValueError as error:
        raise Unreadable(Reason.TIME_FORM) from error


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or len(text) > 6 or not least <= int(text) <= most:
            raise Unreadable(Reason.NUMBER_FORM)
        return int(text)

    return read


def hours(text: str) -> float:
    """Hours a week; halves and quarters count, a comma is a point."""
    try:
        found = float(text.replace(",", "."))
    except ValueError as error:
        raise Unreadable(Reason.HOURS) from error
    if not 0 < found <= MOST_HOURS or not (found * 4).is_integer():
        raise Unreadable(Reason.HOURS)
    return found


def year(text: str) -> int:
    """«2026/2027» as 2026, the calendar year in which the academic year begins."""
    match = _YEAR.fullmatch(text)
    if match is None or not FIRST_YEAR < int(match[1]) < LAST_YEAR:
        raise Unreadable(Reason.YEAR_FORM)
    begins, ends = int(match[1]), match[2]
    if ends and not str(begins + 1).endswith(ends):
        raise Unreadable(Reason.YEAR_FORM)
    return begins


def class_name(text: str) -> tuple[int, str]:
    """«7А», «7 "а"» and «7-A» (in Latin) as (7, "А")."""
    match = _CLASS.fullmatch(text)
    if match is None or not FIRST_GRADE <= int(match[1]) <= LAST_GRADE:
        raise Unreadable(Reason.CLASS_FORM)
    letter = match[2].upper().translate(_LATIN)
    if len(letter) > MOST_LETTERS:
        raise Unreadable(Reason.CLASS_FORM)
    return int(match[1]), letter


def weekday(text: str) -> int:
    """«Пн» … «Сб», or the whole word; Monday is 1."""
    short = text.casefold()[:2] if text else ""
    full = {"понедельник": 1, "вторник": 2, "среда": 3, "четверг": 4, "пятница": 5, "суббота": 6}
    if text.casefold() in full:
        return full[text.casefold()]
    if short in WEEKDAYS and len(text.rstrip(".")) == len(short):
        return WEEKDAYS.index(short) + 1
    raise Unreadable(Reason.CHOICE)


def one_of(choices: Mapping[str, Any]) -> Callable[[str], Any]:
    """The value that the word stands for; case and ё do not matter."""
    folded = {fold(word): value for word, value in choices.items()}

    def read(text: str) -> Any:
        try:
            return folded[fold(text)]
        except KeyError:
            raise Unreadable(Reason.CHOICE) from None

    return read


def written(choices: Mapping[str, Any], value: object) -> str:
    """The word that stands for the value; "" for none."""
    return next((word for word, known in choices.items() if known == value), "")


def fold(text: str) -> str:
    """Case, ё/е and spaces no longer matter."""
    return "".join(text.casefold().replace("ё", "е").split())


def _refuse(reason: Reason) -> Any:
    raise Unreadable(reason)
