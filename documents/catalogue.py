"""The catalogue of documents: every kind with its context, templates and an example.

A context is also written as flat JSON: strings and lists of strings. Dates are ISO 8601
(`2026-04-30`, `2026-04-30T10:05`), choices are the values of their enums, "" is "not known".
"""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from documents import (
    application,
    code_slip,
    consent,
    consent_reminder,
    mark_correction,
    poster,
    receipt,
    refusal,
    substitution_book,
)
from documents.paper import PaperContext

TEMPLATES = Path(__file__).parent / "templates"


class ContextError(ValueError):
    """A JSON context that does not fit its kind; the message names every wrong field."""


@dataclass(frozen=True, kw_only=True)
class DocumentKind:
    name: str
    context: type[PaperContext]
    example: PaperContext

    @property
    def docx(self) -> Path:
        return TEMPLATES / f"{self.name}.docx"

    @property
    def typst(self) -> Path:
        return TEMPLATES / f"{self.name}.typ"


KINDS: Mapping[str, DocumentKind] = MappingProxyType(
    {
        name: DocumentKind(name=name, context=type(example), example=example)
        for name, example in (
            ("application", application.EXAMPLE),
            ("refusal", refusal.EXAMPLE),
            ("receipt", receipt.EXAMPLE),
            ("code_slip", code_slip.EXAMPLE),
            ("poster", poster.EXAMPLE),
            ("consent", consent.EXAMPLE),
            ("consent_reminder", consent_reminder.EXAMPLE),
            ("mark_correction", mark_correction.EXAMPLE),
        )
    }
)


#: Prints of lists as they stand: PDF alone, with no template that the school could replace.
PRINTS: Mapping[str, DocumentKind] = MappingProxyType(
    {
        name: DocumentKind(name=name, context=type(example), example=example)
        for name, example in (("substitution_book", substitution_book.EXAMPLE),)
    }
)


def kind_of(context: PaperContext) -> DocumentKind:
    every = (*KINDS.values(), *PRINTS.values())
    return next(kind for kind in every if kind.context is type(context))


def example_json(kind: DocumentKind) -> dict[str, str | list[str]]:
    """The example as flat JSON, to start from."""
    return {field.name: _written(getattr(kind.example, field.name)) for field in _fields(kind)}


def context_from_json(kind: DocumentKind, mapping: Mapping[str, object]) -> PaperContext:
    """The context from flat JSON.

    Raises ContextError that names all missing and unknown fields, or all values that cannot be
    read; a field that has a default may be absent.
    """
    known = {field.name: field for field in _fields(kind)}
    missing = [name for name, field in known.items() if _needed(field) and name not in mapping]
    unknown = [name for name in mapping if name not in known]
    if missing or unknown:
        raise ContextError(_complaint(kind, missing=missing, unknown=unknown))
    hints = get_type_hints(kind.context)
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for name, value in mapping.items():
        try:
            values[name] = _read(hints[name], value)
        except ValueError as error:
            wrong.append(f"{name}: {error}")
    if wrong:
        raise ContextError("; ".join(wrong))
    try:
        return kind.context(**values)
    except ValueError as error:
        raise ContextError(str(error)) from error


def _fields(kind: DocumentKind) -> tuple[Field[Any], ...]:
    # mypy cannot know that every context is a dataclass: the abstract base has no fields.
    return fields(kind.context)  # type: ignore[arg-type]


def _needed(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _complaint(kind: DocumentKind, *, missing: list[str], unknown: list[str]) -> str:
    parts = [
        f"{word} fields: {', '.join(sorted(names))}"
        for word, names in (("missing", missing), ("unknown", unknown))
        if names
    ]
    return f"{kind.name}: " + "; ".join(parts)


def _written(value: object) -> str | list[str]:
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return "" if value is None else str(value)


def _read(hint: Any, value: object) -> object:
    if get_origin(hint) is tuple:
        if not isinstance(value, (list, tuple)):
            raise ValueError("must be a list of strings")
        item_hint = get_args(hint)[0]
        return tuple(_read(item_hint, item) for item in value)
    if not isinstance(value, str):
        raise ValueError("must be a string")
    if isinstance(hint, UnionType):
        if not value:
            return None
        (hint,) = (part for part in get_args(hint) if part is not NoneType)
    return _read_text(hint, value)


def _read_text(hint: Any, value: str) -> object:
    if hint is str:
        return value
    if hint in {date, datetime}:
        try:
            return hint.fromisoformat(value)
        except ValueError:
            example = "2026-04-30" if hint is date else "2026-04-30T10:05"
            raise ValueError(f"must be written as {example}") from None
    if issubclass(hint, StrEnum):
        if value not in set(hint):
            raise ValueError(f"must be one of {', '.join(hint)}")
        return hint(value)
    raise TypeError(f"no reading for {hint}")
