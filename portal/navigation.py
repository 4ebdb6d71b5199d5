"""What every page is given: the school, the menu, the language."""

from dataclasses import dataclass
from typing import NamedTuple, cast

from flask import g, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from journal_core.access.terms import Permission
from journal_core.school.queries import settings_on
from journal_core.school.terms import SchoolSettings
from portal.access import signed_in
from portal.state import current_portal, reading, today


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Menu:
    """The sections that a person may open, and the pages of the one that is open."""

    sections: list[MenuItem]
    pages: list[MenuItem]


#: What somebody who may open no more sees in one row.
ONE_ROW = 8


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


def menu() -> Menu:
    """The ways that this person may go: by sections, or in one row where they are few."""
    account = signed_in()
    if account is None:
        return Menu(sections=[], pages=[])
    sections = [
        (name, [page for page in pages if _may_open(page, account.permissions)])
        for name, pages in _sections()
    ]
    sections = [(name, pages) for name, pages in sections if pages]
    here = _here([page for _name, pages in sections for page in pages])
    if sum(len(pages) for _name, pages in sections) <= ONE_ROW:
        return Menu(
            sections=_items([page for _, pages in sections for page in pages], here), pages=[]
        )
    open_pages = next((pages for _name, pages in sections if here in pages), [])
    return Menu(
        sections=[
            MenuItem(
                label=name if len(pages) > 1 else pages[0].label,
                url=url_for(pages[0].endpoint),
                current=pages is open_pages,
            )
            for name, pages in sections
        ],
        pages=_items(open_pages, here) if len(open_pages) > 1 else [],
    )


class _Page(NamedTuple):
    permission: Permission
    endpoint: str
    label: str


def _sections() -> tuple[tuple[str, tuple[_Page, ...]], ...]:
    return (
        (
            _("Услуга"),
            (
                _Page(Permission.REQUEST_OFFICE_READ, "office.today", _("Сегодня")),
                _Page(Permission.REQUEST_INTAKE_REGISTER, "office.intake", _("Приём")),
                _Page(Permission.CONTROL_SERVICE_READ, "quality.index", _("Качество услуги")),
                _Page(Permission.LETTERS_KEPT_READ, "letters.index", _("Письма")),
            ),
        ),
        (
            _("Люди"),
            (
                _Page(Permission.DIRECTORY_PEOPLE_READ, "people.index", _("Поиск")),
                _Page(Permission.CLASS_OWN_READ, "classes.index", _("Классы")),
                _Page(Permission.DIRECTORY_PEOPLE_READ, "orders.index", _("Приказы")),
                _Page(Permission.INVITATION_CODE_ISSUE, "codes.index", _("Коды")),
                _Page(Permission.ACCOUNT_RECOVERY_ISSUE, "recovery.index", _("Пароли")),
                _Page(Permission.CONSENT_REGISTER_READ, "consents.index", _("Согласия")),
                _Page(Permission.PRIVACY_PERSON_EXPORT, "privacy.people", _("Сведения")),
            ),
        ),
        (
            _("Журнал"),
            (
                _Page(Permission.JOURNAL_PAGE_READ, "journal.index", _("Страницы")),
                _Page(Permission.JOURNAL_PAGE_READ, "works.index", _("Работы")),
                _Page(Permission.ATTENDANCE_CLASS_READ, "attendance.index", _("Посещаемость")),
                _Page(Permission.FAMILIES_CLASS_READ, "diary_visits.index", _("Семьи")),
                _Page(Permission.JOURNAL_PAGE_READ, "period_marks.index", _("Итоги")),
                _Page(Permission.JOURNAL_PAGE_READ, "corrections.index", _("Исправления")),
                _Page(Permission.DUTY_WEEK_READ, "weekly_duty.index", _("Обновление")),
            ),
        ),
        (
            _("Учёба"),
            (
                _Page(Permission.LESSONS_ANY_READ, "lessons.day", _("Уроки дня")),
                _Page(Permission.TIMETABLE_WEEK_READ, "timetable.index", _("Расписание")),
                _Page(Permission.PLANS_BASE_READ, "plans.index", _("Планы")),
                _Page(Permission.CURRICULUM_YEAR_READ, "curriculum.index", _("Учебный план")),
                _Page(Permission.CURRICULUM_YEAR_READ, "academic_year.current", _("Учебный год")),
            ),
        ),
        (
            _("Школа"),
            (
                _Page(Permission.SCHOOL_SETTINGS_EDIT, "school.index", _("Настройки")),
                _Page(Permission.EXCHANGE_LISTS_EXPORT, "exchange.index", _("Обмен списками")),
                _Page(Permission.BOARD_STAFF_READ, "notice_board.index", _("Объявления")),
            ),
        ),
        (_("Дневник"), (_Page(Permission.DIARY_PAGE_READ, "diary.index", _("Дневник")),)),
        (_("Переписка"), (_Page(Permission.MESSAGES_OWN_USE, "messages.index", _("Переписка")),)),
        (_("Мой кабинет"), (_Page(Permission.ACCOUNT_OWN_USE, "home.index", _("Мой кабинет")),)),
    )


def _may_open(page: _Page, permissions: frozenset[Permission]) -> bool:
    in_use = page.endpoint != "letters.index" or current_portal().config.is_demo
    return in_use and page.permission in permissions


def _here(pages: list[_Page]) -> _Page | None:
    """The page that is open, or the one of the same room that comes first."""
    exact = next((page for page in pages if page.endpoint == request.endpoint), None)
    room = f"{request.blueprint}."
    return exact or next((page for page in pages if page.endpoint.startswith(room)), None)


def _items(pages: list[_Page], here: _Page | None) -> list[MenuItem]:
    return [
        MenuItem(label=page.label, url=url_for(page.endpoint), current=page is here)
        for page in pages
    ]
