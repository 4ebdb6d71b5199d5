"""The parts that pages are built of, in a small application of their own."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, render_template, render_template_string
from flask.testing import FlaskClient
from flask_babel import Babel
from flask_babel import lazy_gettext as _
from flask_wtf import CSRFProtect
from werkzeug.datastructures import MultiDict

from forms.base import PortalForm
from forms.fields import (
    Checkbox,
    CheckboxGroup,
    Choice,
    DateParts,
    Email,
    Files,
    Hidden,
    Option,
    Password,
    Select,
    Text,
    TextArea,
)
from portal import assets, presentation

PORTAL = str(Path(presentation.__file__).parent)
SCHOOL = SimpleNamespace(
    short_name="Школа № 0 <учебная>",
    full_name="Учебная средняя школа",
    address="ул. Примерная, 1",
    phone="+70000000000",
    email="school@example.org",
    reception_hours="пн–пт, 9:00–14:30",
    website="https://school.example.org",
)


class Capacity(StrEnum):
    PARENT = "parent"
    GUARDIAN = "guardian"


class Everything(PortalForm):
    name = Text(_("Фамилия"), required=_("Укажите фамилию"), hint=_("Как в паспорте"))
    email = Email(_("Электронная почта"))
    password = Password(_("Пароль"), required=_("Введите пароль"))
    story = TextArea(_("Расскажите"))
    born = DateParts(_("Дата рождения"), required=_("Укажите дату рождения"), autocomplete="bday")
    capacity = Choice(
        _("Кто вы ребёнку?"),
        Capacity,
        labels={Capacity.PARENT: _("Родитель"), Capacity.GUARDIAN: _("Опекун")},
        hints={Capacity.GUARDIAN: _("Нужен документ об опеке")},
        required=_("Выберите, кто вы ребёнку"),
    )
    papers = CheckboxGroup(_("Документы"), [Option("a", "А"), Option("b", "Б")])
    day = Select(_("День"), [Option("1", "Первый"), Option("2", "Второй")])
    agreed = Checkbox(_("Всё верно"), required=_("Подтвердите, что всё верно"))
    scans = Files(_("Файлы"), accept=(".pdf",))
    page_key = Hidden()


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask("components", root_path=PORTAL)
    app.config.update(SECRET_KEY="for tests only", WTF_CSRF_CHECK_DEFAULT=False, TESTING=True)
    Babel(app, default_locale="ru")
    CSRFProtect(app)
    presentation.register(app, ZoneInfo("Europe/Moscow"))
    app.jinja_env.globals.update(
        csp_nonce=lambda: "nonce-of-the-page",
        school=SCHOOL,
        navigation=SimpleNamespace(
            sections=[
                SimpleNamespace(label="Сегодня", url="/today", current=True, count=3),
                SimpleNamespace(label="Поиск", url="/search", current=False, count=None),
            ],
            pages=[],
        ),
        language="ru",
        demo_mode=True,
        current_user=SimpleNamespace(
            is_authenticated=True, name="Анна Секретарёва", role_label="Секретарь"
        ),
    )
    app.add_url_rule("/language", endpoint="language.switch", view_func=lambda: "")
    app.add_url_rule("/logout", endpoint="account.logout", view_func=lambda: "")
    app.add_url_rule("/login", endpoint="account.login", view_func=lambda: "")
    app.add_url_rule("/account", endpoint="account.own", view_func=lambda: "")
    app.add_url_rule("/home", endpoint="home.index", view_func=lambda: "")
    app.add_url_rule("/help", endpoint="service.help_page", view_func=lambda: "")
    with app.test_request_context("/here"):
        yield app


def rendered(source: str, **values: object) -> str:
    return render_template_string(source, **values)


def page_of(form: PortalForm) -> str:
    return rendered(
        '{% from "components/fields.html" import field, form_for, error_summary %}'
        "{{ error_summary(form) }}{% call form_for(form) %}"
        "{% for one in form if one not in form.hidden_fields %}{{ field(one) }}{% endfor %}"
        "{% endcall %}",
        form=form,
    )


def submitted(**typed: str) -> Everything:
    form = Everything(MultiDict(typed))
    form.validate()
    return form


@pytest.mark.usefixtures("app")
def test_empty_form_shows_every_field_with_its_label_and_no_error() -> None:
    page = page_of(Everything())
    assert "Фамилия" in page
    assert "Электронная почта (необязательно)" in page
    assert 'enctype="multipart/form-data"' in page
    assert 'name="csrf_token"' in page
    assert page.count('name="page_key"') == 1
    assert "govuk-error" not in page


@pytest.mark.usefixtures("app")
def test_summary_leads_to_the_first_control_of_each_wrong_field() -> None:
    page = page_of(submitted())
    for anchor in ("name", "password", "born-day", "capacity", "agreed"):
        assert f'href="#{anchor}"' in page
        assert f'id="{anchor}"' in page
    assert "Ошибка:" in page
    assert 'aria-describedby="name-hint name-error"' in page


@pytest.mark.usefixtures("app")
def test_failing_form_keeps_what_was_typed_except_the_password() -> None:
    page = page_of(
        submitted(
            name="Иванова",
            password="secret-word",
            story="Первая строка\nВторая",
            capacity="guardian",
            papers="b",
            day="2",
            agreed="yes",
            page_key="key-1",
            **{"born-day": "31", "born-month": "февраля", "born-year": "2015"},
        )
    )
    assert 'value="Иванова"' in page
    assert "secret-word" not in page
    assert ">Первая строка\nВторая</textarea>" in page
    assert 'value="guardian" checked' in page
    assert 'value="b" checked' in page
    assert 'value="2" selected' in page
    assert 'value="yes" checked' in page
    assert 'value="февраля"' in page
    assert 'value="key-1"' in page
    assert "Такой даты нет" in page


@pytest.mark.usefixtures("app")
def test_typed_text_is_escaped_wherever_it_is_shown() -> None:
    page = page_of(submitted(name='<script>"', story="</textarea><b>"))
    assert "<script>" not in page
    assert "<b>" not in page


@pytest.mark.parametrize("layout", ["layout.html", "staff.html"])
def test_layouts_show_the_school_and_escape_its_name(app: Flask, layout: str) -> None:
    page = rendered(
        "{% extends layout %}{% block title %}Заявление{% endblock %}"
        "{% block main %}<h1>Заявление</h1>{% endblock %}",
        layout=layout,
    )
    assert "<title>Заявление – Школа № 0 &lt;учебная&gt;</title>" in page
    assert "Перейти к содержанию" in page
    assert "Учебная копия" in page
    assert page.count("<h1>") == 1
    assert 'nonce="nonce-of-the-page"' in page
    assert "Анна Секретарёва" in page
    assert ("Секретарь" in page) is (layout == "staff.html")


def test_title_of_a_page_with_errors_says_so(app: Flask) -> None:
    page = rendered(
        '{% extends "layout.html" %}{% block title %}Вход{% endblock %}', form=submitted()
    )
    assert "<title>Ошибка: Вход – " in page


def test_pages_stand_without_a_school_and_a_signed_in_person(app: Flask) -> None:
    app.jinja_env.globals.update(school=None, navigation=None, current_user=None, demo_mode=False)
    page = render_template(
        "errors/page.html", status=404, title="Страницы нет", happened="", todo="", reference="A1"
    )
    assert "<title>Страницы нет</title>" in page
    assert "Войти" in page


def test_page_of_a_broken_server_needs_nothing(app: Flask) -> None:
    page = app.jinja_env.get_template("errors/500.html").render({"reference": "7F3A"})
    assert "7F3A" in page
    assert "<script" not in page
    assert "<style" not in page


@pytest.mark.usefixtures("app")
def test_small_components_escape_their_texts() -> None:
    page = rendered(
        '{% from "components/tag.html" import tag %}'
        '{% from "components/summary_list.html" import summary_list %}'
        '{% from "components/table.html" import data_table %}'
        '{% from "components/timeline.html" import timeline %}'
        '{% from "components/tabs.html" import tabs %}'
        '{% from "components/task_list.html" import task_list %}'
        '{% from "components/notice.html" import banner, warning, inset, flashes %}'
        '{% from "components/details.html" import details %}'
        '{% from "components/clause.html" import clause %}'
        '{% from "components/file_list.html" import file_list %}'
        '{% from "components/panel.html" import panel %}'
        '{% from "components/button.html" import button, link_button, post_button %}'
        "{{ tag(bad, 'red') }}"
        "{{ summary_list([(bad, bad), {'key': bad, 'value': '', 'href': bad}]) }}"
        "{{ data_table(bad, [bad, {'text': bad, 'numeric': true}], [[bad, bad]]) }}"
        "{{ timeline([{'title': bad, 'at': bad, 'by': bad, 'text': bad}]) }}"
        "{{ tabs([{'text': bad, 'href': bad, 'count': 2, 'current': true}], bad) }}"
        "{{ task_list([{'title': bad, 'href': bad, 'hint': bad, 'status': bad}]) }}"
        "{{ task_list([{'title': bad, 'status': bad, 'colour': 'red'}]) }}"
        "{{ banner(bad) }}{{ warning(bad) }}{% call inset() %}{{ bad }}{% endcall %}"
        "{% call banner() %}{{ bad }}{% endcall %}"
        "{% call details(bad) %}{{ bad }}{% endcall %}{{ clause('SVC-2.11', bad) }}"
        "{{ file_list([{'name': bad, 'href': bad, 'size': 10, 'note': bad}]) }}"
        "{% call panel(bad) %}{{ bad }}{% endcall %}"
        "{{ button(bad) }}{{ link_button(bad, bad) }}{{ post_button(bad, bad, {'a': bad}) }}",
        bad='"><i>x',
    )
    assert "<i>" not in page
    assert "&lt;i&gt;" in page


@pytest.mark.usefixtures("app")
def test_table_without_rows_says_so() -> None:
    page = rendered(
        '{% from "components/table.html" import data_table %}'
        "{{ data_table('Очередь', ['Имя'], [], empty='Очередь пуста') }}"
    )
    assert "Очередь пуста" in page
    assert "<table" not in page


@pytest.mark.usefixtures("app")
def test_pager_shows_ends_and_neighbours() -> None:
    page = rendered(
        '{% from "components/pager.html" import pager %}{{ pager(5, 9, href) }}',
        href=lambda number: f"/list?page={number}",
    )
    shown = [number for number in range(1, 10) if f'href="/list?page={number}" aria-label' in page]
    assert shown == [1, 4, 5, 6, 9]
    assert 'aria-current="page">5<' in page


@pytest.mark.usefixtures("app")
def test_dates_are_written_in_russian_and_in_the_schools_zone() -> None:
    night = datetime(2026, 11, 22, 22, 5, tzinfo=UTC)
    written = rendered(
        "{{ d | date }}|{{ d | short_date }}|{{ d | weekday_date }}"
        "|{{ m | datetime }}|{{ m | date }}"
        "|{{ t | time }}|{{ m | time }}|{{ none | date }}|{{ none | datetime }}",
        d=date(2026, 11, 23),
        m=night,
        t=time(9, 5),
    ).replace("\u00a0", " ")
    assert written == (
        "23 ноября 2026 г.|23.11.2026|понедельник, 23 ноября|23 ноября 2026 г. в 1:05"
        "|23 ноября 2026 г.|9:05|1:05||"
    )


@pytest.mark.usefixtures("app")
def test_phones_and_sizes_do_not_break_at_a_line_end() -> None:
    written = rendered(
        "{{ '+79123456789' | phone }}|{{ '2-13-14' | phone }}|{{ 2560000 | filesize }}"
    )
    assert written == "+7\u00a0912\u00a0345-67-89|2-13-14|2,4\u00a0МБ"


def test_english_page_has_english_dates() -> None:
    app = Flask("components", root_path=PORTAL)
    Babel(app, default_locale="en")
    presentation.register(app, ZoneInfo("Europe/Moscow"))
    with app.test_request_context("/"):
        written = rendered("{{ d | date }}|{{ d | weekday_date }}", d=date(2026, 11, 23))
    assert written.replace("\u00a0", " ") == "23 November 2026|Monday, 23 November"


def test_expired_token_asks_to_press_again_and_keeps_the_answers(app: Flask) -> None:
    @app.post("/try")
    def attempt() -> str:
        form = Everything()
        form.validate()
        return page_of(form)

    client: FlaskClient = app.test_client()
    page = client.post("/try", data={"name": "Иванова"}).text
    assert "Страница устарела" in page
    assert 'value="Иванова"' in page


def test_stylesheet_is_freed_of_what_belongs_to_gov_uk_alone() -> None:
    css = (
        "/*! Copyright of the font */@font-face{font-family:GDS Transport;src:url(/assets/a.woff2)}"
        "a{font-family:GDS Transport,arial,sans-serif}"
        "b{background-image:url(/assets/images/govuk-crest.svg)}"
        "\n/*# sourceMappingURL=govuk.css.map */"
    )
    assert assets.rebranded(css) == (
        'a{font-family:"Golos Text",arial,sans-serif}b{background-image:none}'
    )


def test_missing_packages_are_told_plainly(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsMissing, match="is missing"):
        assets.copy_assets(tmp_path / "node_modules", tmp_path / "static", tmp_path / "fonts")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("app")
def test_cell_carries_its_columns_text_for_the_card_that_a_phone_shows() -> None:
    page = rendered(
        '{% from "components/table.html" import data_table %}'
        '{{ data_table("Люди", ["Имя", "Класс", {"text": "Действия", "hidden": True}],'
        ' [["Анна", "6А", "Открыть"]]) }}'
    )
    assert 'data-label="Класс">6А</td>' in page
    assert "data-label" not in page.replace('data-label="Класс"', "")
