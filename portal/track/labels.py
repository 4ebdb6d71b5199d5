"""What is expected of the applicant, in each state of the request."""

from flask_babel import lazy_gettext as _

from journal_core.requests.models import ServiceRequest
from journal_core.requests.terms import RefusalDelivery, RequestState, ResultDelivery

_EXPECTED = {
    RequestState.SUBMITTED: _(
        "Придите в школу с подлинниками документов: срок начнётся после регистрации."
    ),
    RequestState.RECEIVED: _("Ничего делать не нужно: школа проверяет документы."),
    RequestState.VERIFIED: _("Ничего делать не нужно: администратор журнала готовит код."),
    RequestState.COMPLETED: _("Зарегистрируйтесь с пригласительным кодом, который вам передали."),
    RequestState.REFUSAL_PREPARED: _("Ничего делать не нужно: решение готовят к подписи."),
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


def expected_of(request: ServiceRequest) -> str:
    """One sentence: what to do now, or that there is nothing to do."""
    if request.state is RequestState.CODE_ISSUED and request.result_delivery:
        return str(_CODE_READY[request.result_delivery])
    if request.state is RequestState.REFUSED and request.refusal_delivery:
        return str(_REFUSED[request.refusal_delivery])
    return str(_EXPECTED.get(request.state, ""))
