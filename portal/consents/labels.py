"""Words and colours of where a consent stands."""

from flask_babel import lazy_gettext as _

from journal_core.consents.terms import ConsentState

STATE_NAMES = {
    ConsentState.MISSING: _("нет согласия"),
    ConsentState.PRINTED: _("лист напечатан"),
    ConsentState.DECLINED: _("отказ"),
    ConsentState.SIGNED: _("подписано"),
    ConsentState.WITHDRAWN: _("отозвано"),
    ConsentState.ADULT: _("не нужно: 18 лет"),
}
STATE_COLOURS = {
    ConsentState.MISSING: "red",
    ConsentState.PRINTED: "yellow",
    ConsentState.DECLINED: "grey",
    ConsentState.SIGNED: "green",
    ConsentState.WITHDRAWN: "orange",
    ConsentState.ADULT: "grey",
}
TAB_NAMES = {
    None: _("Все"),
    ConsentState.MISSING: _("Нет согласия"),
    ConsentState.PRINTED: _("Лист напечатан"),
    ConsentState.DECLINED: _("Отказ"),
    ConsentState.SIGNED: _("Подписано"),
    ConsentState.WITHDRAWN: _("Отозвано"),
}
