"""A school's own template: the file, and from when it is in force."""

from flask_babel import lazy_gettext as _

from forms.account import PasswordAgainForm
from forms.base import PortalForm
from forms.fields import Files
from forms.school import DatedForm


class TemplateFileForm(PortalForm):
    file = Files(
        _("Новый шаблон"),
        hint=_("Файл Word (DOCX), не больше 2 МБ"),
        accept=(".docx",),
        multiple=False,
        required=_("Выберите файл"),
    )


class InForceForm(DatedForm, PasswordAgainForm):
    """What changes a legal form is done by its owner's password again."""
