"""Where the request stands, and what is expected of the applicant, in the applicant's words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _

from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import RefusalDelivery, RequestState, ResultDelivery
from portal.office.labels import STATE_NAMES

#: What an unsigned decision says is nobody's news yet: the head may return it (SVC-2.14).
_PUBLIC_NAMES = {**STATE_NAMES, RequestState.REFUSAL_PREPARED: _("Решение готовится")}
_WITHDRAWN = _("Заявление отозвано")

_EXPECTED = {
    RequestState.SUBMITTED: _(
        "Придите в школу с подлинниками документов: срок начнётся после регистрации."
    ),
    RequestState.RECEIVED: _("Ничего делать не нужно: школа проверяет документы."),
    RequestState.VERIFIED: _("Ничего делать не нужно: администратор журнала готовит код."),
    RequestState.COMPLETED: _("Зарегистрируйтесь с пригласительным кодом, который вам передали."),
    RequestState.REFUSAL_PREPARED: _("Ничего делать не нужно: школа готовит решение."),
    RequestState.REFUSAL_DELIVERED: _(
        "Услуга завершена. Если причина отказа устранена, подайте новый запрос."
    ),
    RequestState.CANCELLED: _("Запрос закрыт. Можно подать новый."),
}
_CODE_READY = {
    ResultDelivery.IN_PERSON: _("Код готов: придите за ним в школу с паспортом."),
    ResultDelivery.EMAIL: _("Код придёт письмом на вашу электронную почту."),
    ResultDelivery.PHONE: _("Код готов: мы позвоним вам."),
}
_REFUSED = {
    RefusalDelivery.IN_PERSON: _("Решение готово: придите за ним в школу с паспортом."),
    RefusalDelivery.POST: _("Решение придёт вам письмом на бумаге по почте."),
}


def public_state(request: ServiceRequest) -> str:
    """Where the request stands; a withdrawal is the applicant's own, so it is named."""
    is_withdrawn = request.withdrawn_at and request.state is RequestState.REFUSAL_PREPARED
    return str(_WITHDRAWN if is_withdrawn else _PUBLIC_NAMES[request.state])


def public_move(details: Mapping[str, Any]) -> str:
    """What a recorded move brought about."""
    if details["trigger"] == "withdraw":
        return str(_WITHDRAWN)
    return str(_PUBLIC_NAMES[details["target"]])


def expected_of(request: ServiceRequest) -> str:
    """One sentence: what to do now, or that there is nothing to do."""
    if request.state is RequestState.CODE_ISSUED and request.result_delivery:
        return str(_CODE_READY[request.result_delivery])
    if request.state is RequestState.REFUSED and request.refusal_delivery:
        return str(_REFUSED[request.refusal_delivery])
    return str(_EXPECTED.get(request.state, ""))
