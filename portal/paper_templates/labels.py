"""The kinds of documents, and the words of every flaw of a template."""

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
}
KIND_CLAUSES = {"application": "FRM-1", "refusal": "FRM-2", "consent": "FRM-3"}
#: What is printed as PDF alone: a DOCX template of it would change nothing.
PDF_ONLY: dict[str, Any] = {
    "code_slip": _("Листок с кодом"),
    "poster": _("Плакат об услуге"),
    "consent_reminder": _("Напоминание о согласии"),
}

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
    Flaw.UNKNOWN: _("Такого слова в этом документе нет."),
    Flaw.MISUSED: _("Это слово так не печатается: список повторяют, а «да или нет» спрашивают."),
    Flaw.MISSING: _(
        "Этого слова в шаблоне нет, или оно печатается не всегда: документ потерял бы текст."
    ),
    Flaw.BROKEN: _("Пробный документ по этому шаблону не получился."),
}


def words_of(finding: Finding) -> str:
    """The flaw as a person reads it: what is wrong, with what, and where."""
    words = str(FLAWS[finding.flaw])
    if finding.what:
        words = gettext("%(what)s: %(words)s", what=finding.what, words=words)
    if finding.near:
        words = gettext("%(words)s Абзац: «%(near)s».", words=words, near=finding.near)
    return words
