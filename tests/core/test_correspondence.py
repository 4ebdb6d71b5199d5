"""Who writes to whom, who has read what, and what ends when a right ends."""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.terms import ROLE_PERMISSIONS, Role
from journal_core.context import ActionContext
from journal_core.correspondence.commands import (
    Letter,
    ReadThread,
    StartThread,
    WriteMessage,
    WriteToClass,
    read_thread,
    start_thread,
    write_message,
    write_to_class,
)
from journal_core.correspondence.contacts import contacts_of
from journal_core.correspondence.models import Message, Participant, Thread
from journal_core.correspondence.queries import (
    file_in_reach,
    mailings_of,
    recipients_of,
    thread_view,
    threads_of,
    unread_count,
)
from journal_core.correspondence.rules import PAIRS, clause_of
from journal_core.correspondence.terms import FAMILY_TIES, Audience, Tie
from journal_core.errors import NotFound, RuleBroken
from journal_core.files.terms import TakenFile
from journal_core.people.commands import add_person
from journal_core.people.models import Pupil, Representation
from journal_core.people.rules import split_full_name
from journal_core.people.terms import RepresentativeKind
from journal_core.school.models import SchoolClass
from tests.factories.journal import KeptSchool, as_person, kept_school
from tests.factories.school import school_class, teacher

FILE = TakenFile(name="справка.pdf", media_type="application/pdf", content=b"%PDF-1.7")


@dataclass(frozen=True, kw_only=True)
class Letters:
    """7А with Орлова, its class teacher Седова, the deputy Крылова, and Белов of another class.

    Everybody has an account; of the pupils the first two, each with a parent.
    """

    context: ActionContext
    school: KeptSchool
    people: dict[str, UUID]

    def at(self, who: str) -> ActionContext:
        role = {"Крылова": Role.DEPUTY, "Седова": Role.CLASS_TEACHER}.get(who, Role.TEACHER)
        if who in {"Абрамов", "Белова"}:
            role = Role.PUPIL
        if who.endswith("(родитель)"):
            role = Role.PARENT
        return as_person(self.context, self.people[who], permissions=ROLE_PERMISSIONS[role])

    def start(self, who: str, to: str, pupil: int | None = 0, **letter: object) -> UUID:
        return start_thread(
            self.at(who),
            StartThread(
                thread_id=uuid4(),
                to_person_id=self.people[to],
                pupil_id=None if pupil is None else self.school.pupils[pupil],
                subject="Контрольная работа",
                letter=Letter(text="Когда её можно переписать?", **letter),  # type: ignore[arg-type]
            ),
        )

    def write(self, who: str, thread_id: UUID, text: str = "В пятницу.") -> UUID:
        return write_message(
            self.at(who),
            WriteMessage(message_id=uuid4(), thread_id=thread_id, letter=Letter(text=text)),
        )

    def unread(self, who: str) -> int:
        return unread_count(self.context.session, self.people[who])


def account(context: ActionContext, person_id: UUID, role: Role) -> None:
    account_id = create_account(
        context, NewAccount(person_id=person_id, username=str(person_id), password_hash="x")
    )
    grant_role(context, account_id, role)


def parent(context: ActionContext, pupil_id: UUID, name: str) -> UUID:
    person = add_person(context, split_full_name(name))
    context.session.add(
        Representation(
            person_id=person.id,
            pupil_id=pupil_id,
            kind=RepresentativeKind.PARENT,
            confirmed_at=context.now,
        )
    )
    context.session.flush()
    account(context, person.id, Role.PARENT)
    return person.id


@pytest.fixture
def letters(context: ActionContext) -> Letters:
    school = kept_school(context)
    session = context.session
    people = {"Орлова": school.teacher_id}
    for name, role in (("Седова", Role.CLASS_TEACHER), ("Крылова", Role.DEPUTY), ("Белов", None)):
        people[name] = teacher(context, f"{name} Инна Олеговна")
        account(context, people[name], role or Role.TEACHER)
    account(context, school.teacher_id, Role.TEACHER)
    session.get_one(SchoolClass, school.class_id).class_teacher_id = people["Седова"]
    school_class(context, "8Б", people["Белов"])
    for place, name in enumerate(("Абрамов", "Белова")):
        pupil_id = school.pupils[place]
        people[name] = session.get_one(Pupil, pupil_id).person_id
        account(context, people[name], Role.PUPIL)
        people[f"{name} (родитель)"] = parent(context, pupil_id, f"{name} Нина Ивановна")
    return Letters(context=context, school=school, people=people)


@pytest.mark.clause("POL-2.2.7", "POL-3.5.4", "POL-3.6.7", "POL-3.9.3", "INS-3.5.9")
def test_the_table_allows_school_and_family_and_never_two_families() -> None:
    allowed = {frozenset({pair.family, pair.school}) for pair in PAIRS}
    for one in Tie:
        for other in Tie:
            clause = clause_of({one}, {other})
            assert (clause is not None) == (frozenset({one, other}) in allowed), (one, other)
            if {one, other} <= FAMILY_TIES:
                assert clause is None


@pytest.mark.clause("POL-3.9.3", "POL-2.2.7")
def test_a_letter_goes_to_the_allowed_alone(letters: Letters) -> None:
    mother, other = "Абрамов (родитель)", "Белова (родитель)"
    for who, to, pupil in (
        (mother, "Орлова", 0),
        (mother, "Седова", 0),
        (mother, "Крылова", 0),
        ("Абрамов", "Орлова", 0),
        ("Орлова", mother, 0),
        ("Седова", "Абрамов", 0),
        ("Орлова", "Белов", None),
    ):
        assert letters.start(who, to, pupil), (who, to)
    for who, to, pupil in (
        (mother, other, 0),  # another family
        (mother, other, 1),
        (mother, "Белов", 0),  # teaches the child nothing
        (mother, "Орлова", 1),  # somebody else's child
        (mother, "Орлова", None),  # a parent is no staff
        ("Абрамов", "Белова", 0),
        ("Абрамов", mother, 0),
        ("Белов", mother, 0),
        ("Орлова", other, 0),  # not of this child's family
        ("Орлова", mother, None),
        (mother, mother, 0),
    ):
        with pytest.raises(NotFound):
            letters.start(who, to, pupil)
    offered = contacts_of(letters.context.session, letters.school.pupils[0], letters.context.today)
    told = [(one.name.split()[0], one.subjects) for one in offered]
    assert told == [("Седова", ()), ("Орлова", ("Математика",)), ("Крылова", ())]


@pytest.mark.clause("POL-2.2.7")
def test_the_writer_sees_who_read_it_and_when_and_nobody_else_reads(letters: Letters) -> None:
    mother = "Абрамов (родитель)"
    thread_id = letters.start(mother, "Орлова", files=(FILE,))
    assert (letters.unread("Орлова"), letters.unread(mother)) == (1, 0)
    teacher_at = letters.at("Орлова")
    read_thread(teacher_at, ReadThread(thread_id=thread_id))
    later = replace(teacher_at, now=teacher_at.now + timedelta(hours=1))
    read_thread(later, ReadThread(thread_id=thread_id))
    assert letters.unread("Орлова") == 0
    session, today = letters.context.session, letters.context.today
    (message,) = thread_view(session, letters.at(mother).actor, thread_id, today).messages
    assert message.reads == (("Орлова Елена Сергеевна", teacher_at.now),)
    (file,) = message.files
    assert file_in_reach(session, teacher_at.actor, file.file_id).name == "справка.pdf"
    for stranger in ("Крылова", "Седова", "Белова (родитель)", "Абрамов"):
        actor = letters.at(stranger).actor
        with pytest.raises(NotFound):
            thread_view(session, actor, thread_id, today)
        with pytest.raises(NotFound):
            file_in_reach(session, actor, file.file_id)
        with pytest.raises(NotFound):
            letters.write(stranger, thread_id)
        with pytest.raises(NotFound):
            read_thread(letters.at(stranger), ReadThread(thread_id=thread_id))


@pytest.mark.clause("POL-3.5.4")
def test_a_letter_to_a_class_is_answered_by_each_family_alone(letters: Letters) -> None:
    mailing_id = write_to_class(
        letters.at("Седова"),
        WriteToClass(
            mailing_id=uuid4(),
            class_id=letters.school.class_id,
            audience=Audience.PARENTS,
            subject="Родительское собрание",
            letter=Letter(text="Собрание в среду в 18:00.", files=(FILE,)),
        ),
    )
    session = letters.context.session
    threads = session.scalars(select(Thread).where(Thread.mailing_id == mailing_id)).all()
    assert len(threads) == 2, "one to each parent with an account"
    for one in threads:
        people = session.scalars(
            select(Participant.person_id).where(Participant.thread_id == one.id)
        ).all()
        assert len(people) == 2
    sender = letters.at("Седова").actor
    assert threads_of(session, sender) == []
    (line,) = threads_of(session, letters.at("Белова (родитель)").actor)
    letters.write("Белова (родитель)", line.id, "Буду.")
    assert [one.id for one in threads_of(session, sender)] == [line.id]
    (sent,) = mailings_of(session, sender)
    assert (sent.sent_to, sent.answered) == (2, 1)
    told = [(one.pupil.split()[0], one.has_answered) for one in recipients_of(session, sent.id)]
    assert told == [("Абрамов", False), ("Белова", True)]
    with pytest.raises(NotFound):
        write_to_class(
            letters.at("Белов"),
            WriteToClass(
                mailing_id=uuid4(),
                class_id=letters.school.class_id,
                audience=Audience.PUPILS,
                subject="Всем",
                letter=Letter(text="Здравствуйте."),
            ),
        )


@pytest.mark.clause("POL-3.9.1")
def test_when_the_right_ends_the_thread_is_read_but_nobody_writes(letters: Letters) -> None:
    mother = "Абрамов (родитель)"
    thread_id = letters.start(mother, "Орлова")
    session, today = letters.context.session, letters.context.today
    link = session.scalars(
        select(Representation).where(Representation.person_id == letters.people[mother])
    ).one()
    link.ended_on = today
    session.flush()
    view = thread_view(session, letters.at(mother).actor, thread_id, today)
    assert (len(view.messages), view.closed) == (1, "right_ended")
    for who in (mother, "Орлова"):
        with pytest.raises(RuleBroken, match="right_ended"):
            letters.write(who, thread_id)
    link.ended_on = None
    session.get_one(Pupil, letters.school.pupils[0]).left_on = today - timedelta(days=1)
    session.flush()
    with pytest.raises(RuleBroken, match="right_ended"):
        letters.write(mother, thread_id)


def test_a_family_writes_so_many_messages_an_hour_and_one_sent_twice_is_one(
    letters: Letters,
) -> None:
    mother = "Абрамов (родитель)"
    thread_id = letters.start(mother, "Орлова")
    for _time in range(19):
        letters.write(mother, thread_id)
    with pytest.raises(RuleBroken, match="messages_many"):
        letters.write(mother, thread_id)
    twice = WriteMessage(message_id=uuid4(), thread_id=thread_id, letter=Letter(text="Да."))
    assert write_message(letters.at("Орлова"), twice) == write_message(letters.at("Орлова"), twice)
    count = letters.context.session.scalars(
        select(Message.id).where(Message.thread_id == thread_id)
    ).all()
    assert len(count) == 21
