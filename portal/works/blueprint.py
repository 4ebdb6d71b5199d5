"""The pages of works share one blueprint."""

from flask import Blueprint

blueprint = Blueprint("works", __name__, url_prefix="/works")
