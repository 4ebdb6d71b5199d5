"""What an achievement must be."""

from datetime import date

from journal_core.errors import RuleBroken
from journal_core.portfolio.terms import NOTE_LENGTH, RESULT_LENGTH, TITLE_LENGTH

CLAUSE = "POL-3.6.6"


def check_achievement(title: str, result: str, note: str, achieved_on: date, today: date) -> None:
    """Today counts as achieved. Raises RuleBroken: `achievement_without_title`,
    `achievement_long`, `achievement_ahead`.
    """
    if not title:
        raise RuleBroken("achievement_without_title", CLAUSE)
    lengths = (TITLE_LENGTH, RESULT_LENGTH, NOTE_LENGTH)
    if any(len(words) > most for words, most in zip((title, result, note), lengths, strict=True)):
        raise RuleBroken("achievement_long", CLAUSE)
    if achieved_on > today:
        raise RuleBroken("achievement_ahead", CLAUSE)
