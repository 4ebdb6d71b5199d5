"""`documents render`: from a file of facts to a file of paper."""

import json

import pytest
from click.testing import CliRunner

from documents.catalogue import KINDS
from portal.cli.documents import document_commands
from tests.documents.reading import docx_text, pdf_text, same


def run(*arguments: object):
    return CliRunner().invoke(document_commands, ["render", *map(str, arguments)])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("form", "read"), [("docx", docx_text), ("pdf", pdf_text)])
def test_printed_example_renders(kind, form, read, tmp_path):
    facts, paper = tmp_path / "facts.json", tmp_path / f"paper.{form}"
    facts.write_text(run(kind, "--example").output, encoding="utf-8")
    result = run(kind, "--context", facts, "--format", form, "--out", paper)
    assert result.exit_code == 0, result.output
    assert same(KINDS[kind].example.school_short_name) in same(read(paper.read_bytes()))


def test_address_and_addressee_are_printed_as_given(tmp_path):
    for kind, field in (("application", "address"), ("refusal", "addressee")):
        facts, paper = tmp_path / "facts.json", tmp_path / "paper.pdf"
        example = json.loads(run(kind, "--example").output)
        facts.write_text(json.dumps({**example, field: "<Как & есть> {{ 1 }}"}), encoding="utf-8")
        assert run(kind, "--context", facts, "--format", "pdf", "--out", paper).exit_code == 0
        assert same("<Как & есть> {{ 1 }}") in same(pdf_text(paper.read_bytes()))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "one JSON object"),
        ('{"adress": "x"}', "unknown fields: adress"),
    ],
)
def test_file_that_cannot_be_used_is_explained(facts, words, tmp_path):
    source = tmp_path / "facts.json"
    source.write_text(facts, encoding="utf-8")
    result = run("refusal", "--context", source, "--format", "pdf", "--out", tmp_path / "x.pdf")
    assert result.exit_code == 1
    assert words in result.output
    assert not (tmp_path / "x.pdf").exists()


def test_command_without_a_source_says_what_it_wants():
    result = run("refusal")
    assert result.exit_code == 2
    assert "--example" in result.output
