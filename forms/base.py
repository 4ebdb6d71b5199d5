"""The form that every screen's form inherits."""

from typing import Any
from uuid import UUID, uuid4

from flask import request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict
from wtforms.i18n import get_translations

from forms.fields import Files, Hidden, PortalField

_FROM_REQUEST: Any = object()


class PortalForm(FlaskForm):  # type: ignore[misc]
    """A form that speaks the person's language, keeps what was typed and lists errors in order.

    `form.validate_on_submit()` as usual. A rule's refusal is put beside a field by
    `form.refuse("email", message)`, or above all fields by `form.refuse(None, message)`.
    """

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> Any:
            """WTForms' own few messages, in the language of the page."""
            return get_translations([str(get_locale() or "ru")])

    def __init__(self, formdata: Any = _FROM_REQUEST, **values: Any) -> None:
        super().__init__(_typed() if formdata is _FROM_REQUEST else formdata, **values)

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        if "csrf_token" in self and self.csrf_token.errors:
            self.csrf_token.errors = [
                _("Страница устарела. Проверьте ответы и нажмите кнопку ещё раз.")
            ]
        return valid

    def refuse(self, name: str | None, message: Any) -> None:
        """Add an error found outside the form: beside the field `name`, or for the whole form."""
        errors = self.form_errors if name is None else self[name].errors
        if name is not None and not isinstance(errors, list):
            errors = self[name].errors = list(errors)
        errors.append(message)

    @property
    def error_pairs(self) -> list[tuple[str, Any]]:
        """(id of the control to go to, message) in the order of the fields; "" leads nowhere."""
        pairs = [("", message) for message in self.form_errors]
        for field in self:
            if not field.errors:
                continue
            anchor = field.anchor if isinstance(field, PortalField) else ""
            pairs.append((anchor, next(iter(field.errors))))
        return pairs

    @property
    def hidden_fields(self) -> list[Any]:
        return [field for field in self if isinstance(field, Hidden) or field.name == "csrf_token"]

    @property
    def multipart(self) -> bool:
        return any(isinstance(field, Files) for field in self)


class OnceForm(PortalForm):
    """What makes something new: sent twice, it makes it once. The page carries the new one's id."""

    key = Hidden()

    def __init__(self, *typed: Any, **values: Any) -> None:
        super().__init__(*typed, **values)
        self.key.data = str(self.key_id)

    @property
    def key_id(self) -> UUID:
        try:
            return UUID(self.key.data)
        except ValueError:
            return uuid4()


def _typed() -> Any:
    """What was typed into the page's form. A JSON body is not a form and reads as an empty one."""
    if request.method not in {"POST", "PUT", "PATCH", "DELETE"}:
        return None
    return CombinedMultiDict((request.files, request.form))
