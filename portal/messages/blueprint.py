"""The blueprint, and the tabs that stand above its lists."""

from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _

from journal_core.access.terms import Permission
from journal_core.correspondence.reports import open_report_count
from portal.access import can, current_actor
from portal.state import now, reading

blueprint = Blueprint("messages", __name__, url_prefix="/messages")


def page_tabs(current: str) -> list[dict[str, Any]]:
    """`current` is the endpoint of the list that is shown; a family has one list, and no tabs."""
    tabs: list[dict[str, Any]] = [{"text": _("Переписка"), "endpoint": "index"}]
    if can(Permission.ERRORS_REPORT_ANSWER):
        waiting, overdue = open_report_count(reading(), current_actor(), now())
        tabs.append(
            {
                "text": _("Сообщения об ошибках"),
                "endpoint": "errors",
                "count": waiting,
                "alert": bool(overdue),
            }
        )
    if can(Permission.MESSAGES_CLASS_WRITE):
        tabs.append({"text": _("Классам и семьям"), "endpoint": "classes"})
    if len(tabs) == 1:
        return []
    for one in tabs:
        endpoint = one.pop("endpoint")
        one["href"], one["current"] = url_for(f"messages.{endpoint}"), endpoint == current
    return tabs
