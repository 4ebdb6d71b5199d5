"""The office's pages share one blueprint."""

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/office")
