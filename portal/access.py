"""Who may open what. Every view is tagged; one guard denies whatever is not."""

from collections.abc import Callable
from typing import TypeVar, cast

from flask import current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from journal_core.access.terms import APPLICANT, APPLICANT_PERMISSIONS, Permission, SignedInAccount
from journal_core.context import Actor
from journal_core.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., object])

#: What the record holds of a name that acted.
LABEL_LENGTH = 300

PUBLIC = "public"
_TAG = "access_tag"


def requires(permission: Permission) -> Callable[[View], View]:
    """Tag a view with the one permission that opens it."""

    def tag(view: View) -> View:
        setattr(view, _TAG, permission)
        return view

    return tag


def public(view: View) -> View:
    """Tag a view that anybody may open."""
    setattr(view, _TAG, PUBLIC)
    return view


def access_tag(view: Callable[..., object]) -> Permission | str | None:
    """The view's tag, or None when nobody decided who may open it."""
    return getattr(view, _TAG, None)


def guard() -> Response | None:
    """Before every request: let it through, send it to sign in, or raise NotAllowed."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    tag = access_tag(current_app.view_functions[request.endpoint])
    if tag == PUBLIC:
        return None
    if not isinstance(tag, Permission):
        raise NotAllowed("route_not_opened")
    account = signed_in()
    if account is None:
        return redirect(url_for("account.login", next=request.full_path.rstrip("?")), 303)
    if tag not in account.permissions:
        raise NotAllowed("permission_missing", permission=tag)
    return None


def refuse_nul() -> None:
    """No keyboard types the sign NUL into a search, and PostgreSQL looks for no such text."""
    if request.endpoint and b"%00" in request.query_string:
        raise BadRequest


def signed_in() -> SignedInAccount | None:
    """The account of this browser, or None."""
    if not current_user.is_authenticated:
        return None
    return cast(SignedInAccount, current_user.account)


def can(permission: Permission | str) -> bool:
    """For templates: whether to show a way that the guard would let through."""
    account = signed_in()
    return account is not None and Permission(permission) in account.permissions


def current_actor() -> Actor:
    """Who acts in this request: the signed-in account, or an applicant without one."""
    if "actor" not in g:
        account = signed_in()
        g.actor = _actor_of(account) if account else _applicant()
    return cast(Actor, g.actor)


def _actor_of(account: SignedInAccount) -> Actor:
    return Actor(
        label=account.full_name[:LABEL_LENGTH],
        permissions=account.permissions | APPLICANT_PERMISSIONS,
        account_id=account.account_id,
        person_id=account.person_id,
        address=request.remote_addr or "",
    )


def _applicant() -> Actor:
    return Actor(
        label=APPLICANT,
        permissions=APPLICANT_PERMISSIONS,
        address=request.remote_addr or "",
    )
