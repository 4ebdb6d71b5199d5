"""Handing out what is kept about a person."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import TextArea


class ExportForm(PortalForm):
    """Why everything about a person is handed out; the reason is kept on record."""

    reason = TextArea(
        _("Зачем нужна выгрузка"),
        hint=_("Например: письменное обращение Ивановой М. П. от 24.11.2026 № 15"),
        required=_("Напишите, зачем нужна выгрузка"),
        limit=500,
        rows=2,
    )
