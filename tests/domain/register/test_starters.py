"""What is usual in a trade becomes lines of a register, with no more in them than the trade can know."""

from __future__ import annotations

import re

import pytest

from core.domain.instruments import MeasuringInstrument
from core.domain.register.listing import folded
from core.domain.register.quantities import span_of
from core.domain.register.starters import is_group_open, lines_from, starter_of
from core.language import Language
from core.storage.content import load_catalogue

CATALOGUE = load_catalogue()
SECTORS = list(CATALOGUE.sectors.values())
TEA = CATALOGUE.sectors["tea-food"]


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("sector", SECTORS, ids=lambda sector: sector.id)
def test_every_starter_of_every_trade_becomes_a_line_in_the_reader_s_language(sector, language):
    lines = lines_from(sector, {one.id: 1 for one in sector.instruments}, [], language)

    assert [one.name for one in lines] == [starter.name[language] for starter in sector.instruments]
    assert len({one.code for one in lines}) == len(lines)
    for line, starter in zip(lines, sector.instruments, strict=True):
        assert starter_of(line, CATALOGUE.sectors) is starter
        assert line.group2_row == (starter.group2_row if starter.group2 == "yes" else "")
        assert is_group_open(line, starter) == (starter.group2 == "depends")
        assert line.interval_months == starter.interval_months
        assert re.fullmatch(r"[A-Z]-\d\d", line.code)
        assert line.code[0].lower() == next(letter for letter in folded(line.name) if letter.isalpha())
        assert language is Language.VI or not re.search(r"\d,\d", line.range + line.division + line.tolerance)


def test_prices_dates_class_and_serial_numbers_stay_unknown():
    for line in lines_from(TEA, {one.id: 2 for one in TEA.instruments}, [], Language.VI):
        assert (line.price_vnd, line.verification_price_vnd, line.verified_on, line.calibrated_on) == (None,) * 4
        assert (line.accuracy, line.serial, line.place, line.maker) == ("",) * 4


@pytest.mark.parametrize(
    ("starter", "typed"),
    [
        ("leaf-platform-scale", ("0–500 kg", "0,1 kg", "±0,2 %")),
        ("packing-scale", ("5–5000 g", "0,1 g", "T/5")),
        ("boiler-gauge", ("0–16 bar", "0,5 bar", "±0,25 bar")),
    ],
)
def test_a_measure_gets_the_unit_it_lacks(starter, typed):
    [line] = lines_from(TEA, {starter: 1}, [], Language.VI)

    assert (line.range, line.division, line.tolerance) == typed
    assert span_of(line.range, line.unit) is not None


def test_codes_go_on_from_those_that_are_taken():
    lines = lines_from(TEA, {"leaf-platform-scale": 3}, ["C-01", "C-03"], Language.VI)

    assert [one.code for one in lines] == ["C-02", "C-04", "C-05"]


def test_a_group_that_was_settled_is_open_no_more():
    starter = next(one for one in TEA.instruments if one.group2 == "depends")

    assert is_group_open(MeasuringInstrument("C-01"), starter)
    assert not is_group_open(MeasuringInstrument("C-01", group2_row="7"), starter)
    assert not is_group_open(MeasuringInstrument("C-01"), None)
