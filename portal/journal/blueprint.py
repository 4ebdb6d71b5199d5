"""The journal's pages share one blueprint."""

from flask import Blueprint

blueprint = Blueprint("journal", __name__)
