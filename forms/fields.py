"""The fields of the portal's forms: what a page needs to show one, and what its answer becomes.

Common keyword arguments of every field:
    required     the sentence shown when it is empty; without it the field is optional
    hint         a line of help under the label
    validators   further checks from `forms.validators`
    autocomplete, inputmode, width (2, 3, 4, 5, 10, 20, 30 characters; None is the whole column)
    mark_optional    False leaves out «(необязательно)»
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field
from wtforms.utils import unset_value
from wtforms.validators import StopValidation

from forms.validators import (
    Validator,
    email_shape,
    max_length,
    person_name,
    phone_digits,
    phone_shape,
)
from journal_core.people.terms import NAME_PART

Text_ = Any  # a string, or a lazy one

#: What the dialogue offers for a paper: scans, pictures, an iPhone's photographs.
PAPER_FILES = (".pdf", ".jpg", ".jpeg", ".png", ".heic", ".heif")


def tidy_line(typed: str) -> str:
    """One line as it is kept: NFC, no invisible signs, single spaces, trimmed."""
    return " ".join(_visible(typed).split())


def tidy_text(typed: str) -> str:
    """Several lines as they are kept: each tidied, at most one empty line between paragraphs."""
    lines = re.split(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]", typed)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(tidy_line, lines))).strip("\n")


def _visible(typed: str) -> str:
    """Control, format (bidi too), surrogate and private signs go; spaces of any kind stay spaces.

    They are nobody's name, and they spoil documents, letters and searches.
    """
    kept = (
        " " if sign.isspace() else sign
        for sign in typed
        if sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return unicodedata.normalize(
        "NFC", "".join(sign for sign in kept if ord(sign) & 0xFFFE != 0xFFFE)
    )


class PortalField(Field):  # type: ignore[misc]
    """What all fields share. `kind` chooses the markup in `components/fields.html`."""

    kind = "text"
    data: Any = None

    def __init__(
        self,
        label: Text_ = "",
        *,
        required: Text_ = None,
        hint: Text_ = "",
        validators: Iterable[Validator] = (),
        autocomplete: str | None = None,
        inputmode: str | None = None,
        width: int | None = None,
        mark_optional: bool = True,
        **wtforms: Any,
    ) -> None:
        self.required = required
        self.hint = hint
        self.autocomplete = autocomplete
        self.inputmode = inputmode
        self.width = width
        self.mark_optional = mark_optional
        super().__init__(label, validators=list(validators), **wtforms)

    @property
    def is_empty(self) -> bool:
        return self.data is None or self.data == ""

    @property
    def anchor(self) -> str:
        """The id of the control that the error summary leads to."""
        return str(self.id)

    @property
    def shown_label(self) -> str:
        if self.required is None and self.mark_optional:
            return str(gettext("%(label)s (необязательно)", label=self.label.text))
        return str(self.label.text)

    @property
    def shown_value(self) -> str:
        """What stands in the control: what was typed, also when it is wrong."""
        return "" if self.data is None else str(self.data)

    @property
    def error(self) -> str:
        return str(next(iter(self.errors), ""))

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation
        if self.required is not None and self.is_empty:
            raise StopValidation(self.required)

    def typed(self, values: Sequence[Any]) -> str:
        """The first value as text; a file sent under the field's name is no text."""
        return values[0] if values and isinstance(values[0], str) else ""


class Text(PortalField):
    """One line. `data` is a tidied string, "" when empty."""

    def __init__(
        self,
        label: Text_ = "",
        *,
        limit: int = 300,
        validators: Iterable[Validator] = (),
        **rest: Any,
    ) -> None:
        self.limit = limit
        super().__init__(label, validators=(max_length(limit), *validators), **rest)

    def process_data(self, value: Any) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = tidy_line(self.typed(valuelist))


class NamePart(Text):
    """A surname, first name or patronymic, in letters."""

    def __init__(
        self, label: Text_ = "", *, validators: Iterable[Validator] = (), **rest: Any
    ) -> None:
        rest = {"limit": NAME_PART, **rest}
        super().__init__(label, validators=(person_name, *validators), **rest)


class TextArea(Text):
    """Several lines."""

    kind = "textarea"

    def __init__(self, label: Text_ = "", *, limit: int = 2000, rows: int = 5, **rest: Any) -> None:
        self.rows = rows
        super().__init__(label, limit=limit, **rest)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = tidy_text(self.typed(valuelist))


class Email(Text):
    kind = "email"

    def __init__(
        self, label: Text_ = "", *, validators: Iterable[Validator] = (), **rest: Any
    ) -> None:
        rest = {"autocomplete": "email", "width": 20, "limit": 254, **rest}
        super().__init__(label, validators=(email_shape, *validators), **rest)


class Phone(Text):
    """`data` is `+79123456789`, `+…` or the digits of a town number; shown as it was typed."""

    kind = "tel"

    def __init__(
        self, label: Text_ = "", *, validators: Iterable[Validator] = (), **rest: Any
    ) -> None:
        rest = {"autocomplete": "tel", "width": 20, "limit": 40, **rest}
        super().__init__(label, validators=(phone_shape, *validators), **rest)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.shown = tidy_line(self.typed(valuelist))
        self.data = phone_digits(self.shown)

    def process_data(self, value: Any) -> None:
        self.data = self.shown = value or ""

    @property
    def shown_value(self) -> str:
        return str(self.shown)


class Password(PortalField):
    """`data` is exactly what was typed, at most `limit` characters; never shown again."""

    kind = "password"

    def __init__(
        self,
        label: Text_ = "",
        *,
        limit: int = 200,
        validators: Iterable[Validator] = (),
        **rest: Any,
    ) -> None:
        self.limit = limit
        rest = {"autocomplete": "current-password", "width": 20, **rest}
        super().__init__(label, validators=(max_length(limit), *validators), **rest)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        # A surrogate cannot be hashed, and a keyboard cannot type one.
        self.data = self.typed(valuelist).encode("utf-8", "ignore").decode("utf-8")

    @property
    def shown_value(self) -> str:
        return ""


class Code(Text):
    """A key or an invitation code: `data` is upper case without spaces and hyphens."""

    kind = "code"

    def __init__(self, label: Text_ = "", **rest: Any) -> None:
        rest = {"autocomplete": "off", "width": 20, "limit": 64, **rest}
        super().__init__(label, **rest)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.shown = tidy_line(self.typed(valuelist))
        self.data = re.sub(r"[\s‐-―−-]", "", self.shown).upper()

    def process_data(self, value: Any) -> None:
        self.data = self.shown = value or ""

    @property
    def shown_value(self) -> str:
        return str(self.shown)


class Integer(PortalField):
    """A whole number from `least` to `most`, both allowed. `data` is an int or None."""

    kind = "integer"

    def __init__(
        self, label: Text_ = "", *, least: int = 0, most: int = 1_000_000, **rest: Any
    ) -> None:
        self.least, self.most, self.shown = least, most, ""
        super().__init__(label, **{"inputmode": "numeric", "width": 4, **rest})

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.shown = tidy_line(self.typed(valuelist))
        self.data = None
        if not self.shown:
            return
        if not re.fullmatch(r"[+-]?\d{1,12}", self.shown, re.ASCII):
            raise ValueError(_("Укажите целое число цифрами"))
        self.data = int(self.shown)
        if not self.least <= self.data <= self.most:
            raise ValueError(
                _("Укажите число от %(least)s до %(most)s", least=self.least, most=self.most)
            )

    @property
    def shown_value(self) -> str:
        return self.shown or ("" if self.data is None else str(self.data))


class Time(PortalField):
    """An hour and minutes: 9:30, 09.30 or 0930. `data` is a time or None."""

    kind = "time"

    def __init__(self, label: Text_ = "", **rest: Any) -> None:
        self.shown = ""
        super().__init__(label, **{"width": 5, **rest})

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.shown = tidy_line(self.typed(valuelist))
        self.data = None
        if not self.shown:
            return
        parts = re.fullmatch(r"(\d{1,2})[:. -]?(\d{2})", self.shown, re.ASCII)
        if not parts or int(parts[1]) > 23 or int(parts[2]) > 59:
            raise ValueError(_("Укажите время часами и минутами, например 9:30"))
        self.data = time(int(parts[1]), int(parts[2]))

    @property
    def shown_value(self) -> str:
        return self.shown or (f"{self.data:%H:%M}" if self.data else "")


_MONTHS = {
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "ru-genitive": "января февраля марта апреля мая июня июля августа сентября октября ноября "
    "декабря",
    "en": "january february march april may june july august september october november december",
}


def month_number(typed: str) -> int | None:
    """A month by number or by word: Russian in two cases or English, from three letters up."""
    if re.fullmatch(r"\d{1,2}", typed, re.ASCII):
        return int(typed)
    word = typed.casefold().rstrip(".")
    if len(word) < 3:
        return None
    for names in _MONTHS.values():
        for number, name in enumerate(names.split(), start=1):
            if name.startswith(word):
                return number
    return None


class DateParts(PortalField):
    """Day, month and year in three controls named `<name>-day`, `-month`, `-year`.

    `data` is a date from 1900 to 2100, or None. A date that cannot be read is an error beside the
    field; `wrong_parts` says which controls to mark. `autocomplete="bday"` serves all three.
    """

    kind = "date"
    PARTS = ("day", "month", "year")

    def __init__(self, label: Text_ = "", **rest: Any) -> None:
        self.parts = dict.fromkeys(self.PARTS, "")
        self.wrong_parts: tuple[str, ...] = ()
        super().__init__(label, **rest)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        super().process(None, data, extra_filters)
        if isinstance(self.data, date):
            day, month, year = self.data.day, self.data.month, self.data.year
            self.parts = {"day": str(day), "month": str(month), "year": str(year)}
        if formdata is None:
            return
        self.parts = {
            part: tidy_line(self.typed(formdata.getlist(f"{self.name}-{part}")))[:20]
            for part in self.PARTS
        }
        self.data = None
        try:
            self.data = self._read()
        except ValueError as unreadable:
            self.process_errors.append(unreadable.args[0])

    def _read(self) -> date | None:
        missing = tuple(part for part in self.PARTS if not self.parts[part])
        if len(missing) == len(self.PARTS):
            return None
        if missing:
            raise self._unreadable(missing, _("Укажите дату целиком: день, месяц и год"))
        day = self._number("day", 2)
        month = month_number(self.parts["month"])
        year = self._number("year", 4)
        if day is None or not 1 <= day <= 31:
            raise self._unreadable(("day",), _("День — это число от 1 до 31"))
        if month is None or not 1 <= month <= 12:
            raise self._unreadable(("month",), _("Месяц — это число от 1 до 12 или слово"))
        if year is None or not 1900 <= year <= 2100:
            raise self._unreadable(("year",), _("Год — это четыре цифры, например 2015"))
        try:
            return date(year, month, day)
        except ValueError:
            raise self._unreadable(
                self.PARTS, _("Такой даты нет — проверьте день и месяц")
            ) from None

    def _number(self, part: str, digits: int) -> int | None:
        typed = self.parts[part]
        return int(typed) if re.fullmatch(rf"\d{{1,{digits}}}", typed, re.ASCII) else None

    def _unreadable(self, parts: tuple[str, ...], message: Any) -> ValueError:
        self.wrong_parts = parts
        return ValueError(message)

    @property
    def marked_parts(self) -> tuple[str, ...]:
        """The controls drawn as wrong: those that are, or all when the whole date is."""
        return (self.wrong_parts or self.PARTS) if self.errors else ()

    @property
    def anchor(self) -> str:
        return f"{self.id}-{(self.wrong_parts or self.PARTS)[0]}"

    @property
    def shown_parts(self) -> list[dict[str, Any]]:
        """What the page needs for the three controls."""
        labels = {"day": gettext("День"), "month": gettext("Месяц"), "year": gettext("Год")}
        return [
            {
                "name": part,
                "label": labels[part],
                "value": self.parts[part],
                "width": 5 if len(self.parts[part]) > 4 else 4 if part == "year" else 2,
                "wrong": part in self.marked_parts,
                "autocomplete": f"{self.autocomplete}-{part}" if self.autocomplete else None,
            }
            for part in self.PARTS
        ]


@dataclass(frozen=True)
class Option:
    """One answer to choose: the value stored, its words, and a line of help."""

    value: Any
    label: Any
    hint: Any = ""


Options = type[StrEnum] | Iterable[Option]


def options_of(
    words: type[StrEnum],
    labels: Mapping[Any, Any],
    hints: Mapping[Any, Any] | None = None,
) -> list[Option]:
    """The members of an enum in their order; a member without a label is not offered."""
    hints = hints or {}
    return [Option(word, labels[word], hints.get(word, "")) for word in words if word in labels]


class _Choosing(PortalField):
    """A field with options. They may be replaced before validation: `form.slot.options = […]`."""

    def __init__(
        self,
        label: Text_ = "",
        options: Options = (),
        *,
        labels: Mapping[Any, Any] | None = None,
        hints: Mapping[Any, Any] | None = None,
        **rest: Any,
    ) -> None:
        self.options: list[Option] = (
            options_of(options, labels or {}, hints) if isinstance(options, type) else list(options)
        )
        super().__init__(label, **rest)

    def option(self, typed: str) -> Option | None:
        return next((option for option in self.options if str(option.value) == typed), None)


class Choice(_Choosing):
    """Radios. `data` is the chosen option's value (the enum's member) or None.

    Choice(_("Кто вы ребёнку?"), Capacity, labels=CAPACITY_LABELS, hints=…, required=_("…"))
    Choice(_("Время"), [Option("9:00", "9:00")], inline=True, small=True, required=_("…"))
    """

    kind = "radios"

    def __init__(
        self,
        label: Text_ = "",
        options: Options = (),
        *,
        inline: bool = False,
        small: bool = False,
        **rest: Any,
    ) -> None:
        self.inline, self.small = inline, small
        self.chosen = ""
        super().__init__(label, options, **rest)

    def process_data(self, value: Any) -> None:
        self.data = value
        self.chosen = "" if value is None else str(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.chosen = tidy_line(self.typed(valuelist))
        option = self.option(self.chosen)
        self.data = option.value if option else None

    def pre_validate(self, form: Any) -> None:
        option = self.option(self.chosen)
        if self.chosen and option is None:
            raise StopValidation(_("Выберите один из предложенных ответов"))
        self.data = option.value if option else None
        super().pre_validate(form)

    def is_chosen(self, option: Option) -> bool:
        return str(option.value) == self.chosen


class Select(Choice):
    """A drop-down; `blank` is its first, empty line."""

    kind = "select"

    def __init__(
        self, label: Text_ = "", options: Options = (), *, blank: Text_ = None, **rest: Any
    ) -> None:
        self.blank = blank if blank is not None else _("Выберите…")
        super().__init__(label, options, **rest)


class CheckboxGroup(_Choosing):
    """Several answers. `data` is a tuple of the chosen options' values in the options' order."""

    kind = "checkboxes"

    def __init__(
        self, label: Text_ = "", options: Options = (), *, small: bool = False, **rest: Any
    ) -> None:
        self.small = small
        self.chosen: set[str] = set()
        super().__init__(label, options, **rest)

    @property
    def is_empty(self) -> bool:
        return not self.data

    def process_data(self, value: Any) -> None:
        self.data = tuple(value or ())
        self.chosen = {str(one) for one in self.data}

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.chosen = {tidy_line(one) for one in valuelist if isinstance(one, str)}
        self.data = self._chosen_values()

    def pre_validate(self, form: Any) -> None:
        if any(self.option(typed) is None for typed in self.chosen):
            raise StopValidation(_("Выберите из предложенных ответов"))
        self.data = self._chosen_values()
        super().pre_validate(form)

    def _chosen_values(self) -> tuple[Any, ...]:
        return tuple(option.value for option in self.options if self.is_chosen(option))

    def is_chosen(self, option: Option) -> bool:
        return str(option.value) in self.chosen


class Checkbox(PortalField):
    """One tick; `label` is the statement, `required` makes it obligatory. `data` is a bool."""

    kind = "checkbox"

    def __init__(self, label: Text_ = "", *, small: bool = False, **rest: Any) -> None:
        self.small = small
        super().__init__(label, **{"mark_optional": False, **rest})

    @property
    def is_empty(self) -> bool:
        return not self.data

    def process_data(self, value: Any) -> None:
        self.data = bool(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = bool(self.typed(valuelist))


class Files(PortalField):
    """Files to send. `data` is a list of FileStorage, [] when none; what they are is not judged.

    `accept` is what the dialogue offers (".pdf", ".jpg"); `most` the number that may come at once.
    """

    kind = "files"

    def __init__(
        self,
        label: Text_ = "",
        *,
        accept: Sequence[str] = (),
        most: int = 5,
        multiple: bool = True,
        **rest: Any,
    ) -> None:
        self.accept, self.most, self.multiple = accept, most if multiple else 1, multiple
        super().__init__(label, **rest)

    @property
    def is_empty(self) -> bool:
        return not self.data

    def process_data(self, value: Any) -> None:
        self.data = []

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = [sent for sent in valuelist if getattr(sent, "filename", "")]
        if len(self.data) > self.most:
            raise ValueError(_("Выберите файлов не больше, чем %(most)s", most=self.most))


class Hidden(PortalField):
    """A value the page carries. `data` is a string."""

    kind = "hidden"

    def __init__(self, label: Text_ = "", **rest: Any) -> None:
        super().__init__(label, **{"mark_optional": False, **rest})

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else str(value)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = tidy_line(self.typed(valuelist))[:2000]
