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
