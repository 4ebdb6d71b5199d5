"""Pupils and those who represent them: two parents, one, or a guardian; brothers and sisters."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from portal.demo.believable.curriculum import GROUPS, Classes
from portal.demo.believable.names import BOYS, FATHERS, SURNAMES, UNCHANGED, WOMEN, of_woman
from portal.demo.believable.terms import Row

#: Of a hundred families: with a guardian, and with one parent.
GUARDED, SINGLE = 5, 13
SIBLINGS = 12
FIRST_GRADE_AGE = 7
CITY = "+7 87934"


@dataclass(frozen=True, kw_only=True)
class Grown:
    last_name: str
    first_name: str
    patronymic: str
    phone: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Child:
    file_number: str
    last_name: str
    first_name: str
    patronymic: str
    born: date
    is_boy: bool
    class_name: str
    represented_by: tuple[Grown, ...]
    is_guarded: bool


class Families:
    def __init__(self, random: Random, classes: Classes, pupils: int) -> None:
        self._random = random
        self._classes = classes
        self._people = 0
        self.children: list[Child] = []
        names = classes.names
        for number in range(pupils):
            class_name = names[number * len(names) // pupils]
            self.children.append(self._child(number + 1, class_name))

    def pupil_rows(self, order: Row) -> list[Row]:
        return [
            {
                "№ личного дела": child.file_number,
                "Фамилия": child.last_name,
                "Имя": child.first_name,
                "Отчество": child.patronymic,
                "Дата рождения": child.born,
                "Пол": "м" if child.is_boy else "ж",
                "Класс": child.class_name,
                "С": date(self._classes.year, 9, 1),
                "По": "",
                "Почта": "",
                "Телефон": "",
                **order,
            }
            for child in self.children
        ]

    def representative_rows(self) -> list[Row]:
        return [
            {
                "№ личного дела": child.file_number,
                "Фамилия": grown.last_name,
                "Имя": grown.first_name,
                "Отчество": grown.patronymic,
                "Кем приходится": "опекун" if child.is_guarded else "родитель",
                "Основание": "акт органа опеки" if child.is_guarded else "",
                "До": "",
                "Телефон": grown.phone,
                "Почта": grown.email,
            }
            for child in self.children
            for grown in child.represented_by
        ]

    def group_member_rows(self, order: Row) -> list[Row]:
        """Each class divided by the alphabet, as evenly as it goes."""
        by_class: dict[str, list[Child]] = {name: [] for name in self._classes.names}
        for child in self.children:
            by_class[child.class_name].append(child)
        return [
            {
                "Учебный год": self._classes.year_name,
                "Группа": GROUPS[index * len(GROUPS) // len(by_class[name])],
                "Класс": name,
                "Предмет": subject,
                "№ личного дела": child.file_number,
                "С": date(self._classes.year, 9, 1),
                "По": "",
                **order,
            }
            for name, subject in self._classes.divided
            for index, child in enumerate(by_class[name])
        ]

    def _child(self, number: int, class_name: str) -> Child:
        chance = self._random
        is_boy = chance.random() < 0.5
        elder = chance.choice(self.children) if self.children else None
        if elder and not elder.is_guarded and chance.randrange(100) < SIBLINGS:
            surname = elder.represented_by[0].last_name
            father_name = next(each for each in FATHERS if elder.patronymic in each)
            grown = elder.represented_by
            surname = _of_man(elder)
            is_guarded = False
        else:
            surname = chance.choice((*SURNAMES, *UNCHANGED))
            father_name = chance.choice(FATHERS)
            grown, is_guarded = self._family(surname, father_name[0])
        _name, of_son, of_daughter = father_name
        return Child(
            file_number=f"{surname[0]}-{number:04}",
            last_name=surname if is_boy else of_woman(surname),
            first_name=chance.choice(BOYS if is_boy else WOMEN),
            patronymic=of_son if is_boy else of_daughter,
            born=self._birthday(self._classes.grades[class_name]),
            is_boy=is_boy,
            class_name=class_name,
            represented_by=grown,
            is_guarded=is_guarded,
        )

    def _family(self, surname: str, father: str) -> tuple[tuple[Grown, ...], bool]:
        kind = self._random.randrange(100)
        if kind < GUARDED:
            return (self._woman(self._random.choice(SURNAMES)),), True
        if kind < GUARDED + SINGLE:
            return (self._woman(surname),), False
        return (self._man(surname, father), self._woman(surname)), False

    def _man(self, surname: str, name: str) -> Grown:
        return self._grown(surname, name, self._random.choice(FATHERS)[1])

    def _woman(self, surname: str) -> Grown:
        patronymic = self._random.choice(FATHERS)[2]
        return self._grown(of_woman(surname), self._random.choice(WOMEN), patronymic)

    def _grown(self, last_name: str, first_name: str, patronymic: str) -> Grown:
        self._people += 1
        has_email = self._random.random() < 0.7
        return Grown(
            last_name=last_name,
            first_name=first_name,
            patronymic=patronymic,
            phone=f"+7 900 {self._people // 10000:03}-{self._people // 100 % 100:02}-"
            f"{self._people % 100:02}",
            email=f"family{self._people}@mail.example" if has_email else "",
        )

    def _birthday(self, grade: int) -> date:
        """Seven years old, or soon, when school began for the grade."""
        turned = date(self._classes.year - grade + 1 - FIRST_GRADE_AGE, 4, 1)
        return turned - timedelta(days=self._random.randrange(365) - 60)


def _of_man(child: Child) -> str:
    """The family's surname as a man bears it."""
    if child.is_boy or child.last_name in UNCHANGED:
        return child.last_name
    return child.last_name.removesuffix("а")
