"""Words of the sweepers: what may never be, with the clause that forbids it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Fault(StrEnum):
    """What must not be found. The CHECK constraints see a row; these see what is between rows."""

    REQUEST_NOT_IN_RECORD = "request_not_in_record"
    REGISTERED_BEFORE_SUBMITTED = "registered_before_submitted"
    REGISTERED_WITHOUT_TERM = "registered_without_term"
    REGISTERED_BY_NOBODY = "registered_by_nobody"
    CHECKED_IN_PART = "checked_in_part"
    CHECKED_WITHOUT_PERSON = "checked_without_person"
    CODE_OF_ANOTHER = "code_of_another"
    CODE_TOLD_BY_NO_MEANS = "code_told_by_no_means"
    CODE_ENDED_AND_SEALED = "code_ended_and_sealed"
    COMPLETED_UNTOLD = "completed_untold"
    DECIDED_WITHOUT_DOCUMENT = "decided_without_document"
    DECIDED_BY_NOBODY = "decided_by_nobody"
    DECISION_OF_ANOTHER = "decision_of_another"
    REFUSED_WITHOUT_GROUND = "refused_without_ground"
    VISIT_NOT_AWAITED = "visit_not_awaited"
    LETTER_TO_NOBODY = "letter_to_nobody"
    LETTER_WITH_DEAD_CODE = "letter_with_dead_code"
    ERASED_WITH_PEOPLE = "erased_with_people"
    ERASED_WITH_FILES = "erased_with_files"
    ACCOUNT_OF_NOBODY = "account_of_nobody"
    SESSION_OF_CLOSED_ACCOUNT = "session_of_closed_account"
    IN_TWO_CLASSES = "in_two_classes"
    IN_TWO_GROUPS = "in_two_groups"
    IN_GROUP_NOT_IN_CLASS = "in_group_not_in_class"
    MARK_NOT_IN_RECORD = "mark_not_in_record"
    PERIOD_MARK_NOT_IN_RECORD = "period_mark_not_in_record"
    FILE_WITHOUT_BYTES = "file_without_bytes"


CLAUSES: dict[Fault, str] = {
    Fault.REQUEST_NOT_IN_RECORD: "SVC-2.19",
    Fault.REGISTERED_BEFORE_SUBMITTED: "SVC-3.2",
    Fault.REGISTERED_WITHOUT_TERM: "SVC-2.11",
    Fault.REGISTERED_BY_NOBODY: "SVC-3.3",
    Fault.CHECKED_IN_PART: "SVC-2.13",
    Fault.CHECKED_WITHOUT_PERSON: "SVC-3.4.3",
    Fault.CODE_OF_ANOTHER: "SVC-3.4.3",
    Fault.CODE_TOLD_BY_NO_MEANS: "POL-3.5.6",
    Fault.CODE_ENDED_AND_SEALED: "POL-4.2.3",
    Fault.COMPLETED_UNTOLD: "SVC-3.6",
    Fault.DECIDED_WITHOUT_DOCUMENT: "SVC-2.14",
    Fault.DECIDED_BY_NOBODY: "SVC-2.14",
    Fault.DECISION_OF_ANOTHER: "SVC-2.14",
    Fault.REFUSED_WITHOUT_GROUND: "SVC-2.13",
    Fault.VISIT_NOT_AWAITED: "SVC-3.4.1",
    Fault.LETTER_TO_NOBODY: "SVC-2.19",
    Fault.LETTER_WITH_DEAD_CODE: "SVC-3.4.3",
    Fault.ERASED_WITH_PEOPLE: "SVC-2.2.3",
    Fault.ERASED_WITH_FILES: "SVC-2.2.3",
    Fault.ACCOUNT_OF_NOBODY: "POL-4.2.3",
    Fault.SESSION_OF_CLOSED_ACCOUNT: "POL-4.2.3",
    Fault.IN_TWO_CLASSES: "POL-3.4.11",
    Fault.IN_TWO_GROUPS: "INS-3.5.8",
    Fault.IN_GROUP_NOT_IN_CLASS: "POL-3.4.11",
    Fault.MARK_NOT_IN_RECORD: "INS-3.3.13",
    Fault.PERIOD_MARK_NOT_IN_RECORD: "INS-3.3.13",
    Fault.FILE_WITHOUT_BYTES: "POL-4.2.4",
}


@dataclass(frozen=True, kw_only=True)
class FaultFound:
    """A row that must not be: the number of its request where it has one, else its id."""

    fault: Fault
    row_id: UUID
    request_number: str | None

    @property
    def name(self) -> str:
        return self.request_number or str(self.row_id)
