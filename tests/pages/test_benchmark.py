"""The benchmark on the result page: it says what the service says, and one sentence where there is none."""

from __future__ import annotations

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.statistics.figures import QUANTILE_GROUP
from core.language import Language, moment, number
from core.services import benchmarking, populating
from tests.pages.test_enterprise import answer_all, own, words_of

RESULT = "enterprise/result.py"


def said(environment, key, language, **values):
    return environment.catalogue.word(f"benchmark.{key}")[language].format(**values)


@pytest.mark.parametrize("language", list(Language))
def test_the_result_page_says_where_the_firm_stands(visit, environment, sessions, monkeypatch, language):
    monkeypatch.setattr(populating, "count_others", lambda *_: 0)
    for _ in populating.populate(environment, 300, seed=7):
        pass
    result = answer_all(environment, sessions, Answer(Choice.LEVEL_1))
    found = benchmarking.compared(environment, own(environment, sessions)[0], result)
    compared = found.benchmark

    app = visit(RESULT, language=language, session=sessions["owner"])
    assert not app.exception
    shown = words_of(app).replace("\\", "")
    group = said(environment, f"group.{compared.group or 'whole'}", language)
    sentence = said(environment, f"standing.{compared.standing}", language, group=group)
    assert sentence in shown
    for fact in (number(compared.quartiles.firms, language), str(found.year), moment(found.at, language)):
        assert fact in shown
    table = next(one.value for one in app.table if said(environment, "part", language) in one.value.columns)
    cells = table.to_csv()
    quartiles = compared.quartiles
    for points in (quartiles.lower, quartiles.median, quartiles.upper, compared.points):
        assert number(points, language) in cells


@pytest.mark.parametrize("language", list(Language))
def test_without_a_group_there_is_one_sentence(visit, environment, sessions, language):
    answer_all(environment, sessions, Answer(Choice.LEVEL_1), {})
    app = visit(RESULT, language=language, session=sessions["owner"])
    assert not app.exception
    assert said(environment, "none", language, least=QUANTILE_GROUP) in words_of(app)
    assert not any(said(environment, "part", language) in one.value.columns for one in app.table)
