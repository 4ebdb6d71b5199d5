"""The school's own details: settings, signatories, stand-ins, classes."""

from datetime import date, time
from functools import cache
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.validators import ValidationError

from forms.base import PortalForm
from forms.codes import STAFF_ROLE_LABELS
from forms.fields import Checkbox, DateParts, Files, Integer, Select, Text, TextArea, Time
from forms.validators import date_between, required_when
from journal_core.access.terms import Role
from journal_core.risk_group.rules import read_average
from journal_core.school.rules import day_of_year
from journal_core.school.terms import SETTING_TYPES
from journal_core.visits.rules import named_weekdays

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)

SETTING_LABELS = {
    "short_name": _("Краткое название"),
    "full_name": _("Полное название"),
    "full_name_genitive": _("Полное название в родительном падеже, как в решении об отказе"),
    "service_name": _("Название услуги"),
    "address": _("Адрес"),
    "phone": _("Телефон"),
    "email": _("Электронная почта"),
    "website": _("Сайт"),
    "reception_days": _("Дни приёма"),
    "reception_from": _("Приём с"),
    "reception_to": _("Приём до"),
    "visit_slot_minutes": _("Сколько минут длится визит"),
    "visit_slot_places": _("Сколько посетителей принимают одновременно"),
    "visit_days_ahead": _("На сколько дней вперёд записывают на визит"),
    "originals_at_visit": _("Регистрировать запрос на приёме, когда показаны подлинники"),
    "preparer_may_sign": _("Подготовивший отказ может сам его подписать"),
    "draft_days": _("Сколько дней хранится черновик"),
    "tracking_days": _("Сколько дней после завершения открывается страница запроса"),
    "code_paper_days": _("Сколько дней действует код на бумаге"),
    "code_email_days": _("Сколько дней действует код из письма"),
    "right_warning_days": _("За сколько дней предупреждать, что дневник закроется"),
    "code_warning_days": _("За сколько дней предупреждать об окончании кода"),
    "calendar_warning_days": _("За сколько дней просить календарь следующего года"),
    "visit_reminder_days": _("Через сколько дней напоминать о визите"),
    "visit_days": _("Через сколько дней без визита запрос можно закрыть"),
    "code_misses": _("Ошибок с кодом за час до заморозки"),
    "sign_in_misses": _("Неверных паролей за час до паузы"),
    "tracking_misses": _("Неверных ключей за час до паузы"),
    "submits_per_hour": _("Запросов с одного адреса за час"),
    "upload_file_mb": _("Размер одного файла, МБ"),
    "upload_pages": _("Страниц в одном PDF"),
    "upload_request_mb": _("Размер всех файлов запроса, МБ"),
    "import_file_mb": _("Размер файла со списками школы, МБ"),
    "import_rows": _("Строк в файле со списками школы"),
    "upload_day_mb": _("Файлов с одного адреса за день, МБ"),
    "disk_reserve_mb": _("Запас места на диске, МБ"),
    "letter_attempts": _("Попыток отправить письмо"),
    "second_factor_required": _(
        "Директор, заместители и администратор журнала входят с кодом из приложения"
    ),
    "study_weeks": _("Учебных недель в году"),
    "study_weeks_first_grade": _("Учебных недель в году в первом классе"),
    "staff_idle_minutes": _("Через сколько минут бездействия сотрудник выходит"),
    "reset_minutes": _("Сколько минут действует ссылка на новый пароль"),
    "keep_papers_days": _("Сколько дней после завершения хранятся присланные копии документов"),
    "keep_requests_years": _("Сколько лет после завершения хранится запрос"),
    "keep_letters_days": _("Сколько дней хранятся тексты писем"),
    "keep_views_years": _("Сколько лет хранятся сведения о том, кто открывал данные"),
    "keep_attempts_days": _("Сколько дней хранятся счётчики попыток"),
    "keep_sessions_days": _("Сколько дней хранятся законченные входы"),
    "keep_notices_days": _("Сколько дней помнится, о чём семье уже написали"),
    "keep_looks_days": _("Сколько дней помнится, кто и когда открывал дневник"),
    "keep_families_years": _("Сколько лет хранится работа с молчащими семьями и группой риска"),
    "view_repeat_minutes": _("Через сколько минут повторное открытие записывается снова"),
    "study_week_days": _("Дней в учебной неделе"),
    "five_day_grade": _("До какого класса включительно учатся пять дней"),
    "curriculum_approved_by": _("Учебный план утверждается до"),
    "load_approved_by": _("Нагрузка утверждается до"),
    "tariff_approved_by": _("Тарификация утверждается до"),
    "timetable_approved_by": _("Расписание утверждается до"),
    "default_work_type": _("Тип работы, если он не назначен"),
    "weigh_marks": _("Средняя отметка учитывает вес типа работы"),
    "same_day_minutes": _("Сколько минут после последнего урока класса день заполняется вовремя"),
    "monitoring_check_days": _("За сколько дней проверяют работы внутреннего мониторинга"),
    "long_check_days": _("За сколько дней проверяют работы с долгой проверкой"),
    "foreign_languages": _("Начала названий иностранных языков, через запятую"),
    "mathematics": _("Начала названий предметов математики, через запятую"),
    "period_close_days": _("Сколько дней после конца периода открыты его клетки"),
    "correction_open_hours": _("На сколько часов разрешение открывает клетки"),
    "period_mark_days": _("За сколько дней до конца периода выставляют его отметки"),
    "enough_marks_one": _("Сколько отметок достаточно при одном уроке в неделю"),
    "enough_marks_more": _("Сколько отметок достаточно при двух уроках и больше"),
    "first_mark_weeks": _("За сколько недель у ученика должна быть одна отметка"),
    "second_mark_weeks": _("За сколько недель — две отметки"),
    "error_report_hours": _("За сколько часов отвечают на сообщение об ошибке"),
    "family_messages_per_hour": _("Сколько сообщений за час пишет один родитель или ученик"),
    "letters_tell_marks": _("В письмах семьям названы сами отметки"),
    "silence_days": _("Через сколько дней учёбы без дневника о семье напоминают"),
    "risk_silence_days": _("Через сколько дней — о семье ученика из группы риска"),
    "silence_put_off_days": _("Через сколько дней после разговора напомнить снова"),
    "risk_average": _("Средняя отметка, ниже которой ученика предлагают в группу риска"),
    "risk_low_subjects": _("По скольким предметам средняя близка к двойке"),
    "risk_unexcused_lessons": _("Сколько уроков пропущено без уважительной причины"),
}

#: What may be left empty.
_OPTIONAL = frozenset({"website"})
_LONG = frozenset({"full_name", "full_name_genitive", "service_name"})
_HOURS = frozenset({"reception_from", "reception_to"})
_DAY_HINT = _("День и месяц, например 25.08")


class DatedForm(PortalForm):
    """From when it holds, and by which order."""

    valid_from = DateParts(
        _("Действует с"),
        required=_("Укажите дату, с которой это действует"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    order_number = Text(_("Номер приказа"), limit=100, width=10)

    def values(self) -> dict[str, Any]:
        """The settings as the core stores them."""
        return {
            field.name: f"{field.data:%H:%M}" if isinstance(field.data, time) else field.data
            for field in self
            if field.name in SETTING_TYPES
        }


@cache
def settings_form(keys: tuple[str, ...]) -> type[DatedForm]:
    """A form of these settings, each field of the kind of its value."""
    return type("SettingsForm", (DatedForm,), {key: _field(key) for key in keys})


def _field(key: str) -> Any:
    label = SETTING_LABELS[key]
    required = None if key in _OPTIONAL else _("Заполните это поле")
    kind = SETTING_TYPES[key]
    if kind is bool:
        return Checkbox(label)
    if key == "study_week_days":
        return Integer(label, required=required, least=5, most=6)
    if kind is int:
        return Integer(label, required=required)
    if key.endswith("_approved_by"):
        return Text(label, required=required, width=5, hint=_DAY_HINT, validators=[_day])
    if key in _HOURS:
        return Time(label, required=required)
    if key in _LONG:
        return TextArea(label, required=required, limit=500, rows=2)
    return Text(label, required=required, limit=300, validators=_CHECKS.get(key, ()))


def _weekdays(_form: Any, field: Any) -> None:
    """Visits are booked on these days: they must be readable."""
    if field.data and not named_weekdays(field.data):
        raise ValidationError(_("Назовите дни недели, например Пн–Пт"))


def _average(_form: Any, field: Any) -> None:
    if field.data and read_average(field.data) is None:
        raise ValidationError(_("Укажите среднюю отметку от 2 до 5, например 3,0"))


def _day(_form: Any, field: Any) -> None:
    if field.data and day_of_year(field.data) is None:
        raise ValidationError(_("Укажите день и месяц, например 25.08"))


_CHECKS = {"reception_days": (_weekdays,), "risk_average": (_average,)}


class SignatoryForm(DatedForm):
    """An entry of the list of signatories (SVC-2.14). Empty cases are declined by the program."""

    person = Select(_("Сотрудник"), required=_("Выберите сотрудника"))
    position = Text(_("Должность, как в решении"), required=_("Укажите должность"), limit=200)
    position_dative = Text(
        _("Должность в дательном падеже"),
        hint=_("Кому: «Директору»"),
        required=_("Укажите должность в дательном падеже"),
        limit=200,
    )
    name_dative = Text(
        _("Инициалы и фамилия в дательном падеже"),
        hint=_("Оставьте пустым, если имя склоняется по правилам"),
        limit=300,
    )
    order_date = DateParts(_("Дата приказа"))
    valid_to = DateParts(_("Действует по"))


class EndForm(PortalForm):
    valid_to = DateParts(_("Последний день"), required=_("Укажите последний день"))


class StandInForm(DatedForm):
    """Another authorised person in a role for a time."""

    person = Select(_("Сотрудник"), required=_("Выберите сотрудника"))
    role = Select(_("Кого замещает"), Role, labels=STAFF_ROLE_LABELS, required=_("Выберите роль"))
    school_class = Select(
        _("Класс, если замещает классного руководителя"),
        validators=[required_when("role", Role.CLASS_TEACHER, _("Выберите класс"))],
        mark_optional=False,
    )
    valid_to = DateParts(_("Действует по"), required=_("Укажите последний день"))


class ClassForm(PortalForm):
    grade = Integer(_("Параллель"), least=1, most=11, required=_("Укажите параллель"))
    letter = Text(_("Буква"), limit=10, width=2, required=_("Укажите букву"))
    class_teacher = Select(_("Классный руководитель"))


class SchoolFileForm(PortalForm):
    file = Files(_("Файл школы"), accept=(".json",), multiple=False, required=_("Выберите файл"))
