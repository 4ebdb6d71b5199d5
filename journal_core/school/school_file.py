"""The school as a file: JSON with dated settings, signatories and classes."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from journal_core.errors import RuleBroken
from journal_core.school.terms import Setting

FORMAT = "school/1"


@dataclass(frozen=True, kw_only=True)
class DatedSetting:
    key: str
    value: Setting
    valid_from: date
    order_number: str


@dataclass(frozen=True, kw_only=True)
class ToldSignatory:
    """A signatory with the full name of the person instead of its id."""

    person: str
    name: str
    name_dative: str
    position: str
    position_dative: str
    order_number: str
    order_date: date | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class SchoolFile:
    """`classes` are (academic year, grade, letter)."""

    settings: tuple[DatedSetting, ...]
    signatories: tuple[ToldSignatory, ...]
    classes: tuple[tuple[int, int, str], ...]


def write_school(school: SchoolFile) -> str:
    told = {"format": FORMAT, **asdict(school)}
    return json.dumps(told, ensure_ascii=False, indent=2, default=str) + "\n"


def read_school(text: str) -> SchoolFile:
    """The file read back. Raises RuleBroken `school_file_unreadable` with the place in `where`."""
    where = ""
    try:
        told = json.loads(text)
        where = "format"
        if told["format"] != FORMAT:
            raise ValueError(told["format"])
        where = "settings"
        settings = tuple(DatedSetting(**_dated(entry, "valid_from")) for entry in told["settings"])
        where = "signatories"
        signatories = tuple(
            ToldSignatory(**_dated(entry, "valid_from", "valid_to", "order_date"))
            for entry in told["signatories"]
        )
        where = "classes"
        classes = tuple(
            (int(year), int(grade), str(letter)) for year, grade, letter in told["classes"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise RuleBroken("school_file_unreadable", where=where) from error
    return SchoolFile(settings=settings, signatories=signatories, classes=classes)


def _dated(entry: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {
        key: date.fromisoformat(value) if key in keys and value is not None else value
        for key, value in entry.items()
    }
