"""The exchange file is read strictly, written exactly, and described by its JSON Schema."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.assessment import Answer, Choice, Evidence
from core.errors import FileRefused
from core.storage.exchange import (
    DEPTH_LIMIT,
    FORMAT,
    INSTRUMENT_LIMIT,
    SIZE_LIMIT,
    Exchange,
    json_schema,
    read_exchange,
    write_exchange,
)
from tests.exchange.strategies import exchanges

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted((ROOT / "tests/cases/exchange").glob("*.json"))
SCHEMA = json.loads((ROOT / "content/exchange/assessment-1.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def a_file(**changes: object) -> dict[str, object]:
    return {
        "format": FORMAT,
        "catalogue": "2026.1",
        "on": "2026-11-22",
        "profile": {"name": "Hợp tác xã chè Đồi Sương", "kind": "cooperative", "workers": 30, "uses": ["group2"]},
        "answers": {"named-person": {"level": 3, "note": "giấy giao việc", "evidence": "described"}},
        "instruments": [{"code": "C-01", "name": "Cân bàn 150 kg", "group2_row": "8b", "verified_on": "2026-03-01"}],
        "programme": {"edits": [{"path": "objectives.leaf", "value": "Cân đúng", "base": "Cân chính xác"}]},
        **changes,
    }


def read(content: object) -> Exchange:
    return read_exchange(json.dumps(content, ensure_ascii=False))


def outcome(text: str) -> FileRefused | None:
    try:
        read_exchange(text)
    except FileRefused as refused:
        return refused
    return None


def refusal(content: bytes | str | dict[str, object]) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        read_exchange(json.dumps(content) if isinstance(content, dict) else content)
    return caught.value


@settings(max_examples=60, deadline=None)
@given(exchanges)
def test_what_is_written_is_read_back_exactly_and_written_again_to_the_byte(exchange):
    written = write_exchange(exchange)
    again = read_exchange(written)
    assert again == exchange
    assert again.notices == ()
    assert write_exchange(again) == written
    assert not list(VALIDATOR.iter_errors(json.loads(written)))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_text_is_either_read_or_refused_and_never_breaks_the_reader(data):
    with pytest.raises(FileRefused):
        read_exchange(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["catalogue", "on", "profile", "answers", "instruments", "programme"]), JSON)
def test_any_value_in_any_place_is_read_or_refused_with_its_place(place, value):
    content = a_file(**{place: value})
    refused = outcome(json.dumps(content))
    if refused is not None:
        assert str(refused.details["place"]).startswith(place)
        assert {"place", "seen", "expected"} <= refused.details.keys()


def test_the_written_file_keeps_its_order_leaves_out_the_unknown_and_ends_with_a_line_end():
    content = a_file(answers={"yearly-schedule": {"unknown": True}, "buying": {"level": 0}})
    written = write_exchange(read(content))
    assert list(json.loads(written)) == ["format", "catalogue", "on", "profile", "answers", "instruments", "programme"]
    assert list(json.loads(written)["answers"]) == ["buying", "yearly-schedule"]
    assert '"capital_billion_vnd"' not in written
    assert written.endswith("}\n")
    assert "Hợp tác xã" in written
    assert unicodedata.is_normalized("NFC", written)


def test_each_kind_of_answer_is_read():
    exchange = read(
        a_file(
            answers={
                "named-person": {"level": 3, "note": "giấy", "evidence": "file"},
                "lab-comparison": {"not_applicable": "không có phòng thử nghiệm"},
                "weighing-cost": {"unknown": True},
                "buying": {"note": "hỏi lại kế toán"},
            }
        )
    )
    assert exchange.answers == {
        "named-person": Answer(Choice.LEVEL_3, note="giấy", evidence=Evidence.FILE),
        "lab-comparison": Answer(Choice.NOT_APPLICABLE, reason="không có phòng thử nghiệm"),
        "weighing-cost": Answer(Choice.UNKNOWN),
        "buying": Answer(note="hỏi lại kế toán"),
    }


def test_a_firm_cannot_confirm_its_own_evidence_and_is_told_so():
    exchange = read(a_file(answers={"named-person": {"level": 4, "evidence": "confirmed"}}))
    assert exchange.answers["named-person"].evidence is Evidence.FILE
    assert [(one.code, one.details["place"]) for one in exchange.notices] == [
        ("exchange-confirmed-lowered", "answers.named-person.evidence")
    ]


def test_decomposed_letters_and_control_characters_are_cleaned():
    profile = {"name": unicodedata.normalize("NFD", "Chè Đồi Sương") + "\u0000\u202e", "address": " \u200bXóm 3 "}
    exchange = read_exchange("\ufeff" + json.dumps(a_file(profile=profile)))
    assert exchange.profile.name == "Chè Đồi Sương"
    assert exchange.profile.address == "Xóm 3"


HOSTILE = {
    "an empty file": ("", "exchange-damaged", "1:1"),
    "a cut file": ('{"format": "assessment/1",\n "on": "20', "exchange-damaged", "2:8"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "exchange-not-utf8", "0"),
    "another encoding": (json.dumps(a_file()).encode("utf-16"), "exchange-not-utf8", "0"),
    "a number that is none": ('{"on": [1, NaN]}', "exchange-not-finite", "on[1]"),
    "an endless number": ('{"on": -Infinity}', "exchange-not-finite", "on"),
    "a long whole number": (
        '{"profile": {"workers": ' + "9" * 5000 + "}}",
        "exchange-number-too-large",
        "profile.workers",
    ),
    "a number beyond floats": ('{"profile": {"workers": 1e999}}', "exchange-number-too-large", "profile.workers"),
    "a key given twice": ('{"answers": {"buying": {}, "buying": {}}}', "exchange-key-twice", "answers.buying"),
    "a key twice in two spellings": ('{"\\u00e9": 1, "e\\u0301": 2}', "exchange-key-twice", "\u00e9"),
    "deep brackets": ("[" * 100_000, "exchange-too-deep", ""),
    "deep braces": ('{"a":' * 100_000, "exchange-too-deep", ""),
    "a raw control character": ('{"a": "\x01"}', "exchange-damaged", "1:8"),
    "half a character": ('{"format": "assessment/1", "catalogue": "\\ud800"}', "exchange-half-character", "catalogue"),
    "another format": ('{"format": "assessment/2"}', "exchange-foreign-format", "format"),
    "another program's file": ('{"resourceType": "Bundle"}', "exchange-foreign-format", "format"),
    "a list": ("[]", "exchange-foreign-format", "format"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_place(name):
    data, code, place = HOSTILE[name]
    refused = refusal(data)
    assert (refused.code, refused.details["place"]) == (code, place)
    assert len(str(refused)) < 600


WRONG = {
    "an unknown field": ({"weather": "rain"}, "exchange-field-unknown", "weather"),
    "a missing profile": ({"profile": {}}, "exchange-field-missing", "profile.name"),
    "a name of blanks": ({"profile": {"name": " \u200b"}}, "exchange-text-empty", "profile.name"),
    "an unknown kind": ({"profile": {"name": "A", "kind": "firm"}}, "exchange-not-listed", "profile.kind"),
    "an unknown use": ({"profile": {"name": "A", "uses": ["water"]}}, "exchange-not-listed", "profile.uses[0]"),
    "a tax code as a number": ({"profile": {"name": "A", "tax_code": 46}}, "exchange-not-text", "profile.tax_code"),
    "workers as text": ({"profile": {"name": "A", "workers": "30"}}, "exchange-not-whole-number", "profile.workers"),
    "half a worker": ({"profile": {"name": "A", "workers": 1.5}}, "exchange-not-whole-number", "profile.workers"),
    "workers below none": ({"profile": {"name": "A", "workers": -1}}, "exchange-out-of-range", "profile.workers"),
    "revenue as text": (
        {"profile": {"name": "A", "revenue_billion_vnd": "12"}},
        "exchange-not-number",
        "profile.revenue_billion_vnd",
    ),
    "a long name": ({"profile": {"name": "A" * 501}}, "exchange-text-too-long", "profile.name"),
    "a day that does not exist": ({"on": "2026-02-30"}, "exchange-not-date", "on"),
    "a day as people write it": ({"on": "22/11/2026"}, "exchange-not-date", "on"),
    "a day as seconds": ({"on": 1795305600}, "exchange-not-date", "on"),
    "a day of another age": ({"on": "0001-01-01"}, "exchange-out-of-range", "on"),
    "level five": ({"answers": {"buying": {"level": 5}}}, "exchange-out-of-range", "answers.buying.level"),
    "level true": ({"answers": {"buying": {"level": True}}}, "exchange-not-whole-number", "answers.buying.level"),
    "two choices": ({"answers": {"buying": {"level": 3, "unknown": True}}}, "exchange-answer-choice", "answers.buying"),
    "no choice": ({"answers": {"buying": {}}}, "exchange-answer-choice", "answers.buying"),
    "a bare level": ({"answers": {"buying": 3}}, "exchange-not-object", "answers.buying"),
    "not applicable without words": (
        {"answers": {"buying": {"not_applicable": True}}},
        "exchange-not-text",
        "answers.buying.not_applicable",
    ),
    "known after all": ({"answers": {"buying": {"unknown": False}}}, "exchange-not-listed", "answers.buying.unknown"),
    "an id with blanks": ({"answers": {"Buying it": {"level": 3}}}, "exchange-not-an-id", "answers.Buying it"),
    "answers as a list": ({"answers": []}, "exchange-not-object", "answers"),
    "instruments by name": ({"instruments": {}}, "exchange-not-list", "instruments"),
    "an instrument without code": ({"instruments": [{"name": "Cân"}]}, "exchange-field-missing", "instruments[0].code"),
    "an interval of no months": (
        {"instruments": [{"code": "C", "interval_months": 0}]},
        "exchange-out-of-range",
        "instruments[0].interval_months",
    ),
    "an edit without words": (
        {"programme": {"edits": [{"path": "a"}]}},
        "exchange-field-missing",
        "programme.edits[0].value",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_field_is_refused_by_reader_and_schema_alike(name):
    change, code, place = WRONG[name]
    content = a_file(**change)
    refused = refusal(content)
    assert (refused.code, refused.details["place"]) == (code, place)
    if name not in ("a name of blanks", "a day of another age"):
        assert list(VALIDATOR.iter_errors(content)), "the schema lets pass what the reader refuses"


def test_a_code_given_to_two_instruments_is_refused():
    refused = refusal(a_file(instruments=[{"code": "C-01"}, {"code": "C-02"}, {"code": "C-01 "}]))
    assert (refused.code, refused.details["place"]) == ("exchange-code-twice", "instruments[2].code")


def test_a_misspelt_field_is_refused_with_the_allowed_fields_and_the_nearest_one():
    refused = refusal(a_file(instruments=[{"code": "C-01", "verifed_on": "2026-03-01"}]))
    assert refused.details["place"] == "instruments[0].verifed_on"
    assert refused.details["nearest"] == "verified_on"
    assert "group2_row" in str(refused.details["expected"])


def test_files_above_the_limits_are_refused_before_they_are_parsed():
    assert refusal(b" " * (SIZE_LIMIT + 1)).code == "exchange-too-large"
    many = [{"code": f"C-{number}"} for number in range(INSTRUMENT_LIMIT + 1)]
    assert refusal(a_file(instruments=many)).code == "exchange-list-too-long"
    assert len(read(a_file(instruments=many[:-1])).instruments) == INSTRUMENT_LIMIT
    brackets_in_text = a_file(profile={"name": "[" * (DEPTH_LIMIT + 5) + '\\"{'})
    assert read(brackets_in_text).profile.name.startswith("[[")


def test_the_committed_schema_is_the_reader_s_own():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json_schema() == SCHEMA, "write it again: python -m core schema > content/exchange/assessment-1.schema.json"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_case_is_valid_and_comes_back_as_it_was(path):
    text = path.read_text(encoding="utf-8")
    assert not list(VALIDATOR.iter_errors(json.loads(text)))
    assert write_exchange(read_exchange(text)) == text
