"""Handing in and reviewing: who sees what, what stays, what two reviewers at once meet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from core.domain.assessment import Answer, AssessmentState, Choice, Evidence
from core.domain.permissions import Actor, GrantedRole, Role
from core.domain.review import PointState, QueueFilter, RemarkAudience, Ruling, RulingKind
from core.domain.scorecard import ScoreKind
from core.errors import Conflict, NotThere, OutOfOrder, ReviewRefused
from core.services import accounts, assessing, exchanging, reviewing
from core.services.environment import reading
from core.services.reviewing import NewsKind
from tests.conftest import PASSWORD

QUESTION = "named-person"
OTHER = "measuring-points"
EVERYTHING = QueueFilter()


@dataclass(frozen=True)
class Case:
    """A submission of the tea cooperative and the people around it."""

    submission_id: object
    owner: Actor
    editor: Actor
    adviser: Actor
    colleague: Actor
    lead: Actor
    elsewhere: Actor


@pytest.fixture
def reviewers(environment, people, prepared):
    def account(name, *roles):
        kept = accounts.add_account(
            environment, email=f"{name}@to.example", name=name, password=PASSWORD, roles=roles, must_change=False
        )
        return accounts.actor_of_account(environment, kept.id)

    def make_reviewers():
        return {
            "colleague": account("colleague", GrantedRole(Role.ADVISER, "19")),
            "lead": account("lead", GrantedRole(Role.LEAD_ADVISER, "19")),
            "elsewhere": account("elsewhere", GrantedRole(Role.ADVISER, "01")),
        }

    return dict(prepared("reviewers", make_reviewers))


@pytest.fixture
def case(environment, people, reviewers, prepared):
    def hand_in():
        answer_all(environment, people)
        receipt = reviewing.submit(environment, people.owner, people.enterprise_id)
        return Case(receipt.submission_id, people.owner, people.editor, people.adviser, **reviewers)

    return prepared("reviewing: case", hand_in)


@pytest.fixture
def answered(environment, people, prepared):
    """The firm has answered everything with level 2."""
    prepared("reviewing: answered", lambda: answer_all(environment, people))


def answer_all(environment, people, answer=None):
    answer = answer or Answer(Choice.LEVEL_2)
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    for topic in assessing.progress(opened):
        for question in topic.questions:
            assessing.save_answer(
                environment, people.owner, opened.id, question.id, seen=opened.answer(question.id), wanted=answer
            )


def answer(environment, people, question, **changes):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    seen = opened.answer(question)
    return assessing.save_answer(
        environment, people.owner, opened.id, question, seen=seen, wanted=replace(seen, **changes)
    )


def opened(environment, case, actor=None):
    return reviewing.open_review(environment, actor or case.adviser, case.submission_id)


def accept_all(environment, case, actor=None, without=()):
    found = opened(environment, case, actor)
    questions = [question for question in found.progress.unsettled if question not in without]
    return reviewing.accept_together(environment, actor or case.adviser, found, questions)


def ask_for_change(environment, case, question=QUESTION, reason="Gửi bản quyết định phân công"):
    wanted = Ruling(RulingKind.CHANGE_ASKED, Answer(), reason=reason)
    return reviewing.rule(environment, case.adviser, case.submission_id, question, on_round=1, seen=None, wanted=wanted)


def state_of(environment, people):
    return assessing.open_assessment(environment, people.owner, people.enterprise_id).assessment.state


def test_handing_in_gives_a_receipt_and_locks_the_answers(environment, people, case):
    [receipt] = reviewing.hand_in_of(environment, people.owner, people.enterprise_id).receipts

    assert (receipt.round, receipt.edition, len(receipt.sha256)) == (1, environment.catalogue.edition, 64)
    assert state_of(environment, people) is AssessmentState.SUBMITTED
    with pytest.raises(NotThere):
        answer(environment, people, QUESTION, choice=Choice.LEVEL_4)


def test_an_assessment_without_any_answer_cannot_be_handed_in(environment, people):
    assessing.open_assessment(environment, people.owner, people.enterprise_id)
    with pytest.raises(OutOfOrder, match="submission-without-score"):
        reviewing.submit(environment, people.owner, people.enterprise_id)
    assert state_of(environment, people) is AssessmentState.DRAFT


def test_only_an_owner_hands_in(environment, people, answered):
    with pytest.raises(NotThere):
        reviewing.submit(environment, people.editor, people.enterprise_id)


def test_the_precheck_names_what_is_missing(environment, people):
    answer_all(environment, people, Answer(Choice.LEVEL_3))
    answer(environment, people, QUESTION, choice=Choice.UNKNOWN)

    precheck = reviewing.hand_in_of(environment, people.owner, people.enterprise_id).precheck

    assert precheck.unknown == (QUESTION,)
    assert OTHER in precheck.without_evidence
    assert precheck.unanswered == ()


def test_a_withdrawn_submission_stays_and_the_firm_goes_on_from_its_answers(environment, people, case):
    reviewing.withdraw(environment, people.owner, people.enterprise_id)

    assert state_of(environment, people) is AssessmentState.DRAFT
    assert answer(environment, people, QUESTION, choice=Choice.LEVEL_4).answer.level == 4
    with pytest.raises(NotThere):
        opened(environment, case)


def test_the_queue_shows_what_waits_in_ones_province_and_never_ones_own_firm(environment, people, case):
    page = reviewing.queue(environment, case.adviser, EVERYTHING)
    assert [(line.enterprise_name, line.is_new) for line in page.lines] == [("Hợp tác xã Chè Suối Cạn", True)]
    assert page.counts == {AssessmentState.SUBMITTED: 1}
    assert reviewing.queue(environment, case.elsewhere, QueueFilter(provinces=frozenset({"19"}))).lines == ()
    also_adviser = replace(case.owner, roles=(GrantedRole(Role.ADVISER, "19"),))
    assert reviewing.queue(environment, also_adviser, EVERYTHING).lines == ()
    for nobody in (people.owner, people.official, people.administrator, people.stranger):
        with pytest.raises(NotThere):
            reviewing.queue(environment, nobody, EVERYTHING)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"sectors": frozenset({"tea-food"})}, 1),
        ({"sectors": frozenset({"steel"})}, 0),
        ({"states": frozenset({AssessmentState.IN_REVIEW})}, 0),
        ({"levels": frozenset({4})}, 0),
        ({"nobodys": True}, 1),
        ({"only_gates": True}, 1),
    ],
)
def test_the_queue_can_be_filtered(environment, case, changes, shown):
    page = reviewing.queue(environment, case.adviser, QueueFilter(**changes))
    assert (len(page.lines), page.total) == (shown, shown)


def test_what_was_looked_at_is_new_again_only_after_something_happened(environment, people, case, clock):
    clock.pass_time(minutes=1)
    opened(environment, case)
    assert not reviewing.queue(environment, case.adviser, EVERYTHING).lines[0].is_new
    assert reviewing.queue(environment, case.colleague, EVERYTHING).lines[0].is_new

    clock.pass_time(minutes=1)
    reviewing.remark(environment, people.owner, case.submission_id, "Chúng tôi đã gửi ảnh tem")

    assert reviewing.queue(environment, case.adviser, EVERYTHING).lines[0].is_new


def test_people_outside_learn_nothing(environment, people, case):
    for stranger in (people.stranger, people.official, people.administrator, case.elsewhere):
        with pytest.raises(NotThere):
            opened(environment, case, stranger)
        with pytest.raises(NotThere):
            reviewing.rule(environment, stranger, case.submission_id, QUESTION, on_round=1, seen=None, wanted=None)
        with pytest.raises(NotThere):
            reviewing.remark(environment, stranger, case.submission_id, "xin chào")
        with pytest.raises(NotThere):
            reviewing.finish(environment, stranger, case.submission_id, "", on_round=1)


def test_taking_begins_the_review_and_a_second_taker_is_told(environment, people, case):
    reviewing.take(environment, case.adviser, case.submission_id, seen=None)
    assert state_of(environment, people) is AssessmentState.IN_REVIEW
    with pytest.raises(Conflict) as refusal:
        reviewing.take(environment, case.colleague, case.submission_id, seen=None)
    assert refusal.value.details["who"] == "adviser"


def test_handing_over_needs_a_reason_and_a_reviewer_of_the_province(environment, case):
    ids = [case.submission_id]
    to = case.colleague.account_id
    with pytest.raises(ReviewRefused, match="hand-over-without-reason"):
        reviewing.hand_over(environment, case.lead, ids, to, " ")
    with pytest.raises(ReviewRefused, match="not-a-reviewer-here"):
        reviewing.hand_over(environment, case.lead, ids, case.elsewhere.account_id, "đi vắng")
    with pytest.raises(NotThere):
        reviewing.hand_over(environment, case.adviser, ids, to, "không phải của mình")

    reviewing.hand_over(environment, case.lead, ids, to, "Chị Colleague quen nghề chè")

    assert reviewing.load(environment, case.lead) == {to: 1}
    assert opened(environment, case).assigned_name == "colleague"
    assert opened(environment, case).remarks[-1].text == "Chị Colleague quen nghề chè"
    assert opened(environment, case, case.owner).remarks == ()


def test_two_reviewers_on_one_question_lose_no_words(environment, case):
    first = Ruling(RulingKind.ADJUSTED, Answer(), level=1, reason="Chưa có giấy")
    reviewing.rule(environment, case.adviser, case.submission_id, QUESTION, on_round=1, seen=None, wanted=first)

    second = Ruling(RulingKind.ACCEPTED, Answer())
    with pytest.raises(Conflict) as refusal:
        reviewing.rule(environment, case.colleague, case.submission_id, QUESTION, on_round=1, seen=None, wanted=second)

    assert refusal.value.details["who"] == "adviser"
    assert refusal.value.details["theirs"].reason == "Chưa có giấy"
    assert opened(environment, case).standing[QUESTION].level == 1


def test_a_reviewers_words_never_change_the_firms_record(environment, people, case):
    adjusted = Ruling(RulingKind.ADJUSTED, Answer(), level=0, reason="Không ai nhận việc")
    reviewing.rule(environment, case.adviser, case.submission_id, QUESTION, on_round=1, seen=None, wanted=adjusted)

    firm = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    assert firm.answer(QUESTION) == Answer(Choice.LEVEL_2)
    assert firm.answers[QUESTION].updated_by_name == "owner"
    found = opened(environment, case)
    assert found.scorecard(ScoreKind.VALIDATED).low < found.scorecard(ScoreKind.SELF).low


def test_the_whole_dialogue_from_change_to_reviewed(environment, people, case):
    accept_all(environment, case, without=(QUESTION,))
    ask_for_change(environment, case)
    with pytest.raises(OutOfOrder, match="review-not-complete"):
        reviewing.finish(environment, case.adviser, case.submission_id, "", on_round=1)
    assert opened(environment, case, case.owner).rulings == {}

    reviewing.request_changes(environment, case.adviser, case.submission_id, "Bổ sung một câu", on_round=1)

    asked = opened(environment, case, case.owner)
    assert asked.standing[QUESTION].reason == "Gửi bản quyết định phân công"
    answer(environment, people, QUESTION, choice=Choice.LEVEL_3, evidence=Evidence.DESCRIBED, note="QĐ 12, tủ 2")
    reviewing.submit(environment, people.owner, people.enterprise_id)

    again = opened(environment, case)
    assert (again.submission.round, again.progress.points[QUESTION]) == (2, PointState.CHANGED)
    assert again.previous[QUESTION].level == 2
    assert again.answers[QUESTION].note == "QĐ 12, tủ 2"
    assert again.progress.unsettled == (QUESTION,)
    accepted = Ruling(RulingKind.ACCEPTED, Answer())
    reviewing.rule(
        environment,
        case.adviser,
        case.submission_id,
        QUESTION,
        on_round=2,
        seen=again.standing[QUESTION],
        wanted=accepted,
    )
    reviewing.finish(environment, case.adviser, case.submission_id, "Đạt", on_round=2)

    assert state_of(environment, people) is AssessmentState.REVIEWED
    assert [one.kind for one in opened(environment, case).decisions] == [
        AssessmentState.CHANGES_REQUESTED,
        AssessmentState.REVIEWED,
    ]


def test_changes_are_not_requested_without_saying_which(environment, case):
    accept_all(environment, case)
    with pytest.raises(OutOfOrder, match="no-change-asked"):
        reviewing.request_changes(environment, case.adviser, case.submission_id, "  ", on_round=1)


def test_a_decision_is_revoked_with_a_reason_by_a_named_person(environment, people, case):
    accept_all(environment, case)
    reviewing.finish(environment, case.adviser, case.submission_id, "Đạt", on_round=1)
    with pytest.raises(ReviewRefused, match="revocation-without-reason"):
        reviewing.revoke(environment, case.colleague, case.submission_id, "")

    reviewing.revoke(environment, case.colleague, case.submission_id, "Bỏ sót phụ lục 2")

    [decision] = opened(environment, case).decisions
    assert (decision.by_name, decision.revoked_by_name, decision.revoked_reason) == (
        "adviser",
        "colleague",
        "Bỏ sót phụ lục 2",
    )
    assert state_of(environment, people) is AssessmentState.IN_REVIEW


def test_internal_remarks_stay_among_reviewers(environment, people, case):
    reviewing.remark(
        environment, case.adviser, case.submission_id, "Cần đi xem tại chỗ", audience=RemarkAudience.INTERNAL
    )
    reviewing.remark(environment, case.adviser, case.submission_id, "Gửi ảnh tem", question=QUESTION)
    reviewing.remark(
        environment, case.editor, case.submission_id, "Đã gửi", question=QUESTION, audience=RemarkAudience.INTERNAL
    )

    firm = [(one.text, one.by_name, one.is_reviewer) for one in opened(environment, case, people.viewer).remarks]
    assert firm == [("Gửi ảnh tem", "adviser", True), ("Đã gửi", "editor", False)]
    assert len(opened(environment, case).remarks) == 3
    with pytest.raises(ReviewRefused, match="remark-empty"):
        reviewing.remark(environment, case.adviser, case.submission_id, " \u200b ")


def test_what_is_being_rewritten_is_not_shown_to_a_reviewer(environment, people, case):
    ask_for_change(environment, case)
    reviewing.request_changes(environment, case.adviser, case.submission_id, "", on_round=1)
    answer(environment, people, OTHER, note="đang viết dở")

    assert opened(environment, case).answers[OTHER].note == ""


def test_a_remark_or_a_contradiction_stops_the_rule_for_easy_questions(environment, case):
    topic = environment.catalogue.topic_of[QUESTION]
    assert QUESTION in opened(environment, case).easy(topic)
    reviewing.remark(environment, case.editor, case.submission_id, "Xin xem giúp", question=QUESTION)
    assert QUESTION not in opened(environment, case).easy(topic)


def test_the_snapshot_scores_as_the_firm_saw_it(environment, people, case):
    firm = assessing.result(environment, people.owner, people.enterprise_id)
    assert opened(environment, case).scorecard(ScoreKind.SELF) == firm.self_score
    assert opened(environment, case).scorecard(ScoreKind.EVIDENCE) == firm.evidence_score


def test_every_step_is_in_the_log_and_one_edited_row_is_found(environment, case):
    accept_all(environment, case)
    reviewing.finish(environment, case.adviser, case.submission_id, "Đạt", on_round=1)
    with reading(environment) as repository:
        actions = {
            event.action for event in repository.events.about(opened(environment, case).submission.enterprise_id)
        }
        assert {"submission.handed_in", "ruling.saved", "decision.reviewed", "assessment.moved"} <= actions
        assert repository.events.check().broken is None


def test_an_exported_file_of_the_firm_is_what_was_handed_in(environment, people, case):
    exported = exchanging.open_file(exchanging.export_data(environment, people.owner, people.enterprise_id))
    assert opened(environment, case).file.exchange.answers == exported.exchange.answers


def test_a_tab_of_an_earlier_round_rules_on_nothing_it_has_not_seen(environment, people, case):
    stale = opened(environment, case)
    ask_for_change(environment, case)
    reviewing.request_changes(environment, case.adviser, case.submission_id, "", on_round=1)
    answer(environment, people, QUESTION, choice=Choice.LEVEL_4)
    reviewing.submit(environment, people.owner, people.enterprise_id)

    wanted = Ruling(RulingKind.ACCEPTED, Answer())
    with pytest.raises(OutOfOrder, match="round-meanwhile"):
        reviewing.rule(environment, case.colleague, case.submission_id, OTHER, on_round=1, seen=None, wanted=wanted)
    with pytest.raises(OutOfOrder, match="round-meanwhile"):
        reviewing.accept_together(environment, case.colleague, stale, [OTHER])
    with pytest.raises(OutOfOrder, match="round-meanwhile"):
        reviewing.request_changes(environment, case.colleague, case.submission_id, "bổ sung", on_round=1)
    assert OTHER not in opened(environment, case).standing


def test_files_are_those_of_the_round_and_open_as_long_as_they_are_there(environment, people, answered):
    firm = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    kept = assessing.attach(environment, people.owner, firm.id, QUESTION, "giay.pdf", b"%PDF-1.4 giay")
    submission_id = reviewing.submit(environment, people.owner, people.enterprise_id).submission_id

    def files():
        found = reviewing.open_review(environment, people.adviser, submission_id)
        return [(one.name, one.attachment_id) for one in found.files[QUESTION]]

    assert files() == [("giay.pdf", kept.id)]
    opened = reviewing.open_review(environment, people.adviser, submission_id)
    wanted = Ruling(RulingKind.CHANGE_ASKED, Answer(), reason="Gửi bản rõ hơn")
    reviewing.rule(environment, people.adviser, opened.id, QUESTION, on_round=1, seen=None, wanted=wanted)
    reviewing.request_changes(environment, people.adviser, opened.id, "", on_round=1)
    assessing.detach(environment, people.owner, kept.id)

    assert files() == [("giay.pdf", None)]


def test_the_queue_leaves_out_what_was_withdrawn_and_counts_who_is_waited_for(environment, people, case):
    reviewing.take(environment, case.adviser, case.submission_id, seen=None)
    page = reviewing.queue(environment, case.adviser, EVERYTHING)
    assert (page.on_me, page.on_nobody, page.total) == (1, 0, 1)
    only_reviewed = QueueFilter(states=frozenset({AssessmentState.REVIEWED}))
    page = reviewing.queue(environment, case.colleague, only_reviewed)
    assert (page.on_me, page.total, page.counts) == (0, 0, {AssessmentState.IN_REVIEW: 1})

    reviewing.withdraw(environment, people.owner, people.enterprise_id)

    assert reviewing.queue(environment, case.adviser, EVERYTHING).lines == ()


def test_what_a_review_came_to_is_known_only_while_it_stands(environment, people, case):
    def outcome():
        firm = assessing.open_assessment(environment, people.owner, people.enterprise_id)
        return reviewing.outcome_of(environment, firm.assessment)

    adjusted = Ruling(RulingKind.ADJUSTED, Answer(), level=0, reason="Không ai nhận việc")
    reviewing.rule(environment, case.adviser, case.submission_id, QUESTION, on_round=1, seen=None, wanted=adjusted)
    accept_all(environment, case)
    assert outcome() is None
    reviewing.finish(environment, case.adviser, case.submission_id, "", on_round=1)

    assert outcome().validated == opened(environment, case).scorecard(ScoreKind.VALIDATED)
    assert outcome().on == environment.today()

    reviewing.revoke(environment, case.adviser, case.submission_id, "Bỏ sót phụ lục 2")
    assert outcome() is None


def test_what_was_asked_about_or_changed_is_never_easy(environment, people, case):
    topic = environment.catalogue.topic_of[QUESTION]
    ask_for_change(environment, case)
    assert QUESTION not in opened(environment, case).easy(topic)
    reviewing.request_changes(environment, case.adviser, case.submission_id, "", on_round=1)
    answer(environment, people, QUESTION, choice=Choice.LEVEL_1)
    reviewing.submit(environment, people.owner, people.enterprise_id)
    assert QUESTION not in opened(environment, case).easy(topic)


def told(environment, case, actor, seen_event):
    return [
        (one.kind, one.who, one.question)
        for one in reviewing.news_since(environment, actor, case.submission_id, seen_event)
    ]


def test_both_sides_are_told_what_others_did_meanwhile_and_the_firm_only_what_it_may_read(environment, people, case):
    adviser, colleague, owner = (
        reviewing.open_review(environment, one, case.submission_id).seen_event
        for one in (case.adviser, case.colleague, case.owner)
    )
    ask_for_change(environment, case)
    reviewing.remark(environment, case.adviser, case.submission_id, "Xem lại", audience=RemarkAudience.INTERNAL)

    assert told(environment, case, case.adviser, adviser) == []
    assert told(environment, case, case.colleague, colleague) == [
        (NewsKind.REMARKED, "adviser", ""),
        (NewsKind.RULED, "adviser", QUESTION),
    ]
    assert told(environment, case, case.owner, owner) == []

    reviewing.request_changes(environment, case.adviser, case.submission_id, "", on_round=1)
    assert told(environment, case, case.owner, owner) == [(NewsKind.CHANGES_REQUESTED, "adviser", "")]
    reviewing.remark(environment, case.owner, case.submission_id, "Đã có", question=OTHER)
    assert told(environment, case, case.adviser, adviser) == [(NewsKind.REMARKED, "owner", OTHER)]

    latest = opened(environment, case, case.colleague).seen_event
    assert told(environment, case, case.colleague, latest) == []
    with pytest.raises(NotThere):
        reviewing.news_since(environment, case.elsewhere, case.submission_id, 0)
    reviewing.withdraw(environment, case.owner, people.enterprise_id)
    with pytest.raises(NotThere):
        reviewing.news_since(environment, case.colleague, case.submission_id, latest)
