"""The map from clause to code to test: `python -m tests.architecture.regulation_map` writes it."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, name_of, source_files, syntax_of

MAP = ROOT / "docs" / "regulation.md"
CLAUSES = ROOT / "docs" / "regulation" / "clauses.tsv"
SCOPE = ROOT / "docs" / "regulation" / "scope.tsv"
SHOWN_LETTERS = 140

_NUMBER = r"\d+(?:\.\d+)*(?:-[а-яa-z]+\d*)*"
#: `SVC-2.12`, and what follows in the same breath: `SVC-2.12, 2.13`.
_CITED = re.compile(
    rf"\b(POL|REC|SVC|INS|HLP|FRM)-({_NUMBER})((?:,\s*\d+\.\d+(?:\.\d+)*(?:-[а-яa-z]+\d*)*)*)"
)
HEAD = """# The regulation in the code

Which clause is kept where, and which test proves it. Made by `make regulation` from
`regulation/clauses.tsv` (the school's published regulation), `regulation/scope.tsv`, the clauses
cited in the code, and the tests' marks `@pytest.mark.clause`; a test keeps it up to date.

| clause | for | what it says | code | tests |
|---|---|---|---|---|
"""

Places = dict[str, list[str]]


def clauses() -> dict[str, str]:
    """Code → text, in the order of the regulation."""
    return dict(line.split("\t", 1) for line in CLAUSES.read_text("utf-8").splitlines())


def scope() -> Places:
    """Code → the capabilities that need it."""
    needed: Places = defaultdict(list)
    for line in SCOPE.read_text("utf-8").splitlines():
        capability, _title, codes = line.split("\t")
        for code in codes.split():
            needed[code].append(capability)
    return needed


def cited(text: str) -> list[str]:
    """The codes that the text names, in full."""
    found = []
    for part, number, more in _CITED.findall(text):
        numbers = [number, *(other.strip() for other in more.split(",") if other.strip())]
        found.extend(f"{part}-{each}" for each in numbers)
    return found


def citations() -> Places:
    """Code → the files of the program that cite it."""
    places: Places = defaultdict(list)
    for path in source_files(".py", ".html"):
        if "migrations" not in path.parts:
            for code in sorted(set(cited(path.read_text("utf-8")))):
                places[code].append(name_of(path))
    return places


def proofs() -> Places:
    """Code → the tests that are marked with it."""
    places: Places = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for code, test in _marked(path):
            places[code].append(f"{name_of(path).removeprefix('tests/')}::{test}")
    return places


def _marked(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(syntax_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith(
                    "mark.clause"
                ):
                    yield from (
                        (str(code.value), node.name)
                        for code in decorator.args
                        if isinstance(code, ast.Constant)
                    )


def regulation_map() -> str:
    """The whole page."""
    needed, code, tests = scope(), citations(), proofs()
    return HEAD + "".join(
        f"| {clause} | {', '.join(needed.get(clause, []))} | {_short(text)} "
        f"| {_listed(code.get(clause, []))} | {_listed(tests.get(clause, []))} |\n"
        for clause, text in clauses().items()
        if clause in needed or clause in code or clause in tests
    )


def _short(text: str) -> str:
    text = " ".join(text.replace("|", "/").split())
    if len(text) <= SHOWN_LETTERS:
        return text
    return text[:SHOWN_LETTERS].rsplit(" ", 1)[0] + " …"


def _listed(names: list[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names)


def main() -> None:
    MAP.write_text(regulation_map(), "utf-8")
    print(f"{name_of(MAP)} is written.")


if __name__ == "__main__":
    main()
