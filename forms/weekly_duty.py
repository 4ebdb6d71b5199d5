"""The weekly update of the diary: signing a week off, putting somebody in charge (SVC-3.8)."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Select, Text, TextArea
from forms.school import DatedForm


class SignForm(PortalForm):
    remarks = TextArea(
        _("Замечания"),
        hint=_("Что не обновлено и что делается: останется в истории недели"),
        limit=2000,
        rows=4,
        mark_optional=False,
    )


class OfficialForm(DatedForm):
    """Who is in charge from a day on, by an order of the head."""

    person = Select(_("Ответственный"), required=_("Выберите ответственного"))
    order_number = Text(
        _("Номер приказа"), required=_("Укажите номер приказа"), limit=100, width=10
    )
