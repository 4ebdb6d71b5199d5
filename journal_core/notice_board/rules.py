"""What a notice must be, and who may put it up."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from journal_core.errors import RuleBroken
from journal_core.notice_board.terms import TEXT_LENGTH, TITLE_LENGTH, Audience

CLAUSE = "POL-3.4.9"


def check_notice(
    title: str, text: str, audience: Audience, class_ids: Collection[UUID],
    since: date, until: date | None,
) -> None:  # fmt: skip
    """The last day is shown, too. Raises RuleBroken: `notice_without_title`, `notice_long`,
    `notice_days` that end before they begin, `notice_staff_of_class`: the staff has no classes.
    """
    if not title:
        raise RuleBroken("notice_without_title", CLAUSE)
    if len(title) > TITLE_LENGTH or len(text) > TEXT_LENGTH:
        raise RuleBroken("notice_long", CLAUSE)
    if until is not None and until < since:
        raise RuleBroken("notice_days", CLAUSE)
    if audience is Audience.STAFF and class_ids:
        raise RuleBroken("notice_staff_of_class", CLAUSE)


def may_put_up(
    audience: Audience, class_ids: Collection[UUID], *, whole_school: bool, led: Collection[UUID]
) -> bool:
    """Who speaks for the school: anything; a class teacher: to families of the led classes."""
    if whole_school:
        return True
    return audience is Audience.FAMILIES and bool(class_ids) and set(class_ids) <= set(led)
