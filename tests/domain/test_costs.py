"""What measuring badly costs at a point: from the register's own numbers, marked where they are assumed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instruments import MeasuringInstrument
from core.domain.metrology.losses import PaybackState, Unknown
from core.domain.metrology.risk import Limits, process_spread, risks
from core.domain.register.costs import (
    BiasBasis,
    Obstacle,
    better_instrument,
    bias_cost,
    is_amount,
    point_costs,
    wrong_decisions,
)
from core.domain.register.fitness import fitness_of
from core.domain.register.points import ProcessPoint
from tests.domain.strategies import moderate

# Facts 4.8: a 0.5 % error on a weighbridge, 50 000 t of scrap at 8 million đồng a ton: 2 billion đồng a year.
SCRAP = ProcessPoint("scrap", unit="t", throughput=Decimal(50_000), unit_price_vnd=Decimal(8_000_000))
BRIDGE = MeasuringInstrument("CX-01", unit="kg", range="400 kg – 80 t", error_found="+0,5 %")


@pytest.mark.parametrize(
    ("throughput", "price", "loss"), [(50_000, 8_000_000, 2_000_000_000), (40_000, 7_000_000, 1_400_000_000)]
)
def test_the_worked_weighbridges(throughput, price, loss):
    point = replace(SCRAP, throughput=Decimal(throughput), unit_price_vnd=Decimal(price))
    cost = bias_cost(point, BRIDGE)
    assert (cost.bias, cost.basis, cost.is_least) == (Decimal("0.005"), BiasBasis.FOUND_ERROR, False)
    assert cost.loss.loss_vnd == loss


def test_an_error_given_as_a_quantity_tells_the_least_that_it_costs():
    cost = bias_cost(SCRAP, replace(BRIDGE, error_found="-40 kg"))
    assert (cost.bias, cost.is_least, cost.loss.loss_vnd) == (Decimal("0.0005"), True, 200_000_000)


def test_without_a_found_error_the_limit_is_taken_and_said_to_be_assumed():
    cost = bias_cost(SCRAP, replace(BRIDGE, error_found="", mpe="±0,1 %"))
    assert (cost.basis, cost.loss.loss_vnd) == (BiasBasis.LIMIT, 400_000_000)


def test_the_class_of_a_scale_gives_the_limit_where_none_was_typed():
    scale = MeasuringInstrument("C-01", range="0–60 kg", division="20 g", accuracy="III")
    cost = bias_cost(replace(SCRAP, unit="kg"), scale)
    # OIML R 76-1, table 6, in service: 3 e above 2000 e.
    assert (cost.basis, cost.bias) == (BiasBasis.LIMIT, Decimal("0.06") / 60)


def test_an_error_that_was_adjusted_away_is_not_counted():
    cost = bias_cost(SCRAP, replace(BRIDGE, adjusted=True, mpe="±0,1 %"))
    assert cost.basis is BiasBasis.LIMIT


@pytest.mark.parametrize(
    ("instrument", "obstacle"),
    [
        (replace(BRIDGE, error_found=""), Obstacle.NO_BIAS),
        (replace(BRIDGE, error_found="-40 kg", range=""), Obstacle.NO_BIAS),
        (MeasuringInstrument("T-01", unit="°C", error_found="1 °C"), Obstacle.MEASURES_ANOTHER),
    ],
)
def test_what_cannot_be_told_says_why(instrument, obstacle):
    cost = bias_cost(SCRAP, instrument)
    assert (cost.obstacle, cost.loss) == (obstacle, None)


def test_unknown_throughput_and_price_are_named_and_never_0():
    cost = bias_cost(replace(SCRAP, throughput=None, unit_price_vnd=None), BRIDGE)
    assert cost.loss.loss_vnd is None
    assert cost.loss.unknown == (Unknown.THROUGHPUT, Unknown.PRICE)
    assert point_costs(replace(SCRAP, throughput=None), [BRIDGE]).largest is None


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("kg", True),
        ("tấn", True),
        ("lít", True),
        ("m", True),
        ("kWh", True),
        ("°C", False),
        ("%", False),
        ("bar", False),
        ("kg/m", False),
        ("mm", False),
        ("", False),
    ],
)
def test_only_amounts_are_bought_and_sold(unit, expected):
    assert is_amount(unit) is expected
    if not expected:
        assert point_costs(replace(SCRAP, unit=unit), [BRIDGE]).obstacle is Obstacle.NOT_AN_AMOUNT


def test_the_largest_cost_at_a_point_is_named_and_nothing_is_added_up():
    worse = replace(BRIDGE, code="CX-02", error_found="0,8 %")
    found = point_costs(SCRAP, [BRIDGE, worse])
    assert found.largest.code == "CX-02"
    assert point_costs(SCRAP, []).obstacle is Obstacle.NO_INSTRUMENT


def test_wrong_decisions_cost_what_the_risks_say():
    scale = MeasuringInstrument(
        "C-01", unit="g", range="0–3000", tolerance="±0,5 g", mpe="±0,25 g", uncertainty="0,1 g", coverage="2"
    )
    loss = wrong_decisions(scale, {}, 100_000, 20_000, 5_000)

    limits = Limits(-0.5, 0.5)
    seen = risks(limits, fitness_of(scale, {}).in_use.standard_uncertainty, process_spread(limits, 0.95))
    assert loss.loss_vnd == pytest.approx(100_000 * (seen.false_accept * 20_000 + seen.false_reject * 5_000), abs=1)
    assert wrong_decisions(replace(scale, tolerance=""), {}, 100_000, 20_000, 5_000) is None
    assert wrong_decisions(scale, {}, None, 20_000, 5_000).unknown == (Unknown.ITEMS,)


def test_a_better_instrument_pays_back_by_what_it_saves():
    cost = bias_cost(SCRAP, BRIDGE)
    found = better_instrument(SCRAP, cost, Decimal("0.001"), 400_000_000)
    assert (found.saving_per_year_vnd, found.months) == (1_600_000_000, Decimal("3.0"))
    assert better_instrument(SCRAP, cost, Decimal("0.01"), 1).state is PaybackState.NEVER
    assert better_instrument(SCRAP, cost, None, 1).state is PaybackState.UNKNOWN


@moderate
@given(st.decimals(0, 10**9, places=3), st.decimals(0, 10**8, places=0), st.integers(0, 5000), st.integers(0, 5000))
def test_the_cost_grows_with_the_bias(throughput, price, smaller, more):
    point = replace(SCRAP, throughput=throughput, unit_price_vnd=price)

    def loss(hundredths):
        shown = f"{hundredths // 100},{hundredths % 100:02}".replace(",", ".")
        return bias_cost(point, replace(BRIDGE, error_found=f"{shown} %")).loss.loss_vnd

    assert loss(smaller) <= loss(smaller + more)
