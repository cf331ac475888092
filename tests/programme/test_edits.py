"""Edits stay, whatever the answers do; what cannot stand is refused; what is odd is pointed out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.assessment import Answer, Choice
from core.domain.instruments import MeasuringInstrument
from core.domain.programme_edits import (
    DraftWarning,
    Edit,
    canonical,
    check_edit,
    check_edits,
    draft_programme,
    merge,
    warnings,
)
from core.domain.programme_fields import FIELDS, LINE_LIMIT, NO, TEXT_LIMIT, ItemKind
from core.domain.programme_proposal import Period, propose
from core.errors import ProgrammeRefused
from tests.programme.support import ON, analysis_of, answers_of, catalogue, profile_of

PROFILE = profile_of()
ASKED = sorted(answers_of(PROFILE))
SEVERAL = {"suppress_health_check": [HealthCheck.too_slow], "deadline": None}

answers = st.dictionaries(
    st.sampled_from(ASKED),
    st.builds(lambda choice: Answer(choice, reason="vì thế"), st.sampled_from(Choice)),
    max_size=len(ASKED),
)
texts = st.text(min_size=1, max_size=40)
edits = st.dictionaries(
    st.one_of(
        st.builds("task:{}/{}".format, st.sampled_from(ASKED), st.sampled_from(["title", "owner", "done_when"])),
        st.builds("finding:{}/cause".format, st.sampled_from(ASKED)),
        st.builds("own-task:{}/title".format, st.integers(1, 3)),
        st.builds("own-objective:{}/name".format, st.integers(1, 3)),
        st.just("objective:level/name"),
        st.just("objective:tea-food.in-date/name"),
        st.just("organisation/place"),
    ),
    texts,
    max_size=6,
).map(lambda typed: [Edit(path, value) for path, value in typed.items()])


@given(answers, edits, answers)
@settings(max_examples=25, **SEVERAL)
def test_edits_survive_any_change_of_answers(before, typed, after):
    first = draft_programme(analysis_of(PROFILE, before), typed)
    then = draft_programme(analysis_of(PROFILE, after), typed)
    for draft in (first, then):
        shown = {field.path: field for field in draft.fields()}
        for edit in typed:
            assert canonical(shown[edit.path].value) == edit.value
            assert shown[edit.path].value.en == edit.value
            assert shown[edit.path].is_edited


@given(answers)
@settings(max_examples=25, **SEVERAL)
def test_without_edits_the_draft_is_the_proposal(given_answers):
    proposal = propose(analysis_of(PROFILE, given_answers))
    draft = merge(proposal, ())
    assert [item.id for item in draft.items] == [item.id for item in proposal.items]
    for item, proposed in zip(draft.items, proposal.items, strict=True):
        assert {name: field.value for name, field in item.fields.items()} == proposed.fields
        assert not any(field.is_edited or field.changed_underneath for field in item.fields.values())


@given(answers, st.data())
@settings(max_examples=25, **SEVERAL)
def test_a_place_is_changed_underneath_only_when_the_proposal_has_moved(given_answers, data):
    proposal = propose(analysis_of(PROFILE, given_answers))
    places = [(item, name) for item in proposal.items for name in item.fields]
    item, name = data.draw(st.sampled_from(places))
    base = data.draw(st.sampled_from([canonical(item.fields[name]), "khác"]))
    draft = merge(proposal, [Edit(f"{item.id}/{name}", "2027-01-01", base)])
    field = draft.item(item.id).fields[name]
    assert field.changed_underneath == (base != canonical(item.fields[name]))
    assert [one for one in draft.fields() if one.changed_underneath] == ([field] if field.changed_underneath else [])


@given(edits, st.randoms(use_true_random=False))
@settings(max_examples=25, **SEVERAL)
def test_the_order_of_the_edits_does_not_matter(typed, random):
    proposal = propose(analysis_of(PROFILE))
    mixed = list(typed)
    random.shuffle(mixed)
    assert merge(proposal, typed) == merge(proposal, mixed)


def test_an_edited_item_whose_finding_was_closed_stays_and_is_marked():
    analysis = analysis_of(PROFILE, answers_of(PROFILE, 4))
    draft = draft_programme(analysis, [Edit("task:house-rule/owner", "Chị Ví Dụ", "Người phụ trách đo lường")])
    item = draft.item("task:house-rule")
    assert item.origin_vanished
    assert item.is_included
    assert item.text("title", "vi") == catalogue().questions["house-rule"].action.vi
    assert item.fields["owner"].proposed is None
    assert not item.fields["owner"].changed_underneath
    assert DraftWarning("origin-vanished", "task:house-rule") in warnings(draft, ON)


def test_an_edited_item_of_a_sector_that_was_changed_stays_in_the_words_it_had():
    analysis = analysis_of(profile_of(sector="petroleum"))
    draft = draft_programme(analysis, [Edit("objective:tea-food.in-date/target", "98", "100")])
    item = draft.item("objective:tea-food.in-date")
    assert item.origin_vanished
    assert item.value("target") == "98"
    assert item.text("name", "vi") == catalogue().sectors["tea-food"].objectives[0].indicator.vi


def test_items_can_be_left_out_and_taken_back():
    analysis = analysis_of()
    left_out = draft_programme(analysis, [Edit("objective:level/included", NO, "yes")])
    assert "objective:level" not in {item.id for item in left_out.included(ItemKind.OBJECTIVE)}
    assert "objective:level" in {item.id for item in left_out.of_kind(ItemKind.OBJECTIVE)}
    back = draft_programme(analysis, [Edit("objective:level/included", "yes", "yes")])
    assert "objective:level" in {item.id for item in back.included(ItemKind.OBJECTIVE)}


def test_own_items_are_added_in_order_of_their_ids_with_defaults():
    typed = [Edit("own-task:2/title", "Hai"), Edit("own-task:1/title", "Một"), Edit("own-task:1/money", "5")]
    own = [item for item in draft_programme(analysis_of(), typed).items if item.is_own]
    assert [(item.id, item.text("title", "en"), item.value("kind"), item.money()) for item in own] == [
        ("own-task:1", "Một", "rules", 5),
        ("own-task:2", "Hai", "rules", None),
    ]


def test_an_own_item_without_its_main_words_does_not_go_into_the_programme():
    draft = draft_programme(analysis_of(), [Edit("own-task:1/owner", "An")])
    assert not draft.item("own-task:1").is_included


def test_an_unknown_place_is_refused():
    with pytest.raises(ProgrammeRefused, match="unknown-path"):
        merge(propose(analysis_of()), [Edit("task:named-person/colour", "x")])


def test_due_dates_are_proposed_within_the_period_that_was_chosen():
    analysis = analysis_of(PROFILE, answers_of(PROFILE, 0))
    draft = draft_programme(analysis, [Edit("period/end", "2027-12-31", "2029-12-31")])
    assert draft.period == Period(date(2027, 1, 1), date(2027, 12, 31))
    assert draft.item("period").fields["end"].proposed.vi == "2029-12-31"
    assert all(item.day("due") <= date(2027, 12, 31) for item in draft.of_kind(ItemKind.TASK))


@pytest.mark.parametrize(
    "path, value",
    [
        ("period/end", "2027-12-31"),
        ("period/start", "2020-01-01"),
        ("organisation/parent_body", ""),
        ("organisation/short_code", ""),
        ("organisation/signer", "council"),
        ("task:named-person/money", ""),
        ("task:named-person/money", "0"),
        ("task:named-person/money", "1000000000000"),
        ("task:named-person/due", "2001-01-01"),
        ("task:named-person/due", ""),
        ("objective:tea-food.in-date/target", "100"),
        ("objective:tea-food.in-date/now", "66.7"),
        ("own-objective:1/target", "-18"),
        ("effect/loss_cut_percent", "12.5"),
        ("effect/market_demand", "a" * TEXT_LIMIT),
        ("follow-up/next_review", "2028-01-01"),
    ],
)
def test_sensible_values_are_taken(path, value):
    check_edit(path, value, draft_programme(analysis_of()))


@pytest.mark.parametrize(
    "path, value, code",
    [
        ("period/end", "2027-12-30", "period-too-short"),
        ("period/end", "2026-12-31", "period-reversed"),
        ("period/start", "2019-12-31", "period-too-long"),
        ("period/end", "", "text-missing"),
        ("period/end", "31/12/2027", "date-unreadable"),
        ("period/end", "20271231", "date-unreadable"),
        ("follow-up/next_review", "2028-01-02", "review-too-late"),
        ("follow-up/follow_up_months", "13", "months-out-of-range"),
        ("follow-up/follow_up_months", "1.5", "months-out-of-range"),
        ("task:named-person/due", "1999-12-31", "date-out-of-range"),
        ("task:named-person/due", "2101-01-01", "date-out-of-range"),
        ("task:named-person/title", "", "text-missing"),
        ("task:named-person/title", "a" * (TEXT_LIMIT + 1), "text-too-long"),
        ("task:named-person/owner", "a" * (LINE_LIMIT + 1), "text-too-long"),
        ("task:named-person/money", "-1", "money-out-of-range"),
        ("task:named-person/money", "1000000000001", "money-out-of-range"),
        ("task:named-person/money", "1.5", "money-not-whole"),
        ("task:named-person/money", "1e3", "number-unreadable"),
        ("task:named-person/money", "NaN", "number-unreadable"),
        ("task:named-person/kind", "painting", "choice-unknown"),
        ("task:named-person/included", "maybe", "choice-unknown"),
        ("effect/loss_cut_percent", "101", "percent-out-of-range"),
        ("effect/loss_cut_percent", "-1", "percent-out-of-range"),
        ("objective:tea-food.in-date/target", "120", "percent-out-of-range"),
        ("objective:level/target", "1000000000001", "figure-out-of-range"),
        ("task:named-person/colour", "x", "unknown-path"),
    ],
)
def test_what_cannot_stand_is_refused_with_its_place(path, value, code):
    with pytest.raises(ProgrammeRefused) as refused:
        check_edit(path, value, draft_programme(analysis_of()))
    assert refused.value.code == code
    assert refused.value.details["path"] == path
    for part in ("what", "mend"):
        words = catalogue().word(f"errors.{code}.{part}")
        assert words.vi.format_map(refused.value.details)
        assert words.en.format_map(refused.value.details)


def test_both_ends_of_the_period_may_move_together():
    draft = draft_programme(analysis_of())
    with pytest.raises(ProgrammeRefused, match="period-reversed"):
        check_edit("period/start", "2031-01-01", draft)
    check_edits({"period/start": "2031-01-01", "period/end": "2031-12-31"}, draft)


def test_a_unit_of_percent_typed_together_with_its_figure_bounds_it():
    draft = draft_programme(analysis_of())
    check_edits({"own-objective:1/target": "120"}, draft)
    with pytest.raises(ProgrammeRefused, match="percent-out-of-range"):
        check_edits({"own-objective:1/unit": "%", "own-objective:1/target": "120"}, draft)


def test_every_proposed_value_would_be_taken_if_it_were_typed():
    draft = draft_programme(analysis_of())
    check_edits({field.path: canonical(field.value) for field in draft.fields() if canonical(field.value)}, draft)


def test_dates_that_have_passed_or_lie_after_the_end_are_pointed_out():
    typed = [Edit("task:house-rule/due", "2026-01-01"), Edit("objective:level/by", "2030-06-30")]
    found = warnings(draft_programme(analysis_of(PROFILE, answers_of(PROFILE, 0)), typed), ON)
    assert DraftWarning("date-past", "task:house-rule/due") in found
    assert DraftWarning("after-end", "objective:level/by") in found


def test_what_is_missing_is_pointed_out():
    typed = [
        Edit("task:house-rule/owner", ""),
        Edit("task:house-rule/due", ""),
        *(Edit(f"objective:tea-food.{one.id}/included", NO) for one in catalogue().sectors["tea-food"].objectives),
        Edit("objective:level/target", ""),
    ]
    found = warnings(draft_programme(analysis_of(PROFILE, answers_of(PROFILE, 0)), typed), ON)
    assert {(one.code, one.path) for one in found} >= {
        ("no-owner", "task:house-rule/owner"),
        ("no-due", "task:house-rule/due"),
        ("no-target", "objective:level/target"),
        ("few-objectives", ""),
    }


def test_a_period_turned_round_by_a_later_assessment_is_pointed_out_and_still_drawn_up():
    later = analysis_of(on=date(2031, 3, 1))
    draft = draft_programme(later, [Edit("period/end", "2029-12-31", "2029-12-31")])
    assert DraftWarning("period-reversed", "period/end") in warnings(draft, date(2031, 3, 1))


def test_a_fresh_proposal_has_no_warnings():
    assert warnings(draft_programme(analysis_of()), ON) == ()


def test_every_field_of_the_screen_and_every_choice_has_words():
    words = catalogue().words
    for kind, fields in FIELDS.items():
        for name, rule in fields.items():
            assert f"programme.field.{kind}.{name}" in words
            for choice in rule.choices:
                assert f"programme.choice.{name}.{choice}" in words


def test_every_warning_has_words():
    codes = {"period-reversed", "period-too-short", "no-owner", "no-due", "no-target", "no-by", "few-objectives"}
    codes |= {"date-past", "after-end", "changed-underneath", "origin-vanished"}
    written = {
        key.removeprefix("programme.warning.") for key in catalogue().words if key.startswith("programme.warning.")
    }
    assert codes == written


def test_own_items_have_a_prefix_of_their_own():
    overdue = MeasuringInstrument("C-1", group2_row="8b")
    for item in propose(analysis_of(instruments=(overdue,))).items:
        assert not item.id.startswith("own-")
