"""Our lists as the tables of OneRoster 1.2 (POL-3.4.6)."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid5

from journal_core.academic_year.models import GradingPeriod
from journal_core.classes.models import ClassMembership, GroupMembership
from journal_core.curriculum.models import Subject, TeachingLoad
from journal_core.exchange.cells import written
from journal_core.exchange.export import Lists, Record, written_year
from journal_core.exchange.oneroster import (
    COLUMNS,
    HOMEROOM,
    MADE,
    POSITIONS,
    SCHOOL,
    SESSION_TYPES,
)
from journal_core.exchange.sheets import PERIOD_KINDS
from journal_core.exchange.terms import MANIFEST
from journal_core.people.models import Person, Pupil, Representation, StaffMember
from journal_core.people.terms import Gender, RepresentativeKind
from journal_core.school.models import SchoolClass

#: What the standard has and we do not give.
_ABSENT = (
    "categories", "classResources", "courseResources", "lineItemLearningObjectiveIds",
    "lineItems", "lineItemScoreScales", "resources", "resultLearningObjectiveIds", "results",
    "resultScoreScales", "scoreScales", "userProfiles", "userResources",
)  # fmt: skip
_SEXES = {Gender.FEMALE: "female", Gender.MALE: "male"}
_FIRST_DAY, _LAST_DAY = (9, 1), (8, 31)


def tables(lists: Lists, school_name: str) -> dict[str, list[list[str]]]:
    """File name → its rows, the headings first; the whole school ("bulk") as it stands."""
    rows = {
        "academicSessions": _sessions(lists),
        "classes": _classes(lists),
        "courses": _courses(lists),
        "demographics": _demographics(lists),
        "enrollments": _enrollments(lists),
        "orgs": [{"sourcedId": SCHOOL, "name": school_name, "type": "school"}],
        "roles": _roles(lists),
        "users": _users(lists),
    }
    made = {MANIFEST: _manifest(school_name)}
    for name, found in rows.items():
        columns = COLUMNS[name].split(",")
        made[f"{name}.csv"] = [columns, *([row.get(c, "") for c in columns] for row in found)]
    return made


def _manifest(school_name: str) -> list[list[str]]:
    told = dict.fromkeys(COLUMNS, "bulk") | dict.fromkeys(_ABSENT, "absent")
    return [
        ["propertyName", "value"],
        ["manifest.version", "1.0"],
        ["oneroster.version", "1.2"],
        *([f"file.{name}", told[name]] for name in sorted(told)),
        ["source.systemName", school_name],
        ["source.systemCode", SCHOOL],
    ]


def _made_id(*parts: object) -> str:
    return str(uuid5(MADE, "/".join(map(str, parts))))


def _sessions(lists: Lists) -> Iterator[dict[str, str]]:
    years = {row["academic_year"] for row in lists.rows(SchoolClass).values()}
    periods = lists.rows(GradingPeriod)
    for year in sorted(years | {row["academic_year"] for row in periods.values()}):
        yield {
            "sourcedId": _made_id("year", year),
            "title": written_year(year),
            "type": "schoolYear",
            "startDate": date(year, *_FIRST_DAY).isoformat(),
            "endDate": date(year + 1, *_LAST_DAY).isoformat(),
            "schoolYear": str(year + 1),
        }
    for id, row in periods.items():
        kind = written(PERIOD_KINDS, row["kind"])
        yield {
            "sourcedId": str(id),
            "title": f"{row['number']} {kind}, {row['first_grade']}–{row['last_grade']}",
            "type": SESSION_TYPES[row["kind"]],
            "startDate": row["since"].isoformat(),
            "endDate": row["until"].isoformat(),
            "parentSourcedId": _made_id("year", row["academic_year"]),
            "schoolYear": str(row["academic_year"] + 1),
        }


def _courses(lists: Lists) -> Iterator[dict[str, str]]:
    yield {"sourcedId": HOMEROOM, "title": "Класс", "orgSourcedId": SCHOOL}
    for id, row in lists.rows(Subject).items():
        yield {
            "sourcedId": str(id),
            "title": row["name"],
            "courseCode": row["short_name"],
            "orgSourcedId": SCHOOL,
        }


def _taught(lists: Lists) -> dict[str, Record]:
    """Id → the class or group and subject of a load; teachers of one share it."""
    return {_taught_id(row): row for row in lists.rows(TeachingLoad).values()}


def _taught_id(load: Record) -> str:
    return _made_id(load["class_id"], load["group_id"], load["subject_id"])


def _classes(lists: Lists) -> Iterator[dict[str, str]]:
    for id, row in lists.rows(SchoolClass).items():
        yield _class(row, str(id), lists.school_class(id), HOMEROOM, "homeroom")
    for taught_id, load in _taught(lists).items():
        row = lists.rows(SchoolClass)[load["class_id"]]
        words = (lists.school_class(load["class_id"]), lists.subject(load["subject_id"]))
        title = " ".join(filter(None, (*words, lists.group(load["group_id"]))))
        yield _class(row, taught_id, title, str(load["subject_id"]), "scheduled")


def _class(row: Record, id: str, title: str, course: str, kind: str) -> dict[str, str]:
    return {
        "sourcedId": id,
        "title": title,
        "grades": str(row["grade"]),
        "courseSourcedId": course,
        "classType": kind,
        "schoolSourcedId": SCHOOL,
        "termSourcedIds": _made_id("year", row["academic_year"]),
    }


def _enrollments(lists: Lists) -> Iterator[dict[str, str]]:
    yield from _of_pupils(lists)
    for id, row in lists.rows(SchoolClass).items():
        if row["class_teacher_id"]:
            made = _made_id("class teacher", id)
            yield _enrollment(made, str(id), row["class_teacher_id"], "teacher")
    for id, load in lists.rows(TeachingLoad).items():
        yield _enrollment(str(id), _taught_id(load), load["teacher_id"], "teacher")


def _of_pupils(lists: Lists) -> Iterator[dict[str, str]]:
    """Each in the class, and in every subject of it or of the pupil's groups."""
    pupils = lists.rows(Pupil)
    taught: dict[UUID, list[str]] = defaultdict(list)
    for class_id, load in _taught(lists).items():
        taught[load["group_id"] or load["class_id"]].append(class_id)
    spans = [(id, span, span["class_id"]) for id, span in lists.rows(ClassMembership).items()]
    for id, span, school_class in spans:
        person_id = pupils[span["pupil_id"]]["person_id"]
        yield _enrollment(str(id), str(school_class), person_id, "student", span)
    spans += [(id, span, span["group_id"]) for id, span in lists.rows(GroupMembership).items()]
    for id, span, whole in spans:
        person_id = pupils[span["pupil_id"]]["person_id"]
        for class_id in taught[whole]:
            yield _enrollment(_made_id(id, class_id), class_id, person_id, "student", span)


def _enrollment(
    id: str, class_id: str, person_id: UUID, role: str, span: Record | None = None
) -> dict[str, str]:
    since, until = (span["since"], span["until"]) if span else (None, None)
    return {
        "sourcedId": id,
        "classSourcedId": class_id,
        "schoolSourcedId": SCHOOL,
        "userSourcedId": str(person_id),
        "role": role,
        "primary": "true" if role == "teacher" else "",
        "beginDate": since.isoformat() if since else "",
        "endDate": until.isoformat() if until else "",
    }


def _roles_of(lists: Lists) -> Iterator[tuple[str, UUID, str, date | None, date | None]]:
    """Id, person, role, from, to."""
    names = {word: role for role, word in POSITIONS.items()}
    for id, row in lists.rows(StaffMember).items():
        role = names.get(row["position"].casefold(), "teacher")
        yield str(id), row["person_id"], role, row["since"], row["until"]
    for id, row in lists.rows(Pupil).items():
        yield str(id), row["person_id"], "student", row["enrolled_on"], row["left_on"]
    told = set()
    for row in lists.rows(Representation).values():
        role = "guardian" if row["kind"] is RepresentativeKind.GUARDIAN else "parent"
        if row["ended_on"] is None and (row["person_id"], role) not in told:
            told.add((row["person_id"], role))
            yield _made_id(row["person_id"], role), row["person_id"], role, None, None


def _roles(lists: Lists) -> Iterator[dict[str, str]]:
    primary: set[UUID] = set()
    for id, person_id, role, since, until in _roles_of(lists):
        yield {
            "sourcedId": id,
            "userSourcedId": str(person_id),
            "roleType": "secondary" if person_id in primary else "primary",
            "role": role,
            "beginDate": since.isoformat() if since else "",
            "endDate": until.isoformat() if until else "",
            "orgSourcedId": SCHOOL,
        }
        primary.add(person_id)


def _users(lists: Lists) -> Iterator[dict[str, str]]:
    """Nobody is left without a role: a person whom the school only once met is not given out."""
    numbers = {row["person_id"]: row["file_number"] for row in lists.rows(Pupil).values()}
    pupils = {id: row["person_id"] for id, row in lists.rows(Pupil).items()}
    agents: dict[UUID, list[str]] = defaultdict(list)
    for row in lists.rows(Representation).values():
        if row["ended_on"] is None:
            agents[pupils[row["pupil_id"]]].append(str(row["person_id"]))
    for person_id in dict.fromkeys(role[1] for role in _roles_of(lists)):
        person = lists.rows(Person)[person_id]
        yield {
            "sourcedId": str(person_id),
            "enabledUser": "true",
            "username": str(person_id),
            "givenName": person["first_name"],
            "familyName": person["last_name"],
            "middleName": person["patronymic"],
            "identifier": numbers.get(person_id, ""),
            "email": person["email"],
            "phone": person["phone"],
            "agentSourcedIds": ",".join(agents[person_id]),
            "primaryOrgSourcedId": SCHOOL,
        }


def _demographics(lists: Lists) -> Iterator[dict[str, str]]:
    for person_id in dict.fromkeys(role[1] for role in _roles_of(lists)):
        person = lists.rows(Person)[person_id]
        if person["birth_date"] or person["gender"]:
            yield {
                "sourcedId": str(person_id),
                "birthDate": person["birth_date"].isoformat() if person["birth_date"] else "",
                "sex": _SEXES.get(person["gender"], ""),
            }
