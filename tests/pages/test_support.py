"""Support on the screen: a firm asks and sees how it is ranked, its Department ranks, and nobody else meets a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.domain.permissions import Role
from core.domain.statistics.selection import Wish
from core.language import Language
from core.services import accounts, enterprises, selecting
from core.services.environment import transaction
from core.storage.repository_accounts import RoleGrant
from tests.pages.conftest import NAME
from tests.pages.test_enterprise import words_of
from tests.services.test_officials import Firms

FIRM, OFFICIAL = "enterprise/support.py", "official/selection.py"


def person(environment, sessions, who):
    return accounts.actor_of_session(environment, sessions[who])


def said(environment, key, language=Language.VI):
    return environment.catalogue.word(f"selection.{key}")[language]


@pytest.fixture
def asking(environment, sessions):
    """The tea cooperative of `sessions` and four others of its province ask for support."""
    owner = person(environment, sessions, "owner")
    firms = Firms(environment)
    people = [(owner, next(iter(owner.memberships))), *(firms.hand_in(level=level) for level in (1, 2, 3, 4))]
    for actor, enterprise_id in people:
        selecting.ask(environment, actor, enterprise_id, [Wish.ADVICE], agreed=True, language=Language.VI)
    return sessions


@pytest.mark.parametrize("language", list(Language))
def test_an_owner_asks_sees_the_ranking_and_withdraws(visit, environment, sessions, language):
    app = visit(FIRM, language=language, session=sessions["owner"])
    app.checkbox(key="support_wish_training").check()
    app.button(key="support_ask").click().run()
    assert environment.catalogue.word("errors.consent-not-given.what")[language] in words_of(app)
    app.checkbox(key="support_consent").check()
    app.button(key="support_ask").click().run()
    assert not app.exception
    shown = words_of(app)
    assert said(environment, "wish.training", language) in shown
    assert said(environment, "ask.few", language).format(count=5) in shown
    assert said(environment, "how.impact", language) in shown

    app.button(key="support_withdraw_yes").click().run()
    assert not app.exception
    assert selecting.own_request(environment, *owner_of(environment, sessions)).request is None
    assert "support_ask" in {one.key for one in app.button}


def owner_of(environment, sessions):
    owner = person(environment, sessions, "owner")
    return owner, next(iter(owner.memberships))


@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_colleagues_read_and_cannot_ask_or_withdraw(visit, environment, asking, who):
    app = visit(FIRM, session=asking[who])
    assert not app.exception
    shown = words_of(app)
    assert said(environment, "ask.cannot") in shown
    assert said(environment, "ask.place").split("{")[0] in shown
    assert not {one.key for one in app.button} & {"support_ask", "support_withdraw_yes"}


@pytest.mark.parametrize("language", list(Language))
def test_a_firm_that_moved_reads_why_it_is_not_named_and_drops_the_request(visit, environment, asking, language):
    owner, enterprise_id = owner_of(environment, asking)
    profile = enterprises.open_profile(environment, owner, enterprise_id).profile
    moved = replace(profile, province="01")
    enterprises.save_profile(environment, owner, enterprise_id, seen=profile, wanted=moved)
    app = visit(FIRM, language=language, session=asking["owner"])
    assert said(environment, "ask.lapsed.moved", language).split("{day}")[1] in app.warning[0].value
    app.button(key="support_forget").click().run()
    assert not app.exception
    assert not app.warning
    enterprises.save_profile(environment, owner, enterprise_id, seen=moved, wanted=profile)
    official = person(environment, asking, "official")
    assert enterprise_id not in {one.candidate.id for one in selecting.selection(environment, official, "19").ranked}


@pytest.mark.parametrize("language", list(Language))
def test_the_department_ranks_and_puts_weights_to_use(visit, environment, asking, language):
    app = visit(OFFICIAL, language=language, session=asking["official"])
    assert not app.exception
    shown = words_of(app)
    assert NAME in shown
    assert all(f"**{place}\\. " in shown for place in range(1, 6))
    [moves] = (table.value for table in app.table)
    assert len(moves) == 8
    assert "use_weights" not in {one.key for one in app.button}

    app.selectbox(key="weight_risk").set_value(0).run()
    assert app.query_params["rui-ro"] == "0"
    app.button(key="use_weights").click().run()
    assert not app.exception
    assert "use_weights" not in {one.key for one in app.button}
    in_use = selecting.own_request(environment, *owner_of(environment, asking)).weights
    assert list(in_use.values()) == [1, 1, 0, 1]

    for one in in_use:
        app.selectbox(key=f"weight_{one}").set_value(0).run()
    assert said(environment, "weights.all-zero", language) in words_of(app)
    app.button(key="use_weights").click().run()
    assert environment.catalogue.word("errors.weights-all-zero.what")[language] in words_of(app)


def test_before_a_firm_asks_the_page_says_what_will_be_here(visit, environment, sessions):
    app = visit(OFFICIAL, session=sessions["official"])
    assert not app.exception
    assert said(environment, "none.title") in words_of(app)


def test_nobody_else_meets_a_name(visit, environment, asking, signed_up):
    keys = {**asking, "nation": signed_up("nation", "nation@uy-ban.example")}
    nation = person(environment, keys, "nation")
    with transaction(environment, nation) as repository:
        repository.accounts.grant(nation.account_id, RoleGrant(Role.OFFICIAL_NATION.value, ""))
    for who in ("owner", "stranger", "adviser", "administrator", "nation", ""):
        try:
            app = visit(OFFICIAL, session=keys.get(who, ""))
        except ValueError:
            continue  # the page is not among those that this person's router knows
        assert said(environment, "table") not in words_of(app)
        assert not app.table
