"""The interval that is advised: from what is usual, from the instrument's own results, from those of its kind."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord, ServiceResult, with_service
from core.domain.metrology.interval import Bar, Limit, Reason
from core.domain.register.advice import AdviceBasis, advices
from core.domain.register.points import ProcessPoint
from core.storage.content import load_catalogue
from tests.domain.strategies import moderate

CATALOGUE = load_catalogue()
GAUGE = MeasuringInstrument("T-01", unit="bar", range="0–16", mpe="±0,1 bar", interval_months=12, model="G1")


def calibrated(instrument, *errors, result=None, first=2015):
    for place, error in enumerate(errors):
        record = ServiceRecord(
            ServiceKind.CALIBRATION, date(first + place, 1, 1), error_found=error, result=result, adjusted=False
        )
        instrument = with_service(instrument, record)
    return instrument


def advice_for(instrument, *others, points=()):
    return advices([instrument, *others], points, CATALOGUE)[instrument.code]


def test_three_good_results_lengthen_the_interval():
    found = advice_for(calibrated(GAUGE, "0,05", "-0,04", "0,06"))
    assert (found.basis, found.months, found.is_longer) == (AdviceBasis.STAIRCASE, 15, True)
    assert found.known_results == 3
    assert found.proposal.reason is Reason.WELL_WITHIN


def test_two_good_results_are_too_few():
    found = advice_for(calibrated(GAUGE, "0,05", "0,04"))
    assert found.months == 12
    assert found.proposal.bars == (Bar.FEW_RECORDS,)


def test_one_bad_result_halves_the_interval():
    found = advice_for(calibrated(GAUGE, "0,05", "0,04", "0,15"))
    assert (found.months, found.is_shorter) == (6, True)
    assert found.proposal.reason is Reason.OUT_OF_TOLERANCE


def test_without_numbers_passed_and_failed_are_enough():
    passed = advice_for(calibrated(GAUGE, "", "", "", result=ServiceResult.PASSED))
    failed = advice_for(calibrated(GAUGE, "", "", "", result=ServiceResult.FAILED))
    assert (passed.basis, passed.months) == (AdviceBasis.SIMPLE_RESPONSE, 13)
    assert (failed.basis, failed.months) == (AdviceBasis.SIMPLE_RESPONSE, 5)


def test_a_legal_cycle_is_never_exceeded():
    scale = MeasuringInstrument("C-1", group2_row="8b", unit="kg", mpe="±1", interval_months=12)
    found = advice_for(calibrated(scale, "0,1", "0,1", "0,1"))
    assert (found.months, found.proposal.limit) == (12, Limit.LEGAL_CYCLE)
    assert advice_for(replace(scale, interval_months=36)).months == 12


def test_verifications_speak_for_a_group2_instrument_that_is_never_calibrated():
    scale = MeasuringInstrument("C-1", group2_row="8b")
    for year, result in ((2024, ServiceResult.PASSED), (2025, ServiceResult.FAILED)):
        scale = with_service(scale, ServiceRecord(ServiceKind.VERIFICATION, date(year, 1, 1), result=result))
    found = advice_for(scale)
    assert (found.basis, found.current_months) == (AdviceBasis.SIMPLE_RESPONSE, 12)
    assert found.months < 12


def test_an_instrument_without_an_interval_gets_the_usual_one_of_its_trade():
    fresh = MeasuringInstrument("N-1", starter="rice-feed/drying-thermometer", point="drying")
    found = advice_for(fresh)
    assert (found.basis, found.current_months, found.months) == (AdviceBasis.FIRST, None, 12)
    dangerous = advice_for(fresh, points=[ProcessPoint("drying", criticality="safety")])
    assert dangerous.months == 9


def test_nothing_known_means_no_advice():
    found = advice_for(MeasuringInstrument("X"))
    assert (found.basis, found.months, found.current_months) == (AdviceBasis.NOTHING, None, None)


def test_an_interval_without_results_stays():
    assert advice_for(GAUGE).months == 12


def test_many_results_of_the_kind_speak_together():
    kin = [calibrated(replace(GAUGE, code=f"T-{one}"), *["0,05"] * 4) for one in range(10, 16)]
    bad_kin = [calibrated(replace(GAUGE, code=f"T-{one}"), *["0,15"] * 4) for one in range(10, 16)]
    own = calibrated(GAUGE, "0,05", "0,05", "0,09")
    good, bad = advice_for(own, *kin), advice_for(own, *bad_kin)
    assert (good.basis, good.pooled_results) == (AdviceBasis.POOLED, 27)
    assert good.months > 12
    assert bad.months < 12


def test_the_kind_lengthens_nothing_for_an_instrument_with_too_few_results_of_its_own():
    kin = [calibrated(replace(GAUGE, code=f"T-{one}"), *["0,05"] * 4) for one in range(10, 16)]
    found = advice_for(calibrated(GAUGE, "0,05"), *kin)
    assert (found.months, found.proposal.bars) == (12, (Bar.FEW_RECORDS,))


ERRORS = st.lists(st.sampled_from(["0,01", "0,09", "0,1", "0,11", "-0,3", "", "?"]), max_size=6)


@moderate
@given(ERRORS, st.sampled_from(["0,01", "0,09", "-0,1"]), st.integers(1, 72), st.booleans())
def test_a_good_record_more_never_shortens_the_interval(errors, good, months, is_group2):
    before = calibrated(replace(GAUGE, interval_months=months, group2_row="8b" if is_group2 else ""), *errors)
    after = calibrated(before, good, first=2030)
    assert advice_for(after).months >= (min(months, 12) if is_group2 else months)


@moderate
@given(ERRORS, st.integers(1, 72), st.booleans())
def test_nothing_is_lengthened_with_fewer_than_three_results_or_beyond_the_law(errors, months, is_group2):
    found = advice_for(
        calibrated(replace(GAUGE, interval_months=months, group2_row="8b" if is_group2 else ""), *errors)
    )
    if found.known_results < 3 or errors[-1] in ("0,11", "-0,3"):
        assert not found.is_longer
    if is_group2:
        assert found.months <= 12


@moderate
@given(st.randoms())
def test_the_order_of_rows_changes_nothing(random):
    lines = [calibrated(replace(GAUGE, code=f"T-{one}"), *["0,05", "0,12", "0,02"] * 2) for one in range(5)]
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert advices(lines, (), CATALOGUE) == advices(shuffled, (), CATALOGUE)


@pytest.mark.parametrize("months", [0, -3])
def test_an_absurd_interval_is_as_good_as_none(months):
    assert advice_for(replace(GAUGE, interval_months=months)).current_months is None
