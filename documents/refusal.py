"""FRM-2: the decision to refuse the service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from documents.paper import PaperContext, Word, blank, day_in_words, lines, registered
from journal_core.people.terms import Gender
from journal_core.requests.terms import RefusalGround

CITIZENS = {None: "Гражданину", Gender.MALE: "Гражданину", Gender.FEMALE: "Гражданке"}


def ground_words(ground: RefusalGround, school_short_name: str) -> str:
    """The ground in the words of FRM-2, without the mark that ends it (SVC-2.12)."""
    match ground:
        case RefusalGround.NOT_AN_APPLICANT:
            return (
                "запрос подан лицом, не относящимся к заявителям, "
                "предусмотренным настоящим Регламентом"
            )
        case RefusalGround.NOT_A_PUPIL:
            return (
                "лицо, получение информации о текущей успеваемости и посещаемости которого "
                f"запрашивается заявителем, не является обучающимся {school_short_name}"
            )
        case RefusalGround.ADULT:
            return (
                "обучающийся, получение информации о текущей успеваемости и посещаемости которого "
                "запрашивается заявителем, достиг возраста 18 лет"
            )
        case RefusalGround.DOCUMENTS_UNFIT:
            return "представленные заявителем документы не соответствуют установленным требованиям"
        case RefusalGround.DOCUMENTS_CONTRADICT:
            return "в представленных заявителем документах содержатся противоречивые сведения"
        case RefusalGround.WITHDRAWN:
            return "подача заявителем заявления об отказе в получении услуги"


@dataclass(frozen=True, kw_only=True)
class Refusal(PaperContext):
    """The facts of FRM-2.

    `addressee` is the name in the dative, printed as given. `grounds` are those that apply, at
    least one, printed in the order of the form (SVC-2.12, 2.13); `explanations` are parallel to
    them, "" where there is nothing to explain, or empty as a whole. A line break in
    `school_full_name_genitive` breaks the heading there. The request's number and date, the
    explanations and the date of the decision are added lines. Raises ValueError without grounds,
    with a ground twice, or with another number of explanations.
    """

    school_short_name: str
    school_full_name_genitive: str
    addressee: str = ""
    gender: Gender | None = None
    grounds: tuple[RefusalGround, ...]
    explanations: tuple[str, ...] = ()
    registration_number: str = ""
    registered_on: date | None = None
    signatory_position: str
    signatory_name: str
    decided_on: date | None = None

    def __post_init__(self) -> None:
        if not self.grounds:
            raise ValueError("grounds: a refusal needs at least one")
        if len(set(self.grounds)) != len(self.grounds):
            raise ValueError("grounds: each is named once")
        if len(self.explanations) not in {0, len(self.grounds)}:
            raise ValueError("explanations: one for each ground, or none")

    @property
    def title(self) -> str:
        return " ".join(part for part in ("Решение об отказе", self.addressee) if part)

    @property
    def dated(self) -> date | None:
        return self.decided_on

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "school_lines": lines(self.school_full_name_genitive),
            "citizen": CITIZENS[self.gender],
            "addressee": self.addressee,
            "grounds": self._grounds(),
            "request": registered(self.registration_number, self.registered_on) or blank(30),
            "signatory_position": self.signatory_position,
            "signatory_name": self.signatory_name,
            "decided_on": day_in_words(self.decided_on, gap=15),
        }

    def _grounds(self) -> tuple[Mapping[str, str], ...]:
        explained = dict(zip(self.grounds, self.explanations or ("",) * 6, strict=False))
        listed = [ground for ground in RefusalGround if ground in explained]
        return tuple(
            {
                "text": ground_words(ground, self.school_short_name)
                + ("." if ground == listed[-1] else ";"),
                "explanation": explained[ground],
            }
            for ground in listed
        )


EXAMPLE = Refusal(
    school_short_name="МБОУ СОШ №1",
    school_full_name_genitive=(
        "Муниципального бюджетного образовательного учреждения\n"
        "средней общеобразовательной школы №1"
    ),
    addressee="Образцовой Марии Петровне",
    gender=Gender.FEMALE,
    grounds=(RefusalGround.NOT_A_PUPIL, RefusalGround.DOCUMENTS_CONTRADICT),
    explanations=(
        "В списках школы нет обучающегося с такими именем и датой рождения.",
        "Фамилия в свидетельстве о рождении отличается от указанной в запросе.",
    ),
    registration_number="12",
    registered_on=date(2026, 4, 30),
    signatory_position="Директор",
    signatory_name="И.О.Фамилия",
    decided_on=date(2026, 5, 5),
)
