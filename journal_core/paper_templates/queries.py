"""Reading the school's templates."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from journal_core.errors import NotFound
from journal_core.files.models import StoredFile
from journal_core.paper_templates.models import PaperTemplate, TemplateUse
from journal_core.paper_templates.terms import TemplateVersion, UsedTemplate


def versions_of(session: Session, kind: str) -> list[TemplateVersion]:
    """Every version that was taken, the newest first."""
    rows = session.execute(
        _versions()
        .where(PaperTemplate.kind == kind)
        .order_by(PaperTemplate.offered_at.desc(), PaperTemplate.id)
    )
    return [_version(template, stored) for template, stored in rows]


def version_of(session: Session, kind: str, template_id: UUID) -> TemplateVersion:
    """One version of the kind. Raises NotFound."""
    row = session.execute(
        _versions().where(PaperTemplate.kind == kind, PaperTemplate.id == template_id)
    ).first()
    if row is None:
        raise NotFound("template_unknown")
    return _version(row[0], row[1])


def version_like(session: Session, kind: str, sha256: str) -> TemplateVersion | None:
    """The version with the same bytes, if it was taken before."""
    return next((one for one in versions_of(session, kind) if one.sha256 == sha256), None)


def uses_of(session: Session, kind: str) -> list[UsedTemplate]:
    """What the kind was, is and will be printed with, the latest first."""
    versions = {version.id: version for version in versions_of(session, kind)}
    rows = session.scalars(
        select(TemplateUse)
        .where(TemplateUse.kind == kind)
        .order_by(TemplateUse.valid_from.desc(), TemplateUse.id.desc())
    )
    return [
        UsedTemplate(
            version=versions[row.template_id] if row.template_id else None,
            valid_from=row.valid_from,
            order_number=row.order_number,
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_by,
        )
        for row in rows
    ]


def use_on(session: Session, kind: str, on: date) -> UsedTemplate | None:
    """What the kind is printed with on the date; None where nothing was ever put in force."""
    return next((use for use in uses_of(session, kind) if use.valid_from <= on), None)


def _versions() -> Select[PaperTemplate, StoredFile]:
    return select(PaperTemplate, StoredFile).join(
        StoredFile, StoredFile.id == PaperTemplate.file_id
    )


def _version(template: PaperTemplate, stored: StoredFile) -> TemplateVersion:
    return TemplateVersion(
        id=template.id,
        kind=template.kind,
        file_id=template.file_id,
        name=stored.name,
        size=stored.size,
        sha256=stored.sha256,
        words=tuple(template.words),
        offered_at=template.offered_at,
        offered_by=template.offered_by,
    )
