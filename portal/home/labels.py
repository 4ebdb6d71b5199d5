"""Words of the roles, of what a lesson lacks, and of how a right to a diary ends."""

from flask_babel import lazy_gettext as _

from journal_core.access.terms import Role
from journal_core.people.terms import RightEndReason
from journal_core.teaching.terms import Lack

ROLE_NAMES = {
    Role.HEAD: _("директор"),
    Role.DEPUTY: _("заместитель директора"),
    Role.CURATOR: _("администратор журнала"),
    Role.SECRETARY: _("секретарь"),
    Role.TEACHER: _("учитель"),
    Role.CLASS_TEACHER: _("классный руководитель"),
    Role.PARENT: _("родитель"),
    Role.PUPIL: _("ученик"),
}

LACK_NAMES = {
    Lack.ROLL: _("перекличка"),
    Lack.TOPIC: _("тема"),
    Lack.HOMEWORK: _("домашнее задание"),
}

#: Before the day, and from it on; each takes the `day`.
END_AHEAD = {
    RightEndReason.ADULTHOOD: _(
        "С %(day)s дневник закроется для представителей: ученику исполнится 18 лет. Оставить его "
        "открытым может сам ученик: в своём кабинете или заявлением в школу."
    ),
    RightEndReason.LEAVING: _("С %(day)s дневник закроется: обучение в школе заканчивается."),
    RightEndReason.TERM: _("С %(day)s дневник закроется: кончается срок опеки."),
}
ENDED = {
    RightEndReason.ADULTHOOD: _(
        "Дневник закрыт с %(day)s: ученику исполнилось 18 лет. Открыть его вам может сам ученик: "
        "в своём кабинете или заявлением в школу."
    ),
    RightEndReason.LEAVING: _(
        "Дневник закрыт с %(day)s: обучение в школе окончено. Записи хранит школа, сведения из "
        "них она даёт по заявлению."
    ),
    RightEndReason.TERM: _("Дневник закрыт с %(day)s: срок опеки кончился."),
}
END_CLAUSES = {
    RightEndReason.ADULTHOOD: "SVC-2.12.3",
    RightEndReason.LEAVING: "SVC-2.8",
    RightEndReason.TERM: "SVC-2.6.4",
}
