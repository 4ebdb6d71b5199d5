"""The codes of an authenticator app, step by step of its clock."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from journal_core.access.rules import STEPS_OF_DRIFT, app_address, new_secret, step_of_code

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


@pytest.mark.clause("POL-4.2.3")
@pytest.mark.parametrize("drift", range(-STEPS_OF_DRIFT, STEPS_OF_DRIFT + 1))
def test_clock_of_the_phone_may_differ_by_one_step(drift: int) -> None:
    code = code_at(NOW + timedelta(seconds=30 * drift))
    assert step_of_code(SECRET, code, NOW, last_step=0) == STEP + drift


@pytest.mark.clause("POL-4.2.3")
@pytest.mark.parametrize("drift", [-2, 2])
def test_code_of_two_steps_away_is_wrong(drift: int) -> None:
    code = code_at(NOW + timedelta(seconds=30 * drift))
    assert step_of_code(SECRET, code, NOW, last_step=0) is None


@pytest.mark.clause("POL-4.2.3")
def test_code_of_a_step_used_before_is_wrong() -> None:
    assert step_of_code(SECRET, code_at(NOW), NOW, last_step=STEP) is None
    assert step_of_code(SECRET, code_at(NOW), NOW, last_step=STEP - 1) == STEP


def test_app_is_told_the_secret_the_name_and_the_school() -> None:
    read = pyotp.parse_uri(app_address(SECRET, username="secretary", school_name="Школа 5"))
    assert (read.secret, read.name, read.issuer) == (SECRET, "secretary", "Школа 5")


def test_each_secret_is_new_and_of_160_bits() -> None:
    secrets = {new_secret() for _ in range(3)}
    assert len(secrets) == 3
    assert {len(secret) for secret in secrets} == {32}
