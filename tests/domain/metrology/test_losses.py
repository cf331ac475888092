"""Money of a bias, of wrong decisions, and of a better instrument; unknown stays unknown."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.metrology.losses import PaybackState, Unknown, bias_loss, decision_loss, payback, whole_vnd
from core.errors import BadInput
from tests.domain.strategies import moderate
from tests.domain.worked_examples import assert_as_published, inputs_of

amounts = st.integers(0, 10**12)


def test_published_loss():
    given_ = inputs_of("EX-COST-1")
    lorries = given_["trucks_per_day"] * given_["days"]
    found = bias_loss(lorries, given_["error_lb"] / given_["lb_per_ton"], given_["price_per_ton"])
    assert_as_published("EX-COST-1", tons=float(found.quantity), loss=found.loss_vnd)


@pytest.mark.parametrize(
    "tonnes, price, loss",
    [(50_000, 8_000_000, 2_000_000_000), (40_000, 7_000_000, 1_400_000_000)],
)
def test_half_a_per_cent_on_a_weighbridge(tonnes, price, loss):
    assert bias_loss(tonnes, 0.005, price).loss_vnd == loss
    assert bias_loss(tonnes, -0.005, price).loss_vnd == loss


@moderate
@given(st.integers(0, 10**6), st.integers(-1000, 1000), st.integers(0, 10**8))
def test_a_bias_is_counted_to_the_last_dong(throughput, thousandths, price):
    found = bias_loss(throughput, thousandths / 1000, price)
    exact = Fraction(throughput) * Fraction(abs(thousandths), 1000) * price
    assert found.loss_vnd == math.floor(exact + Fraction(1, 2))


@pytest.mark.parametrize(
    "known, unknown",
    [
        ((None, 0.005, 100), (Unknown.THROUGHPUT,)),
        ((10, None, 100), (Unknown.BIAS,)),
        ((10, 0.005, None), (Unknown.PRICE,)),
        ((None, None, None), (Unknown.THROUGHPUT, Unknown.BIAS, Unknown.PRICE)),
    ],
)
def test_an_unknown_part_leaves_the_loss_unknown_and_is_named(known, unknown):
    found = bias_loss(*known)
    assert found.loss_vnd is None
    assert found.unknown == unknown


def test_the_quantity_is_known_without_a_price():
    assert bias_loss(1000, Decimal("0.005"), None).quantity == 5
    assert bias_loss(0, 0.005, 100).loss_vnd == 0


def test_wrong_decisions_cost_both_ways():
    found = decision_loss(10_000, 0.013, 0.042, 500_000, 100_000)
    assert (found.false_accept_vnd, found.false_reject_vnd, found.loss_vnd) == (65_000_000, 42_000_000, 107_000_000)
    assert found.unknown == ()


def test_one_known_part_is_shown_and_the_sum_is_not():
    found = decision_loss(10_000, 0.013, 0.042, None, 100_000)
    assert (found.false_accept_vnd, found.false_reject_vnd, found.loss_vnd) == (None, 42_000_000, None)
    assert found.unknown == (Unknown.FALSE_ACCEPT_COST,)


@moderate
@given(amounts, st.floats(0, 1), st.floats(0, 1), amounts, amounts)
def test_the_sum_is_that_of_its_parts_to_one_dong(items, accept, reject, accept_cost, reject_cost):
    found = decision_loss(items, accept, reject, accept_cost, reject_cost)
    assert abs(found.false_accept_vnd + found.false_reject_vnd - found.loss_vnd) <= 1


@pytest.mark.parametrize(
    "price, saving, state, months",
    [
        (12_000_000, 24_000_000, PaybackState.PAYS_BACK, "6.0"),
        (10_000_000, 36_000_000, PaybackState.PAYS_BACK, "3.3"),
        (0, 1, PaybackState.PAYS_BACK, "0.0"),
        (10_000_000, 0, PaybackState.NEVER, None),
        (10_000_000, -5, PaybackState.NEVER, None),
        (None, 5, PaybackState.UNKNOWN, None),
        (5, None, PaybackState.UNKNOWN, None),
    ],
)
def test_payback(price, saving, state, months):
    found = payback(price, saving)
    assert found.state is state
    assert found.months == (None if months is None else Decimal(months))


def test_halves_of_a_dong_go_up():
    assert (whole_vnd(Decimal("0.5")), whole_vnd(Decimal("2.5")), whole_vnd(Decimal("2.4999"))) == (1, 3, 2)


@pytest.mark.parametrize(
    "deed",
    [
        lambda: bias_loss(-1, 0.005, 100),
        lambda: bias_loss(1, 0.005, -100),
        lambda: decision_loss(1, -0.1, 0.1, 1, 1),
        lambda: payback(-1, 5),
    ],
)
def test_negative_amounts_are_refused(deed):
    with pytest.raises(BadInput) as refused:
        deed()
    assert refused.value.code == "number-negative"


def test_what_is_no_number_is_refused():
    with pytest.raises(BadInput):
        bias_loss(math.nan, 0.005, 100)
    with pytest.raises(BadInput):
        payback(10**400, 1)
