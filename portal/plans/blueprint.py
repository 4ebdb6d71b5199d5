"""The pages of plans share one blueprint, and go to the plan when something is done."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

blueprint = Blueprint("plans", __name__, url_prefix="/plans")


def opened(plan_id: UUID) -> Response:
    return redirect(url_for("plans.plan", plan_id=plan_id), 303)
