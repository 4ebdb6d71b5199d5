"""A school to crawl: real ids for the gaps of its addresses, and a browser for everybody."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask, got_request_exception
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from journal_core.academic_year.models import BellSchedule, Holiday
from journal_core.access.models import Account, AccountSession, StandIn
from journal_core.access.terms import ROLE_PERMISSIONS, Permission, Role
from journal_core.attendance.models import AbsenceSpan
from journal_core.classes.models import StudyGroup
from journal_core.consents.models import Consent
from journal_core.corrections.models import MarkCorrection
from journal_core.correspondence.models import Mailing, Thread
from journal_core.curriculum.models import Subject, TeachingLoad
from journal_core.database import Base
from journal_core.exchange.models import ImportRun
from journal_core.exchange.progress import Progress
from journal_core.files.models import StoredFile
from journal_core.invitations.models import Invitation
from journal_core.lessons.models import Lesson, TeacherAbsence
from journal_core.marks.models import Work
from journal_core.notice_board.models import BoardNotice
from journal_core.notifications.models import OfficeTask
from journal_core.orders.models import SchoolOrder
from journal_core.paper_templates.models import PaperTemplate
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.plans.models import ThematicPlan
from journal_core.portfolio.models import Achievement
from journal_core.recommendations.models import Recommendation
from journal_core.requests.models import RequestPaper, ServiceRequest
from journal_core.risk_group.models import RiskMembership
from journal_core.school.models import SchoolClass, Signatory
from journal_core.timetable.models import TimetableVersion
from portal.access import PUBLIC, access_tag
from portal.demo.believable import believable_school
from portal.demo.history import tell_history
from portal.demo.made_up import tell_made_up_school
from portal.state import Portal
from tests.factories.school import YEAR
from tests.portal.story import Browser, seed, signed_in

NOBODY = None
USERNAMES = {role: role.value.replace("_", "") for role in Role}
#: Stands in an address whose table has no rows.
NO_ROW = UUID(int=7)
#: Nobody is signed in after these: they are crawled last.
LAST = ("account.logout", "account.sign_out_everywhere", "account.end_one")

HOSTILE = (
    "", "\0", "a\0b", "0", "-1", "1", "31", "99999999999999999999", "1e9", "NaN", "2026", "9999",
    "' OR 1=1 --", "<script>alert(1)</script>", "{{7*7}}", "${7*7}", "#set($x=1)",
    "../../etc/passwd",
    "Я" * 301, "x" * 5000, "\N{RIGHT-TO-LEFT OVERRIDE}сигэр", "\N{GRINNING FACE}" * 40,
    "a@b.ru\r\nBcc: c@d.ru", "//evil.example", "http://[", "//[", "on", "yes",
    "00000000-0000-0000-0000-000000000001", "not-a-uuid", "ß" * 300,
    "\N{LATIN SMALL LIGATURE FFI}" * 200,
)  # fmt: skip

#: Tables whose ids stand in the addresses, by the name of the gap.
TABLES: Mapping[str, type[Base]] = {
    "absence_id": TeacherAbsence, "account_id": Account, "achievement_id": Achievement,
    "board_notice_id": BoardNotice,
    "class_id": SchoolClass,
    "consent_id": Consent, "correction_id": MarkCorrection, "file_id": StoredFile,
    "group_id": StudyGroup, "holiday_id": Holiday,
    "invitation_id": Invitation, "key": ImportRun, "lesson_id": Lesson, "load_id": TeachingLoad,
    "mailing_id": Mailing, "member_id": StaffMember, "order_id": SchoolOrder,
    "paper_id": RequestPaper,
    "person_id": Person, "plan_id": ThematicPlan, "pupil_id": Pupil,
    "recommendation_id": Recommendation, "representation_id": Representation,
    "risk_id": RiskMembership,
    "request_id": ServiceRequest, "run_id": ImportRun, "schedule_id": BellSchedule,
    "session_id": AccountSession, "signatory_id": Signatory, "span_id": AbsenceSpan,
    "stand_in_id": StandIn, "subject_id": Subject, "task_id": OfficeTask,
    "template_id": PaperTemplate, "thread_id": Thread, "version_id": TimetableVersion,
    "work_id": Work,
}  # fmt: skip


@dataclass
class Crawled:
    """The school, the failures that its pages ended with, and what its forms were seen to ask."""

    app: Flask
    random: Random
    ids: Mapping[str, list[UUID]]
    browsers: dict[Role | None, Browser]
    tokens: dict[Role | None, str] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    asked: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def told(self) -> str:
        """The failures, each once."""
        return "\n".join(dict.fromkeys(self.failures))

    def rules(self, method: str) -> list[Rule]:
        rules = [
            rule
            for rule in self.app.url_map.iter_rules()
            if method in (rule.methods or ()) and rule.endpoint != "static"
        ]
        return sorted(rules, key=lambda rule: (rule.endpoint in LAST, rule.rule))

    def path(self, rule: Rule, *, junk: bool = False) -> str:
        values = {name: self._value(rule, name, junk=junk) for name in sorted(rule.arguments)}
        return self.app.url_map.bind("localhost").build(rule.endpoint, values)

    def get(self, who: Role | None, path: str, query: Mapping[str, str] | None = None) -> Any:
        return self._answer(self._client(who).get(path, query_string=query, **self._from()), path)

    def post(self, who: Role | None, path: str, body: Mapping[str, Any]) -> Any:
        """With the right token; whoever the last act signed out signs in again."""
        if who not in self.tokens:
            self.tokens[who] = self._token(who)
        sent = {**body, "csrf_token": self.tokens[who]}
        answer = self._answer(self._client(who).post(path, data=sent, **self._from()), path)
        if answer.status_code == HTTPStatus.BAD_REQUEST or "Set-Cookie" in answer.headers:
            del self.tokens[who]
        return answer

    def junk(self) -> dict[str, str]:
        """An answer to every question that any page asked, sensible or hostile."""
        return {
            name: self.random.choice((*sorted(values), *self.random.choices(HOSTILE, k=3)))
            for name, values in sorted(self.asked.items())
            if name != "csrf_token"
        }

    def learn(self, page: str) -> None:
        """What the page's forms ask, with the answers that they offer."""
        for name, rest in re.findall(r'name="([\w-]+)"([^>]*)', page):
            value = re.search(r'value="([^"]*)"', rest)
            self.asked[name].update(value.groups() if value else ())

    def may(self, who: Role | None, rule: Rule) -> bool:
        tag = self.tag(rule)
        return tag == PUBLIC or (who is not NOBODY and tag in ROLE_PERMISSIONS[who])

    def tag(self, rule: Rule) -> Permission | str | None:
        return access_tag(self.app.view_functions[rule.endpoint])

    def _value(self, rule: Rule, name: str, *, junk: bool) -> object:
        converter = rule._converters[name]
        choices = sorted(getattr(converter, "items", ()))
        if choices:
            return self.random.choice(choices)
        kind = type(converter).__name__
        if kind == "IntegerConverter":
            known = [one for one in (2026, 1) if not converter.max or one <= converter.max]
            return self.random.choice((0, 2**31, 2**63, 10**30) if junk else known)
        if kind == "UUIDConverter":
            others = [one for ids in self.ids.values() for one in ids]
            return self.random.choice(
                [UUID(int=self.random.getrandbits(128)), *others[:50]]
                if junk or not self.ids[name]
                else self.ids[name]
            )
        return self.random.choice([one for one in HOSTILE if one] if junk else ["reception"])

    def _token(self, who: Role | None) -> str:
        page = self._client(who).get("/account" if who else "/track")
        if page.status_code != HTTPStatus.OK and who is not NOBODY:
            self.browsers[who] = signed_in(self.app, USERNAMES[who])
            page = self._client(who).get("/account")
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))
        return found.group(1) if found else ""

    def _client(self, who: Role | None) -> FlaskClient:
        return self.browsers[who].client

    def _from(self) -> dict[str, Any]:
        """Each time from another address, so that no limit hides what is behind it."""
        address = ".".join(str(self.random.randrange(1, 255)) for _ in range(4))
        return {"environ_overrides": {"REMOTE_ADDR": address}, "buffered": True}

    def _answer(self, response: TestResponse, path: str) -> TestResponse:
        if response.status_code >= 500:
            self.failures.append(f"{response.request.method} {path}: {response.status}")
        return response


def school_to_crawl(app: Flask, *, chance: int) -> Crawled:
    """A school with a past, its pages told to fail as they would in life."""
    seed(app)
    portal: Portal = app.extensions["portal"]
    with app.app_context():
        tell_history(portal)
    made_up = believable_school(pupils=22, weeks=1, seed=chance, year=YEAR)
    tell_made_up_school(portal, made_up, YEAR, Progress())
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browsers: dict[Role | None, Browser] = {NOBODY: Browser(app)}
    browsers |= {role: signed_in(app, USERNAMES[role]) for role in Role}
    crawled = Crawled(
        app=app,
        random=Random(chance),  # noqa: S311 - no secret
        ids=ids_of_rows(app),
        browsers=browsers,
    )

    def note(_app: Flask, exception: BaseException) -> None:
        crawled.failures.append(f"{type(exception).__name__}: {exception}"[:300])

    got_request_exception.connect(note, app, weak=False)
    return crawled


def ids_of_rows(app: Flask) -> dict[str, list[UUID]]:
    portal: Portal = app.extensions["portal"]
    with portal.database.reading() as session:
        found = {
            name: list(session.scalars(select(table.__table__.c.id)))
            for name, table in TABLES.items()
        }
    return {name: ids or [NO_ROW] for name, ids in found.items()}
