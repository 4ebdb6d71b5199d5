"""Words and colours of the request's states."""

from flask_babel import lazy_gettext as _

from journal_core.notifications.terms import LetterState
from journal_core.requests.terms import RequestState

STATE_NAMES = {
    RequestState.DRAFT: _("Черновик"),
    RequestState.SUBMITTED: _("Подано"),
    RequestState.RECEIVED: _("Зарегистрировано"),
    RequestState.VERIFIED: _("Документы проверены"),
    RequestState.CODE_ISSUED: _("Код сформирован"),
    RequestState.COMPLETED: _("Услуга оказана"),
    RequestState.REFUSAL_PREPARED: _("Готовится отказ"),
    RequestState.REFUSED: _("Отказано"),
    RequestState.REFUSAL_DELIVERED: _("Отказ вручен"),
    RequestState.CANCELLED: _("Закрыто до регистрации"),
}
STATE_COLOURS = {
    RequestState.SUBMITTED: "blue",
    RequestState.COMPLETED: "green",
    RequestState.REFUSED: "red",
    RequestState.REFUSAL_DELIVERED: "grey",
    RequestState.CANCELLED: "grey",
}

LETTER_STATES = {
    LetterState.QUEUED: _("ждёт отправки"),
    LetterState.SENT: _("отправлено"),
    LetterState.EXHAUSTED: _("не доставлено"),
    LetterState.CANCELLED: _("отменено"),
}
