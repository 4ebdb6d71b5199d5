"""Why a pupil is away: the class teacher's word and the family's."""

from uuid import UUID

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Checkbox, Choice, DateParts, Hidden, Option, Text
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between
from journal_core.attendance.terms import Days, ReasonCode

REASON_NAMES = {
    ReasonCode.ILL: _("болезнь"),
    ReasonCode.EXCUSED: _("уважительная"),
    ReasonCode.UNEXCUSED: _("неуважительная"),
}


class _DaysForm(PortalForm):
    since = DateParts(
        _("С какого дня"),
        required=_("Укажите первый день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    until = DateParts(
        _("По какой день"),
        hint=_("Оставьте пустым, если это один день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )

    @property
    def days(self) -> Days:
        return Days(since=self.since.data, until=self.until.data or self.since.data)


class ReasonForm(_DaysForm):
    """Of one day or of days in a row (INS-3.2.3)."""

    reason = Choice(
        _("Причина"),
        [
            Option(ReasonCode.ILL, _("Б — болезнь")),
            Option(ReasonCode.EXCUSED, _("У — уважительная")),
            Option(ReasonCode.UNEXCUSED, _("Н — неуважительная")),
        ],
        small=True,
        required=_("Выберите причину"),
    )
    document = Text(_("Документ"), hint=_("Например, справка № 12"), limit=200)
    document_date = DateParts(_("Дата документа"), validators=[date_between(FIRST_DAY, LAST_DAY)])
    note = Text(_("Примечание"), limit=500)
    #: The span that is changed, or the announcement that is confirmed.
    span_id = Hidden()
    replaces = Checkbox(_("Заменить причину, которая уже записана на эти дни"), small=True)

    @property
    def changed_id(self) -> UUID | None:
        try:
            return UUID(self.span_id.data)
        except ValueError:
            return None


class DeclineForm(PortalForm):
    because = Text(
        _("Почему отклонено"),
        hint=_("Это прочитает тот, кто сообщил об отсутствии"),
        limit=300,
        required=_("Укажите причину"),
    )


class AnnounceForm(_DaysForm):
    """A family says ahead that a child will be away."""

    child = Choice(_("Кто будет отсутствовать"), small=True, required=_("Выберите ребёнка"))
    words = Text(_("Почему"), limit=500, required=_("Укажите причину"))
    document = Text(
        _("Документ"), hint=_("Например, справка или заявление: его отдают в школу"), limit=200
    )
