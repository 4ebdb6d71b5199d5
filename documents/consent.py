"""FRM-3: a representative's consent to the processing of a child's personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from documents.paper import PaperContext, Word, blank

AUTHORITY = "На основании:"


@dataclass(frozen=True, kw_only=True)
class Consent(PaperContext):
    """The facts of FRM-3. What is empty is left as the paper's blank line.

    The date is always written by hand, beside the signature. One sheet is one child.
    """

    school_short_name: str
    representative_name: str = ""
    representative_initials: str = ""
    address: str = ""
    passport_series: str = ""
    passport_number: str = ""
    passport_issued: str = ""
    child_name: str = ""
    basis: str = ""

    @property
    def title(self) -> str:
        parts = ("Согласие на обработку персональных данных", self.child_name)
        return " ".join(part for part in parts if part)

    @property
    def dated(self) -> date | None:
        return None

    def words(self) -> Mapping[str, Word]:
        series, number = self.passport_series, self.passport_number
        return {
            "school_short_name": self.school_short_name,
            "representative_name": self.representative_name,
            "address": self.address,
            "passport_series": f"{series} " if series else blank(9),
            "passport_number": f" {number}" if number else blank(27),
            "passport_issued": self.passport_issued,
            "child_name": self.child_name,
            "basis_lines": (f"{AUTHORITY} {self.basis}",) if self.basis else (AUTHORITY, ""),
            "representative_initials": self.representative_initials or blank(24),
        }


EXAMPLE = Consent(
    school_short_name="МБОУ СОШ №1",
    representative_name="Образцова Мария Петровна",
    representative_initials="М.П.Образцова",
    address="г. Примерный, ул. Школьная, д. 1, кв. 2",
    passport_series="00 00",
    passport_number="000000",
    passport_issued="отделом внутренних дел г. Примерного 01.02.2015",
    child_name="Образцов Пётр Сергеевич",
    basis="свидетельство о рождении I-АА № 000000 от 20.03.2014",
)
