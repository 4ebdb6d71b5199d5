"""The school's own templates: taken after they were judged, put in force, printed with."""

import hashlib
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from documents.catalogue import KINDS, kind_of
from documents.paper import PaperContext
from documents.render import render_docx
from documents.school_template import JudgedTemplate, words_of
from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.files.commands import store_file
from journal_core.files.storage import FileStore
from journal_core.files.terms import MEGABYTE
from journal_core.paper_templates.models import PaperTemplate, TemplateUse
from journal_core.paper_templates.queries import use_on, version_like, version_of
from journal_core.paper_templates.terms import TemplateVersion
from journal_core.school.queries import settings_on

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def print_docx(session: Session, files: FileStore, paper: PaperContext, on: date) -> bytes:
    """The paper as DOCX, by the school's own template where one is in force on the date."""
    version = template_on(session, kind_of(paper).name, on)
    return render_docx(paper, files.get(version.file_id) if version else None)


def template_on(session: Session, kind: str, on: date) -> TemplateVersion | None:
    """The school's template that is printed with; None is the built-in one.

    A template judged by other words than the program now prints would lose some of them: the
    built-in one prints all of them (FRM-1, FRM-2, FRM-3).
    """
    use = use_on(session, kind, on)
    version = use.version if use else None
    return version if version and is_fit(version) else None


def is_fit(version: TemplateVersion) -> bool:
    """Whether the version was judged by the words that its kind prints now."""
    return version.words == words_of(KINDS[version.kind])


@dataclass(frozen=True, kw_only=True)
class OfferTemplate:
    """A file sent as the template of a kind, as it was judged."""

    name: str
    judged: JudgedTemplate


def offer_template(context: ActionContext, command: OfferTemplate) -> UUID | None:
    """Keep a good template, not yet in force; the same bytes are kept once. Returns its id.

    None for one that was refused: the refusal is on record. Raises RuleBroken("disk_full").
    """
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    judged = command.judged
    if judged.findings:
        flaws = sorted({finding.flaw.value for finding in judged.findings})
        record(context, AuditAction.TEMPLATE_REFUSED, kind=judged.kind, flaws=flaws)
        return None
    sha256 = hashlib.sha256(judged.content).hexdigest()
    known = version_like(context.session, judged.kind, sha256)
    if known is not None and is_fit(known):
        return known.id
    reserve = settings_on(context.session, context.today).disk_reserve_mb * MEGABYTE
    if context.files.free_bytes() < reserve + len(judged.content):
        raise RuleBroken("disk_full")
    stored = store_file(context, name=command.name[:300], media_type=DOCX, content=judged.content)
    template = PaperTemplate(
        kind=judged.kind,
        file_id=stored.id,
        words=list(judged.words),
        offered_at=context.now,
        offered_by=context.actor.label,
    )
    context.session.add(template)
    context.session.flush()
    record(
        context, AuditAction.TEMPLATE_OFFERED, template.id, kind=judged.kind, sha256=stored.sha256
    )
    return template.id


@dataclass(frozen=True, kw_only=True)
class PutTemplateInForce:
    """From a day on the kind is printed with the version, or with the built-in template (None)."""

    kind: str
    template_id: UUID | None
    valid_from: date
    order_number: str = ""


def put_template_in_force(context: ActionContext, command: PutTemplateInForce) -> None:
    """What is issued already stays as it was issued.

    Raises NotFound for a version of another kind, RuleBroken: `date_past` for a day before today,
    `template_outdated` for a version judged by other words than the program now prints.
    """
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    if command.valid_from < context.today:
        raise RuleBroken("date_past")
    if command.template_id is not None:
        version = version_of(context.session, command.kind, command.template_id)
        if not is_fit(version):
            raise RuleBroken("template_outdated")
    context.session.add(
        TemplateUse(
            kind=command.kind,
            template_id=command.template_id,
            valid_from=command.valid_from,
            order_number=command.order_number,
            recorded_at=context.now,
            recorded_by=context.actor.label,
        )
    )
    record(
        context,
        AuditAction.TEMPLATE_IN_FORCE,
        command.template_id,
        kind=command.kind,
        valid_from=command.valid_from.isoformat(),
    )
