"""Support: only who agreed is named, only to the Department of the province, only until it is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from core.domain.permissions import GrantedRole, Role
from core.domain.statistics.selection import EVEN, Criterion, Lapse, Wish
from core.errors import BadInput, NotThere
from core.language import Language
from core.services import accounts, enterprises, exchanging, members, own_data, reviewing, selecting, selection_papers
from core.services.environment import reading, transaction
from core.services.exchanging import DraftForm
from core.storage.exchange import read_exchange
from core.storage.tables import SupportRequestRow
from tests.services.test_officials import Firms


@pytest.fixture
def firms(environment):
    return Firms(environment)


@pytest.fixture
def official(firms):
    return firms.person(GrantedRole(Role.OFFICIAL_PROVINCE, "19"))


def ask(environment, owner, enterprise_id, *wishes):
    wanted = wishes or (Wish.TRAINING,)
    selecting.ask(environment, owner, enterprise_id, wanted, agreed=True, language=Language.VI)


def named(environment, official, province="19"):
    return {one.candidate.id for one in selecting.selection(environment, official, province).ranked}


def kept_requests(environment):
    with environment.database.reading() as session:
        return len(session.exec(select(SupportRequestRow)).all())


def agrees(environment, actor):
    return accounts.NAMING_CONSENT in accounts.standing_consents(environment, actor)


def test_only_the_official_of_the_province_is_told_a_name(environment, firms, official):
    owner, enterprise_id = firms.hand_in()
    firms.hand_in()
    ask(environment, owner, enterprise_id)
    assert named(environment, official) == {enterprise_id}
    grants = [
        (),
        (GrantedRole(Role.OFFICIAL_PROVINCE, "01"),),
        (GrantedRole(Role.OFFICIAL_NATION),),
        (GrantedRole(Role.ADVISER, "19"),),
        (GrantedRole(Role.LEAD_ADVISER, "19"),),
        (GrantedRole(Role.ADMINISTRATOR),),
    ]
    for actor in (owner, *(firms.person(*roles) for roles in grants)):
        with pytest.raises(NotThere):
            selecting.selection(environment, actor, "19")
        with pytest.raises(NotThere):
            selection_papers.justification(environment, actor, "19", EVEN, DraftForm.PDF, Language.VI)
        with pytest.raises(NotThere):
            selecting.use_weights(environment, actor, "19", EVEN)
        if actor is not owner:
            with pytest.raises(NotThere):
                selecting.own_request(environment, actor, enterprise_id)


def test_what_is_told_comes_from_what_was_handed_in_last(environment, firms, official):
    owner, enterprise_id = firms.hand_in(level=4)
    silent, other_id = firms.add(level=4)
    for who, firm in ((owner, enterprise_id), (silent, other_id)):
        ask(environment, who, firm, Wish.ADVICE, Wish.VERIFICATION)
    with reading(environment) as repository:
        [submission] = repository.reviews.of_enterprise(enterprise_id)
    found = {one.candidate.id: one.candidate for one in selecting.selection(environment, official, "19").ranked}
    told = found[enterprise_id]
    assert (str(told.score), told.duties_failed) == (submission.score, submission.gates_failed)
    assert told.wishes == (Wish.VERIFICATION, Wish.ADVICE)
    assert (found[other_id].score, found[other_id].duties_failed) == (None, None)
    reviewing.withdraw(environment, owner, enterprise_id)
    [told] = [
        one.candidate
        for one in selecting.selection(environment, official, "19").ranked
        if one.candidate.id == enterprise_id
    ]
    assert (told.score, told.duties_failed) == (None, None)


def test_the_name_leaves_at_once_however_the_consent_ends(environment, firms, official):
    owner, enterprise_id = firms.hand_in()
    for wishes, agreed in (([], True), ([Wish.ADVICE], False)):
        with pytest.raises(BadInput):
            selecting.ask(environment, owner, enterprise_id, wishes, agreed=agreed, language=Language.VI)
    assert not agrees(environment, owner)

    ask(environment, owner, enterprise_id)
    assert agrees(environment, owner)
    selecting.withdraw(environment, owner, enterprise_id, Language.VI)
    assert not agrees(environment, owner)
    assert named(environment, official) == set()

    ask(environment, owner, enterprise_id)
    accounts.set_consent(environment, owner, accounts.NAMING_CONSENT, given=False, language=Language.VI)
    assert named(environment, official) == set()
    accounts.set_consent(environment, owner, accounts.NAMING_CONSENT, given=True, language=Language.VI)
    assert named(environment, official) == set(), "agreeing alone asks for nothing"

    ask(environment, owner, enterprise_id)
    with reading(environment) as repository:
        name = repository.enterprises.get(enterprise_id).profile.name
    own_data.erase(environment, owner, enterprise_id, name)
    assert kept_requests(environment) == 0


def test_the_consent_of_one_firm_outlives_the_request_of_another(environment, firms, official):
    owner, first = firms.hand_in()
    _, second = firms.hand_in()
    with transaction(environment, owner) as repository:
        repository.accounts.set_member(second, owner.account_id, Role.OWNER.value)
    owner = accounts.actor_of_account(environment, owner.account_id)
    ask(environment, owner, first)
    ask(environment, owner, second)
    selecting.withdraw(environment, owner, first, Language.VI)
    assert named(environment, official) == {second}
    assert agrees(environment, owner)


def test_who_no_longer_owns_the_firm_no_longer_agrees_for_it(environment, firms, official):
    owner, enterprise_id = firms.hand_in()
    ask(environment, owner, enterprise_id)
    successor = firms.person()
    with transaction(environment, owner) as repository:
        repository.accounts.set_member(enterprise_id, successor.account_id, Role.OWNER.value)
    successor = accounts.actor_of_account(environment, successor.account_id)
    members.set_member_role(environment, successor, enterprise_id, owner.account_id, Role.EDITOR)
    assert named(environment, official) == set()
    own = selecting.own_request(environment, successor, enterprise_id)
    assert (own.stands, own.request.lapse) == (False, Lapse.OWNER)
    former = accounts.actor_of_account(environment, owner.account_id)
    with pytest.raises(NotThere):
        selecting.withdraw(environment, former, enterprise_id, Language.VI)
    ask(environment, successor, enterprise_id)
    assert named(environment, official) == {enterprise_id}


def test_a_firm_that_moves_is_named_to_neither_department(environment, firms, official):
    owner, enterprise_id = firms.hand_in()
    ask(environment, owner, enterprise_id)
    with reading(environment) as repository:
        profile = repository.enterprises.get(enterprise_id).profile
    moved = replace(profile, province="01")
    enterprises.save_profile(environment, owner, enterprise_id, seen=profile, wanted=moved)
    there = firms.person(GrantedRole(Role.OFFICIAL_PROVINCE, "01"))
    assert named(environment, official) == named(environment, there, "01") == set()
    assert selecting.own_request(environment, owner, enterprise_id).request.lapse is Lapse.MOVED


def test_a_firm_sees_its_place_by_the_weights_in_use_where_enough_ask(environment, firms, official):
    people = [firms.hand_in(level=level) for level in (0, 1, 2, 3, 4)]
    for owner, enterprise_id in people[:4]:
        ask(environment, owner, enterprise_id)
    best, best_id = people[3]
    own = selecting.own_request(environment, best, best_id)
    assert (own.stands, own.place, own.of, own.weights) == (True, None, None, EVEN)
    ask(environment, *people[4])
    only_score = {one: int(one is Criterion.READINESS) for one in Criterion}
    with pytest.raises(BadInput):
        selecting.use_weights(environment, official, "19", dict.fromkeys(Criterion, 0))
    selecting.use_weights(environment, official, "19", only_score)
    own = selecting.own_request(environment, best, best_id)
    found = selecting.selection(environment, official, "19")
    [told] = [one for one in found.ranked if one.candidate.id == best_id]
    assert (own.place, own.of, own.points, own.weights) == (told.place, 5, told.points, only_score)
    assert found.in_use == only_score
    assert [one.candidate.score for one in found.ranked] == sorted(
        (one.candidate.score for one in found.ranked), reverse=True
    )
    looked = selecting.selection(environment, official, "19", EVEN)
    assert (looked.weights, looked.in_use) == (EVEN, only_score)


@pytest.mark.parametrize(
    ("address", "weights"),
    [
        ({}, None),
        ({"tinh": "19"}, None),
        ({"san-sang": "3", "quy-mo": "99", "rui-ro": "-1"}, (3, 0, 0, 10)),
        ({"san-sang": "²", "tac-dong": "2"}, (0, 2, 0, 0)),
    ],
)
def test_weights_of_an_address(address, weights):
    found = selecting.weights_of(address)
    assert found == (None if weights is None else dict(zip(Criterion, weights, strict=True)))
    if found:
        assert selecting.weights_of(selecting.weights_address("19", found)) == found


def test_the_request_goes_along_in_the_file_and_none_comes_in_by_a_file(sqlite_environment):
    firms = Firms(sqlite_environment)
    owner, enterprise_id = firms.hand_in()
    ask(sqlite_environment, owner, enterprise_id)
    assert own_data.overview(sqlite_environment, owner, enterprise_id).asked_on == sqlite_environment.today()
    exported = exchanging.export_data(sqlite_environment, owner, enterprise_id)
    asked = read_exchange(exported).support
    assert (asked.province, asked.wishes, asked.on) == ("19", {Wish.TRAINING}, sqlite_environment.today())
    other, other_id = firms.add()
    preview = exchanging.preview_import(sqlite_environment, other, other_id, exported)
    assert "exchange-support-left" in [one.code for one in preview.file.notices]
    exchanging.apply_import(sqlite_environment, other, other_id, preview)
    assert selecting.own_request(sqlite_environment, other, other_id).request is None


@pytest.mark.parametrize("language", Language)
def test_the_justification_says_what_the_page_says(sqlite_environment, language):
    firms = Firms(sqlite_environment)
    official = firms.person(GrantedRole(Role.OFFICIAL_PROVINCE, "19"))
    for level in (1, 3):
        ask(sqlite_environment, *firms.hand_in(level=level))
    found = selecting.selection(sqlite_environment, official, "19")
    teller = selection_papers.SelectionTeller(sqlite_environment, language)
    document = selection_papers.document(teller, found, sqlite_environment.today())
    ranking, moves = (one for one in document.parts[0].blocks if hasattr(one, "rows"))
    assert ranking.rows == tuple(teller.row(one, found) for one in found.ranked)
    assert len(moves.rows) == len(found.sensitivity.shifts) == 8
    for form in (DraftForm.PDF, DraftForm.DOCX):
        assert selection_papers.justification(sqlite_environment, official, "19", None, form, language)
