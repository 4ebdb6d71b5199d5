"""The words of the journal on screen, and those that its script says."""

from flask_babel import format_decimal, lazy_gettext
from flask_babel import gettext as _

from journal_core.attendance.terms import PRESENCE_SIGNS, Presence
from journal_core.cells.terms import CellKind
from journal_core.errors import RuleBroken
from journal_core.journal.rules import RULES
from journal_core.journal.terms import CellConflict, Closed
from journal_core.marks.terms import Average
from portal.presentation import once_a_language
from portal.refusals import words_of

KIND_NAMES = {
    CellKind.ATTENDANCE: lazy_gettext("присутствие"),
    CellKind.COMMENT: lazy_gettext("комментарий"),
    CellKind.MARK: lazy_gettext("отметка"),
}


def closed_words(closed: Closed) -> str:
    """Why a cell is closed."""
    return words_of(RuleBroken(closed.code))


def conflict_words(conflict: CellConflict) -> str:
    """Whose value stands."""
    words: str = _(
        "Пока вы писали, в клетке изменилось: %(value)s (%(who)s).",
        value=conflict.value or _("пусто"),
        who=conflict.by or _("другой учитель"),
    )
    return words


def average_text(average: Average) -> str:
    """«4,33»; "" without marks."""
    return "" if average.value is None else format_decimal(average.value, "0.00")


def average_words(average: Average, text: str) -> str:
    """The arithmetic of `text`: «(5 + 4 + 4) : 3 = 4,33», weighed «(5×1 + 4×3) : 4 = 4,25»."""
    if not text:
        return ""
    is_weighed = average.weights != average.count
    parts = [
        f"{one.number}×{one.weight}" if is_weighed else str(one.number) for one in average.marks
    ]
    return f"({' + '.join(parts)}) : {average.weights} = {text}"


@once_a_language
def script_words() -> dict[str, object]:
    """All that the script of the journal says."""
    return {
        "closed": {
            rule.closed.code: {
                "words": closed_words(rule.closed),
                "clause": rule.closed.clause,
                "opens": rule.closed.may_be_opened,
            }
            for rule in RULES
        },
        "presence_told": {
            PRESENCE_SIGNS[Presence.ABSENT]: _("не был(а)"),
            PRESENCE_SIGNS[Presence.LATE]: _("опоздал(а)"),
        },
        "state": {
            "pending": _("записывается"),
            "saved": _("записано"),
            "failed": _("не записано: нет связи, повторяется"),
            "refused": _("не записано: закрыто"),
            "conflict": _("не записано: изменил другой"),
            "fresh": _("изменено другим"),
        },
        "present": _("был(а)"),
        "empty": _("пусто"),
        "reason": _("причина"),
        "late": _("позже срока"),
        "changed": _("исправлялась"),
        "comment": _("комментарий"),
        "closed_sign": _("Закрыто."),
        "problem_sign": _("Не записано."),
        "you_typed": _("Вы ввели"),
        "write_mine": _("Записать моё"),
        "keep_theirs": _("Оставить чужое"),
        "written": _("Записано"),
        "not_written": _("Не записано"),
        "refused": _("Нет"),
        "write": _("Записать"),
        "failed": _("Нет связи: записи ждут на этой странице и отправятся сами."),
        "signed_out": _(
            "Вы вышли из портала. Войдите в другой вкладке: записи ждут здесь и отправятся сами."
        ),
        "outdated": _("Страница устарела: обновите её и повторите."),
        "nothing_to_undo": _("Отменять нечего."),
        "nothing_empty": _("Пустых клеток ниже нет."),
        "loading": _("Загружается…"),
        "paste_unknown": _("это не отметка: 2–5, 4/5, зч, нз, н или о"),
        "paste_outside": _("за краем страницы"),
        "paste_nobody": _("такого ученика здесь нет"),
        "paste_same": _("уже стоит"),
        "paste_skipped": _("пусто: остаётся как есть"),
    }


@once_a_language
def roll_words() -> dict[str, str]:
    """What the script of the lesson says."""
    return {
        "": _("на уроке"),
        PRESENCE_SIGNS[Presence.ABSENT]: _("нет на уроке"),
        PRESENCE_SIGNS[Presence.LATE]: _("опоздал(а)"),
        "absent": _("нет на уроке"),
        "nobody": _("никто в списке так не начинается"),
        "pending": _("Записывается…"),
        "failed": _("Нет связи: не записано. Повторите."),
    }
