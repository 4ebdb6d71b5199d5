"""What follows from a virus scanner's verdict."""

from uuid import uuid4

import pytest

from journal_core.access.terms import Permission
from journal_core.audit.models import AuditEntry
from journal_core.audit.terms import AuditAction
from journal_core.errors import NotAllowed
from journal_core.files.commands import store_upload
from journal_core.files.models import FileScan
from journal_core.files.terms import ScanState, TakenFile
from journal_core.requests.models import RefusalDecision, RequestPaper, ServiceRequest
from journal_core.requests.terms import PaperKind
from tests.workflows.desk import Desk
from workflows.draft import BeginDraft, begin_draft, locked_request
from workflows.refusal_paper import AttachScan, attach_scan
from workflows.scanning import RecordScan, record_scan
from workflows.service_request import SubmitRequest, submit_request

VIRUS = "Eicar-Test-Signature"


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """What is proved here no kind of database can change; the pages prove both."""
    return sqlite_desk


def upload(name: str) -> TakenFile:
    content = f"%PDF {name}".encode()
    return TakenFile(name=name, media_type="application/pdf", content=content, needs_scan=True)


def paper(desk: Desk, request: ServiceRequest) -> RequestPaper:
    """A copy of the passport that waits for its scan."""
    added = RequestPaper(
        request_id=request.id,
        kind=PaperKind.IDENTITY,
        file_id=store_upload(desk.context, upload(f"{request.id}.pdf")).id,
        position=0,
        uploaded_at=desk.context.now,
    )
    desk.context.session.add(added)
    desk.context.session.flush()
    return added


def scanned(desk: Desk, added: RequestPaper, virus: str | None) -> ScanState:
    record_scan(desk.context, RecordScan(file_id=added.file_id, virus=virus))
    return desk.context.session.get_one(FileScan, added.file_id).state


def infections(desk: Desk, request: ServiceRequest) -> list[dict[str, object]]:
    action = AuditAction.REQUEST_PAPER_INFECTED
    found = desk.rows(AuditEntry, AuditEntry.action == action, AuditEntry.subject_id == request.id)
    return [entry.details for entry in found]


@pytest.mark.clause("SVC-2.6")
def test_clean_file_opens_and_asks_nothing_of_anybody(desk: Desk) -> None:
    request = desk.submitted()
    assert scanned(desk, paper(desk, request), None) is ScanState.CLEAN
    assert (infections(desk, request), desk.topics(request)) == ([], [])


@pytest.mark.clause("SVC-2.6")
def test_infected_paper_is_on_record_and_asked_for_anew(desk: Desk) -> None:
    request, other = desk.submitted(), desk.submitted()
    added = paper(desk, request)
    paper(desk, other)
    assert scanned(desk, added, VIRUS) is ScanState.INFECTED
    scanned(desk, added, VIRUS)
    assert infections(desk, request) == [{"kind": "identity"}], "one verdict, one entry"
    assert desk.topics(request) == ["file_infected identity"]
    assert (infections(desk, other), desk.topics(other)) == ([], [])


def test_who_still_writes_the_request_is_asked_when_it_is_submitted(desk: Desk) -> None:
    begun = [begin_draft(desk.context, BeginDraft(submission_key=uuid4())) for _turn in range(2)]
    request, clean = (locked_request(desk.context, one) for one in begun)
    scanned(desk, paper(desk, clean), None)
    scanned(desk, paper(desk, request), VIRUS)
    assert infections(desk, request) == [{"kind": "identity"}]
    assert desk.topics(request) == []
    for one in begun:
        submit_request(desk.context, SubmitRequest(request_id=one))
    assert desk.topics(request) == ["file_infected identity"]
    assert desk.topics(clean) == []


@pytest.mark.clause("SVC-2.14")
def test_infected_scan_of_a_decision_is_asked_for_anew(desk: Desk) -> None:
    request, other = desk.refused(), desk.refused()
    for one in (request, other):
        attach_scan(desk.context, AttachScan(request_id=one.id, file=upload(f"{one.id}.pdf")))
    [decision] = desk.rows(RefusalDecision, RefusalDecision.request_id == request.id)
    record_scan(desk.context, RecordScan(file_id=decision.scan_file_id or uuid4(), virus=VIRUS))
    assert "file_infected decision_scan" in desk.topics(request)
    assert "file_infected decision_scan" not in desk.topics(other)


def test_verdict_is_the_scanners_alone(desk: Desk) -> None:
    added = paper(desk, desk.submitted())
    desk.may(Permission.REQUEST_REQUEST_VERIFY)
    with pytest.raises(NotAllowed):
        scanned(desk, added, None)
