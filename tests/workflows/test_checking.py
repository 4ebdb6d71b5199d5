"""The secretary's check: answers and originals kept, the child and the link confirmed."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import RuleBroken
from journal_core.people.models import Person, PersonDistinction, Pupil, Representation
from journal_core.people.terms import RepresentativeKind
from journal_core.requests.models import GroundAnswer, ServiceRequest, ShownPaper
from journal_core.requests.terms import Capacity, PaperKind, RefusalGround, RequestState
from tests.workflows.desk import NO_GROUND, PAPERS, Desk
from workflows.checking import Answer, CheckRequest, record_answers
from workflows.service_request import verify_request

CYRIL = {
    "child_last_name": "Петров",
    "child_first_name": "Кирилл",
    "child_patronymic": "Алексеевич",
}


def check(desk: Desk, request: ServiceRequest, **values: object) -> None:
    told = {"answers": NO_GROUND, "papers": PAPERS, **values}
    verify_request(desk.context, desk.step(CheckRequest, request, **told))


def person(desk: Desk, last_name: str, first_name: str) -> Person:
    found = select(Person).where(Person.last_name == last_name, Person.first_name == first_name)
    return desk.context.session.scalars(found).one()


@pytest.mark.clause("SVC-3.4.2")
def test_answers_and_originals_are_kept_with_who_saw_them(desk: Desk) -> None:
    request = desk.verified()
    answers = desk.rows(GroundAnswer)
    assert {answer.ground for answer in answers} == set(RefusalGround)
    assert not any(answer.applies or answer.explanation for answer in answers)
    papers = desk.rows(ShownPaper)
    assert {paper.kind: paper.particulars for paper in papers} == PAPERS
    actor, now = desk.context.actor.label, desk.context.now
    assert {(one.request_id, one.answered_by, one.answered_at) for one in answers} == {
        (request.id, actor, now)
    }
    assert {(one.request_id, one.seen_by, one.shown_at) for one in papers} == {
        (request.id, actor, now)
    }
    assert "request:check_answered" in desk.acts(request)


@pytest.mark.clause("SVC-2.13")
def test_second_check_takes_the_place_of_the_first_and_of_no_other(desk: Desk) -> None:
    request, other = desk.registered(), desk.registered()
    ground = {RefusalGround.DOCUMENTS_UNFIT: Answer(applies=True, explanation="нет печати")}
    for one in (request, other):
        first = desk.step(CheckRequest, one, answers={**NO_GROUND, **ground}, papers=PAPERS)
        found = record_answers(desk.context, one, first)
        assert found == {RefusalGround.DOCUMENTS_UNFIT: "нет печати"}
    again = desk.step(CheckRequest, request, answers=NO_GROUND, papers={})
    assert record_answers(desk.context, request, again) == {}
    mine = desk.rows(GroundAnswer, GroundAnswer.request_id == request.id)
    assert len(mine) == len(RefusalGround)
    assert not any(answer.applies for answer in mine)
    [applies] = desk.rows(GroundAnswer, GroundAnswer.applies)
    assert (applies.request_id, applies.explanation) == (other.id, "нет печати")
    assert {paper.request_id for paper in desk.rows(ShownPaper)} == {other.id}


@pytest.mark.clause("SVC-2.13")
def test_ground_without_an_answer_ends_the_check(desk: Desk) -> None:
    answers = {ground: NO_GROUND[ground] for ground in list(RefusalGround)[1:]}
    with pytest.raises(RuleBroken) as refusal:
        check(desk, desk.registered(), answers=answers)
    assert (refusal.value.code, refusal.value.clause) == ("grounds_unanswered", "SVC-2.13")


@pytest.mark.clause("SVC-2.6")
def test_missing_original_is_named(desk: Desk) -> None:
    with pytest.raises(RuleBroken) as refusal:
        check(desk, desk.registered(), papers={PaperKind.GUARDIANSHIP: ""})
    assert (refusal.value.code, refusal.value.clause) == ("papers_not_shown", "SVC-2.6")
    missing = [PaperKind.BIRTH_CERTIFICATE, PaperKind.IDENTITY]
    assert refusal.value.facts == {"papers": missing}


@pytest.mark.clause("SVC-2.6")
def test_guardian_shows_that_paper_too(sqlite_desk: Desk) -> None:
    request = sqlite_desk.registered(capacity=Capacity.GUARDIAN)
    with pytest.raises(RuleBroken, match=r"^papers_not_shown$") as refusal:
        check(sqlite_desk, request)
    assert refusal.value.facts == {"papers": [PaperKind.GUARDIANSHIP]}


@pytest.mark.clause("SVC-2.12.2")
def test_child_that_is_not_found_is_named_among_the_near_or_unknown(desk: Desk) -> None:
    request = desk.registered(child_first_name="Анюта")
    with pytest.raises(RuleBroken) as refusal:
        check(desk, request)
    assert (refusal.value.code, refusal.value.clause) == ("pupil_unknown", "SVC-2.12.2")
    anna = person(desk, "Иванова", "Анна")
    [pupil] = desk.rows(Pupil, Pupil.person_id == anna.id)
    check(desk, request, pupil_id=pupil.id)
    assert (request.pupil_id, request.state) == (pupil.id, RequestState.VERIFIED)


@pytest.mark.clause("SVC-2.12.3")
def test_adult_pupil_needs_no_representative(desk: Desk) -> None:
    request = desk.registered()
    person(desk, "Иванова", "Анна").birth_date = desk.context.today.replace(year=2008)
    with pytest.raises(RuleBroken) as refusal:
        check(desk, request)
    assert (refusal.value.code, refusal.value.clause) == ("pupil_adult", "SVC-2.12.3")


@pytest.mark.clause("SVC-2.12.1")
def test_link_that_a_court_ended_is_refused(desk: Desk) -> None:
    mother = person(desk, "Иванова", "Мария")
    [link] = desk.rows(Representation, Representation.person_id == mother.id)
    link.ended_by_court = True
    with pytest.raises(RuleBroken) as refusal:
        check(desk, desk.registered())
    assert (refusal.value.code, refusal.value.clause) == ("link_ended_by_court", "SVC-2.12.1")


@pytest.mark.clause("SVC-3.4.3")
def test_known_link_is_confirmed_with_what_it_rests_on(desk: Desk) -> None:
    mother = person(desk, "Иванова", "Мария")
    [link] = desk.rows(Representation, Representation.person_id == mother.id)
    link.ended_on = desk.context.today
    link.valid_until = desk.context.today - timedelta(days=1)
    before = len(desk.rows(Representation))
    request = desk.verified()
    assert request.person_id == mother.id
    assert len(desk.rows(Representation)) == before
    assert link.basis == "паспорт 07 15; I-ДН 512"
    assert (link.confirmed_at, link.confirmed_by, link.ended_on, link.valid_until) == (
        desk.context.now,
        desk.context.actor.label,
        None,
        None,
    )
    [entry] = desk.rows(AuditEntry, AuditEntry.action == AuditAction.REPRESENTATION_SAVED)
    assert entry.subject_id == link.id


@pytest.mark.clause("SVC-3.4.3")
def test_basis_leaves_out_what_was_not_written_and_fits_its_column(desk: Desk) -> None:
    request = desk.registered()
    check(desk, request, papers={PaperKind.IDENTITY: "я" * 500, PaperKind.BIRTH_CERTIFICATE: ""})
    [link] = desk.rows(Representation, Representation.person_id == request.person_id)
    assert link.basis == "я" * 500
    other = desk.registered()
    check(
        desk, other, papers={PaperKind.IDENTITY: "я" * 400, PaperKind.BIRTH_CERTIFICATE: "з" * 400}
    )
    assert len(link.basis) == 500


@pytest.mark.clause("SVC-3.4.3")
@pytest.mark.parametrize("capacity", [Capacity.PARENT, Capacity.GUARDIAN])
def test_unknown_representative_becomes_a_person_and_a_link(desk: Desk, capacity: Capacity) -> None:
    contacts = {"phone": "+79990001122", "email": "ol@example.org"}
    request = desk.registered(
        applicant_last_name="Ольхова", applicant_first_name="Вера", capacity=capacity, **contacts
    )
    check(desk, request, papers={**PAPERS, PaperKind.GUARDIANSHIP: "приказ 5"})
    new = person(desk, "Ольхова", "Вера")
    assert (new.phone, new.email) == tuple(contacts.values())
    assert request.person_id == new.id
    [link] = desk.rows(Representation, Representation.person_id == new.id)
    assert (link.pupil_id, link.kind) == (request.pupil_id, RepresentativeKind(capacity))


@pytest.mark.clause("SVC-3.4.3")
def test_person_of_a_like_name_is_whom_the_desk_says(desk: Desk) -> None:
    mother = person(desk, "Иванова", "Мария")
    same = desk.registered(**CYRIL)
    check(desk, same, person_id=mother.id)
    assert same.person_id == mother.id
    assert desk.rows(PersonDistinction) == []
    links = desk.rows(Representation, Representation.person_id == mother.id)
    assert same.pupil_id in {link.pupil_id for link in links}


@pytest.mark.clause("SVC-3.4.3")
def test_link_of_the_person_whom_the_desk_says_is_confirmed_and_not_doubled(
    sqlite_desk: Desk,
) -> None:
    """The child was misspelt, so the link was not found with it."""
    desk = sqlite_desk
    mother, anna = person(desk, "Иванова", "Мария"), person(desk, "Иванова", "Анна")
    [link] = desk.rows(Representation, Representation.person_id == mother.id)
    [pupil] = desk.rows(Pupil, Pupil.person_id == anna.id)
    link.ended_on = desk.context.today
    request = desk.registered(child_first_name="Анюта")
    check(desk, request, pupil_id=pupil.id, person_id=mother.id)
    assert desk.rows(Representation, Representation.person_id == mother.id) == [link]
    assert link.ended_on is None


@pytest.mark.clause("SVC-3.4.3")
def test_another_person_of_a_like_name_is_told_apart(desk: Desk) -> None:
    mother = person(desk, "Иванова", "Мария")
    another = desk.registered(**CYRIL)
    check(desk, another)
    assert another.person_id not in {None, mother.id}
    [told_apart] = desk.rows(PersonDistinction)
    assert (told_apart.person_id, told_apart.other_id) == (another.person_id, mother.id)
    assert told_apart.judged_at == desk.context.now
    assert told_apart.judged_by == desk.context.actor.label
