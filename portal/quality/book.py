"""The report as a spreadsheet: the page's figures, and the requests that they count."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from documents.workbook import Cell, Sheet
from forms.office import GROUND_CLAUSES
from journal_core.quality.terms import (
    VALUES,
    Aspect,
    ServiceCase,
    ServiceQuality,
    Spread,
)
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import RefusalGround
from portal.office.labels import STATE_NAMES
from portal.quality.labels import (
    ASPECT_NAMES,
    OPEN_STATES,
    clause_of,
    clauses_of,
    value_name,
)
from portal.state import current_portal


def sheets_of(
    quality: ServiceQuality,
    cases: Sequence[ServiceCase],
    requests: Mapping[UUID, ServiceRequest],
    late_hands: Mapping[UUID, str],
) -> list[Sheet]:
    """Summary, requests, grounds and times in states."""
    return [
        _summary(quality),
        _requests(cases, requests, late_hands),
        _grounds(quality),
        _times(quality),
    ]


def _summary(quality: ServiceQuality) -> Sheet:
    aspects = [aspect for aspect in Aspect if aspect not in {Aspect.GROUND, Aspect.PASSED}]
    return Sheet(
        name=_("Итоги"),
        columns=[_("Показатель"), _("Значение"), _("Пункт"), _("Запросов")],
        rows=[
            [str(ASPECT_NAMES[aspect]), value_name(aspect, value), clause_of(aspect, value), count]
            for aspect in aspects
            for value in VALUES[aspect]
            if (count := quality.counts[aspect][value])
        ],
    )


def _requests(
    cases: Sequence[ServiceCase],
    requests: Mapping[UUID, ServiceRequest],
    late_hands: Mapping[UUID, str],
) -> Sheet:
    return Sheet(
        name=_("Запросы"),
        columns=[
            _("Номер"), _("Регистрация"), _("Состояние"), _("Ребёнок"), _("Заявитель"),
            _("Как подано"), _("Подан"), _("Зарегистрирован"), _("Срок"), _("Итог объявлен"),
            _("Срок услуги"), _("Проверка"), _("Код"), _("Чего ждали, когда истёк срок"),
            _("Кто сделал следующий шаг"), _("Пункт"), _("Возраст, ч"),
        ],
        rows=[
            _request(case, requests[case.facts.id], late_hands.get(case.facts.id, ""))
            for case in cases
        ],
    )  # fmt: skip


def _request(case: ServiceCase, request: ServiceRequest, late_hand: str) -> list[Cell]:
    def mark(aspect: Aspect) -> str:
        return ", ".join(value_name(aspect, value) for value in case.marks.get(aspect, ()))

    return [
        request.request_number,
        request.written_registration_number,
        mark(Aspect.STATE),
        request.child.full,
        request.applicant.full,
        mark(Aspect.CHANNEL),
        _local(request.submitted_at),
        _local(request.received_at),
        request.due_on,
        _local(request.announced_at),
        mark(Aspect.TERM),
        mark(Aspect.CHECK),
        mark(Aspect.CODE),
        mark(Aspect.DELAY),
        late_hand,
        ", ".join(clauses_of(case)),
        _hours(case.age),
    ]


def _grounds(quality: ServiceQuality) -> Sheet:
    return Sheet(
        name=_("Основания"),
        columns=[_("Пункт"), _("Основание"), _("Запросов")],
        rows=[
            [
                GROUND_CLAUSES[ground],
                value_name(Aspect.GROUND, ground),
                quality.counts[Aspect.GROUND][ground],
            ]
            for ground in RefusalGround
        ],
    )


def _times(quality: ServiceQuality) -> Sheet:
    return Sheet(
        name=_("Время"),
        columns=[
            _("Состояние"), _("Сейчас в нём"), _("Прошло через него"), _("Медиана, ч"),
            _("90 из 100, ч"), _("Дольше всех, ч"),
        ],
        rows=[
            [
                str(STATE_NAMES[state]),
                quality.counts[Aspect.STATE][state],
                quality.counts[Aspect.PASSED][state],
                *_spread(quality.spreads.get(state)),
            ]
            for state in OPEN_STATES
        ],
    )  # fmt: skip


def _spread(spread: Spread | None) -> list[Cell]:
    times = (spread.median, spread.p90, spread.longest) if spread else ()
    return [_hours(time) for time in times] or [None] * 3


def _hours(time: timedelta) -> float:
    return round(time / timedelta(hours=1), 2)


def _local(moment: datetime | None) -> datetime | None:
    """School time without its zone: a spreadsheet knows none."""
    return moment.astimezone(current_portal().zone).replace(tzinfo=None) if moment else None
