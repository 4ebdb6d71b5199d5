"""Where a consent stands, and what follows from a withdrawal."""

from datetime import date, datetime, timedelta

from journal_core.consents.terms import ConsentState

#: Calendar days from the day the withdrawal came in, itself not counted, within which the data
#: kept by virtue of the consent alone are erased (152-FZ, art. 21 part 5; SVC-2.2.3).
ERASE_DAYS = 30


def state_of(
    *,
    is_adult: bool,
    printed_at: datetime | None,
    declined_on: date | None,
    signed_on: date | None,
    withdrawn_on: date | None,
) -> ConsentState:
    """The state that the dates tell. A withdrawal outlives adulthood: its data are to go."""
    if withdrawn_on is not None:
        return ConsentState.WITHDRAWN
    if is_adult:
        return ConsentState.ADULT
    if signed_on is not None:
        return ConsentState.SIGNED
    if declined_on is not None:
        return ConsentState.DECLINED
    return ConsentState.MISSING if printed_at is None else ConsentState.PRINTED


def erase_by(withdrawn_on: date) -> date:
    """The last day for erasing what was kept by virtue of the consent alone (SVC-2.2.3)."""
    return withdrawn_on + timedelta(days=ERASE_DAYS)
