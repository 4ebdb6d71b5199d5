"""What the sweepers look for, in the administrator's words."""

from flask_babel import lazy_gettext as _

from journal_core.sweepers.terms import Fault

DATABASE_NAMES = {
    "sqlite": _("SQLite, в одном файле на этом компьютере"),
    "postgresql": _("PostgreSQL, на сервере баз данных"),
}
FAULT_WORDS = {
    Fault.REQUEST_NOT_IN_RECORD: _("Запрос в состоянии, о котором в истории нет записи"),
    Fault.REGISTERED_BEFORE_SUBMITTED: _("Запрос зарегистрирован раньше, чем подан"),
    Fault.REGISTERED_WITHOUT_TERM: _("Запрос зарегистрирован, но его срок не посчитан"),
    Fault.REGISTERED_BY_NOBODY: _("Неизвестно, кто зарегистрировал запрос"),
    Fault.CHECKED_IN_PART: _("Запрос проверен не по всем шести основаниям"),
    Fault.CHECKED_WITHOUT_PERSON: _("Запрос проверен, но заявитель или ребёнок не установлен"),
    Fault.CODE_OF_ANOTHER: _("Код запроса выписан на другого человека или ребёнка"),
    Fault.CODE_TOLD_BY_NO_MEANS: _("Код вручён, но неизвестно, когда или как"),
    Fault.CODE_ENDED_AND_SEALED: _("Код закончился, но всё ещё хранится"),
    Fault.COMPLETED_UNTOLD: _("Результат вручён, но неизвестно, как или кем"),
    Fault.DECIDED_WITHOUT_DOCUMENT: _("Отказ без подписанного решения"),
    Fault.DECIDED_BY_NOBODY: _("Решение подписано неизвестно кем"),
    Fault.DECISION_OF_ANOTHER: _("Решение относится к другому запросу"),
    Fault.REFUSED_WITHOUT_GROUND: _("Отказ без основания"),
    Fault.VISIT_NOT_AWAITED: _("Визит занимает место, но запрос его не ждёт"),
    Fault.LETTER_TO_NOBODY: _("Письмо ждёт отправки, но без адреса"),
    Fault.LETTER_WITH_DEAD_CODE: _("Письмо с кодом, который уже вручён или закончился"),
    Fault.ERASED_WITH_PEOPLE: _("Запрос обезличен, но сведения о людях остались"),
    Fault.ERASED_WITH_FILES: _("Запрос обезличен, но его файлы остались"),
    Fault.ACCOUNT_OF_NOBODY: _("Учётная запись без человека"),
    Fault.SESSION_OF_CLOSED_ACCOUNT: _("Закрытая учётная запись, в которой не закончен вход"),
    Fault.IN_TWO_CLASSES: _("Ученик в один день состоит в двух классах"),
    Fault.IN_TWO_GROUPS: _("Ученик в один день состоит в двух группах класса по одному предмету"),
    Fault.IN_GROUP_NOT_IN_CLASS: _("Ученик состоит в группе класса, в котором его нет"),
    Fault.MARK_NOT_IN_RECORD: _("Отметка, о которой нет записи в истории клетки"),
    Fault.PERIOD_MARK_NOT_IN_RECORD: _("Отметка за период, о которой нет записи в истории"),
    Fault.FILE_WITHOUT_BYTES: _("Файл записан, но на диске его нет"),
}
