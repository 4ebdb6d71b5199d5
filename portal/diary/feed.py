"""Lessons and homework in a calendar, by a link that its owner makes, renews and ends."""

from datetime import datetime, time, timedelta
from uuid import UUID

from flask import Response as Answer
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, TooManyRequests
from werkzeug.wrappers import Response

from documents.lessons_feed import FeedEvent, write_feed
from forms.account import EmptyForm
from journal_core.access.terms import Permission
from journal_core.attendance.terms import Days
from journal_core.diary.commands import (
    EndCalendarLink,
    MakeCalendarLink,
    end_calendar_link,
    make_calendar_link,
)
from journal_core.diary.models import CalendarLink
from journal_core.diary.queries import calendar_link, diary_days, linked_pupil
from journal_core.diary.terms import DiaryDay, DiaryLesson, DiaryPupil
from journal_core.errors import NotFound
from journal_core.homework.terms import HomeworkView
from journal_core.secrets import subject_of_token
from portal.access import public, requires, signed_in
from portal.diary.blueprint import asked_pupil, blueprint
from portal.navigation import school
from portal.perform import perform
from portal.state import current_portal, reading, today
from portal.throttle import count, is_spent

#: What the link is for: no other link of the portal opens this.
PURPOSE = "calendar"
#: Days in the calendar before today and after it.
BEFORE, AFTER = timedelta(days=14), timedelta(days=28)
DAY = timedelta(days=1)


@blueprint.get("/<uuid:pupil_id>/calendar")
@requires(Permission.DIARY_PAGE_READ)
def calendar(pupil_id: UUID) -> str:
    """The link, and how to end it."""
    pupil = asked_pupil(pupil_id)
    account = signed_in()
    link = calendar_link(reading(), account.account_id, pupil_id) if account else None
    return render_template(
        "diary/calendar.html",
        pupil=pupil,
        link=link if link and link.ended_at is None else None,
        address=_address(link) if link and link.ended_at is None else "",
    )


@blueprint.post("/<uuid:pupil_id>/calendar")
@requires(Permission.DIARY_PAGE_READ)
def change_calendar(pupil_id: UUID) -> Response:
    """Make the link, anew where there is one; or end it."""
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    asked_pupil(pupil_id)
    act = request.form.get("act")
    if act == "end":
        perform(end_calendar_link, EndCalendarLink(pupil_id=pupil_id))
        flash(_("Ссылка выключена: календарь больше не обновляется."), "success")
    elif act == "make":
        perform(make_calendar_link, MakeCalendarLink(pupil_id=pupil_id))
        flash(_("Ссылка готова. Прежняя, если была, больше не действует."), "success")
    else:
        raise BadRequest
    return redirect(url_for("diary.calendar", pupil_id=pupil_id), 303)


@blueprint.get("/calendar/<token>.ics")
@public
def feed(token: str) -> Response:
    """What the calendar asks for: subject, room and homework, nobody's name.

    A link that is wrong, ended or of somebody whose right ended is no page; misses are limited.
    """
    try:
        pupil = _linked(token)
    except NotFound:
        if is_spent("calendar", school().tracking_misses):
            raise TooManyRequests from None
        count("calendar")
        raise
    days = Days(since=today() - BEFORE, until=today() + AFTER)
    found = diary_days(reading(), pupil.id, days, today())
    # The same all day: a calendar that asks again is told that nothing changed.
    stamp = datetime.combine(today(), time(), current_portal().zone)
    content = write_feed(_feed_name(pupil), [one for day in found for one in _events(day)], stamp)
    answer = Answer(content, mimetype="text/calendar")
    answer.cache_control.private = True
    answer.cache_control.no_cache = True
    answer.add_etag()
    return answer.make_conditional(request)


def _linked(token: str) -> DiaryPupil:
    link_id = subject_of_token(token)
    if link_id is None:
        raise NotFound("link_unknown")
    link, pupil = linked_pupil(reading(), link_id, today())
    if not current_portal().keys.is_link_token(token, PURPOSE, link.id, link.generation):
        raise NotFound("link_unknown")
    return pupil


def _address(link: CalendarLink) -> str:
    token = current_portal().keys.link_token(PURPOSE, link.id, link.generation)
    return current_portal().config.base_url + url_for("diary.feed", token=token)


def _feed_name(pupil: DiaryPupil) -> str:
    """The class alone: a calendar is often shared, and shown on a locked phone."""
    return str(_("Уроки, %(name)s", name=pupil.class_name) if pupil.class_name else _("Уроки"))


def _events(day: DiaryDay) -> list[FeedEvent]:
    lessons = [_lesson(one) for one in day.lessons]
    return [*lessons, *(_task(one) for one in day.due if one.due_day)]


def _lesson(one: DiaryLesson) -> FeedEvent:
    lesson, zone = one.lesson, current_portal().zone
    has_bells = one.starts is not None and one.ends is not None
    return FeedEvent(
        identity=f"lesson-{lesson.id}@school-portal",
        title=f"{lesson.number}. {lesson.subject}" if not has_bells else lesson.subject,
        starts=datetime.combine(lesson.day, one.starts, zone) if one.starts else lesson.day,
        ends=datetime.combine(lesson.day, one.ends, zone) if one.ends else lesson.day + DAY,
        place=_("каб. %(room)s", room=lesson.room) if lesson.room else "",
        text="\n".join(_told(task) for task in one.due),
        is_cancelled=lesson.is_cancelled,
    )


def _task(task: HomeworkView) -> FeedEvent:
    day = task.due_day or task.day
    return FeedEvent(
        identity=f"homework-{task.id}@school-portal",
        title=f"{_('К этому дню')}: {task.subject}",
        starts=day,
        ends=day + DAY,
        text=_told(task),
    )


def _told(task: HomeworkView) -> str:
    return "\n".join(part for part in (task.text, task.comment, task.link) if part)
