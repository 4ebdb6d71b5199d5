"""Words of the roles, and of what a lesson lacks."""

from flask_babel import lazy_gettext as _

from journal_core.access.terms import Role
from journal_core.teaching.terms import Lack

ROLE_NAMES = {
    Role.HEAD: _("директор"),
    Role.DEPUTY: _("заместитель директора"),
    Role.CURATOR: _("администратор журнала"),
    Role.SECRETARY: _("секретарь"),
    Role.TEACHER: _("учитель"),
    Role.CLASS_TEACHER: _("классный руководитель"),
    Role.PARENT: _("родитель"),
    Role.PUPIL: _("ученик"),
}

LACK_NAMES = {
    Lack.ROLL: _("перекличка"),
    Lack.TOPIC: _("тема"),
    Lack.HOMEWORK: _("домашнее задание"),
    Lack.MARKS: _("отметки за работу"),
}
