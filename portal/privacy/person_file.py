"""Everything about one person as a bundle: a page to read, the rows as JSON, the documents."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO

from documents.bundle import Bundle, Page, Section, numbered
from journal_core.access.models import Account, AccountRole, AccountSession
from journal_core.audit.models import AuditEntry
from journal_core.invitations.models import Invitation
from journal_core.notifications.models import OutboxLetter
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.queries import link_names
from journal_core.privacy.everything import Everything
from journal_core.requests.models import ServiceRequest
from portal.account.browsers import browser_words
from portal.home.labels import ROLE_NAMES
from portal.navigation import school
from portal.office.labels import LETTER_STATES, STATE_NAMES
from portal.presentation import short_date
from portal.privacy.case_file import add_case, case_sections, views_section, written
from portal.privacy.labels import ACT_NAMES
from portal.state import now, reading


def person_page(found: Everything, made_by: str, reason: str) -> Page:
    return Page(
        title=f"Все сведения о человеке: {found.name}",
        lead=f"{school().full_name}\nСобрано {written(now())}, {made_by}. Основание: {reason}\n"
        "Те же сведения для программ — в data.json; документы запросов — в папке requests.",
        sections=tuple(_sections(found)),
    )


def add_person(bundle: Bundle, found: Everything) -> None:
    """The rows as JSON, then the documents of each request in a folder of its own."""
    told = json.dumps(found.told(), ensure_ascii=False, indent=1, default=str)
    bundle.add("data.json", BytesIO(told.encode("utf-8", "replace")), shown="Сведения (JSON)")
    for folder, request in _requests(found).items():
        if request.erased_at is None:
            add_case(bundle, request, f"requests/{folder}/")


def _requests(found: Everything) -> Mapping[str, ServiceRequest]:
    """Folder → request, in the order in which they were begun."""
    rows = sorted(found.of(ServiceRequest), key=lambda row: (row.created_at, row.id))
    names = numbered([row.request_number or "draft" for row in rows])
    return dict(zip(names, rows, strict=True))


def _sections(found: Everything) -> Iterator[Section]:
    if found.person is not None:
        yield Section(heading="Человек", rows=_person_rows(found.person, found))
        yield from _access(found)
    requests = _requests(found)
    yield Section(
        heading="Запросы",
        columns=("Папка", "Номер", "Состояние", "Подан"),
        rows=tuple(
            (
                folder,
                row.request_number or "черновик",
                str(STATE_NAMES[row.state]),
                written(row.submitted_at),
            )
            for folder, row in requests.items()
        ),
    )
    for folder, row in requests.items():
        for section in case_sections(row):
            if section.rows:
                yield replace(section, heading=f"{folder}: {section.heading}")
    yield from _told(found)
    yield views_section(set(found.subject_ids))


def _person_rows(person: Person, found: Everything) -> tuple[tuple[str, str], ...]:
    return (
        ("Фамилия, имя, отчество", person.name.full),
        ("Дата рождения", short_date(person.birth_date)),
        ("Телефон", person.phone),
        ("Электронная почта", person.email),
        ("Обращение в дательном падеже", person.dative_name),
        ("Учится", ", ".join(f"с {short_date(row.enrolled_on)}" for row in found.of(Pupil))),
        ("Работает", ", ".join(row.position for row in found.of(StaffMember))),
    )


def _access(found: Everything) -> Iterator[Section]:
    names = link_names(reading(), [row.id for row in found.of(Representation)])
    yield Section(
        heading="Кто кого представляет",
        columns=("Представитель", "Ребёнок", "Основание", "Подтверждено", "Прекращено"),
        rows=tuple(
            (*names[row.id], row.basis, written(row.confirmed_at), short_date(row.ended_on))
            for row in found.of(Representation)
        ),
    )
    roles = [str(ROLE_NAMES[row.role]) for row in found.of(AccountRole)]
    yield Section(
        heading="Учётная запись",
        columns=("Имя для входа", "Почта", "Роли", "Создана", "Закрыта"),
        rows=tuple(
            (
                row.username,
                row.email or "",
                ", ".join(roles),
                written(row.created_at),
                written(row.closed_at),
            )
            for row in found.of(Account)
        ),
    )
    yield Section(
        heading="Входы",
        columns=("Вход", "Последнее действие", "Выход", "Браузер"),
        rows=tuple(
            (
                written(row.started_at),
                written(row.seen_at),
                written(row.ended_at),
                browser_words(row.browser),
            )
            for row in sorted(found.of(AccountSession), key=lambda row: row.started_at)
        ),
    )
    yield Section(
        heading="Пригласительные коды (без самих кодов)",
        columns=("Выдан", "Роль", "Передан", "Использован", "Прекращён"),
        rows=tuple(
            (
                written(row.issued_at),
                str(ROLE_NAMES[row.role]),
                written(row.delivered_at),
                written(row.redeemed_at),
                written(row.ended_at),
            )
            for row in sorted(found.of(Invitation), key=lambda row: row.issued_at)
        ),
    )


def _told(found: Everything) -> Iterator[Section]:
    """Letters beside those of the requests, and the record of acts."""
    yield Section(
        heading="Письма вне запросов",
        columns=("Когда", "Кому", "Тема", "Состояние", "Текст"),
        rows=tuple(
            (
                written(row.created_at),
                row.recipient,
                row.subject,
                str(LETTER_STATES[row.state]),
                row.text,
            )
            for row in found.of(OutboxLetter)
            if row.request_id is None
        ),
    )
    yield Section(
        heading="Записи о действиях",
        note="Подробности — в data.json.",
        columns=("Когда", "Действие", "Кто"),
        rows=tuple(
            (written(row.at), ACT_NAMES.get(row.action, row.action.value), row.actor_label)
            for row in found.of(AuditEntry)
        ),
    )
