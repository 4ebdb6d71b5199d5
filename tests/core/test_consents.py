"""The life of a consent, on both databases: printed, filed, withdrawn, erased."""

from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.consents.commands import (
    ConfirmErasure,
    DeclineConsent,
    FileConsent,
    RecordPrintedConsents,
    WithdrawConsent,
    confirm_erasure,
    decline_consent,
    file_consent,
    record_printed_consents,
    withdraw_consent,
)
from journal_core.consents.models import Consent
from journal_core.consents.queries import classes_in_reach, consent_row, consent_rows, consents_of
from journal_core.consents.rules import erase_by
from journal_core.consents.terms import ConsentState
from journal_core.context import ActionContext, Actor
from journal_core.database import new_id
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.files.terms import TakenFile
from journal_core.people.commands import add_person
from journal_core.people.models import Pupil, Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from journal_core.school.models import SchoolClass
from tests.clock import FrozenClock
from tests.conftest import EVERYTHING, NewContext
from tests.factories.school import pupil as enrolled

TODAY = date(2026, 11, 23)
BORN = date(2014, 3, 12)


def _scan() -> bytes:
    pdf, buffer = pikepdf.Pdf.new(), BytesIO()
    pdf.add_blank_page()
    pdf.save(buffer)
    return buffer.getvalue()


SCAN = _scan()


def _class(context: ActionContext, letter: str, teacher_id: UUID | None = None) -> SchoolClass:
    found = SchoolClass(academic_year=2026, grade=6, letter=letter, class_teacher_id=teacher_id)
    context.session.add(found)
    context.session.flush()
    return found


def _pupil(
    context: ActionContext, of_class: SchoolClass, name: str = "Котова Вера", born: date = BORN
) -> UUID:
    return enrolled(context, of_class.id, name, born=born)


def _link(context: ActionContext, pupil_id: UUID, name: str = "Котова Мария") -> UUID:
    adult = add_person(context, split_full_name(name))
    link = Representation(person_id=adult.id, pupil_id=pupil_id, kind=RepresentativeKind.PARENT)
    context.session.add(link)
    context.session.flush()
    return link.id


@pytest.fixture
def link(context: ActionContext) -> UUID:
    """A representative of a pupil of 6А."""
    return _link(context, _pupil(context, _class(context, "А")))


def _state(context: ActionContext, link: UUID) -> ConsentState:
    return consent_row(context.session, EVERYTHING, context.today, link).state


def _print(context: ActionContext, *links: UUID) -> None:
    record_printed_consents(context, RecordPrintedConsents(representation_ids=links))


def _file(context: ActionContext, link: UUID, signed_on: date = TODAY) -> None:
    sheet = TakenFile(name="лист.pdf", media_type="application/pdf", content=SCAN)
    command = FileConsent(representation_id=link, signed_on=signed_on, file=sheet)
    file_consent(context, command)


def _withdraw(context: ActionContext, link: UUID, day: date = TODAY) -> None:
    withdraw_consent(context, WithdrawConsent(representation_id=link, withdrawn_on=day))


def _decline(context: ActionContext, link: UUID, day: date = TODAY) -> None:
    decline_consent(context, DeclineConsent(representation_id=link, declined_on=day))


def _erase(context: ActionContext, link: UUID, day: date = TODAY) -> None:
    confirm_erasure(context, ConfirmErasure(representation_id=link, erased_on=day))


@pytest.mark.clause("FRM-3", "POL-3.5.7")
def test_consent_is_missing_then_printed_then_signed_and_each_act_is_on_record(
    context: ActionContext, link: UUID
) -> None:
    assert _state(context, link) is ConsentState.MISSING
    _print(context, link)
    assert _state(context, link) is ConsentState.PRINTED
    _file(context, link)
    assert _state(context, link) is ConsentState.SIGNED
    (kept,) = consents_of(context.session, link)
    assert kept.filed_by == kept.printed_by == EVERYTHING.label
    assert kept.scan_file_id is not None
    assert context.files.get(kept.scan_file_id) == SCAN
    assert _acts(context, kept.id) == [AuditAction.CONSENT_PRINTED, AuditAction.CONSENT_SIGNED]


def _acts(context: ActionContext, consent_id: UUID) -> list[AuditAction]:
    context.session.flush()
    return list(
        context.session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject_id == consent_id)
            .order_by(AuditEntry.id)
        )
    )


@pytest.mark.clause("FRM-3", "SVC-2.13")
def test_declined_consent_is_awaited_no_more_and_a_signature_outweighs_it(
    context: ActionContext, link: UUID
) -> None:
    _print(context, link)
    _decline(context, link, TODAY - timedelta(days=1))
    row = consent_row(context.session, EVERYTHING, context.today, link)
    assert (row.state, row.is_unsigned, row.may_print) == (ConsentState.DECLINED, False, True)
    _file(context, link)
    assert _state(context, link) is ConsentState.SIGNED
    with pytest.raises(RuleBroken, match="consent_signed"):
        _decline(context, link)
    (kept,) = consents_of(context.session, link)
    assert AuditAction.CONSENT_DECLINED in _acts(context, kept.id)


def test_consent_is_declined_without_a_sheet_and_not_tomorrow(
    context: ActionContext, link: UUID
) -> None:
    with pytest.raises(RuleBroken, match="date_ahead"):
        _decline(context, link, TODAY + timedelta(days=1))
    _decline(context, link)
    assert _state(context, link) is ConsentState.DECLINED


@pytest.mark.clause("FRM-3")
def test_application_that_withdraws_a_consent_is_kept(context: ActionContext, link: UUID) -> None:
    _file(context, link)
    paper = TakenFile(name="отзыв.pdf", media_type="application/pdf", content=SCAN)
    withdraw_consent(
        context, WithdrawConsent(representation_id=link, withdrawn_on=TODAY, file=paper)
    )
    (kept,) = consents_of(context.session, link)
    assert kept.withdrawal_file_id is not None
    assert context.files.get(kept.withdrawal_file_id) == SCAN


def test_sheet_printed_twice_is_one_sheet(context: ActionContext, link: UUID) -> None:
    _print(context, link)
    _print(context, link)
    assert len(consents_of(context.session, link)) == 1


def test_sheet_signed_without_printing_is_taken(context: ActionContext, link: UUID) -> None:
    _file(context, link)
    assert _state(context, link) is ConsentState.SIGNED


def test_signed_consent_is_neither_printed_nor_filed_again(
    context: ActionContext, link: UUID
) -> None:
    _file(context, link)
    for act in (_print, _file):
        with pytest.raises(RuleBroken, match="consent_signed"):
            act(context, link)


@pytest.mark.clause("FRM-3", "SVC-2.2.3")
def test_withdrawal_asks_for_erasure_and_lets_a_new_consent_be_given(
    context: ActionContext, link: UUID
) -> None:
    _file(context, link)
    _withdraw(context, link)
    assert _state(context, link) is ConsentState.WITHDRAWN
    _print(context, link)
    assert _state(context, link) is ConsentState.WITHDRAWN, "its data are still to be erased"
    _erase(context, link)
    assert _state(context, link) is ConsentState.PRINTED
    _file(context, link)
    assert _state(context, link) is ConsentState.SIGNED
    newer, older = consents_of(context.session, link)
    assert newer.withdrawn_on is None
    assert _acts(context, older.id)[-2:] == [
        AuditAction.CONSENT_WITHDRAWN,
        AuditAction.CONSENT_DATA_ERASED,
    ]


def test_what_is_not_signed_cannot_be_withdrawn_nor_withdrawn_twice(
    context: ActionContext, link: UUID
) -> None:
    _print(context, link)
    with pytest.raises(RuleBroken, match="consent_not_signed"):
        _withdraw(context, link)
    _file(context, link)
    _withdraw(context, link)
    with pytest.raises(RuleBroken, match="consent_not_signed"):
        _withdraw(context, link)


def test_erasure_is_confirmed_once_and_after_a_withdrawal_only(
    context: ActionContext, link: UUID
) -> None:
    _file(context, link)
    with pytest.raises(RuleBroken, match="nothing_to_erase"):
        _erase(context, link)
    _withdraw(context, link)
    _erase(context, link)
    with pytest.raises(RuleBroken, match="nothing_to_erase"):
        _erase(context, link)


def test_dates_follow_each_other_and_none_lies_ahead(context: ActionContext, link: UUID) -> None:
    tomorrow, yesterday = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
    with pytest.raises(RuleBroken, match="date_ahead"):
        _file(context, link, tomorrow)
    _file(context, link, TODAY)
    for day, why in ((tomorrow, "date_ahead"), (yesterday, "withdrawn_before_signed")):
        with pytest.raises(RuleBroken, match=why):
            _withdraw(context, link, day)
    _withdraw(context, link, TODAY)
    for day, why in ((tomorrow, "date_ahead"), (yesterday, "erased_before_withdrawn")):
        with pytest.raises(RuleBroken, match=why):
            _erase(context, link, day)


@pytest.mark.clause("SVC-2.2.3")
def test_data_are_erased_within_thirty_days_the_day_of_the_withdrawal_not_counted() -> None:
    assert erase_by(date(2026, 11, 23)) == date(2026, 12, 23)


@pytest.mark.clause("SVC-2.12.3")
def test_nobody_signs_for_a_pupil_of_eighteen(
    context: ActionContext, clock: FrozenClock, new_context: NewContext
) -> None:
    eighteen = date(TODAY.year - 18, TODAY.month, TODAY.day)
    link = _link(context, _pupil(context, _class(context, "А"), born=eighteen))
    assert _state(context, link) is ConsentState.ADULT
    for act in (_print, _file):
        with pytest.raises(RuleBroken, match="pupil_adult"):
            act(context, link)
    clock.advance(days=-1)
    _print(new_context(context.session), link)


@pytest.mark.clause("POL-3.5.7")
def test_class_teacher_reaches_the_own_class_and_no_other(context: ActionContext) -> None:
    teacher = add_person(context, split_full_name("Зайцева Марина"))
    own, foreign, orphan = (
        _class(context, letter, person)
        for letter, person in (("А", teacher.id), ("Б", None), ("В", None))
    )
    links = [_link(context, _pupil(context, each)) for each in (own, foreign, orphan)]
    actor = Actor(
        label="Зайцева",
        permissions=frozenset({Permission.CONSENT_REGISTER_READ, Permission.CONSENT_REGISTER_EDIT}),
        person_id=teacher.id,
    )
    session = context.session
    assert [row.id for row in classes_in_reach(session, actor)] == [own.id]
    assert [row.representation_id for row in consent_rows(session, actor, TODAY)] == links[:1]
    for link in links[1:]:
        with pytest.raises(NotFound):
            consent_row(session, actor, TODAY, link)
    nobody = replace(actor, person_id=None)
    assert consent_rows(session, nobody, TODAY) == []
    assert classes_in_reach(session, nobody) == []
    assert len(consent_rows(session, EVERYTHING, TODAY)) == 3


def test_register_leaves_out_those_who_left_and_shows_a_pupil_without_a_representative(
    context: ActionContext, link: UUID
) -> None:
    six = context.session.scalars(select(SchoolClass)).one()
    alone = _pupil(context, six, "Ёжиков Пётр")
    gone = _pupil(context, six, "Яшина Яна")
    context.session.get_one(Pupil, gone).left_on = TODAY - timedelta(days=1)
    ended = _link(context, alone, "Ежова Анна")
    context.session.get_one(Representation, ended).ended_on = TODAY
    context.session.flush()
    rows = consent_rows(context.session, EVERYTHING, TODAY, class_id=six.id)
    assert [(row.pupil.full, row.representation_id) for row in rows] == [
        ("Ёжиков Пётр", None),
        ("Котова Вера", link),
    ]
    assert not rows[0].may_print
    with pytest.raises(NotFound):
        _print(context, ended)


def test_each_act_asks_for_the_permission(
    context: ActionContext, new_context: NewContext, link: UUID
) -> None:
    reader = Actor(label="Завуч", permissions=frozenset({Permission.CONSENT_REGISTER_READ}))
    denied = new_context(context.session, reader)
    for act in (_print, _file, _withdraw, _erase):
        with pytest.raises(NotAllowed):
            act(denied, link)


def test_database_holds_one_live_sheet_for_a_link(context: ActionContext, link: UUID) -> None:
    _print(context, link)
    context.session.add(
        Consent(id=new_id(), representation_id=link, made_at=context.now, printed_at=context.now)
    )
    with pytest.raises(IntegrityError):
        context.session.flush()
