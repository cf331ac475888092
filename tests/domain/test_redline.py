"""The redline: any two texts, cut by words, and any answers in any order, come out exactly."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.programme_edits import Edit, canonical, draft_programme
from core.domain.programme_fields import FieldKind
from core.domain.redline import Change, Run, RunKind, Verdict, answered, has_moved, runs, words
from tests.programme.support import analysis_of

SIGNS = st.one_of(
    st.sampled_from(
        ["kiểm", "định", "hiệu", "chuẩn", " ", "\n", ", ", "1.200.000", "31/12/2027", "e\u0302\u0301", "👩‍🔧"]
    ),
    st.characters(),
)
TEXTS = st.lists(SIGNS, max_size=30).map("".join)
DELETED, INSERTED, KEPT = RunKind.DELETED, RunKind.INSERTED, RunKind.KEPT


def shown(before, after):
    marks = {KEPT: "{}", DELETED: "[-{}]", INSERTED: "[+{}]"}
    return "".join(marks[run.kind].format(run.text) for run in runs(before, after))


@given(TEXTS, TEXTS)
def test_both_texts_survive_whatever_is_in_them(before, after):
    found = runs(before, after)
    assert "".join(run.text for run in found if run.kind is not INSERTED) == before
    assert "".join(run.text for run in found if run.kind is not DELETED) == after
    assert all(run.text for run in found)


@given(TEXTS)
def test_a_text_is_its_words_and_differs_nowhere_from_itself(text):
    assert "".join(words(text)) == text
    assert [run.kind for run in runs(text, text)] == [KEPT] * bool(text)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Kiểm định cân", "Hiệu chuẩn cân", "[-Kiểm định][+Hiệu chuẩn] cân"),
        ("chưa có người", "chưa có ai", "chưa có [-người][+ai]"),
        ("1.200.000 đồng", "1.250.000 đồng", "[-1.200.000][+1.250.000] đồng"),
        ("đến 31/12/2027.", "đến 30/6/2027.", "đến [-31/12/2027][+30/6/2027]."),
        ("lệch 0,5 %", "lệch 0,2 %", "lệch [-0,5][+0,2] %"),
        # The same word with its marks apart is another word as a whole, not another mark.
        ("thie\u0302\u0301t bị", "thiết bị", "[-thie\u0302\u0301t][+thiết] bị"),
        ("", "Thêm mới", "[+Thêm mới]"),
        ("Bỏ hết", "", "[-Bỏ hết]"),
        ("một\nhai", "một\nba", "một\n[-hai][+ba]"),
    ],
)
def test_differences_are_told_by_whole_words(before, after, expected):
    assert shown(before, after) == expected


def test_neighbouring_changes_are_one():
    assert runs("a b", "c d") == (Run(DELETED, "a b"), Run(INSERTED, "c d"))


ANALYSIS = analysis_of()
OWN = {"organisation/place": Edit("organisation/place", "Thái Nguyên", "")}
DRAFT = draft_programme(ANALYSIS, OWN.values())
FIELDS = {field.path: field for field in DRAFT.fields() if field.rule.kind in (FieldKind.TEXT, FieldKind.LINE)}
CHANGES = st.dictionaries(
    st.sampled_from(sorted(FIELDS)), st.text(st.characters(codec="utf-8"), min_size=1), max_size=8
).map(lambda values: [change_at(FIELDS[path], value) for path, value in values.items()])


def change_at(field, value):
    template = canonical(field.proposed) if field.proposed else ""
    return Change(field.path, canonical(field.value), value, "", template, field.is_edited)


def after(answers):
    return reduce(lambda edits, answer: answered(edits, *answer), answers, OWN)


@settings(max_examples=25)
@given(CHANGES)
def test_accepting_all_gives_the_proposal_and_refusing_all_the_draft(changes):
    accepted = draft_programme(ANALYSIS, after([(one, Verdict.ACCEPTED) for one in changes]).values())
    wanted = {
        **{path: canonical(field.value) for path, field in FIELDS.items()},
        **{one.path: one.value for one in changes},
    }
    assert {field.path: canonical(field.value) for field in accepted.fields() if field.path in FIELDS} == wanted
    assert after([(one, Verdict.REFUSED) for one in changes]) == OWN


@given(
    CHANGES.flatmap(lambda changes: st.tuples(*(st.tuples(st.just(one), st.sampled_from(Verdict)) for one in changes))),
    st.randoms(),
)
def test_the_order_of_the_answers_does_not_matter(answers, chance):
    mixed = list(answers)
    chance.shuffle(mixed)
    assert after(mixed) == after(answers)


@pytest.mark.parametrize(
    ("now", "is_edited", "moved"),
    [
        ("Thái Nguyên", True, False),
        ("phường Tân Thịnh", True, False),
        ("Sông Công", True, True),
        ("lời của máy", False, True),
    ],
)
def test_only_other_words_of_the_firm_count_as_moved(now, is_edited, moved):
    field = FIELDS["organisation/place"]
    change = change_at(field, "phường Tân Thịnh")
    assert has_moved(change, replace(field, value=replace(field.value, vi=now), is_edited=is_edited)) is moved


def test_a_wording_of_the_analysis_that_moves_by_itself_is_nobodys_word():
    field = next(field for field in FIELDS.values() if not field.is_edited)
    change = change_at(field, "lời đề nghị")
    assert not has_moved(change, replace(field, value=replace(field.value, vi="lời mới của máy")))
    assert not has_moved(change, None)
    assert has_moved(replace(change, was_edited=True), None)
