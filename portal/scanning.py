"""Shows the uploads that wait to the virus scanner, each outside any transaction."""

import logging

from journal_core.files.commands import ClaimScan, PutOffScan, claim_scan, put_off_scan
from portal.clamd import Clamd, ScanFailed
from portal.perform import perform_as_system
from portal.state import current_portal
from workflows.scanning import RecordScan, record_scan

log = logging.getLogger(__name__)


def scan_waiting(most: int) -> int:
    """Scan at most so many files; returns how many got their verdict.

    The first failure ends the round: the scanner may be away for all of them.
    """
    portal = current_portal()
    if portal.config.clamd_url is None:
        return 0
    clamd = Clamd(portal.config.clamd_url)
    for scanned in range(most):
        file_id = perform_as_system(claim_scan, ClaimScan())
        if file_id is None:
            return scanned
        try:
            virus = clamd.virus_in(portal.files.get(file_id))
        except (ScanFailed, FileNotFoundError) as error:
            log.warning("file %s not scanned: %s", file_id, error)
            perform_as_system(put_off_scan, PutOffScan(file_id=file_id, error=str(error)))
            return scanned
        perform_as_system(record_scan, RecordScan(file_id=file_id, virus=virus))
        if virus is not None:
            portal.files.remove(file_id)
    return most
