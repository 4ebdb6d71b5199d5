"""A page of the journal as its grid shows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from babel.dates import format_date
from flask import current_app, url_for
from flask_babel import gettext as _

from journal_core.attendance.terms import PRESENCE_SIGNS, REASON_SIGNS
from journal_core.journal.terms import Cell, Closed, Column, CourseKey, JournalPage, Row
from portal.journal.labels import (
    average_text,
    average_words,
    closed_words,
    script_words,
)
from portal.navigation import school
from portal.presentation import language, weekday_date
from portal.state import now, today

_EMPTY = Cell()


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of a column: the day, the letter of the work, and all of it in words."""

    column: Column
    letter: str
    name: str
    #: «23.11, 2-й урок, К».
    short: str
    title: str
    closed: str
    is_today: bool
    url: str


class ShownCell(NamedTuple):
    """What a cell shows that holds more than a mark."""

    value: str
    presence: str
    reason: str
    comment: str
    is_late: bool
    changes: int
    #: The pupil was not in the class or group on the day.
    is_out: bool
    #: An approval holds the closed cell open.
    is_opened: bool


class ShownRow(NamedTuple):
    row: Row
    #: Surname and first name.
    name: str
    #: "" for an empty cell, text for a mark and nothing else.
    cells: list[str | ShownCell]
    average: str
    arithmetic: str


@dataclass(frozen=True, kw_only=True)
class Finals:
    """A column of period marks: its head, the page where they are given, what each pupil has."""

    name: str
    title: str
    url: str = ""
    values: Mapping[UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Everything that the macro `journal` of journal/grid.html draws."""

    page: JournalPage
    months: list[tuple[str, int]]
    heads: list[Head]
    rows: list[ShownRow]
    finals: tuple[Finals, ...]
    words: dict[str, object]
    course: dict[str, str | None]
    default_type: str
    at: str
    urls: dict[str, str]


def grid_of(page: JournalPage, finals: tuple[Finals, ...] = ()) -> Grid:
    """The page ready to be drawn. Texts are made once a column or a row, never once a cell."""
    key = page.course.key
    closed = {one: closed_words(one) for one in {column.closed for column in page.columns} if one}
    heads = [_head(column, closed) for column in page.columns]
    return Grid(
        page=page,
        months=[
            (format_date(month, "LLLL", locale=language()), len(list(columns)))
            for month, columns in groupby(page.columns, lambda one: one.day.replace(day=1))
        ],
        heads=heads,
        rows=[_row(row, page) for row in page.rows],
        finals=finals,
        words=script_words(),
        course={
            "class_id": str(key.class_id),
            "subject_id": str(key.subject_id),
            "group_id": str(key.group_id) if key.group_id else None,
            "since": page.since.isoformat(),
            "until": page.until.isoformat(),
        },
        default_type=school().default_work_type,
        at=now().isoformat(),
        urls=_urls(key, page.since, page.until),
    )


def url_if_there(endpoint: str, **values: object) -> str:
    """The address of a page that a school may run without; "" then."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""  # type: ignore[arg-type]


def _urls(key: CourseKey, since: date, until: date) -> dict[str, str]:
    return {
        "cells": url_for("journal.cells"),
        "changes": url_for(
            "journal.changes",
            class_id=key.class_id,
            subject_id=key.subject_id,
            group=key.group_id,
            first=since,
            last=until,
        ),
        "history": url_for("journal.history"),
        "ask": url_if_there("corrections.ask"),
    }


def _head(column: Column, closed: Mapping[Closed, str]) -> Head:
    work = column.work
    number = _("%(number)s-й урок", number=column.number)
    parts = [weekday_date(column.day), number]
    if work:
        parts.append(" ".join(part for part in (work.type.name, work.title) if part))
    if column.is_cancelled:
        parts.append(_("не проводился"))
    name = ", ".join(parts)
    topic = _("Тема: %(topic)s", topic=column.topic) if column.topic else ""
    why = f"{closed[column.closed]} ({column.closed.clause})" if column.closed else ""
    return Head(
        column=column,
        letter=work.type.code if work else "",
        name=name,
        short=", ".join(
            part for part in (f"{column.day:%d.%m}", number, work.type.code if work else "") if part
        ),
        title=". ".join(part for part in (name, topic, why) if part),
        closed=column.closed.code if column.closed else "",
        is_today=column.day == today(),
        url=url_if_there("journal.lesson", lesson_id=column.lesson_id),
    )


def _row(row: Row, page: JournalPage) -> ShownRow:
    average = average_text(row.average)
    return ShownRow(
        row=row,
        name=" ".join(row.name.split()[:2]),
        cells=list(_cells(row, page)),
        average=average,
        arithmetic=average_words(row.average, average),
    )


def _cells(row: Row, page: JournalPage) -> Iterator[str | ShownCell]:
    is_always_in = any(
        since <= page.since and (until is None or page.until <= until) for since, until in row.spans
    )
    opened = {(one.lesson_id, one.work_id) for one in page.opened if one.pupil_id == row.pupil_id}
    for column in page.columns:
        lesson_id, work_id = column.lesson_id, column.work_id
        is_out = not (is_always_in or row.is_in(column.day))
        cell = row.cells.get(work_id, _EMPTY) if work_id else _EMPTY
        presence = row.presence.get(lesson_id) if column.is_first else None
        is_opened = bool(opened) and (lesson_id, work_id) in opened
        is_plain = not (is_out or is_opened or cell.comment or cell.is_late or cell.changes)
        if presence is None and is_plain:
            yield cell.mark
            continue
        reason = row.reasons.get(lesson_id) if presence else None
        yield ShownCell(
            value=cell.mark,
            presence=PRESENCE_SIGNS[presence] if presence else "",
            reason=REASON_SIGNS[reason] if reason else "",
            comment=cell.comment,
            is_late=cell.is_late,
            changes=cell.changes,
            is_out=is_out,
            is_opened=is_opened,
        )
