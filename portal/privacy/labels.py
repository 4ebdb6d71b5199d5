"""Words of looks at personal data and of the kinds of records."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from journal_core.audit.terms import AuditAction
from journal_core.people.rules import split_full_name
from journal_core.privacy.terms import KeptKind, View

LOOK_NAMES = {
    AuditAction.REQUEST_VIEWED: _("открыт запрос"),
    AuditAction.FILE_OPENED: _("открыт файл"),
    AuditAction.REQUEST_EXPORTED: _("выгружено дело"),
    AuditAction.PERSON_VIEWED: _("открыты сведения о человеке"),
    AuditAction.PERSON_EXPORTED: _("выгружены все сведения о человеке"),
    AuditAction.ACCESS_DENIED: _("отказано в доступе"),
}
#: What a view that shows a file is called. The draft of a decision is not named: the applicant
#: reads this list, too, and is told of a decision when it is signed.
FILE_NAMES = {
    "application": _("открыто заявление"),
    "paper": _("открыта копия документа"),
    "decision": _("открыто решение"),
    "scan": _("открыт скан решения"),
}
#: Acts as the files that leave the school name them: those are Russian.
ACT_NAMES = {
    AuditAction.ACCOUNT_CREATED: "создана учётная запись",
    AuditAction.ACCOUNT_EMAIL_CHANGED: "изменена почта учётной записи",
    AuditAction.ACCOUNT_EMAIL_CONFIRMED: "подтверждена почта учётной записи",
    AuditAction.ACCOUNT_PASSWORD_CHANGED: "изменён пароль",
    AuditAction.ACCOUNT_PASSWORD_RESET_ASKED: "запрошена ссылка на новый пароль",
    AuditAction.ACCOUNT_SIGNED_IN: "вход",
    AuditAction.ACCOUNT_SIGN_IN_MISSED: "неверный пароль",
    AuditAction.ACCOUNT_SIGNED_OUT: "выход",
    AuditAction.ACCESS_DENIED: "отказано в доступе",
    AuditAction.DIARY_LINK_ENDED: "выключена ссылка календаря",
    AuditAction.DIARY_LINK_MADE: "создана ссылка календаря",
    AuditAction.FILE_OPENED: "открыт файл",
    AuditAction.INVITATION_DELIVERED: "передан пригласительный код",
    AuditAction.INVITATION_FROZEN: "код заморожен после ошибок",
    AuditAction.INVITATION_ISSUED: "сформирован пригласительный код",
    AuditAction.INVITATION_MISSED: "ответ к коду не совпал",
    AuditAction.INVITATION_REDEEMED: "код использован",
    AuditAction.INVITATION_REVOKED: "код прекращён",
    AuditAction.INVITATION_UNSEALED: "код прочитан сотрудником",
    AuditAction.PERSON_EXPORTED: "выгружены все сведения",
    AuditAction.PERSON_SAVED: "записан человек",
    AuditAction.PERSON_VIEWED: "открыты сведения о человеке",
    AuditAction.PUPIL_MOVED: "записано движение ученика",
    AuditAction.REPRESENTATION_SAVED: "записано право представлять",
    AuditAction.REQUEST_CHECK_ANSWERED: "дан ответ проверки",
    AuditAction.REQUEST_CHILD_CORRECTED: "исправлены данные ребёнка",
    AuditAction.REQUEST_CONTACTS_CHANGED: "исправлены контакты",
    AuditAction.REQUEST_DUE_RECOMPUTED: "пересчитан срок",
    AuditAction.REQUEST_EXPORTED: "выгружено дело",
    AuditAction.REQUEST_KEY_RENEWED: "заменён ключ запроса",
    AuditAction.REQUEST_MOVED: "запрос перешёл в другое состояние",
    AuditAction.REQUEST_NOTED: "добавлена заметка",
    AuditAction.REQUEST_PAPER_ATTACHED: "приложен файл",
    AuditAction.REQUEST_PAPER_REMOVED: "убран файл",
    AuditAction.REQUEST_VIEWED: "открыт запрос",
    AuditAction.STAFF_SAVED: "записана должность",
    AuditAction.TASK_CLOSED: "закрыта задача",
}
KIND_NAMES = {
    KeptKind.PAPERS: _("Присланные копии документов"),
    KeptKind.REQUESTS: _("Люди в завершённых запросах"),
    KeptKind.LETTERS: _("Тексты и адреса писем"),
    KeptKind.VIEWS: _("Кто открывал данные"),
    KeptKind.ATTEMPTS: _("Счётчики попыток"),
    KeptKind.SESSIONS: _("Законченные входы"),
    KeptKind.NOTICES: _("О чём семьям уже написали"),
    KeptKind.LOOKS: _("Кто и когда открывал дневник"),
    KeptKind.FAMILIES: _("Семьи, которые долго не открывали дневник"),
    KeptKind.RISKS: _("Кто и почему был в группе риска"),
}
KIND_SETTINGS = {
    KeptKind.PAPERS: "keep_papers_days",
    KeptKind.REQUESTS: "keep_requests_years",
    KeptKind.LETTERS: "keep_letters_days",
    KeptKind.VIEWS: "keep_views_years",
    KeptKind.ATTEMPTS: "keep_attempts_days",
    KeptKind.SESSIONS: "keep_sessions_days",
    KeptKind.NOTICES: "keep_notices_days",
    KeptKind.LOOKS: "keep_looks_days",
    KeptKind.FAMILIES: "keep_families_years",
    KeptKind.RISKS: "keep_families_years",
}


def who_looked(view: View) -> str:
    """«секретарь, О.А.Белова»: an official acts in office, so position and name are told.

    A position is the school's own word; one that the catalogue has is said in the page's language.
    """
    initials = split_full_name(view.name).initials
    return f"{gettext(view.position)}, {initials}" if view.position else initials


def what_was_seen(view: View) -> str:
    words = FILE_NAMES.get(view.what) if view.action is AuditAction.FILE_OPENED else None
    return str(words or LOOK_NAMES[view.action])
