"""What the owner reads in the history of sign-ins."""

from flask_babel import lazy_gettext as _

from journal_core.audit.terms import AuditAction

SIGN_IN_WORDS = {
    AuditAction.ACCOUNT_SIGNED_IN: _("вход"),
    AuditAction.ACCOUNT_SIGN_IN_MISSED: _("неверный пароль"),
    AuditAction.ACCOUNT_FACTOR_MISSED: _("пароль верный, код неверный"),
}
