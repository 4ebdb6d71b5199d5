"""The kinds of documents, and the words of every flaw of a template."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from documents.template_file import Finding, Flaw

#: The kinds that the portal hands out as DOCX, with the clause of their form.
KIND_NAMES: dict[str, Any] = {
    "application": _("Запрос (заявление)"),
    "refusal": _("Решение об отказе"),
    "receipt": _("Расписка о приёме"),
    "consent": _("Согласие на обработку персональных данных"),
    "mark_correction": _("Разрешение на исправление"),
}
KIND_CLAUSES = {"application": "FRM-1", "refusal": "FRM-2", "consent": "FRM-3"}
#: What is printed as PDF alone: a DOCX template of it would change nothing.
PDF_ONLY: dict[str, Any] = {
    "code_slip": _("Листок с кодом"),
    "poster": _("Плакат об услуге"),
    "consent_reminder": _("Напоминание о согласии"),
}

#: Places of one flaw that are named.
MOST_PLACES = 20

FLAWS: dict[Flaw, Any] = {
    Flaw.TOO_BIG: _("Файл больше 2 МБ: уменьшите картинки в нём."),
    Flaw.NOT_DOCX: _("Это не файл DOCX: сохраните документ в Word как «Документ Word (.docx)»."),
    Flaw.PACKED: _("Файл упакован необычно: сохраните его заново в Word или LibreOffice."),
    Flaw.PART: _("В файле есть то, чего в шаблоне не бывает: удалите это."),
    Flaw.MACRO: _("В файле есть макрос или элемент управления: в шаблоне их быть не должно."),
    Flaw.EMBEDDED: _("В файл вложен другой файл или объект: удалите его."),
    Flaw.EXTERNAL: _(
        "Файл ссылается на другой файл или сайт: уберите ссылку, оставьте обычный текст."
    ),
    Flaw.XML: _("Файл написан не так, как пишут его Word и LibreOffice: сохраните его заново."),
    Flaw.FIELD: _("Поле Word, которого в шаблоне быть не должно. Можно только номера страниц."),
    Flaw.HIDDEN: _("В файле есть скрытый текст: покажите его или удалите."),
    Flaw.TRACKED: _("В файле есть непринятые исправления: примите или отклоните их."),
    Flaw.TOO_LONG: _("Документ слишком длинный для шаблона."),
    Flaw.SYNTAX: _("Подстановка написана с ошибкой: лишняя или незакрытая фигурная скобка."),
    Flaw.PLACE: _("Здесь подстановка не сработает или унесёт с собой соседний текст."),
    Flaw.FORBIDDEN: _(
        "Так в шаблоне писать нельзя: можно только подставить слово документа, повторить абзац "
        "по списку и спросить, есть ли слово."
    ),
    Flaw.UNKNOWN: _("Таких слов в этом документе нет."),
    Flaw.MISUSED: _("Эти слова так не печатаются: список повторяют, а «да или нет» спрашивают."),
    Flaw.MISSING: _(
        "Этих слов в шаблоне нет, или они печатаются не всегда: документ потерял бы текст."
    ),
    Flaw.BROKEN: _("Пробный документ по этому шаблону не получился."),
}


def words_of(findings: Sequence[Finding]) -> list[str]:
    """A line for each flaw as a person reads it: what is wrong, with what, and where."""
    places: dict[Flaw, list[str]] = {}
    for finding in findings:
        places.setdefault(finding.flaw, []).append(_place(finding))
    return [
        _line(str(FLAWS[flaw]), [place for place in found if place])
        for flaw, found in places.items()
    ]


def _line(words: str, places: list[str]) -> str:
    if not places:
        return words
    more = "…" if len(places) > MOST_PLACES else "."
    return f"{words.removesuffix('.')} — {'; '.join(places[:MOST_PLACES])}{more}"


def _place(finding: Finding) -> str:
    near = gettext("абзац «%(near)s»", near=finding.near) if finding.near else ""
    return f"{finding.what} ({near})" if finding.what and near else finding.what or near
