"""What a letter to the family says of the diary: one line for each thing (POL-2.2.6, INS-2.5).

Only the child's first name stands in it: no surname, no class. Whether the marks themselves are
told is the school's choice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from documents.letters import Language
from documents.paper import day as written_day
from journal_core.academic_year.terms import PeriodKind
from journal_core.attendance.terms import Presence
from journal_core.notices.terms import ChildNews, NewsItem
from journal_core.notifications.terms import NewsKind
from journal_core.period_marks.terms import FinalKind

#: Of the text of homework so much is told.
TEXT_SHOWN = 300
#: A letter tells so many things of a child; the rest is counted.
LINES = 60

_Words = Mapping[Language, Mapping[str, str]]

_WORDS: _Words = {
    "ru": {
        "absent": "пропуск урока",
        "late": "опоздание на урок",
        "present": "отметка об отсутствии снята",
        "lesson": "{number}-й урок",
        "was": "раньше было: {was}",
        "new_mark": "новая отметка",
        "mark_changed": "отметка изменена",
        "mark_removed": "отметка снята",
        "homework": "задание на {day}",
        "homework_new": "задано",
        "homework_changed": "задание изменено",
        "homework_removed": "задание снято",
        "message": "новых сообщений: {count}",
        "more": "и ещё: {count}",
        "headline": "Дневник: {topic}",
        "news": "что нового",
        "absence_headline": "пропуск урока",
        "late_headline": "опоздание на урок",
        "present_headline": "отметка об отсутствии снята",
        "mark_headline": "новые отметки",
        "period_mark_headline": "итоговые отметки",
        "homework_headline": "домашнее задание",
        "message_headline": "новые сообщения",
    },
    "en": {
        "absent": "absent from the lesson",
        "late": "late for the lesson",
        "present": "no longer marked as absent",
        "lesson": "lesson {number}",
        "was": "before: {was}",
        "new_mark": "new mark",
        "mark_changed": "mark changed",
        "mark_removed": "mark withdrawn",
        "homework": "homework for {day}",
        "homework_new": "homework set",
        "homework_changed": "homework changed",
        "homework_removed": "homework withdrawn",
        "message": "new messages: {count}",
        "more": "and more: {count}",
        "headline": "The diary: {topic}",
        "news": "what is new",
        "absence_headline": "absent from a lesson",
        "late_headline": "late for a lesson",
        "present_headline": "no longer marked as absent",
        "mark_headline": "new marks",
        "period_mark_headline": "final marks",
        "homework_headline": "homework",
        "message_headline": "new messages",
    },
}

_PERIODS: Mapping[Language, Mapping[PeriodKind | None, str]] = {
    "ru": {
        PeriodKind.QUARTER: "{number} четверть",
        PeriodKind.TRIMESTER: "{number} триместр",
        PeriodKind.HALF_YEAR: "{number} полугодие",
        None: "период {number}",
    },
    "en": {
        PeriodKind.QUARTER: "quarter {number}",
        PeriodKind.TRIMESTER: "trimester {number}",
        PeriodKind.HALF_YEAR: "half-year {number}",
        None: "period {number}",
    },
}
_FINALS: Mapping[Language, Mapping[FinalKind, str]] = {
    "ru": {
        FinalKind.HALF_YEAR: "{number} полугодие",
        FinalKind.YEAR: "год",
        FinalKind.EXAM: "экзамен",
        FinalKind.STATE_EXAM: "государственный экзамен",
        FinalKind.FINAL: "итог",
    },
    "en": {
        FinalKind.HALF_YEAR: "half-year {number}",
        FinalKind.YEAR: "year",
        FinalKind.EXAM: "exam",
        FinalKind.STATE_EXAM: "state exam",
        FinalKind.FINAL: "final mark",
    },
}


def headline(children: Sequence[ChildNews], language: Language) -> str:
    """The subject of the letter: «Дневник: пропуск урока». It tells neither a name nor a mark."""
    topics = {_topic(item) for one in children for item in one.items}
    topic = topics.pop() if len(topics) == 1 else "news"
    words = _WORDS[language]
    return words["headline"].format(topic=words[topic])


def news_lines(
    children: Sequence[ChildNews], language: Language, *, tells_marks: bool
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """For each child the first name and what is told, a line each."""
    return tuple(
        (one.first_name, _lines(one.items, language, tells_marks=tells_marks)) for one in children
    )


def _topic(item: NewsItem) -> str:
    if item.kind is not NewsKind.ABSENCE:
        return f"{item.kind}_headline"
    return {Presence.LATE: "late_headline", "": "present_headline"}.get(
        item.value, "absence_headline"
    )


def _lines(items: Sequence[NewsItem], language: Language, *, tells_marks: bool) -> tuple[str, ...]:
    words = _WORDS[language]
    messages = sum(one.kind is NewsKind.MESSAGE for one in items)
    lines = [
        _WRITERS[one.kind](one if tells_marks else _untold(one, language), language)
        for one in items
        if one.kind is not NewsKind.MESSAGE
    ]
    if messages:
        lines.append(words["message"].format(count=messages))
    if len(lines) > LINES:
        lines[LINES - 1 :] = [words["more"].format(count=len(lines) - LINES + 1)]
    return tuple(lines)


def _absence(item: NewsItem, language: Language) -> str:
    words = _WORDS[language]
    now = words[item.value or "present"]
    if item.value and item.was:
        now = f"{now}, {words['was'].format(was=words[item.was])}"
    number = words["lesson"].format(number=item.number) if item.number is not None else ""
    return _line(_day(item.day), number, item.subject, now)


def _mark(item: NewsItem, language: Language) -> str:
    return _line(_day(item.day), item.subject, item.what.lower(), _value(item, language))


def _period_mark(item: NewsItem, language: Language) -> str:
    name = ""
    if item.ref is not None:
        is_period = item.ref.kind is FinalKind.PERIOD
        pattern = _PERIODS[language][item.period] if is_period else _FINALS[language][item.ref.kind]
        name = pattern.format(number=item.ref.number)
    return _line(item.subject, name, _value(item, language))


def _value(item: NewsItem, language: Language) -> str:
    words = _WORDS[language]
    before = words["was"].format(was=item.was) if item.was else ""
    return ", ".join(part for part in (item.value or words["mark_removed"], before) if part)


def _untold(item: NewsItem, language: Language) -> NewsItem:
    """Only that there is a mark, where the school tells none by letter."""
    if item.kind not in (NewsKind.MARK, NewsKind.PERIOD_MARK):
        return item
    change = "mark_changed" if item.was else "new_mark"
    return replace(item, value=_WORDS[language][change] if item.value else "", was="")


def _homework(item: NewsItem, language: Language) -> str:
    words = _WORDS[language]
    if not item.value:
        return _line(_day(item.day), item.subject, words["homework_removed"])
    change = words["homework_changed"] if item.was else words["homework_new"]
    due = words["homework"].format(day=_day(item.due_day)) if item.due_day else change
    told = f"{due} ({change})" if item.due_day and item.was else due
    text = " ".join(item.what.split())
    return _line(item.subject, told, text[:TEXT_SHOWN] + ("…" if len(text) > TEXT_SHOWN else ""))


_WRITERS: Mapping[NewsKind, Callable[[NewsItem, Language], str]] = {
    NewsKind.ABSENCE: _absence,
    NewsKind.MARK: _mark,
    NewsKind.PERIOD_MARK: _period_mark,
    NewsKind.HOMEWORK: _homework,
}


def _line(*parts: str) -> str:
    """«23.11.2026, 1-й урок, Математика: пропуск урока»."""
    *place, last = (part for part in parts if part)
    return f"{', '.join(place)}: {last}" if place else last


def _day(day: date | None) -> str:
    return written_day(day) if day else ""
