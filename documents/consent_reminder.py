"""A reminder to a representative whose consent (FRM-3) is not on file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from documents.paper import PaperContext, Word, day, unbroken


@dataclass(frozen=True, kw_only=True)
class ConsentReminder(PaperContext):
    """One page for one representative; `children` are the pupils still without a consent."""

    school_short_name: str
    school_address: str
    school_phone: str
    school_hours: str
    representative_name: str
    children: tuple[str, ...]
    reminded_on: date

    @property
    def title(self) -> str:
        return f"Напоминание о согласии {self.representative_name}"

    @property
    def dated(self) -> date | None:
        return self.reminded_on

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "school_address": self.school_address,
            "school_phone": unbroken(self.school_phone),
            "school_hours": self.school_hours,
            "representative_name": self.representative_name,
            "children": self.children,
            "reminded_on": day(self.reminded_on),
        }


EXAMPLE = ConsentReminder(
    school_short_name="МБОУ СОШ №1",
    school_address="г. Примерный, ул. Школьная, д. 1",
    school_phone="+7 900 000-00-01",
    school_hours="пн–пт 9:00–14:30",
    representative_name="Образцова Мария Петровна",
    children=("Образцов Пётр Сергеевич, 6А", "Образцова Анна Сергеевна, 2Б"),
    reminded_on=date(2026, 4, 30),
)
