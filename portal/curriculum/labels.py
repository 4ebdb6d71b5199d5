"""Words and colours of the approvals."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from journal_core.curriculum.terms import ApprovalKind, ApprovalState, Covering, TeachingPart

KIND_NAMES = {
    ApprovalKind.CURRICULUM: _("Учебный план"),
    ApprovalKind.LOAD: _("Педагогическая нагрузка"),
    ApprovalKind.TARIFF: _("Тарификация"),
    ApprovalKind.TIMETABLE: _("Расписание"),
}
STATE_NAMES = {
    ApprovalState.DRAWN_UP: _("составляется"),
    ApprovalState.SENT: _("ждёт директора"),
    ApprovalState.APPROVED: _("утверждено"),
}
STATE_COLOURS = {
    ApprovalState.DRAWN_UP: "grey",
    ApprovalState.SENT: "yellow",
    ApprovalState.APPROVED: "green",
}


def place_of(part: TeachingPart) -> str:
    """7А, or 7А, группа 2."""
    return f"{part.class_name}, {part.group}" if part.group else part.class_name


def gap_words(covering: Covering, wanted: str, given: str) -> str:
    """What is wrong between load and curriculum; the hours come written for the page."""
    if not covering.given:
        return str(gettext("нет учителя, нужно %(wanted)s ч", wanted=wanted))
    if not covering.wanted:
        return str(gettext("в учебном плане нет, дано %(given)s ч", given=given))
    if covering.surplus < 0:
        return str(gettext("дано %(given)s ч из %(wanted)s", given=given, wanted=wanted))
    return str(gettext("дано %(given)s ч, по плану %(wanted)s", given=given, wanted=wanted))
