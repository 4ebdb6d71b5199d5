"""A week without clashes: lessons are placed where they fit, and push others out until all do."""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from portal.demo.believable.curriculum import Classes
from portal.demo.believable.staff import Lessons, Staff, Teacher
from portal.demo.believable.terms import Row

DAYS = ("Пн", "Вт", "Ср", "Чт", "Пт")
#: Far more moves than any school of 3,000 pupils needed.
MOVES = 2_000_000
#: What it costs to place a lesson where it pushes another out, or beside its own subject.
PUSHED, SAME_DAY = 10, 3
LONGEST_DAY = 8

#: (weekday, number), both from 0.
Hour: TypeAlias = tuple[int, int]


@dataclass(eq=False)
class Block:
    """One hour of a class: one teacher, or one with each group."""

    class_name: str
    subject: str
    parts: tuple[tuple[Teacher, Lessons], ...]
    moved: int = 0


def week_rows(random: Random, classes: Classes, staff: Staff) -> list[Row]:
    """The timetable as rows; it holds from 1 September."""
    placed = _placed(random, classes, list(_blocks(staff)))
    return [
        {
            "Учебный год": classes.year_name,
            "Версия": "Основное",
            "Действует с": f"01.09.{classes.year}",
            "День недели": DAYS[day],
            "Урок": number + 1,
            "Класс": block.class_name,
            "Группа": lessons.group,
            "Предмет": block.subject,
            "Учитель": teacher.full_name,
            "Кабинет": teacher.room,
        }
        for (_name, (day, number)), block in sorted(placed.items(), key=lambda one: one[0])
        for teacher, lessons in block.parts
    ]


def _blocks(staff: Staff) -> Iterator[Block]:
    together: dict[tuple[str, str], list[tuple[Teacher, Lessons]]] = defaultdict(list)
    for teacher in staff.teachers:
        for lessons in teacher.lessons:
            together[lessons.class_name, lessons.subject].append((teacher, lessons))
    for (class_name, subject), parts in together.items():
        for _hour in range(parts[0][1].hours):
            yield Block(class_name, subject, tuple(parts))


def _placed(random: Random, classes: Classes, blocks: list[Block]) -> dict[tuple[str, Hour], Block]:
    """Every block at an hour of its class; no teacher is in two places.

    A class has exactly as many hours as lessons, so that no day has a gap.
    """
    hours = {name: _hours_of(classes, name) for name in classes.names}
    board = Board()
    waiting = deque(sorted(blocks, key=lambda block: (-len(block.parts), block.class_name)))
    for _move in range(MOVES):
        if not waiting:
            return board.of_class
        block = waiting.popleft()
        hour = min(
            hours[block.class_name], key=lambda one: board.cost(block, one) + random.random()
        )
        waiting.extend(board.put(block, hour))
    raise RuntimeError("no week was found for this school; try another seed")


class Board:
    """What is placed already, as classes and as teachers meet it."""

    def __init__(self) -> None:
        self.of_class: dict[tuple[str, Hour], Block] = {}
        self._of_teacher: dict[tuple[str, Hour], Block] = {}
        self._at: dict[Block, Hour] = {}

    def cost(self, block: Block, hour: Hour) -> int:
        """What has been pushed out often costs more, so that no two push each other for ever."""
        day, _number = hour
        beside = sum(
            other.subject == block.subject
            for number in range(LONGEST_DAY)
            if (other := self.of_class.get((block.class_name, (day, number))))
        )
        pushed = sum(PUSHED + each.moved for each in self._in_the_way(block, hour))
        return pushed + SAME_DAY * beside

    def put(self, block: Block, hour: Hour) -> list[Block]:
        """Place the block; returns those that it pushed out."""
        pushed = sorted(self._in_the_way(block, hour), key=lambda one: (one.moved, one.class_name))
        for other in pushed:
            self._take(other)
            other.moved += 1
        self._at[block] = hour
        self.of_class[block.class_name, hour] = block
        for teacher, _ in block.parts:
            self._of_teacher[teacher.full_name, hour] = block
        return pushed

    def _in_the_way(self, block: Block, hour: Hour) -> set[Block]:
        found = {self._of_teacher.get((teacher.full_name, hour)) for teacher, _ in block.parts}
        found.add(self.of_class.get((block.class_name, hour)))
        return {each for each in found if each is not None}

    def _take(self, block: Block) -> None:
        hour = self._at.pop(block)
        del self.of_class[block.class_name, hour]
        for teacher, _ in block.parts:
            del self._of_teacher[teacher.full_name, hour]


def _hours_of(classes: Classes, name: str) -> list[Hour]:
    """The first hours of each day, as evenly as the week's lessons go."""
    whole, more = divmod(sum(each.hours for each in classes.hours_of(name)), len(DAYS))
    return [(day, number) for day in range(len(DAYS)) for number in range(whole + (day < more))]
