"""Words of what people are to the school."""

from flask_babel import lazy_gettext as _

PART_NAMES = {
    "": _("Все"),
    "pupils": _("Ученики"),
    "representatives": _("Представители"),
    "staff": _("Сотрудники"),
}
