"""The deputy's written approval to change closed cells of the journal (INS-3.3.13)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from documents.paper import PaperContext, Word, day_in_words, moment

#: What stands in an empty cell of the journal.
EMPTY = "—"


@dataclass(frozen=True, kw_only=True)
class MarkCorrection(PaperContext):
    """The slip of one approval: whose cells, what stood in them, what is wanted.

    `pupils`, `days`, `works`, `before`, `wanted` and `after` are parallel, a cell each, at least
    one; "" is an empty cell. Without `carried_out_at` the slip is as it was approved, and what
    came of it is left to be written; `after` is then empty as a whole.
    """

    school_short_name: str
    number: str
    decided_on: date
    asker_name: str
    asker_position: str
    class_name: str
    subject: str
    reason: str
    open_until: datetime
    pupils: tuple[str, ...]
    days: tuple[str, ...]
    works: tuple[str, ...]
    before: tuple[str, ...]
    wanted: tuple[str, ...]
    after: tuple[str, ...] = ()
    carried_out_at: datetime | None = None
    signatory_position: str
    signatory_name: str

    @property
    def title(self) -> str:
        return f"Разрешение на исправление № {self.number}"

    @property
    def dated(self) -> date | None:
        return self.decided_on

    def words(self) -> Mapping[str, Word]:
        carried_out = moment(self.carried_out_at) if self.carried_out_at else ""
        return {
            "school_short_name": self.school_short_name,
            "number": self.number,
            "decided_on": day_in_words(self.decided_on, gap=15),
            "rows": (
                {"label": "Кто просит", "value": self._asker()},
                {"label": "Класс", "value": self.class_name},
                {"label": "Предмет", "value": self.subject},
                {"label": "Причина", "value": self.reason},
                {"label": "Клетки открыты до", "value": moment(self.open_until)},
            ),
            "cells": self._cells(),
            "carried_out": f"Исправление закрыто: {carried_out}." if carried_out else "",
            "signatory_position": self.signatory_position,
            "signatory_name": self.signatory_name,
        }

    def _asker(self) -> str:
        return ", ".join(part for part in (self.asker_name, self.asker_position) if part)

    def _cells(self) -> tuple[Mapping[str, str], ...]:
        after = self.after or ("",) * len(self.pupils)
        told = zip(self.pupils, self.days, self.works, self.before, self.wanted, after, strict=True)
        return tuple(
            {
                "number": str(number),
                "pupil": pupil,
                "day": day,
                "work": work,
                "before": before or EMPTY,
                "wanted": wanted or EMPTY,
                "after": written,
            }
            for number, (pupil, day, work, before, wanted, written) in enumerate(told, start=1)
        )


EXAMPLE = MarkCorrection(
    school_short_name="МБОУ СОШ №1",
    number="3",
    decided_on=date(2026, 11, 24),
    asker_name="Образцова Мария Петровна",
    asker_position="учитель",
    class_name="7А",
    subject="Математика",
    reason="Отметки за контрольную работу перепутаны местами при переносе из тетради.",
    open_until=datetime(2026, 11, 25, 10, 5),  # noqa: DTZ001  the school's own clock
    pupils=("Примеров Иван Сергеевич", "Образцов Пётр Ильич"),
    days=("20.11.2026", "20.11.2026"),
    works=("К", "К"),
    before=("3", ""),
    wanted=("4", "3"),
    after=("4 (24.11.2026, 11:20)", "не внесено"),
    carried_out_at=datetime(2026, 11, 25, 10, 5),  # noqa: DTZ001
    signatory_position="заместитель директора по УР",
    signatory_name="И.О.Фамилия",
)
