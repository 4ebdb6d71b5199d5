"""The classes of a year, a class on a date, its printed list, its promotion."""

from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from documents.class_list import ClassList, ClassListLine
from documents.render import render_pdf
from forms.fields import Option
from forms.people import PromoteForm
from journal_core.access.terms import Permission
from journal_core.classes.commands import PromoteClass, promote_class
from journal_core.classes.queries import (
    class_counts,
    class_list,
    class_on,
    classes_to_read,
    group_lines,
)
from journal_core.classes.rules import groups_in_use, takes_marks
from journal_core.classes.terms import OWN_KINDS, GroupKind, GroupLine
from journal_core.orders.terms import OrderKind
from journal_core.people.models import Person
from journal_core.people.queries import full_names
from journal_core.school.models import SchoolClass
from journal_core.school.queries import classes_of_year
from journal_core.school.rules import academic_year_of, last_day_of
from portal.access import current_actor, requires
from portal.classes.blueprint import asked_day, asked_year, blueprint, reached_class
from portal.navigation import school
from portal.orders.acting import act_by_order
from portal.pages import form_page
from portal.papers import MEDIA_TYPES, attachment
from portal.state import reading, today


@blueprint.get("")
@requires(Permission.CLASS_OWN_READ)
def index() -> str:
    """The classes of an academic year; class teachers and leaders of groups see their own."""
    year = asked_year()
    classes = classes_to_read(reading(), current_actor(), year, today())
    on = asked_day(year)
    return render_template(
        "classes/index.html",
        year=year,
        on=on,
        classes=classes,
        own_groups=_own_groups(year),
        counts=class_counts(reading(), year, on),
        teachers=full_names(reading(), [row.class_teacher_id for row in classes]),
    )


@blueprint.get("/<uuid:class_id>")
@requires(Permission.CLASS_OWN_READ)
def school_class(class_id: UUID) -> str:
    """The class on a date, with its groups on it (POL-3.5.1)."""
    found = reached_class(class_id)
    on = asked_day(found.academic_year)
    pupils = class_list(reading(), class_id, on)
    return render_template(
        "classes/class.html",
        school_class=found,
        on=on,
        marked=takes_marks(found.grade),
        is_current=found.academic_year == academic_year_of(today()),
        pupils=pupils,
        teacher=_teacher(found),
        divisions=_divisions(found, len(pupils)),
    )


@blueprint.get("/<uuid:class_id>/list.pdf")
@requires(Permission.CLASS_OWN_READ)
def printed_list(class_id: UUID) -> Response:
    """The list of the class on a date, on paper."""
    found = reached_class(class_id)
    on = asked_day(found.academic_year)
    paper = ClassList(
        school_short_name=school().short_name,
        class_name=found.name,
        academic_year=found.academic_year,
        class_teacher=_teacher(found),
        listed_on=on,
        pupils=tuple(
            ClassListLine(
                name=one.name, birth_date=one.birth_date, representatives=one.representatives
            )
            for one in class_list(reading(), class_id, on)
        ),
    )
    return attachment(render_pdf(paper), "class.pdf", MEDIA_TYPES["pdf"])


@blueprint.route("/<uuid:class_id>/promote", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def promote(class_id: UUID) -> Any:
    """The whole class to the next year, but for those who are unticked (POL-3.4.11)."""
    found = reached_class(class_id)
    form = PromoteForm()
    form.to_class.options = [
        Option(row.id, f"{row.name}, {row.academic_year}/{row.academic_year + 1}")
        for row in classes_of_year(reading(), found.academic_year + 1)
        if row.grade == found.grade + 1
    ]
    pupils = class_on(reading(), class_id, last_day_of(found.academic_year))
    sent = set(request.form.getlist("pupil"))
    staying = frozenset(
        pupil.id for pupil, _p in pupils if form.is_submitted() and str(pupil.id) not in sent
    )
    if form.validate_on_submit():
        count = act_by_order(
            form,
            OrderKind.PROMOTION,
            lambda context, order_id: promote_class(
                context,
                PromoteClass(
                    class_id=class_id,
                    to_class_id=form.to_class.data,
                    order_id=order_id,
                    staying=staying,
                ),
            ),
            beside={"": "to_class"},
        )
        if count:
            flash(_("Переведено учеников: %(count)s.", count=count), "success")
            return redirect(url_for("classes.school_class", class_id=form.to_class.data), 303)
    return form_page(
        "classes/promote.html", form, school_class=found, pupils=pupils, staying=staying
    )


def _own_groups(year: int) -> list[GroupLine]:
    """The after-school groups and clubs that the reader leads (POL-1.4)."""
    leader_id = current_actor().person_id
    if leader_id is None:
        return []
    return group_lines(reading(), year, asked_day(year), kinds=OWN_KINDS, leader_id=leader_id)


def _teacher(found: SchoolClass) -> str:
    teacher = reading().get(Person, found.class_teacher_id) if found.class_teacher_id else None
    return teacher.name.full if teacher else ""


def _divisions(found: SchoolClass, pupils: int) -> list[tuple[str, UUID, list[GroupLine], int]]:
    """Subject, its id, its groups on the day, and how many of the class are in none (INS-3.5.8)."""
    lines = group_lines(
        reading(),
        found.academic_year,
        asked_day(found.academic_year),
        kinds=(GroupKind.DIVISION,),
        class_id=found.id,
    )
    subjects: dict[UUID, list[GroupLine]] = {}
    for line in lines:
        if line.subject_id is not None:
            subjects.setdefault(line.subject_id, []).append(line)
    return [
        (
            groups[0].subject,
            subject_id,
            groups_in_use(groups),
            pupils - sum(one.members for one in groups),
        )
        for subject_id, groups in subjects.items()
    ]
