"""People: pupils, representatives, staff; what rests on an order names it."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from forms.base import OnceForm, PortalForm
from forms.fields import Checkbox, Choice, DateParts, Email, Hidden, NamePart, Phone, Select, Text
from forms.validators import date_between, required_when
from journal_core.classes.terms import GroupKind
from journal_core.people.terms import Gender, PersonName, RepresentativeKind

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 1, 1)
NEW_PERSON = "new"

GENDER_LABELS = {Gender.FEMALE: _("женский"), Gender.MALE: _("мужской")}
KIND_LABELS = {
    RepresentativeKind.PARENT: _("родитель"),
    RepresentativeKind.GUARDIAN: _("опекун, попечитель"),
}
OWN_GROUP_LABELS = {
    GroupKind.AFTER_SCHOOL: _("группа продлённого дня"),
    GroupKind.CLUB: _("кружок, секция"),
}


class NameForm(PortalForm):
    last_name = NamePart(_("Фамилия"), required=_("Укажите фамилию"), width=20)
    first_name = NamePart(_("Имя"), required=_("Укажите имя"), width=20)
    patronymic = NamePart(_("Отчество"), width=20)

    @property
    def name(self) -> PersonName:
        return PersonName(
            last_name=self.last_name.data,
            first_name=self.first_name.data,
            patronymic=self.patronymic.data,
        )


class PersonForm(NameForm):
    birth_date = DateParts(_("Дата рождения"), validators=[date_between(FIRST_DAY, LAST_DAY)])
    gender = Choice(_("Пол"), Gender, labels=GENDER_LABELS, inline=True, small=True)


class ContactsForm(PortalForm):
    phone = Phone(_("Телефон"), autocomplete="off")
    email = Email(_("Электронная почта"), autocomplete="off")


class OrderForm(PortalForm):
    """The order that the act rests on (POL-3.4.11)."""

    order_number = Text(
        _("Номер приказа"), required=_("Укажите номер приказа"), limit=100, width=10
    )
    order_date = DateParts(_("Дата приказа"), required=_("Укажите дату приказа"))

    @property
    def error_pairs(self) -> list[tuple[str, Any]]:
        """The order's own come last, as the page asks for it last."""
        return sorted(super().error_pairs, key=lambda pair: pair[0].startswith("order_"))


class EnrolForm(OrderForm):
    school_class = Select(_("Класс"), required=_("Выберите класс"))
    since = DateParts(_("Первый день в классе"), required=_("Укажите первый день в классе"))
    file_number = Text(_("Номер личного дела"), limit=50, width=10)


class PupilForm(OnceForm, PersonForm, ContactsForm, EnrolForm):
    """Somebody new, enrolled at once."""

    def __init__(self, *typed: Any, **values: Any) -> None:
        super().__init__(*typed, **values)
        self.birth_date.required = _("Укажите дату рождения")


class TransferForm(OrderForm):
    school_class = Select(_("В какой класс"), required=_("Выберите класс"))
    since = DateParts(
        _("Первый день в новом классе"), required=_("Укажите первый день в новом классе")
    )


class LeaveForm(OrderForm):
    last_day = DateParts(_("Последний день в школе"), required=_("Укажите последний день"))


class PositionForm(OrderForm):
    position = Text(_("Должность"), required=_("Укажите должность"), limit=200, width=30)
    since = DateParts(_("С какого дня"), required=_("Укажите, с какого дня"))


class EndPositionForm(OrderForm):
    until = DateParts(_("Последний день в должности"), required=_("Укажите последний день"))


class StaffForm(OnceForm, PersonForm, ContactsForm, PositionForm):
    """Somebody new in a position."""


class RightForm(PortalForm):
    """What the right to represent rests on, and to what day."""

    kind = Choice(
        _("Кем приходится"),
        RepresentativeKind,
        labels=KIND_LABELS,
        required=_("Выберите, кем приходится ученику"),
        inline=True,
        small=True,
    )
    basis = Text(
        _("Основание"),
        hint=_("Свидетельство о рождении; для опекуна — номер и дата акта"),
        limit=500,
        validators=[
            required_when(
                "kind",
                RepresentativeKind.GUARDIAN,
                _("Опекун представляет по акту: укажите документ."),
            )
        ],
    )
    valid_until = DateParts(
        _("До какого дня"),
        hint=_("Последний день, если опека дана на срок"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )


class RepresentativeForm(NameForm, RightForm, ContactsForm):
    """A representative by name; `same_person` is asked when the school knows the name."""

    same_person = Choice(_("Школа уже знает человека с таким именем. Это он?"), small=True)


class EndRightForm(PortalForm):
    ended_on = DateParts(_("Последний день"), required=_("Укажите последний день"))
    by_court = Checkbox(_("Прекращено по решению суда: больше не представляет никогда"))


class OwnGroupForm(PortalForm):
    kind = Choice(
        _("Вид"),
        GroupKind,
        labels=OWN_GROUP_LABELS,
        required=_("Выберите вид группы"),
        inline=True,
        small=True,
    )
    group_name = Text(_("Название"), required=_("Укажите название"), limit=100, width=30)
    leader = Select(_("Воспитатель или руководитель"))


class MembersForm(OrderForm):
    """Who is in the group: the pupils are ticked in a table."""

    since = DateParts(_("С какого дня"), required=_("Укажите, с какого дня"))


class DivideForm(MembersForm):
    """Who is in which group. `seen` names what the page showed, as that of the curriculum does."""

    seen = Hidden()


class PromoteForm(OrderForm):
    to_class = Select(_("В какой класс"), required=_("Выберите класс"))
