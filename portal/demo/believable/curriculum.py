"""Classes, subjects, and what each grade is taught."""

from dataclasses import dataclass

from journal_core.exchange.export import written_year
from portal.demo.believable.terms import Row

GRADES = range(1, 12)
IN_A_CLASS = 25
LETTERS = "АБВГДЕЖЗИК"
FIRST_GRADE = 1

#: Subject, its short name, hours a week by grade (a range of grades or one).
_PLAN = """
Русский язык|Рус|1-4:5 5:5 6:6 7:4 8-9:3 10-11:2
Литературное чтение|Чт|1-4:4
Литература|Лит|5-6:3 7-8:2 9-11:3
Английский язык|Англ|2-4:2 5-11:3
Математика|Мат|1-4:4 5-6:5
Алгебра|Алг|7-11:3
Геометрия|Геом|7-11:2
Вероятность и статистика|Вер|7-11:1
Информатика|Инф|7-11:1
Окружающий мир|Окр|1-4:2
История|Ист|5-9:3 10-11:2
Обществознание|Общ|6:1 8-9:1 10-11:2
География|Геогр|5-6:1 7-9:2 10-11:1
Физика|Физ|7-8:2 9:3 10-11:2
Химия|Хим|8-9:2 10-11:1
Биология|Био|5-7:1 8-9:2 10-11:1
Музыка|Муз|1-8:1
Изобразительное искусство|ИЗО|1-7:1
Труд (технология)|Труд|1-4:1 5-7:2 8-9:1
Основы безопасности и защиты Родины|ОБЗР|8-11:1
Физическая культура|Физра|1-4:3 5-11:2
"""
#: Subjects for which a class is divided (INS-3.5.8), from which grade on.
DIVIDED = {"Английский язык": 2, "Информатика": 7, "Труд (технология)": 5}
GROUPS = ("1", "2")


@dataclass(frozen=True, kw_only=True)
class Hours:
    grade: int
    subject: str
    hours: int


def _read(plan: str) -> tuple[tuple[tuple[str, str], ...], tuple[Hours, ...]]:
    subjects, hours = [], []
    for line in plan.strip().splitlines():
        subject, short_name, told = line.split("|")
        subjects.append((subject, short_name))
        for part in told.split():
            span, _, count = part.partition(":")
            first, _, last = span.partition("-")
            hours += [
                Hours(grade=grade, subject=subject, hours=int(count))
                for grade in range(int(first), int(last or first) + 1)
            ]
    return tuple(subjects), tuple(hours)


SUBJECTS, HOURS = _read(_PLAN)


def subject_rows() -> list[Row]:
    return [
        {"Предмет": name, "Кратко": short_name, "Порядок": position}
        for position, (name, short_name) in enumerate(SUBJECTS, 1)
    ]


def curriculum_rows(year: int) -> list[Row]:
    return [
        {
            "Учебный год": written_year(year),
            "Параллель": each.grade,
            "Предмет": each.subject,
            "Часов в неделю": each.hours,
        }
        for each in HOURS
    ]


@dataclass(frozen=True)
class Classes:
    """The classes of the year, by name, with their grades."""

    year: int
    grades: dict[str, int]

    @property
    def year_name(self) -> str:
        return written_year(self.year)

    @property
    def names(self) -> list[str]:
        return list(self.grades)

    def hours_of(self, name: str) -> list[Hours]:
        """What the class is taught."""
        return [each for each in HOURS if each.grade == self.grades[name]]

    def group_rows(self) -> list[Row]:
        return [
            {
                "Учебный год": self.year_name,
                "Вид": "деление",
                "Группа": group,
                "Класс": name,
                "Предмет": subject,
                "Руководитель": "",
            }
            for name, subject in self.divided
            for group in GROUPS
        ]

    @property
    def divided(self) -> list[tuple[str, str]]:
        """Each class with each subject that it is divided for."""
        return [
            (name, each.subject)
            for name in self.grades
            for each in self.hours_of(name)
            if is_divided(each)
        ]


def is_divided(hours: Hours) -> bool:
    return hours.grade >= DIVIDED.get(hours.subject, max(GRADES) + 1)


def classes_of(pupils: int, year: int) -> Classes:
    """As many classes as the pupils need, more in the lower grades."""
    count = max(len(GRADES), round(pupils / IN_A_CLASS))
    each, more = divmod(count, len(GRADES))
    return Classes(
        year,
        {
            f"{grade}{LETTERS[index]}": grade
            for grade in GRADES
            for index in range(each + (grade <= more))
        },
    )
