"""The configuration: one frozen value. The environment is read here and nowhere else."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", ""})
DEFAULT_PORT = 8000


class ConfigError(Exception):
    """The environment is not fit to start with; the message says what to set."""


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True, kw_only=True)
class Config:
    mode: Mode
    database_url: str
    secret_key: str = field(repr=False)
    smtp_url: str | None = field(repr=False)
    base_url: str
    data_dir: Path
    #: `tcp://host:port` or `unix:/path` of a clamd; without it nothing is scanned.
    clamd_url: str | None = None
    trusted_proxies: int = 0
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Moscow"))
    port: int = DEFAULT_PORT
    demo_password: str = field(default="", repr=False)
    #: The cheapest password hashing, for tests only.
    quick_hashing: bool = False
    testing: bool = False
    #: Read by `flask`, which sets up and looks after a portal but does not serve it.
    command_line: bool = False
    #: What production still lacks. The command line works without it; serving does not.
    missing: tuple[str, ...] = ()

    @property
    def is_demo(self) -> bool:
        return self.mode is Mode.DEMO

    @property
    def hosts(self) -> list[str]:
        """The hosts that a request may name: the base address's, and in demo the machine's own."""
        own = {urlsplit(self.base_url).hostname or ""}
        return sorted(own | {"127.0.0.1", "localhost"} if self.is_demo else own)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        """Read and check the environment.

        Raises ConfigError for a value that cannot be. In production a secret that is not set
        is listed in `missing`; `require_complete` refuses to serve with it.
        """
        try:
            mode = Mode(environment.get("PORTAL_MODE", Mode.PRODUCTION))
        except ValueError as error:
            raise ConfigError("PORTAL_MODE must be demo or production") from error
        data_dir = Path(environment.get("PORTAL_DATA_DIR", "var")).resolve()
        port = _whole_number(environment, "PORT", DEFAULT_PORT)
        config = (
            _demo(environment, data_dir, port)
            if mode is Mode.DEMO
            else _production(environment, data_dir, port)
        )
        _check(config)
        return config

    def require_complete(self) -> None:
        """Raises ConfigError naming every variable that production needs and lacks."""
        if self.missing:
            raise ConfigError("set before starting: " + ", ".join(self.missing))


def _demo(environment: Mapping[str, str], data_dir: Path, port: int) -> Config:
    return Config(
        mode=Mode.DEMO,
        database_url=environment.get("PORTAL_DATABASE_URL")
        or f"sqlite:///{data_dir / 'school.sqlite3'}",
        secret_key=environment.get("PORTAL_SECRET_KEY") or _kept_secret(data_dir),
        smtp_url=environment.get("PORTAL_SMTP_URL") or None,
        base_url=environment.get("PORTAL_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        data_dir=data_dir,
        clamd_url=environment.get("PORTAL_CLAMD_URL") or None,
        port=port,
        command_line=environment.get("FLASK_RUN_FROM_CLI") == "true",
        zone=_zone(environment),
        demo_password=environment.get("PORTAL_DEMO_PASSWORD", "school-demo"),
    )


def _production(environment: Mapping[str, str], data_dir: Path, port: int) -> Config:
    needed = ("PORTAL_DATABASE_URL", "PORTAL_SECRET_KEY", "PORTAL_SMTP_URL", "PORTAL_BASE_URL")
    return Config(
        mode=Mode.PRODUCTION,
        database_url=environment.get("PORTAL_DATABASE_URL")
        or f"sqlite:///{data_dir / 'school.sqlite3'}",
        secret_key=environment.get("PORTAL_SECRET_KEY", ""),
        smtp_url=environment.get("PORTAL_SMTP_URL") or None,
        base_url=environment.get("PORTAL_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        data_dir=data_dir,
        clamd_url=environment.get("PORTAL_CLAMD_URL") or None,
        port=port,
        command_line=environment.get("FLASK_RUN_FROM_CLI") == "true",
        zone=_zone(environment),
        trusted_proxies=_whole_number(environment, "PORTAL_TRUSTED_PROXIES", 0),
        missing=tuple(name for name in needed if not environment.get(name)),
    )


def _zone(environment: Mapping[str, str]) -> ZoneInfo:
    name = environment.get("PORTAL_TIMEZONE", "Europe/Moscow")
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError) as error:
        raise ConfigError(f"PORTAL_TIMEZONE: no such time zone: {name}") from error


def _whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise ConfigError(f"{name} must be a whole number, not {text!r}")
    return int(text)


def _kept_secret(data_dir: Path) -> str:
    """The demo's own secret, made at the first start and kept beside its data."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32))
    return path.read_text().strip()


def _check(config: Config) -> None:
    parts = urlsplit(config.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError("PORTAL_BASE_URL must be a full address such as https://school.example")
    if config.clamd_url is not None and not _is_clamd(config.clamd_url):
        raise ConfigError("PORTAL_CLAMD_URL must be tcp://host:port or unix:/path")
    if config.is_demo:
        if parts.hostname not in LOOPBACK:
            raise ConfigError("demo mode: PORTAL_BASE_URL must be on loopback")
        url = make_url(config.database_url)
        if url.get_backend_name() != "sqlite" and not _is_local_server(url.host, url.query):
            raise ConfigError("demo mode: PORTAL_DATABASE_URL must be on loopback")


def _is_clamd(url: str) -> bool:
    parts = urlsplit(url)
    try:
        is_tcp = parts.scheme == "tcp" and bool(parts.hostname and parts.port)
    except ValueError:  # a port that is no number
        return False
    return is_tcp or (parts.scheme == "unix" and parts.path.startswith("/"))


def _is_local_server(host: str | None, query: Mapping[str, object]) -> bool:
    named = host or str(query.get("host", ""))
    return named in LOOPBACK or named.startswith("/")
