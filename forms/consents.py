"""Consents: what is printed, the signed copy, the withdrawal, the erasure."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import CheckboxGroup, DateParts, Files, Text


class SheetForm(PortalForm):
    """What FRM-3 asks and the portal does not keep: it goes to the sheet and nowhere else."""

    children = CheckboxGroup(_("На кого печатать"), small=True, mark_optional=False)
    passport_series = Text(_("Серия паспорта"), limit=20, width=5)
    passport_number = Text(_("Номер паспорта"), limit=20, width=10)
    passport_issued = Text(_("Кем и когда выдан паспорт"), limit=300)
    address = Text(_("Адрес представителя"), limit=500)
    basis = Text(
        _("На основании какого документа"),
        hint=_("Свидетельство о рождении или решение органа опеки: серия, номер, дата"),
        limit=300,
    )


class SignedForm(PortalForm):
    signed_on = DateParts(_("Дата на листе"), required=_("Укажите дату, которая стоит на листе"))
    scan = Files(
        _("Скан или фотография подписанного листа"),
        accept=(".pdf", ".jpg", ".jpeg", ".png"),
        multiple=False,
        required=_("Выберите файл"),
    )


class DeclineForm(PortalForm):
    declined_on = DateParts(
        _("Когда представитель отказался"), required=_("Укажите, когда представитель отказался")
    )


class WithdrawalForm(PortalForm):
    withdrawn_on = DateParts(
        _("Когда поступило письменное заявление"), required=_("Укажите, когда поступило заявление")
    )
    scan = Files(
        _("Скан или фотография заявления"),
        accept=(".pdf", ".jpg", ".jpeg", ".png"),
        multiple=False,
    )


class ErasureForm(PortalForm):
    erased_on = DateParts(
        _("Когда данные удалены"), required=_("Укажите день, когда данные удалены")
    )
