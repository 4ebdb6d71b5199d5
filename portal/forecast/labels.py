"""What it takes to get a mark, in words."""

from flask_babel import gettext as _

from journal_core.forecast.terms import Forecast, Need, Reach


def need_words(need: Need, left: int) -> str:
    """«пятёрок подряд: 2, или четвёрок подряд: 6»; `left` is how many lessons are to come."""
    if need.reach is Reach.CERTAIN:
        return str(_("уже обеспечена, какими бы ни были остальные отметки"))
    if need.reach is Reach.HELD:
        return str(_("выходит сейчас"))
    if need.reach is Reach.OUT_OF_REACH:
        return str(
            _("не выйдет: не хватит и пятёрок на всех оставшихся уроках (%(left)s)", left=left)
        )
    words = [_("пятёрок подряд: %(count)s", count=need.fives)]
    if need.fours is not None:
        words.append(_("или четвёрок подряд: %(count)s", count=need.fours))
    return ", ".join(words)


def next_words(forecast: Forecast) -> str:
    """What the next higher mark takes: «для 4 нужно пятёрок подряд: 2»; "" where there is none."""
    need = forecast.next_need
    if need is None:
        return ""
    words = need_words(need, forecast.left)
    if need.reach is Reach.OPEN:
        return str(_("для %(mark)s нужно %(words)s", mark=need.wanted, words=words))
    return f"{need.wanted} {words}"
