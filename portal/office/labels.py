"""Words and colours of the request's states."""

from typing import Any

from flask_babel import lazy_gettext as _

from documents.letters import LetterKind
from forms.office import PAPER_LABELS
from journal_core.notifications.terms import LetterState, TaskKind
from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import DeskTab, RequestState
from journal_core.school.terms import SchoolSettings
from portal.presentation import short_date
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

#: What may be corrected, by its column.
ANSWER_NAMES = {
    "address": _("Адрес"),
    "phone": _("Телефон"),
    "email": _("Электронная почта"),
    "child_last_name": _("Фамилия ребёнка"),
    "child_first_name": _("Имя ребёнка"),
    "child_patronymic": _("Отчество ребёнка"),
    "child_birth_date": _("Дата рождения ребёнка"),
    "child_class": _("Класс"),
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
    TaskKind.CODE_NEEDED: _("Прежний код отозван — сделать новый"),
    TaskKind.CALENDAR_ENDS: _("Опубликовать производственный календарь"),
    TaskKind.ADULTHOOD: _("Исполняется 18 лет — спросить ученика, кому открыт дневник"),
    TaskKind.FILE_INFECTED: _("В файле вирус, файл удалён — попросить принести документ"),
}
INFECTED_TOPICS = {
    **{kind.value: label for kind, label in PAPER_LABELS.items()},
    DECISION_SCAN: _("скан подписанного решения"),
}
CALL_TOPICS: dict[str, Any] = {
    LetterKind.VISIT_CANCELLED: _("школа закрыта в день визита, выбрать другое время"),
    LetterKind.VISIT_REMINDER: _("напомнить о визите с подлинниками"),
    LetterKind.REGISTERED: _("запрос зарегистрирован, нужен визит с подлинниками"),
    LetterKind.TERM_MOVED: _("срок ответа изменился вместе с календарём"),
    LetterKind.VERIFIED: _("документы проверены"),
    LetterKind.RETURNED: _("запрос вернули на проверку"),
    LetterKind.CODE_READY: _("код готов"),
    LetterKind.CODE_BY_EMAIL: _("код"),
    LetterKind.CODE_REPLACED: _("прежний код больше не действует"),
    LetterKind.CODE_EXPIRING: _("код скоро перестанет действовать"),
    LetterKind.REFUSED_READY: _("в услуге отказано, решение готово"),
    LetterKind.CLOSED: _("запрос закрыт без регистрации"),
    "code_voided": _("адрес почты изменён"),
    "codes_recalled": _("отозваны все неиспользованные коды"),
}

#: What is said on the phone, after the greeting and the question that proves who answers.
_SCRIPTS: dict[str, Any] = {
    LetterKind.VISIT_REMINDER: _(
        "Ждём вас с подлинниками документов: %(address)s, %(hours)s. Срок начнётся после визита."
    ),
    LetterKind.VISIT_CANCELLED: _(
        "В день вашего визита школа закрыта. Выберите, пожалуйста, другое время: %(hours)s."
    ),
    LetterKind.TERM_MOVED: _("Производственный календарь изменился. Теперь ответим до %(due)s."),
    LetterKind.REGISTERED: _(
        "Запрос зарегистрирован под номером %(registration)s. Ответим не позже %(due)s."
    ),
    LetterKind.VERIFIED: _("Документы проверены. Код сообщим не позже %(due)s."),
    LetterKind.RETURNED: _("Запрос вернули на проверку. О решении скажем не позже %(due)s."),
    LetterKind.CODE_READY: _("Код для входа в дневник готов."),
    LetterKind.CODE_BY_EMAIL: _("Письмо с кодом до вас не дошло, поэтому код скажем сейчас."),
    LetterKind.CODE_REPLACED: _("Прежний код больше не действует, мы сделаем новый."),
    LetterKind.CODE_EXPIRING: _(
        "Код скоро перестанет действовать. Зарегистрируйтесь с ним сейчас."
    ),
    LetterKind.REFUSED_READY: _(
        "В услуге отказано, решение с причинами готово. Получить его можно здесь: %(address)s, "
        "%(hours)s."
    ),
    LetterKind.CLOSED: _("Запрос закрыт без регистрации. Его можно подать снова."),
}


def call_script(topic: str, request: ServiceRequest, school: SchoolSettings) -> list[str]:
    """What to say in the call, sentence by sentence; nothing is told before the person is known."""
    facts = {
        "school": school.short_name,
        "address": school.address,
        "hours": school.reception_hours,
        "name": request.applicant.full,
        "number": request.request_number,
        "registration": request.written_registration_number or "",
        "due": short_date(request.due_on),
    }
    said = (
        _("Здравствуйте, это %(school)s. Можно услышать человека по имени %(name)s?"),
        _("Назовите, пожалуйста, имя и дату рождения ребёнка, о котором вы подали запрос."),
        _SCRIPTS.get(topic, ""),
        _("Номер вашего запроса: %(number)s. Остались вопросы?"),
    )
    return [str(sentence) % facts for sentence in said if sentence]
