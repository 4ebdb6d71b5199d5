"""Codes for the people of the school."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Choice, NamePart, Text
from journal_core.access.terms import Role

STAFF_ROLE_LABELS = {
    Role.TEACHER: _("Учитель"),
    Role.CLASS_TEACHER: _("Классный руководитель"),
    Role.DEPUTY: _("Заместитель директора"),
    Role.SECRETARY: _("Секретарь"),
    Role.HEAD: _("Директор"),
    Role.CURATOR: _("Администратор журнала"),
}


class HoldersForm(PortalForm):
    """Whom the codes are for: the names are ticked in a table."""


class StaffMemberForm(PortalForm):
    last_name = NamePart(_("Фамилия"), required=_("Укажите фамилию"))
    first_name = NamePart(_("Имя"), required=_("Укажите имя"))
    patronymic = NamePart(_("Отчество"))
    position = Text(_("Должность"), required=_("Укажите должность"), limit=200)
    role = Choice(
        _("Роль в портале"),
        Role,
        labels=STAFF_ROLE_LABELS,
        required=_("Выберите роль"),
    )
