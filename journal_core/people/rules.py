"""Names and ages: pure functions."""

from datetime import date

from pytrovich.enums import Case, NamePart
from pytrovich.enums import Gender as PytrovichGender
from pytrovich.maker import PetrovichDeclinationMaker

from journal_core.people.terms import Gender, GrammaticalCase, PersonName

#: Adulthood, years: from 00:00 of the birthday (SVC-2.12.3).
ADULT_AGE = 18

_MAKER = PetrovichDeclinationMaker()
_CASES = {GrammaticalCase.GENITIVE: Case.GENITIVE, GrammaticalCase.DATIVE: Case.DATIVE}
_GENDERS = {Gender.FEMALE: PytrovichGender.FEMALE, Gender.MALE: PytrovichGender.MALE}
_PARTICLES = {"оглы": Gender.MALE, "оглу": Gender.MALE, "кызы": Gender.FEMALE}


def search_key(text: str) -> str:
    """Folded for comparison: case, ё/е, hyphens and spaces no longer matter."""
    return " ".join(text.casefold().replace("ё", "е").replace("-", " ").split())


def guess_gender(name: PersonName) -> Gender | None:
    """Told by the patronymic, or None when it does not tell."""
    words = name.patronymic.casefold().split()
    if not words:
        return None
    if words[-1] in _PARTICLES:
        return _PARTICLES[words[-1]]
    if words[-1].endswith(("вна", "чна", "шна")):
        return Gender.FEMALE
    if words[-1].endswith("ич"):
        return Gender.MALE
    return None


def decline(name: PersonName, case: GrammaticalCase, gender: Gender | None = None) -> PersonName:
    """The name in the case; what cannot be declined stays as it is.

    Without a gender, given or told by the patronymic, nothing is declined.
    """
    known = gender or guess_gender(name)
    if known is None:
        return name
    return PersonName(
        last_name=_decline_part(NamePart.LASTNAME, name.last_name, known, case),
        first_name=_decline_part(NamePart.FIRSTNAME, name.first_name, known, case),
        patronymic=_decline_patronymic(name.patronymic, known, case),
    )


def is_adult(birth_date: date, on: date) -> bool:
    """Whether the person is 18 or older on the date; the birthday itself counts (SVC-2.12.3)."""
    years = on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    return years >= ADULT_AGE


def split_full_name(text: str) -> PersonName:
    """«Фамилия Имя Отчество [оглы]» as a name; missing parts are empty."""
    words = [*text.split(), "", ""]
    return PersonName(
        last_name=words[0],
        first_name=words[1],
        patronymic=" ".join(word for word in words[2:] if word),
    )


def _decline_patronymic(patronymic: str, gender: Gender, case: GrammaticalCase) -> str:
    if patronymic.casefold().split()[-1:] and patronymic.casefold().split()[-1] in _PARTICLES:
        return patronymic
    return _decline_part(NamePart.MIDDLENAME, patronymic, gender, case)


def _decline_part(part: NamePart, text: str, gender: Gender, case: GrammaticalCase) -> str:
    if not text or not all("а" <= letter.casefold() <= "ё" or letter in "- " for letter in text):
        return text
    declined: str = _MAKER.make(part, _GENDERS[gender], _CASES[case], text)
    return declined
