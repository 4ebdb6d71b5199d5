"""Rules of thematic plans: homework, hours of the year, plan against fact, re-laying."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar
from uuid import UUID

from journal_core.classes.terms import GroupKind
from journal_core.errors import RuleBroken
from journal_core.plans.terms import (
    HOMEWORK_LENGTH,
    MOST_HOURS,
    MOST_TOPICS,
    SECTION_LENGTH,
    TITLE_LENGTH,
    Change,
    Correction,
    CorrectionKind,
    Figures,
    Laid,
    Progress,
    Relaid,
    Topic,
    TopicView,
)

HOMEWORK_CLAUSE = "POL-1.4"
PROGRAMME_CLAUSE = "INS-3.3.17"
#: Works that the program proposes neither to merge nor to drop.
_CHECKS = re.compile(
    r"контрольн|зач[её]т|диктант|экзамен|проверочн|самостоятельн|сочинени|изложени"
)

_NOT_WORDS = re.compile(r"[^\w+−-]")

Item = TypeVar("Item")


def takes_homework(grade: int, group: GroupKind | None = None) -> bool:
    """Whether homework is set: not in grade 1, an after-school group or a club (POL-1.4)."""
    return grade != 1 and group in {None, GroupKind.DIVISION}


def check_topics(topics: Sequence[Topic], *, homework: bool) -> None:
    """Raises RuleBroken for a row that no plan may have; `number` is the row's place from 1.

    `homework` says whether the plan may have any (POL-1.4).
    """
    if len(topics) > MOST_TOPICS:
        raise RuleBroken("topics_too_many", most=MOST_TOPICS)
    for number, topic in enumerate(topics, start=1):
        if topic.homework and not homework:
            raise RuleBroken("no_homework_here", clause=HOMEWORK_CLAUSE, number=number)
        if not topic.title or not 0 <= topic.hours <= MOST_HOURS or _is_long(topic):
            raise RuleBroken("topic_wrong", number=number)


def _is_long(topic: Topic) -> bool:
    return (
        len(topic.title) > TITLE_LENGTH
        or len(topic.section) > SECTION_LENGTH
        or len(topic.homework) > HOMEWORK_LENGTH
    )


def yearly_hours(weekly: float, weeks: int) -> int:
    """Lessons of a year: hours a week × study weeks; half a lesson is none (INS-2.6)."""
    return math.floor(weekly * weeks)


def rearranged(items: Sequence[Item], places: Mapping[int, int]) -> list[Item]:
    """The items with some of them moved: index now → place to have, counted from 1.

    The others keep their order. A place past the end is the end.
    """
    order = [item for index, item in enumerate(items) if index not in places]
    for index, place in sorted(places.items(), key=lambda move: move[1]):
        order.insert(max(place - 1, 0), items[index])
    return order


def next_topic(topics: Iterable[TopicView]) -> TopicView | None:
    """The first topic of the plan that has hours to give; None when all is given (INS-3.3.17)."""
    return next((one for one in topics if one.given < one.hours), None)


def topic_named(text: str, topics: Iterable[TopicView]) -> TopicView | None:
    """The topic of the plan that a lesson's words begin with; None for words of no plan.

    The longest that fits; of several with one name the first that has hours to give, or else the
    last. A teacher may add to the words of the plan: «Дроби. Самостоятельная работа».
    """
    told = _plain(text)
    fitting = [one for one in topics if f"{told} ".startswith(f"{_plain(one.taught_title)} ")]
    longest = max((len(_plain(one.taught_title)) for one in fitting), default=0)
    named = [one for one in fitting if len(_plain(one.taught_title)) == longest]
    return next_topic(named) or (named[-1] if named else None)


def _plain(text: str) -> str:
    return " ".join(_NOT_WORDS.sub(" ", text.casefold()).split())


def progress(figures: Figures) -> Progress:
    """Plan against fact of one class (POL-2.2.10, POL-3.7.4), all in hours, a lesson being one.

    By today the plan is due as many hours as there were lessons, the lost ones too. What re-laying
    took away makes up for lost lessons, and for no more than were lost. The rest fits when there
    are as many lessons without a topic as it has hours.
    """
    planned = min(figures.hours + figures.corrected, figures.past)
    made_up = min(figures.corrected, figures.cancelled)
    rest = figures.hours - figures.given
    left = figures.open_past + figures.ahead
    return Progress(
        planned=planned,
        held=figures.past - figures.cancelled,
        given=figures.given,
        balance=figures.given + made_up - planned,
        rest=rest,
        lessons_left=left,
        missing=max(0, rest - left),
    )


def relaid(topics: Sequence[Laid], changes: Iterable[Change]) -> Relaid:
    """The plan after the changes, and a line of the correction sheet for each (INS-3.3.17).

    The hours before are the hours after and those that the lines name as merged or dropped.
    Topics that are not moved keep their order; what is given already is not touched.
    Raises RuleBroken for a change that cannot be, `title` being the topic's.
    """
    wanted = {change.topic_id: change for change in changes}
    known = {topic.id for topic in topics}
    if not wanted or not wanted.keys() <= known:
        raise RuleBroken("relaying_empty")
    for topic in topics:
        if topic.id in wanted:
            _check(topic, wanted[topic.id])
    places = {
        index: wanted[topic.id].number
        for index, topic in enumerate(topics)
        if topic.id in wanted and wanted[topic.id].kind == CorrectionKind.MOVED
    }
    order = rearranged(topics, places)
    _check_places(order, {topics[index].id for index in places})
    lines = tuple(
        _line(number, topic, wanted[topic.id])
        for number, topic in enumerate(topics, start=1)
        if topic.id in wanted
    )
    return Relaid(topics=tuple(_changed(order, wanted)), lines=lines)


def _check(topic: Laid, change: Change) -> None:
    if topic.is_given:
        raise RuleBroken("topic_given", clause=PROGRAMME_CLAUSE, title=topic.title)
    if topic.merged_into is not None:
        raise RuleBroken("topic_merged", title=topic.title)
    is_moved = change.kind == CorrectionKind.MOVED
    if not topic.hours or (not is_moved and not 0 <= change.hours < topic.hours):
        raise RuleBroken("hours_not_fewer", title=topic.title)


def _check_places(order: Sequence[Laid], moved: set[UUID]) -> None:
    """What is moved stands behind everything that is given."""
    last = max((index for index, topic in enumerate(order) if topic.is_given), default=-1)
    for topic in order[: last + 1]:
        if topic.id in moved:
            raise RuleBroken("moved_before_given", title=topic.title)


def _line(number: int, topic: Laid, change: Change) -> Correction:
    is_moved = change.kind == CorrectionKind.MOVED
    return Correction(
        topic_id=topic.id,
        number=number,
        kind=change.kind,
        title=topic.title,
        hours_before=topic.hours,
        hours_after=topic.hours if is_moved else change.hours,
    )


def _changed(order: Sequence[Laid], wanted: Mapping[UUID, Change]) -> list[Laid]:
    """The topics with their new hours, the merged ones tied to the nearest topic before."""
    result: list[Laid] = []
    head: UUID | None = None
    for topic in order:
        change = wanted.get(topic.id)
        kind = change.kind if change else None
        if change is None or kind == CorrectionKind.MOVED:
            result.append(topic)
            head = topic.id if topic.hours and not topic.is_given else head
            continue
        if kind == CorrectionKind.MERGED and head is None:
            raise RuleBroken("nothing_to_merge_into", title=topic.title)
        into = head if kind == CorrectionKind.MERGED else None
        result.append(replace(topic, hours=change.hours, merged_into=into))
        head = topic.id if change.hours and into is None else head
    return result


def proposal(topics: Sequence[Laid], lessons_left: int) -> tuple[Change, ...]:
    """What the program proposes so that the rest fits into the lessons that are left.

    From the end of the year backward: first neighbours of one section are merged, an hour saved by
    each; then hours of other topics are dropped. Checks of knowledge are left alone. When that is
    not enough, what is proposed leaves some hours over; when all fits, nothing is proposed.
    """
    rest = [topic for topic in topics if topic.hours and not topic.is_given]
    excess = sum(topic.hours for topic in rest) - lessons_left
    changes: list[Change] = []
    busy: set[UUID] = set()
    for before, topic in reversed(list(pairwise(rest))):
        if excess <= len(changes):
            break
        if topic.id not in busy and _are_neighbours(before, topic):
            busy |= {before.id, topic.id}
            changes.append(_less(topic, CorrectionKind.MERGED, 1))
    excess -= len(changes)
    for topic in reversed(rest):
        if excess <= 0:
            break
        if topic.id not in busy and topic.merged_into is None and not _is_check(topic):
            fewer = min(excess, topic.hours)
            changes.append(_less(topic, CorrectionKind.DROPPED, fewer))
            excess -= fewer
    return tuple(changes)


def _less(topic: Laid, kind: CorrectionKind, fewer: int) -> Change:
    return Change(topic_id=topic.id, kind=kind, hours=topic.hours - fewer)


def _are_neighbours(before: Laid, topic: Laid) -> bool:
    are_free = before.merged_into is None and topic.merged_into is None
    are_lessons = not _is_check(before) and not _is_check(topic)
    return before.section == topic.section and are_free and are_lessons


def _is_check(topic: Laid) -> bool:
    return _CHECKS.search(topic.title.casefold()) is not None
