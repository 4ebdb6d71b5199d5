"""The configuration that tests run with."""

from pathlib import Path

from portal.config import Config, Mode

SECRET = "a secret of the tests, long enough to be one"


def config_for(database_url: str, data_dir: Path) -> Config:
    """A complete production configuration, with the cheapest hashing and no mail server."""
    return Config(
        mode=Mode.PRODUCTION,
        database_url=database_url,
        secret_key=SECRET,
        smtp_url=None,
        base_url="http://localhost",
        data_dir=data_dir,
        quick_hashing=True,
        testing=True,
    )
