"""What the fields make of typed text: of the good, the wrong and the hostile."""

from collections.abc import Iterator
from datetime import date, time
from enum import StrEnum
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from forms.base import PortalForm
from forms.fields import (
    Checkbox,
    CheckboxGroup,
    Choice,
    Code,
    DateParts,
    Email,
    Files,
    Integer,
    Option,
    Password,
    Phone,
    Select,
    Text,
    TextArea,
    Time,
    month_number,
    tidy_line,
    tidy_text,
)
from forms.validators import (
    date_between,
    min_length,
    not_in_future,
    person_name,
    phone_digits,
    required_when,
    same_as,
)


class Answer(StrEnum):
    EMAIL = "email"
    PHONE = "phone"


DATE_CONTROLS = ("born-day", "born-month", "born-year")
LABELS = {Answer.EMAIL: "Почтой", Answer.PHONE: "По телефону"}


class Sample(PortalForm):
    name = Text("Имя", required="Укажите имя", validators=[person_name])
    email = Email("Почта", validators=[required_when("answer", Answer.EMAIL, "Укажите почту")])
    phone = Phone("Телефон")
    note = TextArea("Примечание", limit=20)
    code = Code("Код")
    password = Password("Пароль", validators=[min_length(8, "Придумайте пароль подлиннее")])
    again = Password("Ещё раз", validators=[same_as("password", "Пароли не совпали")])
    born = DateParts("Дата", validators=[not_in_future(lambda: date(2026, 11, 23))])
    since = DateParts("С", validators=[date_between(date(2026, 9, 1), date(2027, 5, 31))])
    answer = Choice("Ответ", Answer, labels=LABELS)
    slot = Choice("Время")
    grade = Select("Класс", [Option(5, "5"), Option(6, "6")])
    papers = CheckboxGroup("Документы", Answer, labels=LABELS)
    agreed = Checkbox("Согласие")
    scans = Files("Файлы", most=2)
    lessons = Integer("Уроки", least=1, most=8)
    start = Time("Начало")


@pytest.fixture(autouse=True)
def app() -> Iterator[Flask]:
    yield from application()


def application() -> Iterator[Flask]:
    app = Flask("forms")
    app.config.update(SECRET_KEY="for tests only", WTF_CSRF_ENABLED=False)
    Babel(app, default_locale="ru")
    with app.test_request_context("/"):
        yield app


def filled(**typed: Any) -> Sample:
    form = Sample(MultiDict({"name": "Анна", **typed}))
    form.validate()
    return form


def error_of(name: str, typed: str) -> str:
    error: str = filled(**{name: typed})[name].error
    return error


def dated(day: str, month: str, year: str) -> Sample:
    return filled(**{"born-day": day, "born-month": month, "born-year": year})


def test_typed_line_loses_invisible_signs_and_spare_spaces() -> None:
    assert tidy_line("  Анна\u00a0\u200b \tИва\x00нова\u202e ") == "Анна Иванова"


def test_letter_with_a_separate_mark_becomes_one_letter() -> None:
    assert tidy_line("и\u0306") == "й"


def test_typed_text_keeps_its_lines() -> None:
    assert tidy_text(" раз \r\n\r\n\r\n\r\n два\x0b три ") == "раз\n\nдва\nтри"


@given(st.text(alphabet=st.characters(), max_size=80))
def test_tidied_text_can_be_stored_and_tidied_again_without_change(typed: str) -> None:
    line = tidy_line(typed)
    assert line.encode("utf-8").decode("utf-8") == line
    assert "\x00" not in line
    assert tidy_line(line) == line
    assert tidy_text(tidy_text(typed)) == tidy_text(typed)


@given(
    st.dictionaries(
        st.sampled_from([*(one for one in vars(Sample) if one[0] != "_"), *DATE_CONTROLS]),
        st.lists(st.text(alphabet=st.characters(), max_size=40), max_size=3),
    )
)
def test_no_typed_text_breaks_a_form(typed: dict[str, list[str]]) -> None:
    for _ in application():
        form = Sample(MultiDict(typed))
        form.validate()
        for field in form:
            assert isinstance(field.shown_value, str)
        assert form.error_pairs == form.error_pairs


def test_empty_required_field_says_what_to_do() -> None:
    form = Sample(MultiDict({}))
    assert not form.validate()
    assert form.error_pairs == [("name", "Укажите имя")]


def test_label_of_an_optional_field_says_so() -> None:
    form = Sample()
    assert form.email.shown_label == "Почта (необязательно)"
    assert form.name.shown_label == "Имя"
    assert form.agreed.shown_label == "Согласие"


@pytest.mark.parametrize(
    "name",
    ["Римский-Корсаков", "О'Нил", "Мамедов Али Гусейн оглы", "А. Б.", "Ёлкина", "я" * 300],
)
def test_names_of_people_are_accepted(name: str) -> None:
    assert error_of("name", name) == ""


@pytest.mark.parametrize("name", ["Иванов2", "<b>", "---", "anna@example.org"])
def test_what_is_no_name_is_refused(name: str) -> None:
    assert "буквами" in error_of("name", name)


def test_too_long_answer_says_how_much_is_too_much() -> None:
    assert "лишних — 1" in error_of("name", "я" * 301)


@pytest.mark.parametrize(
    "address", ["a@example.ru", "Anna.Petrova+school@mail.example.org", "почта@пример.рф"]
)
def test_addresses_of_mail_are_accepted(address: str) -> None:
    assert error_of("email", address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "a",
        "a@b",
        "a b@example.ru",
        "a@example..ru",
        ".a@example.ru",
        "a@example.ru, b@example.ru",
        "a@example.ru\r\nBcc: b@example.ru",
        "@example.ru",
        "a@-.ru",
        "я" * 65 + "@example.ru",
    ],
)
def test_what_mail_cannot_reach_is_refused(address: str) -> None:
    assert "Проверьте адрес" in error_of("email", address)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("8 (912) 345-67-89", "+79123456789"),
        ("+7 912 345 67 89", "+79123456789"),
        ("9123456789", "+79123456789"),
        ("79123456789", "+79123456789"),
        ("+375 29 123-45-67", "+375291234567"),
        ("2-13-14", "21314"),
    ],
)
def test_phone_is_kept_in_one_shape_however_typed(typed: str, kept: str) -> None:
    form = filled(phone=typed)
    assert form.phone.data == kept == phone_digits(typed)
    assert form.phone.error == ""


@pytest.mark.parametrize("typed", ["123", "+7 912 345", "позвоните вечером", "1" * 16])
def test_wrong_phone_is_shown_again_as_typed(typed: str) -> None:
    form = filled(phone=typed)
    assert "Проверьте номер" in form.phone.error
    assert form.phone.shown_value == typed


def test_code_is_read_without_its_spaces_and_hyphens() -> None:
    form = filled(code=" авек-2345 мнрс—6789 ")
    assert form.code.data == "АВЕК2345МНРС6789"
    assert form.code.shown_value == "авек-2345 мнрс—6789"


def test_password_is_taken_as_typed_and_never_shown() -> None:
    form = filled(password=" раз  два три ", again="другой пароль")
    assert form.password.data == " раз  два три "
    assert form.password.shown_value == ""
    assert form.again.error == "Пароли не совпали"


@pytest.mark.parametrize(
    ("day", "month", "year", "read"),
    [
        ("1", "2", "2015", date(2015, 2, 1)),
        ("01", "февраля", "2015", date(2015, 2, 1)),
        ("9", "май", "2015", date(2015, 5, 9)),
        ("9", "Мая", "2015", date(2015, 5, 9)),
        ("9", "сент.", "2015", date(2015, 9, 9)),
        ("29", "February", "2024", date(2024, 2, 29)),
        ("23", "11", "2026", date(2026, 11, 23)),
    ],
)
def test_date_is_read_from_numbers_and_words(day: str, month: str, year: str, read: date) -> None:
    form = dated(day, month, year)
    assert form.born.data == read
    assert form.born.error == ""


@pytest.mark.parametrize(
    ("day", "month", "year", "anchor", "says"),
    [
        ("", "2", "2015", "born-day", "целиком"),
        ("1", "", "", "born-month", "целиком"),
        ("32", "2", "2015", "born-day", "День"),
        ("²", "2", "2015", "born-day", "День"),
        ("1", "13", "2015", "born-month", "Месяц"),
        ("1", "ма", "2015", "born-month", "Месяц"),
        ("1", "2", "15", "born-year", "Год"),
        ("1", "2", "99999999999999999999", "born-year", "Год"),
        ("31", "2", "2015", "born-day", "Такой даты нет"),
        ("24", "11", "2026", "born-day", "не наступила"),
    ],
)
def test_wrong_date_is_an_error_beside_its_part(
    day: str, month: str, year: str, anchor: str, says: str
) -> None:
    form = dated(day, month, year)
    assert says in form.born.error
    assert form.error_pairs[0][0] == anchor
    assert form.born.parts["day"] == day


def test_date_outside_its_bounds_names_them() -> None:
    form = filled(**{"since-day": "31", "since-month": "8", "since-year": "2026"})
    assert form.since.error == "Укажите дату от 01.09.2026 до 31.05.2027"


def test_stored_date_fills_the_three_controls() -> None:
    form = Sample(data={"born": date(2015, 2, 1)})
    assert form.born.parts == {"day": "1", "month": "2", "year": "2015"}


def test_every_month_is_known_by_its_first_three_letters() -> None:
    words = ["янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
    assert [month_number(word) for word in words] == list(range(1, 13))


def test_choice_gives_the_member_of_its_enum() -> None:
    form = filled(answer="phone", grade="6", papers="email")
    assert form.answer.data is Answer.PHONE
    assert form.grade.data == 6
    assert form.papers.data == (Answer.EMAIL,)


def test_choice_that_was_not_offered_is_refused() -> None:
    form = filled(answer="pigeon", grade="7", papers="pigeon")
    assert form.answer.error == "Выберите один из предложенных ответов"
    assert form.answer.data is None
    assert form.grade.error
    assert form.papers.error
    assert form.papers.data == ()


def test_options_may_be_set_by_the_page() -> None:
    form = Sample(MultiDict({"name": "Анна", "slot": "9:00"}))
    form.slot.options = [Option("9:00", "9:00")]
    assert form.validate()
    assert form.slot.data == "9:00"


def test_field_may_depend_on_another_answer() -> None:
    assert filled(answer="email").email.error == "Укажите почту"
    assert filled(answer="phone").email.error == ""


def test_number_keeps_to_its_bounds_and_is_shown_as_typed() -> None:
    assert filled(lessons="8").lessons.data == 8
    assert error_of("lessons", "9") == "Укажите число от 1 до 8"
    assert error_of("lessons", "1.5") == "Укажите целое число цифрами"
    assert filled(lessons="много").lessons.shown_value == "много"


@pytest.mark.parametrize(
    ("typed", "read"), [("9:30", time(9, 30)), ("09.05", time(9, 5)), ("1430", time(14, 30))]
)
def test_time_is_read_as_people_write_it(typed: str, read: time) -> None:
    assert filled(start=typed).start.data == read


def test_time_that_is_not_on_the_clock_is_refused() -> None:
    assert "9:30" in error_of("start", "25:00")


def test_files_are_counted_and_an_empty_control_is_no_file() -> None:
    sent = [FileStorage(BytesIO(b"x"), name) for name in ("a.pdf", "b.pdf", "")]
    form = Sample(MultiDict([("name", "Анна"), *(("scans", one) for one in sent)]))
    assert form.validate()
    assert [one.filename for one in form.scans.data] == ["a.pdf", "b.pdf"]
    sent.append(FileStorage(BytesIO(b"x"), "c.pdf"))
    form = Sample(MultiDict([("name", "Анна"), *(("scans", one) for one in sent)]))
    form.validate()
    assert form.scans.error == "Выберите файлов не больше, чем 2"


def test_file_sent_in_place_of_text_is_no_text() -> None:
    form = Sample(MultiDict({"name": FileStorage(BytesIO(b"x"), "name.pdf")}))
    assert not form.validate()
    assert form.name.error == "Укажите имя"


def test_refusal_of_a_rule_stands_beside_its_field_or_above_all() -> None:
    form = filled()
    form.refuse("email", "Этот адрес уже занят")
    form.refuse(None, "Срок подачи закончился")
    assert form.error_pairs == [
        ("", "Срок подачи закончился"),
        ("email", "Этот адрес уже занят"),
    ]


def test_json_sent_to_a_form_reads_as_an_empty_form(app: Flask) -> None:
    @app.post("/try")
    def attempt() -> str:
        form = Sample()
        form.validate()
        return form.name.error

    assert app.test_client().post("/try", json=[1, {"name": 2}]).text == "Укажите имя"
