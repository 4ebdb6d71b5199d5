"""An achievement of a pupil."""

from flask_babel import lazy_gettext as _

from forms.base import OnceForm
from forms.fields import PAPER_FILES, DateParts, Files, Select, Text, TextArea
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between
from journal_core.portfolio.terms import (
    MOST_FILES,
    NOTE_LENGTH,
    RESULT_LENGTH,
    TITLE_LENGTH,
    AchievementKind,
    AchievementLevel,
)

KIND_NAMES = {
    AchievementKind.OLYMPIAD: _("олимпиада"),
    AchievementKind.CONTEST: _("конкурс"),
    AchievementKind.RESEARCH: _("проект, исследование"),
    AchievementKind.SPORT: _("спорт"),
    AchievementKind.ART: _("творчество"),
    AchievementKind.PUBLIC: _("общественная работа"),
    AchievementKind.OTHER: _("другое"),
}
LEVEL_NAMES = {
    AchievementLevel.SCHOOL: _("школьный"),
    AchievementLevel.MUNICIPAL: _("муниципальный"),
    AchievementLevel.REGIONAL: _("региональный"),
    AchievementLevel.NATIONAL: _("всероссийский"),
    AchievementLevel.INTERNATIONAL: _("международный"),
}


class AchievementForm(OnceForm):
    title = Text(
        _("Название"),
        hint=_("Например, «Турнир юных математиков»"),
        limit=TITLE_LENGTH,
        required=_("Напишите название"),
    )
    kind = Select(_("Вид"), AchievementKind, labels=KIND_NAMES, required=_("Выберите вид"))
    level = Select(
        _("Уровень"), AchievementLevel, labels=LEVEL_NAMES, required=_("Выберите уровень")
    )
    achieved_on = DateParts(
        _("Дата"),
        required=_("Укажите дату"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    result = Text(_("Результат"), hint=_("Например, «призёр» или «2 место»"), limit=RESULT_LENGTH)
    note = TextArea(_("Примечание"), limit=NOTE_LENGTH, rows=3)
    files = Files(_("Приложить файлы"), accept=PAPER_FILES, most=MOST_FILES)
