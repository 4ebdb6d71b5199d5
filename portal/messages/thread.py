"""The page of one thread: what was written, the reported error, what may be done with it."""

from typing import Any
from uuid import UUID

from forms.fields import Option
from forms.messages import CorrectedForm, MessageForm, NoErrorForm, PassOnForm
from journal_core.access.terms import Permission
from journal_core.correspondence.contacts import contacts_of
from journal_core.correspondence.queries import thread_view
from journal_core.correspondence.terms import ReportState, ReportView, ThreadView
from journal_core.errors import RuleBroken
from portal.access import can, current_actor
from portal.messages.labels import (
    CELL_NAMES,
    STATE_COLOURS,
    STATE_NAMES,
    contact_words,
    hours_left,
    standing_words,
    tie_words,
)
from portal.pages import form_page
from portal.refusals import words_of
from portal.state import now, reading, today


def thread_page(
    thread_id: UUID,
    *,
    writing: MessageForm | None = None,
    corrected: CorrectedForm | None = None,
    no_error: NoErrorForm | None = None,
    passing: PassOnForm | None = None,
) -> tuple[str, int]:
    """With what was refused, if anything. Raises NotFound for a thread that is not the reader's."""
    view = thread_view(reading(), current_actor(), thread_id, today())
    report = view.report
    may_answer = report is not None and _may_answer(report)
    writing = writing or MessageForm(formdata=None)
    return form_page(
        "messages/thread.html",
        corrected or no_error or passing or writing,
        thread=view,
        own_id=current_actor().person_id,
        closed_words=words_of(RuleBroken(view.closed)) if view.closed else "",
        writing=writing,
        answers=_answers(view, corrected, no_error, passing) if may_answer else None,
        now=now(),
        left=hours_left(report, now()) if report else 0,
        states=STATE_NAMES,
        colours=STATE_COLOURS,
        cells=CELL_NAMES,
        tie_words=tie_words,
        standing_words=standing_words,
    )


def pass_on_form(view: ThreadView) -> PassOnForm:
    """Offers everybody of the school who is something to the pupil."""
    form = PassOnForm()
    report = view.report
    if report is not None:
        form.to.options = [
            Option(str(one.person_id), f"{one.name} — {contact_words(one)}")
            for one in contacts_of(reading(), report.address.pupil_id, today())
            if one.person_id != report.assignee_id
        ]
    return form


def _may_answer(report: ReportView) -> bool:
    """The one who is to answer, or who watches over all reports, while it is open (POL-3.7.8)."""
    is_own = report.assignee_id == current_actor().person_id
    return (
        report.state is ReportState.OPEN
        and can(Permission.ERRORS_REPORT_ANSWER)
        and (is_own or can(Permission.ERRORS_ANY_READ))
    )


def _answers(
    view: ThreadView,
    corrected: CorrectedForm | None,
    no_error: NoErrorForm | None,
    passing: PassOnForm | None,
) -> dict[str, Any]:
    return {
        "corrected": corrected or CorrectedForm(formdata=None),
        "no_error": no_error or NoErrorForm(formdata=None),
        "passing": passing or pass_on_form(view),
    }
