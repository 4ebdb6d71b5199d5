"""The office's check and moves."""

from typing import Any

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Checkbox, CheckboxGroup, Choice, Integer, Text, TextArea
from journal_core.requests.terms import CloseReason, Outcome, PaperKind, RefusalGround

GROUND_LABELS = {
    RefusalGround.NOT_AN_APPLICANT: _("Подал не родитель и не законный представитель"),
    RefusalGround.NOT_A_PUPIL: _("Ребёнок не учится в этой школе"),
    RefusalGround.ADULT: _("Обучающемуся исполнилось 18 лет"),
    RefusalGround.DOCUMENTS_UNFIT: _("Документы не соответствуют требованиям"),
    RefusalGround.DOCUMENTS_CONTRADICT: _("В документах противоречивые сведения"),
    RefusalGround.WITHDRAWN: _("Заявитель отказался от услуги"),
}
PAPER_LABELS = {
    PaperKind.IDENTITY: _("Документ, удостоверяющий личность"),
    PaperKind.BIRTH_CERTIFICATE: _("Свидетельство о рождении ребёнка"),
    PaperKind.GUARDIANSHIP: _("Документ органа опеки и попечительства"),
}
TOLD_LABELS = {Outcome.IN_PERSON: _("Лично"), Outcome.PHONE: _("По телефону")}
HANDED_OVER_LABELS = {Outcome.IN_PERSON: _("Лично"), Outcome.POST: _("По почте")}
CLOSE_LABELS = {
    CloseReason.NO_SHOW: _("Заявитель не пришёл"),
    CloseReason.DUPLICATE: _("Повторяет другой запрос"),
    CloseReason.NOT_A_REQUEST: _("Не относится к этой услуге"),
}


class MoveForm(PortalForm):
    """A move and the version that the person saw."""

    seen_version = Integer(_("Версия"))
    comment = TextArea(_("Комментарий"), limit=1000, rows=2)


class TellForm(MoveForm):
    """How the code was told (SVC-3.4.3)."""

    how = Choice(_("Как передан код?"), Outcome, labels=TOLD_LABELS, inline=True, small=True)


class HandOverForm(MoveForm):
    """How the decision was handed over (SVC-3.6)."""

    how = Choice(
        _("Как передано решение?"), Outcome, labels=HANDED_OVER_LABELS, inline=True, small=True
    )


class CloseForm(MoveForm):
    """Why a request that was never registered is closed (SVC-2.6)."""

    reason = Choice(
        _("Почему запрос закрывается?"),
        CloseReason,
        labels=CLOSE_LABELS,
        small=True,
        required=_("Выберите причину"),
    )


class TaskForm(PortalForm):
    """What came of a task."""

    result = Text(_("Что сделано"), limit=1000, required=_("Напишите, что сделано"))


class CheckForm(PortalForm):
    """Which originals were shown, and which grounds for refusal were found."""

    seen_version = Integer(_("Версия"))
    papers = CheckboxGroup(
        _("Показанные подлинники"), PaperKind, labels=PAPER_LABELS, mark_optional=False
    )
    particulars = Text(_("Серия, номер и дата документов"), limit=500)
    grounds = CheckboxGroup(
        _("Найденные основания для отказа"),
        RefusalGround,
        labels=GROUND_LABELS,
        mark_optional=False,
    )
    explanation = TextArea(_("Пояснение к основаниям"), limit=1000, rows=3)
    all_answered = Checkbox(
        _("Проверены все шесть оснований"), required=_("Подтвердите, что проверены все основания")
    )

    def explanation_of(self, ground: RefusalGround) -> str:
        text: Any = self.explanation.data
        return str(text) if ground in self.grounds.data else ""
