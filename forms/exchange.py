"""A file of the school's lists."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Files, Hidden


class ListsForm(PortalForm):
    #: Under which the page asks how far the check is.
    key = Hidden()
    file = Files(
        _("Файл со списками"),
        hint=_("XLSX с одним или несколькими листами шаблона, или CSV с одним листом"),
        accept=(".xlsx", ".csv"),
        multiple=False,
        required=_("Выберите файл"),
    )
