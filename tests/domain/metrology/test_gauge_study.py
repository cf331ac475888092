"""Gauge studies: published examples, another way to the sums, properties, and unbalanced data."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.domain.metrology.gauge_study import GaugeVerdict, Reading, Source, gauge_study, verdict_on_percent
from core.errors import BadInput
from tests.domain.strategies import moderate
from tests.domain.worked_examples import assert_as_published, inputs_of


def readings_of(data):
    """From appraiser → trial → parts to single readings."""
    return [
        Reading(f"A{appraiser}", f"P{part:02}", value)
        for appraiser, trials in enumerate(data)
        for trial in trials
        for part, value in enumerate(trial)
    ]


def sums_of(study):
    squares = {row.source: row.sum_of_squares for row in study.rows}
    return {
        "SS_operator": squares[Source.APPRAISER],
        "SS_part": squares[Source.PART],
        "SS_interaction": squares[Source.INTERACTION],
        "SS_repeat": squares[Source.REPEATABILITY],
    }


@st.composite
def studies(draw):
    o, r, p = draw(st.integers(2, 4)), draw(st.integers(2, 3)), draw(st.integers(2, 6))
    values = st.integers(-300, 300).map(lambda hundredths: hundredths / 100)
    return np.array(draw(st.lists(values, min_size=o * r * p, max_size=o * r * p))).reshape(o, r, p)


varied = studies().filter(lambda data: np.ptp(data) > 0)


def test_published_sums_of_squares():
    study = gauge_study(readings_of(inputs_of("EX-GRR-1")["data"]))
    assert_as_published("EX-GRR-1", **sums_of(study))


def test_published_study():
    study = gauge_study(readings_of(inputs_of("EX-GRR-2")["data"]))
    assert study.pooled
    assert_as_published(
        "EX-GRR-2",
        **sums_of(study),
        repeatability=study.repeatability,
        reproducibility=study.reproducibility,
        gauge=study.gauge,
        part=study.part,
        total=study.total,
        percent_of_study=study.percent_of_study,
        distinct_categories=study.distinct_categories,
    )
    assert study.verdict_on_study is GaugeVerdict.CONDITIONAL


@moderate
@given(varied)
def test_the_table_is_that_of_the_textbook_formulas(data):
    """Second way: raw sums of squares less the correction term, and scipy's F."""
    o, r, p = data.shape
    study = gauge_study(readings_of(data))
    squares = sums_of(study)
    correction = data.sum() ** 2 / data.size
    operator = (data.sum(axis=(1, 2)) ** 2).sum() / (p * r) - correction
    part = (data.sum(axis=(0, 1)) ** 2).sum() / (o * r) - correction
    cells = (data.sum(axis=1) ** 2).sum() / r - correction
    total = (data**2).sum() - correction
    expected = (operator, part, cells - operator - part, total - cells)
    assert tuple(squares.values()) == pytest.approx(expected, abs=1e-8)
    assert math.fsum(squares.values()) == pytest.approx(total, abs=1e-8)
    assert sum(row.degrees_of_freedom for row in study.rows) == data.size - 1
    interaction, repeatability = study.rows[2], study.rows[3]
    if interaction.mean_square > 1e-9 and repeatability.mean_square > 1e-9:
        assert interaction.p_value == pytest.approx(
            stats.f.sf(
                interaction.mean_square / repeatability.mean_square,
                interaction.degrees_of_freedom,
                repeatability.degrees_of_freedom,
            ),
            rel=1e-6,
        )
        assert study.pooled == (interaction.p_value > 0.05)


def test_a_significant_interaction_stays_on_its_own():
    """One appraiser reads one part high, every time."""
    base = [[1.0, 2.0, 3.0, 4.0], [1.1, 2.1, 2.9, 4.1]]
    odd = [[1.0, 2.0, 3.0, 5.0], [1.1, 2.1, 2.9, 5.1]]
    study = gauge_study(readings_of([base, base, odd]))
    assert not study.pooled
    rows = {row.source: row.mean_square for row in study.rows}
    assert study.repeatability**2 == pytest.approx(rows[Source.REPEATABILITY])
    assert study.interaction**2 == pytest.approx((rows[Source.INTERACTION] - rows[Source.REPEATABILITY]) / 2)
    assert study.part**2 == pytest.approx((rows[Source.PART] - rows[Source.INTERACTION]) / (3 * 2))


def test_the_setting_for_pooling_decides_what_is_pooled():
    data = inputs_of("EX-GRR-2")["data"]
    p_value = gauge_study(readings_of(data)).rows[2].p_value
    assert p_value > 0.9
    assert not gauge_study(readings_of(data), pooling_probability=0.99).pooled


@moderate
@given(varied, st.floats(0.1, 100))
def test_shares_hold_in_any_unit_and_from_any_origin(data, tolerance):
    study = gauge_study(readings_of(data), tolerance)
    moved = gauge_study(readings_of(np.round(data * 10 + 7, 6)), 10 * tolerance)
    assert moved.percent_of_study == pytest.approx(study.percent_of_study, abs=1e-6)
    assert moved.percent_of_tolerance == pytest.approx(study.percent_of_tolerance, rel=1e-6, abs=1e-6)
    assert 0 <= study.percent_of_study <= 100
    assert study.total**2 == pytest.approx(study.gauge**2 + study.part**2)
    assert study.distinct_categories is None or study.distinct_categories >= 1


@moderate
@given(varied, st.randoms())
def test_order_and_names_do_not_matter(data, random):
    readings = readings_of(data)
    renamed = {one.appraiser: f"người {number}" for number, one in enumerate(random.sample(readings, len(readings)))}
    shuffled = [replace(one, appraiser=renamed[one.appraiser]) for one in random.sample(readings, len(readings))]
    assert gauge_study(shuffled) == gauge_study(readings)


def test_a_gauge_without_spread_has_no_number_of_categories():
    same = [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]
    study = gauge_study(readings_of([same, same]), tolerance=4.0)
    assert (study.gauge, study.percent_of_study, study.percent_of_tolerance) == (0, 0, 0)
    assert study.distinct_categories is None
    assert study.verdict_on_tolerance is GaugeVerdict.ACCEPTABLE


def test_parts_that_do_not_differ_leave_one_category():
    noise = [[1.0, 1.1], [1.1, 1.0]]
    study = gauge_study(readings_of([noise, noise]))
    assert study.percent_of_study == 100
    assert study.distinct_categories == 1


@pytest.mark.parametrize(
    "percent, verdict",
    [
        (9.99, GaugeVerdict.ACCEPTABLE),
        (10, GaugeVerdict.CONDITIONAL),
        (30, GaugeVerdict.CONDITIONAL),
        (30.01, GaugeVerdict.UNACCEPTABLE),
    ],
)
def test_verdicts_at_their_edges(percent, verdict):
    assert verdict_on_percent(percent) is verdict


def test_without_a_tolerance_there_is_no_verdict_on_it():
    study = gauge_study(readings_of(inputs_of("EX-GRR-1")["data"]))
    assert (study.tolerance, study.percent_of_tolerance, study.verdict_on_tolerance) == (None, None, None)


# refusals -------------------------------------------------------------------------------------------------------------

BALANCED = readings_of([[[1.0, 2.0, 3.0], [1.1, 2.1, 3.1]], [[1.2, 2.2, 3.2], [1.0, 2.0, 3.1]]])


@pytest.mark.parametrize("readings, seen", [(BALANCED[1:], 1), ([*BALANCED, BALANCED[0]], 3)])
def test_unbalanced_data_are_refused_with_the_cell(readings, seen):
    with pytest.raises(BadInput) as refused:
        gauge_study(readings)
    assert refused.value.code == "study-unbalanced"
    details = refused.value.details
    assert (details["appraiser"], details["part"], details["seen"], details["expected"]) == ("A0", "P00", seen, 2)


def test_a_cell_that_nobody_measured_is_named():
    with pytest.raises(BadInput) as refused:
        gauge_study([one for one in BALANCED if (one.appraiser, one.part) != ("A1", "P02")])
    assert (refused.value.details["appraiser"], refused.value.details["part"]) == ("A1", "P02")
    assert refused.value.details["seen"] == 0


@pytest.mark.parametrize(
    "readings, tolerance, code, field",
    [
        ([], None, "count-too-small", "appraisers"),
        ([one for one in BALANCED if one.appraiser == "A0"], None, "count-too-small", "appraisers"),
        ([one for one in BALANCED if one.part == "P00"], None, "count-too-small", "parts"),
        (readings_of([[[1.0, 2.0]], [[1.1, 2.1]]]), None, "count-too-small", "trials"),
        ([replace(one, value=5.5) for one in BALANCED], None, "study-without-variation", "readings"),
        ([*BALANCED[1:], replace(BALANCED[0], value=math.nan)], None, "number-unusable", "readings"),
        (BALANCED, 0.0, "number-not-positive", "tolerance"),
    ],
)
def test_what_cannot_be_used_is_refused(readings, tolerance, code, field):
    with pytest.raises(BadInput) as refused:
        gauge_study(readings, tolerance)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)
