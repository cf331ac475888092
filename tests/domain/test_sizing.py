"""Size classes of Decree 80/2021/NĐ-CP, Article 5: workers and (revenue or capital); unknown stays unknown."""

from decimal import Decimal
from itertools import product

import pytest

from core.domain.profile import EnterpriseKind, SizeClass
from core.domain.sizing import SizeReason, SizeReasonCode, size_class
from tests.domain.strategies import VSIC, a_method, a_profile

MICRO, SMALL, MEDIUM, LARGE = SizeClass


def size(vsic, workers, revenue, capital, kind=EnterpriseKind.COMPANY):
    profile = a_profile(
        vsic=vsic,
        kind=kind,
        workers=workers,
        revenue_billion_vnd=None if revenue is None else Decimal(revenue),
        capital_billion_vnd=None if capital is None else Decimal(capital),
    )
    return size_class(profile, a_method(), VSIC)


@pytest.mark.parametrize(
    "vsic, workers, revenue, capital, expected",
    [
        ("C", 10, "3", "3", MICRO),
        ("C", 10, "3.01", "3", MICRO),
        ("C", 10, "3", "3.01", MICRO),
        ("C", 10, "3.01", "3.01", SMALL),
        ("C", 11, "3", "3", SMALL),
        ("C", 100, "50", "999", SMALL),
        ("C", 101, "1", "1", MEDIUM),
        ("C", 200, "999", "100", MEDIUM),
        ("C", 200, "200.5", "100.5", LARGE),
        ("C", 201, "1", "1", LARGE),
        ("G", 10, "10", "999", MICRO),
        ("G", 50, "100", "999", SMALL),
        ("G", 51, "1", "1", MEDIUM),
        ("G", 101, "1", "1", LARGE),
    ],
)
def test_the_smallest_class_that_fits_is_taken(vsic, workers, revenue, capital, expected):
    assert size(vsic, workers, revenue, capital).size is expected


@pytest.mark.parametrize(
    "workers, revenue, capital, expected",
    [
        (None, "1", "1", None),
        (8, None, None, None),
        (8, None, "2", MICRO),
        (8, "2", None, MICRO),
        (8, "20", None, None),
        (None, "500", "500", LARGE),
        (250, None, None, LARGE),
        (None, None, None, None),
    ],
)
def test_a_class_is_named_only_when_the_missing_numbers_cannot_change_it(workers, revenue, capital, expected):
    assert size("C", workers, revenue, capital).size is expected


def test_a_named_class_holds_for_every_value_of_a_missing_number():
    workers, money = [5, 10, 11, 150, 300], ["1", "3", "4", "60", "150", "400"]
    for known in product([None, *workers], [None, *money], [None, *money]):
        named = size("C", *known).size
        filled = [
            values if value is None else [value] for value, values in zip(known, (workers, money, money), strict=True)
        ]
        possible = {size("C", *values).size for values in product(*filled)}
        assert possible == {named} if named else len(possible) > 1, known


def test_without_a_business_line_the_class_is_named_only_when_every_column_agrees():
    assert size("", 8, "2", "2").size is MICRO
    assert size("", 8, "5", "5").size is None
    unsure = size("", 8, "5", "5")
    assert unsure.group is None
    assert unsure.reasons == (SizeReason(SizeReasonCode.BUSINESS_LINE_UNKNOWN),)


def test_a_section_that_is_no_business_has_no_class():
    result = size("P", 8, "2", "2")
    assert (result.size, result.reasons) == (None, (SizeReason(SizeReasonCode.NOT_A_BUSINESS),))


def test_reasons_carry_the_numbers_and_the_limits_of_the_class():
    assert size("C", 30, "12", "25").reasons == (
        SizeReason(SizeReasonCode.WORKERS_WITHIN, SMALL, 30, 100),
        SizeReason(SizeReasonCode.REVENUE_WITHIN, SMALL, Decimal(12), 50),
        SizeReason(SizeReasonCode.CAPITAL_ABOVE, SMALL, Decimal(25), 20),
    )
    assert size("C", 250, None, "1").reasons == (
        SizeReason(SizeReasonCode.WORKERS_ABOVE, MEDIUM, 250, 200),
        SizeReason(SizeReasonCode.CAPITAL_WITHIN, MEDIUM, Decimal(1), 100),
    )
    assert [reason.code for reason in size("C", 8, None, None).reasons] == [
        SizeReasonCode.REVENUE_UNKNOWN,
        SizeReasonCode.CAPITAL_UNKNOWN,
    ]


@pytest.mark.parametrize("kind", EnterpriseKind)
def test_for_anything_but_an_enterprise_the_class_is_an_aid(kind):
    result = size("C", 30, "12", "5", kind)
    assert (result.size, result.group) == (SMALL, "industry")
    assert result.is_aid == (kind is not EnterpriseKind.COMPANY)
