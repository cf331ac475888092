"""The register's judgements in sentences of both languages."""

from dataclasses import replace
from datetime import date

import pytest

from core.domain.instruments import MeasuringInstrument, ServiceKind, ServiceRecord, ServiceResult, with_service
from core.domain.metrology.interval import Bar, Limit, Reason
from core.domain.metrology.risk import Conformity, Contribution, Verdict
from core.domain.register.doubts import Doubt, DoubtCode
from core.domain.register.fitness import Lacking
from core.domain.register.judging import judged
from core.domain.register.telling import Teller
from core.language import Language
from core.storage.content import load_catalogue
from tests.domain.strategies import TODAY

CATALOGUE = load_catalogue()
VI, EN = Teller(CATALOGUE, Language.VI), Teller(CATALOGUE, Language.EN)
SCALE = MeasuringInstrument(
    "C-01",
    serial="7",
    place="Kho",
    unit="g",
    range="0–500 g",
    division="0,1",
    tolerance="±0,2 % FS",
    mpe="±0,5 g",
    error_found="-0,45 g",
    uncertainty="0,2 g",
    calibrated_on=TODAY,
    interval_months=12,
)


def judgement(instrument):
    return judged([instrument], [], CATALOGUE, TODAY)[instrument.code]


@pytest.mark.parametrize(
    "key",
    [
        *(f"doubt.{one}" for one in DoubtCode),
        *(f"verdict.{one}" for one in Verdict),
        *(f"lacking.{one}" for one in Lacking),
        *(f"part.{one}" for one in Contribution),
        *(f"statement.{one}" for one in Conformity),
        *(f"advice.why.{one}" for one in Reason),
        *(f"advice.bar.{one}" for one in Bar),
        *(f"advice.limit.{one}" for one in Limit),
    ],
)
def test_every_code_has_its_words(key):
    assert CATALOGUE.word(f"register-rules.{key}").vi


def test_a_doubt_says_field_seen_and_expected_in_the_readers_way_of_writing():
    late = Doubt(DoubtCode.DATE_IN_FUTURE, "calibrated_on", date(2027, 2, 1), date(2026, 11, 22))
    assert "01/02/2027" in VI.doubt(late)
    assert "22/11/2026" in VI.doubt(late)
    assert "1 February 2027" in EN.doubt(late)
    many = Doubt(DoubtCode.SCALE_TOO_MANY_INTERVALS, "range", 30000, 10000)
    assert "30.000" in VI.doubt(many)
    assert "30,000" in EN.doubt(many)


def test_a_verdict_tells_its_number_and_how_it_arose():
    told = VI.fitness(judgement(SCALE).fitness)
    assert told.verdict == "Rủi ro cao"
    assert "±1 g" in told.why
    assert "= 1,63" in told.why
    how = "\n".join(told.how)
    for part in ("hiệu chuẩn 0,100", "“±0,2 % FS”", "lấy k = 2", "500 g", "độ trôi", "TUR", "= 2,50"):
        assert part in how
    assert "đạt có điều kiện" in how


def test_a_verdict_that_cannot_be_given_names_what_is_missing():
    told = EN.fitness(judgement(replace(SCALE, tolerance="", uncertainty="")).fitness)
    assert told.verdict == "Not assessable yet"
    assert told.why == "Missing: tolerance needed in use, uncertainty U of the calibration certificate."
    assert told.how == ()


def test_a_packing_scale_is_told_by_its_own_rule():
    told = VI.fitness(judgement(replace(SCALE, tolerance="T/5, gói 500 g")).fitness)
    assert "T = 15 g, T/5 = 3,00 g" in told.why


def test_a_permissible_error_by_class_is_told_as_such():
    scale = replace(SCALE, unit="kg", range="0–60", division="0,02", accuracy="Cấp III", mpe="", uncertainty="")
    assert any("“Cấp III”: ±0,06 kg" in line for line in VI.fitness(judgement(scale).fitness).how)


def with_results(*results):
    line = replace(SCALE, calibrated_on=None)
    for place, (error, result) in enumerate(results):
        record = ServiceRecord(ServiceKind.CALIBRATION, date(2015 + place, 1, 1), error_found=error, result=result)
        line = with_service(line, record)
    return line


@pytest.mark.parametrize(
    "line, what, why",
    [
        (SCALE, "Giữ chu kỳ 12 tháng.", "Lần gần nhất trong sai số cho phép (1 kết quả đã biết)."),
        (with_results(*[("0,1", None)] * 3), "Có thể kéo dài chu kỳ từ 12 lên 15 tháng.", "20 %, 20 %"),
        (with_results(*[("0,1", None)] * 2), "Giữ chu kỳ 12 tháng.", "mới có 2 kết quả"),
        (with_results(("0,9", None)), "Nên rút ngắn chu kỳ từ 12 xuống 6 tháng.", "vượt sai số cho phép"),
        (with_results(("", ServiceResult.PASSED)), "Giữ chu kỳ 12 tháng.", "trong sai số cho phép"),
        (MeasuringInstrument("X"), "Chưa đủ thông tin", ""),
        (MeasuringInstrument("X", starter="rice-feed/drying-thermometer"), "Chu kỳ đầu nên là 12 tháng.", "12 tháng"),
    ],
)
def test_an_advice_tells_what_and_why(line, what, why):
    told = VI.advice(judgement(line).advice)
    assert told.what.startswith(what)
    assert why in " ".join(told.why)


def test_english_and_vietnamese_tell_the_same_number_of_things():
    for line in (SCALE, with_results(*[("0,1", None)] * 3), MeasuringInstrument("X")):
        found = judgement(line)
        assert len(VI.fitness(found.fitness).how) == len(EN.fitness(found.fitness).how)
        assert len(VI.advice(found.advice).why) == len(EN.advice(found.advice).why)
