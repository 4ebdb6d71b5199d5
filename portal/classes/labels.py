"""Words of groups."""

from flask_babel import lazy_gettext as _

from journal_core.classes.terms import GroupKind

KIND_NAMES = {
    GroupKind.DIVISION: _("деление класса"),
    GroupKind.AFTER_SCHOOL: _("группа продлённого дня"),
    GroupKind.CLUB: _("кружок, секция"),
}
