"""Table of consents. A passport is printed on the sheet and not kept (REC-1.5, POL-3.3.6)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from journal_core.database import Base, new_id

_LIVE = text("withdrawn_on IS NULL")


class Consent(Base):
    """One sheet of one representative for one pupil (FRM-3).

    It is printed, signed or declined, withdrawn, its data erased. A representation has at most
    one sheet that is not withdrawn.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(
            "printed_at IS NOT NULL OR signed_on IS NOT NULL OR declined_on IS NOT NULL",
            name="made",
        ),
        CheckConstraint("(declined_on IS NULL) = (decline_recorded_at IS NULL)", name="declined"),
        CheckConstraint(
            "(signed_on IS NULL) = (filed_at IS NULL)"
            " AND (signed_on IS NULL) = (scan_file_id IS NULL)",
            name="filed",
        ),
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawal_recorded_at IS NULL)"
            " AND (withdrawn_on IS NULL OR signed_on IS NOT NULL)",
            name="withdrawn",
        ),
        CheckConstraint(
            "(erased_on IS NULL) = (erasure_recorded_at IS NULL)"
            " AND (erased_on IS NULL OR withdrawn_on IS NOT NULL)",
            name="erased",
        ),
        Index(
            "uq_consent_live_representation_id",
            "representation_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    representation_id: Mapped[UUID] = mapped_column(ForeignKey("representation.id"), index=True)
    made_at: Mapped[datetime]
    #: The latest printing; None for a sheet that was signed without having been printed here.
    printed_at: Mapped[datetime | None]
    printed_by: Mapped[str] = mapped_column(String(300), default="")
    #: The date on the sheet.
    signed_on: Mapped[date | None]
    scan_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[str] = mapped_column(String(300), default="")
    #: The day the representative said no; a signature that comes later outweighs it.
    declined_on: Mapped[date | None]
    decline_recorded_at: Mapped[datetime | None]
    decline_recorded_by: Mapped[str] = mapped_column(String(300), default="")
    #: The day the written application came in.
    withdrawn_on: Mapped[date | None]
    withdrawal_recorded_at: Mapped[datetime | None]
    withdrawal_recorded_by: Mapped[str] = mapped_column(String(300), default="")
    #: The application itself, when it was scanned.
    withdrawal_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    #: The day on which the data kept by virtue of the consent alone were erased.
    erased_on: Mapped[date | None]
    erasure_recorded_at: Mapped[datetime | None]
    erasure_recorded_by: Mapped[str] = mapped_column(String(300), default="")
