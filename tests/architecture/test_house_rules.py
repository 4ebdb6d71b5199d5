"""Rules of the house that no linter knows."""

import ast
import re
from pathlib import Path

from tests.architecture.sources import name_of, place, source_files, syntax_of

COMMITTER = "portal/perform.py"
MOVER = "workflows/engine.py"
MOVED_STATES = {"RequestState", "InvitationState"}
MOVED_ROWS = {"request", "service_request", "invitation", "row"}

#: What belongs to the demo's school and to no other.
SCHOOL_WORDS = re.compile(r"ессентук|сош\s*№\s*12|просветов|белоугольн|school-12", re.IGNORECASE)
SCHOOL_FILE = "portal/demo/school.json"


def test_only_perform_commits() -> None:
    assert [
        place(path, node)
        for path in source_files(".py")
        if name_of(path) != COMMITTER and "migrations" not in path.parts
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ] == []


def test_only_the_engine_sets_a_state() -> None:
    assert [
        place(path, node)
        for path in source_files(".py")
        if name_of(path) != MOVER
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and sets_a_state(node)
    ] == []


def sets_a_state(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    set_here = [
        target for target in targets if isinstance(target, ast.Attribute) and target.attr == "state"
    ]
    owners = {target.value.id for target in set_here if isinstance(target.value, ast.Name)}
    names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return bool(set_here) and bool(owners & MOVED_ROWS or names & MOVED_STATES)


def test_no_import_hides_inside_a_function() -> None:
    assert [
        place(path, inner)
        for path in source_files(".py")
        for node in ast.walk(syntax_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ] == []


def test_no_value_of_one_school_stands_in_the_code() -> None:
    assert [
        f"{name_of(path)}:{number} {line.strip()}"
        for path in source_files(".py", ".html", ".js", ".css", ".json", ".po", ".typ")
        if name_of(path) != SCHOOL_FILE
        for number, line in lines_of(path)
        if SCHOOL_WORDS.search(line)
    ] == []


def lines_of(path: Path) -> list[tuple[int, str]]:
    return list(enumerate(path.read_text("utf-8").splitlines(), start=1))
