"""The pages of consents share one blueprint."""

from flask import Blueprint

blueprint = Blueprint("consents", __name__, url_prefix="/office/consents")
