"""The core's errors as pages, each mapped once."""

from urllib.parse import urlsplit

from flask import Flask, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from journal_core.errors import CoreError, NotAllowed, NotFound, RuleBroken, StaleVersion
from portal.language.views import local_path
from portal.log import request_id
from portal.refusals import words_of

STATUSES: tuple[tuple[type[CoreError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 403),
    (StaleVersion, 409),
    (RuleBroken, 422),
    (CoreError, 422),
)


def register(app: Flask) -> None:
    app.register_error_handler(CoreError, _core_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(500, _failure)


def _core_error(error: CoreError) -> tuple[str, int]:
    status = next(status for kind, status in STATUSES if isinstance(error, kind))
    return _page(status, words_of(error), error.clause or "")


def _csrf_error(_error: CSRFError) -> tuple[str, int]:
    return _page(400, _("Страница устарела. Вернитесь назад, обновите её и повторите."))


def _foreign_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """No page of ours: its addresses would be made of a host that somebody else named."""
    return "400\n", 400, {"Content-Type": "text/plain"}


def _http_error(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    if status == 500:
        return _failure(error)
    return _page(status, {
        404: _("Такой страницы нет, или она открыта не вам."),
        413: _("Отправлено слишком много: уменьшите файлы."),
        429: _("Слишком много попыток. Повторите через час."),
    }.get(status, _("Запрос не понят.")))  # fmt: skip


def _failure(_error: Exception) -> tuple[str, int]:
    return render_template("errors/500.html", reference=request_id()), 500


def _page(status: int, happened: str, clause_code: str = "") -> tuple[str, int]:
    page = render_template(
        "errors/page.html",
        status=status,
        title=_("Не получилось"),
        happened=happened,
        todo=_("Вернитесь назад или начните с главной страницы."),
        reference=request_id(),
        clause_code=clause_code,
        back=_page_before(),
    )
    return page, status


def _page_before() -> str:
    """The page of ours that a form was sent from, to be opened anew; "" when there was none."""
    sent_from = urlsplit(request.referrer or "")
    is_ours = request.method == "POST" and sent_from.netloc == request.host
    return local_path(sent_from.path) if is_ours else ""
