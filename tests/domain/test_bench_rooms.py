"""Pasted tables, decisions side by side and lots in kilograms: what the bench adds to the rooms of metrology."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.bench.decisions import decide
from core.domain.bench.packs import UNITS, cost_of, look_at_lot, sold, target_of
from core.domain.bench.studies import cell_means, read_table
from core.domain.bench.typed import read_numbers
from core.domain.metrology.gauge_study import gauge_study
from core.domain.metrology.risk import GuardBandMethod, Limits
from core.errors import BadInput
from core.language import Language
from core.storage.content import load_catalogue
from tests.domain.worked_examples import assert_as_published, inputs_of

CATALOGUE = load_catalogue()
MASS, PLAN = CATALOGUE.tolerances["mass-volume"], CATALOGUE.sampling_plans["r-87-2004"]
WIDE = "who;trial;p1;p2\nA;1;1.5;2\nA;2;1.6;2.1\nB;1;1.4;2\nB;2;1.5;1.9"
LONG = "\n".join(
    f"{who}\t{part}\t{value}"
    for who, part, value in [
        ("A", "p1", 1.5), ("A", "p2", 2), ("A", "p1", 1.6), ("A", "p2", 2.1),
        ("B", "p1", 1.4), ("B", "p2", 2), ("B", "p1", 1.5), ("B", "p2", 1.9),
    ]
)  # fmt: skip


def test_both_shapes_of_a_table_are_the_same_study():
    wide, long = read_table(WIDE, Language.EN), read_table(LONG, Language.EN)
    assert wide.problems == long.problems == ()
    assert wide.readings == long.readings
    assert [(one.appraiser, one.part, round(one.mean, 9)) for one in cell_means(wide.readings)] == [
        ("A", "p1", 1.55),
        ("A", "p2", 2.05),
        ("B", "p1", 1.45),
        ("B", "p2", 1.95),
    ]


@pytest.mark.parametrize("language", list(Language))
def test_the_example_of_a_study_is_the_published_one(language):
    study = gauge_study(read_table(CATALOGUE.word("tools.study.example.table")[language], language).readings)
    squares = {row.source.value: row.sum_of_squares for row in study.rows}
    assert_as_published(
        "EX-GRR-2",
        SS_operator=squares["appraiser"],
        SS_part=squares["part"],
        SS_interaction=squares["interaction"],
        SS_repeat=squares["repeatability"],
        repeatability=study.repeatability,
        reproducibility=study.reproducibility,
        gauge=study.gauge,
        part=study.part,
        total=study.total,
        percent_of_study=study.percent_of_study,
        distinct_categories=study.distinct_categories,
    )


@pytest.mark.parametrize("language", list(Language))
def test_the_example_of_a_lot_is_the_published_one(language):
    contents, problems = read_numbers(CATALOGUE.word("tools.lot.example.contents")[language], language)
    given_lot = inputs_of("EX-PRE-2")
    found = look_at_lot(UNITS["g"], given_lot["nominal"], given_lot["lot"], contents, MASS, PLAN)
    assert problems == ()
    assert found.sample is not None
    assert found.check is not None
    assert (found.sample.size, found.sample.short_once, found.sample.short_twice) == (80, 4, 0)
    assert (found.sample.mean, found.sample.deviation) == pytest.approx((999, 4), rel=1e-12)
    assert_as_published(
        "EX-PRE-2",
        factor=found.check.step.factor,
        mean_limit=found.check.mean_limit,
        mean_ok=found.check.mean_holds,
        t1_ok=found.check.short_once_holds,
        t2_ok=found.check.short_twice_holds,
        accept=found.check.is_accepted,
    )


@given(st.text(alphabet="AB;,.\t\n -0123456789x", max_size=200), st.sampled_from(list(Language)))
def test_whatever_is_pasted_is_read_or_refused(text, language):
    read_numbers(text, language)
    try:
        gauge_study(read_table(text, language).readings)
    except BadInput:
        return


@given(st.lists(st.integers(900, 1100), min_size=2, max_size=60), st.integers(100, 5000))
def test_kilograms_and_grams_are_one_lot(grams, lot):
    in_grams = look_at_lot(UNITS["g"], 1000, lot, grams, MASS, PLAN)
    in_kilograms = look_at_lot(UNITS["kg"], 1, lot, [one / 1000 for one in grams], MASS, PLAN)
    assert in_kilograms.sample == in_grams.sample
    assert in_kilograms.deficiency == in_grams.deficiency
    assert target_of(in_kilograms, 0.009) == target_of(in_grams, 9)


def test_overfill_without_a_price_is_a_quantity_and_no_money():
    target = target_of(look_at_lot(UNITS["g"], 1000, None, (), MASS, PLAN), 9)
    assert target is not None
    cost = cost_of(target, UNITS["g"], 100_000, None)
    assert (sold(cost, UNITS["g"]), cost.cost_vnd) == (pytest.approx(348), None)
    assert cost_of(target, UNITS["g"], 100_000, 20_000).cost_vnd == 6_960_000


@given(st.floats(0.05, 5), st.floats(0.5, 0.99))
def test_every_guard_band_accepts_no_more_by_mistake_than_none(uncertainty, in_tolerance):
    found = decide(0.3, Limits(-1, 1), uncertainty, in_tolerance=in_tolerance)
    plain, *guarded = found.ways
    assert [way.band and way.band.method for way in guarded] == list(GuardBandMethod)
    assert plain.risks is not None
    for way in guarded:
        if way.risks is not None:
            assert way.risks.false_accept <= plain.risks.false_accept + 1e-12
            assert way.risks.false_reject >= plain.risks.false_reject - 1e-12
