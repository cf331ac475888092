"""The check code: any slip of one sign or two exchanged is noticed, and how it is typed does not matter."""

from __future__ import annotations

import unicodedata
from itertools import combinations
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.check_code import LENGTH, SIGNS, VARIETY, bare_check_code, make_check_code, read_check_code
from core.errors import BadInput

numbers = st.integers(0, VARIETY - 1)


def is_refused(typed):
    try:
        read_check_code(typed)
    except BadInput as error:
        return error.code == "check-code-mistyped"
    return False


@given(numbers)
def test_a_code_is_read_however_it_is_typed(number):
    code = make_check_code(number)

    bare = bare_check_code(code)
    assert len(bare) == LENGTH
    for typed in (code, bare, code.lower(), f"  {' '.join(bare)}\n", code.replace("-", " – "), code.replace("-", ".")):
        assert read_check_code(typed) == code


@given(numbers, st.data())
def test_every_wrong_sign_and_every_exchange_of_two_is_noticed(number, data):
    bare = bare_check_code(make_check_code(number))
    place = data.draw(st.integers(0, LENGTH - 1))

    for sign in set(SIGNS) - {bare[place]}:
        assert is_refused(bare[:place] + sign + bare[place + 1 :])
    for one, other in combinations(range(LENGTH), 2):
        signs = list(bare)
        signs[one], signs[other] = signs[other], signs[one]
        assert signs == list(bare) or is_refused("".join(signs))


@given(st.text(max_size=60))
def test_anything_else_is_refused_and_never_breaks(typed):
    assert is_refused(typed) or bare_check_code(read_check_code(typed)) in bare_check_code(typed.upper())


@pytest.mark.parametrize("typed", ["", "-", "ABCD-EFGH-JKLM-NPQR", "2" * 17, "B" * 10**6, "２" * 16, "ĐĐĐĐ" * 4])
def test_what_is_no_code_is_refused(typed):
    assert is_refused(typed)


def test_codes_differ_and_are_too_many_to_be_guessed():
    assert log2(VARIETY) > 60
    assert len({make_check_code(number) for number in (*range(1000), VARIETY - 1)}) == 1001


def test_the_signs_look_unlike_each_other_and_survive_a_vietnamese_keyboard():
    for alike in ("0OQD", "1IL", "2Z", "5S", "UV", "VW"):
        assert len(set(alike) & set(SIGNS)) <= 1
    assert not set("AEIOUYWD") & set(SIGNS)
    assert unicodedata.normalize("NFKD", SIGNS) == SIGNS
