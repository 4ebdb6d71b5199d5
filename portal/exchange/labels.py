"""Words of sheets, of what is wrong with a row, and of what an import made."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from journal_core.exchange.sheets import SPECS
from journal_core.exchange.terms import Problem, Reason, SheetKind

SHEET_NAMES: dict[SheetKind, Any] = {
    SheetKind.STAFF: _("Сотрудники"),
    SheetKind.CLASSES: _("Классы"),
    SheetKind.PUPILS: _("Ученики"),
    SheetKind.REPRESENTATIVES: _("Представители"),
    SheetKind.SUBJECTS: _("Предметы"),
    SheetKind.GROUPS: _("Группы"),
    SheetKind.GROUP_MEMBERS: _("Состав групп"),
    SheetKind.CURRICULUM: _("Учебный план"),
    SheetKind.LOAD: _("Нагрузка"),
    SheetKind.PERIODS: _("Учебные периоды"),
    SheetKind.HOLIDAYS: _("Каникулы"),
    SheetKind.BELLS: _("Звонки"),
    SheetKind.TIMETABLE: _("Расписание"),
    SheetKind.PLANS: _("Планирование"),
}

#: What the sheet holds and how a row of it is known, for the explanations of the template.
SHEET_NOTES: dict[SheetKind, Any] = {
    SheetKind.STAFF: _(
        "Кто работает. Человека узнают по имени, а тёзок — по дате рождения; должность — по "
        "названию и первому дню. «По» — последний день работы."
    ),
    SheetKind.CLASSES: _("Классы учебного года. Классный руководитель — полное имя сотрудника."),
    SheetKind.PUPILS: _(
        "Ученика узнают по номеру личного дела. Другой класс — перевод с даты «С» по приказу из "
        "строки; «По» — последний день в школе."
    ),
    SheetKind.REPRESENTATIVES: _(
        "Родители и опекуны: строка на каждого ребёнка. Одного человека у двух детей узнают по "
        "имени и одинаковому телефону или почте."
    ),
    SheetKind.SUBJECTS: _("Предметы школы. «Кратко» — как в сетке расписания, до 20 знаков."),
    SheetKind.GROUPS: _(
        "Деление класса на предмете (нужны класс и предмет), группы продлённого дня и кружки."
    ),
    SheetKind.GROUP_MEMBERS: _(
        "Кто в какой группе, с какого дня и по какому приказу. Другая группа того же деления — "
        "переход: прежняя кончается накануне."
    ),
    SheetKind.CURRICULUM: _("Часы предмета в неделю по параллелям."),
    SheetKind.LOAD: _("Сколько часов в неделю учитель ведёт предмет в классе или группе."),
    SheetKind.PERIODS: _(
        "Четверти, триместры, полугодия. Периоды одной параллели не пересекаются."
    ),
    SheetKind.HOLIDAYS: _("Каникулы и свои дни школы без уроков."),
    SheetKind.BELLS: _("Время уроков. Обычное расписание звонков одно."),
    SheetKind.TIMETABLE: _(
        "Уроки недели. Попадают в неопубликованную версию; накладки называются построчно."
    ),
    SheetKind.PLANS: _(
        "Темы планов. Пустой «Класс» — план из общей базы, заполненный — план этого класса."
    ),
}

REASONS: dict[Reason, Any] = {
    Reason.BELLS_SPAN: _("Урок заканчивается раньше, чем начинается."),
    Reason.CELL_BROKEN: _("В ячейке ошибка формулы."),
    Reason.CELL_LONG: _("Слишком длинный текст."),
    Reason.CELL_MERGED: _("В строке объединённые ячейки: разъедините их."),
    Reason.CHOICE: _("Такого значения здесь не бывает."),
    Reason.CLASH_CLASS: _("У класса в этот час уже есть урок."),
    Reason.CLASH_GROUP: _("У этих учеников в этот час уже есть урок."),
    Reason.CLASH_ROOM: _("Кабинет в этот час занят."),
    Reason.CLASH_TEACHER: _("Учитель в этот час ведёт другой урок."),
    Reason.CLASS_FORM: _("Класс пишут цифрой и буквой: 7А."),
    Reason.CLASS_UNKNOWN: _("Такого класса в этом году нет: добавьте его на лист «Классы»."),
    Reason.COLUMN_MISSING: _("На листе нет этого столбца."),
    Reason.DATE_AHEAD: _("Этот день ещё не наступил."),
    Reason.DATE_FORM: _("Нужна настоящая дата: 01.09.2026."),
    Reason.GROUP_UNKNOWN: _("Такой группы нет: проверьте название, класс и предмет."),
    Reason.HOURS: _("Нужно число часов больше нуля и не больше 40, можно с четвертями: 2,5."),
    Reason.MAIL_FORM: _("Это не адрес электронной почты."),
    Reason.MUST_BE_EMPTY: _("У такой группы этот столбец пустой."),
    Reason.NAME_FORM: _("Напишите имя буквами: цифры и другие знаки здесь не подходят."),
    Reason.NOT_IN_CLASS: _("Ученик в этот день не в этом классе."),
    Reason.NUMBER_FORM: _("Здесь нужно другое целое число."),
    Reason.ORDER_MISSING: _("Это изменение списка делают по приказу: укажите номер и дату."),
    Reason.ORDER_OTHER_KIND: _("Приказ с этим номером и датой уже есть, он о другом."),
    Reason.PERIOD_MEETS: _("Период пересекается с другим периодом этих параллелей."),
    Reason.PERSON_DOUBTFUL: _("Людей с таким именем несколько: уточните датой рождения."),
    Reason.PLAN_TAKEN: _("У класса уже есть план по этому предмету, с другим названием."),
    Reason.PUPIL_DOUBTFUL: _("Учеников с таким именем или номером несколько."),
    Reason.PUPIL_OTHER: _(
        "Под этим номером записан другой ребёнок: не совпали ни имя, ни дата рождения."
    ),
    Reason.PUPIL_UNKNOWN: _("Такого ученика нет: добавьте его на лист «Ученики»."),
    Reason.REGULAR_TAKEN: _("Обычное расписание звонков уже есть, оно одно."),
    Reason.REPEATED: _("Такая строка на листе уже есть."),
    Reason.REQUIRED: _("Это нужно заполнить."),
    Reason.SINCE_DIFFERS: _("Это уже записано с другого дня: исправьте дату."),
    Reason.SPAN: _("Конец раньше начала."),
    Reason.SPAN_MEETS: _("Дни пересекаются с тем, что уже записано."),
    Reason.SUBJECT_UNKNOWN: _("Такого предмета нет: добавьте его на лист «Предметы»."),
    Reason.TEACHER_UNKNOWN: _("Такого сотрудника нет: добавьте его на лист «Сотрудники»."),
    Reason.TIME_FORM: _("Нужно время: 08:30."),
    Reason.VERSION_PUBLISHED: _("Эта версия опубликована: импортируйте в новую."),
    Reason.YEAR_FORM: _("Учебный год пишут так: 2026/2027."),
}

#: What stands in the way of taking an import back, by table.
TABLE_NAMES: dict[str, Any] = {
    "account": _("учётные записи"),
    "class_membership": _("ученики в классах"),
    "group_membership": _("ученики в группах"),
    "invitation": _("коды"),
    "lesson": _("уроки"),
    "person": _("люди"),
    "plan_topic": _("темы планов"),
    "pupil": _("ученики"),
    "representation": _("представители"),
    "school_class": _("классы"),
    "school_order": _("приказы"),
    "service_request": _("запросы на доступ"),
    "staff_member": _("сотрудники"),
    "subject": _("предметы"),
    "teaching_load": _("нагрузка"),
    "thematic_plan": _("планы"),
    "timetable_entry": _("расписание"),
    "timetable_version": _("расписание"),
}


def problem_words(problem: Problem) -> str:
    """What is wrong; where a column takes a few words alone, which they are."""
    words = str(REASONS[problem.reason])
    if problem.reason is Reason.CHOICE:
        columns = SPECS[problem.sheet].columns
        choices = next(one.choices for one in columns if one.heading == problem.column)
        words += " " + gettext("Можно: %(choices)s.", choices=", ".join(choices))
    return words


def table_name(table: object) -> str:
    return str(TABLE_NAMES.get(str(table)) or gettext("другие записи"))
