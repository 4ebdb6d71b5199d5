"""The commands `calendar` and `names`, as somebody at the server types them."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from portal.cli.calendar import calendar_commands
from portal.cli.names import names_commands

YEAR_2028 = (
    "# year: 2028\n# source: Постановление № 1\nday,kind,name\n2028-01-03,holiday,Каникулы\n"
)


@pytest.fixture
def runner(sqlite_app: Flask) -> FlaskCliRunner:
    return sqlite_app.test_cli_runner()


def test_due_date_is_the_first_line_and_its_derivation_follows(runner: FlaskCliRunner) -> None:
    runner.invoke(calendar_commands, ["publish-known"])
    result = runner.invoke(calendar_commands, ["due", "2026-04-30T10:00"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "2026-05-05",
        "2026-05-01 пт — не считается: праздник (Праздник Весны и Труда)",
        "2026-05-02 сб — не считается: выходной",
        "2026-05-03 вс — не считается: выходной",
        "2026-05-04 пн — день 1: рабочий день",
        "2026-05-05 вт — день 2: рабочий день",
    ]


def test_no_promise_exits_with_three(runner: FlaskCliRunner) -> None:
    runner.invoke(calendar_commands, ["publish-known"])
    result = runner.invoke(calendar_commands, ["due", "2029-04-30T10:00"])
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "2029" in result.stderr


@pytest.mark.parametrize(
    "moment",
    ["2026-04-30", "2026-04-31T10:00", "2026-04-30T25:00", "30.04.2026", "2026-04-30T10:00Z", ""],
)
def test_malformed_moment_exits_with_two(runner: FlaskCliRunner, moment: str) -> None:
    assert runner.invoke(calendar_commands, ["due", moment]).exit_code == 2


def test_imported_year_gives_promises(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "2028.csv"
    file.write_text(YEAR_2028, encoding="utf-8")
    result = runner.invoke(calendar_commands, ["import", str(file)])
    assert result.exit_code == 0, result.output
    due = runner.invoke(calendar_commands, ["due", "2027-12-31T23:59"])
    assert due.stdout.splitlines()[0] == "2028-01-05"
    exported = runner.invoke(calendar_commands, ["export", "2028"])
    assert exported.stdout == YEAR_2028


def test_wrong_file_is_refused_naming_the_line(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "2028.csv"
    file.write_text(YEAR_2028 + "2028-13-01,holiday,\n", encoding="utf-8")
    result = runner.invoke(calendar_commands, ["import", str(file)])
    assert result.exit_code == 1
    assert "строка 5" in result.stderr
    assert runner.invoke(calendar_commands, ["export", "2028"]).exit_code == 1


def test_closed_day_moves_the_due_date(runner: FlaskCliRunner) -> None:
    runner.invoke(calendar_commands, ["publish-known"])
    closing = ["close", "2026-11-24", "--reason", "карантин", "--order", "12-О"]
    assert runner.invoke(calendar_commands, closing).exit_code == 0
    assert runner.invoke(calendar_commands, closing).exit_code == 1
    due = ["due", "2026-11-23T09:00"]
    assert runner.invoke(calendar_commands, due).stdout.startswith("2026-11-26\n")
    runner.invoke(calendar_commands, ["reopen", "2026-11-24", "--order", "13-О"])
    assert runner.invoke(calendar_commands, due).stdout.startswith("2026-11-25\n")


@pytest.mark.parametrize(
    ("name", "declined"),
    [
        ("Иванова Мария Петровна", "Ивановой Марии Петровне"),
        ("Гусейнов Али Вагиф оглы", "Гусейнову Али Вагиф оглы"),
        ("Smith John", "Smith John"),
    ],
)
def test_declined_name_is_the_first_line(runner: FlaskCliRunner, name: str, declined: str) -> None:
    result = runner.invoke(names_commands, ["decline", "--case", "dative", name])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == declined
