"""The one blueprint of the board; the modules beside it add their pages."""

from flask import Blueprint

blueprint = Blueprint("notice_board", __name__, url_prefix="/board")
