"""The pages of families share one blueprint."""

from flask import Blueprint

blueprint = Blueprint("diary_visits", __name__, url_prefix="/families")
