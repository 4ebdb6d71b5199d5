"""The production calendar: a year as a file, days closed and opened by order."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from forms.base import PortalForm
from forms.fields import CheckboxGroup, DateParts, Files, Text
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between

#: Longer than any quarantine; a longer closing is a slip of the pen in the year.
LONGEST_CLOSING = timedelta(days=92)


class YearFileForm(PortalForm):
    file = Files(
        _("Файл календаря"),
        hint=_("Такой же, какой выгружает портал: строка — день, его вид и название"),
        accept=(".csv", ".txt"),
        multiple=False,
        required=_("Выберите файл"),
    )


class CloseDaysForm(PortalForm):
    """The days from the first to the last, both closed."""

    first = DateParts(
        _("Первый день"),
        required=_("Укажите первый день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    last = DateParts(
        _("Последний день"),
        hint=_("Оставьте пустым, если день один"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    reason = Text(
        _("Почему закрыта школа"),
        hint=_("Эти слова увидит заявитель, например «карантин»"),
        required=_("Укажите причину"),
        limit=200,
    )
    order_number = Text(_("Номер приказа"), required=_("Укажите номер приказа"), limit=50, width=10)

    def validate_last(self, field: Any) -> None:
        if not field.data or not self.first.data:
            return
        if field.data < self.first.data:
            raise ValidationError(_("Последний день раньше первого."))
        if field.data - self.first.data > LONGEST_CLOSING:
            raise ValidationError(_("Проверьте год: школа закрывается не больше чем на 92 дня"))

    @property
    def days(self) -> tuple[date, ...]:
        length = ((self.last.data or self.first.data) - self.first.data).days + 1
        return tuple(self.first.data + timedelta(days=number) for number in range(length))


class ReopenDaysForm(PortalForm):
    days = CheckboxGroup(_("Какие дни открыть"), required=_("Отметьте хотя бы один день"))
    order_number = Text(_("Номер приказа"), required=_("Укажите номер приказа"), limit=50, width=10)
