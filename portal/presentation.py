"""How dates, times, numbers and phones are written for people, in the language of the page."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.units import format_unit
from flask import Flask
from flask_babel import format_decimal, get_locale, gettext
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from journal_core.access.terms import APPLICANT
from portal.perform import OPERATOR, SYSTEM

NBSP = "\u00a0"
KILOBYTE = 1024


def _(words: str, **facts: object) -> str:
    return str(gettext(words, **facts))


def language() -> str:
    """`ru` or `en`: the language of the page, Russian outside one."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "ru"


def long_date(day: date | None) -> str:
    """23 ноября 2026 г. / 23 November 2026."""
    if day is None:
        return ""
    pattern = "d MMMM y" if language() == "en" else "d MMMM y 'г'."
    return _tied(babel_date(day, pattern, locale=language()))


def short_date(day: date | None) -> str:
    """23.11.2026 in both languages: the way the school's papers have it."""
    return "" if day is None else f"{day:%d.%m.%Y}"


def weekday_date(day: date | None) -> str:
    """понедельник, 23 ноября / Monday, 23 November."""
    return "" if day is None else _tied(babel_date(day, "EEEE, d MMMM", locale=language()))


def month(day: date | None) -> str:
    """ноябрь 2026 / November 2026."""
    return "" if day is None else nbsp(babel_date(day, "LLLL y", locale=language()))


def month_short(day: date | None) -> str:
    """нояб. / Nov."""
    return "" if day is None else babel_date(day, "LLL", locale=language())


def clock_time(moment: time | datetime | None) -> str:
    """9:05. A moment must already be in the school's zone; the filter `time` brings it there."""
    return "" if moment is None else f"{moment.hour}:{moment.minute:02}"


def phone(number: str | None) -> str:
    """+7 912 345-67-89 with spaces that do not break; a number of another shape as it is."""
    number = number or ""
    if len(number) == 12 and number.startswith("+7") and number[1:].isdigit():
        groups = (number[:2], number[2:5], f"{number[5:8]}-{number[8:10]}-{number[10:]}")
        return NBSP.join(groups)
    return number.replace(" ", NBSP)


def filesize(size: int | None) -> str:
    """Bytes, whole kilobytes, megabytes with one decimal."""
    if size is None:
        return ""
    if size < KILOBYTE:
        return _("%(size)s Б", size=size).replace(" ", NBSP)
    if size < KILOBYTE**2:
        return _("%(size)s КБ", size=round(size / KILOBYTE)).replace(" ", NBSP)
    shown = f"{size / KILOBYTE**2:.1f}"
    if language() == "ru":
        shown = shown.replace(".", ",")
    return _("%(size)s МБ", size=shown).replace(" ", NBSP)


def actor(label: str) -> str:
    """Who acted, as the record has it; who has no name is called in the language of the page."""
    nameless = {
        APPLICANT: _("заявитель"),
        SYSTEM.label: _("система"),
        OPERATOR.label: _("командная строка"),
    }
    return nameless.get(label, label)


def span(number: int, unit: str) -> str:
    """«30 дней», «5 лет» / “30 days”: `unit` is `day` or `year`."""
    return nbsp(format_unit(number, f"duration-{unit}", locale=language()))


def nbsp(text: object) -> str:
    """The words tied to each other: a number does not part from its unit at a line's end."""
    return str(text).replace(" ", NBSP)


def _tied(written: str) -> str:
    """The day stays with its month, the year with its «г.»."""
    head, comma, tail = written.rpartition(", ")
    return f"{head}{comma}{nbsp(tail)}"


def register(app: Flask, zone: ZoneInfo) -> None:
    """Give the templates the filters, and the macros of GOV.UK Frontend. `zone` is the school's."""

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone) if moment.tzinfo else moment

    def day_of(day: date | None) -> date | None:
        return local(day).date() if isinstance(day, datetime) else day

    def moment_text(moment: datetime | None) -> str:
        if moment is None:
            return ""
        here = local(moment)
        day, clock = long_date(here.date()), clock_time(here)
        return _("%(day)s в %(time)s", day=day, time=clock)

    def time_text(moment: time | datetime | None) -> str:
        return clock_time(local(moment) if isinstance(moment, datetime) else moment)

    app.jinja_env.filters.update(
        {
            "actor": actor,
            "date": lambda day: long_date(day_of(day)),
            "short_date": lambda day: short_date(day_of(day)),
            "month": month,
            "month_short": month_short,
            "weekday_date": lambda day: weekday_date(day_of(day)),
            "datetime": moment_text,
            "time": time_text,
            "phone": phone,
            "filesize": filesize,
            "nbsp": nbsp,
            "span": span,
            "hours": format_decimal,
            "school_year": lambda year: f"{year}/{year + 1}",
        }
    )
    loader = app.jinja_loader
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([loader, govuk] if loader else [govuk])
