"""Changes the code in small ways, one at a time, and asks whether a test notices.

`make mutants` takes every module below, `make mutants ARGS=journal_core/visits/rules.py` one. What
survived is printed as a difference, and the module's figures go into docs/mutants.md, which says
of each survivor why no test can tell it from the code.
"""

import subprocess
import sys
from pathlib import Path

from mutmut.__main__ import _run
from mutmut.configuration import ProcessIsolation, config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

UPLOADS = "tests/portal/test_papers_upload.py"
QUALITY = "tests/portal/test_quality.py"

#: The tests that speak of a module. Others may reach it too: they would only cost time.
TESTS = {
    "journal_core/academic_year/rules.py": ["tests/core/test_academic_year.py"],
    "journal_core/access/rules.py": ["tests/core/test_authenticator.py"],
    "journal_core/calendar/rules.py": [
        "tests/core/test_calendar.py",
        "tests/core/test_calendar_publishing.py",
    ],
    "journal_core/classes/rules.py": ["tests/core/test_people_lists.py"],
    "journal_core/consents/rules.py": ["tests/core/test_consents.py"],
    "journal_core/curriculum/rules.py": ["tests/core/test_curriculum.py"],
    "journal_core/files/rules.py": [
        "tests/core/test_uploads.py",
        f"{UPLOADS}::test_file_is_told_by_its_content",
        f"{UPLOADS}::test_file_that_cannot_be_taken_says_why",
        f"{UPLOADS}::test_picture_is_kept_upright_and_without_its_place",
    ],
    "journal_core/invitations/rules.py": ["tests/core/test_codes.py"],
    "journal_core/lessons/rules.py": ["tests/core/test_lessons.py"],
    "journal_core/notifications/rules.py": [
        "tests/portal/test_outbox.py::test_waits_double_up_to_four_hours"
    ],
    "journal_core/people/declension.py": ["tests/core/test_names.py"],
    "journal_core/people/matching.py": ["tests/core/test_matching.py", "tests/core/test_names.py"],
    "journal_core/people/rules.py": [
        "tests/core/test_names.py",
        "tests/core/test_people_lists.py::test_wrong_layout_is_read_by_the_keys",
    ],
    "journal_core/plans/reading.py": ["tests/core/test_plan_reading.py"],
    "journal_core/plans/rules.py": ["tests/core/test_plan_rules.py"],
    "journal_core/privacy/rules.py": [
        "tests/core/test_keeping.py",
        "tests/portal/test_retention.py::test_years_are_calendar_years",
    ],
    "journal_core/quality/rules.py": [
        "tests/core/test_quality.py",
        f"{QUALITY}::test_term_ends_at_midnight_of_the_schools_zone",
        f"{QUALITY}::test_presets_are_whole_months_quarters_and_the_academic_year",
        f"{QUALITY}::test_every_quarter_has_three_months",
        f"{QUALITY}::test_spread_is_by_nearest_rank",
    ],
    "journal_core/requests/rules.py": ["tests/core/test_requests.py"],
    "journal_core/school/rules.py": ["tests/core/test_school.py"],
    "journal_core/timetable/rules.py": ["tests/core/test_timetable.py"],
    "journal_core/visits/rules.py": ["tests/core/test_visits.py"],
    "workflows/approval.py": ["tests/workflows/test_approval.py", "tests/workflows/test_moves.py"],
    "workflows/calls.py": ["tests/workflows/test_calls.py"],
    "workflows/checking.py": ["tests/workflows/test_checking.py"],
    "workflows/contacts.py": ["tests/workflows/test_contacts.py"],
    "workflows/engine.py": ["tests/workflows/test_moves.py"],
    "workflows/visit.py": ["tests/workflows/test_visit.py"],
}
#: Where the changed copy lies; what Python compiled there is good for the next run.
FOLDER = Path("mutants")
FIGURES = Path("docs/mutants.md")
NOTICED = {"killed", "timeout"}


def main(modules: list[str]) -> None:
    """One process for each module: a test run leaves its modules imported."""
    if len(modules) == 1:
        mutate(modules[0])
        return
    for module in modules or TESTS:
        subprocess.run([sys.executable, "-m", "tests.mutants", module], check=True)


def mutate(module: str) -> None:
    for results in (*FOLDER.rglob("*.meta"), *FOLDER.glob("*.json")):
        results.unlink()
    settings = config()
    settings.source_paths = [Path(module)]
    if module.startswith("workflows/"):
        # What has opened a database or made a PDF hangs when it forks; rules do it much faster.
        settings.process_isolation = ProcessIsolation.FORKSERVER
    settings.pytest_add_cli_args_test_selection = TESTS[module]
    _run((), max_children=1)
    found = SourceFileMutationData(path=Path(module))
    found.load()
    statuses = {name: status_by_exit_code[code] for name, code in found.exit_code_by_key.items()}
    unnoticed = [name for name, status in statuses.items() if status not in NOTICED]
    for name in unnoticed:
        print(f"\n{name}: {statuses[name]}\n{get_diff_for_mutant(name, path=Path(module))}")
    write_figures(module, mutants=len(statuses), killed=len(statuses) - len(unnoticed))


def write_figures(module: str, *, mutants: int, killed: int) -> None:
    """Put the module's row into the table, in the order of TESTS."""
    lines = FIGURES.read_text().splitlines()
    rows = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    share = f"{killed / mutants:.0%}"
    rows[module] = f"| `{module}` | {mutants} | {killed} | {share} | {mutants - killed} |"
    before = [line for line in lines if not line.startswith("| `")]
    at = before.index("|---|--:|--:|--:|--:|") + 1
    table = [rows[known] for known in TESTS if known in rows]
    FIGURES.write_text("\n".join([*before[:at], *table, *before[at:]]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
