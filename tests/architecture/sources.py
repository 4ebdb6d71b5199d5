"""The program's own source files, as the tests of the house rules read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("portal", "forms", "workflows", "documents", "journal_core")
NOT_OURS = ("portal/static/vendor", "documents/fonts")


def source_files(*endings: str) -> Iterator[Path]:
    """Files of the five floors with one of the endings, without what set-up brings."""
    for floor in FLOORS:
        for path in sorted((ROOT / floor).rglob("*")):
            if path.suffix in endings and not name_of(path).startswith(NOT_OURS):
                yield path


def templates() -> Iterator[Path]:
    """The HTML templates, wherever their blueprint keeps them."""
    return (path for path in source_files(".html") if "templates" in path.parts)


def name_of(path: Path) -> str:
    """The path from the root of the project, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


def syntax_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=name_of(path))


def place(path: Path, node: ast.AST) -> str:
    """`portal/perform.py:45`, for a message about a broken rule."""
    return f"{name_of(path)}:{getattr(node, 'lineno', 1)}"
