"""The redline through the services: who proposes, when the firm reads it, what its answers do, and nothing is lost."""

from __future__ import annotations

import pytest

from core.domain.assessment import AssessmentState
from core.domain.permissions import Actor
from core.domain.programme_fields import ItemKind
from core.domain.redline import Verdict
from core.errors import Conflict, NotThere, OutOfOrder, ProgrammeRefused, ReviewRefused
from core.language import Language
from core.services import noticing, programming, redlining, reviewing
from core.services.environment import reading
from tests.services.test_reviewing import QUESTION, accept_all, ask_for_change, case, reviewers, state_of

__all__ = ["case", "reviewers"]
CAUSE = f"finding:{QUESTION}/cause"
TITLE = f"task:{QUESTION}/title"
OWNER = f"task:{QUESTION}/owner"
ACCEPTED, REFUSED = Verdict.ACCEPTED, Verdict.REFUSED


def sheet(environment, case, actor: Actor | None = None):
    return redlining.open_redline(environment, actor or case.adviser, case.submission_id)


def handed_in(opened, path):
    return opened.fields[path].value.vi


def propose(environment, case, path, typed, *, actor=None, opened=None, before=None):
    opened = opened or sheet(environment, case, actor)
    shown = opened.proposals[path].change.value if path in opened.proposals else handed_in(opened, path)
    return redlining.propose(
        environment,
        actor or case.adviser,
        opened,
        path,
        typed,
        before=shown if before is None else before,
        language=Language.VI,
    )


def ask_back(environment, case):
    ask_for_change(environment, case)
    reviewing.request_changes(environment, case.adviser, case.submission_id, "Xem đề nghị sửa", on_round=1)


def found(environment, people, who="owner"):
    return redlining.proposals_of(environment, getattr(people, who), people.enterprise_id)


def answer(environment, people, paths, verdict, word="", *, seen=None, who="owner"):
    seen = seen or found(environment, people, who)
    return redlining.answer(environment, getattr(people, who), seen, paths, verdict, word)


def write(environment, people, path, typed):
    opened = programming.open_programme(environment, people.owner, people.enterprise_id)
    field = next(field for field in opened.draft.fields() if field.path == path)
    programming.save_wording(environment, people.owner, opened, field, typed)


def draft(environment, people):
    opened = programming.open_programme(environment, people.owner, people.enterprise_id)
    return {field.path: field.value.vi for field in opened.draft.fields()}


def test_the_firm_reads_proposals_with_the_decision_and_its_record_stays_as_it_was(environment, people, case):
    before = draft(environment, people)
    propose(environment, case, CAUSE, "Chưa ai được giao việc bằng văn bản")
    redlining.give_reason(environment, case.adviser, sheet(environment, case), CAUSE, "Nêu rõ thiếu gì", before="")
    assert state_of(environment, people) is AssessmentState.IN_REVIEW
    assert found(environment, people).clauses == ()

    ask_back(environment, case)

    [clause] = found(environment, people, "viewer").clauses
    change = clause.kept.change
    assert (change.base, change.value) == (before[CAUSE], "Chưa ai được giao việc bằng văn bản")
    assert (change.reason, clause.kept.by_name, clause.has_moved) == ("Nêu rõ thiếu gì", "adviser", False)
    assert draft(environment, people) == before
    assert redlining.open_count(environment, people.enterprise_id) == 1


def test_proposals_can_be_sent_before_the_decision_and_are_read_only_until_then(environment, people, case):
    propose(environment, case, CAUSE, "Lời khác")
    redlining.send(environment, case.adviser, case.submission_id, on_round=1)

    assert noticing.notices_of(environment, people.owner)[0].kind == "proposals"
    [clause] = found(environment, people).clauses
    assert not found(environment, people).may_answer
    with pytest.raises(NotThere):
        answer(environment, people, [clause.kept.change.path], ACCEPTED)
    with pytest.raises(ReviewRefused, match="no-proposal-to-send"):
        redlining.send(environment, case.adviser, case.submission_id, on_round=1)

    # Written anew it is the reviewer's own paper again, and waits to be sent.
    propose(environment, case, CAUSE, "Lời khác nữa")
    assert found(environment, people).clauses == ()


def test_accepting_all_gives_the_proposal_and_refusing_keeps_the_draft(environment, people, case):
    before = draft(environment, people)
    proposed = {CAUSE: "Lời chuyên gia", TITLE: "Việc chuyên gia", OWNER: "Phòng kỹ thuật"}
    for path, value in proposed.items():
        propose(environment, case, path, value)
    ask_back(environment, case)

    answer(environment, people, [TITLE], REFUSED, "Đơn vị đã có việc này", who="editor")
    answer(environment, people, [CAUSE, OWNER], ACCEPTED)

    assert draft(environment, people) == {**before, CAUSE: proposed[CAUSE], OWNER: proposed[OWNER]}
    [refused] = [one for one in found(environment, people).clauses if one.kept.verdict is REFUSED]
    assert (refused.kept.word, refused.kept.answered_by_name) == ("Đơn vị đã có việc này", "editor")

    redlining.reopen(environment, people.owner, found(environment, people), TITLE)
    answer(environment, people, [TITLE], ACCEPTED)
    assert draft(environment, people) == {**before, **proposed}

    for path in proposed:
        redlining.reopen(environment, people.owner, found(environment, people), path)
    assert draft(environment, people) == before
    with reading(environment) as repository:
        assert repository.events.check().broken is None


def test_an_item_that_the_adviser_adds_comes_into_the_draft_when_it_is_accepted(environment, people, case):
    before = draft(environment, people)
    item = programming.own_item_id(ItemKind.TASK)
    opened = redlining.open_redline(environment, case.adviser, case.submission_id, [item])
    assert opened.added == {item}
    propose(environment, case, f"{item}/title", "Cân đối chứng hằng tuần", opened=opened)
    propose(environment, case, f"{item}/due", "2027-06-30")
    assert sheet(environment, case).added == {item}
    ask_back(environment, case)

    answer(environment, people, [f"{item}/title", f"{item}/due"], ACCEPTED)

    opened = programming.open_programme(environment, people.owner, people.enterprise_id)
    added = opened.draft.item(item)
    assert (added.value("title"), added.value("due"), added.is_included) == (
        "Cân đối chứng hằng tuần",
        "2027-06-30",
        True,
    )
    for field in ("title", "due"):
        redlining.reopen(environment, people.owner, found(environment, people), f"{item}/{field}")
    assert draft(environment, people) == before


def test_what_the_firm_changed_since_is_shown_beside_and_can_be_had_back(environment, people, case):
    propose(environment, case, CAUSE, "Lời chuyên gia")
    ask_back(environment, case)
    write(environment, people, CAUSE, "Lời đơn vị viết sau")

    [clause] = found(environment, people).clauses
    assert clause.has_moved
    assert clause.now(Language.VI) == "Lời đơn vị viết sau"
    answer(environment, people, [CAUSE], ACCEPTED)
    assert draft(environment, people)[CAUSE] == "Lời chuyên gia"

    redlining.reopen(environment, people.owner, found(environment, people), CAUSE)
    assert draft(environment, people)[CAUSE] == "Lời đơn vị viết sau"


def test_a_stale_tab_of_the_firm_is_told_who_when_and_what(environment, people, case, clock):
    propose(environment, case, CAUSE, "Lời chuyên gia")
    propose(environment, case, TITLE, "Việc chuyên gia")
    ask_back(environment, case)
    stale = found(environment, people, "editor")

    clock.pass_time(minutes=1)
    write(environment, people, CAUSE, "Lời đơn vị viết sau")
    with pytest.raises(Conflict, match="clause-changed") as refusal:
        answer(environment, people, [TITLE, CAUSE], ACCEPTED, seen=stale, who="editor")
    details = refusal.value.details
    assert (details["who"], details["at"], details["theirs"]) == ("owner", clock(), "Lời đơn vị viết sau")
    # All or none: the other one was not accepted either.
    assert {one.kept.verdict for one in found(environment, people).clauses} == {Verdict.OPEN}

    answer(environment, people, [TITLE], REFUSED)
    with pytest.raises(Conflict, match="proposal-refused") as refusal:
        answer(environment, people, [TITLE], ACCEPTED, seen=stale, who="editor")
    assert (refusal.value.details["who"], refusal.value.details["at"]) == ("owner", clock())

    reviewing.revoke(environment, case.adviser, case.submission_id, "Viết lại cho rõ")
    with pytest.raises(Conflict, match="proposal-refused"):
        propose(environment, case, TITLE, "Việc khác")
    propose(environment, case, CAUSE, "Lời rõ hơn")
    reviewing.request_changes(environment, case.adviser, case.submission_id, "", on_round=1)
    with pytest.raises(OutOfOrder, match="proposal-taken-back"):
        answer(environment, people, [CAUSE], ACCEPTED, seen=stale, who="editor")
    with pytest.raises(NotThere):
        answer(environment, people, [CAUSE], ACCEPTED, who="viewer")


def test_two_advisers_and_a_stale_tab_lose_no_words(environment, case, clock):
    stale = sheet(environment, case, case.colleague)
    propose(environment, case, CAUSE, "Lời của người thứ nhất")
    clock.pass_time(minutes=5)

    with pytest.raises(Conflict) as refusal:
        propose(environment, case, CAUSE, "Lời của người thứ hai", actor=case.colleague, opened=stale)
    details = refusal.value.details
    assert (details["who"], details["theirs"], details["yours"]) == (
        "adviser",
        "Lời của người thứ nhất",
        "Lời của người thứ hai",
    )

    # One writes the words while the other gives the reason: both stay.
    first, second = sheet(environment, case), sheet(environment, case, case.colleague)
    propose(environment, case, CAUSE, "Lời đã sửa", opened=first)
    redlining.give_reason(environment, case.colleague, second, CAUSE, "Vì thiếu văn bản", before="")
    change = sheet(environment, case).proposals[CAUSE].change
    assert (change.value, change.reason) == ("Lời đã sửa", "Vì thiếu văn bản")

    # Taking back what the other has written on meanwhile is refused.
    with pytest.raises(Conflict):
        redlining.take_back(environment, case.adviser, first, CAUSE)
    redlining.take_back(environment, case.adviser, sheet(environment, case), CAUSE)
    assert sheet(environment, case).proposals == {}


def test_an_answer_stays_over_a_new_round_and_a_tab_of_the_round_before_is_told(environment, people, case):
    propose(environment, case, CAUSE, "Lời chuyên gia")
    stale = sheet(environment, case)
    ask_back(environment, case)
    answer(environment, people, [CAUSE], REFUSED, "Không đúng thực tế")
    reviewing.submit(environment, people.owner, people.enterprise_id)

    opened = sheet(environment, case)
    assert opened.proposals == {}
    assert [(one.verdict, one.word) for one in opened.earlier] == [(REFUSED, "Không đúng thực tế")]
    with pytest.raises(OutOfOrder, match="round-meanwhile"):
        propose(environment, case, CAUSE, "Lời cũ", opened=stale)
    propose(environment, case, CAUSE, "Lời lần hai")
    accept_all(environment, case)
    reviewing.finish(environment, case.adviser, case.submission_id, "", on_round=2)
    [clause] = found(environment, people).clauses
    assert (clause.kept.round, clause.is_open, len(found(environment, people).earlier)) == (2, True, 1)


def test_what_cannot_stand_is_refused_and_typing_the_handed_in_words_takes_the_proposal_back(environment, case):
    with pytest.raises(ProgrammeRefused, match="text-missing"):
        propose(environment, case, TITLE, " ")
    with pytest.raises(ProgrammeRefused, match="unknown-path"):
        redlining.propose(
            environment, case.adviser, sheet(environment, case), "task:x/y", "việc", before="", language=Language.VI
        )
    with pytest.raises(ReviewRefused, match="proposal-missing"):
        redlining.give_reason(environment, case.adviser, sheet(environment, case), CAUSE, "vì sao", before="")
    propose(environment, case, CAUSE, "Lời khác")
    with pytest.raises(ReviewRefused, match="proposal-reason-too-long"):
        redlining.give_reason(environment, case.adviser, sheet(environment, case), CAUSE, "a" * 1001, before="")
    propose(environment, case, CAUSE, handed_in(sheet(environment, case), CAUSE))
    assert sheet(environment, case).proposals == {}


def test_people_outside_and_the_firm_itself_propose_nothing(environment, people, case):
    opened = sheet(environment, case)
    for nobody in (people.owner, people.stranger, people.official, people.administrator, case.elsewhere):
        with pytest.raises(NotThere):
            redlining.open_redline(environment, nobody, case.submission_id)
        with pytest.raises(NotThere):
            propose(environment, case, CAUSE, "Lời lạ", actor=nobody, opened=opened)
        with pytest.raises(NotThere):
            redlining.send(environment, nobody, case.submission_id, on_round=1)
    for nobody in (people.stranger, people.official, people.administrator, case.elsewhere):
        with pytest.raises(NotThere):
            redlining.proposals_of(environment, nobody, people.enterprise_id)
