"""What the command line refuses: status 2, the place and the mend on stderr, in Vietnamese unless asked otherwise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.services import exchanging

ROOT = Path(__file__).resolve().parents[2]
TEA = ROOT / "tests/cases/exchange/tea-cooperative.json"


@pytest.fixture
def changed(tmp_path):
    """Write the tea cooperative's file with changes."""

    def write(**changes: object) -> Path:
        path = tmp_path / "changed.json"
        path.write_text(json.dumps({**json.loads(TEA.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
        return path

    return write


def test_an_unknown_question_is_refused_with_the_nearest_id(run, changed):
    done = run("score", changed(answers={"named-persn": {"level": 3}}))
    assert done.status == 2
    assert done.out == ""
    assert done.err.splitlines() == [
        "Chỗ sai: answers.named-persn",
        "answers.named-persn: không có mã “named-persn”.",
        "Mã gần nhất là “named-person”. Danh sách đầy đủ: python -m core catalogue",
    ]


def test_the_refusal_speaks_english_when_asked(run, changed):
    for option in (("--lang", "en"), ("--lang=en",)):
        done = run("score", changed(on="22/11/2026"), *option)
        assert done.status == 2
        assert done.err.splitlines() == [
            "Place: on",
            "on must be a day of the calendar, but is 22/11/2026.",
            'Write year-month-day in quotes, such as "2026-11-22".',
        ]


REFUSED = {
    "another edition": ({"catalogue": "2031.4"}, "catalogue", "2026.1"),
    "an unknown province": ({"profile": {"name": "A", "province": "99"}}, "profile.province", "99"),
    "an unknown sector": ({"profile": {"name": "A", "sector": "tea-fod"}}, "profile.sector", "tea-food"),
    "an unknown row of the list": (
        {"instruments": [{"code": "C-01", "group2_row": "8z"}]},
        "instruments[0].group2_row",
        "8z",
    ),
    "an edit of no place": (
        {"programme": {"edits": [{"path": "weather/rain", "value": "x"}]}},
        "programme.edits[0]",
        "weather/rain",
    ),
    "an edit with a date that is none": (
        {
            "programme": {
                "edits": [{"path": "organisation/head_name", "value": "A"}, {"path": "period/start", "value": "mai"}]
            }
        },
        "programme.edits[1]",
        "mai",
    ),
    "a period under one year": (
        {
            "programme": {
                "edits": [
                    {"path": "period/start", "value": "2027-01-01"},
                    {"path": "period/end", "value": "2027-06-30"},
                ]
            }
        },
        "programme.edits[0]",
        "một năm",
    ),
    "another format": ({"format": "fhir"}, "format", "assessment/1"),
}


@pytest.mark.parametrize("command", ["score", "plan", "draft"])
@pytest.mark.parametrize("name", REFUSED)
def test_what_the_catalogue_or_the_programme_does_not_hold_is_refused_with_its_place(
    run, changed, tmp_path, command, name
):
    changes, place, said = REFUSED[name]
    target = ("--to", tmp_path / "draft.pdf") if command == "draft" else ()
    done = run(command, changed(**changes), *target)
    assert done.status == 2
    assert f"Chỗ sai: {place}" in done.err
    assert said in done.err


def test_files_that_cannot_be_read_or_written_are_refused(run, tmp_path):
    assert "Không đọc được tệp" in run("score", tmp_path / "none.json").err
    assert run("score", tmp_path).status == 2
    assert run("draft", TEA, "--to", tmp_path / "no-folder/draft.pdf").status == 2
    done = run("draft", TEA, "--to", tmp_path / "draft.odt")
    assert done.status == 2
    assert ".pdf, .docx" in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("score",), "còn thiếu FILE"),
        (("score", TEA, "--kind", "best"), "self, evidence, validated"),
        (("score", TEA, "--weather"), "--weather"),
        (("weather",), "weather"),
        (("draft", TEA), "--to"),
        (("catalogue", "--edition", "1999.1"), "1999.1"),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_command_that_is_not_understood_is_refused_in_words(run, arguments, said):
    done = run(*arguments)
    assert done.status == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_fault_of_ours_is_status_1_and_is_not_put_on_the_user(run, monkeypatch):
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(exchanging, "score_file", broken)
    done = run("score", TEA)
    assert done.status == 1
    assert "Phần mềm gặp trục trặc" in done.err
    assert "ZeroDivisionError" in done.err


def test_help_speaks_the_language_asked_for(run):
    assert "Chấm điểm một tệp trao đổi" in run("score", "--help").out
    assert "Score an exchange file" in run("score", "--help", "--lang", "en").out
    assert run().status == 0
    assert "Điền các đơn vị" in run().out


def test_check_content_finds_the_content_well(run):
    done = run("check-content")
    assert (done.status, done.out) == (0, "Nội dung đầy đủ, không có chỗ sai.\n")


def test_the_schema_command_prints_the_committed_schema(run):
    committed = json.loads((ROOT / "content/exchange/assessment-1.schema.json").read_text(encoding="utf-8"))
    assert run("schema").json == committed
