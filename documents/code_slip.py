"""The slip with an invitation code, handed over in person or read out (SVC-3.4.3, POL-3.5.6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from documents.paper import PaperContext, Qr, Word, moment, unbroken
from journal_core.invitations.terms import InvitationKind

GROUP_LENGTH = 4
LETTERS = {
    "А": "а",
    "В": "вэ",
    "Е": "е",
    "К": "ка",
    "М": "эм",
    "Н": "эн",
    "Р": "эр",
    "С": "эс",
    "Т": "тэ",
    "У": "у",
    "Х": "ха",
    "2": "два",
    "3": "три",
    "4": "четыре",
    "5": "пять",
    "6": "шесть",
    "7": "семь",
    "8": "восемь",
    "9": "девять",
}
CYRILLIC = str.maketrans("ABEKMHPCTYX", "АВЕКМНРСТУХ")


class SecondQuestion(StrEnum):
    """What the page asks besides the code."""

    CHILD_BIRTH_DATE = "child_birth_date"
    OWN_BIRTH_DATE = "own_birth_date"
    OWN_SURNAME = "own_surname"


QUESTIONS = {
    SecondQuestion.CHILD_BIRTH_DATE: "дату рождения ребёнка",
    SecondQuestion.OWN_BIRTH_DATE: "вашу дату рождения",
    SecondQuestion.OWN_SURNAME: "вашу фамилию",
}


HEADINGS = {
    InvitationKind.REGISTRATION: "Пригласительный код для доступа к электронному дневнику",
    InvitationKind.RECOVERY: "Код для нового пароля к электронному дневнику",
}
LAST_STEPS = {
    InvitationKind.REGISTRATION: "Затем придумайте имя для входа и пароль.",
    InvitationKind.RECOVERY: "Затем придумайте новый пароль: прежний перестанет подходить.",
}


def code_groups(code: str) -> tuple[str, ...]:
    """The code in Cyrillic capitals, in groups of four; separators are left out."""
    symbols = "".join(character for character in code.upper() if character.isalnum())
    symbols = symbols.translate(CYRILLIC)
    return tuple(
        symbols[start : start + GROUP_LENGTH] for start in range(0, len(symbols), GROUP_LENGTH)
    )


def dictation(code: str) -> tuple[str, ...]:
    """Each group spelled for reading out: «эм, эн, ка, два»."""
    return tuple(
        ", ".join(LETTERS.get(symbol, symbol) for symbol in group) for group in code_groups(code)
    )


@dataclass(frozen=True, kw_only=True)
class CodeSlip(PaperContext):
    """The facts of the slip. `role` is in words («родитель»); `redeem_link` is the QR."""

    school_short_name: str
    school_phone: str
    school_hours: str
    for_whom: str
    role: str
    child_name: str = ""
    class_name: str = ""
    code: str
    valid_until: datetime
    redeem_address: str
    redeem_link: str
    second_question: SecondQuestion
    purpose: InvitationKind = InvitationKind.REGISTRATION

    @property
    def title(self) -> str:
        return f"{HEADINGS[self.purpose]}: {self.for_whom}"

    @property
    def dated(self) -> date | None:
        return None

    def words(self) -> Mapping[str, Word]:
        groups = code_groups(self.code)
        return {
            "school_short_name": self.school_short_name,
            "heading": HEADINGS[self.purpose],
            "school_phone": unbroken(self.school_phone),
            "school_hours": self.school_hours,
            "rows": self._rows(),
            "code": "\u00a0\u00a0".join(groups),
            "dictation": tuple(
                {"group": group, "spelled": spelled}
                for group, spelled in zip(groups, dictation(self.code), strict=True)
            ),
            "valid_until": moment(self.valid_until),
            "redeem_address": self.redeem_address,
            "qr": Qr(link=self.redeem_link),
            "second_question": QUESTIONS[self.second_question],
            "last_step": LAST_STEPS[self.purpose],
        }

    def small(self) -> Mapping[str, str | Qr]:
        """What a quarter of a sheet has room for."""
        about = (self.role, self.child_name and f"ребёнок: {self.child_name}", self.class_name)
        return {
            "school_short_name": self.school_short_name,
            "heading": HEADINGS[self.purpose],
            "for_whom": self.for_whom,
            "about": ", ".join(part for part in about if part),
            "code": "\u00a0\u00a0".join(code_groups(self.code)),
            "valid_until": moment(self.valid_until),
            "redeem_address": self.redeem_address,
            "qr": Qr(link=self.redeem_link),
            "second_question": QUESTIONS[self.second_question],
            "last_step": LAST_STEPS[self.purpose],
            "school_phone": unbroken(self.school_phone),
            "school_hours": self.school_hours,
        }

    def _rows(self) -> tuple[Mapping[str, str], ...]:
        rows = {
            "Для кого": self.for_whom,
            "Роль": self.role,
            "Ребёнок": self.child_name,
            "Класс": self.class_name,
        }
        return tuple({"label": label, "value": value} for label, value in rows.items() if value)


SLIPS_A_SHEET = 4


@dataclass(frozen=True, kw_only=True)
class CodeSlips(PaperContext):
    """Many slips, four on a sheet, to be cut apart (POL-3.4.3, POL-3.5.6)."""

    print_name: ClassVar[str] = "code_slips"

    slips: tuple[CodeSlip, ...]

    @property
    def title(self) -> str:
        return "Пригласительные коды"

    @property
    def dated(self) -> date | None:
        return None

    def words(self) -> Mapping[str, Word]:
        return {"slips": tuple(slip.small() for slip in self.slips)}


EXAMPLE = CodeSlip(
    school_short_name="МБОУ СОШ №1",
    school_phone="+7 900 000-00-01",
    school_hours="пн–пт 9:00–14:30",
    for_whom="Образцова Мария Петровна",
    role="родитель",
    child_name="Образцов Пётр Сергеевич",
    class_name="6А",
    code="АВЕКМНРСТУХ23456",
    valid_until=datetime(2026, 5, 19, 23, 59),  # noqa: DTZ001  the school's own clock
    redeem_address="https://school.example/invitation",
    redeem_link="https://school.example/invitation",
    second_question=SecondQuestion.CHILD_BIRTH_DATE,
)
