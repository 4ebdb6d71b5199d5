"""Words of the roles."""

from flask_babel import lazy_gettext as _

from journal_core.access.terms import Role

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
