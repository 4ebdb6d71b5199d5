"""Choosing what to be told, gathering what is new, and taking out what is due (POL-2.2.6)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from journal_core.access.models import Account
from journal_core.access.terms import Permission
from journal_core.context import ActionContext
from journal_core.database import new_id
from journal_core.errors import NotFound, RuleBroken
from journal_core.notices.models import Notice, NoticeHours, NoticeSwitch, UnreachedAddress
from journal_core.notices.queries import Reader, Thing, choices_of, fresh_of, readers_of, standing
from journal_core.notices.rules import (
    SETTLES,
    STALE,
    WEEKDAYS,
    due_at,
    is_quiet,
    known_since,
    put_off,
)
from journal_core.notices.terms import OFFERED, ChildNews, Choices, FamilyNews, NewsItem, Rhythm
from journal_core.notifications.models import News
from journal_core.notifications.terms import NewsKind
from journal_core.people.models import Person, Pupil


@dataclass(frozen=True, kw_only=True)
class ChooseNotices:
    """What the actor's own account wants to be told, and when."""

    choices: Choices


def choose_notices(context: ActionContext, command: ChooseNotices) -> None:
    """Keep the choices; what waits to be told is told by them, or not at all.

    Raises NotFound without an account, RuleBroken("notice_choice_unknown") for a rhythm that is
    not offered for its kind or a day that no week has.
    """
    context.actor.require(Permission.ACCOUNT_OWN_USE)
    account_id = context.actor.account_id
    if account_id is None:
        raise NotFound("account_unknown")
    choices, session = command.choices, context.session
    is_offered = all(rhythm in OFFERED[kind] for kind, rhythm in choices.rhythms.items())
    if not is_offered or choices.hours.digest_weekday not in WEEKDAYS:
        raise RuleBroken("notice_choice_unknown", "POL-2.2.6")
    for kind, rhythm in choices.rhythms.items():
        session.merge(NoticeSwitch(account_id=account_id, kind=kind, rhythm=rhythm))
    hours = choices.hours
    session.merge(
        NoticeHours(
            account_id=account_id,
            quiet_since=hours.quiet_since,
            quiet_until=hours.quiet_until,
            digest_at=hours.digest_at,
            digest_weekday=hours.digest_weekday,
        )
    )
    waiting = select(Notice).where(Notice.account_id == account_id, Notice.due_at.is_not(None))
    for notice in session.scalars(waiting.with_for_update()):
        due = due_at(choices.rhythms[notice.kind], context.now, hours, context.zone)
        if due is None and notice.told_at is None:
            session.delete(notice)
        else:
            notice.due_at = due
    session.flush()


@dataclass(frozen=True, kw_only=True)
class GatherNews:
    """At most so much news in one transaction."""

    limit: int = 200


def gather_news(context: ActionContext, command: GatherNews) -> int:
    """Turn news into notices for those who may read it and want to. Returns how much was new.

    The news goes in the same transaction: what another worker holds is left to it, what a worker
    that died held is there again, and a notice that is there already is not made twice.
    """
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    session = context.session
    news = session.scalars(
        select(News).order_by(News.id).limit(command.limit).with_for_update(skip_locked=True)
    ).all()
    if not news:
        return 0
    fresh = fresh_of(session, [one for one in news if one.at > context.now - STALE])
    readers = _by_pupil(readers_of(session, {one.thing.pupil_id for one in fresh}, context.today))
    choices = choices_of(session, {one.account_id for those in readers.values() for one in those})
    rows = [
        _row(thing, reader.account_id, due)
        for thing, day, person_id in fresh
        for reader in readers[thing.pupil_id]
        if person_id in (None, reader.person_id)
        and (due := _due(context, thing.kind, choices[reader.account_id], day)) is not None
    ]
    _put(context, sorted(rows, key=lambda row: str(row["account_id"]) + str(row["subject_id"])))
    session.execute(delete(News).where(News.id.in_([one.id for one in news])))
    return len(news)


def _by_pupil(readers: Iterable[Reader]) -> Mapping[UUID, list[Reader]]:
    found: dict[UUID, list[Reader]] = defaultdict(list)
    for one in readers:
        found[one.pupil_id].append(one)
    return found


def _due(
    context: ActionContext, kind: NewsKind, choices: Choices, day: date | None
) -> datetime | None:
    since = known_since(context.now, day, context.zone)
    return due_at(choices.rhythms[kind], since, choices.hours, context.zone)


def _row(thing: Thing, account_id: UUID, due: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "account_id": account_id,
        "kind": thing.kind,
        "pupil_id": thing.pupil_id,
        "subject_id": thing.subject_id,
        "due_at": due,
        "told": "",
    }


def _put(context: ActionContext, rows: Sequence[dict[str, Any]]) -> None:
    """Each notice once; one that waits already is told when it was to be told."""
    if not rows:
        return
    table = cast(Table, Notice.__table__)
    is_postgres = context.session.get_bind().dialect.name == "postgresql"
    added = postgresql.insert(table) if is_postgres else sqlite.insert(table)
    new_due = added.excluded.due_at
    statement = added.on_conflict_do_update(
        index_elements=["account_id", "kind", "pupil_id", "subject_id"],
        set_={"due_at": case((table.c.due_at < new_due, table.c.due_at), else_=new_due)},
    )
    context.session.execute(statement, rows)


@dataclass(frozen=True, kw_only=True)
class TakeNews:
    """What is due for at most so many accounts."""

    limit: int = 30


@dataclass(frozen=True, kw_only=True)
class TakenNews:
    """Letters to be written; `looked_at` counts the accounts, those too that get none."""

    looked_at: int = 0
    letters: tuple[FamilyNews, ...] = field(default_factory=tuple)


def take_news(context: ActionContext, command: TakeNews) -> TakenNews:
    """Take out what is due, as it stands now, and note that it is told.

    One letter an account; what settles within the minute goes along. Absences come first. Told
    is nobody whose right has ended, whose account is closed or without an address, who switched
    it off meanwhile; quiet hours put off also what was late; and what stands as it was told
    already is not told again.
    """
    context.actor.require(Permission.REQUEST_SYSTEM_ADVANCE)
    accounts = _accounts_due(context, command.limit)
    if not accounts:
        return TakenNews()
    notices = _due_notices(context, accounts)
    choices = choices_of(context.session, set(accounts))
    pupil_ids = {one.pupil_id for one in notices}
    may_read = {one[:2] for one in readers_of(context.session, pupil_ids, context.today)}
    items = standing(context.session, {_thing(one) for one in notices})
    told: dict[UUID, list[tuple[UUID, NewsItem]]] = defaultdict(list)
    for notice in notices:
        item = items.get(_thing(notice))
        if (notice.account_id, notice.pupil_id) not in may_read or item is None:
            context.session.delete(notice)
        elif _is_told_now(context, notice, choices[notice.account_id], item):
            told[notice.account_id].append((notice.pupil_id, replace(item, was=notice.told)))
            notice.told, notice.told_at = item.value, context.now
        elif notice.due_at is None and notice.told_at is None:
            context.session.delete(notice)
    context.session.flush()
    names = _first_names(context, {pupil_id for own in told.values() for pupil_id, _ in own})
    letters = [_letter(*accounts[one], told[one], names) for one in accounts if one in told]
    return TakenNews(looked_at=len(accounts), letters=tuple(letters))


def _accounts_due(context: ActionContext, limit: int) -> dict[UUID, tuple[Account, Person]]:
    """Accounts that something is due for, held until the commit: no two workers tell one."""
    is_absence = case((Notice.kind == NewsKind.ABSENCE, 0), else_=1)
    due = context.session.scalars(
        select(Notice.account_id)
        .where(Notice.due_at <= context.now)
        .order_by(is_absence, Notice.due_at)
        # An account may have many of them.
        .limit(limit * 20)
    )
    account_ids = list(dict.fromkeys(due))[:limit]
    if not account_ids:
        return {}
    held = context.session.scalars(
        select(Account)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id)
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    people = {
        one.id: one
        for one in context.session.scalars(
            select(Person).where(Person.id.in_({one.person_id for one in held}))
        )
    }
    return {one.id: (one, people[one.person_id]) for one in held}


def _due_notices(context: ActionContext, account_ids: Iterable[UUID]) -> Sequence[Notice]:
    return context.session.scalars(
        select(Notice)
        .where(Notice.account_id.in_(account_ids), Notice.due_at <= context.now + SETTLES)
        .order_by(Notice.due_at, Notice.id)
        .with_for_update()
    ).all()


def _is_told_now(context: ActionContext, notice: Notice, choices: Choices, item: NewsItem) -> bool:
    """Whether it is told in this letter; otherwise the notice waits, or has nothing to tell."""
    local = context.now.astimezone(context.zone).time()
    if is_quiet(local, choices.hours):
        notice.due_at = put_off(context.now, choices.hours, context.zone)
        return False
    notice.due_at = None
    is_off = choices.rhythms[notice.kind] is Rhythm.NEVER
    return not (is_off or item.value == notice.told or (item.is_known and not notice.told))


def _thing(notice: Notice) -> Thing:
    return Thing(notice.kind, notice.pupil_id, notice.subject_id)


def _first_names(context: ActionContext, pupil_ids: Iterable[UUID]) -> dict[UUID, str]:
    rows = context.session.execute(
        select(Pupil.id, Person.first_name)
        .join(Person, Person.id == Pupil.person_id)
        .where(Pupil.id.in_(pupil_ids))
        .order_by(Person.sort_key)
    )
    return {pupil_id: name for pupil_id, name in rows}


def _letter(
    account: Account,
    person: Person,
    told: Iterable[tuple[UUID, NewsItem]],
    names: Mapping[UUID, str],
) -> FamilyNews:
    by_pupil: dict[UUID, list[NewsItem]] = defaultdict(list)
    for pupil_id, item in told:
        by_pupil[pupil_id].append(item)
    return FamilyNews(
        account_id=account.id,
        email=account.email or "",
        language=account.language,
        name=" ".join(part for part in (person.first_name, person.patronymic) if part),
        children=tuple(
            ChildNews(pupil_id=pupil_id, first_name=name, items=_in_order(by_pupil[pupil_id]))
            for pupil_id, name in names.items()
            if pupil_id in by_pupil
        ),
    )


def _in_order(items: Iterable[NewsItem]) -> tuple[NewsItem, ...]:
    """By kind as the vocabulary has them, then by day and lesson."""
    kinds = list(NewsKind)
    return tuple(
        sorted(
            items,
            key=lambda one: (
                kinds.index(one.kind),
                one.day or date.max,
                one.number or 0,
                one.subject,
            ),
        )
    )


@dataclass(frozen=True, kw_only=True)
class NoteReached:
    """A letter of news to this address of the account got through, or never will."""

    account_id: UUID
    email: str
    reached: bool


def note_reached(context: ActionContext, command: NoteReached) -> None:
    """The person sees it beside the choices; nobody else has to do anything about it."""
    known = context.session.get(UnreachedAddress, command.account_id)
    if command.reached or known is None or known.email != command.email:
        if known is not None:
            context.session.delete(known)
            context.session.flush()
        if not command.reached:
            context.session.add(
                UnreachedAddress(
                    account_id=command.account_id, email=command.email, since=context.now
                )
            )
