"""The applicant's form, step by step (FRM-1)."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import (
    PAPER_FILES,
    Checkbox,
    Choice,
    DateParts,
    Email,
    Files,
    Hidden,
    Integer,
    NamePart,
    Phone,
    Text,
    TextArea,
)
from forms.validators import date_between, required_when
from journal_core.requests.terms import Capacity, PaperKind, RefusalDelivery, ResultDelivery

FIRST_BIRTH = date(1990, 1, 1)
LAST_BIRTH = date(2100, 1, 1)

CAPACITY_LABELS = {
    Capacity.PARENT: _("Родитель"),
    Capacity.GUARDIAN: _("Опекун, попечитель или другой законный представитель"),
}
RESULT_LABELS = {
    ResultDelivery.IN_PERSON: _("Лично в школе"),
    ResultDelivery.EMAIL: _("По электронной почте"),
    ResultDelivery.PHONE: _("По телефону"),
}
REFUSAL_LABELS = {
    RefusalDelivery.IN_PERSON: _("Лично в школе"),
    RefusalDelivery.POST: _("Письмом на бумаге по почте"),
}


class StartForm(PortalForm):
    """The first page asks nothing: it says for whom the service is (SVC-2.5)."""


class ReturnLinkForm(PortalForm):
    email = Email(
        _("Электронная почта"), required=_("Укажите, куда прислать ссылку"), autocomplete="email"
    )


class ApplicantForm(PortalForm):
    applicant_last_name = NamePart(
        _("Фамилия"),
        required=_("Укажите фамилию"),
        autocomplete="family-name",
    )
    applicant_first_name = NamePart(_("Имя"), required=_("Укажите имя"), autocomplete="given-name")
    applicant_patronymic = NamePart(_("Отчество"), autocomplete="additional-name")


class ContactsForm(PortalForm):
    address = TextArea(
        _("Адрес проживания"), required=_("Укажите адрес проживания"), limit=500, rows=3
    )
    phone = Phone(_("Контактный телефон"), required=_("Укажите телефон"), autocomplete="tel")
    email = Email(_("Электронная почта"), autocomplete="email")


class ChildForm(PortalForm):
    child_last_name = NamePart(_("Фамилия ребёнка"), required=_("Укажите фамилию ребёнка"))
    child_first_name = NamePart(_("Имя ребёнка"), required=_("Укажите имя ребёнка"))
    child_patronymic = NamePart(_("Отчество ребёнка"))
    child_birth_date = DateParts(
        _("Дата рождения ребёнка"),
        required=_("Укажите дату рождения ребёнка"),
        validators=[date_between(FIRST_BIRTH, LAST_BIRTH, _("Проверьте год рождения"))],
    )
    child_class = Text(_("Класс"), required=_("Укажите класс, например 6А"), limit=10, width=3)


class CapacityForm(PortalForm):
    capacity = Choice(
        _("Кто вы ребёнку?"),
        Capacity,
        labels=CAPACITY_LABELS,
        required=_("Выберите, кто вы ребёнку"),
    )


class PapersForm(PortalForm):
    """Pictures or scans of the documents; who has none brings the papers to the visit (SVC-2.6)."""

    identity = Files(_("Документ, удостоверяющий личность"), accept=PAPER_FILES)
    birth_certificate = Files(_("Свидетельство о рождении ребёнка"), accept=PAPER_FILES)
    guardianship = Files(_("Документ органа опеки и попечительства"), accept=PAPER_FILES)
    #: The page's second button.
    stay = Checkbox(_("Добавить файлы и остаться"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and self.stay.data and not any(self.sent(kind) for kind in PaperKind):
            self.refuse(None, _("Сначала выберите файлы"))
        return not self.errors

    def sent(self, kind: PaperKind) -> list[Any]:
        """The files sent of one document; none of a document that is not asked for."""
        return self[kind.value].data if kind.value in self else []

    def keep_only(self, kinds: set[PaperKind]) -> None:
        """Ask for no document that this applicant need not show (SVC-2.7)."""
        for kind in set(PaperKind) - kinds:
            del self[kind.value]


class DeliveryForm(PortalForm):
    result_delivery = Choice(
        _("Как сообщить вам код доступа?"),
        ResultDelivery,
        labels=RESULT_LABELS,
        required=_("Выберите, как сообщить код"),
    )
    refusal_delivery = Choice(
        _("Как передать решение, если в услуге откажут?"),
        RefusalDelivery,
        labels=REFUSAL_LABELS,
        required=_("Выберите, как передать отказ"),
    )
    email = Email(
        _("Электронная почта"),
        validators=[
            required_when(
                "result_delivery", ResultDelivery.EMAIL, _("Укажите почту, на которую писать")
            )
        ],
        autocomplete="email",
    )


class DeclarationForm(PortalForm):
    declaration = Checkbox(
        _("Всё указано верно, я законный представитель ребёнка"),
        required=_("Подтвердите, что всё указано верно"),
    )


class IntakeForm(DeliveryForm, ApplicantForm, ContactsForm, ChildForm, CapacityForm):
    """The whole of FRM-1 on one page, for the counter."""

    capacity = Choice(
        _("Кто заявитель ребёнку?"),
        Capacity,
        labels=CAPACITY_LABELS,
        required=_("Выберите, кто заявитель ребёнку"),
        small=True,
    )
    result_delivery = Choice(
        _("Как сообщить код доступа?"),
        ResultDelivery,
        labels=RESULT_LABELS,
        required=_("Выберите, как сообщить код"),
        small=True,
        inline=True,
    )
    refusal_delivery = Choice(
        _("Как передать решение, если откажут?"),
        RefusalDelivery,
        labels=REFUSAL_LABELS,
        required=_("Выберите, как передать отказ"),
        small=True,
        inline=True,
    )
    submission_key = Hidden()
    anyway = Checkbox(_("Это не повтор, нужен ещё один запрос"), small=True)
    declaration = Checkbox(
        _("Заявление подписано, заявитель здесь"),
        required=_("Подтвердите, что заявление подписано"),
        small=True,
    )


class CorrectedChildForm(ChildForm):
    """The child of a request that was submitted already, as an original has it."""

    basis = Text(
        _("По какому подлиннику"),
        hint=_("Например, свидетельство о рождении: серия, номер"),
        required=_("Укажите документ, по которому исправлено"),
        limit=150,
    )
    seen_version = Integer(_("Версия"))


class CorrectedContactsForm(ContactsForm):
    """The contacts of a request that was submitted already."""

    seen_version = Integer(_("Версия"))
