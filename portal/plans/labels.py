"""Words of re-laying and of tables that were read."""

from flask_babel import lazy_gettext as _

from journal_core.plans.terms import CorrectionKind

WAY_NAMES = {
    CorrectionKind.MERGED: _("объединена"),
    CorrectionKind.DROPPED: _("сокращена"),
    CorrectionKind.MOVED: _("перенесена"),
}
COLUMN_NAMES = {
    "number": _("№"),
    "section": _("Раздел"),
    "title": _("Тема"),
    "hours": _("Часов"),
    "homework": _("Домашнее задание"),
}
