"""The receipt: what was taken in, when the term begins, how to follow the request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from documents.paper import PaperContext, Qr, Word, blank, day, moment, unbroken

NO_PAPERS = "Документы пока не переданы."


@dataclass(frozen=True, kw_only=True)
class Receipt(PaperContext):
    """The facts of the receipt.

    With `due_on` it says the day of the answer; without it, when the term begins (SVC-2.11) and,
    with `visit_at`, when the applicant is expected with the originals. `received_by_initials` is
    the official at the counter, who signs; online nobody does. `tracking_link` is the QR.
    """

    school_short_name: str
    school_address: str
    school_phone: str
    school_hours: str
    request_number: str
    submitted_at: datetime
    registration_number: str = ""
    registered_at: datetime | None = None
    applicant_name: str
    child_name: str
    child_class: str
    papers: tuple[str, ...] = ()
    due_on: date | None = None
    visit_at: datetime | None = None
    tracking_address: str
    tracking_key: str
    tracking_link: str
    received_by_initials: str = ""

    @property
    def title(self) -> str:
        return f"Расписка в получении запроса {self.request_number}"

    @property
    def dated(self) -> date | None:
        return (self.registered_at or self.submitted_at).date()

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "school_address": self.school_address,
            "school_phone": unbroken(self.school_phone),
            "school_hours": self.school_hours,
            "request_number": self.request_number,
            "rows": self._rows(),
            "papers": self.papers or (NO_PAPERS,),
            "term": self._term(),
            "tracking_address": self.tracking_address,
            "tracking_key": self.tracking_key,
            "qr": Qr(link=self.tracking_link),
            "signature_lines": (
                (f"Документы принял(а) {blank(22)} ({self.received_by_initials})",)
                if self.received_by_initials
                else ()
            ),
        }

    def _rows(self) -> tuple[Mapping[str, str], ...]:
        rows = {"Запрос подан": moment(self.submitted_at)}
        if self.registration_number:
            rows["Регистрационный номер"] = self.registration_number
        if self.registered_at:
            rows["Зарегистрирован"] = moment(self.registered_at)
        rows["Заявитель"] = self.applicant_name
        rows["Обучающийся"] = self.child_name
        rows["Класс"] = self.child_class
        return tuple({"label": label, "value": value} for label, value in rows.items())

    def _term(self) -> str:
        if self.due_on:
            return f"Ответ будет готов не позднее {day(self.due_on)}."
        begins = (
            "Срок ответа начнётся на следующий рабочий день после того, "
            "как школа зарегистрирует запрос."
        )
        if self.visit_at:
            return f"Ждём вас в школе с оригиналами документов {moment(self.visit_at)}. {begins}"
        return begins


EXAMPLE = Receipt(
    school_short_name="МБОУ СОШ №1",
    school_address="г. Примерный, ул. Школьная, д. 1",
    school_phone="+7 900 000-00-01",
    school_hours="пн–пт 9:00–14:30",
    request_number="З-000123",
    submitted_at=datetime(2026, 4, 29, 20, 40),  # noqa: DTZ001  the school's own clock
    registration_number="12",
    registered_at=datetime(2026, 4, 30, 10, 5),  # noqa: DTZ001
    applicant_name="Образцова Мария Петровна",
    child_name="Образцов Пётр Сергеевич",
    child_class="6А",
    papers=("Документ, удостоверяющий личность", "Свидетельство о рождении"),
    due_on=date(2026, 5, 5),
    visit_at=datetime(2026, 4, 30, 10, 0),  # noqa: DTZ001
    tracking_address="https://school.example/track",
    tracking_key="A1B2-C3D4-E5F6",
    tracking_link="https://school.example/track/AbCdEf123456",
    received_by_initials="А.И.Примерова",
)
