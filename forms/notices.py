"""What a person is told by e-mail, and when."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Option, Select, Time
from journal_core.notices.terms import OFFERED, Choices, Hours, Rhythm
from journal_core.notifications.terms import NewsKind

_RHYTHMS = {
    Rhythm.AT_ONCE: _("сразу"),
    Rhythm.DAILY: _("раз в день"),
    Rhythm.WEEKLY: _("раз в неделю"),
    Rhythm.NEVER: _("не писать"),
}
_WEEKDAYS = (
    Option(1, _("понедельник")),
    Option(2, _("вторник")),
    Option(3, _("среда")),
    Option(4, _("четверг")),
    Option(5, _("пятница")),
    Option(6, _("суббота")),
    Option(7, _("воскресенье")),
)


def _rhythm(kind: NewsKind, label: Any, hint: Any = "") -> Select:
    return Select(
        label,
        [Option(one, _RHYTHMS[one]) for one in OFFERED[kind]],
        hint=hint,
        required=_("Выберите, когда писать"),
    )


def _hour(label: Any, hint: Any = "") -> Time:
    return Time(label, hint=hint, required=_("Укажите время, например 21:00"))


class NoticesForm(PortalForm):
    """Each kind of news by its own name, as the vocabulary has them."""

    absence = _rhythm(
        NewsKind.ABSENCE,
        _("Пропуск или опоздание"),
        _("Письмо уходит в течение минуты после переклички"),
    )
    mark = _rhythm(NewsKind.MARK, _("Отметки"))
    period_mark = _rhythm(NewsKind.PERIOD_MARK, _("Итоговые отметки"))
    homework = _rhythm(NewsKind.HOMEWORK, _("Домашние задания"))
    message = _rhythm(NewsKind.MESSAGE, _("Сообщения"))
    quiet_since = _hour(_("Тихие часы: с какого времени"))
    quiet_until = _hour(_("Тихие часы: до какого времени"), _("Одинаковое время — тихих часов нет"))
    digest_at = _hour(_("Во сколько приходит сводка"))
    digest_weekday = Select(
        _("В какой день — сводка за неделю"), _WEEKDAYS, required=_("Выберите день недели")
    )

    @classmethod
    def of(cls, choices: Choices) -> "NoticesForm":
        """As they stand, or as they were typed."""
        hours = choices.hours
        return cls(
            data={
                **choices.rhythms,
                "quiet_since": hours.quiet_since,
                "quiet_until": hours.quiet_until,
                "digest_at": hours.digest_at,
                "digest_weekday": hours.digest_weekday,
            }
        )

    @property
    def kinds(self) -> Iterable[Any]:
        """The fields of the kinds, in order."""
        return [self[kind] for kind in NewsKind]

    @property
    def choices(self) -> Choices:
        return Choices(
            rhythms={kind: self[kind].data for kind in NewsKind},
            hours=Hours(
                quiet_since=self.quiet_since.data,
                quiet_until=self.quiet_until.data,
                digest_at=self.digest_at.data,
                digest_weekday=self.digest_weekday.data,
            ),
        )
