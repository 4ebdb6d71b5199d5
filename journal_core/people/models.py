"""Tables of persons."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, enum_column, new_id
from journal_core.people.terms import Gender, PersonName, RepresentativeKind


class Person(Base):
    """A human being known to the school, whatever they are to it."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    last_name: Mapped[str] = mapped_column(String(300))
    first_name: Mapped[str] = mapped_column(String(300))
    patronymic: Mapped[str] = mapped_column(String(300), default="")
    birth_date: Mapped[date | None]
    gender: Mapped[Gender | None] = mapped_column(enum_column(Gender))
    #: The name in the dative as the person wants it, where the rules would get it wrong.
    dative_name: Mapped[str] = mapped_column(String(1000), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(50), default="")
    #: Folded for search (casefold, ё→е); neither database folds Cyrillic alike.
    search_key: Mapped[str] = mapped_column(String(900), index=True)
    sort_key: Mapped[str] = mapped_column(String(900), index=True)

    @property
    def name(self) -> PersonName:
        return PersonName(
            last_name=self.last_name, first_name=self.first_name, patronymic=self.patronymic
        )


class Pupil(Base):
    __tablename__ = "pupil"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    #: The number of the pupil's personal file, by which lists are told apart; "" while unknown.
    file_number: Mapped[str] = mapped_column(String(50), default="", index=True)
    enrolled_on: Mapped[date]
    left_on: Mapped[date | None]
    #: Since when an electronic diary is kept for the pupil (SVC-3.4.3).
    diary_opened_at: Mapped[datetime | None]


class StaffMember(Base):
    """A position that a person holds from a day to a day; a person may hold several."""

    __tablename__ = "staff_member"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    position: Mapped[str] = mapped_column(String(200))
    since: Mapped[date]
    until: Mapped[date | None]
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_order.id"))
    end_order_id: Mapped[UUID | None] = mapped_column(ForeignKey("school_order.id"))


class Representation(Base):
    """The link between a pupil and a legal representative, with what it rests on."""

    __tablename__ = "representation"
    __table_args__ = (UniqueConstraint("person_id", "pupil_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    pupil_id: Mapped[UUID] = mapped_column(ForeignKey("pupil.id"), index=True)
    kind: Mapped[RepresentativeKind] = mapped_column(enum_column(RepresentativeKind))
    basis: Mapped[str] = mapped_column(String(500), default="")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(300), default="")
    #: The last day of a guardianship that was given for a time.
    valid_until: Mapped[date | None]
    ended_on: Mapped[date | None]
    #: Ended by a court document: such a link fails the check of an applicant.
    ended_by_court: Mapped[bool] = mapped_column(default=False)
    #: Since when, and on whose record, an adult pupil lets the person read the diary (SVC-2.12.3).
    adult_consent_at: Mapped[datetime | None]
    adult_consent_by: Mapped[str] = mapped_column(String(300), default="")

    def holds_on(self, on: date) -> bool:
        """What `linked_on` asks of rows: not ended, and the term's last day not past."""
        return self.ended_on is None and (self.valid_until is None or self.valid_until >= on)


class PersonDistinction(Base):
    """Somebody compared two persons of like names and found that they are two."""

    __tablename__ = "person_distinction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    judged_at: Mapped[datetime]
    judged_by: Mapped[str] = mapped_column(String(300))
