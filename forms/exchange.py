"""A file of the school's lists."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Files, Hidden


class ListsForm(PortalForm):
    #: Under which the page asks how far the check is.
    key = Hidden()
    file = Files(
        _("Файл со списками"),
        hint=_("XLSX с листами шаблона, CSV с одним листом или ZIP OneRoster 1.2"),
        accept=(".xlsx", ".csv", ".zip"),
        multiple=False,
        required=_("Выберите файл"),
    )
