"""Changes the code in small ways, one at a time, and asks whether a test notices.

`make mutants` takes every module below, `make mutants ARGS=journal_core/visits/rules.py` one. What
survived is printed as a difference, and the module's figures go into docs/mutants.md, which says
of each survivor why no test can tell it from the code.
"""

import resource
import subprocess
import sys
from collections import defaultdict
from importlib import import_module
from math import ceil
from pathlib import Path
from shutil import rmtree
from time import process_time

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from mutmut.__main__ import create_mutants
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import (
    change_cwd,
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
)
from mutmut.utils.format_utils import mangled_name_from_mutant_name
from mutmut.workers.isolation import run_in_fork, run_in_fork_with_result

UPLOADS = "tests/portal/test_papers_upload.py"
QUALITY = "tests/portal/test_quality.py"

#: The tests that speak of a module. Others may reach it too: they would only cost time.
TESTS = {
    "journal_core/academic_year/rules.py": ["tests/core/test_academic_year.py"],
    "journal_core/access/rules.py": ["tests/core/test_authenticator.py"],
    "journal_core/attendance/rules.py": ["tests/core/test_attendance.py"],
    "journal_core/assessment/rules.py": ["tests/core/test_period_mark_rules.py"],
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
    "journal_core/homework/rules.py": ["tests/core/test_homework.py"],
    "journal_core/invitations/rules.py": ["tests/core/test_codes.py"],
    "journal_core/journal/rules.py": [
        "tests/core/test_journal.py",
        "tests/core/test_lesson_page.py",
    ],
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
    "journal_core/period_marks/rules.py": ["tests/core/test_period_mark_rules.py"],
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
    "journal_core/teaching/rules.py": ["tests/core/test_works.py"],
    "journal_core/timetable/rules.py": ["tests/core/test_timetable.py"],
    "journal_core/visits/rules.py": ["tests/core/test_visits.py"],
    "workflows/approval.py": ["tests/workflows/test_approval.py", "tests/workflows/test_moves.py"],
    "workflows/account.py": ["tests/workflows/test_account.py"],
    "workflows/calls.py": ["tests/workflows/test_calls.py"],
    "workflows/checking.py": ["tests/workflows/test_checking.py"],
    "workflows/child.py": ["tests/workflows/test_child.py"],
    "workflows/contacts.py": ["tests/workflows/test_contacts.py"],
    "workflows/draft.py": ["tests/workflows/test_draft.py"],
    "workflows/engine.py": ["tests/workflows/test_moves.py"],
    "workflows/invitation.py": ["tests/workflows/test_invitation.py"],
    "workflows/mark_correction.py": [
        "tests/workflows/test_mark_correction.py",
        "tests/workflows/test_moves.py",
    ],
    "workflows/notices.py": ["tests/workflows/test_notices.py"],
    "workflows/outbox.py": ["tests/workflows/test_outbox.py"],
    "workflows/paper_template.py": ["tests/workflows/test_paper_template.py"],
    "workflows/recovery.py": ["tests/workflows/test_recovery.py"],
    "workflows/refusal_paper.py": ["tests/workflows/test_refusal_paper.py"],
    "workflows/scanning.py": ["tests/workflows/test_scanning.py"],
    "workflows/second_factor.py": ["tests/workflows/test_second_factor.py"],
    "workflows/service_request.py": ["tests/workflows/test_service_request.py"],
    "workflows/terms.py": ["tests/workflows/test_terms.py"],
    "workflows/visit.py": ["tests/workflows/test_visit.py"],
    "workflows/watch.py": ["tests/workflows/test_watch.py"],
}
#: Run before the first mutant, so that what it makes and imports is there for each: a template of
#: the databases, and a request in it. Neither makes a PDF: what has made one hangs when it forks.
TEMPLATE = "tests/core/test_calendar_publishing.py::test_published_year_is_read_back"
REQUEST = "tests/workflows/test_visit.py::test_time_that_is_no_slot_cannot_be_booked"
#: No hooks of theirs are needed, and each would cost every mutant its time.
WITHOUT = ("randomly", "cacheprovider", "hypothesispytest")
#: Where the changed copy lies; what Python compiled there is good for the next run.
FOLDER = Path("mutants")
#: And where its tests write, seen from there.
TESTS_FOLDER = Path(".tests")
FIGURES = Path("docs/mutants.md")
NOTICED = {"killed", "timeout"}
#: A mutant that works for so many times longer than the code works for ever.
LONGER, AT_LEAST_SECONDS = 10, 20


class EachMutant:
    """In one session: the tests once, to see what reaches what, then each mutant in a child."""

    def __init__(self, mutants: list[str], warming: tuple[str, ...]) -> None:
        self.mutants = mutants
        self.warming = warming
        self.statuses: dict[str, str] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        session.config.pluginmanager.unregister(name="terminalreporter")
        items = session.items
        for name in self.warming:
            _run(next(item for item in items if item.nodeid.startswith(name)), items[-1])
            if name == TEMPLATE:
                run_in_fork_with_result(_tell)
        items = [item for item in items if not item.nodeid.startswith(self.warming or ("-",))]
        reaching, seconds = run_in_fork_with_result(_reaching, items)
        limit = ceil(max(AT_LEAST_SECONDS, seconds * LONGER))
        for mutant in self.mutants:
            reached = reaching.get(mangled_name_from_mutant_name(mutant), [])
            code = run_in_fork(_survives, mutant, [items[at] for at in reached], limit)
            self.statuses[mutant] = status_by_exit_code[code] if reached else "no tests"
            for left in TESTS_FOLDER.glob("test_*"):
                left.unlink() if left.is_symlink() else rmtree(left)
        return True


def _tell() -> None:
    """The demo school into the template: a test of workflows begins with it."""
    tell = import_module("tests.told").tell  # of the copy: its folder was no place to import from
    tell(f"sqlite:///{TESTS_FOLDER}/sqlite0/template.sqlite3", TESTS_FOLDER / "files")


def _reaching(items: list[pytest.Item]) -> tuple[dict[str, list[int]], float]:
    """For each function of the module the tests that come by it; and the seconds of them all."""
    set_mutant_under_test("stats")
    reaching = defaultdict(list)
    for at, item in enumerate(items):
        _run(item, (items[at + 1 :] or [None])[0])
        for function in state()._stats:
            reaching[function].append(at)
        state()._stats.clear()
        if item.session.testsfailed:
            raise AssertionError(f"{item.nodeid} fails without any change")
    return dict(reaching), process_time()


def _survives(mutant: str, items: list[pytest.Item], limit: int) -> int:
    """0 where no test fails. Only seconds of work count: the machine may have more to do."""
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    set_mutant_under_test(mutant)
    for item, following in zip(items, [*items[1:], None], strict=True):
        _run(item, following)
        if item.session.testsfailed:
            return 1
    return 0


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def main(modules: list[str]) -> None:
    """One process for each module: a test run leaves its modules imported."""
    if len(modules) == 1:
        mutate(modules[0])
        return
    for module in modules or TESTS:
        subprocess.run([sys.executable, "-m", "tests.mutants", module], check=True)


def mutate(module: str) -> None:
    # A slow machine is no failure, and what one mutant was found by is no news for the next.
    hypothesis_settings.register_profile(
        "mutants", deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    hypothesis_settings.load_profile("mutants")
    warming = (TEMPLATE, REQUEST) if module.startswith("workflows/") else ()
    each = EachMutant(_made(module), warming)
    without = [argument for plugin in WITHOUT for argument in ("-p", f"no:{plugin}")]
    options = ["--rootdir=.", f"--basetemp={TESTS_FOLDER}"]
    options += [*config().pytest_add_cli_args, *without]
    # The profile above had to be set before pytest could read hypothesis its own way.
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    with change_cwd(FOLDER):
        code = pytest.main([*options, *warming, *TESTS[module]], plugins=[each])
    if code:
        raise SystemExit(code)
    unnoticed = [name for name, status in each.statuses.items() if status not in NOTICED]
    for name in unnoticed:
        diff = get_diff_for_mutant(name, path=Path(module))
        print(f"\n{name}: {each.statuses[name]}\n{diff}")
    killed = len(each.statuses) - len(unnoticed)
    write_figures(module, mutants=len(each.statuses), killed=killed)


def _made(module: str) -> list[str]:
    """The names of the module's mutants, written into a copy of the program."""
    for results in FOLDER.rglob("*.meta"):
        results.unlink()
    set_mutant_under_test("mutant_generation")
    config().source_paths = [Path(module)]
    FOLDER.mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(max_children=1)
    made = SourceFileMutationData(path=Path(module))
    made.load()
    return list(made.exit_code_by_key)


def write_figures(module: str, *, mutants: int, killed: int) -> None:
    """Put the module's row into the table, in the order of TESTS."""
    lines = FIGURES.read_text().splitlines()
    rows = {line.split("`")[1]: line for line in lines if line.startswith("| `")}
    share = f"{killed * 100 // mutants}%"
    rows[module] = f"| `{module}` | {mutants} | {killed} | {share} | {mutants - killed} |"
    before = [line for line in lines if not line.startswith("| `")]
    at = before.index("|---|--:|--:|--:|--:|") + 1
    table = [rows[known] for known in TESTS if known in rows]
    FIGURES.write_text("\n".join([*before[:at], *table, *before[at:]]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
