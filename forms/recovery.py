"""A code for a new password: for whom, and what they showed."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Choice
from journal_core.invitations.terms import ShownDocument

SHOWN_DOCUMENT_LABELS = {
    ShownDocument.PASSPORT: _("Паспорт"),
    ShownDocument.BIRTH_CERTIFICATE: _("Свидетельство о рождении (ученик до 14 лет)"),
    ShownDocument.OTHER_IDENTITY: _("Другой документ, удостоверяющий личность"),
}


class RecoveryForm(PortalForm):
    shown = Choice(
        _("Какой документ показан"),
        ShownDocument,
        labels=SHOWN_DOCUMENT_LABELS,
        hint=_("Сверьте имя и лицо. Номер документа портал не хранит."),
        required=_("Отметьте, какой документ показан"),
    )
