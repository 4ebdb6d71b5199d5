"""Every table of the core, gathered for migrations and for making foreign keys whole."""

from journal_core.access import models as access
from journal_core.audit import models as audit
from journal_core.calendar import models as calendar
from journal_core.consents import models as consents
from journal_core.database import Base
from journal_core.files import models as files
from journal_core.invitations import models as invitations
from journal_core.notifications import models as notifications
from journal_core.paper_templates import models as paper_templates
from journal_core.people import models as people
from journal_core.requests import models as requests
from journal_core.school import models as school
from journal_core.visits import models as visits

__all__ = [
    "access",
    "audit",
    "calendar",
    "consents",
    "files",
    "invitations",
    "metadata",
    "notifications",
    "paper_templates",
    "people",
    "requests",
    "school",
    "visits",
]

metadata = Base.metadata
