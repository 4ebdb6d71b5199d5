"""Werkzeug's work, done once for each test process."""

from collections.abc import Callable

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class BuiltOnce(Rule):
    """Keeps what builds a route's address for the next app: most of the making of one."""

    _builders: dict[object, Builder] = {}  # noqa: RUF012 - one for all

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002
        """What is built is bound to its rule afterwards: it depends on these alone."""
        told = (self.rule, tuple(self._trace), repr(self.defaults), append_unknown)
        if told not in self._builders:
            self._builders[told] = super()._compile_builder(append_unknown)
        return self._builders[told]
