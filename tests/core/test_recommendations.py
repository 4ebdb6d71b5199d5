"""Recommendations: the teacher of the course writes, the diary keeps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from journal_core.context import ActionContext
from journal_core.errors import NotFound, RuleBroken
from journal_core.journal.queries import course_to_read
from journal_core.recommendations.commands import (
    Recommend,
    WithdrawRecommendation,
    recommend,
    withdraw_recommendation,
)
from journal_core.recommendations.queries import (
    advised_pupils,
    recommendations_between,
    recommendations_of,
)
from tests.factories.journal import TODAY, KeptSchool, as_person, kept_school
from tests.factories.school import pupil, school_class, teacher


@pytest.fixture
def school(context: ActionContext) -> KeptSchool:
    return kept_school(context)


def _says(context: ActionContext, school: KeptSchool, text: str, *places: int) -> None:
    ids = tuple(school.pupils[place] for place in places)
    recommend(context, Recommend(key=school.key, pupil_ids=ids, text=text))


@pytest.mark.clause("POL-3.9.2")
def test_new_recommendation_stands_above_the_old_one_which_is_kept(
    context: ActionContext, school: KeptSchool
) -> None:
    orlova = as_person(context, school.teacher_id)
    for _click in range(2):
        _says(orlova, school, "Повторить дроби", 0, 1, 1)
    later = replace(orlova, now=orlova.now + timedelta(days=3))
    _says(later, school, "Решать по две задачи в день", 0)
    first, second = school.pupils[:2]
    told = recommendations_of(context.session, first, school.subject_id)
    assert [one.text for one in told] == ["Решать по две задачи в день", "Повторить дроби"]
    assert [one.text for one in recommendations_of(context.session, second)] == ["Повторить дроби"]
    until_then = recommendations_between(context.session, school.pupils, context.now, later.now)
    assert {one: len(found) for one, found in until_then.items()} == {first: 1, second: 1}
    course = course_to_read(context.session, orlova.actor, school.key, TODAY)
    read = advised_pupils(context.session, orlova.actor, course, TODAY)
    assert [len(one.recommendations) for one in read] == [2, 1, 0, 0, 0]
    withdraw_recommendation(later, WithdrawRecommendation(recommendation_id=told[0].id))
    assert [one.text for one in recommendations_of(context.session, first)] == ["Повторить дроби"]


@pytest.mark.clause("POL-3.6.1")
def test_only_the_courses_teacher_recommends_and_only_to_its_pupils(
    context: ActionContext, school: KeptSchool
) -> None:
    orlova = as_person(context, school.teacher_id)
    stranger = as_person(context, teacher(context, "Чужова Ирина Павловна"))
    with pytest.raises(RuleBroken, match="recommendation_not_own"):
        _says(stranger, school, "Читать больше", 0)
    other = pupil(context, school_class(context, "7Б").id, "Чужов Олег Олегович")
    with pytest.raises(NotFound, match="pupil_unknown"):
        recommend(orlova, Recommend(key=school.key, pupil_ids=(other,), text="Читать больше"))
    for text, places, refusal in (
        ("", (0,), "recommendation_empty"),
        ("а" * 1001, (0,), "recommendation_long"),
        ("Читать", (), "recommendation_to_nobody"),
    ):
        with pytest.raises(RuleBroken, match=refusal):
            _says(orlova, school, text, *places)
    _says(orlova, school, "Читать больше", 0)
    (told,) = recommendations_of(context.session, school.pupils[0])
    with pytest.raises(NotFound, match="recommendation_unknown"):
        withdraw_recommendation(stranger, WithdrawRecommendation(recommendation_id=told.id))
