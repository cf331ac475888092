"""Ratios, fitness, guard bands and risks: published examples, other ways to the same number, and properties."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from core.domain.metrology import risk
from core.domain.metrology.risk import (
    Conformity,
    Contribution,
    GuardBandMethod,
    InstrumentInUse,
    Limits,
    Missing,
    Verdict,
    conformity,
    fitness_in_use,
    guard_band,
    process_spread,
    process_spread_observed,
    risks,
    tur,
    verdict_on,
)
from core.errors import BadInput
from tests.domain.strategies import moderate
from tests.domain.worked_examples import assert_as_published, inputs_of

UNIT = Limits(-1.0, 1.0)
many = settings(max_examples=200, deadline=None)
scales = st.floats(-3, 3).map(lambda power: 10**power)
# From a billionth to a million of the tolerance.
uncertainties = st.floats(-9, 6).map(lambda power: 10**power)


@st.composite
def zones(draw):
    low = draw(st.floats(-2, 1.9))
    return Limits(low, low + draw(st.floats(0.05, 2)))


any_zone = zones() | st.builds(Limits, st.floats(-2, 2), st.none()) | st.builds(Limits, st.none(), st.floats(-2, 2))


# published examples ---------------------------------------------------------------------------------------------------


def test_published_ratio():
    given_ = inputs_of("EX-TUR-1")
    ratio = tur(Limits(given_["lower"], given_["upper"]), given_["U95"])
    assert_as_published("EX-TUR-1", TUR=ratio, Cm=ratio)


def test_published_conformity():
    given_ = inputs_of("EX-CON-1")
    stated = conformity(given_["y"], Limits(given_["lower"], given_["upper"]), 2 * given_["u"])
    assert_as_published(
        "EX-CON-1", p_nonconform_low=stated.below, p_nonconform_high=stated.above, p_conform=stated.conforms
    )


def test_published_guard_bands():
    ratio = inputs_of("EX-GB-1")["TUR"]
    assert_as_published(
        "EX-GB-1",
        rss=guard_band(GuardBandMethod.ROOT_SUM_SQUARES, ratio).factor,
        subtract_U=guard_band(GuardBandMethod.SUBTRACT_UNCERTAINTY, ratio).factor,
        method6=guard_band(GuardBandMethod.METHOD_6, ratio).factor,
    )


def test_published_guard_band_for_a_target():
    given_ = inputs_of("EX-GB-2")
    band = guard_band(GuardBandMethod.TARGET_FALSE_ACCEPT, given_["TUR"], given_["itp"], given_["target_pfa"])
    assert_as_published("EX-GB-2", gbf=band.factor)


def test_published_risks():
    given_ = inputs_of("EX-PFA-1")
    found = risks(UNIT, 1 / (2 * given_["TUR"]), process_spread(UNIT, given_["itp"]))
    assert_as_published(
        "EX-PFA-1",
        pfa=found.false_accept,
        pfr=found.false_reject,
        pfa_conditional=found.false_accept_among_accepted,
    )


def test_published_risks_in_the_notation_of_deaver():
    given_ = inputs_of("EX-PFA-2")
    limit = given_["limit_sigmas"]
    found = risks(Limits(-limit, limit), 1 / given_["sigma_ratio"], 1.0)
    assert_as_published("EX-PFA-2", pfa=found.false_accept, pfr=found.false_reject)


# risks, by other ways -------------------------------------------------------------------------------------------------


def both_below(limit, acceptance, uncertainty, spread):
    """P(true < limit, reading < acceptance) around 0 by Owen's T function; the limits must not be 0."""
    reading_spread = math.hypot(spread, uncertainty)
    h, k = limit / spread, acceptance / reading_spread
    first = (acceptance - limit) / (h * uncertainty)
    second = (limit * uncertainty**2 + spread**2 * (limit - acceptance)) / (spread * uncertainty * acceptance)
    opposite = 0.5 if limit * acceptance < 0 else 0.0
    halves = (special.ndtr(h) + special.ndtr(k)) / 2
    return halves - special.owens_t(h, first) - special.owens_t(k, second) - opposite


@many
@given(uncertainties, scales, st.floats(0.02, 1.5), st.floats(0.02, 1.5))
@example(uncertainty=1e-9, spread=1.0, low=1.0, high=1.0)
@example(uncertainty=1e6, spread=1.0, low=1.0, high=1.0)
@example(uncertainty=0.03, spread=0.5, low=0.9, high=1.1)
def test_risks_agree_with_the_bivariate_normal_distribution(uncertainty, spread, low, high):
    found = risks(UNIT, uncertainty, spread, Limits(-low, high))

    def corner(limit, acceptance):
        return both_below(limit, acceptance, uncertainty, spread)

    below = corner(-1.0, high) - corner(-1.0, -low)
    not_above = corner(1.0, high) - corner(1.0, -low)
    accepted = found.accepted
    assert found.false_accept == pytest.approx(below + accepted - not_above, abs=1e-10)
    assert found.false_reject == pytest.approx(found.in_tolerance - (not_above - below), abs=1e-10)


@pytest.mark.parametrize("uncertainty", [1e-6, 1e-3, 0.02, 0.1, 0.25, 1.0, 10.0, 1e3, 1e6])
@pytest.mark.parametrize("factor", [0.7, 1.0, 1.2])
@pytest.mark.parametrize("mean", [0.0, 0.4, 1.5])
def test_risks_agree_with_adaptive_quadrature(uncertainty, factor, mean):
    spread = 0.51
    found = risks(UNIT, uncertainty, spread, Limits(-factor, factor), mean)

    def density(y):
        return stats.norm.pdf(y, mean, spread)

    def accepts(y):
        return special.ndtr((factor - y) / uncertainty) - special.ndtr((-factor - y) / uncertainty)

    def integral(function, low, high):
        # The integrand changes within a few uncertainties of the acceptance limits: quad must be told where.
        steps = [s * factor + k * uncertainty for s in (-1, 1) for k in (-8, -4, -2, -1, 0, 1, 2, 4, 8)]
        cuts = [low, *sorted(cut for cut in steps if low < cut < high), high]
        return sum(integrate.quad(function, a, b, epsabs=1e-13, epsrel=1e-11)[0] for a, b in pairwise(cuts))

    far = 10 * spread
    accepted_bad = integral(lambda y: density(y) * accepts(y), mean - far, -1) if mean - far < -1 else 0
    accepted_bad += integral(lambda y: density(y) * accepts(y), 1, mean + far)
    rejected_good = integral(lambda y: density(y) * (1 - accepts(y)), -1, 1)
    assert found.false_accept == pytest.approx(accepted_bad, abs=1e-9)
    assert found.false_reject == pytest.approx(rejected_good, abs=1e-9)


def test_risks_agree_with_a_hundred_thousand_throws():
    generator = np.random.default_rng(510)
    true = generator.normal(0, 0.5, 100_000)
    reading = true + generator.normal(0, 0.3, true.size)
    found = risks(UNIT, 0.3, 0.5)
    assert found.false_accept == pytest.approx(np.mean((abs(true) > 1) & (abs(reading) <= 1)), abs=0.002)
    assert found.false_reject == pytest.approx(np.mean((abs(true) <= 1) & (abs(reading) > 1)), abs=0.002)


def test_nodes_and_weights_are_those_of_gauss_and_legendre():
    nodes, weights = np.polynomial.legendre.leggauss(16)
    assert [node for node, _ in risk._LEGENDRE] == pytest.approx(nodes[8:], abs=1e-15)
    assert [weight for _, weight in risk._LEGENDRE] == pytest.approx(weights[8:], abs=1e-15)


# risks, properties ----------------------------------------------------------------------------------------------------


@many
@given(any_zone, any_zone, uncertainties, scales, st.floats(-2, 2))
def test_risks_are_probabilities_and_the_accepted_are_good_or_bad(tolerance, acceptance, uncertainty, spread, mean):
    found = risks(tolerance, uncertainty, spread, acceptance, mean)
    assert 0 <= found.false_accept <= 1
    assert 0 <= found.false_reject <= 1
    # Accepted and good, counted once from the accepted and once from the good.
    assert found.accepted - found.false_accept == pytest.approx(found.in_tolerance - found.false_reject, abs=1e-10)


@many
@given(any_zone, any_zone, uncertainties, scales, st.floats(-2, 2))
def test_risks_are_the_same_in_the_mirror(tolerance, acceptance, uncertainty, spread, mean):
    def mirrored(zone):
        return Limits(None if zone.upper is None else -zone.upper, None if zone.lower is None else -zone.lower)

    found = risks(tolerance, uncertainty, spread, acceptance, mean)
    other = risks(mirrored(tolerance), uncertainty, spread, mirrored(acceptance), -mean)
    assert found.false_accept == pytest.approx(other.false_accept, abs=1e-12)
    assert found.false_reject == pytest.approx(other.false_reject, abs=1e-12)


@many
@given(uncertainties, scales, st.floats(0.01, 2), st.floats(0.01, 2))
def test_a_narrower_acceptance_accepts_less_bad_and_rejects_more_good(uncertainty, spread, one, other):
    narrow, wide = (risks(UNIT, uncertainty, spread, Limits(-factor, factor)) for factor in sorted((one, other)))
    assert narrow.false_accept <= wide.false_accept + 1e-12
    assert narrow.false_reject >= wide.false_reject - 1e-12


@many
@given(st.floats(-3, 3), st.floats(0.1, 10), uncertainties)
def test_risks_do_not_depend_on_unit_and_origin(shift, unit, uncertainty):
    found = risks(UNIT, uncertainty, 0.6)
    moved = risks(Limits(shift - unit, shift + unit), uncertainty * unit, 0.6 * unit)
    # A narrow uncertainty beside a large offset loses digits of the offset, not of the method.
    assert moved.false_accept == pytest.approx(found.false_accept, abs=1e-10 + 1e-15 / uncertainty)


def test_a_narrow_process_far_from_zero_keeps_its_digits():
    near = risks(Limits(-3e-6, 3e-6), 1e-6, 2e-6)
    # Whole numbers plus a power of two, which leave no rounding in the limits themselves.
    far = risks(Limits(137.0 - 2**-18, 137.0 + 2**-18), 1e-6, 2e-6, mean=137.0)
    same = risks(Limits(-(2**-18), 2**-18), 1e-6, 2e-6)
    assert far.false_accept == pytest.approx(same.false_accept, rel=1e-12)
    assert far.false_reject == pytest.approx(same.false_reject, rel=1e-12)
    assert near.false_accept > same.false_accept


def test_a_perfect_reading_decides_without_error_and_an_empty_one_by_chance():
    perfect = risks(UNIT, 1e-12, 0.5)
    assert perfect.false_accept < 1e-11
    assert perfect.false_reject < 1e-11
    useless = risks(UNIT, 1e9, 0.5)
    assert useless.false_reject == pytest.approx(useless.in_tolerance, abs=1e-8)


@pytest.mark.parametrize("uncertainty", [1e-9, 1e-6, 1e-3])
def test_tiny_risks_keep_their_digits(uncertainty):
    """For u much below the spread the false accepts tend to φ(limit)·u/√(2π) at each limit."""
    spread = 0.5
    expected = 2 * stats.norm.pdf(1, 0, spread) * uncertainty / math.sqrt(2 * math.pi)
    # The next term of the expansion is of the relative size of u.
    assert risks(UNIT, uncertainty, spread).false_accept == pytest.approx(expected, rel=3 * uncertainty + 1e-6)


def test_four_to_one_alone_does_not_promise_two_per_cent():
    worst = max(risks(UNIT, 1 / 8, process_spread(UNIT, share / 1000)).false_accept for share in range(300, 1000, 10))
    assert 0.022 < worst < 0.023


def test_conditional_risks_are_none_where_nobody_is_judged():
    all_accepted = risks(UNIT, 1e-6, 1e-3)
    assert all_accepted.false_reject_among_rejected is None
    assert all_accepted.false_accept_among_accepted == 0
    none_accepted = risks(UNIT, 1e-6, 1e-3, mean=1000.0)
    assert none_accepted.false_accept_among_accepted is None
    assert none_accepted.false_reject_among_rejected == 0


# the process ----------------------------------------------------------------------------------------------------------


@moderate
@given(st.floats(0.01, 0.9999))
def test_the_process_has_the_share_in_tolerance_that_it_was_made_from(share):
    spread = process_spread(Limits(2.0, 5.0), share)
    assert stats.norm.cdf(1.5, 0, spread) - stats.norm.cdf(-1.5, 0, spread) == pytest.approx(share, abs=1e-12)


def test_what_was_observed_holds_the_uncertainty_too():
    true = process_spread_observed(UNIT, 0.95, 0.2)
    assert math.hypot(true, 0.2) == pytest.approx(process_spread(UNIT, 0.95))
    with pytest.raises(BadInput) as refused:
        process_spread_observed(UNIT, 0.95, 0.6)
    assert refused.value.code == "spread-below-uncertainty"


# guard bands ----------------------------------------------------------------------------------------------------------


@given(st.sampled_from(GuardBandMethod), st.floats(0.05, 50))
@settings(max_examples=100, deadline=None)
def test_guard_band_factors_stay_from_0_to_1(method, ratio):
    band = guard_band(method, ratio)
    assert 0 <= band.factor <= 1
    zone = band.acceptance(Limits(4.0, 6.0))
    assert (zone is None) == (band.factor == 0)
    if zone is not None:
        assert 4 <= zone.least < zone.most <= 6


@pytest.mark.parametrize(
    "method, ratio, factor",
    [
        (GuardBandMethod.METHOD_6, 5.0, 1.0),
        (GuardBandMethod.RP_10, 4.0, 1.0),
        (GuardBandMethod.RP_10, 6.0, 1.0),
        (GuardBandMethod.RP_10, 2.0, 0.75),
        (GuardBandMethod.SUBTRACT_UNCERTAINTY, 0.8, 0.0),
        (GuardBandMethod.ROOT_SUM_SQUARES, 0.8, 0.0),
    ],
)
def test_guard_bands_at_their_ends(method, ratio, factor):
    assert guard_band(method, ratio).factor == factor


@pytest.mark.parametrize("ratio", [1.1, 1.5, 2, 3, 4, 4.5, 5, 10])
def test_method_6_keeps_two_per_cent_whatever_the_process(ratio):
    zone = guard_band(GuardBandMethod.METHOD_6, ratio).acceptance(UNIT)
    for percent in range(5, 100):
        assert risks(UNIT, 1 / (2 * ratio), process_spread(UNIT, percent / 100), zone).false_accept < 0.0205


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 6), st.floats(0.5, 0.99), st.floats(0.001, 0.05))
def test_the_solved_guard_band_meets_its_target(ratio, share, target):
    band = guard_band(GuardBandMethod.TARGET_FALSE_ACCEPT, ratio, share, target)
    found = risks(UNIT, 1 / (2 * ratio), process_spread(UNIT, share), band.acceptance(UNIT))
    assert found.false_accept <= target
    assert band.factor == 1 or found.false_accept == pytest.approx(target, rel=1e-5)


# fitness --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ratio, verdict",
    [
        (10, Verdict.FIT),
        (4, Verdict.FIT),
        (3.999999, Verdict.FIT_WITH_GUARD_BAND),
        (2, Verdict.FIT_WITH_GUARD_BAND),
        (1.99, Verdict.HIGH_RISK),
        (1, Verdict.HIGH_RISK),
        (0.99, Verdict.UNFIT),
        # Three tenths and one tenth, as the machine subtracts them.
        ((0.3 - 0.1) / 0.1 * 2, Verdict.FIT),
    ],
)
def test_bands_of_the_ratio(ratio, verdict):
    assert verdict_on(ratio) is verdict


def test_the_uncertainty_in_use_joins_what_is_known():
    one = InstrumentInUse(
        calibration_uncertainty=0.2,
        drift=0.3,
        resolution=0.1,
        repeatability=0.06,
        readings=4,
        corrections_applied=False,
        maximum_permissible_error=0.5,
    )
    found = fitness_in_use(Limits(95.0, 105.0), one)
    standard = math.sqrt(0.1**2 + 0.3**2 / 3 + 0.1**2 / 12 + 0.06**2 / 4 + 0.5**2 / 3)
    assert found.standard_uncertainty == pytest.approx(standard)
    assert found.expanded_uncertainty == pytest.approx(2 * standard)
    assert found.ratio == pytest.approx(10 / (4 * standard))
    assert found.verdict is Verdict.FIT
    assert (found.missing, found.left_out) == ((), ())
    assert dict(found.parts)[Contribution.CALIBRATION] == 0.1


def test_what_nobody_stated_is_named_and_not_invented():
    found = fitness_in_use(UNIT, InstrumentInUse(calibration_uncertainty=0.2))
    assert found.left_out == (Contribution.DRIFT, Contribution.RESOLUTION, Contribution.REPEATABILITY)
    assert found.ratio == pytest.approx(tur(UNIT, 0.2))


@pytest.mark.parametrize(
    "tolerance, one, missing",
    [
        (None, InstrumentInUse(0.1), (Missing.TOLERANCE,)),
        (Limits(None, 12.0), InstrumentInUse(0.1), (Missing.SECOND_LIMIT,)),
        (UNIT, InstrumentInUse(), (Missing.CALIBRATION_UNCERTAINTY,)),
        (UNIT, InstrumentInUse(0.1, corrections_applied=False), (Missing.MAXIMUM_PERMISSIBLE_ERROR,)),
        (None, InstrumentInUse(), (Missing.TOLERANCE, Missing.CALIBRATION_UNCERTAINTY)),
    ],
)
def test_without_tolerance_or_uncertainty_there_is_no_verdict(tolerance, one, missing):
    found = fitness_in_use(tolerance, one)
    assert found.verdict is Verdict.NOT_ASSESSABLE
    assert found.missing == missing
    assert found.ratio is None


# one reading ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reading, statement",
    [
        (0.0, Conformity.PASS),
        (0.8, Conformity.PASS),
        (-0.8, Conformity.PASS),
        (0.81, Conformity.CONDITIONAL_PASS),
        (1.0, Conformity.CONDITIONAL_PASS),
        (1.01, Conformity.CONDITIONAL_FAIL),
        (-1.2, Conformity.CONDITIONAL_FAIL),
        (1.21, Conformity.FAIL),
        (-7.0, Conformity.FAIL),
    ],
)
def test_statements_by_the_non_binary_rule(reading, statement):
    assert conformity(reading, UNIT, 0.2).conformity is statement


def test_the_edge_of_a_zone_belongs_to_the_better_side_whatever_the_machine_rounds():
    assert conformity(0.1 + 0.2, Limits(None, 0.3), 0.05).conformity is Conformity.CONDITIONAL_PASS
    assert conformity(0.3 - 0.1, Limits(None, 0.3), 0.1).conformity is Conformity.PASS


def test_a_one_sided_limit_leaves_the_other_side_free():
    stated = conformity(-1000.0, Limits(None, 1.0), 0.2)
    assert stated.conformity is Conformity.PASS
    assert (stated.below, stated.above) == (0, 0)
    assert conformity(1.0, Limits(1.0, None), 0.2).below == pytest.approx(0.5)


@pytest.mark.parametrize("limits", [UNIT, Limits(None, 1.0), Limits(-1.0, None)])
@moderate
@given(reading=st.floats(-2, 2), guard=st.floats(0.01, 1.2))
def test_a_reading_passes_within_the_zone_drawn_in_by_its_uncertainty(limits, reading, guard):
    assume(all(abs(abs(limit - reading) - guard) > 1e-6 for limit in (-1.0, 1.0)))
    zone = limits.drawn_in(guard)
    passes = zone is not None and zone.least <= reading <= zone.most
    assert (conformity(reading, limits, guard).conformity is Conformity.PASS) == passes


def test_wide_uncertainty_leaves_no_way_to_pass():
    assert conformity(0.0, UNIT, 1.5).conformity is Conformity.CONDITIONAL_PASS


@moderate
@given(st.floats(-3, 3), st.floats(0.01, 2))
def test_below_above_and_within_make_up_the_whole(reading, expanded):
    stated = conformity(reading, UNIT, expanded)
    assert stated.below + stated.above + stated.conforms == pytest.approx(1, abs=1e-12)


# refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "deed, code",
    [
        (lambda: Limits(None, None), "limits-missing"),
        (lambda: Limits(1.0, 1.0), "limits-reversed"),
        (lambda: Limits(math.nan, 1.0), "number-unusable"),
        (lambda: tur(Limits(None, 1.0), 0.1), "limits-one-sided"),
        (lambda: tur(UNIT, 0.0), "number-not-positive"),
        (lambda: tur(UNIT, math.inf), "number-unusable"),
        (lambda: risks(UNIT, -0.1, 1.0), "number-not-positive"),
        (lambda: risks(Limits(None, 1.0), 0.1, 1.0), "limits-one-sided"),
        (lambda: process_spread(UNIT, 1.0), "share-out-of-range"),
        (lambda: guard_band(GuardBandMethod.TARGET_FALSE_ACCEPT, 2.0, 0.9, 0.0), "share-out-of-range"),
        (lambda: fitness_in_use(UNIT, InstrumentInUse(0.1, drift=-1.0)), "number-negative"),
        (lambda: fitness_in_use(UNIT, InstrumentInUse(0.1, repeatability=0.1, readings=0)), "count-too-small"),
    ],
)
def test_what_cannot_be_used_is_refused(deed, code):
    with pytest.raises(BadInput) as refused:
        deed()
    assert refused.value.code == code
    assert refused.value.details["field"]
