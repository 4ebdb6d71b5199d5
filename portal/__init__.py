"""HTTP in; HTML, JSON or a file out. No rules, no SQL."""

from secrets import token_urlsafe

from flask import Flask, g, request, session
from flask_babel import Babel
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from journal_core.clock import Clock, system_clock
from journal_core.database import Database
from journal_core.files.storage import FileStore
from journal_core.secrets import SecretKeys
from portal import academic_year as year_pages
from portal import access, account, apply, errors, home, invitation, office, presentation, service
from portal import attendance as attendance_pages
from portal import calendar as calendar_pages
from portal import classes as class_pages
from portal import codes as code_pages
from portal import consents as consent_pages
from portal import corrections as correction_pages
from portal import curriculum as curriculum_pages
from portal import diary as diary_pages
from portal import diary_visits as family_pages
from portal import exchange as exchange_pages
from portal import forecast as forecast_pages
from portal import health as health_pages
from portal import homework as homework_pages
from portal import journal as journal_pages
from portal import language as language_pages
from portal import lessons as lesson_pages
from portal import letters as letter_pages
from portal import messages as message_pages
from portal import notice_board as board_pages
from portal import notices as notice_pages
from portal import orders as order_pages
from portal import paper_templates as template_pages
from portal import parents_report as report_pages
from portal import people as people_pages
from portal import period_marks as period_mark_pages
from portal import plans as plan_pages
from portal import portfolio as portfolio_pages
from portal import privacy as privacy_pages
from portal import quality as quality_pages
from portal import recommendations as recommendation_pages
from portal import recovery as recovery_pages
from portal import school as school_pages
from portal import second_step as second_step_pages
from portal import timetable as timetable_pages
from portal import track as track_pages
from portal import visits as visit_pages
from portal import weekly_duty as duty_pages
from portal import works as work_pages
from portal.cli import register_commands
from portal.config import Config
from portal.log import log_requests
from portal.navigation import page_globals
from portal.signed_in import load_signed_in
from portal.state import Portal, close_reading
from portal.viewing import record_view

LANGUAGES = ("ru", "en")
#: What a browser may keep; of everything else not a page stays behind on a shared computer.
CACHED = frozenset({"static", "diary.feed"})
MAX_BODY_BYTES = 45 * 1024 * 1024
#: What is typed, files apart: a thematic plan of a year takes some hundred kilobytes.
MAX_TYPED_BYTES = 4 * 1024 * 1024


def create_app(config: Config, clock: Clock = system_clock) -> Flask:
    """The portal of one school, made of its configuration and a clock."""
    app = Flask(__name__)
    _configure(app, config)
    log_requests(app)
    _open_storage(app, config, clock)
    _add_sessions(app)
    _add_languages(app)
    _add_pages(app)
    _add_headers(app)
    errors.register(app)
    register_commands(app)
    return app


def _configure(app: Flask, config: Config) -> None:
    app.config.update(
        SECRET_KEY=config.secret_key or token_urlsafe(),
        TESTING=config.testing,
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_TYPED_BYTES,
        TRUSTED_HOSTS=config.hosts,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=config.base_url.startswith("https://"),
        BABEL_DEFAULT_LOCALE="ru",
        BABEL_TRANSLATION_DIRECTORIES="translations",
    )
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _open_storage(app: Flask, config: Config, clock: Clock) -> None:
    app.extensions["portal"] = Portal(
        config=config,
        database=Database(config.database_url),
        files=FileStore(config.data_dir / "files"),
        keys=SecretKeys(config.secret_key),
        clock=clock,
        zone=config.zone,
    )
    app.teardown_appcontext(close_reading)


def _add_sessions(app: Flask) -> None:
    login = LoginManager(app)
    login.session_protection = None
    login.user_loader(load_signed_in)
    app.before_request(access.refuse_nul)
    CSRFProtect(app)
    app.before_request(access.guard)
    app.after_request(record_view)


def _add_languages(app: Flask) -> None:
    Babel(app, locale_selector=chosen_language)


def _add_pages(app: Flask) -> None:
    presentation.register(app, app.extensions["portal"].zone)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.jinja_env.globals["can"] = access.can
    app.context_processor(page_globals)
    for pages in (
        service,
        apply,
        track_pages,
        visit_pages,
        invitation,
        account,
        second_step_pages,
        home,
        diary_pages,
        board_pages,
        portfolio_pages,
        message_pages,
        notice_pages,
        journal_pages,
        office,
        people_pages,
        class_pages,
        order_pages,
        code_pages,
        consent_pages,
        recovery_pages,
        quality_pages,
        privacy_pages,
        exchange_pages,
        plan_pages,
        period_mark_pages,
        forecast_pages,
        recommendation_pages,
        curriculum_pages,
        year_pages,
        timetable_pages,
        lesson_pages,
        attendance_pages,
        report_pages,
        family_pages,
        correction_pages,
        homework_pages,
        work_pages,
        duty_pages,
        school_pages,
        template_pages,
        calendar_pages,
        letter_pages,
        language_pages,
        health_pages,
    ):
        app.register_blueprint(pages.blueprint)


def _add_headers(app: Flask) -> None:
    app.after_request(_secure)


def chosen_language() -> str:
    """The language that this browser chose; Russian by default."""
    chosen = session.get("language", "ru")
    return chosen if chosen in LANGUAGES else "ru"


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = token_urlsafe(16)
    return str(g.csp_nonce)


def _secure(response: Response) -> Response:
    headers = response.headers
    headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint not in CACHED:
        headers["Cache-Control"] = "no-store"
    return response
