"""Signing up, in and out, passwords, links, consents: who is who, and who is not."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import date
from typing import ClassVar

import pytest
from argon2 import PasswordHasher, extract_parameters

from core.domain.assessment import Choice
from core.domain.permissions import GrantedRole, Role
from core.domain.profile import Profile
from core.domain.quick_check import carried, quick_questions
from core.errors import AccountRefused, NotThere
from core.language import Language
from core.services import accounts, members
from core.services.environment import Settings, reading, transaction
from core.storage.tables import Row, new_id
from tests.conftest import PASSWORD

NEEDED = frozenset({"processing"})


def sign_up(environment, email="ha@suoican.example", **changes):
    given = {
        "name": "Nguyễn Thị Hà",
        "password": PASSWORD,
        "consents": NEEDED,
        "language": Language.VI,
        "address": "203.0.113.7",
    }
    return accounts.sign_up(environment, email=email, **{**given, **changes})


def sign_in(environment, email="ha@suoican.example", password=PASSWORD, address="203.0.113.7", **options):
    return accounts.sign_in(environment, email=email, password=password, address=address, **options)


def refused(deed, *arguments, **options) -> AccountRefused:
    with pytest.raises(AccountRefused) as caught:
        deed(*arguments, **options)
    return caught.value


# Signing up


def test_a_new_account_is_signed_in_at_once(environment):
    signed_in = sign_up(environment)
    actor = accounts.actor_of_session(environment, signed_in.session.key)
    assert (actor.name, actor.email, actor.roles, dict(actor.memberships)) == (
        "Nguyễn Thị Hà",
        "ha@suoican.example",
        (),
        {},
    )


def test_an_address_belongs_to_one_account_however_it_is_written(environment):
    sign_up(environment)
    assert refused(sign_up, environment, " HA@SuoiCan.example ").code == "email-taken"
    assert sign_in(environment, "Ha@SUOICAN.example").account.email == "ha@suoican.example"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"email": "ha"}, "email-not-valid"),
        ({"email": "ha@donvi"}, "email-not-valid"),
        ({"email": "ha@" + "x" * 260 + ".vn"}, "email-not-valid"),
        ({"name": " \u200b "}, "name-missing"),
        ({"name": "x" * 201}, "name-missing"),
        ({"password": "chín chữ "}, "password-too-short"),
        ({"password": "x y" * 90}, "password-too-long"),
        ({"password": "HA@suoican.example"}, "password-is-email"),
        ({"password": "aaaaaaaaaaaa"}, "password-too-plain"),
        ({"password": "1234567890"}, "password-too-plain"),
        ({"consents": frozenset({"reminders"})}, "consent-missing"),
    ],
)
def test_sign_up_says_what_is_wrong(sqlite_environment, changes, code):
    assert refused(sign_up, sqlite_environment, **changes).code == code
    with reading(sqlite_environment) as repository:
        assert repository.accounts.count() == 0


def test_every_consent_shown_is_kept_with_its_words_given_or_not(environment, catalogue):
    signed_in = sign_up(environment, consents=NEEDED | {"reminders"}, language=Language.EN)
    actor = accounts.actor_of_session(environment, signed_in.session.key)
    records = {record.consent: record for record in accounts.consents(environment, actor)}
    assert {consent: record.given for consent, record in records.items()} == {
        consent.id: consent.id in ("processing", "reminders") for consent in catalogue.consents
    }
    processing = next(consent for consent in catalogue.consents if consent.id == "processing")
    assert records["processing"].text == processing.label.en
    assert (records["processing"].version, records["processing"].language) == (processing.version, Language.EN)
    assert records["processing"].at == environment.now()


def test_quick_check_answers_come_along_once(environment, catalogue):
    choices = {question.id: Choice.LEVEL_2 for question in quick_questions(catalogue)}
    signed_in = sign_up(environment, quick=carried("tea-food", choices))
    with transaction(environment) as repository:
        waiting = repository.accounts.take_pending_quick(signed_in.account.id)
        assert repository.accounts.take_pending_quick(signed_in.account.id) == ""
    assert accounts.quick_answers(catalogue, waiting) == accounts.QuickAnswers("tea-food", choices)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "nonsense",
        '{"sector": "tea-food", "answers": {"no-such-question": "2"}}',
        '{"sector": "tea-food", "answers": {"named-person": "9"}}',
        '{"sector": "no-such-trade", "answers": {"named-person": "2"}}',
        '{"sector": [], "answers": {"named-person": "2"}}',
        '{"sector": "tea-food", "answers": [1]}',
        '{"sector": "tea-food", "answers": {"named-person": ["2"]}}',
        "[" * 3000,
        '{"sector": "", "answers": {}}' + " " * 4000,
    ],
)
def test_quick_check_answers_that_do_not_fit_are_dropped(catalogue, text):
    assert accounts.quick_answers(catalogue, text) is None


def test_a_flood_of_new_accounts_from_one_address_is_stopped(sqlite_environment, monkeypatch):
    monkeypatch.setattr(accounts, "SIGN_UPS_PER_ADDRESS", 2)
    sign_up(sqlite_environment, "a@suoican.example")
    sign_up(sqlite_environment, "b@suoican.example")
    assert refused(sign_up, sqlite_environment, "c@suoican.example").code == "too-many-attempts"
    sign_up(sqlite_environment, "c@suoican.example", address="203.0.113.8")


# Signing in


def test_the_session_is_kept_by_its_hash_only(environment):
    sign_up(environment)
    signed_in = sign_in(environment)
    with reading(environment) as repository:
        assert repository.sign_ins.get(signed_in.token) is None
        assert repository.sign_ins.get(accounts.key_of(signed_in.token)) is not None


def test_composed_and_decomposed_letters_are_the_same_password(environment):
    sign_up(environment, password="mật khẩu của Hà")
    sign_in(environment, password="mật khẩu của Hà")


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(environment):
    sign_up(environment)
    known = refused(sign_in, environment, password="không đúng đâu")
    unknown = refused(sign_in, environment, "nobody@suoican.example", address="203.0.113.8")
    assert (known.code, known.details) == (unknown.code, unknown.details)


def test_unknown_accounts_cost_the_same_work(sqlite_environment):
    class CountingHasher(PasswordHasher):
        """Notes at what cost each password was checked."""

        checked: ClassVar[list[object]] = []

        def verify(self, kept, given):
            self.checked.append(extract_parameters(kept))
            return super().verify(kept, given)

    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    environment = replace(sqlite_environment, hasher=hasher)
    sign_up(environment)
    refused(sign_in, environment, password="không đúng đâu")
    refused(sign_in, environment, "nobody@suoican.example")
    known, unknown = hasher.checked
    assert known == unknown


def test_after_five_wrong_passwords_even_the_right_one_waits(environment, clock):
    sign_up(environment)
    left = [
        refused(sign_in, environment, password="không đúng đâu", address=f"203.0.113.{n}").details["left"]
        for n in range(5)
    ]
    assert left == [4, 3, 2, 1, 0]
    assert refused(sign_in, environment, address="203.0.113.99").code == "too-many-attempts"
    clock.pass_time(minutes=15, seconds=1)
    sign_in(environment, address="203.0.113.99")


def test_one_address_may_not_try_many_accounts(environment):
    for number in range(5):
        refused(sign_in, environment, f"somebody{number}@suoican.example")
    assert refused(sign_in, environment, "another@suoican.example").code == "too-many-attempts"


def test_guesses_at_the_same_moment_are_counted_one_by_one(environment):
    sign_up(environment)
    answers: list[str] = []

    def guess(number: int) -> None:
        answers.append(refused(sign_in, environment, password="không đúng đâu", address=f"203.0.113.{number}").code)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["sign-in-failed"] * 5 + ["too-many-attempts"] * 3


def test_unknown_accounts_are_counted_like_known_ones(environment):
    for number in range(5):
        refused(sign_in, environment, "nobody@suoican.example", address=f"203.0.113.{number}")
    assert refused(sign_in, environment, "nobody@suoican.example", address="203.0.113.99").code == "too-many-attempts"


def test_a_right_password_counts_from_zero_again(environment):
    sign_up(environment)
    for _ in range(3):
        for number in range(4):
            refused(sign_in, environment, password="không đúng đâu", address=f"203.0.113.{number}")
        sign_in(environment, address="203.0.113.50")


def test_signing_in_often_from_one_office_is_no_attempt(environment):
    sign_up(environment)
    for _ in range(8):
        sign_in(environment)


def test_a_class_behind_one_router_can_be_allowed_more(environment):
    roomy = replace(environment, settings=replace(environment.settings, attempts_per_address=30))
    for number in range(12):
        assert refused(sign_in, roomy, f"somebody{number}@suoican.example").code == "sign-in-failed"


def test_signing_in_ends_the_session_that_the_browser_had(environment):
    sign_up(environment)
    first = sign_in(environment)
    second = sign_in(environment, former_token=first.token)
    assert first.token != second.token
    assert accounts.login_of_token(environment, first.token) is None
    assert accounts.login_of_token(environment, second.token) is not None


def test_the_language_of_the_account_is_used_when_none_was_chosen(environment):
    sign_up(environment, language=Language.EN)
    assert sign_in(environment).session.language is Language.EN
    chosen = sign_in(environment, language=Language.VI)
    assert chosen.session.language is Language.VI


# Sessions


def test_signing_out_ends_every_tab_of_the_session(environment):
    signed_in = sign_up(environment)
    accounts.sign_out(environment, signed_in.session.key)
    assert accounts.actor_of_session(environment, signed_in.session.key) is None
    assert accounts.login_of_token(environment, signed_in.token) is None


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "\ud800", "0" * 5000])
def test_a_token_that_was_never_given_is_nobody(sqlite_environment, token):
    assert accounts.login_of_token(sqlite_environment, token) is None


def test_a_browser_that_does_not_come_back_is_forgotten(environment, clock):
    signed_in = sign_up(environment)
    clock.pass_time(days=6)
    accounts.keep_alive(environment, accounts.login_of_token(environment, signed_in.token))
    clock.pass_time(days=6)
    assert accounts.login_of_token(environment, signed_in.token) is not None
    clock.pass_time(days=1, seconds=1)
    assert accounts.login_of_token(environment, signed_in.token) is None


def test_no_session_lasts_longer_than_a_month(environment, clock):
    signed_in = sign_up(environment)
    for _ in range(10):
        clock.pass_time(days=3)
        login = accounts.login_of_token(environment, signed_in.token)
        if login:
            accounts.keep_alive(environment, login)
    assert accounts.login_of_token(environment, signed_in.token) is None


def test_blocking_an_account_ends_its_sessions_and_its_way_in(environment, people):
    signed_in = sign_up(environment)
    accounts.set_blocked(environment, people.administrator, signed_in.account.id, blocked=True)
    assert accounts.actor_of_session(environment, signed_in.session.key) is None
    assert refused(sign_in, environment).code == "account-blocked"
    assert refused(sign_in, environment, password="không đúng đâu").code == "sign-in-failed"
    accounts.set_blocked(environment, people.administrator, signed_in.account.id, blocked=False)
    sign_in(environment)


def test_rights_are_read_anew_each_time(environment, people):
    signed_in = sign_up(environment)
    granted = GrantedRole(Role.ADVISER, "19")
    accounts.set_role(environment, people.administrator, signed_in.account.id, granted, given=True)
    assert accounts.actor_of_session(environment, signed_in.session.key).roles == (granted,)
    accounts.set_role(environment, people.administrator, signed_in.account.id, granted, given=False)
    assert accounts.actor_of_session(environment, signed_in.session.key).roles == ()


def test_whoever_must_change_the_password_has_no_rights_before(environment):
    accounts.add_account(environment, email="moi@suoican.example", name="Mới", password="tạm thời thôi nhé")
    signed_in = sign_in(environment, "moi@suoican.example", "tạm thời thôi nhé")
    assert accounts.actor_of_session(environment, signed_in.session.key) is None
    accounts.change_password(environment, signed_in.session.key, current="tạm thời thôi nhé", new=PASSWORD)
    assert accounts.actor_of_session(environment, signed_in.session.key).name == "Mới"


# Passwords and links


def test_changing_the_password_ends_the_other_sessions(environment):
    here = sign_up(environment)
    elsewhere = sign_in(environment)
    accounts.change_password(environment, here.session.key, current=PASSWORD, new="suối cạn mùa xuân")
    assert accounts.login_of_token(environment, here.token) is not None
    assert accounts.login_of_token(environment, elsewhere.token) is None
    assert refused(sign_in, environment).code == "sign-in-failed"
    sign_in(environment, password="suối cạn mùa xuân")


def test_changing_the_password_needs_the_current_one_and_a_new_one(environment):
    key = sign_up(environment).session.key
    change = accounts.change_password
    wrong = refused(change, environment, key, current="không đúng đâu", new="suối cạn mùa xuân")
    assert wrong.code == "current-password-wrong"
    assert refused(change, environment, key, current=PASSWORD, new=PASSWORD).code == "password-same"
    assert refused(change, environment, key, current=PASSWORD, new="ngắn").code == "password-too-short"


def test_guessing_the_current_password_is_limited_too(environment):
    key = sign_up(environment).session.key
    for _ in range(5):
        refused(accounts.change_password, environment, key, current="không đúng đâu", new="suối cạn mùa xuân")
    stopped = refused(accounts.change_password, environment, key, current=PASSWORD, new="suối cạn mùa xuân")
    assert stopped.code == "too-many-attempts"


def test_a_reset_link_works_once_and_ends_all_sessions(environment, people):
    signed_in = sign_up(environment)
    link = accounts.make_reset_link(environment, people.administrator, signed_in.account.id)
    token = link.rpartition("/")[2]
    assert accounts.reset_account(environment, token).email == "ha@suoican.example"
    accounts.reset_password(environment, token, "suối cạn mùa xuân")
    assert accounts.login_of_token(environment, signed_in.token) is None
    assert refused(accounts.reset_password, environment, token, "suối cạn mùa thu").code == "link-over"
    sign_in(environment, password="suối cạn mùa xuân")


def test_a_reset_link_is_over_after_a_day_or_when_there_is_a_newer_one(environment, people, clock):
    account_id = sign_up(environment).account.id
    old, new = (
        accounts.make_reset_link(environment, people.administrator, account_id).rpartition("/")[2] for _ in "ab"
    )
    assert accounts.reset_account(environment, old) is None
    assert accounts.reset_account(environment, new) is not None
    clock.pass_time(hours=24, seconds=1)
    assert accounts.reset_account(environment, new) is None


def test_a_refused_password_does_not_use_the_link_up(environment, people):
    account_id = sign_up(environment).account.id
    token = accounts.make_reset_link(environment, people.administrator, account_id).rpartition("/")[2]
    assert refused(accounts.reset_password, environment, token, "ngắn").code == "password-too-short"
    accounts.reset_password(environment, token, "suối cạn mùa xuân")


def test_only_administrators_manage_accounts(environment, people):
    account_id = people.viewer.account_id
    for actor in (people.owner, people.adviser, people.official, people.stranger):
        with pytest.raises(NotThere):
            accounts.make_reset_link(environment, actor, account_id)
        with pytest.raises(NotThere):
            accounts.set_blocked(environment, actor, account_id, blocked=True)
        with pytest.raises(NotThere):
            accounts.set_role(environment, actor, account_id, GrantedRole(Role.ADMINISTRATOR), given=True)
        with pytest.raises(NotThere):
            accounts.list_accounts(environment, actor)
        with pytest.raises(NotThere):
            accounts.open_requests(environment, actor)
    assert len(accounts.list_accounts(environment, people.administrator)) == 7


def test_an_administrator_cannot_lock_everybody_out(environment, people):
    me = people.administrator
    assert refused(accounts.set_blocked, environment, me, me.account_id, blocked=True).code == "not-oneself"
    granted = GrantedRole(Role.ADMINISTRATOR)
    assert refused(accounts.set_role, environment, me, me.account_id, granted, given=False).code == "not-oneself"


@pytest.mark.parametrize(
    "granted",
    [
        GrantedRole(Role.ADVISER),
        GrantedRole(Role.ADVISER, "99"),
        GrantedRole(Role.OFFICIAL_NATION, "19"),
        GrantedRole(Role.ADMINISTRATOR, "19"),
        GrantedRole(Role.OWNER),
    ],
)
def test_a_role_and_its_province_must_fit(sqlite_environment, sqlite_people, granted):
    people = sqlite_people
    change = refused(
        accounts.set_role, sqlite_environment, people.administrator, people.viewer.account_id, granted, given=True
    )
    assert change.code == "role-not-valid"


def test_the_first_administrator_comes_by_a_link_that_works_once(environment):
    token = accounts.make_first_link(environment).rpartition("/")[2]
    again = accounts.make_first_link(environment).rpartition("/")[2]
    given = {"email": "quantri@vidu.example", "name": "Quản trị", "password": PASSWORD, "language": Language.VI}
    signed_in = accounts.begin_installation(environment, token, **given)
    actor = accounts.actor_of_session(environment, signed_in.session.key)
    assert actor.roles == (GrantedRole(Role.ADMINISTRATOR),)
    assert accounts.make_first_link(environment) is None
    for used in (token, again):
        assert refused(accounts.begin_installation, environment, used, **{**given, "email": "b@vidu.example"}).code == (
            "link-over"
        )


def test_no_first_link_is_made_where_somebody_is_already(environment, people):
    assert accounts.make_first_link(environment) is None


# Enterprises and their people


def test_whoever_adds_an_enterprise_owns_it(environment):
    signed_in = sign_up(environment)
    actor = accounts.actor_of_session(environment, signed_in.session.key)
    enterprise = accounts.create_enterprise(environment, actor, Profile(name="Hộ Cân Thử"))
    assert accounts.actor_of_session(environment, signed_in.session.key).memberships == {enterprise.id: Role.OWNER}


def test_an_invitation_brings_one_colleague(environment, people):
    signed_in = sign_up(environment)
    token = members.invite(environment, people.owner, people.enterprise_id, Role.EDITOR).rpartition("/")[2]
    assert members.invitation(environment, token).enterprise_name == "Hợp tác xã Chè Suối Cạn"
    members.accept_invitation(environment, signed_in.session.key, token)
    actor = accounts.actor_of_session(environment, signed_in.session.key)
    assert actor.memberships == {people.enterprise_id: Role.EDITOR}
    other = sign_up(environment, "khac@suoican.example")
    assert refused(members.accept_invitation, environment, other.session.key, token).code == "link-over"


def test_an_invitation_never_changes_a_role_that_is_held(environment, people):
    token = members.invite(environment, people.owner, people.enterprise_id, Role.VIEWER).rpartition("/")[2]
    owner = sign_in(environment, "owner@suoican.example")
    members.accept_invitation(environment, owner.session.key, token)
    actor = accounts.actor_of_session(environment, owner.session.key)
    assert actor.memberships[people.enterprise_id] is Role.OWNER


def test_only_owners_invite_and_change_roles(environment, people):
    for actor in (people.editor, people.viewer, people.stranger, people.adviser, people.administrator):
        with pytest.raises(NotThere):
            members.invite(environment, actor, people.enterprise_id, Role.OWNER)
        with pytest.raises(NotThere):
            members.set_member_role(environment, actor, people.enterprise_id, people.viewer.account_id, Role.OWNER)
        with pytest.raises(NotThere):
            members.remove_member(environment, actor, people.enterprise_id, people.owner.account_id)


def test_members_are_seen_by_members_only(environment, people):
    names = [person.name for person in members.open_members(environment, people.viewer, people.enterprise_id).people]
    assert names == ["editor", "owner", "viewer"]
    for actor in (people.stranger, people.adviser, people.administrator):
        with pytest.raises(NotThere):
            members.open_members(environment, actor, people.enterprise_id)


def test_an_enterprise_always_keeps_an_owner(environment, people):
    me, enterprise = people.owner, people.enterprise_id
    assert refused(members.remove_member, environment, me, enterprise, me.account_id).code == "last-owner"
    demoted = refused(members.set_member_role, environment, me, enterprise, me.account_id, Role.VIEWER)
    assert demoted.code == "last-owner"
    assert refused(accounts.erase_own_account, environment, me).code == "last-owner"
    members.set_member_role(environment, me, enterprise, people.editor.account_id, Role.OWNER)
    accounts.erase_own_account(environment, me)
    assert [person.name for person in members.open_members(environment, people.viewer, enterprise).people] == [
        "editor",
        "viewer",
    ]


def test_a_member_may_leave(environment, people):
    members.remove_member(environment, people.viewer, people.enterprise_id, people.viewer.account_id)
    assert not accounts.actor_of_account(environment, people.viewer.account_id).memberships


def test_a_stranger_is_no_member_to_change(environment, people):
    with pytest.raises(NotThere):
        members.set_member_role(
            environment, people.owner, people.enterprise_id, people.stranger.account_id, Role.EDITOR
        )


# One's own data


def test_a_consent_can_be_withdrawn_and_given_again(environment, people):
    me = people.owner
    accounts.set_consent(environment, me, "reminders", given=True, language=Language.VI)
    assert accounts.standing_consents(environment, me) == {"reminders"}
    accounts.set_consent(environment, me, "reminders", given=False, language=Language.VI)
    assert accounts.standing_consents(environment, me) == frozenset()
    accounts.set_consent(environment, me, "reminders", given=True, language=Language.EN)
    assert [record.given for record in accounts.consents(environment, me)] == [True, False, True]
    with pytest.raises(NotThere):
        accounts.set_consent(environment, me, "selling", given=True, language=Language.VI)


def test_withdrawing_the_needed_consent_asks_for_deletion_within_fifteen_days(environment, people):
    accounts.set_consent(environment, people.owner, "processing", given=False, language=Language.VI)
    (request,) = accounts.own_requests(environment, people.owner)
    assert (request.kind, request.due_on) == ("delete", date(2026, 12, 7))


def test_a_request_is_answered_within_two_working_days(environment, people, clock):
    # 22 November 2026 is a Sunday.
    assert accounts.ask_about_data(environment, people.owner, "answer").due_on == date(2026, 11, 24)
    clock.pass_time(days=5)
    friday = accounts.ask_about_data(environment, people.owner, "answer")
    assert friday.due_on == date(2026, 12, 1)
    waiting = accounts.open_requests(environment, people.administrator)
    assert [request.due_on for request in waiting] == [date(2026, 11, 24), date(2026, 12, 1)]
    accounts.finish_request(environment, people.administrator, friday.id)
    assert len(accounts.open_requests(environment, people.administrator)) == 1
    with pytest.raises(NotThere):
        accounts.finish_request(environment, people.administrator, new_id())
    with pytest.raises(NotThere):
        accounts.ask_about_data(environment, people.owner, "sell")


def test_name_post_and_telephone_can_be_corrected(environment, people):
    accounts.correct_contact(environment, people.owner, name=" Trần  Văn Bình ", post="Quản đốc", phone="0912 000 111")
    with reading(environment) as repository:
        account = repository.accounts.get(people.owner.account_id)
    assert (account.name, account.post, account.phone) == ("Trần Văn Bình", "Quản đốc", "0912 000 111")


def test_an_erased_account_leaves_neither_name_nor_address_anywhere(environment):
    signed_in = sign_up(environment)
    actor = accounts.actor_of_session(environment, signed_in.session.key)
    accounts.correct_contact(environment, actor, name="Nguyễn Thị Hà", post="Kế toán", phone="0912 000 111")
    accounts.erase_own_account(environment, actor)
    assert accounts.actor_of_session(environment, signed_in.session.key) is None
    with environment.database.reading() as session:
        for table in _tables():
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}"):
                shown = " ".join(map(str, row))
                assert "Nguyễn Thị Hà" not in shown
                assert "ha@suoican.example" not in shown
                assert "0912 000 111" not in shown
    with reading(environment) as repository:
        assert repository.events.check().broken is None


def _tables():
    return list(Row.metadata.tables)


# The log


def test_no_password_address_or_token_reaches_the_log(sqlite_environment, sqlite_people, caplog):
    environment = sqlite_environment
    with caplog.at_level(logging.DEBUG):
        signed_in = sign_up(environment)
        refused(sign_in, environment, password="không đúng đâu")
        refused(sign_up, environment)
        accounts.make_reset_link(environment, sqlite_people.administrator, signed_in.account.id)
    assert PASSWORD not in caplog.text
    assert "không đúng đâu" not in caplog.text
    assert "ha@suoican.example" not in caplog.text
    assert signed_in.token not in caplog.text


def test_no_password_or_token_stands_in_the_database(environment):
    signed_in = sign_up(environment)
    with environment.database.reading() as session:
        for table in _tables():
            for row in session.connection().exec_driver_sql(f"SELECT * FROM {table}"):
                shown = " ".join(map(str, row))
                assert PASSWORD not in shown
                assert signed_in.token not in shown


# Settings


def test_settings_are_read_from_the_environment():
    settings = Settings.from_environment(
        {
            "DATABASE_URL": "postgresql://db/x",
            "DO_CHUAN_OPERATOR_NAME": "Trung tâm Thử",
            "DO_CHUAN_DRAFT_DAYS": "30",
            "DO_CHUAN_SECURE_COOKIES": "true",
            "DO_CHUAN_PUBLIC_ADDRESS": "https://dochuan.example/",
        }
    )
    assert settings == Settings(
        database_url="postgresql://db/x",
        operator_name="Trung tâm Thử",
        draft_days=30,
        secure_cookies=True,
        public_address="https://dochuan.example",
    )
    assert Settings.from_environment({}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("DO_CHUAN_DRAFT_DAYS", "ninety", "setting-not-a-number"),
        ("DO_CHUAN_SUBMITTED_MONTHS", "0", "setting-not-a-number"),
        ("DO_CHUAN_SECURE_COOKIES", "perhaps", "setting-not-a-truth"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(name, value, code):
    with pytest.raises(Exception, match=code) as caught:
        Settings.from_environment({name: value})
    assert caught.value.details["setting"] == name


def test_sessions_that_are_over_are_cleared_away(environment, clock):
    sign_up(environment)
    clock.pass_time(days=8)
    sign_in(environment)
    with environment.database.reading() as session:
        assert session.connection().exec_driver_sql("SELECT count(*) FROM login_session").scalar() == 1
