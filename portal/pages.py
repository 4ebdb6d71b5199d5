"""The answer with a form in it."""

from typing import Any

from flask import render_template

from forms.base import PortalForm


def form_page(
    template: str, form: PortalForm, status: int | None = None, **values: Any
) -> tuple[str, int]:
    """The page with its form: 200, or 422 when what was sent was refused beside its fields."""
    page = render_template(template, form=form, **values)
    return page, status or (422 if form.errors else 200)
