"""What the class teacher did about a silent family, and who is in the risk group."""

from flask_babel import lazy_gettext as _

from forms.base import OnceForm, PortalForm
from forms.fields import Choice, DateParts, Option, Text
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between
from journal_core.diary_visits.terms import NOTE_LENGTH, ContactHow, ContactResult
from journal_core.risk_group.terms import REASON_LENGTH, RiskGround


class ContactForm(OnceForm):
    """A call, a letter or a talk (INS-3.2.6)."""

    person = Choice(_("С кем"), small=True, required=_("Выберите, с кем вы связались"))
    how = Choice(
        _("Как"),
        [
            Option(ContactHow.PHONE, _("По телефону")),
            Option(ContactHow.EMAIL, _("По электронной почте")),
            Option(ContactHow.IN_PERSON, _("Лично")),
        ],
        small=True,
        inline=True,
        required=_("Выберите, как вы связались"),
    )
    day = DateParts(
        _("Когда"), required=_("Укажите день"), validators=[date_between(FIRST_DAY, LAST_DAY)]
    )
    result = Choice(
        _("Что вышло"),
        [
            Option(ContactResult.TOLD, _("Рассказали об успеваемости и посещаемости")),
            Option(ContactResult.NO_ANSWER, _("Не ответили")),
            Option(ContactResult.WRONG_CONTACT, _("Телефон или адрес неверен")),
        ],
        small=True,
        required=_("Выберите, что вышло"),
    )
    note = Text(_("Примечание"), limit=NOTE_LENGTH)


class RiskForm(PortalForm):
    """A pupil comes into the risk group (INS-3.2.7)."""

    pupil = Choice(_("Ученик"), small=True, required=_("Выберите ученика"))
    ground = Choice(
        _("Основание"),
        [
            Option(RiskGround.ATTAINMENT, _("Успеваемость")),
            Option(RiskGround.BEHAVIOUR, _("Поведение")),
        ],
        small=True,
        inline=True,
        required=_("Выберите основание"),
    )
    since = DateParts(
        _("С какого дня"),
        required=_("Укажите первый день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    reason = Text(_("Почему"), limit=REASON_LENGTH, required=_("Укажите причину"))


class EndRiskForm(PortalForm):
    """A pupil leaves the risk group (INS-3.2.7)."""

    until = DateParts(
        _("Последний день в группе"),
        required=_("Укажите последний день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    reason = Text(_("Почему довольно"), limit=REASON_LENGTH, required=_("Укажите причину"))


class CheckForm(PortalForm):
    """A week of the risk group's families is looked through (INS-3.2.8)."""

    note = Text(_("Примечание"), limit=NOTE_LENGTH)
