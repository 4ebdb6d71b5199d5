"""FRM-1: the request (application) for the service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from documents.paper import PaperContext, Word, blank, day, day_in_words, moment
from journal_core.requests.terms import Capacity, RefusalDelivery, ResultDelivery

BY_PHONE = "Конечный результат предоставления государственной услуги прошу сообщить по телефону."
CAPACITIES = {
    Capacity.PARENT: "родитель",
    Capacity.GUARDIAN: "законный представитель, не являющийся родителем",
}


@dataclass(frozen=True, kw_only=True)
class Application(PaperContext):
    """The facts of FRM-1. What is empty is left as the paper's blank line.

    The form has no words for the child, the capacity and an answer by phone (SVC-3.4.3): they
    are added lines under the form's own text.
    """

    school_short_name: str
    head_position_dative: str
    head_name_dative: str
    applicant_name: str = ""
    applicant_initials: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    result_delivery: ResultDelivery | None = None
    refusal_delivery: RefusalDelivery | None = None
    child_name: str = ""
    child_birth_date: date | None = None
    child_class: str = ""
    capacity: Capacity | None = None
    request_number: str = ""
    signed_on: date | None = None
    accepted_by: str = ""
    accepted_by_initials: str = ""
    registration_number: str = ""
    registered_at: datetime | None = None

    @property
    def title(self) -> str:
        return " ".join(part for part in ("Запрос (заявление)", self.applicant_name) if part)

    @property
    def dated(self) -> date | None:
        return self.signed_on

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "head_position_dative": self.head_position_dative,
            "head_name_dative": self.head_name_dative,
            "name_lines": (self.applicant_name,) if self.applicant_name else ("", ""),
            "contact_lines": (
                *((self.address,) if self.address else ("", "")),
                self.phone,
                self.email,
            ),
            "result_in_person": self.result_delivery == ResultDelivery.IN_PERSON,
            "result_by_email": self.result_delivery == ResultDelivery.EMAIL,
            "refusal_in_person": self.refusal_delivery == RefusalDelivery.IN_PERSON,
            "refusal_by_post": self.refusal_delivery == RefusalDelivery.POST,
            "added_lines": self._added_lines(),
            "applicant_initials": self.applicant_initials or blank(23),
            "signed_on": day_in_words(self.signed_on, gap=15),
            "accepted_by": self.accepted_by,
            "accepted_by_initials": self.accepted_by_initials or blank(23),
            "accepted_on": day_in_words(
                self.registered_at.date() if self.registered_at else None, gap=13
            ),
            "registration_lines": self._registration_lines(),
        }

    def _added_lines(self) -> tuple[str, ...]:
        born = day(self.child_birth_date) if self.child_birth_date else blank(16)
        capacity = CAPACITIES[self.capacity] if self.capacity else blank(40)
        found = [
            f"Обучающийся: {self.child_name or blank(50)}",
            f"Дата рождения: {born}, класс: {self.child_class or blank(8)}",
            f"Заявитель: {capacity}",
        ]
        if self.result_delivery == ResultDelivery.PHONE:
            found.append(BY_PHONE)
        if self.request_number:
            found.append(f"Номер запроса: {self.request_number}")
        return tuple(found)

    def _registration_lines(self) -> tuple[str, ...]:
        found = []
        if self.registration_number:
            found.append(f"Регистрационный номер: {self.registration_number}")
        if self.registered_at:
            found.append(f"Зарегистрирован: {moment(self.registered_at)}")
        return tuple(found)


EXAMPLE = Application(
    school_short_name="МБОУ СОШ №1",
    head_position_dative="Директору",
    head_name_dative="И.О.Фамилии",
    applicant_name="Образцова Мария Петровна",
    applicant_initials="М.П.Образцова",
    address="г. Примерный, ул. Школьная, д. 1, кв. 2",
    phone="+7 900 000-00-00",
    email="maria@example.org",
    result_delivery=ResultDelivery.EMAIL,
    refusal_delivery=RefusalDelivery.IN_PERSON,
    child_name="Образцов Пётр Сергеевич",
    child_birth_date=date(2014, 3, 12),
    child_class="6А",
    capacity=Capacity.PARENT,
    request_number="З-000123",
    signed_on=date(2026, 4, 30),
    accepted_by="Примерова Анна Ивановна",
    accepted_by_initials="А.И.Примерова",
    registration_number="12",
    registered_at=datetime(2026, 4, 30, 10, 5),  # noqa: DTZ001  the school's own clock
)
