"""Correcting the child's data of a request by an original; what was told before is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from journal_core.access.terms import Permission
from journal_core.audit.commands import record
from journal_core.audit.terms import AuditAction
from journal_core.context import ActionContext
from journal_core.errors import RuleBroken, StaleVersion
from journal_core.requests.commands import correct_answers
from journal_core.requests.facts import searched_by
from journal_core.requests.terms import RequestState
from workflows.draft import CHILD_FIELDS, locked_request

#: Until the check is over: what was judged stands as it was judged.
BEFORE_THE_CHECK = frozenset({RequestState.SUBMITTED, RequestState.RECEIVED})


@dataclass(frozen=True, kw_only=True)
class CorrectChild:
    """The child as the original has it: the columns of `CHILD_FIELDS`, and which original."""

    request_id: UUID
    seen_version: int
    answers: Mapping[str, object]
    basis: str


def correct_child(context: ActionContext, command: CorrectChild) -> int:
    """A slip of the pen is no contradiction: the check compares anew (SVC-2.12.5, SVC-3.4.3).

    Returns how many of the columns changed. Raises RuleBroken: `check_is_over`, `born_ahead`.
    """
    context.actor.require(Permission.REQUEST_REQUEST_VERIFY)
    request = locked_request(context, command.request_id)
    if request.version != command.seen_version:
        raise StaleVersion("changed_meanwhile")
    if request.state not in BEFORE_THE_CHECK:
        raise RuleBroken("check_is_over", "SVC-3.4.3")
    born = command.answers["child_birth_date"]
    if isinstance(born, date) and born > context.today:
        raise RuleBroken("born_ahead")
    answers = {name: command.answers[name] for name in sorted(CHILD_FIELDS)}
    changed = correct_answers(context, request, answers, command.basis)
    if changed:
        request.search_key = searched_by(request)
        record(context, AuditAction.REQUEST_CHILD_CORRECTED, request.id, fields=changed)
    return len(changed)
