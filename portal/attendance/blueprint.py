"""The pages of attendance share one blueprint."""

from flask import Blueprint

blueprint = Blueprint("attendance", __name__, url_prefix="/attendance")
