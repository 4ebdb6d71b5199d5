"""Words and colours of the request's states."""

from flask_babel import lazy_gettext as _

from documents.letters import LetterKind
from forms.office import PAPER_LABELS
from journal_core.notifications.terms import LetterState, TaskKind
from journal_core.requests.terms import DeskTab, RequestState
from workflows.scanning import DECISION_SCAN

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

TAB_NAMES = {
    None: _("Все открытые"),
    DeskTab.OVERDUE: _("Просрочено"),
    DeskTab.TODAY: _("Срок сегодня"),
    DeskTab.TOMORROW: _("Срок завтра"),
    DeskTab.VISIT: _("Ждут визита"),
    DeskTab.CODE: _("У администратора"),
    DeskTab.HAND_OVER: _("Передать"),
    DeskTab.SIGN: _("На подписи"),
}
TASK_NAMES = {
    TaskKind.CALL_APPLICANT: _("Позвонить заявителю"),
    TaskKind.LETTER_FAILED: _("Письмо не доставлено — сообщить иначе"),
    TaskKind.CODE_EXPIRING: _("Напомнить: код скоро перестанет действовать"),
    TaskKind.CODE_FROZEN: _("Код заблокирован после неверных попыток — сделать новый"),
    TaskKind.CODE_NEEDED: _("Адрес почты изменён, прежний код отозван — сделать новый"),
    TaskKind.CALENDAR_ENDS: _("Опубликовать производственный календарь на следующий год"),
    TaskKind.FILE_INFECTED: _("В файле вирус, файл удалён — попросить принести документ"),
}
INFECTED_TOPICS = {
    **{kind.value: label for kind, label in PAPER_LABELS.items()},
    DECISION_SCAN: _("скан подписанного решения"),
}
CALL_TOPICS = {
    LetterKind.VISIT_REMINDER: _("напомнить о визите с подлинниками"),
    LetterKind.REGISTERED: _("запрос зарегистрирован, нужен визит с подлинниками"),
    LetterKind.VERIFIED: _("документы проверены"),
    LetterKind.RETURNED: _("запрос вернули на проверку"),
    LetterKind.CODE_READY: _("код готов"),
    LetterKind.CODE_REPLACED: _("прежний код больше не действует"),
    LetterKind.CODE_EXPIRING: _("код скоро перестанет действовать"),
    LetterKind.REFUSED_READY: _("в услуге отказано, решение готово"),
    LetterKind.CLOSED: _("запрос закрыт без регистрации"),
}
