"""The public worked examples of tests/cases/metrology_examples.json, by topic."""

import json
from pathlib import Path

import pytest

CASES = json.loads((Path(__file__).parent.parent / "cases" / "metrology_examples.json").read_text(encoding="utf-8"))[
    "cases"
]


def of_topic(topic):
    """One test parameter per case, named by its id."""
    return [pytest.param(case["inputs"], case["expected"], id=case["id"]) for case in CASES if case["topic"] == topic]


def inputs_of(identifier):
    return _case(identifier)["inputs"]


def assert_as_published(identifier, **computed):
    """Compare every expected field of a case with what was computed, within the tolerance that the case states."""
    case = _case(identifier)
    assert set(computed) == set(case["expected"])
    tolerance = case["tolerance"]
    for name, expected in case["expected"].items():
        stated = tolerance.get(name, tolerance.get("others", tolerance))
        if stated.get("exact") or isinstance(expected, bool):
            assert computed[name] == expected, name
        else:
            within = pytest.approx(expected, rel=stated.get("rel", 0), abs=stated.get("abs", 0))
            assert computed[name] == within, name


def _case(identifier):
    return next(case for case in CASES if case["id"] == identifier)
