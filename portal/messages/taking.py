"""What is written becomes a letter; refusals of its parts are said beside their fields."""

from typing import Any

from forms.base import PortalForm
from journal_core.correspondence.commands import Letter
from journal_core.errors import RuleBroken
from journal_core.files.terms import TakenFile
from portal.perform import Command, Handler, perform
from portal.refusals import words_of
from portal.uploads import taken

#: Beside which field a refusal is said; what is not here is said above the form.
_BESIDE = {
    "message_unfit": "text",
    "message_files_many": "files",
    "files_too_big": "files",
    "disk_full": "files",
    "subject_unfit": "subject",
}


def letter_of(form: Any) -> Letter | None:
    """The words and the files; None where a file was not taken, with why not beside the field."""
    files: list[TakenFile] = []
    for sent in form.files.data:
        try:
            files.append(taken(sent))
        except RuleBroken as error:
            form.refuse("files", f"{sent.filename}: {words_of(error)}")
    return None if form.errors else Letter(text=form.text.data, files=tuple(files))


def did(form: PortalForm, handler: Handler[Command, Any], command: Command) -> bool:
    """Whether it was done; a refusal is said beside its field, or above them."""
    try:
        perform(handler, command)
    except RuleBroken as error:
        beside = _BESIDE.get(error.code)
        clause = f" ({error.clause})" if error.clause else ""
        form.refuse(beside if beside in form else None, words_of(error) + clause)
        return False
    return True
