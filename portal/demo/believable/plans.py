"""Thematic plans: of every subject in every grade, and the copies that classes 5–11 follow."""

from collections.abc import Iterator

from portal.demo.believable.curriculum import FIRST_GRADE, HOURS, Classes, Hours
from portal.demo.believable.terms import Row

#: The first grade whose classes follow copies of their own.
COPIED = 5

#: Subject → its sections; a year goes through all of them.
SECTIONS = {
    "Русский язык": "Повторение|Лексика|Словообразование|Морфология|Синтаксис|Пунктуация|Речь",
    "Литературное чтение": "Устное народное творчество|Сказки|Стихи о природе|Рассказы|Басни",
    "Литература": "Древнерусская литература|Поэзия|Проза XIX века|Драма|Литература XX века",
    "Английский язык": "Семья и друзья|Школа|Путешествия|Город|Здоровье|Традиции|Профессии",
    "Математика": "Числа|Сложение и вычитание|Умножение и деление|Дроби|Величины|Фигуры",
    "Алгебра": "Выражения|Уравнения|Степени|Функции|Неравенства|Прогрессии",
    "Геометрия": "Прямые и углы|Треугольники|Параллельность|Четырёхугольники|Окружность|Площадь",
    "Вероятность и статистика": "Таблицы и диаграммы|Средние|События|Частота|Графы",
    "Информатика": "Информация|Алгоритмы|Программирование|Таблицы|Сети",
    "Окружающий мир": "Природа|Человек|Родной край|Наша страна|Времена года",
    "История": "Введение|Хозяйство|Власть и общество|Культура|Войны и договоры|Итоги века",
    "Обществознание": "Человек|Семья|Общество|Экономика|Право",
    "География": "Карта|Рельеф|Климат|Воды|Население|Хозяйство",
    "Физика": "Измерения|Движение|Силы|Давление|Работа и энергия|Теплота|Электричество",
    "Химия": "Вещества|Периодический закон|Реакции|Кислоты и основания|Растворы",
    "Биология": "Клетка|Растения|Животные|Человек|Экосистемы",
    "Музыка": "Музыка вокруг нас|Народная музыка|Классика|Театр",
    "Изобразительное искусство": "Рисунок|Живопись|Народное искусство|Архитектура",
    "Труд (технология)": "Материалы|Инструменты|Чертёж|Изделие|Проект",
    "Основы безопасности и защиты Родины": "Дорога|Пожар|Первая помощь|Защита Родины",
    "Физическая культура": "Лёгкая атлетика|Гимнастика|Спортивные игры|Лыжи|Плавание",
}
STEPS = (
    "знакомство с темой",
    "основные понятия",
    "примеры и упражнения",
    "работа с учебником",
    "практическая работа",
    "самостоятельная работа",
    "повторение",
    "обобщение",
)


def plan_rows(classes: Classes, weeks: int) -> list[Row]:
    copies: dict[int, list[str]] = {}
    for name, grade in classes.grades.items():
        copies.setdefault(grade, []).append(name)
    return [
        row
        for hours in HOURS
        for class_name in ("", *(copies.get(hours.grade, ()) if hours.grade >= COPIED else ()))
        for row in _plan(classes.year_name, hours, class_name, weeks)
    ]


def _plan(year_name: str, hours: Hours, class_name: str, weeks: int) -> Iterator[Row]:
    sections = SECTIONS[hours.subject].split("|")
    lessons = hours.hours * weeks
    for index in range(lessons):
        section = sections[index * len(sections) // lessons]
        first = -(-(sections.index(section)) * lessons // len(sections))
        step = STEPS[(index - first) % len(STEPS)]
        part = (index - first) // len(STEPS) + 1
        yield {
            "Учебный год": year_name,
            "Предмет": hours.subject,
            "Параллель": hours.grade,
            "План": f"{hours.subject}, {hours.grade} класс",
            "Класс": class_name,
            "Группа": "",
            "№": index + 1,
            "Раздел": section,
            "Тема": f"{section}: {step}" + (f", часть {part}" if part > 1 else ""),
            "Часов": 1,
            "Домашнее задание": ""
            if hours.grade == FIRST_GRADE
            else f"§ {index // 2 + 1}, вопросы {index % 5 + 1}–{index % 5 + 3}",
        }
