"""Whole invented firms, answered in tests/cases/scoring and scored by the catalogue in force.

Add a file to add a case. The numbers belong to the edition named here; a later edition never moves them.
"""

import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.findings import find_gaps, notices, risk_tier
from core.domain.instruments import MeasuringInstrument, register_facts
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.scoring import score
from core.domain.sizing import size_class
from core.domain.what_if import cheapest_way
from core.language import rounded
from core.storage.content import load_catalogue

FILES = sorted((Path(__file__).parent.parent / "cases" / "scoring").glob("*.toml"))
EDITION = "2026.1"


def an_answer(written):
    match written:
        case int():
            return Answer(Choice(str(written)))
        case "unknown":
            return Answer(Choice.UNKNOWN)
        case {"not_applicable": reason}:
            return Answer(Choice.NOT_APPLICABLE, reason=reason)
    raise AssertionError(f"no answer: {written!r}")


def a_profile(written):
    money = {name: Decimal(written[name]) for name in ("revenue_billion_vnd", "capital_billion_vnd") if name in written}
    kind, uses = EnterpriseKind(written["kind"]), frozenset(map(Use, written["uses"]))
    return Profile(**{**written, **money, "kind": kind, "uses": uses})


class Case:
    """One file: what is given, and what the rules make of it."""

    def __init__(self, path):
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        self.catalogue, self.on, self.expected = load_catalogue(EDITION), written["on"], written["expected"]
        self.profile = a_profile(written["profile"])
        self.answers = {question: an_answer(one) for question, one in written["answers"].items()}
        instruments = [MeasuringInstrument(**one) for one in written.get("instruments", [])]
        self.register = register_facts(instruments, self.catalogue.group2, self.on)
        self.scorecard = score(self.catalogue, self.profile, self.answers, self.register)


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def case(request):
    return Case(request.param)


def test_every_answer_of_a_case_belongs_to_a_question(case):
    assert set(case.answers) <= set(case.catalogue.questions)


def test_size_and_risk(case):
    assert size_class(case.profile, case.catalogue.method, case.catalogue.vsic).size == case.expected["size"]
    assert risk_tier(case.catalogue.method, case.profile, case.register) == case.expected["tier"]


def test_score_level_and_what_holds_it(case):
    scorecard, expected = case.scorecard, case.expected
    assert [str(rounded(scorecard.low)), str(rounded(scorecard.high))] == expected["score"]
    assert str(rounded(scorecard.completeness)) == expected["completeness"]
    assert [scorecard.level_low.level, scorecard.level_high.level] == expected["level"]
    assert scorecard.level_low.weakest_topic == expected["weakest_topic"]
    assert [gate.question for gate in scorecard.level_low.gates] == expected["failed_gates"]
    assert [code for one in scorecard.contradictions for code in one.overdue] == expected["contradicted"]
    assert {topic.topic: str(rounded(topic.low)) for topic in scorecard.topics} == expected["topics"]


def test_findings_in_their_order(case):
    found = find_gaps(case.catalogue, case.profile, case.answers, case.scorecard, case.register, case.on)
    first = case.expected["first"]
    assert len(found) == case.expected["findings"]
    assert [(one.question, one.priority, one.due) for one in found[: len(first)]] == [
        (one["question"], Fraction(one["priority"]), one["due"]) for one in first
    ]
    assert list(notices(case.scorecard, case.catalogue.method)) == case.expected["notices"]


def test_cheapest_way_where_it_was_worked_out(case):
    if "cheapest" in case.expected:
        way = cheapest_way(case.catalogue, case.profile, case.answers, case.register)
        expected = case.expected["cheapest"]
        assert (way.target_level, way.effort, list(way.to_verify)) == (
            expected["level"],
            expected["effort"],
            expected["to_verify"],
        )
