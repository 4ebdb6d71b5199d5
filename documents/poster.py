"""The poster of the service for the school's stand (SVC-2.18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from documents.paper import PaperContext, Qr, Word, unbroken


@dataclass(frozen=True, kw_only=True)
class Poster(PaperContext):
    """What the service page says, on one A4 sheet. Lists are printed item by item.

    `service_link` is the QR to the page itself.
    """

    school_short_name: str
    service_title: str
    applicants: tuple[str, ...]
    papers: tuple[str, ...]
    terms: tuple[str, ...]
    grounds: tuple[str, ...]
    legal_basis: tuple[str, ...]
    address: str
    reception_hours: str
    phone: str
    email: str
    page_address: str
    service_link: str

    @property
    def title(self) -> str:
        return f"{self.service_title}, {self.school_short_name}"

    @property
    def dated(self) -> date | None:
        return None

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "service_title": self.service_title,
            "applicants": self.applicants,
            "papers": self.papers,
            "terms": self.terms,
            "grounds": self.grounds,
            "legal_basis": self.legal_basis,
            "address": self.address,
            "reception_hours": self.reception_hours,
            "phone": unbroken(self.phone),
            "email": self.email,
            "page_address": self.page_address,
            "qr": Qr(link=self.service_link),
        }


EXAMPLE = Poster(
    school_short_name="МБОУ СОШ №1",
    service_title="Доступ к электронному дневнику",
    applicants=("родители", "законные представители"),
    papers=("документ, удостоверяющий личность", "свидетельство о рождении ребёнка"),
    terms=("Не более двух рабочих дней со дня, следующего за днём регистрации.",),
    grounds=("запрос подал не родитель и не законный представитель", "ребёнок здесь не учится"),
    legal_basis=("Закон №273-ФЗ «Об образовании в Российской Федерации»",),
    address="г. Примерный, ул. Школьная, д. 1",
    reception_hours="пн–пт 9:00–14:30",
    phone="+7 900 000-00-01",
    email="school@example.org",
    page_address="https://school.example",
    service_link="https://school.example/",
)
