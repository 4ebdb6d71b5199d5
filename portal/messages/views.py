"""Threads, new letters to a person or a class, files (POL-2.2.7, 3.9.3). Nothing is taken back."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from forms.messages import ClassLetterForm, MessageForm, NewThreadForm
from journal_core.access.terms import Permission
from journal_core.correspondence.commands import (
    ReadThread,
    StartThread,
    WriteMessage,
    WriteToClass,
    read_thread,
    start_thread,
    write_message,
    write_to_class,
)
from journal_core.correspondence.contacts import (
    children_to_write_about,
    class_to_write_to,
    classes_to_write_to,
    colleagues_of,
    contacts_of,
    families_of_class,
    somebody_to_write_to,
)
from journal_core.correspondence.queries import (
    PAGE,
    file_in_reach,
    is_unread,
    mailing_in_reach,
    mailings_of,
    recipients_of,
    thread_count,
    threads_of,
)
from portal.access import current_actor, requires, signed_in
from portal.downloads import download
from portal.messages.blueprint import blueprint, page_tabs
from portal.messages.labels import AUDIENCE_WORDS, STATE_COLOURS, STATE_NAMES, contact_words
from portal.messages.taking import did, letter_of
from portal.messages.thread import thread_page
from portal.pages import form_page
from portal.perform import perform
from portal.state import now, reading, today

_USE = Permission.MESSAGES_OWN_USE
_CLASS = Permission.MESSAGES_CLASS_WRITE
LAST_PAGE = 100_000


@blueprint.get("")
@requires(_USE)
def index() -> str:
    """One's threads, the latest first, what is unread marked."""
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    return render_template(
        "messages/index.html",
        tabs=page_tabs("index"),
        threads=threads_of(reading(), current_actor(), page),
        page=page,
        pages=-(-thread_count(reading(), current_actor()) // PAGE),
        href=lambda number: url_for("messages.index", page=number),
        states=STATE_NAMES,
        colours=STATE_COLOURS,
        now=now(),
    )


@blueprint.get("/new")
@requires(_USE)
def new() -> str:
    """Whom one may write to: of the school about each child, and who works there each other."""
    children = children_to_write_about(reading(), current_actor(), today())
    account = signed_in()
    own_id = current_actor().person_id
    is_staff = account is not None and account.is_staff
    return render_template(
        "messages/new.html",
        children=[
            (pupil_id, name, contacts_of(reading(), pupil_id, today()))
            for pupil_id, name in children
        ],
        colleagues=colleagues_of(reading(), own_id, today()) if is_staff else [],
        is_staff=is_staff,
        own_id=own_id,
        contact_words=contact_words,
    )


@blueprint.route("/new/<uuid:pupil_id>/<uuid:person_id>", methods=["GET", "POST"])
@requires(_USE)
def write_about(pupil_id: UUID, person_id: UUID) -> Any:
    """About a pupil: to the school by a family, to a family by the school."""
    return _write(person_id, pupil_id)


@blueprint.route("/new/<uuid:person_id>", methods=["GET", "POST"])
@requires(_USE)
def write_to_colleague(person_id: UUID) -> Any:
    return _write(person_id, None)


def _write(person_id: UUID, pupil_id: UUID | None) -> Any:
    name, pupil = somebody_to_write_to(reading(), current_actor(), person_id, pupil_id, today())
    form = NewThreadForm()
    if form.validate_on_submit() and (letter := letter_of(form)):
        command = StartThread(
            thread_id=form.key_id,
            to_person_id=person_id,
            pupil_id=pupil_id,
            subject=form.subject.data,
            letter=letter,
        )
        if did(form, start_thread, command):
            return redirect(url_for("messages.thread", thread_id=form.key_id), 303)
    return form_page("messages/write.html", form, name=name, pupil=pupil)


@blueprint.get("/<uuid:thread_id>")
@requires(_USE)
def thread(thread_id: UUID) -> Any:
    """The page, then the mark that it was read."""
    page = thread_page(thread_id)
    if request.method == "GET" and is_unread(reading(), current_actor(), thread_id):
        perform(read_thread, ReadThread(thread_id=thread_id))
    return page


@blueprint.post("/<uuid:thread_id>")
@requires(_USE)
def write(thread_id: UUID) -> Any:
    form = MessageForm()
    if form.validate_on_submit() and (letter := letter_of(form)):
        command = WriteMessage(message_id=form.key_id, thread_id=thread_id, letter=letter)
        if did(form, write_message, command):
            return redirect(url_for("messages.thread", thread_id=thread_id) + "#last", 303)
    return thread_page(thread_id, writing=form)


@blueprint.get("/files/<uuid:file_id>")
@requires(_USE)
def file(file_id: UUID) -> Response:
    """A file of a message in a thread of one's own: the browser never runs it."""
    stored = file_in_reach(reading(), current_actor(), file_id)
    return download(stored)


@blueprint.get("/classes")
@requires(_CLASS)
def classes() -> str:
    """The classes one may write to, and what one wrote to whole classes."""
    return render_template(
        "messages/classes.html",
        tabs=page_tabs("classes"),
        classes=classes_to_write_to(reading(), current_actor(), today()),
        mailings=mailings_of(reading(), current_actor()),
        audience_words=AUDIENCE_WORDS,
    )


@blueprint.route("/classes/<uuid:class_id>", methods=["GET", "POST"])
@requires(_CLASS)
def school_class(class_id: UUID) -> Any:
    """One letter to all of the class; or whom of its families to write to alone."""
    found = class_to_write_to(reading(), current_actor(), class_id, today())
    form = ClassLetterForm()
    if form.validate_on_submit() and (letter := letter_of(form)):
        command = WriteToClass(
            mailing_id=form.key_id,
            class_id=class_id,
            audience=form.audience.data,
            subject=form.subject.data,
            letter=letter,
        )
        if did(form, write_to_class, command):
            flash(_("Письмо отправлено. Каждая семья ответит вам отдельно."), "success")
            return redirect(url_for("messages.mailing", mailing_id=form.key_id), 303)
    families = families_of_class(reading(), current_actor(), found, today())
    return form_page("messages/class.html", form, school_class=found, families=families)


@blueprint.get("/mailings/<uuid:mailing_id>")
@requires(_CLASS)
def mailing(mailing_id: UUID) -> str:
    """Who of the class has read the letter, and who has answered."""
    return render_template(
        "messages/mailing.html",
        mailing=mailing_in_reach(reading(), current_actor(), mailing_id),
        recipients=recipients_of(reading(), mailing_id),
        audience_words=AUDIENCE_WORDS,
    )
