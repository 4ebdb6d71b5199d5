"""A whole school to crawl: real ids for every gap of an address, and a browser for every role."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from journal_core.access.commands import NewAccount, create_account, grant_role
from journal_core.access.models import Account, AccountSession, StandIn
from journal_core.access.terms import Permission, Role
from journal_core.consents.models import Consent
from journal_core.context import ActionContext
from journal_core.invitations.models import Invitation
from journal_core.notifications.models import OfficeTask
from journal_core.people.commands import AddStaffMember, add_staff_member
from journal_core.people.models import Person, Representation
from journal_core.people.rules import split_full_name
from journal_core.requests.models import RequestPaper, ServiceRequest
from journal_core.school.models import Signatory
from portal.access import PUBLIC, access_tag
from portal.demo.history import tell_history
from portal.passwords import hasher
from portal.perform import perform_as_operator
from portal.state import Portal
from tests.portal.story import PASSWORD, Browser, seed, signed_in
