"""A wrong row between the tables is found, whoever put it there."""

from pathlib import Path

import pytest
from flask import Flask

from journal_core.sweepers.queries import SWEEPERS, faults
from journal_core.sweepers.terms import CLAUSES, Fault
from portal.demo.history import tell_history
from portal.health.labels import FAULT_WORDS
from portal.state import Portal
from tests.portal.story import Browser, seed, signed_in

#: A pupil in a group of the own class, as they should be.
_GROUPED = (
    "INSERT INTO subject (id, name, short_name, position)"
    " SELECT class_id, 'Planted', 'Planted', 0 FROM class_membership LIMIT 1;"
    "INSERT INTO study_group (id, academic_year, kind, name, class_id, subject_id)"
    " SELECT id, 2026, 'division', 'One', id, id FROM subject WHERE name = 'Planted';"
    "INSERT INTO group_membership (id, group_id, pupil_id, since, until)"
    " SELECT m.id, g.id, m.pupil_id, m.since, m.until FROM class_membership m"
    " JOIN study_group g ON g.class_id = m.class_id WHERE g.name = 'One' LIMIT 1;"
)
#: A lesson with a work, as they should be.
_TAUGHT = (
    "INSERT INTO lesson (id, day, number, class_id, subject_id, teacher_id, room, is_joined,"
    " cancelled_reason, topic) SELECT m.id, '2026-11-02', 1, m.class_id, s.id, a.person_id, '',"
    " 1 = 0, '', '' FROM class_membership m, subject s, account a"
    " WHERE s.name = 'Planted' AND a.username = 'head' LIMIT 1;"
    "INSERT INTO work (id, lesson_id, type_code, title, is_administrative, position, assigned_at,"
    " assigned_by) SELECT l.id, l.id, 'О', '', 1 = 0, 0, p.created_at, '' FROM lesson l, account p"
    " WHERE p.username = 'head';"
)
#: The wrong rows, which no CHECK keeps out.
PLANTS: dict[Fault, str] = {
    Fault.REQUEST_NOT_IN_RECORD: "DELETE FROM audit_entry",
    Fault.REGISTERED_BEFORE_SUBMITTED: "UPDATE service_request SET received_at = created_at,"
    " submitted_at = state_since WHERE state = 'completed'",
    Fault.REGISTERED_WITHOUT_TERM: "UPDATE service_request SET term_derivation = NULL",
    Fault.REGISTERED_BY_NOBODY: "UPDATE service_request SET received_by = ''",
    Fault.CHECKED_IN_PART: "DELETE FROM ground_answer WHERE ground = 'adult'",
    Fault.CHECKED_WITHOUT_PERSON: "UPDATE service_request SET person_id = NULL",
    Fault.CODE_OF_ANOTHER: "UPDATE invitation SET person_id ="
    " (SELECT person_id FROM account WHERE username = 'head')",
    Fault.CODE_TOLD_BY_NO_MEANS: "UPDATE invitation SET handover = NULL",
    Fault.CODE_ENDED_AND_SEALED: "UPDATE invitation SET state = 'revoked', ended_at = NULL",
    Fault.COMPLETED_UNTOLD: "UPDATE service_request SET delivered_by = ''",
    Fault.DECIDED_WITHOUT_DOCUMENT: "UPDATE refusal_decision SET signed_at = NULL,"
    " document_id = NULL",
    Fault.DECIDED_BY_NOBODY: "UPDATE refusal_decision SET signed_by = ''",
    Fault.DECISION_OF_ANOTHER: "UPDATE service_request SET decision_id ="
    " (SELECT id FROM refusal_decision LIMIT 1) WHERE decision_id IS NOT NULL",
    Fault.REFUSED_WITHOUT_GROUND: "UPDATE refusal_decision SET grounds = '[]'",
    Fault.VISIT_NOT_AWAITED: "INSERT INTO visit"
    " (id, request_id, starts_at, place, booked_at, booked_by)"
    " SELECT id, id, '2030-01-01 09:00:00', 1, state_since, '' FROM service_request"
    " WHERE state = 'completed' LIMIT 1",
    Fault.LETTER_TO_NOBODY: "UPDATE outbox_letter SET state = 'queued', recipient = ''",
    Fault.LETTER_WITH_DEAD_CODE: "UPDATE outbox_letter SET state = 'queued',"
    " secret = 'invitation_code', subject_id = (SELECT id FROM invitation LIMIT 1)",
    Fault.ERASED_WITH_PEOPLE: "UPDATE service_request SET erased_at = state_since"
    " WHERE state = 'completed'",
    Fault.ERASED_WITH_FILES: "INSERT INTO request_paper"
    " (id, request_id, kind, file_id, position, uploaded_at)"
    " SELECT r.id, r.id, 'identity', f.id, 0, r.state_since FROM service_request r,"
    " stored_file f WHERE r.state = 'completed' LIMIT 1;"
    "UPDATE service_request SET erased_at = state_since WHERE state = 'completed'",
    Fault.ACCOUNT_OF_NOBODY: "UPDATE account SET person_id = id WHERE username = 'parent'",
    Fault.SESSION_OF_CLOSED_ACCOUNT: "UPDATE account SET closed_at = created_at",
    Fault.IN_TWO_CLASSES: "INSERT INTO class_membership (id, pupil_id, class_id, since, until)"
    " SELECT pupil_id, pupil_id, class_id, since, since FROM class_membership LIMIT 1",
    Fault.IN_TWO_GROUPS: "INSERT INTO study_group"
    " (id, academic_year, kind, name, class_id, subject_id)"
    " SELECT m.id, 2026, 'division', 'Two', g.class_id, g.subject_id FROM group_membership m"
    " JOIN study_group g ON g.id = m.group_id WHERE g.name = 'One';"
    "INSERT INTO group_membership (id, group_id, pupil_id, since, until)"
    " SELECT m.pupil_id, m.id, m.pupil_id, m.since, NULL FROM group_membership m"
    " JOIN study_group g ON g.id = m.group_id WHERE g.name = 'One'",
    Fault.MARK_NOT_IN_RECORD: "INSERT INTO mark (id, work_id, pupil_id, value, comment,"
    " is_late, first_written_at, written_at, written_by) SELECT m.id, w.id, m.pupil_id, '5', '',"
    " 1 = 0, w.assigned_at, w.assigned_at, '' FROM work w, class_membership m LIMIT 1",
    Fault.PERIOD_MARK_NOT_IN_RECORD: "INSERT INTO period_mark (id, pupil_id,"
    " academic_year, class_id, subject_id, kind, number, value, proposed, arithmetic, reason,"
    " is_late, first_written_at, written_at, written_by) SELECT m.id, m.pupil_id, 2026,"
    " m.class_id, l.subject_id, 'period', 1, '5', '', '', '', 1 = 0, w.assigned_at, w.assigned_at,"
    " '' FROM work w, lesson l, class_membership m LIMIT 1",
    Fault.IN_GROUP_NOT_IN_CLASS: "UPDATE class_membership SET until = since",
}


def _with_a_past(app: Flask) -> Browser:
    """A school with two months of requests behind it; returns the administrator's browser."""
    seed(app)
    with app.app_context():
        assert tell_history(app.extensions["portal"]) > 1
    return signed_in(app, "curator")


def test_every_sweeper_finds_the_wrong_row(app: Flask) -> None:
    portal: Portal = app.extensions["portal"]
    _with_a_past(app)
    missed = set()
    for fault, statements in PLANTS.items():
        with portal.database.writing() as session:  # never committed
            for statement in (_GROUPED + _TAUGHT + statements).split(";"):
                session.connection().exec_driver_sql(statement)
            if fault not in {found.fault for found in faults(session)}:
                missed.add(fault)
    assert missed == set()


def test_every_fault_has_its_sweeper_its_clause_its_words_and_its_proof() -> None:
    assert set(PLANTS) == set(SWEEPERS) == set(Fault) - {Fault.FILE_WITHOUT_BYTES}
    assert set(CLAUSES) == set(FAULT_WORDS) == set(Fault)


@pytest.mark.clause("POL-3.4.8")
def test_administrator_sees_that_the_records_are_sound(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    assert "Нарушений нет" in _state(signed_in(sqlite_app, "curator"))


@pytest.mark.wrong_rows
@pytest.mark.clause("POL-3.4.8", "POL-4.2.4")
def test_administrator_sees_what_is_wrong_with_which_request(sqlite_app: Flask) -> None:
    curator = _with_a_past(sqlite_app)
    portal: Portal = sqlite_app.extensions["portal"]
    with portal.database.engine.begin() as connection:
        number = connection.exec_driver_sql(
            "UPDATE service_request SET delivered_by = '' WHERE request_number ="
            " (SELECT min(request_number) FROM service_request WHERE state = 'completed')"
            " RETURNING request_number"
        ).scalar_one()
    _any_file(portal.files.root).unlink()
    page = _state(curator)
    assert "Результат вручён, но неизвестно, как или кем" in page
    assert str(number) in page
    assert "SVC-3.6" in page
    assert "Файл записан, но на диске его нет" in page


def _state(browser: Browser) -> str:
    assert browser.open("/school/state").status_code == 200
    return browser.text


def _any_file(root: Path) -> Path:
    return next(path for path in root.rglob("*") if path.is_file())
