"""Teachers, what each teaches, and who else works at the school."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from portal.demo.believable.curriculum import GROUPS, Classes, is_divided
from portal.demo.believable.names import FATHERS, SURNAMES, WOMEN, of_woman
from portal.demo.believable.terms import Row, order_of

#: Hours a week that one teacher takes at most.
FULL = 22
#: The last grade in which one teacher has most of the subjects.
PRIMARY = 4
#: What a primary teacher leaves to others.
NOT_OF_PRIMARY = frozenset({"Английский язык", "Физическая культура", "Музыка"})
#: Subjects that one person teaches together.
AREAS = (
    ("учитель русского языка и литературы", {"Русский язык", "Литература"}),
    ("учитель английского языка", {"Английский язык"}),
    ("учитель математики", {"Математика", "Алгебра", "Геометрия", "Вероятность и статистика"}),
    ("учитель информатики", {"Информатика"}),
    ("учитель истории и обществознания", {"История", "Обществознание"}),
    ("учитель географии", {"География"}),
    ("учитель физики", {"Физика"}),
    ("учитель химии и биологии", {"Химия", "Биология"}),
    ("учитель музыки", {"Музыка"}),
    ("учитель изобразительного искусства", {"Изобразительное искусство"}),
    ("учитель труда", {"Труд (технология)"}),
    ("преподаватель ОБЗР", {"Основы безопасности и защиты Родины"}),
    ("учитель физической культуры", {"Физическая культура"}),
)
OTHERS = ("педагог-психолог", "социальный педагог", "библиотекарь", "педагог-организатор")


@dataclass(frozen=True, kw_only=True)
class Lessons:
    """What one teacher gives one class, or one group of it, in a week."""

    class_name: str
    subject: str
    group: str
    hours: int


@dataclass
class Teacher:
    name: tuple[str, str, str]
    position: str
    room: str
    is_known: bool = False
    lessons: list[Lessons] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return " ".join(self.name)

    @property
    def hours(self) -> int:
        return sum(each.hours for each in self.lessons)


class Staff:
    """`known` are people who work at the school already: position → full name."""

    def __init__(self, random: Random, classes: Classes, known: Mapping[str, str]) -> None:
        self._random = random
        self._known = dict(known)
        self._classes = classes
        self._taken: set[str] = set()
        self._leaders: dict[str, Teacher] = {}
        self.teachers: list[Teacher] = []
        wanted = [
            Lessons(class_name=name, subject=each.subject, group=group, hours=each.hours)
            for name in classes.names
            for each in classes.hours_of(name)
            for group in (GROUPS if is_divided(each) else ("",))
        ]
        left = self._primary(wanted)
        for position, subjects in AREAS:
            self._area(position, [each for each in left if each.subject in subjects])
        self._lead()

    def rows(self) -> list[Row]:
        order = order_of(f"{self._classes.year % 100}-к", date(self._classes.year, 8, 28))
        others = [self._new(position) for position in OTHERS]
        return [
            {
                "Фамилия": each.name[0],
                "Имя": each.name[1],
                "Отчество": each.name[2],
                "Дата рождения": "",
                "Должность": each.position,
                "С": date(self._classes.year, 9, 1),
                "По": "",
                "Почта": "",
                "Телефон": "",
                **order,
            }
            for each in (*self.teachers, *others)
            if not each.is_known
        ]

    def load_rows(self) -> list[Row]:
        return [
            {
                "Учебный год": self._classes.year_name,
                "Учитель": teacher.full_name,
                "Предмет": each.subject,
                "Класс": each.class_name,
                "Группа": each.group,
                "Часов в неделю": each.hours,
            }
            for teacher in self.teachers
            for each in teacher.lessons
        ]

    def leader_of(self, class_name: str) -> str:
        return self._leaders[class_name].full_name

    def _primary(self, wanted: list[Lessons]) -> list[Lessons]:
        """Give each class of grades 1–4 its teacher; returns what nobody has yet."""
        left = []
        for each in wanted:
            if self._classes.grades[each.class_name] > PRIMARY or each.subject in NOT_OF_PRIMARY:
                left.append(each)
                continue
            if each.class_name not in self._leaders:
                self._leaders[each.class_name] = self._hire("учитель начальных классов")
            self._leaders[each.class_name].lessons.append(each)
        return left

    def _area(self, position: str, wanted: Iterable[Lessons]) -> None:
        """Share the lessons out; two groups of a class never have one teacher."""
        hired: list[Teacher] = []
        for each in sorted(wanted, key=lambda one: -one.hours):
            free = (one for one in hired if one.hours + each.hours <= FULL and _may(one, each))
            teacher = max(free, key=lambda one: (_knows(one, each), -one.hours), default=None)
            if teacher is None:
                teacher = self._hire(position)
                hired.append(teacher)
            teacher.lessons.append(each)

    def _lead(self) -> None:
        """Each class that has no class teacher yet gets one who teaches it."""
        busy = {id(one) for one in self._leaders.values()}
        for name in self._classes.names:
            if name in self._leaders:
                continue
            own = [one for one in self.teachers if any(x.class_name == name for x in one.lessons)]
            chosen = next((one for one in own if id(one) not in busy), own[0])
            busy.add(id(chosen))
            self._leaders[name] = chosen

    def _hire(self, position: str) -> Teacher:
        teacher = self._new(position)
        self.teachers.append(teacher)
        return teacher

    def _new(self, position: str) -> Teacher:
        known = self._known.pop(position, None)
        if known is not None:
            last_name, first_name, patronymic = known.split()
            self._taken.add(known)
            name = (last_name, first_name, patronymic)
            return Teacher(name, position, room=self._room(), is_known=True)
        while True:
            chance = self._random
            name = (
                of_woman(chance.choice(SURNAMES)),
                chance.choice(WOMEN),
                chance.choice(FATHERS)[2],
            )
            if " ".join(name) not in self._taken:
                self._taken.add(" ".join(name))
                return Teacher(name, position, room=self._room())

    def _room(self) -> str:
        return f"{100 + len(self._taken)}"


def _may(teacher: Teacher, lessons: Lessons) -> bool:
    return not lessons.group or all(
        (each.class_name, each.subject) != (lessons.class_name, lessons.subject)
        for each in teacher.lessons
    )


def _knows(teacher: Teacher, lessons: Lessons) -> bool:
    """Whether the teacher has the class already."""
    return any(each.class_name == lessons.class_name for each in teacher.lessons)
