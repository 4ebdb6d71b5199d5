"""`flask --app wsgi nightly …`: what has to be done once a day."""

from collections import Counter

import click
from flask.cli import AppGroup

from journal_core.diary_visits.commands import WatchFamilies, watch_families
from journal_core.exchange.commands import ForgetImports, forget_imports
from journal_core.privacy.commands import EraseDue, erase_due
from journal_core.privacy.queries import erased_files
from journal_core.privacy.terms import KeptKind
from portal.log import failures_logged, tell
from portal.perform import perform_as_system
from portal.state import current_portal
from workflows.end_of_right import EndRights, WarnOfAdulthood, end_rights, warn_of_adulthood
from workflows.invitation import ExpireCodes, expire_codes
from workflows.terms import RecomputeTerms, recompute_terms
from workflows.watch import (
    EraseDrafts,
    RemindOfVisits,
    WarnOfCalendar,
    WarnOfCodes,
    erase_drafts,
    remind_of_visits,
    warn_of_calendar,
    warn_of_codes,
)

nightly_commands = AppGroup("nightly", help="What has to be done once a day.")


@nightly_commands.command()
@failures_logged()
def run() -> None:
    """Erase what is due, end codes and rights, find silent families, remind. Twice is harmless."""
    erased = perform_as_system(erase_drafts, EraseDrafts())
    for file_id in erased.file_ids:
        current_portal().files.remove(file_id)
    _say("drafts erased", erased.drafts)
    lists = perform_as_system(forget_imports, ForgetImports())
    for file_id in lists:
        current_portal().files.remove(file_id)
    _say("files of lists erased", len(lists))
    for kind, number in _erase_kept().items():
        _say(f"{kind.value} erased", number)
    watched = perform_as_system(watch_families, WatchFamilies())
    _say("families gone silent", watched.opened)
    _say("families waited for no more", watched.closed)
    _say("codes ended", perform_as_system(expire_codes, ExpireCodes()))
    _say("codes warned about", perform_as_system(warn_of_codes, WarnOfCodes()))
    _say("visits reminded of", perform_as_system(remind_of_visits, RemindOfVisits()))
    _say("pupils coming of age", perform_as_system(warn_of_adulthood, WarnOfAdulthood()))
    _say("rights ended", perform_as_system(end_rights, EndRights()))
    terms = perform_as_system(recompute_terms, RecomputeTerms())
    _say("terms recomputed", terms.terms)
    _say("promises moved", terms.promises)
    _say("calendar years asked for", perform_as_system(warn_of_calendar, WarnOfCalendar()))


def _erase_kept() -> dict[KeptKind, int]:
    """Batch after batch until nothing is due.

    The bytes go after the commits, those too that an interrupted night left on the disk.
    """
    erased = Counter(dict.fromkeys(KeptKind, 0))
    while True:
        batch = perform_as_system(erase_due, EraseDue())
        if not any(batch.values()):
            break
        erased.update(batch)
    portal = current_portal()
    with portal.database.reading() as session:
        for file_id in erased_files(session):
            portal.files.remove(file_id)
    return erased


def _say(what: str, count: int) -> None:
    """To the person at the terminal, and to the log."""
    click.echo(f"{what}: {count}")
    tell("nightly", what=what, count=count)
