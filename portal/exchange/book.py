"""The lists as files: all sheets, one sheet, the template, and what is wrong with a file."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _

from documents.workbook import Sheet, write_workbook
from journal_core.exchange.export import Line
from journal_core.exchange.sheets import EXAMPLE, SPECS, SheetSpec
from journal_core.exchange.terms import Problem, SheetKind
from portal.exchange.labels import SHEET_NAMES, SHEET_NOTES, problem_words


def sheet_of(kind: SheetKind, rows: Sequence[Line]) -> Sheet:
    """A sheet of the export. Titles and headings are the import's own, in any language."""
    spec = SPECS[kind]
    return Sheet(
        name=spec.title,
        columns=[column.heading for column in spec.columns],
        rows=rows,
        choices=_choices(spec),
    )


def lists_workbook(lists: Mapping[SheetKind, Sequence[Line]], made_at: datetime) -> bytes:
    sheets = [sheet_of(kind, rows) for kind, rows in lists.items()]
    return write_workbook(_("Списки школы"), sheets, made_at)


def template_workbook(made_at: datetime) -> bytes:
    """Every sheet with its headings and one marked example, and what each column is."""
    sheets = [sheet_of(kind, [_example(spec)]) for kind, spec in SPECS.items()]
    return write_workbook(_("Шаблон списков школы"), [_explained(), *sheets], made_at)


def problems_workbook(problems: Sequence[Problem], made_at: datetime) -> bytes:
    sheet = Sheet(
        name=_("Ошибки"),
        columns=[_("Лист"), _("Строка"), _("Столбец"), _("Значение"), _("Что не так")],
        rows=[
            [str(SHEET_NAMES[one.sheet]), one.row, one.column, one.value, problem_words(one)]
            for one in problems
        ],
    )
    return write_workbook(_("Ошибки в файле"), [sheet], made_at)


def _example(spec: SheetSpec) -> Line:
    first, *rest = (column.example for column in spec.columns)
    return [EXAMPLE + first, *rest]


def _explained() -> Sheet:
    marker = EXAMPLE.strip()
    return Sheet(
        name=_("Пояснения"),
        columns=[_("Лист"), _("Столбец"), _("Обязателен"), _("Пример"), _("Что это")],
        rows=[
            [
                spec.title if at == 0 else "",
                column.heading,
                _("да") if column.required else "",
                column.example or ", ".join(column.choices),
                str(SHEET_NOTES[kind]) if at == 0 else "",
            ]
            for kind, spec in SPECS.items()
            for at, column in enumerate(spec.columns)
        ]
        + [[marker, "", "", "", _("Строки с этим словом портал пропускает.")]],
    )


def _choices(spec: SheetSpec) -> dict[str, Sequence[str]]:
    return {column.heading: column.choices for column in spec.columns if column.choices}
