"""The case file: the request, its documents and its record, put into a bundle. Russian."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from documents.bundle import Bundle, Page, Section, numbered
from forms.apply import CAPACITY_LABELS, REFUSAL_LABELS, RESULT_LABELS
from forms.office import GROUND_CLAUSES, GROUND_LABELS, PAPER_LABELS
from journal_core.calendar.terms import derivation_from_json
from journal_core.errors import RuleBroken
from journal_core.files.models import StoredFile
from journal_core.files.queries import require_scanned
from journal_core.notifications.queries import letters_of, tasks_of
from journal_core.privacy.queries import views_of
from journal_core.privacy.terms import VIEWS
from journal_core.requests.models import RefusalDecision, ServiceRequest
from journal_core.requests.queries import (
    answer_changes,
    decision_document,
    ground_answers,
    history,
    notes_of,
    papers_of,
    prepared_decision,
    shown_papers,
)
from journal_core.requests.terms import RefusalGround
from portal.navigation import school
from portal.office.labels import ANSWER_NAMES, LETTER_STATES, STATE_NAMES, TASK_NAMES
from portal.papers import application_paper, made
from portal.presentation import short_date
from portal.privacy.labels import what_was_seen, who_looked
from portal.refusals import words_of
from portal.state import current_portal, now, reading

#: Looks that a case file lists at most: more would hide the case itself.
MOST_VIEWS = 1000

Rows = tuple[tuple[str, ...], ...]


def case_page(request: ServiceRequest, made_by: str) -> Page:
    """The index of one case."""
    return Page(
        title=f"Дело по запросу {request.request_number}",
        lead=f"{school().full_name}\nСобрано {written(now())}, {made_by}.",
        sections=tuple(case_sections(request)),
    )


def add_case(bundle: Bundle, request: ServiceRequest, folder: str = "") -> None:
    """The documents: the application as it prints today, what was issued, what was sent."""
    paper = application_paper(request)
    for form in ("pdf", "docx"):
        content = BytesIO(made(paper, form))
        bundle.add(f"{folder}application.{form}", content, shown=f"Заявление ({form.upper()})")
    document = decision_document(reading(), request)
    if document is not None:
        _add_stored(bundle, f"{folder}decision", document.pdf_file_id, "Решение об отказе (PDF)")
        _add_stored(bundle, f"{folder}decision", document.docx_file_id, "Решение об отказе (DOCX)")
    decision = prepared_decision(reading(), request.id)
    if decision is not None and decision.scan_file_id is not None:
        _add_stored(bundle, f"{folder}decision-scan", decision.scan_file_id, "Скан решения")
    papers = papers_of(reading(), request.id)
    names = numbered([one.kind.value.replace("_", "-") for one in papers])
    for name, one in zip(names, papers, strict=True):
        shown = f"{PAPER_LABELS[one.kind]}: {one.name}"
        _add_stored(bundle, f"{folder}papers/{name}", one.file_id, shown)


def _add_stored(bundle: Bundle, path: str, file_id: UUID, shown: str) -> None:
    """The stored bytes under a name of ours; of erased ones only the page tells."""
    stored = reading().get_one(StoredFile, file_id)
    if stored.erased_at is not None:
        return
    try:
        require_scanned(reading(), file_id)
        content = current_portal().files.open(file_id)
    except RuleBroken as refusal:
        bundle.note_missing(f"{shown} ({words_of(refusal)})")
        return
    except FileNotFoundError:
        bundle.note_missing(shown)
        return
    with content:
        ending = _ENDINGS[stored.media_type]
        bundle.add(f"{path}.{ending}", content, shown=shown, recorded=stored.sha256)


_ENDINGS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "image/jpeg": "jpg",
    "image/png": "png",
}


def case_sections(request: ServiceRequest) -> Iterator[Section]:
    """The case in the order in which it is read."""
    decision = prepared_decision(reading(), request.id)
    yield Section(heading="Запрос", rows=_request_rows(request))
    yield Section(heading="Заявитель и ребёнок", rows=_people_rows(request))
    yield Section(
        heading="Как посчитан срок (SVC-2.11)",
        note="День регистрации не считается, ответ не позднее второго рабочего дня.",
        columns=("День", "Считается", "Почему"),
        rows=_term_rows(request),
    )
    yield from _checked(request)
    if decision is not None:
        yield Section(heading="Решение об отказе", rows=_decision_rows(decision))
    yield from _recorded(request)


def _request_rows(request: ServiceRequest) -> Rows:
    return (
        ("Номер запроса", request.request_number or "черновик"),
        ("Регистрационный номер", request.written_registration_number or ""),
        ("Состояние", f"{STATE_NAMES[request.state]}, с {written(request.state_since)}"),
        ("Подан", written(request.submitted_at)),
        ("Зарегистрирован", _by(request.received_at, request.received_by)),
        ("Проверить до", short_date(request.check_due_on)),
        ("Ответ до", short_date(request.due_on)),
        ("Готовность сообщена", written(request.announced_at)),
        ("Передано", _by(request.delivered_at, request.delivered_by)),
        ("Отозван", written(request.withdrawn_at)),
        ("Закрыт с пояснением", request.close_comment),
    )


def _people_rows(request: ServiceRequest) -> Rows:
    return (
        ("Заявитель", request.applicant.full),
        ("В качестве кого", _label(CAPACITY_LABELS, request.capacity)),
        ("Адрес", request.address),
        ("Телефон", request.phone),
        ("Электронная почта", request.email),
        ("Как получить код", _label(RESULT_LABELS, request.result_delivery)),
        ("Как получить отказ", _label(REFUSAL_LABELS, request.refusal_delivery)),
        ("Ребёнок", request.child.full),
        ("Дата рождения", short_date(request.child_birth_date)),
        ("Класс", request.child_class),
    )


def _term_rows(request: ServiceRequest) -> Rows:
    return tuple(
        (short_date(day.day), "да" if day.counts else "нет", day.name)
        for day in derivation_from_json(request.term_derivation or ())
    )


def _checked(request: ServiceRequest) -> Iterator[Section]:
    yield Section(
        heading="Показанные подлинники (SVC-2.6)",
        columns=("Документ", "Реквизиты", "Когда", "Кто видел"),
        rows=tuple(
            (str(PAPER_LABELS[one.kind]), one.particulars, written(one.shown_at), one.seen_by)
            for one in shown_papers(reading(), request.id)
        ),
    )
    answers = ground_answers(reading(), request.id)
    yield Section(
        heading="Проверка оснований для отказа (SVC-2.12)",
        columns=("Основание", "Есть", "Пояснение", "Когда", "Кто проверил"),
        rows=tuple(
            (
                f"{GROUND_LABELS[ground]} ({GROUND_CLAUSES[ground]})",
                "да" if answers[ground].applies else "нет",
                answers[ground].explanation,
                written(answers[ground].answered_at),
                answers[ground].answered_by,
            )
            for ground in RefusalGround
            if ground in answers
        ),
    )
    yield Section(
        heading="Присланные копии",
        columns=("Документ", "Имя файла у заявителя", "Байт", "SHA-256", "Стёрта"),
        rows=tuple(
            (
                str(PAPER_LABELS[one.kind]),
                one.name,
                str(one.size),
                one.sha256,
                written(one.erased_at),
            )
            for one in papers_of(reading(), request.id)
        ),
    )


def _decision_rows(decision: RefusalDecision) -> Rows:
    grounds = (
        f"{GROUND_LABELS[item['ground']]}. {item['explanation']}".strip()
        for item in decision.grounds
    )
    return (
        ("Кому", decision.addressee),
        ("Основания", "\n".join(grounds)),
        ("Подготовлено", _by(decision.prepared_at, decision.prepared_by)),
        ("Подписано", _by(decision.signed_at, decision.signed_by)),
    )


def _recorded(request: ServiceRequest) -> Iterator[Section]:
    yield Section(
        heading="Ход запроса",
        columns=("Когда", "Что", "Кто", "Пояснение"),
        rows=tuple(
            (
                written(entry.at),
                _label(STATE_NAMES, entry.details.get("target")),
                entry.actor_label,
                str(entry.details.get("comment", "")),
            )
            for entry in history(reading(), request.id)
        ),
    )
    yield Section(
        heading="Исправления",
        columns=("Когда", "Что", "Было", "Стало", "По какому подлиннику", "Кто"),
        rows=tuple(
            (
                written(one.changed_at),
                str(ANSWER_NAMES[one.field]),
                one.old_value,
                one.new_value,
                one.basis,
                one.changed_by,
            )
            for one in answer_changes(reading(), request.id)
        ),
    )
    yield Section(
        heading="Заметки школы",
        columns=("Когда", "Заметка", "Кто"),
        rows=tuple(
            (written(note.written_at), note.text, note.written_by)
            for note in notes_of(reading(), request.id)
        ),
    )
    yield Section(
        heading="Письма",
        columns=("Когда", "Кому", "Тема", "Состояние", "Текст"),
        rows=tuple(
            (
                written(letter.created_at),
                letter.recipient,
                letter.subject,
                str(LETTER_STATES[letter.state]),
                letter.text,
            )
            for letter in reversed(letters_of(reading(), request.id))
        ),
    )
    yield Section(
        heading="Задачи школы",
        columns=("Открыта", "Задача", "Закрыта", "Что сделано", "Кто"),
        rows=tuple(
            (
                written(task.created_at),
                _label(TASK_NAMES, task.kind),
                written(task.closed_at),
                task.result,
                task.closed_by,
            )
            for task in tasks_of(reading(), request.id)
        ),
    )
    yield views_section({request.id})


def views_section(subject_ids: set[UUID]) -> Section:
    """Who looked, the newest first; those turned away as well."""
    views = views_of(reading(), subject_ids, VIEWS, limit=MOST_VIEWS)
    return Section(
        heading="Кто открывал данные (REC-1.5)",
        columns=("Когда", "Кто", "Что"),
        rows=tuple((written(one.at), who_looked(one), what_was_seen(one)) for one in views),
    )


def written(moment: datetime | None) -> str:
    """«24.11.2026 9:05» by the school's clock; nothing for what did not happen."""
    if moment is None:
        return ""
    here = moment.astimezone(current_portal().zone)
    return f"{here:%d.%m.%Y} {here.hour}:{here.minute:02}"


def _by(moment: datetime | None, who: str) -> str:
    return ", ".join(part for part in (written(moment), who) if part)


def _label(labels: Mapping[Any, Any], word: object) -> str:
    return str(labels.get(word, ""))
