"""The advised session: one adviser, for one day, seen by all; what was written then says so."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.domain.assessment import Answer, Choice, Evidence
from core.domain.permissions import Action, Concern, Relation, Role, is_allowed, relation
from core.domain.review import Ruling, RulingKind
from core.errors import Conflict, NotThere, ReviewRefused, SessionRefused
from core.services import accounts, advising, assessing, exchanging, reviewing
from core.services.environment import reading, transaction
from core.storage.repository_accounts import RoleGrant
from tests.conftest import PASSWORD
from tests.services.test_reviewing import OTHER, QUESTION, answer_all, reviewers

__all__ = ["reviewers"]
MAIL = "adviser@suoican.example"


def again(environment, actor):
    """The actor as the next request finds them."""
    return accounts.actor_of_account(environment, actor.account_id)


@pytest.fixture
def begun(environment, people, reviewers):
    """The firm has begun to answer."""
    return assessing.open_assessment(environment, people.owner, people.enterprise_id)


@pytest.fixture
def session(environment, people, begun):
    """A session that is on."""
    offered = advising.offer(environment, people.owner, people.enterprise_id, f" {MAIL.upper()} ")
    return advising.join(environment, people.adviser, offered.id)


def write(environment, actor, assessment_id, question=QUESTION, seen=None, **wanted):
    seen = seen or Answer()
    return assessing.save_answer(environment, actor, assessment_id, question, seen=seen, wanted=replace(seen, **wanted))


def firm(environment, people):
    return assessing.open_assessment(environment, people.owner, people.enterprise_id)


def test_the_adviser_sees_and_answers_the_draft_only_while_the_session_is_on(environment, people, begun, clock):
    def is_shut():
        adviser = again(environment, people.adviser)
        with pytest.raises(NotThere):
            assessing.open_assessment(environment, adviser, people.enterprise_id)
        with pytest.raises(NotThere):
            write(environment, adviser, begun.id, choice=Choice.LEVEL_4)

    is_shut()
    offered = advising.offer(environment, people.owner, people.enterprise_id, MAIL)
    is_shut()
    advising.join(environment, people.adviser, offered.id)
    adviser = again(environment, people.adviser)
    seen = assessing.open_assessment(environment, adviser, people.enterprise_id)
    assert (seen.may_answer, seen.may_attach) == (True, False)
    kept = write(environment, adviser, begun.id, choice=Choice.LEVEL_2)
    assert (kept.updated_by_name, kept.advised.name, kept.advised.stands) == ("adviser", "adviser", True)
    with pytest.raises(NotThere):
        assessing.attach(environment, adviser, begun.id, QUESTION, "a.pdf", b"%PDF-1.4\n%%EOF\n")

    clock.pass_time(hours=13, minutes=18)
    is_shut()
    assert advising.of_firm(environment, people.owner, people.enterprise_id).session is None
    with pytest.raises(NotThere):
        advising.join(environment, people.adviser, offered.id)


@pytest.mark.parametrize("who", ["owner", "editor", "adviser"])
def test_either_side_ends_it_at_once_and_others_cannot(environment, people, begun, session, who, reviewers):
    for other in (people.viewer, people.stranger, people.official, reviewers["colleague"], reviewers["lead"]):
        with pytest.raises(NotThere):
            advising.end(environment, other, session.id)
    advising.end(environment, getattr(people, who), session.id)
    with pytest.raises(NotThere):
        write(environment, again(environment, people.adviser), begun.id, choice=Choice.LEVEL_2)
    assert write(environment, again(environment, people.owner), begun.id, choice=Choice.LEVEL_2).advised is None
    assert advising.offered_to(environment, people.adviser) == ()


@pytest.mark.parametrize("who", ["adviser", "owner", "viewer"])
def test_a_signed_in_browser_knows_of_the_session_with_its_one_question(environment, people, begun, session, who):
    signed_in = accounts.sign_in(environment, email=f"{who}@suoican.example", password=PASSWORD, address=who)
    actor = accounts.actor_of_session(environment, signed_in.session.key)
    assert actor == again(environment, getattr(people, who))
    assert (people.enterprise_id in actor.advised, people.enterprise_id in actor.accompanied) == (
        who == "adviser",
        who != "adviser",
    )


def test_only_an_owner_invites_and_only_an_adviser_of_the_province(environment, people, begun, reviewers):
    for other in (people.editor, people.viewer, people.stranger, people.adviser):
        with pytest.raises(NotThere):
            advising.offer(environment, other, people.enterprise_id, MAIL)
    for address in ("nobody@suoican.example", "elsewhere@to.example", "official@suoican.example", "", "không phải"):
        with pytest.raises(SessionRefused, match="adviser-not-here"):
            advising.offer(environment, people.owner, people.enterprise_id, address)
    offered = advising.offer(environment, people.owner, people.enterprise_id, MAIL)
    with pytest.raises(SessionRefused, match="session-already-open"):
        advising.offer(environment, people.owner, people.enterprise_id, "colleague@to.example")
    for other in (reviewers["colleague"], people.owner, people.stranger):
        with pytest.raises(NotThere):
            advising.join(environment, other, offered.id)
    for actor in (people.viewer, people.owner):
        [seen] = advising.open_at_firms(environment, actor)
        assert (seen.adviser_name, seen.is_on) == ("adviser", False)


def test_an_adviser_without_the_role_any_more_is_out(environment, people, begun, session):
    adviser = again(environment, people.adviser)
    assert relation(adviser, adviser.roles[0], Concern(people.enterprise_id)) is Relation.ADVISED
    with transaction(environment, people.administrator) as repository:
        repository.accounts.revoke(adviser.account_id, RoleGrant(Role.ADVISER.value, "19"))
    with pytest.raises(NotThere):
        assessing.open_assessment(environment, again(environment, people.adviser), people.enterprise_id)
    assert advising.offered_to(environment, again(environment, people.adviser)) == ()


def test_what_the_firm_writes_meanwhile_is_advised_too_until_it_changes_it_alone(
    environment, people, begun, session, clock
):
    kept = write(environment, again(environment, people.owner), begun.id, choice=Choice.LEVEL_3)
    assert (kept.updated_by_name, kept.advised.name) == ("owner", "adviser")
    with reading(environment) as repository:
        [event] = [one for one in repository.events.about(people.enterprise_id) if one.action == "answer.saved"]
        steps = [one.action for one in repository.events.of("advised-session", session.id)]
    assert json.loads(event.after)["advised_by"] == str(people.adviser.account_id)
    assert event.actor_id == people.owner.account_id
    assert steps == ["advised-session.offered", "advised-session.joined"]
    file = json.loads(exchanging.export_data(environment, people.owner, people.enterprise_id))
    assert file["answers"][QUESTION]["advised"] == {"by": "adviser", "on": "2026-11-22"}

    advising.end(environment, people.owner, session.id)
    clock.pass_time(days=2)
    alone = write(environment, again(environment, people.owner), begun.id, seen=kept.answer, choice=Choice.LEVEL_4)

    assert (alone.advised.name, alone.advised.stands) == ("adviser", False)
    assert firm(environment, people).answers[QUESTION].advised == alone.advised
    file = json.loads(exchanging.export_data(environment, people.owner, people.enterprise_id))
    assert "advised" not in file["answers"][QUESTION]


def test_two_at_once_lose_no_words(environment, people, begun, session):
    adviser, owner = again(environment, people.adviser), again(environment, people.owner)
    write(environment, owner, begun.id, choice=Choice.LEVEL_1)
    with pytest.raises(Conflict) as refusal:
        write(environment, adviser, begun.id, choice=Choice.LEVEL_3)
    assert (refusal.value.details["who"], refusal.value.details["theirs"]) == ("owner", Choice.LEVEL_1)
    kept = write(environment, adviser, begun.id, note="Đã xem quyết định")
    assert (kept.answer.choice, kept.answer.note) == (Choice.LEVEL_1, "Đã xem quyết định")


def test_a_file_brought_back_carries_no_mark_and_says_so(environment, people, begun, session):
    write(environment, again(environment, people.owner), begun.id, choice=Choice.LEVEL_3)
    file = exchanging.export_data(environment, people.owner, people.enterprise_id)
    stranger = again(environment, people.stranger)
    preview = exchanging.preview_import(environment, stranger, people.strangers_enterprise_id, file)
    assert ("exchange-advised-left", {"count": 1}) in [(one.code, one.details) for one in preview.file.notices]
    exchanging.apply_import(environment, stranger, people.strangers_enterprise_id, preview)
    opened = assessing.open_assessment(environment, stranger, people.strangers_enterprise_id)
    assert opened.answers[QUESTION].advised is None


# The review of what one wrote


@pytest.fixture
def in_session(environment, people, reviewers, prepared):
    """A session that is on in an assessment where everything is answered, and the assessment."""

    def make_session():
        begun = assessing.open_assessment(environment, people.owner, people.enterprise_id)
        answer_all(environment, people)
        offered = advising.offer(environment, people.owner, people.enterprise_id, MAIL)
        return begun.id, advising.join(environment, people.adviser, offered.id).id

    return prepared("advising: in session", make_session)


@pytest.fixture
def handed_in(environment, people, in_session):
    """A submission of which one answer was written together with the adviser."""
    assessment_id, _ = in_session
    seen = firm(environment, people).answer(QUESTION)
    write(environment, again(environment, people.adviser), assessment_id, seen=seen, evidence=Evidence.DESCRIBED)
    return reviewing.submit(environment, people.owner, people.enterprise_id).submission_id


def test_handing_in_ends_the_session_and_the_review_names_who_wrote(environment, people, handed_in, reviewers):
    assert advising.open_at_firms(environment, people.owner) == ()
    own, other = (
        reviewing.open_review(environment, again(environment, actor), handed_in)
        for actor in (people.adviser, reviewers["colleague"])
    )
    assert own.advisers == other.advisers == ("adviser",)
    assert (own.own_words, other.own_words) == ({QUESTION}, frozenset())
    assert (own.may_review, own.may_finish, other.may_finish) == (True, False, True)
    assert other.file.exchange.advised[QUESTION].by == "adviser"


def test_who_wrote_with_the_firm_rules_on_the_rest_and_somebody_else_finishes(
    environment, people, handed_in, reviewers
):
    adviser, colleague = people.adviser, reviewers["colleague"]
    accepted = Ruling(RulingKind.ACCEPTED, Answer())

    def rule(actor, question):
        return reviewing.rule(environment, actor, handed_in, question, on_round=1, seen=None, wanted=accepted)

    with pytest.raises(ReviewRefused, match="ruling-on-own-words"):
        rule(adviser, QUESTION)
    assert rule(adviser, OTHER).by_name == "adviser"
    opened = reviewing.open_review(environment, adviser, handed_in)
    with pytest.raises(ReviewRefused, match="ruling-on-own-words"):
        reviewing.accept_together(environment, adviser, opened, opened.progress.unsettled)
    rest = [question for question in opened.progress.unsettled if question != QUESTION]
    reviewing.accept_together(environment, adviser, opened, rest)
    rule(colleague, QUESTION)
    with pytest.raises(ReviewRefused, match="finish-by-co-author"):
        reviewing.finish(environment, adviser, handed_in, "", on_round=1)
    assert reviewing.finish(environment, colleague, handed_in, "", on_round=1).by_name == "colleague"


def test_taking_a_submission_back_does_not_wash_the_author_off(environment, people, handed_in):
    reviewing.withdraw(environment, people.owner, people.enterprise_id)
    kept = firm(environment, people).answers[QUESTION]
    assert (kept.advised.name, kept.advised.stands) == ("adviser", True)
    with pytest.raises(SessionRefused):
        advising.offer(environment, people.owner, people.enterprise_id, "owner@suoican.example")
    again_in = reviewing.submit(environment, people.owner, people.enterprise_id).submission_id
    with pytest.raises(ReviewRefused, match="finish-by-co-author"):
        reviewing.finish(environment, people.adviser, again_in, "", on_round=1)


def test_no_session_is_opened_while_reviewers_read(environment, people, handed_in):
    with pytest.raises(NotThere):
        advising.offer(environment, people.owner, people.enterprise_id, MAIL)


@pytest.mark.parametrize("state", ["draft", "submitted", "in_review", "changes_requested", "reviewed"])
def test_each_cell_of_the_table_for_who_advises_or_advised(environment, people, in_session, reviewers, state):
    """Through the services: the deeds of a review by somebody who is in a session, or wrote in an earlier one."""
    assessment_id, session_id = in_session
    colleague = reviewers["colleague"]
    advising.end(environment, people.owner, session_id)
    seen = firm(environment, people).answer(QUESTION)
    submission_id = None
    if state != "draft":
        submission_id = reviewing.submit(environment, people.owner, people.enterprise_id).submission_id
    if state == "in_review":
        reviewing.take(environment, colleague, submission_id, seen=None)
    if state == "changes_requested":
        reviewing.request_changes(environment, colleague, submission_id, "Bổ sung", on_round=1)
    if state == "reviewed":
        opened = reviewing.open_review(environment, colleague, submission_id)
        reviewing.accept_together(environment, colleague, opened, opened.progress.unsettled)
        reviewing.finish(environment, colleague, submission_id, "", on_round=1)
    current = firm(environment, people).assessment.state
    assert current.value == state

    # The session is put back as if it were on in any state: the table alone must hold.
    advised = replace(people.adviser, advised={people.enterprise_id: "19"})

    def deeds(actor):
        yield Action.VIEW_ANSWERS, lambda: assessing.news_since(environment, actor, assessment_id, None)
        yield Action.ANSWER, lambda: write(environment, actor, assessment_id, seen=seen, note=f"của {state}")
        if submission_id:
            yield (
                Action.REMARK,
                lambda: reviewing.remark(environment, actor, submission_id, "Xin xem giúp", question=OTHER),
            )
            yield Action.REVIEW, lambda: reviewing.take(environment, actor, submission_id, seen=None)
            yield Action.REVOKE_DECISION, lambda: reviewing.revoke(environment, actor, submission_id, "Bỏ sót")

    for action, deed in deeds(advised):
        allowed = is_allowed(action, Role.ADVISER, Relation.ADVISED, current)
        if allowed:
            deed()
        else:
            with pytest.raises(NotThere):
                deed()
    if state in ("submitted", "in_review"):
        with pytest.raises(NotThere):
            reviewing.finish(environment, advised, submission_id, "", on_round=1)
