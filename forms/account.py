"""Signing in, tracking, redeeming a code."""

from typing import Any

from flask_babel import lazy_gettext as _

from forms.base import PortalForm
from forms.fields import Code, DateParts, Email, Password, Text
from forms.validators import min_length

#: Symbols that a password has at least; nothing else is asked of it.
PASSWORD_LENGTH = 10


class LoginForm(PortalForm):
    username = Text(
        _("Имя пользователя"), required=_("Укажите имя пользователя"), autocomplete="username"
    )
    password = Password(_("Пароль"), required=_("Введите пароль"), autocomplete="current-password")


class EmptyForm(PortalForm):
    """Only the token that proves the page is ours."""


def _new_password(label: Any) -> Password:
    return Password(
        label,
        required=label,
        hint=_("Не короче 10 знаков"),
        validators=[min_length(PASSWORD_LENGTH, _("Пароль не короче 10 знаков"))],
        autocomplete="new-password",
    )


class ChangePasswordForm(PortalForm):
    current_password = Password(_("Нынешний пароль"), required=_("Введите нынешний пароль"))
    new_password = _new_password(_("Придумайте новый пароль"))


class ChangeEmailForm(PortalForm):
    email = Email(
        _("Электронная почта"),
        hint=_("На неё придёт ссылка, если вы забудете пароль."),
    )


class SecondStepForm(PortalForm):
    code = Code(
        _("Код"),
        required=_("Введите код"),
        hint=_("6 цифр из приложения или запасной код"),
        width=20,
        autocomplete="one-time-code",
    )


class SetUpForm(PortalForm):
    """The first code of an app that has just taken over the secret."""

    code = Code(
        _("Код из приложения"),
        required=_("Введите код из приложения"),
        hint=_("6 цифр"),
        width=10,
        inputmode="numeric",
        autocomplete="one-time-code",
    )


class PasswordAgainForm(PortalForm):
    current_password = Password(_("Ваш пароль"), required=_("Введите пароль"))


class OwnSetUpForm(PasswordAgainForm, SetUpForm):
    """For one who is signed in already: the password is asked again."""


class AskResetForm(PortalForm):
    username = Text(
        _("Имя пользователя или электронная почта"),
        required=_("Укажите имя пользователя или электронную почту"),
        autocomplete="username",
    )


class ResetForm(PortalForm):
    password = _new_password(_("Придумайте новый пароль"))


class TrackForm(PortalForm):
    track_number = Text(
        _("Номер запроса"), required=_("Укажите номер запроса"), hint="26-00042", width=10
    )
    track_key = Code(_("Ключ"), required=_("Укажите ключ из расписки"), width=20)


class CodeForm(PortalForm):
    code = Text(
        _("Пригласительный код"),
        required=_("Введите код"),
        hint=_("16 знаков. Пробелы и дефисы не важны, буквы можно русские или латинские."),
        width=20,
    )


class NewAccountForm(PortalForm):
    username = Text(
        _("Придумайте имя пользователя"),
        required=_("Придумайте имя пользователя"),
        limit=100,
        autocomplete="username",
    )
    password = _new_password(_("Придумайте пароль"))
    email = Email(
        _("Электронная почта"),
        hint=_("На неё придёт ссылка, если вы забудете пароль."),
    )


class FamilyAccountForm(NewAccountForm):
    child_birth_date = DateParts(
        _("Дата рождения ребёнка"), required=_("Укажите дату рождения ребёнка")
    )


class StaffAccountForm(NewAccountForm):
    last_name = Text(_("Ваша фамилия"), required=_("Укажите вашу фамилию"))
