"""A teacher's recommendation to pupils of a course."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import CheckboxGroup, TextArea
from journal_core.recommendations.terms import TEXT_LENGTH


class RecommendationForm(PortalForm):
    text = TextArea(
        _("Рекомендация"),
        hint=_("Например, что повторить и чем заняться. Её прочтут ученик и родители"),
        limit=TEXT_LENGTH,
        rows=4,
        required=_("Напишите рекомендацию"),
    )
    pupils = CheckboxGroup(_("Кому"), small=True, required=_("Отметьте, кому"))
