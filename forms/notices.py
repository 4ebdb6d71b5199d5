"""What a person is told by e-mail, and when."""

from datetime import time

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Choice, Option, Time
from journal_core.notices.terms import Choices, Hours, Rhythm
from journal_core.notifications.terms import NewsKind

RHYTHMS = (
    Option(Rhythm.AT_ONCE, _("сразу")),
    Option(Rhythm.DAILY, _("раз в день")),
    Option(Rhythm.WEEKLY, _("раз в неделю")),
    Option(Rhythm.NEVER, _("не писать")),
)
WEEKDAYS = (
    Option("1", _("понедельник")),
    Option("2", _("вторник")),
    Option("3", _("среда")),
    Option("4", _("четверг")),
    Option("5", _("пятница")),
    Option("6", _("суббота")),
    Option("7", _("воскресенье")),
)
