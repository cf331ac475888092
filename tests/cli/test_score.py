"""`score`, `plan`, `draft` and `catalogue` on exchange files, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pypdfium2
import pytest

from tests.cli import oracle

ROOT = Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/cases/exchange"
FILES = sorted([*CASES.glob("*.json"), *(ROOT / "content/demo/firms").glob("*.json")])


@pytest.fixture
def no_database(monkeypatch, tmp_path):
    """A database that cannot be reached: what needs none must not notice."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")


# Small enough to be worked out by hand: all answers alike, so the score is 25 times the level.
WORKED = {
    "tea-cooperative": ("100", 1, ["group2-verification"], "every answer 4, one scale in use is overdue"),
    "fuel-shop": ("75", 3, [], "every answer 3"),
    "household": (
        "0",
        0,
        ["legal-units", "group2-verification", "type-and-seals", "designated-body", "after-repair"],
        "every answer 0, one not known",
    ),
    "empty": (None, None, [], "nothing answered: no score, not 0"),
    "nothing-applies": (None, None, [], "nothing applies: no score, not 0"),
}


@pytest.mark.parametrize("case", WORKED)
def test_a_worked_case_has_the_score_found_by_hand(run, no_database, case):
    exact, level, gates, _why = WORKED[case]
    done = run("score", CASES / f"{case}.json")
    assert done.status == 0
    assert done.json["score"]["low_exact"] == exact
    assert done.json["level"]["low"] == level
    assert [gate["question"] for gate in done.json["gates_failed"]] == gates


def test_a_register_with_an_overdue_scale_beats_the_answer_and_comes_first(run):
    done = run("score", CASES / "tea-cooperative.json").json
    assert done["contradictions"] == [
        {"question": "group2-verification", "declared": 4, "overdue": ["C-02"], "in_scope": True}
    ]
    assert done["level_reasons"]["low"]["held_by_gates"] == ["group2-verification"]
    first = done["findings"][0]
    assert (first["question"], first["gate_failed"], first["due"]) == ("group2-verification", True, "2026-12-22")


@pytest.mark.parametrize("kind", ["self", "evidence"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_score_is_that_of_the_formulas_worked_out_apart(run, tmp_path, path, kind):
    catalogue = run("catalogue").json
    file = json.loads(path.read_text(encoding="utf-8"))
    # The register is left to its own test: without it the oracle needs to know the answers only.
    file["instruments"] = []
    copy = tmp_path / "copy.json"
    copy.write_text(json.dumps(file), encoding="utf-8")
    printed = run("score", copy, "--kind", kind).json
    for bound, unanswered_as in (("low", 0), ("high", 4)):
        expected = oracle.score(catalogue, file, kind, unanswered_as)
        if expected is None:
            assert printed["score"][bound] is None
            continue
        score, level = expected
        assert Fraction(printed["score"][f"{bound}_exact"]) == score
        assert printed["score"][bound] == float(score)
        assert printed["level"][bound] == level


def test_every_question_of_the_file_stands_in_the_scorecard_with_its_mark(run):
    done = run("score", CASES / "household.json").json
    marks = {one["id"]: one["mark"] for topic in done["topics"] for one in topic["questions"]}
    assert marks["designated-body"] == "unknown"
    assert marks["named-person"] == "level"
    assert "fuel-self-check" not in marks
    assert done["answered"] == done["applicable"] == len(marks)


def test_the_catalogue_tells_everything_an_answer_file_needs(run, no_database):
    done = run("catalogue")
    catalogue = done.json
    assert done.status == 0
    assert sum(topic["weight"] for topic in catalogue["topics"]) == 100
    by_id = {question["id"]: question for question in catalogue["questions"]}
    assert by_id["group2-verification"]["applies_when"] == {"uses": ["group2"]}
    assert by_id["group2-verification"]["gate"] == {"pass": 3, "cap": 1, "applies_when": {}}
    assert by_id["after-repair"]["gate"]["applies_when"] == {"uses": ["group2"]}
    assert by_id["named-person"]["gate"] is None
    assert {question["topic"] for question in catalogue["questions"]} == {topic["id"] for topic in catalogue["topics"]}
    assert run("catalogue", "--edition", "2026.1").json == catalogue


def test_the_plan_keeps_verification_and_calibration_apart_and_the_unknown_unknown(run):
    plan = {line["code"]: line for line in run("plan", CASES / "tea-cooperative.json").json["instruments"]}
    assert (plan["C-01"]["verification_due"], plan["C-01"]["calibration_due"]) == ("2027-03-01", None)
    assert (plan["C-02"]["state"], plan["C-02"]["next_due"]) == ("overdue", "2026-03-10")
    assert (plan["N-01"]["verification_due"], plan["N-01"]["calibration_due"]) == (None, "2027-03-15")
    assert plan["C-03"]["state"] == "out_of_use"
    assert (plan["C-03"]["verification_price_vnd"], plan["C-03"]["price_vnd"]) == (120_000, None)
    assert (plan["N-01"]["verification_price_vnd"], plan["N-01"]["price_vnd"]) == (None, 350_000)


@pytest.mark.parametrize(("ending", "magic"), [("pdf", b"%PDF-"), ("docx", b"PK\x03\x04"), ("xlsx", b"PK\x03\x04")])
def test_the_draft_is_written_as_the_ending_of_the_file_says(run, no_database, tmp_path, ending, magic):
    target = tmp_path / f"draft.{ending.upper()}"
    assert run("draft", CASES / "tea-cooperative.json", "--to", target).status == 0
    assert target.read_bytes().startswith(magic)


def test_the_draft_speaks_the_language_asked_for_and_holds_the_firm_s_own_words(run, tmp_path):
    texts = {}
    for language in ("vi", "en"):
        target = tmp_path / f"{language}.pdf"
        assert run("draft", CASES / "tea-cooperative.json", "--to", target, "--lang", language).status == 0
        document = pypdfium2.PdfDocument(target)
        texts[language] = "".join(page.get_textpage().get_text_range() for page in document)
    assert "QUYẾT ĐỊNH" in texts["vi"]
    assert "DỰ THẢO" in texts["vi"]
    assert "Lường Thị Mây" in texts["vi"]
    assert "QUYẾT ĐỊNH" not in texts["en"]
    assert "Lường Thị Mây" in texts["en"]


def test_a_draft_needs_answers_to_rest_on(run, tmp_path):
    done = run("draft", CASES / "empty.json", "--to", tmp_path / "draft.pdf")
    assert done.status == 2
    assert "chưa có câu trả lời" in done.err
    assert not (tmp_path / "draft.pdf").exists()


def test_as_a_program_it_prints_json_on_stdout_and_notices_on_stderr():
    file = json.loads((CASES / "fuel-shop.json").read_text(encoding="utf-8"))
    file["answers"]["lab-comparison"] = {"level": 3}
    file["answers"]["buying"] = {"level": 4, "evidence": "confirmed"}
    done = subprocess.run(
        [sys.executable, "-m", "core", "score", "-"],
        input=json.dumps(file).encode(),
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "LC_ALL": "C"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert [notice["code"] for notice in json.loads(done.stdout)["notices"]] == [
        "exchange-confirmed-lowered",
        "exchange-out-of-scope",
    ]
    assert "không áp dụng với hồ sơ này" in done.stderr.decode()


def test_the_plan_of_a_year_adds_up_and_names_what_has_no_price(run, no_database):
    plan = run("plan", CASES / "tea-cooperative.json").json["plan"]
    assert plan["year"] == 2026
    (late,) = plan["services"]
    assert (late["code"], late["due"], late["planned"], late["overdue"]) == ("C-02", "2026-03-10", "2026-11-22", True)
    assert (plan["total"]["cost_vnd"], plan["total"]["without_price"]) == (0, 2)

    plan = run("plan", CASES / "tea-cooperative.json", "--year", "2027").json["plan"]
    assert [(one["code"], one["kind"], one["due"]) for one in plan["services"]] == [
        ("C-01", "verification", "2027-03-01"),
        ("N-01", "calibration", "2027-03-15"),
    ]
    assert plan["total"]["cost_vnd"] == sum(one["price_vnd"] or 0 for one in plan["services"]) == 350_000


def test_a_plan_of_a_year_that_is_over_is_refused_with_the_years_there_are(run):
    done = run("plan", CASES / "tea-cooperative.json", "--year", "2025")
    assert done.status == 2
    assert "2026–2030" in done.err
