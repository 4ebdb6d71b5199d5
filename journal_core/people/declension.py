"""Names in the case that a document needs, and the gender that the case needs.

pytrovich knows the endings; here is only what it leaves out or gets wrong. Doubtful even for
people (Соловей, Заяц, Айгуль) is decided by the person's own override, never here.
"""

import re
import unicodedata
from functools import cache

from pytrovich.enums import Case, NamePart
from pytrovich.enums import Gender as RuleGender
from pytrovich.maker import PetrovichDeclinationMaker

from journal_core.people.terms import Gender, GrammaticalCase, PersonName


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: «сын» and «дочь» that follow a father's name; neither they nor the father's name change.
SON_WORDS = frozenset({"оглы", "оглу", "оғлу", "улы", "уулу", "угли", "углы"})
DAUGHTER_WORDS = frozenset({"кызы", "гызы", "кизи", "қызы"})

#: Written in small letters before a surname; they belong to it and never change.
NOBLE_PARTICLES = _listed("фон де ван дер ден ла ля ди да дос аль эль бен ибн тер")

#: Surnames with a stressed ending that the library declines and grammar does not.
_UNCHANGED_LAST_NAMES = frozenset({"золя"})
#: First halves of double surnames that do not change by themselves: Кара-Мурза → Кара-Мурзе.
_UNCHANGED_FIRST_HALVES = frozenset({"кара"})

_CYRILLIC = re.compile(r"[А-Яа-яЁё]+")
#: One syllable before -й is no adjective's stem: Бой → Бою, Кий → Кию (but Толстой → Толстому).
_SHORT_NOUN = re.compile(r"[^аеёиоуыэюя]+[иоы]й")
#: After two consonants the vowel of -ец stays: Кузнец → Кузнецу (but Кравец → Кравцу).
_CLUSTER_BEFORE_ETS = re.compile(r".*[бвгджзклмнпрстфхцчшщ]{2}ец")
#: -а and -у, not -я and -ю, after a hissing consonant with a soft sign: Мышь → Мышу.
_HISSING_SOFT = re.compile(r".*[жчшщ]ь")

_CASES = {GrammaticalCase.GENITIVE: Case.GENITIVE, GrammaticalCase.DATIVE: Case.DATIVE}
_GENDERS = {Gender.FEMALE: RuleGender.FEMALE, Gender.MALE: RuleGender.MALE}
#: Endings of a masculine noun on a hard and on a soft stem.
_HARD = {GrammaticalCase.GENITIVE: "а", GrammaticalCase.DATIVE: "у"}
_SOFT = {GrammaticalCase.GENITIVE: "я", GrammaticalCase.DATIVE: "ю"}

_FEMALE_LAST_NAME = re.compile(r".+(ова|ева|ёва|ская|цкая)")
_MALE_LAST_NAME = re.compile(r".+(ов|ев|ёв|ский|цкий)")

#: Names of men and of both that look like names of women, and the other way round.
_MALE_IN_A = _listed(
    "абдулла алёша ахмедага валера ваня вася витя вова гаврила гена гиа гоча гоша гриша данила"
    " дата дима добрыня жора заза илья иса исса коля костя кузьма лёва лёня лёша лука мирза митя"
    " миша муса мусса мустафа никита паата петя савва серёжа сёма стёпа толя федя фома шота юра"
)
_EITHER_IN_A = _listed("саша женя валя слава шура сима паша тоня мика ника дана захария")
_FEMALE_IN_CONSONANT = _listed(
    "любовь руфь юдифь нинель рашель рахиль эсфирь есфирь адель айгуль айсель асель гузель"
    " гюзель жизель ассоль николь этель айнур айгерим марьям мириам мирьям кармен ирэн кэтрин"
    " жаклин катрин карин ширин эстер элис алис инес долорес гульнар гульназ гюльназ дильбар"
    " ануш шушаник айжан наргиз нигяр севиль севиндж зейнаб зайнаб хатидж"
)
_MALE_IN_CONSONANT = _listed(
    "александр алексей альберт анатолий андрей антон аркадий арсен арсений артём артем артур"
    " богдан борис вадим валентин валерий василий виктор виталий владимир владислав всеволод"
    " вячеслав геннадий георгий герман глеб григорий давид дамир даниил данил денис дмитрий"
    " евгений егор ефим захар иван игнат игорь ильдар ильяс иосиф камиль карим кирилл"
    " константин лев леонид магомед макар максим марат марк матвей мирон михаил мурад мурат"
    " назар наиль николай олег осип павел пётр петр платон расул рамиль рашид ренат ринат"
    " роберт родион роман ростислав руслан рустам рустем савелий самвел святослав семён семен"
    " сергей станислав степан тагир тимофей тимур фарид фёдор федор филипп фёдр халид чингиз"
    " шамиль эдуард эльдар эмиль эрик юлиан юлий юрий яков ян ярослав ахмед армен ашот вагиф"
    " вартан гамлет гарик гурген мухаммад мухаммед али"
)


def decline(name: PersonName, case: GrammaticalCase, gender: Gender | None = None) -> PersonName:
    """The name in the case, each part by its own rules.

    Without a gender it is guessed; when it cannot be, the name changes only where men and women
    are declined alike. A part that is not Cyrillic, a patronymic that does not end like one, and
    «оглы» and «кызы» stay as written. Capitals stay capitals. Raises nothing.
    """
    known = gender or guess_gender(name)
    if known is not None:
        return _declined(name, case, known)
    as_woman = _declined(name, case, Gender.FEMALE)
    as_man = _declined(name, case, Gender.MALE)
    return as_man if as_man == as_woman else name


def guess_gender(name: PersonName) -> Gender | None:
    """The gender that the name tells, or None when it does not tell for certain.

    The patronymic decides, «оглы» and «кызы» with it. Without one the first name and the
    surname are asked, and must not contradict each other.
    """
    by_patronymic = _gender_of_patronymic(_lower(name.patronymic))
    if by_patronymic is not None:
        return by_patronymic
    told = {
        _gender_of_first_name(_lower(name.first_name)),
        _gender_of_last_name(_lower(name.last_name)),
    } - {None}
    return told.pop() if len(told) == 1 else None


def ends_like_patronymic(word: str) -> bool:
    """Whether the word is a patronymic by its ending: -ич, -вна, -чна, -шна, «оглы», «кызы»."""
    return _gender_of_patronymic(_lower(word)) is not None


def _declined(name: PersonName, case: GrammaticalCase, gender: Gender) -> PersonName:
    return PersonName(
        last_name=_decline_part(name.last_name, NamePart.LASTNAME, case, gender),
        first_name=_decline_part(name.first_name, NamePart.FIRSTNAME, case, gender),
        patronymic=_decline_patronymic(name.patronymic, case, gender),
    )


def _decline_patronymic(text: str, case: GrammaticalCase, gender: Gender) -> str:
    if not _lower(text).endswith(("ич", "вна", "чна", "шна")):
        return text
    return _decline_part(text, NamePart.MIDDLENAME, case, gender)


def _decline_part(text: str, part: NamePart, case: GrammaticalCase, gender: Gender) -> str:
    words = unicodedata.normalize("NFC", text).split(" ")
    return " ".join(_decline_word(word, part, case, gender) for word in words)


def _decline_word(word: str, part: NamePart, case: GrammaticalCase, gender: Gender) -> str:
    if part is NamePart.LASTNAME and word in NOBLE_PARTICLES:
        return word
    pieces = word.split("-")
    if not all(_CYRILLIC.fullmatch(piece) for piece in pieces):
        return word
    last = len(pieces) - 1
    return "-".join(
        _decline_piece(piece, part, case, gender, final=index == last)
        for index, piece in enumerate(pieces)
    )


def _decline_piece(
    piece: str, part: NamePart, case: GrammaticalCase, gender: Gender, *, final: bool
) -> str:
    form = _own_rule(piece, case, gender, final=final) if part is NamePart.LASTNAME else None
    if form is None:
        form = str(_maker().make(part, _GENDERS[gender], _CASES[case], piece, known_gender=final))
    return form.upper() if piece.isupper() and len(piece) > 1 else form


def _own_rule(piece: str, case: GrammaticalCase, gender: Gender, *, final: bool) -> str | None:
    """The form of a surname that the library gets wrong, or None to ask the library."""
    lower = piece.lower()
    if lower in _UNCHANGED_LAST_NAMES or (not final and lower in _UNCHANGED_FIRST_HALVES):
        return piece
    if gender is Gender.FEMALE:
        return None
    if _SHORT_NOUN.fullmatch(lower):
        return piece[:-1] + _SOFT[case]
    if _HISSING_SOFT.fullmatch(lower):
        return piece[:-1] + _HARD[case]
    if _CLUSTER_BEFORE_ETS.fullmatch(lower):
        return piece + _HARD[case]
    return None


def _gender_of_patronymic(lower: str) -> Gender | None:
    if not lower:
        return None
    ending = re.split(r"[\s-]+", lower)[-1]
    if ending in SON_WORDS or ending.endswith(("ич", "оглы", "улы", "уулу")):
        return Gender.MALE
    if ending in DAUGHTER_WORDS or ending.endswith(("вна", "чна", "шна", "кызы", "гызы")):
        return Gender.FEMALE
    return None


def _gender_of_first_name(lower: str) -> Gender | None:
    word = re.split(r"[\s-]+", lower)[-1]
    if word in _EITHER_IN_A:
        return None
    if word in _MALE_IN_A or word in _MALE_IN_CONSONANT:
        return Gender.MALE
    if word in _FEMALE_IN_CONSONANT or (_CYRILLIC.fullmatch(word) and word[-1] in "ая"):
        return Gender.FEMALE
    return None


def _gender_of_last_name(lower: str) -> Gender | None:
    word = re.split(r"[\s-]+", lower)[-1]
    if _FEMALE_LAST_NAME.fullmatch(word):
        return Gender.FEMALE
    return Gender.MALE if _MALE_LAST_NAME.fullmatch(word) else None


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().lower()


@cache
def _maker() -> PetrovichDeclinationMaker:
    """The library with its table of endings, read once."""
    return PetrovichDeclinationMaker()
