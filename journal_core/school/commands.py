"""Changing the school's settings; drawing numbers."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken
from journal_core.school.models import NumberSequence, SettingValue
from journal_core.school.terms import SETTING_KEYS


@dataclass(frozen=True, kw_only=True)
class ChangeSettings:
    """New values of settings, in force from a date, by an order."""

    values: dict[str, str | int | bool]
    valid_from: date
    order_number: str = ""


def change_settings(context: ActionContext, command: ChangeSettings) -> None:
    """Record the values beside the old ones. Raises RuleBroken for a setting that is unknown."""
    context.actor.require(Permission.SCHOOL_SETTINGS_EDIT)
    unknown = sorted(command.values.keys() - SETTING_KEYS)
    if unknown:
        raise RuleBroken("setting_unknown", names=", ".join(unknown))
    context.session.add_all(
        SettingValue(
            key=key,
            value=value,
            valid_from=command.valid_from,
            order_number=command.order_number,
            recorded_at=context.now,
        )
        for key, value in command.values.items()
    )
    record(context, AuditAction.SETTING_CHANGED, keys=sorted(command.values))


def next_number(context: ActionContext, series: str, year: int) -> int:
    """The next number of the series in the year. The row stays locked until the commit.

    So that two draws cannot give one number, and a rolled back act leaves no gap.
    """
    query = (
        select(NumberSequence)
        .where(NumberSequence.series == series, NumberSequence.year == year)
        .with_for_update()
    )
    sequence = context.session.scalars(query).first()
    if sequence is None:
        _begin_sequence(context, series, year)
        sequence = context.session.scalars(query).one()
    sequence.last += 1
    context.session.flush()
    return sequence.last


def _begin_sequence(context: ActionContext, series: str, year: int) -> None:
    """Insert the first row of a series; another transaction may have done so meanwhile."""
    first = {"series": series, "year": year, "last": 0}
    if context.session.get_bind().dialect.name == "postgresql":
        context.session.execute(
            postgresql.insert(NumberSequence).values(first).on_conflict_do_nothing()
        )
    else:
        context.session.execute(
            sqlite.insert(NumberSequence).values(first).on_conflict_do_nothing()
        )
