"""The school's own templates: kept once, put in force from a day, printed with while they fit."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from documents.catalogue import KINDS
from documents.school_template import JudgedTemplate, judge_template, words_of
from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import NotAllowed, NotFound, RuleBroken
from journal_core.files.models import StoredFile
from journal_core.paper_templates.models import PaperTemplate, TemplateUse
from tests.documents.office_files import with_line
from tests.documents.reading import docx_text
from tests.workflows.desk import Desk
from workflows.paper_template import (
    DOCX,
    OfferTemplate,
    PutTemplateInForce,
    offer_template,
    print_docx,
    put_template_in_force,
    template_on,
)

REFUSAL = KINDS["refusal"]
LINE = "Наша школа вам рада."


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def judged(content: bytes = b"", *, kind: str = "refusal") -> JudgedTemplate:
    """A good template, as the judge would have found it."""
    return JudgedTemplate(
        kind=kind,
        content=content or with_line(LINE),
        words=words_of(KINDS[kind]),
        findings=(),
    )


def offer(desk: Desk, template: JudgedTemplate, name: str = "наш.docx") -> UUID:
    taken = offer_template(desk.context, OfferTemplate(name=name, judged=template))
    assert taken is not None
    desk.context.session.flush()
    return taken


def put(
    desk: Desk, template_id: UUID | None, day: date | None = None, kind: str = "refusal"
) -> None:
    command = PutTemplateInForce(
        kind=kind, template_id=template_id, valid_from=day or desk.context.today, order_number="5"
    )
    put_template_in_force(desk.context, command)
    desk.context.session.flush()


def outdated(desk: Desk, template_id: UUID) -> None:
    """From now on the program prints other words than the template was judged by."""
    desk.context.session.get_one(PaperTemplate, template_id).words = ["нет такого слова"]
    desk.context.session.flush()


def entries(desk: Desk, action: AuditAction) -> list[tuple[UUID | None, dict[str, object]]]:
    found = desk.rows(AuditEntry, AuditEntry.action == action)
    return [(entry.subject_id, entry.details) for entry in sorted(found, key=lambda one: one.id)]


@pytest.mark.clause("FRM-2")
def test_good_template_is_kept_with_its_words_and_who_brought_it(desk: Desk) -> None:
    template = judged()
    template_id = offer(desk, template, "н" * 400)
    kept = desk.context.session.get_one(PaperTemplate, template_id)
    assert (kept.kind, tuple(kept.words)) == ("refusal", words_of(REFUSAL))
    assert (kept.offered_at, kept.offered_by) == (desk.context.now, desk.context.actor.label)
    file = desk.context.session.get_one(StoredFile, kept.file_id)
    assert (file.name, file.media_type) == ("н" * 300, DOCX)
    assert desk.context.files.get(file.id) == template.content
    assert entries(desk, AuditAction.TEMPLATE_OFFERED) == [
        (template_id, {"kind": "refusal", "sha256": file.sha256})
    ]


def test_same_bytes_are_kept_once_for_each_kind(desk: Desk) -> None:
    first = offer(desk, judged())
    assert offer(desk, judged()) == first
    assert offer(desk, judged(with_line("Другая строка."))) != first
    assert offer(desk, judged(kind="receipt")) != first
    assert len(desk.rows(PaperTemplate)) == 3


def test_same_bytes_judged_by_other_words_are_another_version(desk: Desk) -> None:
    first = offer(desk, judged())
    outdated(desk, first)
    assert offer(desk, judged()) != first


def test_refused_template_is_not_kept_and_its_flaws_are_on_record(desk: Desk) -> None:
    bad = judge_template(REFUSAL, b"no document")
    assert offer_template(desk.context, OfferTemplate(name="x.docx", judged=bad)) is None
    assert desk.rows(PaperTemplate) == []
    [(subject, details)] = entries(desk, AuditAction.TEMPLATE_REFUSED)
    assert subject is None
    assert details == {"kind": "refusal", "flaws": [bad.findings[0].flaw.value]}


def test_full_disk_takes_no_template(desk: Desk) -> None:
    megabytes = desk.context.files.free_bytes() // 1024**2
    command = OfferTemplate(name="наш.docx", judged=judged())
    desk.setting(disk_reserve_mb=megabytes * 2)
    with pytest.raises(RuleBroken, match=r"^disk_full$"):
        offer_template(desk.context, command)
    desk.setting(disk_reserve_mb=megabytes // 2)
    assert offer_template(desk.context, command) is not None


@pytest.mark.clause("FRM-2")
def test_template_in_force_is_printed_with_from_its_day_on(desk: Desk) -> None:
    template_id = offer(desk, judged())
    tomorrow = desk.context.today + timedelta(days=1)
    put(desk, template_id, tomorrow)
    session, files = desk.context.session, desk.context.files
    printed = [
        LINE in docx_text(print_docx(session, files, REFUSAL.example, day))
        for day in (desk.context.today, tomorrow)
    ]
    assert printed == [False, True]
    version = template_on(session, "refusal", tomorrow)
    assert version is not None
    assert version.id == template_id
    assert template_on(session, "receipt", tomorrow) is None
    [use] = desk.rows(TemplateUse)
    assert (use.kind, use.template_id, use.valid_from) == ("refusal", template_id, tomorrow)
    assert (use.order_number, use.recorded_at, use.recorded_by) == (
        "5", desk.context.now, desk.context.actor.label,
    )  # fmt: skip
    assert entries(desk, AuditAction.TEMPLATE_IN_FORCE) == [
        (template_id, {"kind": "refusal", "valid_from": tomorrow.isoformat()})
    ]


def test_built_in_template_comes_back_by_an_act_or_when_the_words_change(desk: Desk) -> None:
    template_id = offer(desk, judged())
    put(desk, template_id)
    session, today = desk.context.session, desk.context.today
    assert template_on(session, "refusal", today) is not None
    put(desk, None)
    assert template_on(session, "refusal", today) is None
    put(desk, template_id)
    outdated(desk, template_id)
    session.expire_all()
    assert template_on(session, "refusal", today) is None


def test_template_of_another_kind_or_day_or_words_is_not_put_in_force(desk: Desk) -> None:
    template_id = offer(desk, judged())
    with pytest.raises(NotFound):
        put(desk, template_id, kind="receipt")
    with pytest.raises(NotFound):
        put(desk, uuid4())
    with pytest.raises(RuleBroken, match=r"^date_past$"):
        put(desk, template_id, desk.context.today - timedelta(days=1))
    outdated(desk, template_id)
    with pytest.raises(RuleBroken, match=r"^template_outdated$"):
        put(desk, template_id)
    assert desk.rows(TemplateUse) == []


def test_templates_are_the_matter_of_those_who_change_the_settings(desk: Desk) -> None:
    desk.may(Permission.REQUEST_REFUSAL_PREPARE)
    with pytest.raises(NotAllowed):
        offer(desk, replace(judged(), findings=()))
    with pytest.raises(NotAllowed):
        put(desk, None)
