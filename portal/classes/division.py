"""One page where every pupil of a class goes to one of the groups of a subject (INS-3.5.8)."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from forms.fields import tidy_line
from forms.people import DivideForm
from journal_core.access.terms import Permission
from journal_core.classes.commands import FEWEST_PARTS, DivideClass, GroupPart, divide_class
from journal_core.classes.queries import (
    all_subjects,
    class_on,
    division_fingerprint,
    group_lines,
    seats_on,
)
from journal_core.classes.rules import division_faults, groups_in_use
from journal_core.classes.terms import GroupKind
from journal_core.curriculum.models import Subject
from journal_core.errors import NotFound, RuleBroken, StaleVersion
from journal_core.orders.terms import OrderKind
from journal_core.people.models import Person, Pupil
from journal_core.school.models import SchoolClass
from journal_core.school.rules import academic_year_of
from portal.access import requires
from portal.classes.blueprint import asked_day, blueprint, reached_class
from portal.orders.acting import act_by_order
from portal.pages import form_page
from portal.refusals import words_of
from portal.state import reading, today

#: Groups that one class is divided into at most.
MOST_PARTS = 4
CHANGED = lazy_gettext(
    "Пока вы смотрели, группы изменил кто-то другой. На странице то, что выбрали вы: "
    "сохраните ещё раз, если оно верно."
)


@dataclass(frozen=True, kw_only=True)
class Seating:
    """What the page shows: the groups' names and who sits where; a pupil may be in none, or two.

    `group_ids` are those of the groups that are there already, None for a new one.
    """

    names: tuple[str, ...]
    group_ids: tuple[UUID | None, ...]
    pupils: tuple[tuple[UUID, str, frozenset[int]], ...]

    def count(self, number: int) -> int:
        return sum(number in seats for _id, _name, seats in self.pupils)

    @property
    def left_out(self) -> int:
        return sum(not seats for _id, _name, seats in self.pupils)

    def parts(self) -> tuple[GroupPart, ...]:
        return tuple(
            GroupPart(
                name=name,
                pupil_ids=tuple(one for one, _name, seats in self.pupils if number in seats),
                group_id=group_id,
            )
            for number, (name, group_id) in enumerate(zip(self.names, self.group_ids, strict=True))
        )


@blueprint.get("/<uuid:class_id>/divide")
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def subjects(class_id: UUID) -> str:
    """Which subject the class is divided for."""
    found = reached_class(class_id)
    return render_template(
        "classes/subjects.html", school_class=found, subjects=all_subjects(reading())
    )


@blueprint.route("/<uuid:class_id>/divide/<uuid:subject_id>", methods=["GET", "POST"])
@requires(Permission.DIRECTORY_PEOPLE_EDIT)
def divide(class_id: UUID, subject_id: UUID) -> Any:
    """The buttons «count» and «more» show the page again; the last one saves what is whole."""
    found = reached_class(class_id)
    subject = reading().get(Subject, subject_id)
    if subject is None:
        raise NotFound("subject_unknown")
    form = DivideForm(
        data={
            "since": asked_day(found.academic_year),
            "order_date": today(),
            "seen": division_fingerprint(reading(), class_id, subject_id),
        }
    )
    if not form.is_submitted():
        return _page(form, found, subject, _present(found, subject))
    seating = _sent(found, _day_with_pupils(form, found))
    if "count" in request.form or "more" in request.form:
        return _page(form, found, subject, seating)
    if form.validate_on_submit() and _is_fit_day(form, found) and _is_whole(form, seating):
        _save(form, found, subject, seating)
    if form.errors:
        return _page(form, found, subject, seating)
    flash(_("Класс разделён."), "success")
    return redirect(url_for("classes.school_class", class_id=class_id), 303)


def _save(form: DivideForm, found: SchoolClass, subject: Subject, seating: Seating) -> None:
    try:
        act_by_order(
            form,
            OrderKind.GROUPS,
            lambda context, order_id: divide_class(
                context,
                DivideClass(
                    class_id=found.id,
                    subject_id=subject.id,
                    since=form.since.data,
                    order_id=order_id,
                    parts=seating.parts(),
                    seen=form.seen.data,
                ),
            ),
            beside={"class_of_other_year": "since"},
        )
    except StaleVersion:
        form.refuse(None, CHANGED)
        form.seen.data = division_fingerprint(reading(), found.id, subject.id)


def _day_with_pupils(form: DivideForm, found: SchoolClass) -> date:
    """The day told, or the one asked for where nobody is in the class: no choice is lost."""
    day: date | None = form.since.data
    return day if day and _pupils(found, day) else asked_day(found.academic_year)


def _is_fit_day(form: DivideForm, found: SchoolClass) -> bool:
    day: date = form.since.data
    if academic_year_of(day) != found.academic_year:
        form.refuse("since", words_of(RuleBroken("class_of_other_year")))
    elif not _pupils(found, day):
        form.refuse("since", _("В этот день в классе никого нет."))
    return not form.errors


def _is_whole(form: DivideForm, seating: Seating) -> bool:
    """Whether everybody is in one group; names those who are in none or in two."""
    parts = [part.pupil_ids for part in seating.parts()]
    faults = division_faults([one for one, _name, _seats in seating.pupils], parts)
    names = {one: name for one, name, _seats in seating.pupils}
    for words, ids in (
        (_("Остались без группы:"), faults.left_out),
        (_("Попали в две группы:"), faults.twice),
    ):
        if ids:
            form.refuse(None, f"{words} {', '.join(names[one] for one in ids)}")
    return not faults


def _present(found: SchoolClass, subject: Subject) -> Seating:
    """The groups as they are on the day, or two new ones with everybody still to be placed."""
    on = asked_day(found.academic_year)
    divisions = group_lines(
        reading(), found.academic_year, on, kinds=(GroupKind.DIVISION,), class_id=found.id
    )
    lines = groups_in_use([line for line in divisions if line.subject_id == subject.id])
    ids = [line.group_id for line in lines]
    seats = seats_on(reading(), ids, on)
    names = [line.name for line in lines]
    names += [_("Группа %(number)s", number=at) for at in range(len(names) + 1, FEWEST_PARTS + 1)]
    return Seating(
        names=tuple(names),
        group_ids=(*ids, *(None for _new in names[len(ids) :])),
        pupils=tuple(
            (
                pupil.id,
                person.name.full,
                frozenset({ids.index(seats[pupil.id])} if pupil.id in seats else ()),
            )
            for pupil, person in _pupils(found, on)
        ),
    )


def _sent(found: SchoolClass, on: date) -> Seating:
    """What the form holds: `name` and `group` (its id) for every group, `seat-<pupil>` with the
    group's number.
    """
    names = [tidy_line(name)[:100] for name in request.form.getlist("name")]
    names = [*names, *([""] if "more" in request.form else [])][:MOST_PARTS]
    group_ids = [*request.form.getlist("group", _id_or_none), *(None for _name in names)]
    return Seating(
        group_ids=tuple(group_ids[: len(names)]),
        names=tuple(name or _("Группа %(number)s", number=at + 1) for at, name in enumerate(names)),
        pupils=tuple(
            (
                pupil.id,
                person.name.full,
                frozenset(
                    int(seat)
                    for seat in request.form.getlist(f"seat-{pupil.id}")
                    if seat.isdecimal() and len(seat) == 1 and int(seat) < len(names)
                ),
            )
            for pupil, person in _pupils(found, on)
        ),
    )


def _id_or_none(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _pupils(found: SchoolClass, on: date) -> list[tuple[Pupil, Person]]:
    return list(class_on(reading(), found.id, on))


def _page(form: DivideForm, found: SchoolClass, subject: Subject, seating: Seating) -> Any:
    return form_page(
        "classes/divide.html",
        form,
        school_class=found,
        subject=subject,
        seating=seating,
        most=MOST_PARTS,
    )
