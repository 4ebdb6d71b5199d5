"""Weeks of classes, teachers and rooms; versions drawn up, published and laid into the year."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from forms.account import EmptyForm
from forms.fields import Option
from forms.timetable import (
    DayForm,
    NewVersionForm,
    PublishPastForm,
    VersionForm,
    day_form,
    places_for,
    standing_values,
)
from journal_core.academic_year.rules import year_in_hand
from journal_core.access.terms import Permission
from journal_core.curriculum.queries import approval_row
from journal_core.curriculum.terms import ApprovalKind
from journal_core.errors import RuleBroken, StaleVersion
from journal_core.lessons.commands import (
    Laid,
    LayLessons,
    lay_lessons,
)
from journal_core.lessons.queries import (
    laying_of,
    lessons_with_ids,
    past_change,
    substituted_lessons,
)
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_led_by, classes_of_year
from journal_core.timetable.commands import (
    ChangeVersion,
    CreateVersion,
    PublishVersion,
    RemoveVersion,
    SaveSlots,
    WithdrawVersion,
    change_version,
    create_version,
    remove_version,
    save_slots,
)
from journal_core.timetable.queries import (
    load_choices,
    load_gaps,
    rooms_of,
    teachers_of,
    version_on,
    version_view,
    versions_of,
    week_of,
)
from journal_core.timetable.rules import fingerprint
from journal_core.timetable.terms import WEEKDAYS, PlannedLesson, Slot, VersionView
from portal.access import can, current_actor, requires
from portal.lessons.book import class_words
from portal.pages import form_page
from portal.perform import perform
from portal.refusals import words_of
from portal.state import now, reading, today
from portal.timetable.labels import (
    WEEKDAY_NAMES,
    WEEKDAY_SHORT,
    clash_lines,
    clash_words,
    clashes_of,
    lesson_words,
)
from portal.timetable.shown import week_shown
from workflows.approval import publish_week, withdraw_week

blueprint = Blueprint("timetable", __name__, url_prefix="/timetable")

#: Hours that a day's form always has; more where more stand there.
HOURS = range(1, 9)
#: How many of the lessons that went a message names; the page before it names them all.
NAMED = 20
#: How far ahead one's own substitutions are told.
AHEAD = timedelta(days=13)
CHANGED = lazy_gettext(
    "Пока вы смотрели, этот день изменил кто-то другой. В полях то, что ввели вы, "
    "а сейчас стоит: %(lessons)s. Сохраните ещё раз, если верно ваше."
)
_EDIT = Permission.TIMETABLE_WEEK_EDIT


@blueprint.get("")
@requires(Permission.TIMETABLE_WEEK_READ)
def index() -> str:
    """One's own week first, then the classes, teachers and rooms of what holds today."""
    year = year_in_hand(today())
    version = version_on(reading(), today(), year)
    versions = versions_of(reading(), year) if can(_EDIT) else []
    person_id = current_actor().person_id
    own = week_of(reading(), version.id, teacher_id=person_id) if version and person_id else []
    return render_template(
        "timetable/index.html",
        year=year,
        version=version,
        versions=versions,
        own=week_shown(own, _weekday()),
        own_day=lambda day: url_for(".index", day=day),
        substituted=substituted_lessons(reading(), today(), today() + AHEAD, person_id)
        if person_id
        else [],
        class_words=class_words,
        me=person_id,
        led=classes_led_by(reading(), person_id, year, today()) if person_id else [],
        choosers=_choosers(version) if version else [],
        **_words(),
    )


@blueprint.get("/<uuid:version_id>/week")
@requires(Permission.TIMETABLE_WEEK_READ)
def week(version_id: UUID) -> str:
    """The week of a class, a teacher or a room in the version."""
    version = _version(version_id)
    chosen = _chosen_class(version)
    teacher_id, room = request.args.get("teacher", type=UUID), request.args.get("room", "")[:20]
    if chosen:
        lessons, title = week_of(reading(), version.id, class_id=chosen.id), chosen.name
    elif teacher_id:
        lessons = week_of(reading(), version.id, teacher_id=teacher_id)
        title = lessons[0].teacher.full if lessons else ""
    elif room:
        lessons, title = week_of(reading(), version.id, room=room), _("Кабинет %(room)s", room=room)
    else:
        raise NotFound
    if not title:
        raise NotFound
    return render_template(
        "timetable/week.html",
        version=version,
        title=title,
        chosen=chosen,
        shows="teacher" if chosen else "class" if teacher_id else "room",
        week=week_shown(lessons, _weekday()),
        choosers=_choosers(version, chosen.id if chosen else teacher_id or room),
        this_day=lambda day: url_for(
            ".week",
            version_id=version_id,
            class_id=chosen.id if chosen else None,
            teacher=teacher_id,
            room=room or None,
            day=day,
        ),
        edit_day=lambda day: url_for(
            ".day", version_id=version_id, class_id=chosen.id if chosen else None, weekday=day
        ),
        may_edit=bool(chosen) and can(_EDIT) and not version.is_published,
        **_words(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@requires(_EDIT)
def create() -> Any:
    year = year_in_hand(today())
    versions = versions_of(reading(), year)
    form = NewVersionForm(data={"copy_of": request.args.get("copy_of", type=UUID)})
    form.copy_of.options = [Option(row.id, row.name) for row in versions]
    if not form.validate_on_submit():
        return form_page("timetable/new.html", form, title=_("Новая версия расписания"))
    command = CreateVersion(
        academic_year=year,
        name=form.name.data,
        valid_from=form.valid_from.data,
        copy_of=form.copy_of.data,
    )
    try:
        version_id = perform(create_version, command)
    except RuleBroken as error:
        form.refuse("valid_from", words_of(error))
        return form_page("timetable/new.html", form, title=_("Новая версия расписания"))
    return _to_version(version_id)


@blueprint.get("/<uuid:version_id>")
@requires(_EDIT)
def version_page(version_id: UUID) -> str:
    """The classes of the version, how full each is, and what may be done with it."""
    version = version_view(reading(), version_id)
    standing: dict[UUID, int] = {}
    for one in week_of(reading(), version_id):
        standing[one.slot.class_id] = standing.get(one.slot.class_id, 0) + 1
    return render_template(
        "timetable/version.html",
        version=version,
        classes=classes_of_year(reading(), version.academic_year),
        standing=standing,
        today=today(),
    )


@blueprint.route("/<uuid:version_id>/change", methods=["GET", "POST"])
@requires(_EDIT)
def change(version_id: UUID) -> Any:
    version = version_view(reading(), version_id)
    form = VersionForm(data={"name": version.name, "valid_from": version.valid_from})
    if form.validate_on_submit():
        command = ChangeVersion(
            version_id=version_id, name=form.name.data, valid_from=form.valid_from.data
        )
        try:
            perform(change_version, command)
        except RuleBroken as error:
            form.refuse("valid_from", words_of(error))
        else:
            return _to_version(version_id)
    return form_page("timetable/new.html", form, title=version.name)


@blueprint.route(
    "/<uuid:version_id>/classes/<uuid:class_id>/<int:weekday>", methods=["GET", "POST"]
)
@requires(_EDIT)
def day(version_id: UUID, class_id: UUID, weekday: int) -> Any:
    """Edit the day of a class. What clashes is named beside its cell, and nothing is lost."""
    version = version_view(reading(), version_id)
    school_class = reading().get(SchoolClass, class_id)
    if school_class is None or weekday not in WEEKDAYS:
        raise NotFound
    if version.is_published:
        raise RuleBroken("timetable_published", "POL-3.4.1")
    lessons = week_of(reading(), version_id, class_id=class_id)
    form = _day_form(lessons, class_id, weekday)
    if form.validate_on_submit() and _saved(form, version, school_class, weekday):
        saved = _("Сохранено: %(name)s", name=school_class.name)
        flash(f"{saved}, {WEEKDAY_NAMES[weekday]}", "success")
        return redirect(
            url_for(".week", version_id=version_id, class_id=class_id, day=weekday), 303
        )
    filled = {one.slot.weekday for one in lessons} - {weekday}
    return form_page(
        "timetable/day.html",
        form,
        version=version,
        school_class=school_class,
        weekday=weekday,
        filled=sorted(filled),
        weekdays=WEEKDAYS,
        **_words(),
    )


@blueprint.route("/<uuid:version_id>/publish", methods=["GET", "POST"])
@requires(_EDIT)
def publish(version_id: UUID) -> Any:
    """What publishing does is said first, days that are over too; clashes are named one by one."""
    version = version_view(reading(), version_id)
    if version.is_published:
        return _to_version(version_id)
    is_past = version.valid_from < today()
    form = PublishPastForm() if is_past else EmptyForm()
    refusal, lines = "", []
    if form.validate_on_submit():
        try:
            laid = perform(publish_week, PublishVersion(version_id=version_id))
        except RuleBroken as error:
            refusal = words_of(error)
            names = {one.slot: one for one in week_of(reading(), version_id)}
            lines = clash_lines(clashes_of(error), names)
        else:
            _flash_laid(_("Расписание опубликовано."), laid)
            return redirect(url_for(".index"), 303)
    return form_page(
        "timetable/publish.html",
        form,
        422 if refusal else None,
        version=version,
        refusal=refusal,
        lines=lines,
        past=past_change(reading(), version, now(), today()) if is_past else None,
        approval=approval_row(reading(), version.academic_year, ApprovalKind.TIMETABLE),
        gaps=load_gaps(reading(), version),
    )


@blueprint.post("/<uuid:version_id>/withdraw")
@requires(_EDIT)
def withdraw(version_id: UUID) -> Response:
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    laid = perform(withdraw_week, WithdrawVersion(version_id=version_id))
    _flash_laid(_("Версия снята с публикации."), laid)
    return _to_version(version_id)


@blueprint.post("/<uuid:version_id>/remove")
@requires(_EDIT)
def remove(version_id: UUID) -> Response:
    if not EmptyForm().validate_on_submit():
        raise BadRequest
    perform(remove_version, RemoveVersion(version_id=version_id))
    flash(_("Версия удалена."), "success")
    return redirect(url_for(".index"), 303)


@blueprint.route("/lay", methods=["GET", "POST"])
@requires(_EDIT)
def lay() -> Any:
    """The lessons made anew after periods, holidays or closed days changed; said first."""
    year = year_in_hand(today())
    if EmptyForm().validate_on_submit():
        laid = perform(lay_lessons, LayLessons(academic_year=year))
        _flash_laid(_("Уроки пересчитаны."), laid)
        return redirect(url_for(".index"), 303)
    found = laying_of(reading(), year)
    return render_template(
        "timetable/lay.html",
        year=year,
        found=found,
        undone=lessons_with_ids(reading(), found.undone),
        held=lessons_with_ids(reading(), found.held),
    )


def _version(version_id: UUID) -> VersionView:
    """What is not published yet is seen by those alone who draw it up."""
    version = version_view(reading(), version_id)
    if not version.is_published and not can(_EDIT):
        raise NotFound
    return version


def _chosen_class(version: VersionView) -> SchoolClass | None:
    """The class that the address names. Raises NotFound for one of another year."""
    wanted = request.args.get("class_id", type=UUID)
    if wanted is None:
        return None
    found = reading().get(SchoolClass, wanted)
    if found is None or found.academic_year != version.academic_year:
        raise NotFound
    return found


def _choosers(version: VersionView, chosen: UUID | str = "") -> list[tuple[Any, ...]]:
    """What a week may be chosen by: name of the field, label, options, what is chosen."""
    classes = classes_of_year(reading(), version.academic_year)
    teachers, rooms = teachers_of(reading(), version.id), rooms_of(reading(), version.id)
    return [
        ("class_id", _("Класс"), [(row.id, row.name) for row in classes], chosen),
        ("teacher", _("Учитель"), [(one, name.full) for one, name in teachers], chosen),
        ("room", _("Кабинет"), [(room, room) for room in rooms], chosen),
    ]


def _weekday() -> int:
    """The day that a narrow screen shows: the one asked for, or today."""
    return request.args.get("day", today().isoweekday(), type=int)


def _words() -> dict[str, Any]:
    return {"weekday_names": WEEKDAY_NAMES, "weekday_short": WEEKDAY_SHORT}


def _day_form(lessons: list[PlannedLesson], class_id: UUID, weekday: int) -> DayForm:
    """The form filled with the day, or with another day that is to be copied into it."""
    choices = load_choices(reading(), class_id)
    source = request.args.get("from", weekday, type=int)
    own = [one for one in lessons if one.slot.weekday == source]
    numbers = {*HOURS, *(one.slot.number for one in lessons)}
    made = day_form(tuple(sorted(numbers)), places_for(choices, lessons))
    form = made(data={**standing_values(own), "seen": _seen(lessons, weekday)})
    form.offer(choices, lessons)
    return form


def _seen(lessons: list[PlannedLesson], weekday: int) -> str:
    return fingerprint(one.slot for one in lessons if one.slot.weekday == weekday)


def _saved(form: DayForm, version: VersionView, school_class: SchoolClass, weekday: int) -> bool:
    """Whether the day was saved; else the form says which cell clashes with what."""
    slots = form.slots(school_class.id, weekday)
    command = SaveSlots(
        version_id=version.id,
        class_id=school_class.id,
        weekday=weekday,
        slots=tuple(slots.values()),
        seen=form.seen.data,
    )
    try:
        perform(save_slots, command)
    except StaleVersion:
        _refuse_stale(form, week_of(reading(), version.id, class_id=school_class.id), weekday)
        return False
    except RuleBroken as error:
        if error.code != "timetable_clash":
            raise
        names = {one.slot: one for one in week_of(reading(), version.id)}
        names |= form.named(slots, school_class.name)
        _refuse_cells(form, slots, names, error)
        return False
    return True


def _refuse_stale(form: DayForm, lessons: list[PlannedLesson], weekday: int) -> None:
    """What was typed stays, and is saved when it is sent once more."""
    stand = [one for one in lessons if one.slot.weekday == weekday]
    told = "; ".join(f"{one.slot.number}. {lesson_words(one)}" for one in stand)
    form.refuse(None, CHANGED % {"lessons": told or _("уроков нет")})
    form.seen.data = _seen(lessons, weekday)


def _refuse_cells(
    form: DayForm, slots: dict[str, Slot], names: dict[Slot, PlannedLesson], error: RuleBroken
) -> None:
    for clash in clashes_of(error):
        for name, slot in slots.items():
            if slot in {clash.first, clash.second}:
                form.refuse(name, clash_words(clash, slot, names))


def _flash_laid(done: str, laid: Laid) -> None:
    told = _(
        "Уроков добавлено: %(added)s, изменено: %(changed)s, снято: %(removed)s.",
        added=laid.added,
        changed=laid.changed,
        removed=laid.removed,
    )
    flash(f"{done} {told}", "success")
    if laid.undone:
        lessons = "; ".join(
            f"{one.day:%d.%m}, {one.number}: {one.class_name}, {one.subject}"
            for one in laid.undone[:NAMED]
        )
        told = _("Вместе с уроками снято замен и отмен: %(count)s.", count=len(laid.undone))
        flash(f"{told} {lessons}")


def _to_version(version_id: UUID) -> Response:
    return redirect(url_for(".version_page", version_id=version_id), 303)
