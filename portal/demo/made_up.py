"""The made-up school, told through the same commands as a real one."""

from sqlalchemy import select

from journal_core.curriculum.terms import ApprovalKind
from journal_core.exchange.commands import Imported, ImportLists, import_lists
from journal_core.exchange.progress import Progress
from journal_core.exchange.sheets import SPECS, book_of
from journal_core.exchange.terms import Book
from journal_core.lessons.commands import Laid, publish_timetable
from journal_core.school.queries import classes_of_year
from journal_core.timetable.commands import PublishVersion
from journal_core.timetable.models import TimetableVersion
from portal.demo.believable.terms import Row, Sheets
from portal.perform import OPERATOR, perform_in
from portal.state import Portal
from workflows.approval import SendForApproval, send_for_approval


def book_of_school(school: Sheets) -> Book:
    """The rows as an import meets them."""
    return book_of(
        {
            kind: [[row[column.heading] for column in spec.columns] for row in school[kind.value]]
            for kind, spec in SPECS.items()
        }
    )


def has_timetable(portal: Portal, year: int) -> bool:
    """Whether a school was made up here already, or somebody drew a timetable by hand."""
    with portal.database.reading() as session:
        own = select(TimetableVersion.id).where(TimetableVersion.academic_year == year)
        return session.scalar(own.limit(1)) is not None


def tell_made_up_school(portal: Portal, school: Sheets, year: int, progress: Progress) -> Laid:
    """Import the lists, publish the timetable, and lay curriculum and load before the head.

    Returns what lessons were laid.
    """
    school = {**school, "classes": _without_led(portal, school["classes"], year)}
    command = ImportLists(book=book_of_school(school), file_name="demo", progress=progress)
    imported: Imported = perform_in(portal, OPERATOR, import_lists, command)
    if imported.outcome.problems:
        raise ValueError([str(problem) for problem in imported.outcome.problems[:5]])
    with portal.database.reading() as session:
        version_id = session.scalars(
            select(TimetableVersion.id).where(
                TimetableVersion.academic_year == year, TimetableVersion.published_at.is_(None)
            )
        ).one()
    laid = perform_in(portal, OPERATOR, publish_timetable, PublishVersion(version_id=version_id))
    for kind in (ApprovalKind.CURRICULUM, ApprovalKind.LOAD):
        perform_in(
            portal, OPERATOR, send_for_approval, SendForApproval(academic_year=year, kind=kind)
        )
    return laid


def _without_led(portal: Portal, rows: list[Row], year: int) -> list[Row]:
    """Whoever leads a class already goes on to lead it: an empty cell leaves what is there."""
    with portal.database.reading() as session:
        led = {row.name for row in classes_of_year(session, year) if row.class_teacher_id}
    return [row | {"Классный руководитель": ""} if row["Класс"] in led else row for row in rows]
