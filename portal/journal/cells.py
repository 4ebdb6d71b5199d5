"""The cells of the journal: a gesture is written, others' changes are told, a history is shown."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, jsonify, render_template, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from forms.journal import Gesture, NotUnderstood, read_days, read_gesture, read_moment
from journal_core.access.terms import Permission
from journal_core.cells.terms import CellKind
from journal_core.journal.commands import WriteCells, write_cells
from journal_core.journal.queries import (
    averages_of,
    cell_history,
    changes_since,
    course_to_read,
    require_lessons,
)
from journal_core.journal.terms import (
    CellConflict,
    CellRefused,
    CellResult,
    CourseKey,
)
from portal.access import current_actor, requires
from portal.journal.blueprint import blueprint
from portal.journal.labels import (
    KIND_NAMES,
    average_text,
    average_words,
    closed_words,
    conflict_words,
)
from portal.perform import perform
from portal.state import current_portal, now, reading, today

#: Bytes of one gesture, with as many cells as `write_cells` takes.
MOST_BYTES = 1024 * 1024
#: A change is told once more so long after it was made: it is committed later than it is dated.
OVERLAP = timedelta(seconds=10)


@blueprint.post("/journal/cells")
@requires(Permission.JOURNAL_OWN_WRITE)
def cells() -> Response:
    """Write the cells of one gesture, and tell what became of each (INS-3.3.13)."""
    gesture = _gesture()
    course_to_read(reading(), current_actor(), gesture.key, today())
    require_lessons(reading(), gesture.key, (edit.lesson_id for edit in gesture.edits))
    results = perform(write_cells, WriteCells(edits=gesture.edits))
    # Who is there changes no average.
    pupils = {edit.pupil_id for edit in gesture.edits if edit.kind is CellKind.MARK}
    return jsonify(
        results=[_told(result) for result in results],
        averages=_averages(gesture.key, pupils, gesture.since, gesture.until),
        at=now().isoformat(),
    )


@blueprint.get("/journal/<uuid:class_id>/<uuid:subject_id>/changes")
@requires(Permission.JOURNAL_PAGE_READ)
def changes(class_id: UUID, subject_id: UUID) -> Response:
    """What was written in the page since it was last asked, by anybody."""
    key = course_key(class_id, subject_id)
    course_to_read(reading(), current_actor(), key, today())
    try:
        since, until = read_days(request.args.get("first"), request.args.get("last"))
        moment = read_moment(request.args.get("since"))
    except NotUnderstood as error:
        raise BadRequest from error
    at = now()
    found = changes_since(reading(), key, since, until, moment - OVERLAP)
    marked = {one.pupil_id for one in found if one.kind is CellKind.MARK}
    return jsonify(
        changes=[
            {
                "lesson_id": str(one.lesson_id),
                "pupil_id": str(one.pupil_id),
                "work_id": str(one.work_id) if one.work_id else None,
                "kind": one.kind,
                "value": one.new,
                "by": one.by,
                "at": one.at.isoformat(),
            }
            for one in found
        ],
        averages=_averages(key, marked, since, until),
        at=at.isoformat(),
    )


@blueprint.get("/journal/history")
@requires(Permission.JOURNAL_PAGE_READ)
def history() -> str:
    """All that ever stood in a cell: old, new, who, when, why, on whose approval (INS-3.3.13)."""
    lesson_id, pupil_id = (request.args.get(name, type=UUID) for name in ("lesson", "pupil"))
    if lesson_id is None or pupil_id is None:
        raise BadRequest
    found = cell_history(
        reading(),
        current_actor(),
        lesson_id,
        pupil_id,
        request.args.get("work", type=UUID),
        on=today(),
        zone=current_portal().zone,
    )
    return render_template("journal/history.html", history=found, kinds=KIND_NAMES)


def course_key(class_id: UUID, subject_id: UUID) -> CourseKey:
    """The course of an address; `?group=` names its group."""
    return CourseKey(
        class_id=class_id, subject_id=subject_id, group_id=request.args.get("group", type=UUID)
    )


def _gesture() -> Gesture:
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
    try:
        return read_gesture(request.get_json(silent=True))
    except NotUnderstood as error:
        raise BadRequest from error


def _told(result: CellResult) -> dict[str, Any]:
    if isinstance(result, CellRefused):
        return {
            "status": "refused",
            "words": closed_words(result.closed),
            "clause": result.closed.clause,
            "may_be_opened": result.closed.may_be_opened,
        }
    if isinstance(result, CellConflict):
        return {"status": "conflict", "value": result.value, "words": conflict_words(result)}
    return {
        "status": "saved",
        "work_id": str(result.work_id) if result.work_id else None,
        "value": result.value,
        "was": result.was,
        "is_late": result.is_late,
    }


def _averages(
    key: CourseKey, pupils: set[UUID], since: date, until: date
) -> dict[str, dict[str, str]]:
    """The new averages of the pupils, with their arithmetic."""
    if not pupils:
        return {}
    found = averages_of(reading(), key, pupils, since, until)
    texts = {one: average_text(found[one]) if one in found else "" for one in pupils}
    return {
        str(one): {"value": text, "words": average_words(found[one], text) if text else ""}
        for one, text in texts.items()
    }
