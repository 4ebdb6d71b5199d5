"""The second factor: a code of six digits that an authenticator app draws from the time."""

from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError

#: Steps of 30 seconds by which the phone's clock may differ from the school's, either way.
STEPS_OF_DRIFT = 1
#: Backup codes that are made together.
BACKUP_CODES = 10


def new_secret() -> str:
    """160 random bits in base32: what the app and the school share."""
    return pyotp.random_base32()


def step_of_code(secret: str, code: str, at: datetime, last_step: int) -> int | None:
    """The time step whose code this is, or None when it is wrong or not newer than `last_step`.

    The step before the moment's own and the one after it count too (POL-4.2.3).
    """
    app = pyotp.TOTP(secret)
    try:
        step = app.verify_and_get_timecode(code, for_time=at, valid_window=STEPS_OF_DRIFT)
    except OTPVerificationError:
        return None
    return step if step > last_step else None


def app_address(secret: str, *, username: str, school_name: str) -> str:
    """The `otpauth:` address that an app takes over, from a picture or a link."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=school_name)
