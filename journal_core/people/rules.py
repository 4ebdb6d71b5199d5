"""Names and ages: pure functions. Declension and comparison have modules of their own."""

from datetime import date, timedelta

from journal_core.people.declension import (
    NOBLE_PARTICLES,
    decline,
    ends_like_patronymic,
    guess_gender,
)
from journal_core.people.matching import Agreement, compare_names, folded_words, near_matches
from journal_core.people.terms import PersonName, RightEnd, RightEndReason

__all__ = [
    "ADULT_AGE",
    "Agreement",
    "comes_of_age_on",
    "compare_names",
    "decline",
    "fits_a_pupil",
    "guess_gender",
    "is_adult",
    "is_name",
    "near_matches",
    "retyped",
    "right_end",
    "search_key",
    "search_variants",
    "sort_key",
    "split_full_name",
    "youngest_adult_born_on",
]

#: Adulthood, years: from 00:00 of the birthday (SVC-2.12.3).
ADULT_AGE = 18

#: The youngest and the oldest age, in years, at which somebody is enrolled in a class.
PUPIL_AGES = (5, 21)

#: Letters of a search key: of four bytes each they still fit an index of PostgreSQL (2,704 bytes).
SEARCH_KEY = 600

_THREE_WORDS = 3
#: What may stand between the letters of a name.
_NAME_PUNCTUATION = " -.'’ʼ‐‑"

#: The keys of an English keyboard and the letters that a Russian one has on them.
_RUSSIAN_KEYS = str.maketrans(
    "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~{}:\"<>", "ёйцукенгшщзхъфывапролджэячсмитьбюёхъжэбю"
)


def is_name(text: str) -> bool:
    """Letters of any alphabet, hyphens, spaces, apostrophes and dots; at least one letter."""
    return any(sign.isalpha() for sign in text) and all(
        sign.isalpha() or sign in _NAME_PUNCTUATION for sign in text
    )


def fits_a_pupil(birth_date: date, enrolled_on: date) -> bool:
    """Whether a person of this birth can be enrolled in a class on the day (POL-3.4.11)."""
    had_birthday = (enrolled_on.month, enrolled_on.day) >= (birth_date.month, birth_date.day)
    age = enrolled_on.year - birth_date.year - (not had_birthday)
    return PUPIL_AGES[0] <= age <= PUPIL_AGES[1]


def search_key(text: str) -> str:
    """Folded for comparison: case, ё/е, hyphens, apostrophes and spaces no longer matter.

    Folding makes some letters three; what is longer than an index takes is cut.
    """
    return " ".join(folded_words(text))[:SEARCH_KEY]


def retyped(text: str) -> str:
    """The text as the same keys of a Russian keyboard give it: «ghbdtn» is «привет»."""
    return text.lower().translate(_RUSSIAN_KEYS)


def search_variants(typed: str) -> tuple[tuple[str, ...], ...]:
    """The words to look for, folded: as they were typed, and as a Russian keyboard gives them.

    Words without a Latin letter, and what is empty, have no second reading.
    """
    readings = [tuple(search_key(typed).split())]
    if any("a" <= letter <= "z" for letter in typed.lower()):
        readings.append(tuple(search_key(retyped(typed)).split()))
    return tuple(reading for reading in dict.fromkeys(readings) if reading)


def sort_key(name: PersonName) -> str:
    """What lists of people are ordered by: the folded surname, first name and patronymic."""
    return search_key(name.full)


def split_full_name(text: str) -> PersonName:
    """«Фамилия Имя Отчество [оглы]» as a name; missing parts are empty.

    «оглы» and «кызы» belong to the patronymic, «фон» and the like to the surname. Of four
    words and more that end with a patronymic, those between are the first name.
    """
    words = text.split()
    start = next((at for at, word in enumerate(words) if word not in NOBLE_PARTICLES), 0) + 1
    last, given = words[:start], words[start:]
    if len(given) >= _THREE_WORDS and ends_like_patronymic(given[-1]) and given[-1].istitle():
        first, patronymic = given[:-1], given[-1:]
    else:
        first, patronymic = given[:1], given[1:]
    return PersonName(
        last_name=" ".join(last), first_name=" ".join(first), patronymic=" ".join(patronymic)
    )


def comes_of_age_on(birth_date: date) -> date:
    """The day from whose 00:00 the person is an adult (SVC-2.12.3): the 18th birthday.

    Who is born on 29 February comes of age on 1 March: the eighteenth year is never a leap year.
    """
    year = birth_date.year + ADULT_AGE
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def is_adult(birth_date: date, on: date) -> bool:
    """Whether the person is 18 or older on the date; the birthday itself counts (SVC-2.12.3)."""
    return on >= comes_of_age_on(birth_date)


def youngest_adult_born_on(on: date) -> date:
    """The latest birth date of those who are adults on the date, what `is_adult` asks of rows."""
    try:
        return on.replace(year=on.year - ADULT_AGE)
    except ValueError:
        # Who is born on the 28th is an adult on 29 February, who is born on 1 March is not yet.
        return date(on.year - ADULT_AGE, 2, 28)


def right_end(
    *, born: date | None, is_let_read: bool, left_on: date | None, valid_until: date | None
) -> RightEnd | None:
    """What ends a representative's right to the diary first (SVC-2.8, 2.12.3, 2.6.4).

    The day after the pupil's last day at the school; the 18th birthday, unless the pupil lets the
    representative read on; the day after the last one of a guardianship. None while none is known.
    """
    ends = []
    if left_on is not None:
        ends.append(RightEnd(reason=RightEndReason.LEAVING, since=left_on + timedelta(days=1)))
    if born is not None and not is_let_read:
        ends.append(RightEnd(reason=RightEndReason.ADULTHOOD, since=comes_of_age_on(born)))
    if valid_until is not None:
        ends.append(RightEnd(reason=RightEndReason.TERM, since=valid_until + timedelta(days=1)))
    return min(ends, key=lambda one: one.since, default=None)
