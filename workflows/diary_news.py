"""Letters to families about what is new in the diary (POL-2.2.6, INS-2.5)."""

from dataclasses import dataclass
from uuid import UUID

from documents.diary_news import headline, news_lines
from documents.letters import Language, LetterContext, LetterKind, write_letter
from journal_core.access.terms import Permission
from journal_core.context import ActionContext
from journal_core.notices.commands import TakeNews, take_news
from journal_core.notices.queries import may_be_sent
from journal_core.notices.terms import FamilyNews
from journal_core.notifications.commands import QueueLetter, cancel_letter, queue_letter
from journal_core.notifications.models import OutboxLetter
from journal_core.school.queries import settings_on
from journal_core.school.terms import SchoolSettings


@dataclass(frozen=True, kw_only=True)
class TellNews:
    """What is due for at most so many accounts."""

    limit: int = 30


def tell_news(context: ActionContext, command: TellNews) -> int:
    """Queue the letters that are due, and note in the same transaction that they are told.

    Returns how many accounts were looked at; with none there is nothing due.
    """
    taken = take_news(context, TakeNews(limit=command.limit))
    settings = settings_on(context.session, context.today)
    for news in taken.letters:
        _queue(context, news, settings)
    return taken.looked_at


@dataclass(frozen=True, kw_only=True)
class CheckNews:
    """A letter of news that is about to leave."""

    letter_id: UUID


def check_news(context: ActionContext, command: CheckNews) -> bool:
    """Whether it may leave: a letter may wait for the mail server longer than a right lasts.

    One that may not is cancelled (SVC-2.8).
    """
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    letter = context.session.get_one(OutboxLetter, command.letter_id)
    if letter.subject_id is not None and may_be_sent(
        context.session, letter.subject_id, letter.recipient, letter.created_at, context.today
    ):
        return True
    cancel_letter(context, letter.id, "the right to the diary has ended")
    return False


def _queue(context: ActionContext, news: FamilyNews, settings: SchoolSettings) -> None:
    language: Language = "en" if news.language == "en" else "ru"
    letter = write_letter(
        LetterKind.DIARY_NEWS,
        language,
        LetterContext(
            school_name=settings.short_name,
            school_address=settings.address,
            school_phone=settings.phone,
            school_hours=settings.reception_hours,
            name=news.name,
            headline=headline(news.children, language),
            news=news_lines(news.children, language, tells_marks=settings.letters_tell_marks),
        ),
    )
    queue_letter(
        context,
        QueueLetter(
            kind=LetterKind.DIARY_NEWS.value,
            recipient=news.email,
            subject=letter.subject,
            text=letter.text,
            subject_id=news.account_id,
        ),
    )
