"""The pages of attendance share one blueprint."""

from datetime import date

from flask import Blueprint, request

from forms.school import FIRST_DAY, LAST_DAY

blueprint = Blueprint("attendance", __name__, url_prefix="/attendance")


def asked_day(name: str) -> date | None:
    """The day that the address names; None when it names none that can be."""
    try:
        asked = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return asked if FIRST_DAY < asked < LAST_DAY else None
