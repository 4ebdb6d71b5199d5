"""Words of families, contacts and the risk group."""

from flask_babel import lazy_gettext as _

from journal_core.diary_visits.terms import ContactHow, ContactResult, FamilyState, SilenceEnd
from journal_core.risk_group.terms import RiskGround

STATE_NAMES = {
    FamilyState.LOOKS: _("смотрит"),
    FamilyState.SILENT: _("давно не смотрит"),
    FamilyState.NO_ACCOUNT: _("ещё не входила"),
    FamilyState.NOBODY: _("представителей нет"),
}
STATE_COLOURS = {
    FamilyState.LOOKS: "green",
    FamilyState.SILENT: "red",
    FamilyState.NO_ACCOUNT: "yellow",
    FamilyState.NOBODY: "grey",
}
HOW_NAMES = {
    ContactHow.PHONE: _("по телефону"),
    ContactHow.EMAIL: _("по электронной почте"),
    ContactHow.IN_PERSON: _("лично"),
}
RESULT_NAMES = {
    ContactResult.TOLD: _("рассказали об успеваемости и посещаемости"),
    ContactResult.NO_ANSWER: _("не ответили"),
    ContactResult.WRONG_CONTACT: _("телефон или адрес неверен"),
}
END_NAMES = {
    SilenceEnd.VISIT: _("дневник открыт"),
    SilenceEnd.LEFT: _("ученик выбыл"),
    SilenceEnd.NO_REPRESENTATIVE: _("представителей не осталось"),
}
GROUND_NAMES = {
    RiskGround.ATTAINMENT: _("успеваемость"),
    RiskGround.BEHAVIOUR: _("поведение"),
}
