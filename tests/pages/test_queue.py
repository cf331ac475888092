"""The queue on the screen: whose it is, what its filters let through, taking, handing over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.permissions import GrantedRole, Role
from core.domain.profile import Profile
from core.domain.review import QueueFilter
from core.language import Language
from core.services import accounts, reviewing
from core.services.environment import transaction
from core.storage.repository_accounts import RoleGrant
from tests.pages.conftest import NAME
from tests.pages.reviews import Case
from tests.pages.test_enterprise import words_of

PAGE = "adviser/queue.py"
LANGUAGES = list(Language)
REVIEWERS = {
    "lead": (GrantedRole(Role.LEAD_ADVISER, "19"),),
    "elsewhere": (GrantedRole(Role.ADVISER, "01"),),
    "of-two": (GrantedRole(Role.ADVISER, "19"), GrantedRole(Role.ADVISER, "01")),
}


@pytest.fixture
def sessions(environment, sessions, signed_up, prepared):
    """The people of `sessions`, and more reviewers."""
    return dict(prepared("queue: people", lambda: with_reviewers(environment, sessions, signed_up)))


def with_reviewers(environment, sessions, signed_up):
    keys = dict(sessions)
    for who, roles in REVIEWERS.items():
        keys[who] = signed_up(who, f"{who}@to.example")
        actor = accounts.actor_of_session(environment, keys[who])
        with transaction(environment, actor) as repository:
            for granted in roles:
                repository.accounts.grant(actor.account_id, RoleGrant(granted.role.value, granted.province))
    return keys


@pytest.fixture
def case(environment, sessions, prepared):
    made = Case(environment, sessions)
    prepared("queue: submitted", made.hand_in)
    return made


def say(case, key, language=Language.VI, **values):
    text = case.environment.catalogue.word(key)[language]
    return text.format(**values) if values else text


def keys(app):
    return {one.key for kind in (app.button, app.checkbox, app.selectbox) for one in kind if one.key}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["adviser", "lead", "of-two"])
def test_reviewers_of_the_province_see_what_waits(visit, case, sessions, who, language):
    app = visit(PAGE, language=language, session=sessions[who])

    assert not app.exception
    shown = words_of(app)
    assert NAME in shown
    assert say(case, "review.queue.new", language) in shown
    assert say(case, "review.queue.round", language, round=1) in shown
    assert ("hand_over" in keys(app)) is (who == "lead")
    assert ("queue_tinh" in keys(app)) is (who == "of-two")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["elsewhere", "owner", "viewer", "official", "administrator", "stranger", "nobody"])
def test_others_see_nothing_of_it(visit, case, sessions, who, language):
    try:
        app = visit(PAGE, language=language, session=sessions.get(who, ""))
    except ValueError:
        return  # the page is not among those that this person's router knows
    assert not app.exception
    assert NAME not in words_of(app)


@pytest.mark.parametrize(
    ("address", "is_shown"),
    [
        ({}, True),
        ({"trang-thai": "submitted"}, True),
        ({"trang-thai": "reviewed"}, False),
        ({"nguoi": "nobody"}, True),
        ({"nguoi": "mine"}, False),
        ({"nghe": "tea-food"}, True),
        ({"nghe": "steel"}, False),
        ({"muc": "4"}, False),
        ({"vi-pham": "1"}, True),
        ({"tinh": "01"}, False),
        ({"trang": "7"}, False),
        ({"trang-thai": "no such", "muc": "nine", "trang": "-1"}, True),
    ],
)
def test_the_address_holds_the_filters(visit, case, sessions, address, is_shown):
    app = visit(PAGE, session=sessions["adviser"])
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert (NAME in words_of(app)) is is_shown


def test_a_filter_chosen_on_the_page_goes_into_the_address(visit, case, sessions):
    app = visit(PAGE, session=sessions["adviser"])
    app.checkbox(key="queue_vi-pham").check().run()
    assert app.query_params["vi-pham"] == "1"
    app.checkbox(key="queue_vi-pham").uncheck().run()
    assert "vi-pham" not in app.query_params


def test_taking_makes_it_ones_own_and_the_second_is_told_who(visit, case, sessions):
    key = f"take_{case.submission_id}"
    first, second = (visit(PAGE, session=sessions[who]) for who in ("adviser", "of-two"))
    first.button(key=key).click().run()
    assert case.seen_by("adviser").assigned_name == "adviser"

    second.button(key=key).click().run()

    assert "adviser" in words_of(second)
    assert say(case, "frame.error.title") in words_of(second)
    assert case.seen_by("adviser").assigned_name == "adviser"


def test_a_lead_hands_over_what_is_ticked_with_one_reason(visit, environment, case, sessions):
    stranger = case.actor("stranger")
    other = accounts.create_enterprise(environment, stranger, Profile("Tổ cân Thử", province="19"))
    app = visit(PAGE, session=sessions["lead"])
    assert app.button(key="hand_over").disabled
    app.checkbox(key=f"tick_{case.submission_id}").check().run()
    app.selectbox(key="hand_over_to").set_value(case.actor("adviser").account_id)
    app.button(key="hand_over").click().run()
    assert say(case, "errors.hand-over-without-reason.what") in words_of(app)
    assert case.seen_by("adviser").assigned_name == ""

    app.session_state["queue/hand-over.text"] = "quen nghề chè"
    app.button(key="hand_over").click().run()

    assert not app.exception
    assert other.profile.name not in words_of(app)
    assert case.seen_by("adviser").assigned_name == "adviser"
    assert say(case, "review.queue.load", name="adviser", count=1) in words_of(app)
    assert [one.text for one in case.seen_by("lead").remarks] == ["quen nghề chè"]


def test_what_waits_too_long_is_marked(visit, environment, sessions, now):
    early = Case(replace(environment, now=lambda: now - timedelta(days=9)), sessions)
    early.answer_all()
    early.submit()
    app = visit(PAGE, session=sessions["adviser"])
    days = say(early, "review.queue.days", days=9)
    assert f":orange-badge[:material/schedule: {days}]" in words_of(app)


def test_the_first_page_does_not_read_what_was_handed_in(case, monkeypatch):
    def unread(*_):
        raise AssertionError("a round was read")

    monkeypatch.setattr(reviewing.exchanging, "open_file", unread)
    page = reviewing.queue(case.environment, case.actor("adviser"), QueueFilter())
    assert len(page.lines) == 1
