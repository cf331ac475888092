"""Every instrument judged at once."""

from dataclasses import replace
from time import process_time

from core.domain.instruments import InstrumentState, MeasuringInstrument, StateReason
from core.domain.metrology.risk import Verdict
from core.domain.register.judging import judged
from core.domain.register.points import ProcessPoint
from core.storage.content import load_catalogue
from tests.domain.strategies import TODAY

CATALOGUE = load_catalogue()
LINE = MeasuringInstrument(
    "C-1",
    serial="1",
    place="Kho",
    unit="g",
    range="0–500 g",
    division="0,1",
    tolerance="±2 g",
    mpe="±0,5 g",
    error_found="0,1 g",
    uncertainty="0,1 g",
    point="intake",
    calibrated_on=TODAY,
    interval_months=12,
)


def test_a_judgement_holds_everything_about_an_instrument():
    intake = ProcessPoint("intake", step="Cân nhận")
    found = judged([LINE, replace(LINE, code="C-2", group2_row="8b", point="gone")], [intake], CATALOGUE, TODAY)
    assert list(found) == ["C-1", "C-2"]
    first, second = found.values()
    assert first.point == intake
    assert first.standing.state is InstrumentState.IN_DATE
    assert first.fitness.verdict is Verdict.FIT_WITH_GUARD_BAND
    assert second.point is None
    assert second.standing.reason is StateReason.NEVER_VERIFIED
    assert [doubt.field for doubt in second.doubts] == ["serial"]


def test_the_order_of_rows_changes_no_judgement():
    lines = [replace(LINE, code=f"C-{number}", serial=str(number % 3)) for number in range(6)]
    assert judged(lines, [], CATALOGUE, TODAY) == judged(reversed(lines), [], CATALOGUE, TODAY)


def test_five_thousand_instruments_are_judged_in_two_seconds():
    lines = [
        replace(
            LINE,
            code=f"C-{number}",
            serial=str(number),
            model=f"Kiểu {number % 3}",
            error_found=f"0,{number} g",
            tolerance=f"±{number + 1} g",
        )
        for number in range(5000)
    ]
    # Time of this process alone: other tests run beside it.
    began = process_time()
    assert len(judged(lines, [], CATALOGUE, TODAY)) == 5000
    assert process_time() - began < 2
