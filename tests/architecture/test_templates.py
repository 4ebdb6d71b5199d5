"""Every template compiles, names its page, and leaves script and style to files."""

import re

import pytest
from flask import Flask
from jinja2 import nodes

from tests.architecture.sources import name_of, templates

TEMPLATES = {path.as_posix().rpartition("/templates/")[2]: path for path in templates()}
TITLE_BLOCKS = {"title", "pageTitle"}

#: Each would need a hole in the content security policy.
INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "style": re.compile(r"""[\s"']style\s*=""", re.IGNORECASE),
    "handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "script address": re.compile(r"javascript:\s*\w+\(", re.IGNORECASE),
}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_template_compiles(sqlite_app: Flask, name: str) -> None:
    assert sqlite_app.jinja_env.get_template(name).name == name


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_template_has_nothing_inline(name: str) -> None:
    text = re.sub(r"\{#.*?#\}", "", TEMPLATES[name].read_text("utf-8"), flags=re.DOTALL)
    assert [kind for kind, pattern in INLINE.items() if pattern.search(text)] == []


def test_every_page_has_its_own_title(sqlite_app: Flask) -> None:
    parsed = {
        name: sqlite_app.jinja_env.parse(path.read_text("utf-8"))
        for name, path in TEMPLATES.items()
    }
    parents = {name: parent_of(tree) for name, tree in parsed.items()}
    pages = [name for name, parent in parents.items() if parent and name not in parents.values()]
    assert [
        name_of(TEMPLATES[name])
        for name in pages
        if not {block.name for block in parsed[name].find_all(nodes.Block)} & TITLE_BLOCKS
    ] == []


def parent_of(tree: nodes.Template) -> str | None:
    extended = tree.find(nodes.Extends)
    named = extended.template if extended else None
    return str(named.value) if isinstance(named, nodes.Const) else None
