"""The book of substitutions: a plain print with a place for each substitute's signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from documents.paper import PaperContext, Word, day


@dataclass(frozen=True, kw_only=True)
class Substitution:
    """One line: a lesson that another gave, or that was not given."""

    day: date
    number: int
    class_name: str
    subject: str
    teacher: str
    reason: str
    #: "" where the lesson was not held; then `note` says why.
    substitute: str
    note: str
    topic: str


@dataclass(frozen=True, kw_only=True)
class SubstitutionBook(PaperContext):
    """The substitutions of a period, both its days within (INS-3.3.3)."""

    school_short_name: str
    since: date
    until: date
    rows: tuple[Substitution, ...]
    printed_on: date

    @property
    def title(self) -> str:
        return f"Журнал замен уроков {day(self.since)}–{day(self.until)}"

    @property
    def dated(self) -> date | None:
        return self.printed_on

    def words(self) -> Mapping[str, Word]:
        return {
            "school_short_name": self.school_short_name,
            "since": day(self.since),
            "until": day(self.until),
            "printed_on": day(self.printed_on),
            "rows": tuple(
                {
                    "day": day(row.day),
                    "number": str(row.number),
                    "class_name": row.class_name,
                    "subject": row.subject,
                    "teacher": row.teacher,
                    "reason": row.reason,
                    "substitute": row.substitute,
                    "note": row.note,
                    "topic": row.topic,
                }
                for row in self.rows
            ),
        }


EXAMPLE = SubstitutionBook(
    school_short_name="МБОУ СОШ №1",
    since=date(2026, 11, 1),
    until=date(2026, 11, 30),
    rows=(
        Substitution(
            day=date(2026, 11, 23),
            number=2,
            class_name="7А (1)",
            subject="Английский язык",
            teacher="И.П.Образцов",
            reason="болезнь",
            substitute="А.С.Примерова",
            note="группы объединены",
            topic="",
        ),
        Substitution(
            day=date(2026, 11, 23),
            number=6,
            class_name="9Б",
            subject="Физика",
            teacher="И.П.Образцов",
            reason="болезнь",
            substitute="",
            note="не проведён: последний урок",
            topic="",
        ),
    ),
    printed_on=date(2026, 12, 1),
)
