"""The sheets: their titles, columns, and how each cell is read. Only this module knows headings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from journal_core.academic_year.terms import PeriodKind
from journal_core.classes.terms import GroupKind
from journal_core.exchange import cells
from journal_core.exchange.cells import Unreadable, fold, tidy, words
from journal_core.exchange.terms import Book, Cell, Problem, RawSheet, Reason, SheetKind
from journal_core.people.terms import NAME_PART, Gender, RepresentativeKind

GENDERS = {"м": Gender.MALE, "ж": Gender.FEMALE}
RELATIONS = {"родитель": RepresentativeKind.PARENT, "опекун": RepresentativeKind.GUARDIAN}
GROUP_KINDS = {
    "деление": GroupKind.DIVISION,
    "ГПД": GroupKind.AFTER_SCHOOL,
    "кружок": GroupKind.CLUB,
}
PERIOD_KINDS = {
    "четверть": PeriodKind.QUARTER,
    "триместр": PeriodKind.TRIMESTER,
    "полугодие": PeriodKind.HALF_YEAR,
}
YES_NO = {"да": True, "нет": False}
DAY_NAMES = {"Пн": 1, "Вт": 2, "Ср": 3, "Чт": 4, "Пт": 5, "Сб": 6}

#: What marks a row of the template as an example: such a row is passed over.
EXAMPLE = "ПРИМЕР: "
#: Lessons of a day and topics of a plan.
MOST_LESSONS, MOST_TOPICS, MOST_POSITION = 12, 2000, 9999

Reader = Callable[[str], Any]


@dataclass(frozen=True, kw_only=True)
class Column:
    """`choices` are the words that the column takes, where it takes no others."""

    key: str
    heading: str
    read: Reader
    required: bool
    example: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SheetSpec:
    """`named_by` are the columns by which other sheets name a row of this one."""

    kind: SheetKind
    title: str
    columns: tuple[Column, ...]
    named_by: tuple[str, ...] = ()

    @cached_property
    def headings(self) -> Mapping[str, str]:
        return {column.key: column.heading for column in self.columns}

    @cached_property
    def folded(self) -> Mapping[str, Column]:
        return {fold(column.heading): column for column in self.columns}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row that can be read: values by column, None where a cell is empty; and its texts."""

    number: int
    values: Mapping[str, Any]
    texts: Mapping[str, str] = field(repr=False)

    def __getitem__(self, key: str) -> Any:
        return self.values[key]


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """A row that cannot be read, and why."""

    problems: Sequence[Problem]
    texts: Mapping[str, str] = field(repr=False)


def _column(
    key: str, heading: str, read: Reader, example: str, choices: Mapping[str, Any] | None = None
) -> Column:
    """A heading that ends with `"` may be left empty."""
    return Column(
        key=key,
        heading=heading.removesuffix('"'),
        read=read,
        required=not heading.endswith('"'),
        example=example,
        choices=tuple(choices or ()),
    )


def _days(first: str, last: str) -> tuple[Column, Column]:
    """The days from and to which; `first` and `last` are the example."""
    return _column("since", "Начало", cells.day, first), _column("until", "Конец", cells.day, last)


def _chosen(key: str, heading: str, choices: Mapping[str, Any], example: str) -> Column:
    return _column(key, heading, cells.one_of(choices), example, choices)


_GRADE = cells.whole(cells.FIRST_GRADE, cells.LAST_GRADE)
_FULL_NAME = words(3 * NAME_PART)
_YEAR = _column("year", "Учебный год", cells.year, "2026/2027")
_CLASS = _column("class", "Класс", cells.class_name, "7А")
_SOME_CLASS = _column("class", 'Класс"', cells.class_name, "7А")
_SUBJECT = _column("subject", "Предмет", words(200), "Английский язык")
_SOME_SUBJECT = _column("subject", 'Предмет"', words(200), "Английский язык")
_GROUP = _column("group", "Группа", words(100), "1 группа")
_SOME_GROUP = _column("group", 'Группа"', words(100), "1 группа")
_TEACHER = _column("teacher", "Учитель", _FULL_NAME, "Орлова Елена Сергеевна")
_FILE_NUMBER = _column("file_number", "№ личного дела", words(50), "А-101")
_MAIL = _column("email", 'Почта"', cells.mail, "orlova@example.org")
_PHONE = _column("phone", 'Телефон"', words(50), "+7 912 345-67-89")
_GRADES = (
    _column("first_grade", "С параллели", _GRADE, "2"),
    _column("last_grade", "По параллель", _GRADE, "9"),
)
_SPAN = (
    _column("since", "С", cells.day, "01.09.2026"),
    _column("until", 'По"', cells.day, ""),
)
#: A row that changes nothing needs no order; what changes asks for it (POL-3.4.11).
_ORDER = (
    _column("order", 'Приказ"', words(100), "12-к"),
    _column("order_date", 'Дата приказа"', cells.day, "28.08.2026"),
)
_NAME = (
    _column("last_name", "Фамилия", cells.name_part, "Орлова"),
    _column("first_name", "Имя", cells.name_part, "Елена"),
    _column("patronymic", 'Отчество"', cells.name_part, "Сергеевна"),
)
_HOURS = _column("hours", "Часов в неделю", cells.hours, "3")

SPECS: Mapping[SheetKind, SheetSpec] = {
    spec.kind: spec
    for spec in (
        SheetSpec(
            kind=SheetKind.STAFF,
            title="Сотрудники",
            named_by=("last_name", "first_name", "patronymic"),
            columns=(
                *_NAME,
                _column("birth_date", 'Дата рождения"', cells.day, "14.03.1980"),
                _column("position", "Должность", words(200), "учитель"),
                *_SPAN,
                _MAIL,
                _PHONE,
                *_ORDER,
            ),
        ),
        SheetSpec(
            kind=SheetKind.CLASSES,
            title="Классы",
            named_by=("class",),
            columns=(
                _YEAR,
                _CLASS,
                _column("teacher", 'Классный руководитель"', _FULL_NAME, "Орлова Елена Сергеевна"),
            ),
        ),
        SheetSpec(
            kind=SheetKind.PUPILS,
            title="Ученики",
            named_by=("file_number",),
            columns=(
                _column("file_number", '№ личного дела"', words(50), "А-101"),
                *_NAME,
                _column("birth_date", "Дата рождения", cells.day, "06.05.2013"),
                _chosen("gender", 'Пол"', GENDERS, "ж"),
                _CLASS,
                *_SPAN,
                _MAIL,
                _PHONE,
                *_ORDER,
            ),
        ),
        SheetSpec(
            kind=SheetKind.REPRESENTATIVES,
            title="Представители",
            columns=(
                _FILE_NUMBER,
                *_NAME,
                _chosen("relation", "Кем приходится", RELATIONS, "родитель"),
                _column("basis", 'Основание"', words(500), "свидетельство о рождении"),
                _column("until", 'До"', cells.day, ""),
                _PHONE,
                _MAIL,
            ),
        ),
        SheetSpec(
            kind=SheetKind.SUBJECTS,
            title="Предметы",
            named_by=("subject",),
            columns=(
                _SUBJECT,
                _column("short_name", 'Кратко"', words(20), "Англ. яз."),
                _column("position", 'Порядок"', cells.whole(0, MOST_POSITION), "30"),
            ),
        ),
        SheetSpec(
            kind=SheetKind.GROUPS,
            title="Группы",
            named_by=("group",),
            columns=(
                _YEAR,
                _chosen("kind", "Вид", GROUP_KINDS, "деление"),
                _GROUP,
                _SOME_CLASS,
                _SOME_SUBJECT,
                _column("leader", 'Руководитель"', _FULL_NAME, ""),
            ),
        ),
        SheetSpec(
            kind=SheetKind.GROUP_MEMBERS,
            title="Состав групп",
            columns=(_YEAR, _GROUP, _SOME_CLASS, _SOME_SUBJECT, _FILE_NUMBER, *_SPAN, *_ORDER),
        ),
        SheetSpec(
            kind=SheetKind.CURRICULUM,
            title="Учебный план",
            columns=(_YEAR, _column("grade", "Параллель", _GRADE, "7"), _SUBJECT, _HOURS),
        ),
        SheetSpec(
            kind=SheetKind.LOAD,
            title="Нагрузка",
            columns=(_YEAR, _TEACHER, _SUBJECT, _CLASS, _SOME_GROUP, _HOURS),
        ),
        SheetSpec(
            kind=SheetKind.PERIODS,
            title="Учебные периоды",
            columns=(
                _YEAR,
                _chosen("kind", "Вид", PERIOD_KINDS, "четверть"),
                _column("number", "Номер", cells.whole(1, 4), "1"),
                *_GRADES,
                *_days("01.09.2026", "25.10.2026"),
            ),
        ),
        SheetSpec(
            kind=SheetKind.HOLIDAYS,
            title="Каникулы",
            columns=(
                _YEAR,
                _column("name", "Название", words(200), "Осенние"),
                *_GRADES,
                *_days("26.10.2026", "01.11.2026"),
            ),
        ),
        SheetSpec(
            kind=SheetKind.BELLS,
            title="Звонки",
            columns=(
                _column("schedule", "Расписание звонков", words(100), "Обычное"),
                _chosen("regular", "Обычное (да/нет)", YES_NO, "да"),
                _column("number", "Урок", cells.whole(0, MOST_LESSONS), "1"),
                _column("starts", "Начало", cells.clock_time, "08:30"),
                _column("ends", "Конец", cells.clock_time, "09:15"),
            ),
        ),
        SheetSpec(
            kind=SheetKind.TIMETABLE,
            title="Расписание",
            columns=(
                _YEAR,
                _column("version", "Версия", words(100), "Первое полугодие"),
                _column("since", "Действует с", cells.day, "01.09.2026"),
                _column("weekday", "День недели", cells.weekday, "Пн", DAY_NAMES),
                _column("number", "Урок", cells.whole(0, MOST_LESSONS), "1"),
                _CLASS,
                _SOME_GROUP,
                _SUBJECT,
                _TEACHER,
                _column("room", 'Кабинет"', words(20), "204"),
            ),
        ),
        SheetSpec(
            kind=SheetKind.PLANS,
            title="Планирование",
            columns=(
                _YEAR,
                _SUBJECT,
                _column("grade", "Параллель", _GRADE, "7"),
                _column("plan", "План", words(300), "Английский язык, 7 класс"),
                _SOME_CLASS,
                _SOME_GROUP,
                _column("position", "№", cells.whole(1, MOST_TOPICS), "1"),
                _column("section", 'Раздел"', words(300), "Числа"),
                _column("title", "Тема", words(1000), "Вводный урок"),
                _column("hours", "Часов", cells.whole(0, MOST_TOPICS), "1"),
                _column("homework", 'Домашнее задание"', words(1000), "с. 5, упр. 2"),
            ),
        ),
    )
}

#: Headings that may be written shorter.
_OTHER_HEADINGS = {fold("Обычное"): fold("Обычное (да/нет)")}


def book_of(sheets: Mapping[SheetKind, Sequence[Sequence[Cell]]]) -> Book:
    """Rows made by a program, in the order of the columns, as if they came from a file."""
    return Book(
        sheets={
            kind: RawSheet(
                title=SPECS[kind].title,
                headings=[column.heading for column in SPECS[kind].columns],
                rows=[
                    (number, [cells.text_of(cell) for cell in row])
                    for number, row in enumerate(rows, start=2)
                ],
            )
            for kind, rows in sheets.items()
        }
    )


def kind_of(title: str, headings: Sequence[str]) -> SheetKind | None:
    """The sheet that it is: by its title, otherwise by headings that no other sheet has."""
    for spec in SPECS.values():
        if fold(spec.title) == fold(title):
            return spec.kind
    there = {_known_heading(heading) for heading in headings}
    fits = [
        spec
        for spec in SPECS.values()
        if {fold(column.heading) for column in spec.columns if column.required} <= there
    ]
    best = max(fits, key=lambda spec: len(there & set(spec.folded)), default=None)
    return best.kind if best else None


def parsed(spec: SheetSpec, raw: RawSheet) -> Iterator[Row | BadRow]:
    """Each row as values, or as what is wrong with it; empty rows are left out."""
    columns = [spec.folded.get(_known_heading(heading)) for heading in raw.headings]
    there = {column.key for column in columns if column}
    lacking = [column for column in spec.columns if column.required and column.key not in there]
    if lacking:
        problems = [_problem(spec, 1, column, "", Reason.COLUMN_MISSING) for column in lacking]
        yield BadRow(problems=problems, texts={})
        return
    for number, texts in raw.rows:
        named = {
            column.key: tidy(text)
            for column, text in zip(columns, texts, strict=False)
            if column is not None
        }
        if any(named.values()) and not _is_example(named.values()):
            yield _parsed(spec, number, named, is_merged=number in raw.merged)


def _is_example(texts: Iterable[str]) -> bool:
    return any(text.startswith(EXAMPLE.strip()) for text in texts)


def _parsed(
    spec: SheetSpec, number: int, texts: Mapping[str, str], *, is_merged: bool
) -> Row | BadRow:
    if is_merged:
        merged = _problem(spec, number, None, "", Reason.CELL_MERGED)
        return BadRow(problems=[merged], texts=texts)
    values: dict[str, Any] = {}
    problems = []
    for column in spec.columns:
        text = texts.get(column.key, "")
        try:
            values[column.key] = _value(column, text)
        except Unreadable as error:
            problems.append(_problem(spec, number, column, text, error.reason))
    if problems:
        return BadRow(problems=problems, texts=texts)
    return Row(number=number, values=values, texts=texts)


def _value(column: Column, text: str) -> Any:
    if not text:
        if column.required:
            raise Unreadable(Reason.REQUIRED)
        return None
    if text.startswith("#") and text.rstrip("!?").isupper():
        raise Unreadable(Reason.CELL_BROKEN)
    return column.read(text)


def _problem(
    spec: SheetSpec, number: int, column: Column | None, text: str, reason: Reason
) -> Problem:
    return Problem(
        sheet=spec.kind,
        row=number,
        column=column.heading if column else "",
        value=text,
        reason=reason,
    )


def _known_heading(heading: str) -> str:
    folded = fold(heading)
    return _OTHER_HEADINGS.get(folded, folded)
