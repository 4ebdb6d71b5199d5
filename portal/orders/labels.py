"""Words of orders and of what rests on them."""

from flask_babel import lazy_gettext as _

from journal_core.classes.terms import MoveKind, RestingKind
from journal_core.orders.terms import OrderKind

KIND_NAMES = {
    OrderKind.ENROLMENT: _("зачисление"),
    OrderKind.TRANSFER: _("перевод в другой класс"),
    OrderKind.LEAVING: _("выбытие"),
    OrderKind.PROMOTION: _("перевод в следующий класс"),
    OrderKind.GROUPS: _("состав групп"),
    OrderKind.STAFFING: _("кадры"),
    OrderKind.APPROVAL: _("утверждение"),
}
RESTING_NAMES = {
    RestingKind.INTO_CLASS: _("в классе с"),
    RestingKind.OUT_OF_CLASS: _("в классе по"),
    RestingKind.INTO_GROUP: _("в группе с"),
    RestingKind.INTO_POSITION: _("в должности с"),
    RestingKind.OUT_OF_POSITION: _("в должности по"),
}
MOVE_NAMES = {
    MoveKind.ARRIVED: _("Прибыли"),
    MoveKind.MOVED: _("Перешли в другой класс"),
    MoveKind.LEFT: _("Выбыли"),
}
