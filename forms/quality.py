"""The span of a report."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import DateParts


class SpanForm(PortalForm):
    """Dates from and to, both counted; sent by GET, so that the report has an address."""

    class Meta(PortalForm.Meta):
        csrf = False

    since = DateParts(_("С"), mark_optional=False)
    until = DateParts(_("По"), mark_optional=False)

    def validate(self, extra_validators: object = None) -> bool:
        if not super().validate(extra_validators):
            return False
        if self.since.data and self.until.data and self.until.data < self.since.data:
            self.refuse("until", _("Последний день раньше первого."))
            return False
        return True
