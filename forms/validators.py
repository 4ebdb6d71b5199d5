"""Checks of shape, each with a sentence that says what to do.

A check lets an empty answer pass: that a field must be answered is said by its `required`
message, or by `required_when` if it depends on another answer.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _
from wtforms.validators import StopValidation, ValidationError

from journal_core.people.rules import is_name

Validator = Callable[[Any, Any], None]

_EMAIL = re.compile(
    r"[A-Za-zА-Яа-яЁё0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@"
    r"(?:[A-Za-zА-Яа-яЁё0-9](?:[A-Za-zА-Яа-яЁё0-9-]{0,61}[A-Za-zА-Яа-яЁё0-9])?\.)+"
    r"[A-Za-zА-Яа-яЁё0-9-]{2,63}"
)
_PHONE_PUNCTUATION = re.compile(r"[\s().‐‑–—-]+")
_PHONE = re.compile(r"\+?\d{5,15}", re.ASCII)
_RUSSIAN_TRUNK = re.compile(r"8(\d{10})", re.ASCII)
_RUSSIAN_MOBILE = re.compile(r"9\d{9}", re.ASCII)


def required(message: Any) -> Validator:
    """The field must be answered."""

    def check(form: Any, field: Any) -> None:
        if field.is_empty:
            raise StopValidation(message)

    return check


def required_when(other: str, values: Any, message: Any) -> Validator:
    """The field must be answered when the field `other` holds `values` (one, or a set of them)."""
    wanted = values if isinstance(values, (set, frozenset, tuple, list)) else (values,)

    def check(form: Any, field: Any) -> None:
        if field.is_empty and form[other].data in wanted:
            raise StopValidation(message)

    return check


def max_length(limit: int) -> Validator:
    """At most `limit` characters, counted after the text is tidied."""

    def check(form: Any, field: Any) -> None:
        excess = len(field.data or "") - limit
        if excess > 0:
            raise StopValidation(
                _(
                    "Сократите ответ: можно не больше %(limit)s знаков, лишних — %(excess)s",
                    limit=limit,
                    excess=excess,
                )
            )

    return check


def min_length(limit: int, message: Any) -> Validator:
    """At least `limit` characters."""

    def check(form: Any, field: Any) -> None:
        if field.data and len(field.data) < limit:
            raise ValidationError(message)

    return check


def same_as(other: str, message: Any) -> Validator:
    """Equal to the field `other`."""

    def check(form: Any, field: Any) -> None:
        if field.data != form[other].data:
            raise ValidationError(message)

    return check


def email_shape(form: Any, field: Any) -> None:
    """An address that mail can be sent to: one `@`, a domain with a dot, 254 characters at most."""
    address = field.data
    if not address:
        return
    local = address.partition("@")[0]
    if (
        len(address) > 254
        or not _EMAIL.fullmatch(address)
        or ".." in address
        or local.startswith(".")
        or local.endswith(".")
    ):
        raise ValidationError(
            _("Проверьте адрес электронной почты. Он выглядит так: imya@example.ru")
        )


def phone_digits(typed: str) -> str:
    """`+7…` for a Russian number however it is typed, `+…` for a foreign one, digits for others."""
    bare = _PHONE_PUNCTUATION.sub("", typed)
    if trunk := _RUSSIAN_TRUNK.fullmatch(bare):
        return f"+7{trunk.group(1)}"
    if _RUSSIAN_MOBILE.fullmatch(bare):
        return f"+7{bare}"
    if bare.startswith("7") and len(bare) == 11:
        return f"+{bare}"
    return bare


def phone_shape(form: Any, field: Any) -> None:
    """From 5 digits (a town number) to 15; a number in `+7` has exactly ten more."""
    number = field.data
    if not number:
        return
    if not _PHONE.fullmatch(number) or (number.startswith("+7") and len(number) != 12):
        raise ValidationError(
            _("Проверьте номер телефона: нужны все цифры, например +7 912 345-67-89")
        )


def person_name(form: Any, field: Any) -> None:
    """Letters, and what stands between them."""
    if field.data and not is_name(field.data):
        raise ValidationError(_("Напишите имя буквами: цифры и другие знаки здесь не подходят"))


def not_in_future(today: Callable[[], date], message: Any = None) -> Validator:
    """`today` gives the school's day; that day itself is allowed."""

    def check(form: Any, field: Any) -> None:
        if field.data and field.data > today():
            raise ValidationError(message or _("Дата ещё не наступила — проверьте год"))

    return check


def date_between(first: date, last: date, message: Any = None) -> Validator:
    """Both bounds are allowed."""

    def check(form: Any, field: Any) -> None:
        if field.data and not first <= field.data <= last:
            raise ValidationError(
                message
                or _(
                    "Укажите дату от %(first)s до %(last)s",
                    first=format_date(first, "dd.MM.yyyy"),
                    last=format_date(last, "dd.MM.yyyy"),
                )
            )

    return check
