"""The head and the deputy see how well the service was rendered, to the request."""

import re
from datetime import date, datetime, timedelta
from http import HTTPStatus
from io import BytesIO
from uuid import UUID

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from journal_core.calendar.source import known_years
from journal_core.quality.queries import service_quality
from journal_core.quality.rules import span_of, spread_of, verdict
from journal_core.quality.terms import (
    AnnouncedOn,
    Aspect,
    Delay,
    Ending,
    Preset,
    ServiceQuality,
    Span,
    Verdict,
)
from journal_core.requests.terms import Channel, CloseReason, RefusalGround, RequestState
from portal.demo.history import STORY, Past, tell_history
from portal.quality.labels import ASPECT_NAMES, value_name
from portal.state import Portal
from tests.clock import MOSCOW, FrozenClock
from tests.portal.story import seed, signed_in

ALL = Span()
ANSWERS = {
    "applicant_last_name": "Иванова",
    "applicant_first_name": "Мария",
    "applicant_patronymic": "Петровна",
    "phone": "+79123456789",
    "child_last_name": "Иванова",
    "child_first_name": "Анна",
    "child_patronymic": "Сергеевна",
    "capacity": "parent",
    "result_delivery": "in_person",
    "refusal_delivery": "in_person",
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MOSCOW)


class World:
    """A seeded school and its past. The clock stands at Monday 23.11.2026, 9:00."""

    def __init__(self, app: Flask) -> None:
        seed(app)
        self.app = app
        self.portal: Portal = app.extensions["portal"]
        self.past = Past(self.portal)

    def tell(self, submitted: str, *steps: tuple[str, str], **answers: object) -> UUID:
        """A request submitted at the moment, and each step with its moment."""
        with self.app.app_context():
            request_id = self.past.submit(at(submitted), {**ANSWERS, **answers})
            for moment, step in steps:
                self.past.move(at(moment), request_id, step)
        return request_id

    def quality(self, span: Span = ALL) -> ServiceQuality:
        with self.portal.database.reading() as session:
            return service_quality(session, span, now=self.portal.clock(), zone=MOSCOW)


@pytest.fixture
def world(app: Flask) -> World:
    return World(app)


def told_small_world(world: World) -> None:
    """Term 5–6 November kept by a code, broken by a code, a refusal, one open, one closed."""
    world.tell(
        "2026-11-04 20:00",
        ("2026-11-05 10:00", "register"),
        ("2026-11-05 11:00", "verify"),
        ("2026-11-06 12:00", "make_code"),
        ("2026-11-06 14:00", "tell"),
    )
    world.tell(
        "2026-11-05 09:00",
        ("2026-11-05 10:00", "register"),
        ("2026-11-10 11:00", "verify"),
        ("2026-11-11 12:00", "make_code"),
    )
    world.tell(
        "2026-11-12 09:00",
        ("2026-11-12 10:00", "register"),
        ("2026-11-13 11:00", "refuse"),
        ("2026-11-16 15:00", "sign"),
    )
    world.tell("2026-11-20 09:00", ("2026-11-20 10:00", "register"))
    world.tell("2026-10-01 09:00", ("2026-11-02 10:00", "close"))


@pytest.mark.clause("INS-3.6.7")
@pytest.mark.clause("POL-3.8.6")
def test_figures_are_those_of_the_small_world(world: World) -> None:
    told_small_world(world)
    quality = world.quality()
    counts = quality.counts
    assert counts[Aspect.TERM] == {Verdict.KEPT: 2, Verdict.BROKEN: 1, Verdict.OPEN: 1}
    assert counts[Aspect.CHECK] == {Verdict.KEPT: 2, Verdict.BROKEN: 1, Verdict.OPEN: 1}
    assert counts[Aspect.CODE] == {Verdict.KEPT: 1, Verdict.BROKEN: 1}
    assert counts[Aspect.ENDING] == {
        Ending.RENDERED: 1,
        Ending.IN_WORK: 2,
        Ending.REFUSED: 1,
        Ending.CANCELLED: 1,
    }
    assert counts[Aspect.CLOSED] == {CloseReason.NO_SHOW: 1}
    assert counts[Aspect.GROUND] == {RefusalGround.DOCUMENTS_UNFIT: 1}
    assert counts[Aspect.CHANNEL] == {Channel.ONLINE: 5}
    assert counts[Aspect.DELAY] == {Delay.CHECK: 1}
    assert counts[Aspect.ANNOUNCED] == {
        AnnouncedOn.DAY_1: 1,
        AnnouncedOn.DAY_2: 1,
        AnnouncedOn.LATER: 1,
        AnnouncedOn.NOT_YET: 1,
    }
    assert quality.months == {
        date(2026, 11, 1): {Verdict.KEPT: 2, Verdict.BROKEN: 1, Verdict.OPEN: 1}
    }
    received = quality.spreads[RequestState.RECEIVED]
    assert (received.count, received.median) == (3, timedelta(days=1, hours=1))
    assert received.longest == timedelta(days=5, hours=1)
    assert quality.waits is not None
    assert quality.waits.longest == timedelta(hours=14)


@pytest.mark.clause("SVC-2.11")
@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ("2026-11-06 23:59:59.999999", Verdict.KEPT),
        ("2026-11-07 00:00:00", Verdict.BROKEN),
    ],
)
def test_term_ends_at_midnight_of_the_schools_zone(done: str, expected: Verdict) -> None:
    now = at("2026-11-23 09:00")
    assert verdict(date(2026, 11, 6), at(done), now, MOSCOW) is expected


@pytest.mark.clause("SVC-2.9")
@pytest.mark.parametrize(
    ("announced", "expected"), [("23:59:59", Verdict.KEPT), ("24:00:00", Verdict.BROKEN)]
)
def test_announcement_at_the_edge_of_the_due_day(
    world: World, announced: str, expected: Verdict
) -> None:
    moment = "2026-11-07 00:00:00" if announced == "24:00:00" else f"2026-11-06 {announced}"
    steps = (("2026-11-04 12:00", "register"), ("2026-11-05 23:59:59", "verify"))
    world.tell("2026-11-04 10:00", *steps, (moment, "make_code"))
    counts = world.quality().counts
    assert counts[Aspect.TERM] == {expected: 1}
    assert counts[Aspect.CODE] == {expected: 1}
    assert counts[Aspect.CHECK] == {Verdict.KEPT: 1}


@pytest.mark.clause("SVC-2.11")
def test_open_request_is_broken_once_its_day_has_passed(world: World, clock: FrozenClock) -> None:
    world.tell("2026-11-04 10:00", ("2026-11-04 12:00", "register"))
    clock.set_local("2026-11-06 23:59:59")
    assert world.quality().counts[Aspect.TERM] == {Verdict.OPEN: 1}
    clock.set_local("2026-11-07 00:00:00")
    assert world.quality().counts[Aspect.TERM] == {Verdict.BROKEN: 1}
    assert world.quality().counts[Aspect.DELAY] == {Delay.CHECK: 1}


@pytest.mark.clause("SVC-2.11")
@pytest.mark.parametrize(
    ("steps", "answers", "waited_for"),
    [
        ((), {}, Delay.CHECK),
        (("verify",), {}, Delay.CODE),
        (("refuse",), {}, Delay.SIGNATURE),
        (
            ("verify", "make_code"),
            {"result_delivery": "phone", "email": "maria@example.com"},
            Delay.CALL,
        ),
        (
            ("verify", "make_code"),
            {"result_delivery": "email", "email": "maria@example.com"},
            Delay.LETTER,
        ),
        (("refuse", "sign"), {"refusal_delivery": "post"}, Delay.CALL),
        (
            ("refuse", "sign"),
            {"refusal_delivery": "post", "email": "maria@example.com"},
            Delay.LETTER,
        ),
    ],
)
def test_delay_is_of_whom_the_request_waited_for(
    world: World, steps: tuple[str, ...], answers: dict[str, str], waited_for: Delay
) -> None:
    moves = [(f"2026-11-05 1{number}:00", step) for number, step in enumerate(steps)]
    world.tell("2026-11-04 10:00", ("2026-11-04 12:00", "register"), *moves, **answers)
    assert world.quality().counts[Aspect.DELAY] == {waited_for: 1}


def test_span_counts_its_first_and_last_day_by_the_schools_clock(world: World) -> None:
    world.tell("2026-11-01 12:00", ("2026-11-02 00:00", "register"))
    world.tell("2026-11-01 12:00", ("2026-11-03 23:59:59", "register"))
    world.tell("2026-11-02 12:00")
    for since, until, found in (
        (date(2026, 11, 2), date(2026, 11, 3), 3),
        (date(2026, 11, 3), date(2026, 11, 3), 1),
        (date(2026, 11, 4), None, 0),
        (None, date(2026, 11, 1), 0),
    ):
        assert world.quality(Span(since=since, until=until)).total == found


def test_presets_are_whole_months_quarters_and_the_academic_year() -> None:
    spans = {preset: span_of(preset, date(2027, 1, 31)) for preset in Preset}
    assert spans == {
        Preset.MONTH: Span(since=date(2027, 1, 1), until=date(2027, 1, 31)),
        Preset.LAST_MONTH: Span(since=date(2026, 12, 1), until=date(2026, 12, 31)),
        Preset.QUARTER: Span(since=date(2027, 1, 1), until=date(2027, 3, 31)),
        Preset.YEAR: Span(since=date(2026, 9, 1), until=date(2027, 8, 31)),
        Preset.ALL: Span(),
    }


@pytest.mark.parametrize("month", range(1, 13))
def test_every_quarter_has_three_months(month: int) -> None:
    span = span_of(Preset.QUARTER, date(2026, month, 28))
    assert span.since is not None
    assert span.until is not None
    assert span.until.month - span.since.month == 2
    assert span.since <= date(2026, month, 28) <= span.until
    assert (span.until + timedelta(days=1)).day == 1


def test_spread_is_by_nearest_rank() -> None:
    spread = spread_of(range(10, 0, -1))
    assert spread is not None
    assert (spread.median.seconds, spread.p90.seconds, spread.longest.seconds) == (5, 9, 10)
    assert spread_of([]) is None


def test_every_number_opens_into_as_many_requests(world: World) -> None:
    told_small_world(world)
    deputy = signed_in(world.app, "deputy")
    deputy.open("/control/service?span=all")
    numbers = re.findall(r'href="(/control/service/requests\?[^"]+)">(\d+)</a>', deputy.text)
    assert len(numbers) > 20
    for path, count in numbers:
        deputy.open(path.replace("&amp;", "&"))
        assert len(re.findall(r'href="/office/requests/', deputy.text)) == int(count), path


def test_deputy_goes_from_a_broken_term_to_its_case_and_sees_who_moved_it_late(
    world: World,
) -> None:
    told_small_world(world)
    deputy = signed_in(world.app, "deputy")
    deputy.open("/control/service/requests?span=all&by=term&value=broken")
    assert "Секретарь: документы не проверены" in deputy.text
    assert "Белова Ольга Андреевна" in deputy.text
    assert "SVC-2.9" in deputy.text
    case = deputy.found(r'href="(/office/requests/[^"]+)"')
    deputy.open("/control/service/requests?span=all&by=term&value=kept")
    assert "следующий шаг" not in deputy.text
    assert deputy.open(case).status_code == HTTPStatus.OK


def test_strange_words_in_the_address_go_nowhere(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    head = signed_in(sqlite_app, "head")
    odd = "since-day=1&since-month=9&since-year=2026&endpoint=x&_external=1&_anchor=y&by=z"
    assert head.open(f"/control/service?{odd}").status_code == HTTPStatus.OK


@pytest.mark.parametrize("figure", ["by=term&value=lost", "by=told&value=post", "by=x", ""])
def test_figure_that_there_is_not_is_no_page(sqlite_app: Flask, figure: str) -> None:
    seed(sqlite_app)
    head = signed_in(sqlite_app, "head")
    answer = head.open(f"/control/service/requests?{figure}")
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_quality_is_for_the_head_and_the_deputy(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    answers = {
        name: signed_in(sqlite_app, name).open("/control/service").status_code
        for name in ("head", "deputy", "curator", "secretary", "teacher", "parent")
    }
    assert [name for name, status in answers.items() if status == HTTPStatus.OK] == [
        "head",
        "deputy",
    ]
    assert answers["secretary"] == HTTPStatus.FORBIDDEN


def test_span_without_requests_says_so(sqlite_app: Flask) -> None:
    seed(sqlite_app)
    head = signed_in(sqlite_app, "head")
    head.open("/control/service")
    assert "За эти даты запросов нет" in head.text
    assert head.client.get("/control/service/quality.xlsx").status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ("since-day=31&since-month=2&since-year=2026", "Такой даты нет"),
        ("since-day=x&since-month=2&since-year=2026", "День — это число"),
        (
            "since-day=2&since-month=2&since-year=2026&until-day=1&until-month=2&until-year=2026",
            "Последний день раньше первого",
        ),
    ],
)
def test_wrong_date_is_answered_beside_its_field(sqlite_app: Flask, dates: str, words: str) -> None:
    seed(sqlite_app)
    head = signed_in(sqlite_app, "head")
    answer = head.open(f"/control/service?{dates}")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert words in head.text
    assert 'value="2026"' in head.text
    for path in ("requests", "quality.xlsx"):
        assert head.open(f"/control/service/{path}?{dates}").status_code == answer.status_code


def test_workbook_has_the_pages_figures_and_text_stays_text(world: World) -> None:
    told_small_world(world)
    world.tell(
        "2026-11-20 09:00", ("2026-11-20 10:00", "register"), child_last_name='=HYPERLINK("x")'
    )
    head = signed_in(world.app, "head")
    content = head.client.get("/control/service/quality.xlsx?span=all").data
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(sheets) == ["Итоги", "Запросы", "Основания", "Время"]
    head.open("/control/service?span=all")
    counts = world.quality().counts
    summed = {aspect for aspect in Aspect if aspect not in {Aspect.GROUND, Aspect.PASSED}}
    told = [
        [str(ASPECT_NAMES[aspect]), value_name(aspect, value), counts[aspect][value]]
        for aspect in Aspect
        for value in counts[aspect]
        if aspect in summed
    ]
    written = [[name, value, count] for name, value, _clause, count in sheets["Итоги"][1:]]
    assert sorted(written) == sorted(told)
    for aspect, value in ((Aspect.TERM, Verdict.BROKEN), (Aspect.ENDING, Ending.IN_WORK)):
        shown = head.found(rf"by={aspect}&amp;value={value}[^>]*>(\d+)<")
        assert int(shown) == counts[aspect][value]
    rows = sheets["Запросы"][1:]
    assert len(rows) == world.quality().total == 6
    assert '=HYPERLINK("x") Анна Сергеевна' in [row[3] for row in rows]
    assert rows[1][7] == datetime(2026, 11, 5, 10, 0)  # noqa: DTZ001 - a spreadsheet has no zone
    assert [row[2] for row in sheets["Основания"][1:]] == [0, 0, 0, 1, 0, 0]
    received = next(row for row in sheets["Время"] if row[0] == "Зарегистрировано")
    assert received[3:] == [25, 121, 121]


def test_many_requests_take_no_more_statements(world: World) -> None:
    told_small_world(world)
    head = signed_in(world.app, "head")
    pages = (
        "/control/service?span=all",
        "/control/service/requests?span=all&by=channel&value=online",
    )

    def statements(path: str) -> int:
        sent: list[str] = []

        def listener(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        event.listen(world.portal.database.engine, "before_cursor_execute", listener)
        head.open(path)
        event.remove(world.portal.database.engine, "before_cursor_execute", listener)
        return len(sent)

    before = [statements(path) for path in pages]
    for _more in range(3):
        world.tell("2026-11-20 09:00", ("2026-11-20 10:00", "register"))
    assert [statements(path) for path in pages] == before


def test_demo_school_has_a_past_with_a_broken_term(app: Flask, clock: FrozenClock) -> None:
    seed(app)
    portal: Portal = app.extensions["portal"]
    with app.app_context():
        assert tell_history(portal) == len(STORY)
    with portal.database.reading() as session:
        quality = service_quality(session, ALL, now=clock(), zone=MOSCOW)
    assert quality.total == len(STORY)
    assert quality.counts[Aspect.DELAY] == {Delay.CODE: 1}
    assert quality.counts[Aspect.ENDING] == {
        Ending.RENDERED: 5,
        Ending.REFUSED: 2,
        Ending.CANCELLED: 1,
    }


@pytest.mark.parametrize("year", [max(known_years()) + 1, max(known_years()) + 2])
def test_past_without_its_calendar_stays_untold(
    sqlite_app: Flask, clock: FrozenClock, year: int
) -> None:
    clock.set_local(f"{year}-01-20 12:00")
    seed(sqlite_app)
    with sqlite_app.app_context():
        assert tell_history(sqlite_app.extensions["portal"]) < len(STORY)
    head = signed_in(sqlite_app, "head")
    assert head.open("/control/service?span=all").status_code == HTTPStatus.OK
