"""Very many assessments are scored as one is, whatever was scored before."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.domain.assessment import RegisterFacts
from core.domain.recomputing import Rescoring, letters_of
from core.domain.scorecard import ScoreKind
from core.domain.scoring import score
from tests.domain.strategies import answers_to, catalogues, moderate, profiles


@st.composite
def many(draw):
    catalogue = draw(catalogues())
    one = st.tuples(profiles, answers_to(catalogue), st.booleans())
    return catalogue, draw(st.lists(one, min_size=1, max_size=8))


@given(many(), st.lists(st.integers(1, 100), min_size=4, max_size=4, unique=True))
@moderate
def test_many_assessments_have_the_score_level_and_gates_of_one(case, thresholds):
    catalogue, assessments = case
    other = replace(catalogue, method=replace(catalogue.method, thresholds=tuple(sorted(thresholds))))
    for edition in (catalogue, other):
        rescoring = Rescoring(edition)
        for profile, answers, is_overdue in assessments:
            register = RegisterFacts(overdue=("",) if is_overdue else ())
            single = score(edition, profile, answers, register, ScoreKind.VALIDATED)
            published = rescoring.published(profile, letters_of(answers), is_overdue=is_overdue)
            assert published == ((single.low, single.level_low) if single.has_score else None)
