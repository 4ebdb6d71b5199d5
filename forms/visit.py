"""When the applicant comes with the originals."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Choice, Option

#: The answer that leads on without a time.
LATER = "later"


class VisitForm(PortalForm):
    """One time of those offered. A page shows the times of one day, any free time is taken."""

    visit_at = Choice(_("Время визита"), required=_("Выберите время"), inline=True, small=True)

    def offer(self, times: Iterable[Option]) -> None:
        self.visit_at.options = list(times)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.visit_at.chosen and self.visit_at.data is None:
            self.visit_at.errors = [_("Это время уже заняли. Выберите другое.")]
        return valid


class VisitWishForm(VisitForm):
    """The last step of the request: a time, or later."""

    def offer(self, times: Iterable[Option]) -> None:
        super().offer([Option(LATER, _("Выберу позже")), *times])
