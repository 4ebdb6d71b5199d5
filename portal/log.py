"""The log: one JSON object a line on standard error, with nothing personal in it.

A line tells what the program did, never for whom or with which words: the route's rule and not the
path, roles and not names, the kind and place of an error and not its message (which may quote what
was typed), and no address. The audit record, which is read by permission, holds the rest.
"""

import json
import logging
import logging.config
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from secrets import token_hex
from time import perf_counter
from types import TracebackType
from typing import Any

from flask import Flask, g, has_request_context, request
from werkzeug.wrappers import Response

#: Ten hexadecimal digits: enough to be found by, few enough to be read out on the telephone.
REFERENCE_BYTES = 5
FAILED = 500
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

#: Also for the server of pages, so that its own lines have the same form.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "portal.log.JsonLines"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stderr",
        }
    },
    "root": {"level": "WARNING", "handlers": ["stderr"]},
    "loggers": {
        __name__: {"level": "INFO"},
        "_granian": {"level": "INFO", "propagate": True},
        # It would write paths, and with them the tokens of links.
        "granian.access": {"level": "CRITICAL", "propagate": False},
    },
}


class JsonLines(logging.Formatter):
    """A record as one line. Of a library's record the template stays, without what fills it."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if record.name == __name__:
            told |= {"event": record.msg, **record.__dict__["facts"]}
        else:
            told |= {"event": "message", "logger": record.name, "message": str(record.msg)}
        if record.exc_info and record.exc_info[1] is not None:
            told |= _failure(record.exc_info[1])
        return json.dumps(told)


def start_logging() -> None:
    """For a process of ours, at its start."""
    logging.config.dictConfig(LOGGING)


def tell(
    event: str,
    level: int = logging.INFO,
    *,
    error: ExcInfo | BaseException | None = None,
    **facts: object,
) -> None:
    """Log an event with facts that JSON can hold and that are about nobody."""
    if has_request_context():
        facts = {"request_id": request_id(), **facts}
    logging.getLogger(__name__).log(level, event, extra={"facts": facts}, exc_info=error)


@contextmanager
def failures_logged() -> Iterator[None]:
    """For a command that nobody watches: it ends with 1, and the log says why."""
    try:
        yield
    except Exception as error:
        tell("failure", logging.ERROR, error=error)
        raise SystemExit(1) from error


def log_requests(app: Flask) -> None:
    """Log every request of the app. To be called first: what comes earlier is not timed."""
    app.before_request(_begin)
    app.after_request(_tell_request)
    # Flask's own line has the path and the message.
    app.log_exception = _tell_failure  # type: ignore[method-assign]


def request_id() -> str:
    """The reference of this request, on its error page and in the log. Never taken from outside."""
    if "request_id" not in g:
        g.request_id = token_hex(REFERENCE_BYTES)
    return str(g.request_id)


def _begin() -> None:
    g.began = perf_counter()


def _tell_request(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    tell(
        "request",
        logging.ERROR if response.status_code >= FAILED else logging.INFO,
        method=request.method if request.method in METHODS else "other",
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((perf_counter() - g.began) * 1000, 1) if "began" in g else None,
        roles=_roles(),
    )
    return response


def _roles() -> list[str] | str:
    """The roles of who asked; "anonymous" also where nothing depended on who it was."""
    user = g.get("_login_user")  # where Flask-Login keeps whom it has looked up: no second look
    if user is None or not user.is_authenticated:
        return "anonymous"
    return sorted(user.account.roles)


def _tell_failure(exc_info: ExcInfo) -> None:
    tell("failure", logging.ERROR, error=exc_info)


def _failure(error: BaseException) -> dict[str, object]:
    """The kinds of an error and of its causes, and where each arose."""
    kinds, places = [], []
    cause: BaseException | None = error
    while cause is not None:
        kinds.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        places.append("".join(traceback.format_tb(cause.__traceback__)))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return {"error": kinds, "traceback": places}
