"""How well the service was rendered, and the requests behind each figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from documents.workbook import write_workbook
from forms.quality import SpanForm
from journal_core.access.terms import Permission
from journal_core.quality.queries import late_hands, service_cases, service_quality
from journal_core.quality.rules import figures, span_of
from journal_core.quality.terms import (
    VALUES,
    Aspect,
    Preset,
    ServiceCase,
    ServiceQuality,
    Span,
)
from journal_core.requests.queries import PAGE_SIZE, requests_with_ids
from journal_core.requests.terms import RequestState
from portal.access import requires
from portal.papers import MEDIA_TYPES, attachment
from portal.presentation import short_date
from portal.quality import labels
from portal.quality.book import sheets_of
from portal.state import current_portal, now, reading, today

blueprint = Blueprint("quality", __name__, url_prefix="/control/service")

#: How the dates of a span begin in an address.
DATES = ("since-", "until-")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The span that the address asks for. `args` carry it on to the pages behind the figures."""

    span: Span
    preset: Preset | None
    form: SpanForm
    args: dict[str, Any]

    @property
    def words(self) -> str:
        since, until = short_date(self.span.since), short_date(self.span.until)
        if since and until:
            return str(_("с %(since)s по %(until)s", since=since, until=until))
        if since:
            return str(_("с %(since)s", since=since))
        return str(_("по %(until)s", until=until) if until else _("за всё время"))


@blueprint.get("")
@requires(Permission.CONTROL_SERVICE_READ)
def index() -> Any:
    """The figures; a date that cannot be read is answered beside its field."""
    chosen = chosen_span()
    wrong = bool(chosen.form.errors)
    page = render_template(
        "quality/index.html",
        chosen=chosen,
        form=chosen.form,
        tabs=_tabs(chosen),
        quality=None if wrong else _quality(chosen.span),
        labels=labels,
        values=VALUES,
        made_at=now(),
        month_args=_month_args,
    )
    return (page, 422) if wrong else page


@blueprint.get("/requests")
@requires(Permission.CONTROL_SERVICE_READ)
def rows() -> str | BaseResponse:
    """The requests behind one figure, the longest first."""
    chosen = chosen_span()
    if chosen.form.errors:
        return redirect(url_for("quality.index", **chosen.args), 303)
    aspect, value = _figure()
    found = [case for case in _cases(chosen.span) if case.has(aspect, value)]
    found.sort(key=lambda case: _age(case, aspect, value), reverse=True)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return render_template(
        "quality/requests.html",
        chosen=chosen,
        aspect=aspect,
        value=value,
        labels=labels,
        cases=[(case, _age(case, aspect, value)) for case in shown],
        requests=requests_with_ids(reading(), [case.facts.id for case in shown]),
        late_hands=late_hands(reading(), shown, current_portal().zone),
        total=len(found),
        page=page,
        pages=pages,
        href=lambda number: url_for(
            "quality.rows", by=aspect, value=value, page=number, **chosen.args
        ),
    )


@blueprint.get("/quality.xlsx")
@requires(Permission.CONTROL_SERVICE_READ)
def workbook() -> Response | BaseResponse:
    """The same figures and all their requests as a spreadsheet."""
    chosen = chosen_span()
    if chosen.form.errors:
        return redirect(url_for("quality.index", **chosen.args), 303)
    cases = list(_cases(chosen.span))
    zone = current_portal().zone
    sheets = sheets_of(
        figures(cases, zone),
        cases,
        requests_with_ids(reading(), [case.facts.id for case in cases]),
        late_hands(reading(), cases, zone),
    )
    title = f"{_('Качество услуги')} {chosen.words}"
    return attachment(write_workbook(title, sheets, now()), "quality.xlsx", MEDIA_TYPES["xlsx"])


def chosen_span() -> Chosen:
    """The preset or the dates of the address; the academic year when it names none."""
    if any(name.startswith(DATES) for name in request.args):
        form = SpanForm(formdata=request.args)
        form.validate()
        kept = {name: text for name, text in request.args.items() if name.startswith(DATES)}
        span = Span(since=form.since.data, until=form.until.data)
        return Chosen(span=span, preset=None, form=form, args=kept)
    preset = request.args.get("span", Preset.YEAR, type=Preset)
    span = span_of(preset, today())
    form = SpanForm(formdata=None, data={"since": span.since, "until": span.until})
    return Chosen(span=span, preset=preset, form=form, args={"span": preset.value})


def _quality(span: Span) -> ServiceQuality:
    return service_quality(reading(), span, now=now(), zone=current_portal().zone)


def _cases(span: Span) -> Iterator[ServiceCase]:
    return service_cases(reading(), span, now=now(), zone=current_portal().zone)


def _figure() -> tuple[Aspect, StrEnum]:
    """The figure that the address names. Raises NotFound for one that there is not."""
    try:
        aspect = Aspect(request.args.get("by", ""))
        value = VALUES[aspect](request.args.get("value", ""))
    except ValueError:
        raise NotFound from None
    if value not in labels.VALUE_NAMES[aspect]:
        raise NotFound
    return aspect, value


def _age(case: ServiceCase, aspect: Aspect, value: StrEnum) -> timedelta:
    """How long the request took; behind a time in a state, how long it was in that state."""
    if aspect is Aspect.PASSED and isinstance(value, RequestState):
        return timedelta(seconds=case.stays[value])
    return case.age


def _tabs(chosen: Chosen) -> list[dict[str, object]]:
    return [
        {
            "text": name,
            "href": url_for("quality.index", span=preset.value),
            "current": preset is chosen.preset,
        }
        for preset, name in labels.PRESET_NAMES.items()
    ]


def _month_args(month: date) -> dict[str, int]:
    """The address of one month's report."""
    until = span_of(Preset.MONTH, month).until or month
    parts = {"since": month, "until": until}
    return {
        f"{name}-{part}": getattr(day, part)
        for name, day in parts.items()
        for part in ("day", "month", "year")
    }
