"""Every table of the core, gathered for migrations and for making foreign keys whole."""

from journal_core.academic_year import models as academic_year
from journal_core.access import models as access
from journal_core.attendance import models as attendance
from journal_core.audit import models as audit
from journal_core.calendar import models as calendar
from journal_core.cells import models as cells
from journal_core.classes import models as classes
from journal_core.consents import models as consents
from journal_core.corrections import models as corrections
from journal_core.correspondence import models as correspondence
from journal_core.curriculum import models as curriculum
from journal_core.database import Base
from journal_core.diary import models as diary
from journal_core.diary_visits import models as diary_visits
from journal_core.exchange import models as exchange
from journal_core.files import models as files
from journal_core.homework import models as homework
from journal_core.invitations import models as invitations
from journal_core.lessons import models as lessons
from journal_core.marks import models as marks
from journal_core.notice_board import models as notice_board
from journal_core.notices import models as notices
from journal_core.notifications import models as notifications
from journal_core.orders import models as orders
from journal_core.paper_templates import models as paper_templates
from journal_core.people import models as people
from journal_core.period_marks import models as period_marks
from journal_core.plans import models as plans
from journal_core.portfolio import models as portfolio
from journal_core.recommendations import models as recommendations
from journal_core.requests import models as requests
from journal_core.risk_group import models as risk_group
from journal_core.school import models as school
from journal_core.timetable import models as timetable
from journal_core.visits import models as visits
from journal_core.weekly_duty import models as weekly_duty

__all__ = [
    "academic_year",
    "access",
    "attendance",
    "audit",
    "calendar",
    "cells",
    "classes",
    "consents",
    "corrections",
    "correspondence",
    "curriculum",
    "diary",
    "diary_visits",
    "exchange",
    "files",
    "homework",
    "invitations",
    "lessons",
    "marks",
    "metadata",
    "notice_board",
    "notices",
    "notifications",
    "orders",
    "paper_templates",
    "people",
    "period_marks",
    "plans",
    "portfolio",
    "recommendations",
    "requests",
    "risk_group",
    "school",
    "timetable",
    "visits",
    "weekly_duty",
]

metadata = Base.metadata
