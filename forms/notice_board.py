"""A notice of the board."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _

from forms.base import OnceForm
from forms.fields import (
    PAPER_FILES,
    Checkbox,
    CheckboxGroup,
    Choice,
    DateParts,
    Files,
    Option,
    Text,
    TextArea,
)
from forms.school import FIRST_DAY, LAST_DAY
from forms.validators import date_between
from journal_core.notice_board.terms import MOST_FILES, TEXT_LENGTH, TITLE_LENGTH, Audience

AUDIENCE_NAMES = {
    Audience.FAMILIES: _("Родителям и ученикам"),
    Audience.STAFF: _("Учителям и сотрудникам"),
}


class NoticeForm(OnceForm):
    """`offer` says for whom; whoever speaks for classes alone has to tick one."""

    title = Text(_("Заголовок"), limit=TITLE_LENGTH, required=_("Напишите заголовок"))
    text = TextArea(_("Текст"), limit=TEXT_LENGTH, rows=6)
    audience = Choice(_("Кому"), Audience, labels=AUDIENCE_NAMES, small=True)
    classes = CheckboxGroup(_("Классы"), small=True)
    since = DateParts(
        _("Показывать с"),
        required=_("Укажите первый день"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    until = DateParts(
        _("По какой день"),
        hint=_("Оставьте пустым, чтобы объявление висело, пока его не снимут"),
        validators=[date_between(FIRST_DAY, LAST_DAY)],
    )
    is_pinned = Checkbox(_("Закрепить наверху"), small=True)
    files = Files(_("Приложить файлы"), accept=PAPER_FILES, most=MOST_FILES)

    def offer(self, classes: Sequence[Option], *, whole_school: bool) -> None:
        """Before the validation."""
        self.classes.options = list(classes)
        if whole_school:
            self.classes.hint = _("Не отмечайте ни одного, если объявление для всей школы")
            self.audience.required = _("Выберите, кому объявление")
        else:
            del self.audience
            self.classes.required = _("Отметьте классы")

    @property
    def addressed(self) -> Audience:
        """Whom it is for; who speaks for classes tells their families."""
        if "audience" not in self:
            return Audience.FAMILIES
        chosen: Audience = self.audience.data
        return chosen
