"""Letters between families and school, and reports of errors in the diary (POL-3.9.3, 3.7.8)."""

from portal.messages import reports, views
from portal.messages.blueprint import blueprint

__all__ = ["blueprint", "reports", "views"]
