"""Fitness of an instrument for its use: the numbers, where they came from, and what is missing."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord
from core.domain.metrology.risk import Conformity, Contribution, Verdict
from core.domain.register import fitness
from core.domain.register.fitness import InputName, Lacking, decision_risks
from core.storage.content import load_catalogue

D = Decimal
TOLERANCES = load_catalogue().tolerances
SCALE = MeasuringInstrument(
    "C-01",
    unit="g",
    range="0–500 g",
    division="0,1",
    tolerance="±2 g",
    error_found="+0,2 g",
    uncertainty="0,1 g",
    coverage="2",
    adjusted=False,
)


def fitness_of(instrument):
    return fitness.fitness_of(instrument, TOLERANCES)


def test_the_ratio_rises_from_numbers_that_can_be_followed_by_hand():
    # U = 2·√(0,05² + (0,1/√12)² + (0,2/√3)²) = 0,2582; ratio 2/0,2582 = 7,75
    found = fitness_of(SCALE)
    assert found.verdict is Verdict.FIT
    assert found.ratio == pytest.approx(7.746, abs=1e-3)
    assert [(one.name, one.value, one.field) for one in found.inputs] == [
        (InputName.TOLERANCE, D(2), "tolerance"),
        (InputName.UNCERTAINTY, D("0.1"), "uncertainty"),
        (InputName.COVERAGE, D(2), "coverage"),
        (InputName.ERROR_FOUND, D("0.2"), "error_found"),
        (InputName.RESOLUTION, D("0.1"), "division"),
        (InputName.UNCORRECTED, D("0.2"), "error_found"),
    ]
    assert Contribution.DRIFT in found.in_use.left_out


def test_fitness_in_use_and_ratio_of_the_calibration_are_two_numbers():
    found = fitness_of(replace(SCALE, mpe="±0,5 g"))
    assert found.calibration_ratio == pytest.approx(5)
    assert found.ratio == pytest.approx(2 / (2 * (0.05**2 + 0.1**2 / 12 + 0.5**2 / 3) ** 0.5))


def test_the_coverage_factor_of_a_silent_certificate_is_the_usual_one_and_marked_so():
    found = fitness_of(replace(SCALE, coverage=""))
    usual = next(one for one in found.inputs if one.name is InputName.COVERAGE)
    assert (usual.value, usual.field) == (2, "")


def test_a_coverage_factor_beside_the_uncertainty_counts():
    found = fitness_of(replace(SCALE, uncertainty="0,15 g (k = 3)", coverage=""))
    beside = next(one for one in found.inputs if one.name is InputName.COVERAGE)
    assert (beside.value, beside.field) == (3, "uncertainty")
    assert found.ratio == pytest.approx(fitness_of(SCALE).ratio)


def test_units_and_percentages_are_brought_to_the_unit_of_the_instrument():
    found = fitness_of(replace(SCALE, tolerance="±0,4 % FS", uncertainty="100 mg"))
    assert found.value(InputName.TOLERANCE) == 2
    assert found.value(InputName.UNCERTAINTY) == D("0.1")
    assert found.reading == 500
    assert found.ratio == pytest.approx(fitness_of(SCALE).ratio)


@pytest.mark.parametrize(
    "changes, lacking",
    [
        ({"tolerance": ""}, {Lacking.TOLERANCE}),
        ({"tolerance": "theo bản vẽ"}, {Lacking.TOLERANCE_UNREADABLE}),
        ({"tolerance": "1/3 MPE"}, {Lacking.TOLERANCE_OF_ANOTHER}),
        ({"tolerance": "±0"}, {Lacking.TOLERANCE_UNREADABLE}),
        ({"uncertainty": ""}, {Lacking.UNCERTAINTY}),
        ({"uncertainty": "1.200"}, {Lacking.UNCERTAINTY_UNREADABLE}),
        ({"coverage": "hai"}, {Lacking.COVERAGE_UNREADABLE}),
        ({"tolerance": "±1 % FS", "range": ""}, {Lacking.RANGE}),
        ({"tolerance": "±1 e", "division": ""}, {Lacking.DIVISION}),
        ({"tolerance": "", "uncertainty": ""}, {Lacking.TOLERANCE, Lacking.UNCERTAINTY}),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_assumed(changes, lacking):
    found = fitness_of(replace(SCALE, **changes))
    assert found.verdict is Verdict.NOT_ASSESSABLE
    assert found.ratio is None
    assert set(found.lacking) == lacking
    assert decision_risks(found) is None


def test_an_empty_line_says_everything_that_is_missing():
    found = fitness_of(MeasuringInstrument("A"))
    assert found.lacking == (Lacking.TOLERANCE, Lacking.UNCERTAINTY)
    assert found.calibration_lacking == (Lacking.MPE, Lacking.UNCERTAINTY)
    assert found.statement_lacking == (Lacking.ERROR_FOUND, Lacking.MPE, Lacking.UNCERTAINTY)


@pytest.mark.parametrize(
    "error, statement, is_out",
    [
        ("+0,3 g", Conformity.PASS, False),
        ("-0,45 g", Conformity.CONDITIONAL_PASS, False),
        ("0,55 g", Conformity.CONDITIONAL_FAIL, True),
        ("-0,7 g", Conformity.FAIL, True),
    ],
)
def test_the_statement_on_the_error_found_follows_the_guide(error, statement, is_out):
    found = fitness_of(replace(SCALE, mpe="±0,5 g", error_found=error))
    assert found.statement.conformity is statement
    assert found.is_out_of_tolerance is is_out


def test_drift_comes_from_calibrations_after_which_nothing_was_adjusted():
    def calibrated(year, error, adjusted):
        return ServiceRecord(ServiceKind.CALIBRATION, date(year, 3, 1), error_found=error, adjusted=adjusted)

    history = (calibrated(2022, "0,1 g", False), calibrated(2023, "-0,2 g", True), calibrated(2024, "0,5 g", False))
    found = fitness_of(replace(SCALE, calibrated_on=date(2025, 3, 1), history=history))
    # 0,1 → −0,2 and 0,5 → 0,2 count; −0,2 → 0,5 does not, the scale was adjusted in between.
    assert found.value(InputName.DRIFT) == D("0.3")


def test_risks_are_smaller_inside_a_guard_band():
    found = decision_risks(fitness_of(replace(SCALE, tolerance="±0,6 g")))
    assert found.guarded.false_accept < found.plain.false_accept
    assert found.guarded.false_reject > found.plain.false_reject


def test_no_guard_band_is_left_where_the_uncertainty_eats_the_tolerance():
    found = fitness_of(replace(SCALE, tolerance="±0,1 g"))
    assert found.verdict is Verdict.UNFIT
    assert decision_risks(found).guarded is None


def test_more_uncertainty_never_makes_an_instrument_fitter():
    ratios = [fitness_of(replace(SCALE, uncertainty=f"{size} mg")).ratio for size in range(10, 3000, 90)]
    assert ratios == sorted(ratios, reverse=True)


def test_the_class_of_a_scale_stands_in_for_a_missing_permissible_error():
    # Max 60 kg, e = 20 g: 3000 e, class III → 1,5 e at first verification, 3 e in service.
    scale = MeasuringInstrument(
        "C", unit="kg", range="0–60", division="0,02", accuracy="Cấp III", error_found="0,05 kg"
    )
    found = fitness_of(replace(scale, uncertainty="10 g"))
    mpe = next(one for one in found.inputs if one.name is InputName.MPE)
    assert (mpe.value, mpe.field, mpe.typed) == (D("0.06"), "accuracy", "Cấp III")
    assert found.calibration_ratio == pytest.approx(6)
    assert found.statement.conformity is Conformity.PASS


def test_the_class_of_a_pressure_gauge_is_a_percentage_of_its_span():
    gauge = MeasuringInstrument("P", unit="bar", range="0–16 bar", accuracy="1,6")
    assert fitness_of(gauge).value(InputName.MPE) == D("0.256")


@pytest.mark.parametrize(
    "changes", [{"accuracy": "Cấp IIII"}, {"accuracy": "M1"}, {"accuracy": "1,6"}, {"division": ""}, {"range": ""}]
)
def test_a_class_that_says_nothing_here_leaves_the_permissible_error_open(changes):
    scale = MeasuringInstrument("C", unit="kg", range="0–60", division="0,02", accuracy="III")
    assert Lacking.MPE in fitness_of(replace(scale, **changes)).calibration_lacking


@pytest.mark.parametrize(
    "uncertainty, is_fit",
    # 500 g: T = 15 g, so U in use may be 3 g.
    [("2,9 g", True), ("3,1 g", False)],
)
def test_a_packing_scale_must_be_good_to_a_fifth_of_the_tolerable_deficiency(uncertainty, is_fit):
    scale = MeasuringInstrument("P", unit="g", tolerance="T/5, gói 500 g", uncertainty=uncertainty)
    found = fitness_of(scale)
    assert found.value(InputName.TOLERANCE) == 15
    assert (found.packing.most, found.packing.is_fit) == (3, is_fit)
    assert found.verdict is (Verdict.FIT if is_fit else Verdict.UNFIT)


@pytest.mark.parametrize("changes", [{"tolerance": "T/5"}, {"tolerance": "T/5, gói 500 mm", "unit": "mm"}])
def test_a_packing_scale_without_its_pack_cannot_be_judged(changes):
    scale = MeasuringInstrument("P", unit="g", uncertainty="1", tolerance="T/5")
    assert fitness_of(replace(scale, **changes)).lacking == (Lacking.PACK_QUANTITY,)
