"""FRM-3 beside what the law asks of a written consent, for the head (SVC-2.2.3).

The portal prints the form as the school adopted it, letter for letter; what it lacks only the
school can add, by an order. Compared with 152-FZ, article 9, part 4, item by item.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _


class Verdict(StrEnum):
    WHOLE = "whole"
    PART = "part"
    ABSENT = "absent"


VERDICT_NAMES = {
    Verdict.WHOLE: _("есть"),
    Verdict.PART: _("частично"),
    Verdict.ABSENT: _("нет"),
}
VERDICT_COLOURS = {Verdict.WHOLE: "green", Verdict.PART: "yellow", Verdict.ABSENT: "red"}


@dataclass(frozen=True, kw_only=True)
class LawItem:
    """One item of the part: what is asked, what the form has, and what to add."""

    number: int
    asked: Any
    found: Any
    verdict: Verdict
    to_add: Any = ""


LAW_ITEMS = (
    LawItem(
        number=1,
        asked=_("Кто субъект данных: имя, адрес, его документ с датой выдачи и тем, кто выдал"),
        found=_("Имя подопечного есть. Его адреса и реквизитов его документа нет."),
        verdict=Verdict.PART,
        to_add=_("Адрес ребёнка и реквизиты свидетельства о рождении или паспорта."),
    ),
    LawItem(
        number=2,
        asked=_("Кто представитель: имя, адрес, документ; чем подтверждены полномочия"),
        found=_("Имя, адрес, паспорт, кем и когда выдан, документ-основание."),
        verdict=Verdict.WHOLE,
    ),
    LawItem(
        number=3,
        asked=_("Кому даётся согласие: название и адрес оператора"),
        found=_("Краткое название школы есть, адреса нет."),
        verdict=Verdict.PART,
        to_add=_("Полное название и адрес школы."),
    ),
    LawItem(
        number=4,
        asked=_("Зачем обрабатывают данные: цель"),
        found=_("Названы три цели: учебный процесс, медицинское обслуживание, статистика."),
        verdict=Verdict.WHOLE,
    ),
    LawItem(
        number=5,
        asked=_("Какие данные: перечень"),
        found=_("Перечень есть: документы, полис, адрес и телефон ребёнка."),
        verdict=Verdict.WHOLE,
    ),
    LawItem(
        number=6,
        asked=_("Кто обрабатывает данные по поручению школы, если поручено: название и адрес"),
        found=_("Не сказано. За журнал и защиту данных в нём отвечает разработчик (POL-4.2.4)."),
        verdict=Verdict.ABSENT,
        to_add=_("Название и адрес организации, если ей поручена обработка; иначе ничего."),
    ),
    LawItem(
        number=7,
        asked=_("Что делают с данными: перечень действий и общее описание способов"),
        found=_("Лишь «действия, которые необходимы для достижения указанных целей»."),
        verdict=Verdict.ABSENT,
        to_add=_("Действия (сбор, запись, хранение, изменение, удаление …) и способы."),
    ),
    LawItem(
        number=8,
        asked=_("Сколько действует согласие и как его отозвать"),
        found=_("Отзыв описан: письменное заявление. Срока нет."),
        verdict=Verdict.PART,
        to_add=_("Срок: например, до отчисления ребёнка из школы."),
    ),
    LawItem(
        number=9,
        asked=_("Подпись"),
        found=_("Подпись, её расшифровка и дата."),
        verdict=Verdict.WHOLE,
    ),
)
