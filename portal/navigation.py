"""What every page is given: the school, the menu, the language."""

from dataclasses import dataclass
from typing import cast

from flask import g, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from journal_core.access.terms import Permission
from journal_core.school.queries import settings_on
from journal_core.school.terms import SchoolSettings
from portal.access import can
from portal.state import current_portal, reading, today


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    label: str
    url: str
    current: bool
    count: int | None = None


def school() -> SchoolSettings:
    """The school's settings as they stand today, read once a request."""
    if "school" not in g:
        g.school = settings_on(reading(), today())
    return cast(SchoolSettings, g.school)


def page_globals() -> dict[str, object]:
    return {
        "school": school(),
        "navigation": menu(),
        "language": str(get_locale()),
        "demo_mode": current_portal().config.is_demo,
    }


def menu() -> list[MenuItem]:
    """The ways that this person may go."""
    places = (
        (Permission.REQUEST_OFFICE_READ, "office.today", _("Сегодня")),
        (Permission.REQUEST_INTAKE_REGISTER, "office.intake", _("Приём")),
        (Permission.DIRECTORY_PEOPLE_READ, "people.index", _("Люди")),
        (Permission.INVITATION_CODE_ISSUE, "codes.index", _("Коды")),
        (Permission.CONTROL_SERVICE_READ, "quality.index", _("Качество услуги")),
        (Permission.ACCOUNT_RECOVERY_ISSUE, "recovery.index", _("Пароли")),
        (Permission.CURRICULUM_YEAR_READ, "curriculum.index", _("Учебный план")),
        (Permission.CONSENT_REGISTER_READ, "consents.index", _("Согласия")),
        (Permission.PLANS_BASE_READ, "plans.index", _("Планы")),
        (Permission.TIMETABLE_WEEK_READ, "timetable.index", _("Расписание")),
        (Permission.PRIVACY_PERSON_EXPORT, "privacy.people", _("Сведения")),
        (Permission.EXCHANGE_LISTS_EXPORT, "exchange.index", _("Обмен")),
        (Permission.SCHOOL_SETTINGS_EDIT, "school.index", _("Школа")),
        (Permission.LETTERS_KEPT_READ, "letters.index", _("Письма")),
        (Permission.ACCOUNT_OWN_USE, "home.index", _("Мой кабинет")),
    )
    return [
        MenuItem(label=label, url=url_for(endpoint), current=request.endpoint == endpoint)
        for permission, endpoint, label in places
        if can(permission) and (endpoint != "letters.index" or current_portal().config.is_demo)
    ]
