"""OneRoster 1.2 in CSV: its tables and its words.

Our ids are the sourcedIds; what has none of its own (the school, a year, a class's subject) has
one made of what it consists of, so that it is the same in every export.
"""

from collections.abc import Mapping
from uuid import UUID, uuid5

from journal_core.academic_year.terms import PeriodKind

#: Under which ids are made for what has none of its own.
MADE = UUID("6f1c3f7e-5c0f-4a53-9d0c-0b1f2f8a3d12")
SCHOOL = str(uuid5(MADE, "school"))
HOMEROOM = str(uuid5(MADE, "homeroom"))

#: Table → its columns, as OneRoster 1.2 names and orders them.
COLUMNS: Mapping[str, str] = {
    "academicSessions": "sourcedId,status,dateLastModified,title,type,startDate,endDate,"
    "parentSourcedId,schoolYear",
    "classes": "sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,"
    "classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods",
    "courses": "sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,"
    "orgSourcedId,subjects,subjectCodes",
    "demographics": "sourcedId,status,dateLastModified,birthDate,sex,americanIndianOrAlaskaNative,"
    "asian,blackOrAfricanAmerican,nativeHawaiianOrOtherPacificIslander,white,"
    "demographicRaceTwoOrMoreRaces,hispanicOrLatinoEthnicity,countryOfBirthCode,"
    "stateOfBirthAbbreviation,cityOfBirth,publicSchoolResidenceStatus",
    "enrollments": "sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,"
    "userSourcedId,role,primary,beginDate,endDate",
    "orgs": "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId",
    "roles": "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,"
    "orgSourcedId,userProfileSourcedId",
    "users": "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,"
    "middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,"
    "userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,"
    "preferredFamilyName,primaryOrgSourcedId,pronouns",
}

SESSION_TYPES = {
    PeriodKind.QUARTER: "gradingPeriod",
    PeriodKind.TRIMESTER: "term",
    PeriodKind.HALF_YEAR: "semester",
}
POSITIONS = {"principal": "директор", "administrator": "администратор", "teacher": "учитель"}
