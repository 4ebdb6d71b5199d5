"""The worker's step: what is new in the diaries becomes notices, what is due becomes letters."""

from journal_core.notices.commands import GatherNews, gather_news
from journal_core.notices.queries import is_at_hand
from portal.perform import perform_as_system
from portal.state import current_portal
from workflows.diary_news import TellNews, tell_news

#: Transactions of each kind in one step: letters that are due leave between two steps.
AT_ONCE = 5


def tell_families() -> None:
    """With nothing new it costs one read. Bounded, so that what is urgent never waits long."""
    portal = current_portal()
    with portal.database.reading() as session:
        if not is_at_hand(session, portal.clock()):
            return
    for _batch in range(AT_ONCE):
        if not perform_as_system(gather_news, GatherNews()):
            break
    for _batch in range(AT_ONCE):
        if not perform_as_system(tell_news, TellNews()):
            break
