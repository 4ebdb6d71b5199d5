"""OneRoster 1.2: out, in again, and from another system."""

import csv
import zipfile
from io import BytesIO, StringIO

import pytest
from sqlalchemy import select

from documents.workbook import write_tables
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.exchange.apart import read_apart
from journal_core.exchange.commands import (
    Imported,
    ImportLists,
    UndoImport,
    import_lists,
    undo_import,
)
from journal_core.exchange.export import Lists
from journal_core.exchange.models import ExternalId
from journal_core.exchange.oneroster import COLUMNS
from journal_core.exchange.oneroster_out import tables
from journal_core.exchange.terms import Limits, SheetKind, Verdict
from journal_core.people.models import Person, Pupil
from journal_core.school.models import SchoolClass
from tests.core.test_exchange_people import how_many, said, school, spans, take
from tests.core.test_exchange_sheets import REST

LIMITS = Limits(megabytes=5, rows=1000)


def given_out(context: ActionContext) -> dict[str, list[list[str]]]:
    return tables(Lists(context.session), "Школа №12")


def take_archive(context: ActionContext, made: dict[str, list[list[str]]]) -> Imported:
    book = read_apart(write_tables(made), LIMITS)
    done = import_lists(context, ImportLists(book=book))
    context.session.expire_all()
    return done


@pytest.fixture
def archive(context: ActionContext) -> dict[str, list[list[str]]]:
    """A school given out; its own lists are empty again."""
    done = take(context, school(**REST))
    made = given_out(context)
    undo_import(context, UndoImport(run_id=done.run_id))
    context.session.expire_all()
    return made


@pytest.mark.clause("POL-3.4.6")
def test_every_table_has_its_columns_and_every_reference_its_row(context: ActionContext) -> None:
    take(context, school(**REST))
    with zipfile.ZipFile(BytesIO(write_tables(given_out(context)))) as packed:
        found = {
            name.removesuffix(".csv"): list(csv.DictReader(StringIO(packed.read(name).decode())))
            for name in packed.namelist()
        }
    manifest = {row["propertyName"]: row["value"] for row in found.pop("manifest")}
    assert manifest["oneroster.version"] == "1.2"
    assert {name for name in found if manifest[f"file.{name}"] == "bulk"} == set(COLUMNS)
    ids = {name: {row["sourcedId"] for row in rows} for name, rows in found.items()}
    assert all(len(ids[name]) == len(rows) > 0 for name, rows in found.items())
    for table, column, aim in (
        ("enrollments", "userSourcedId", "users"),
        ("enrollments", "classSourcedId", "classes"),
        ("classes", "courseSourcedId", "courses"),
        ("classes", "termSourcedIds", "academicSessions"),
        ("roles", "userSourcedId", "users"),
        ("users", "primaryOrgSourcedId", "orgs"),
    ):
        assert {row[column] for row in found[table]} <= ids[aim], (table, column)


def test_what_we_gave_out_changes_nothing_when_it_comes_back(context: ActionContext) -> None:
    take(context, school(**REST))
    again = take_archive(context, given_out(context))
    assert said(again) == []
    assert again.outcome.changes_nothing


@pytest.mark.clause("POL-3.4.1")
def test_school_of_another_system_comes_in_and_its_ids_are_kept(
    context: ActionContext, archive: dict[str, list[list[str]]]
) -> None:
    done = take_archive(context, archive)
    assert said(done) == []
    assert done.outcome.counts[SheetKind.PUPILS][Verdict.NEW] == 2
    assert [name for name, _since, _until in spans(context, "А-1")] == ["7А"]
    leader = context.session.scalars(
        select(Person.last_name)
        .join(SchoolClass, SchoolClass.class_teacher_id == Person.id)
        .where(SchoolClass.letter == "А")
    ).one()
    assert leader == "Орлова"
    kept = how_many(context, ExternalId)
    assert kept == len(["2 teachers", "2 pupils", "2 classes", "2 subjects"]) * 2
    again = take_archive(context, archive)
    assert again.outcome.changes_nothing
    assert how_many(context, ExternalId) == kept


def test_pupil_whose_number_they_changed_is_known_by_their_id(
    context: ActionContext, archive: dict[str, list[list[str]]]
) -> None:
    take_archive(context, archive)
    column = archive["users.csv"][0].index("identifier")
    for row in archive["users.csv"][1:]:
        row[column] = row[column] and "новый " + row[column]
    done = take_archive(context, archive)
    assert said(done) == []
    assert how_many(context, Pupil) == 2


def test_other_version_or_a_difference_alone_is_refused(
    archive: dict[str, list[list[str]]],
) -> None:
    for name, value in (("oneroster.version", "1.1"), ("file.users", "delta")):
        manifest = [
            [row[0], value if row[0] == name else row[1]] for row in archive["manifest.csv"]
        ]
        with pytest.raises(RuleBroken, match="sheet_file_oneroster"):
            read_apart(write_tables({**archive, "manifest.csv": manifest}), LIMITS)
