"""The office's check and moves."""

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import (
    PAPER_FILES,
    Checkbox,
    CheckboxGroup,
    Choice,
    Files,
    Integer,
    Select,
    Text,
    TextArea,
)
from journal_core.notifications.terms import CallOutcome, NextTry
from journal_core.people.terms import Gender
from journal_core.requests.terms import CloseReason, Outcome, PaperKind, RefusalGround

GROUND_LABELS = {
    RefusalGround.NOT_AN_APPLICANT: _("Подал не родитель и не законный представитель"),
    RefusalGround.NOT_A_PUPIL: _("Ребёнок не учится в этой школе"),
    RefusalGround.ADULT: _("Обучающемуся исполнилось 18 лет"),
    RefusalGround.DOCUMENTS_UNFIT: _("Документы не соответствуют требованиям"),
    RefusalGround.DOCUMENTS_CONTRADICT: _("В документах противоречивые сведения"),
    RefusalGround.WITHDRAWN: _("Заявитель отказался от услуги"),
}
#: The clause of each ground (SVC-2.12).
GROUND_CLAUSES = {
    ground: f"SVC-2.12.{number}" for number, ground in enumerate(RefusalGround, start=1)
}
CITIZEN_LABELS = {Gender.FEMALE: _("Гражданке"), Gender.MALE: _("Гражданину")}
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


OUTCOME_LABELS = {
    CallOutcome.TOLD: _("Сообщили"),
    CallOutcome.NO_ANSWER: _("Не дозвонились"),
    CallOutcome.WRONG_NUMBER: _("Номер неверный"),
}
NEXT_TRY_LABELS = {
    NextTry.IN_AN_HOUR: _("Через час"),
    NextTry.NEXT_WORKING_MORNING: _("Утром следующего рабочего дня"),
}


class MoveForm(PortalForm):
    """A move and the version that the person saw."""

    seen_version = Integer(_("Версия"))
    comment = TextArea(_("Комментарий"), limit=1000, rows=2)


class TellForm(MoveForm):
    """How the code was told (SVC-3.4.3)."""

    how = Choice(
        _("Как передан код?"),
        Outcome,
        labels=TOLD_LABELS,
        inline=True,
        small=True,
        mark_optional=False,
    )


class HandOverForm(MoveForm):
    """How the decision was handed over (SVC-3.6)."""

    how = Choice(
        _("Как передано решение?"),
        Outcome,
        labels=HANDED_OVER_LABELS,
        inline=True,
        small=True,
        mark_optional=False,
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
    """What came of a call, or of other work by hand."""

    outcome = Choice(
        _("Что получилось?"),
        CallOutcome,
        labels=OUTCOME_LABELS,
        required=_("Выберите, что получилось"),
        small=True,
    )
    next_try = Choice(
        _("Когда повторить?"),
        NextTry,
        labels=NEXT_TRY_LABELS,
        small=True,
        mark_optional=False,
    )
    result = Text(
        _("Что сделано"),
        limit=1000,
        required=_("Напишите, что сделано"),
        hint=_("Кому, что и когда сказали"),
    )


class NoteForm(PortalForm):
    """A word of the office to itself."""

    text = TextArea(_("Заметка"), limit=2000, rows=2, required=_("Напишите заметку"))


class AddresseeForm(MoveForm):
    """The addressee of a decision, where the rules got the name wrong."""

    addressee = Text(_("Кому, в дательном падеже"), required=_("Укажите, кому решение"), limit=1000)
    gender = Choice(
        _("Обращение"),
        Gender,
        labels=CITIZEN_LABELS,
        inline=True,
        small=True,
        required=_("Выберите обращение"),
    )
    remember = Checkbox(_("Писать так этого человека и в других решениях"), small=True)


class ScanForm(PortalForm):
    scan = Files(
        _("Скан подписанного решения"),
        accept=PAPER_FILES,
        multiple=False,
        required=_("Выберите файл"),
    )


class CheckForm(PortalForm):
    """Which originals were shown, which grounds for refusal were found, and who the child is.

    Each paper has its `particulars_…`, each ground its `explanation_…`.
    """

    seen_version = Integer(_("Версия"))
    pupil = Select(_("Кто из учеников имеется в виду"), blank=_("Никто: ребёнок здесь не учится"))
    person = Select(
        _("Школа знает человека с похожим именем. Это заявитель?"),
        blank=_("Нет, это другой человек"),
    )
    papers = CheckboxGroup(
        _("Показанные подлинники"),
        PaperKind,
        labels=PAPER_LABELS,
        mark_optional=False,
        small=True,
    )
    grounds = CheckboxGroup(
        _("Найденные основания для отказа"),
        RefusalGround,
        labels=GROUND_LABELS,
        hints=GROUND_CLAUSES,
        mark_optional=False,
        small=True,
    )
    all_answered = Checkbox(
        _("Проверены все шесть оснований"),
        required=_("Подтвердите, что проверены все основания"),
        small=True,
    )

    def particulars_of(self, kind: PaperKind) -> str:
        return str(self[f"particulars_{kind.value}"].data)

    def explanation_of(self, ground: RefusalGround) -> str:
        text = self[f"explanation_{ground.value}"].data
        return str(text) if ground in self.grounds.data else ""


for _kind in PaperKind:
    _particulars = Text(_("Серия, номер, дата"), limit=150, mark_optional=False)
    setattr(CheckForm, f"particulars_{_kind.value}", _particulars)
for _ground in RefusalGround:
    _explanation = TextArea(_("Пояснение"), limit=1000, rows=2, mark_optional=False)
    setattr(CheckForm, f"explanation_{_ground.value}", _explanation)
