"""Words of the quality's figures, and the clause that each rests on."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from forms.apply import RESULT_LABELS
from forms.office import (
    CLOSE_LABELS,
    GROUND_CLAUSES,
    GROUND_LABELS,
    HANDED_OVER_LABELS,
    TOLD_LABELS,
)
from journal_core.quality.terms import (
    AnnouncedOn,
    Aspect,
    Delay,
    Ending,
    Preset,
    ServiceCase,
    Verdict,
)
from journal_core.requests.terms import CLOSED, Channel, CloseReason, Outcome, RequestState
from portal.office.labels import STATE_NAMES
from portal.presentation import NBSP

PRESET_NAMES = {
    Preset.MONTH: _("Этот месяц"),
    Preset.LAST_MONTH: _("Прошлый месяц"),
    Preset.QUARTER: _("Этот квартал"),
    Preset.YEAR: _("Учебный год"),
    Preset.ALL: _("Всё время"),
}
VERDICT_NAMES = {
    Verdict.KEPT: _("Соблюдён"),
    Verdict.BROKEN: _("Нарушен"),
    Verdict.OPEN: _("Ещё идёт"),
}
ANNOUNCED_NAMES = {
    AnnouncedOn.DAY_0: _("До первого рабочего дня"),
    AnnouncedOn.DAY_1: _("В первый рабочий день"),
    AnnouncedOn.DAY_2: _("Во второй рабочий день"),
    AnnouncedOn.LATER: _("Позже срока"),
    AnnouncedOn.NOT_YET: _("Ещё не объявлен"),
}
ENDING_NAMES = {
    Ending.RENDERED: _("Услуга оказана"),
    Ending.REFUSED: _("Отказано"),
    Ending.CANCELLED: _("Закрыто до регистрации"),
    Ending.IN_WORK: _("В работе"),
    Ending.WAITING: _("Ждёт регистрации"),
}
DELAY_NAMES = {
    Delay.CHECK: _("Секретарь: документы не проверены"),
    Delay.CODE: _("Администратор журнала: код не сформирован"),
    Delay.SIGNATURE: _("Подписывающий: отказ не подписан"),
    Delay.LETTER: _("Почта: письмо не принято"),
    Delay.CALL: _("Секретарь: заявителю не сообщили"),
}
CHANNEL_NAMES = {Channel.ONLINE: _("Через портал"), Channel.COUNTER: _("На приёме в школе")}
ASPECT_NAMES = {
    Aspect.TERM: _("Срок услуги: два рабочих дня"),
    Aspect.CHECK: _("Проверка: первый рабочий день"),
    Aspect.CODE: _("Код: второй рабочий день"),
    Aspect.ANNOUNCED: _("Когда объявлен итог"),
    Aspect.ENDING: _("Чем закончилось"),
    Aspect.CLOSED: _("Почему закрыто до регистрации"),
    Aspect.GROUND: _("Основания отказов"),
    Aspect.CHANNEL: _("Как подано"),
    Aspect.CHOSEN: _("Как заявитель просил сообщить"),
    Aspect.TOLD: _("Как передан код"),
    Aspect.HANDED: _("Как вручён отказ"),
    Aspect.STATE: _("Сейчас в состоянии"),
    Aspect.PASSED: _("Время в состоянии"),
    Aspect.DELAY: _("Чего ждали, когда истёк срок"),
}
ASPECT_CLAUSES = {
    Aspect.TERM: "SVC-2.9",
    Aspect.CHECK: "SVC-3.5",
    Aspect.CODE: "SVC-3.5",
    Aspect.ANNOUNCED: "SVC-2.11",
    Aspect.CLOSED: "SVC-2.6",
    Aspect.GROUND: "SVC-2.12",
    Aspect.CHOSEN: "SVC-3.4.3",
    Aspect.TOLD: "SVC-3.6",
    Aspect.HANDED: "SVC-3.6",
    Aspect.DELAY: "SVC-2.11",
}
VALUE_NAMES: Mapping[Aspect, Mapping[Any, Any]] = {
    Aspect.TERM: VERDICT_NAMES,
    Aspect.CHECK: VERDICT_NAMES,
    Aspect.CODE: VERDICT_NAMES,
    Aspect.ANNOUNCED: ANNOUNCED_NAMES,
    Aspect.ENDING: ENDING_NAMES,
    Aspect.CLOSED: {CloseReason.WITHDRAWN: _("Заявитель отозвал"), **CLOSE_LABELS},
    Aspect.GROUND: GROUND_LABELS,
    Aspect.CHANNEL: CHANNEL_NAMES,
    Aspect.CHOSEN: RESULT_LABELS,
    Aspect.TOLD: {**TOLD_LABELS, Outcome.EMAIL: _("По электронной почте")},
    Aspect.HANDED: HANDED_OVER_LABELS,
    Aspect.STATE: STATE_NAMES,
    Aspect.PASSED: STATE_NAMES,
    Aspect.DELAY: DELAY_NAMES,
}

#: The states in which a request waits for somebody.
OPEN_STATES = tuple(state for state in RequestState if state not in {*CLOSED, RequestState.DRAFT})

_HOUR = 60
_DAY = 24 * _HOUR


def value_name(aspect: Aspect, value: StrEnum) -> str:
    return str(VALUE_NAMES[aspect][value])


def clause_of(aspect: Aspect, value: StrEnum) -> str:
    """The clause that the figure rests on; "" where the regulation has none."""
    if aspect == Aspect.GROUND:  # templates name it by its value
        return next(code for ground, code in GROUND_CLAUSES.items() if ground == value)
    return ASPECT_CLAUSES.get(aspect, "")


def clauses_of(case: ServiceCase) -> list[str]:
    """What in the request departs from the plain way: a broken term, the grounds of a refusal."""
    broken = [
        ASPECT_CLAUSES[aspect]
        for aspect in (Aspect.TERM, Aspect.CHECK, Aspect.CODE)
        if case.has(aspect, Verdict.BROKEN)
    ]
    grounds = [GROUND_CLAUSES[ground] for ground in case.facts.grounds]
    return list(dict.fromkeys([*broken, *grounds]))


def duration(time: timedelta) -> str:
    """Calendar time in its two largest units: «3 дн 4 ч», «2 ч 15 мин», «15 мин»."""
    minutes = round(time.total_seconds() / 60)
    days, hours = minutes // _DAY, minutes % _DAY // _HOUR
    words = [
        gettext("%(days)s дн", days=days) if days else "",
        gettext("%(hours)s ч", hours=hours) if hours else "",
        gettext("%(minutes)s мин", minutes=minutes % _HOUR)
        if not days and (minutes % _HOUR or not hours)
        else "",
    ]
    return " ".join(word for word in words if word).replace(" ", NBSP)
