"""What a letter of news says, and what it leaves out."""

from datetime import date
from uuid import UUID

import pytest

from documents.diary_news import LINES, headline, news_lines
from documents.letters import Language
from journal_core.academic_year.terms import PeriodKind
from journal_core.attendance.terms import Presence
from journal_core.notices.terms import ChildNews, NewsItem
from journal_core.notifications.terms import NewsKind
from journal_core.period_marks.terms import FinalKind, PeriodRef

MONDAY = date(2026, 11, 23)
MARK = NewsItem(kind=NewsKind.MARK, value="5", subject="Алгебра", day=MONDAY, what="Ответ на уроке")
ITEMS = (
    NewsItem(
        kind=NewsKind.ABSENCE, value=Presence.ABSENT, subject="Алгебра", day=MONDAY, number=1
    ),
    MARK,
    NewsItem(kind=NewsKind.MARK, value="4", was="3", subject="Алгебра", day=MONDAY),
    NewsItem(kind=NewsKind.MARK, value="", was="2", subject="Химия", day=MONDAY),
    NewsItem(
        kind=NewsKind.PERIOD_MARK,
        value="4",
        subject="Химия",
        ref=PeriodRef(kind=FinalKind.PERIOD, number=2),
        period=PeriodKind.QUARTER,
    ),
    NewsItem(
        kind=NewsKind.HOMEWORK, value="now", was="before", subject="Химия", what="§ 12",
        due_day=MONDAY,
    ),
    NewsItem(kind=NewsKind.MESSAGE, value="written"),
    NewsItem(kind=NewsKind.MESSAGE, value="written"),
)  # fmt: skip


def _children(*items: NewsItem) -> tuple[ChildNews, ...]:
    return (ChildNews(pupil_id=UUID(int=1), first_name="Анна", items=items),)


def test_each_thing_is_one_line_with_what_stood_before() -> None:
    (told,) = news_lines(_children(*ITEMS), "ru", tells_marks=True)
    assert told == (
        "Анна",
        (
            "23.11.2026, 1-й урок, Алгебра: пропуск урока",
            "23.11.2026, Алгебра, ответ на уроке: 5",
            "23.11.2026, Алгебра: 4, раньше было: 3",
            "23.11.2026, Химия: отметка снята, раньше было: 2",
            "Химия, 2 четверть: 4",
            "Химия, задание на 23.11.2026 (задание изменено): § 12",
            "новых сообщений: 2",
        ),
    )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_school_may_keep_the_marks_out_of_letters(language: Language) -> None:
    marks = [one for one in ITEMS if one.kind is NewsKind.MARK]
    (told,) = news_lines(_children(*marks), language, tells_marks=False)
    last_words = [line.rsplit(": ", 1)[-1] for line in told[1]]
    assert (
        last_words
        == {
            "ru": ["новая отметка", "отметка изменена", "отметка снята"],
            "en": ["new mark", "mark changed", "mark withdrawn"],
        }[language]
    )


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("item", ITEMS)
def test_subject_tells_neither_a_name_nor_a_mark(item: NewsItem, language: Language) -> None:
    for items in ((item,), ITEMS):
        line = headline(_children(*items), language)
        assert "Анна" not in line
        assert not set(line) & set("2345")


def test_long_letter_counts_what_it_leaves_out() -> None:
    (told,) = news_lines(_children(*[MARK] * (LINES + 5)), "ru", tells_marks=True)
    assert (len(told[1]), told[1][-1]) == (LINES, "и ещё: 6")
