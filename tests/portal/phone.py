"""An app on somebody's phone, and a school that wants one."""

import re
from datetime import date

import pyotp
from flask import Flask

from journal_core.school.commands import ChangeSettings, change_settings
from portal.perform import perform_as_operator
from tests.clock import FrozenClock


class Phone:
    """An app that took over the secret on the page."""

    def __init__(self, page: str, clock: FrozenClock) -> None:
        shown = re.search(r'id="app-secret">([^<]+)<', page)
        assert shown is not None
        self.app = pyotp.TOTP(shown.group(1).replace(" ", ""))
        self.clock = clock

    def code(self, *, steps: int = 0) -> str:
        return self.app.at(self.clock(), counter_offset=steps)


def require_factor(app: Flask, valid_from: date = date(2020, 1, 1)) -> None:
    with app.app_context():
        perform_as_operator(
            change_settings,
            ChangeSettings(values={"second_factor_required": True}, valid_from=valid_from),
        )
