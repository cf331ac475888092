"""Control charts of single values: limits, signals, and what they do not depend on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.metrology.control_chart import Signal, SignalKind, control_chart
from core.errors import BadInput
from tests.domain.strategies import moderate

series = st.lists(st.integers(-1000, 1000).map(float), min_size=2, max_size=40)


def test_limits_are_the_mean_and_the_mean_moving_range():
    chart = control_chart([1.0, 3.0, 2.0, 4.0])
    assert chart.mean == 2.5
    assert chart.mean_moving_range == pytest.approx(5 / 3)
    assert (chart.lower, chart.upper) == pytest.approx((2.5 - 2.66 * 5 / 3, 2.5 + 2.66 * 5 / 3))
    assert chart.signals == ()


def test_a_value_far_off_is_outside():
    calm = [0.0, 1.0] * 12
    assert Signal(24, SignalKind.OUTSIDE) in control_chart([*calm, 12.0]).signals


def test_eight_on_one_side_are_a_run_and_seven_are_not():
    def runs(length):
        # Both halves alternate a little, so that nothing lies outside.
        values = [(1.0 if place % 2 else 3.0) * (1 if place < length else -1) for place in range(2 * length)]
        return [signal.place for signal in control_chart(values).signals if signal.kind is SignalKind.RUN]

    assert runs(7) == []
    assert runs(8) == [7, 15]
    assert runs(9) == [7, 8, 16, 17]


def test_a_value_on_the_mean_ends_a_run():
    values = [1.0, 2.0, 1.0, 2.0, 0.0, 1.0, 2.0, 1.0, 2.0, -1.0, -2.0, -1.0, -2.0, 0.0, -1.0, -2.0, -1.0, -2.0]
    assert control_chart(values).mean == 0
    assert control_chart(values).signals == ()


@moderate
@given(series)
def test_equal_values_never_signal_and_a_mirror_signals_the_same(values):
    assert control_chart([values[0]] * 20).signals == ()
    chart, mirrored = control_chart(values), control_chart([-value for value in values])
    assert chart.signals == mirrored.signals
    assert (mirrored.lower, mirrored.upper) == pytest.approx((-chart.upper, -chart.lower))


@moderate
@given(series)
def test_every_value_outside_is_told(values):
    chart = control_chart(values)
    outside = [place for place, value in enumerate(values) if not chart.lower <= value <= chart.upper]
    assert [signal.place for signal in chart.signals if signal.kind is SignalKind.OUTSIDE] == outside


@pytest.mark.parametrize("values, code", [([1.0], "count-too-small"), ([1.0, float("inf")], "number-unusable")])
def test_what_cannot_be_used_is_refused(values, code):
    with pytest.raises(BadInput) as refused:
        control_chart(values)
    assert refused.value.code == code
