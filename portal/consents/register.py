"""The register of consents by class, the sheets and the reminders of a class."""

from collections import Counter

from flask import Response, render_template, request, url_for
from werkzeug.exceptions import BadRequest, NotFound

from documents.render import render_sheets
from forms.account import EmptyForm
from journal_core.access.terms import Permission
from journal_core.consents.queries import classes_in_reach, consent_rows
from journal_core.consents.rules import erase_by
from journal_core.consents.terms import ConsentRow, ConsentState
from journal_core.school.models import SchoolClass
from portal.access import current_actor, requires
from portal.consents.blueprint import blueprint
from portal.consents.labels import STATE_COLOURS, STATE_NAMES, TAB_NAMES
from portal.consents.law import LAW_ITEMS, VERDICT_COLOURS, VERDICT_NAMES
from portal.consents.sheets import printed, reminders, sheets
from portal.papers import MEDIA_TYPES, attachment
from portal.state import reading, today


@blueprint.get("")
@requires(Permission.CONSENT_REGISTER_READ)
def index() -> str:
    """All classes with their counts; the register when there is one class, or one is chosen."""
    classes = classes_in_reach(reading(), current_actor(), today())
    if "group" in request.args or len(classes) == 1:
        return _register(classes)
    counts: dict[str, Counter[ConsentState]] = {}
    for row in consent_rows(reading(), current_actor(), today()):
        counts.setdefault(row.class_name, Counter())[row.state] += 1
    return render_template(
        "consents/index.html", counts=counts, classes=classes, states=ConsentState
    )


@blueprint.get("/law")
@requires(Permission.CONSENT_ANY_CLASS_READ)
def law() -> str:
    """What the law asks of a written consent and FRM-3 lacks (SVC-2.2.3)."""
    return render_template(
        "consents/law.html", items=LAW_ITEMS, names=VERDICT_NAMES, colours=VERDICT_COLOURS
    )


@blueprint.post("/sheets.pdf")
@requires(Permission.CONSENT_REGISTER_EDIT)
def class_sheets() -> Response:
    """The sheets of a class still without a signature: those never printed, or all of them."""
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    wanted = {ConsentState.MISSING}
    if request.form.get("printed") == "too":
        wanted.add(ConsentState.PRINTED)
    rows = [row for row in _class_rows() if row.state in wanted and row.representation_id]
    return printed(rows, render_sheets(sheets(rows)), "pdf")


@blueprint.get("/reminders.pdf")
@requires(Permission.CONSENT_REGISTER_EDIT)
def class_reminders() -> Response:
    """A page for each representative of the class who lacks a consent (POL-3.5.7)."""
    content = render_sheets(reminders(_class_rows()))
    if not content:
        raise NotFound
    return attachment(content, "reminders.pdf", MEDIA_TYPES["pdf"])


def _register(classes: list[SchoolClass]) -> str:
    rows = _class_rows()
    counts: Counter[ConsentState | None] = Counter(row.state for row in rows)
    counts[None] = len(rows)
    state = request.args.get("state", type=ConsentState)
    name = request.args.get("group") or classes[0].name
    return render_template(
        "consents/register.html",
        group=name,
        classes=classes,
        rows=[row for row in rows if state in (None, row.state)],
        counts=counts,
        states=ConsentState,
        tabs=[
            {
                "text": text,
                "href": url_for("consents.index", group=name, state=tab),
                "count": counts[tab],
                "current": tab == state,
                "alert": tab is ConsentState.MISSING,
            }
            for tab, text in TAB_NAMES.items()
        ],
        names=STATE_NAMES,
        colours=STATE_COLOURS,
        erase_by=erase_by,
        today=today(),
    )


def _class_rows() -> list[ConsentRow]:
    """The rows of the class asked for. Raises NotFound for one that is not in reach."""
    classes = classes_in_reach(reading(), current_actor(), today())
    wanted = request.values.get("group", classes[0].name if len(classes) == 1 else "")
    chosen = next((one for one in classes if one.name == wanted), None)
    if chosen is None:
        raise NotFound
    return consent_rows(reading(), current_actor(), today(), class_id=chosen.id)
