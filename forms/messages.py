"""Writing to each other, reporting an error in the diary, and answering it (POL-3.9.3, 3.7.8)."""

from flask_babel import lazy_gettext as _

from forms.base import OnceForm, PortalForm
from forms.fields import PAPER_FILES, Files, Select, Text, TextArea
from forms.fields import Choice as Radios
from journal_core.correspondence.terms import MOST_FILES, SUBJECT_LENGTH, TEXT_LENGTH, Audience

AUDIENCE_NAMES = {Audience.PARENTS: _("Родителям"), Audience.PUPILS: _("Ученикам")}


class MessageForm(OnceForm):
    """Another message of a thread."""

    text = TextArea(_("Сообщение"), required=_("Напишите сообщение"), limit=TEXT_LENGTH, rows=5)
    files = Files(_("Приложить файлы"), accept=PAPER_FILES, most=MOST_FILES)


class NewThreadForm(OnceForm):
    """The first message of a thread."""

    subject = Text(_("Тема"), required=_("Укажите тему"), limit=SUBJECT_LENGTH)
    text = TextArea(_("Сообщение"), required=_("Напишите сообщение"), limit=TEXT_LENGTH, rows=8)
    files = Files(_("Приложить файлы"), accept=PAPER_FILES, most=MOST_FILES)


class ClassLetterForm(OnceForm):
    audience = Radios(
        _("Кому"),
        Audience,
        labels=AUDIENCE_NAMES,
        inline=True,
        small=True,
        required=_("Выберите, кому"),
    )
    subject = Text(_("Тема"), required=_("Укажите тему"), limit=SUBJECT_LENGTH)
    text = TextArea(_("Сообщение"), required=_("Напишите сообщение"), limit=TEXT_LENGTH, rows=8)
    files = Files(_("Приложить файлы"), accept=PAPER_FILES, most=MOST_FILES)


class ReportForm(OnceForm):
    words = TextArea(
        _("Что неверно"),
        required=_("Напишите, что неверно"),
        hint=_("Например: в тетради стоит 4, а в дневнике 3"),
        limit=TEXT_LENGTH,
        rows=4,
    )


class CorrectedForm(PortalForm):
    """Words are needed where the cell itself does not show what was corrected."""

    corrected = TextArea(_("Что исправлено"), limit=TEXT_LENGTH, rows=3)


class NoErrorForm(PortalForm):
    reason = TextArea(
        _("Почему ошибки нет"), required=_("Объясните семье, почему"), limit=TEXT_LENGTH, rows=3
    )


class PassOnForm(PortalForm):
    to = Select(_("Кому передать"), required=_("Выберите, кому передать"))
    note = TextArea(_("Пояснение"), hint=_("Его прочитает и семья"), limit=TEXT_LENGTH, rows=2)
