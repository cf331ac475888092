"""The profile: warned about, never blocked; what follows from it; two people at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest

from core.domain.permissions import Role
from core.domain.profile import EnterpriseKind, Profile, Use
from core.errors import Conflict, NotThere, ProfileRefused
from core.language import Language
from core.services import accounts, assessing, enterprises
from core.storage.repository_assessments import Assessments


def save(environment, actor, enterprise_id, **changes):
    seen = enterprises.open_profile(environment, actor, enterprise_id).profile
    return enterprises.save_profile(environment, actor, enterprise_id, seen=seen, wanted=replace(seen, **changes))


@pytest.mark.parametrize(
    ("tax_code", "kind", "why"),
    [
        ("0100233488", EnterpriseKind.COMPANY, None),
        ("0314409058-002", EnterpriseKind.COMPANY, None),
        ("", EnterpriseKind.COMPANY, None),
        ("0100233480", EnterpriseKind.COMPANY, "tax-code-check"),
        ("12345", EnterpriseKind.COMPANY, "tax-code-length"),
        ("01002334ab", EnterpriseKind.COMPANY, "tax-code-letters"),
        ("019123456789", EnterpriseKind.HOUSEHOLD, "tax-code-personal"),
    ],
)
def test_a_doubtful_tax_code_is_kept_with_a_warning(sqlite_environment, sqlite_people, tax_code, kind, why):
    opened = save(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, tax_code=tax_code, kind=kind)

    assert opened.profile.tax_code == tax_code
    seen = [warning.details.get("why", warning.code) for warning in opened.warnings]
    assert seen == ([] if why is None else [why])


def test_absurd_numbers_are_kept_with_a_warning_and_negative_ones_refused(sqlite_environment, sqlite_people):
    environment, people = sqlite_environment, sqlite_people
    opened = save(environment, people.owner, people.enterprise_id, revenue_billion_vnd=Decimal("9" * 12))
    assert [warning.code for warning in opened.warnings] == ["large-number"]

    with pytest.raises(ProfileRefused, match="profile-negative"):
        save(environment, people.owner, people.enterprise_id, workers=-1)


@pytest.mark.parametrize(
    "changes", [{"name": " "}, {"name": "x" * 301}, {"province": "99"}, {"sector": "no-such"}, {"vsic": "Z"}]
)
def test_what_cannot_be_kept_is_refused_by_field(sqlite_environment, sqlite_people, changes):
    with pytest.raises(ProfileRefused) as refused:
        save(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, **changes)

    assert refused.value.details["field"] == next(iter(changes))


def test_two_people_editing_different_fields_are_both_kept_and_one_field_conflicts(environment, people):
    seen = enterprises.open_profile(environment, people.owner, people.enterprise_id).profile
    save(environment, people.owner, people.enterprise_id, address="Xóm 3")
    enterprises.save_profile(
        environment, people.editor, people.enterprise_id, seen=seen, wanted=replace(seen, workers=31)
    )

    with pytest.raises(Conflict) as met:
        enterprises.save_profile(
            environment, people.editor, people.enterprise_id, seen=seen, wanted=replace(seen, address="Xóm 4")
        )

    kept = enterprises.open_profile(environment, people.owner, people.enterprise_id).profile
    assert (kept.address, kept.workers) == ("Xóm 3", 31)
    assert (met.value.details["theirs"], met.value.details["yours"]) == ("Xóm 3", "Xóm 4")


def test_what_was_seen_as_it_was_typed_is_what_is_kept(sqlite_environment, sqlite_people):
    environment, people = sqlite_environment, sqlite_people
    kept = save(environment, people.owner, people.enterprise_id, tax_code=" 0100 2334 ").profile
    assert kept.tax_code == "01002334"

    seen = replace(kept, tax_code="0100 2334")
    wanted = replace(kept, tax_code="0100 2334 88")
    opened = enterprises.save_profile(environment, people.owner, people.enterprise_id, seen=seen, wanted=wanted)

    assert opened.profile.tax_code == "0100233488"


@pytest.mark.parametrize("who", ["viewer", "adviser", "official", "administrator", "stranger"])
def test_only_owner_and_editor_may_change_the_profile(environment, people, who):
    seen = enterprises.open_profile(environment, people.owner, people.enterprise_id).profile

    with pytest.raises(NotThere):
        enterprises.save_profile(
            environment, getattr(people, who), people.enterprise_id, seen=seen, wanted=replace(seen, workers=1)
        )


def test_the_size_class_follows_the_profile_with_its_reasons(sqlite_environment, sqlite_people):
    opened = save(
        sqlite_environment,
        sqlite_people.owner,
        sqlite_people.enterprise_id,
        vsic="C",
        workers=30,
        revenue_billion_vnd=Decimal(12),
        capital_billion_vnd=Decimal(5),
    )

    assert opened.size.size == "small"
    assert opened.size.is_aid
    assert {reason.code.value for reason in opened.size.reasons} >= {"workers-within", "revenue-within"}


def test_every_use_says_which_questions_it_switches_on(catalogue):
    profile = Profile(name="x", uses=frozenset({Use.GROUP2, Use.FUEL}))

    scope = enterprises.scope_of(catalogue, profile)

    assert "5.7" in {question.number for question in scope[Use.FUEL]}
    assert "5.1" in {question.number for question in scope[Use.GROUP2]}
    assert {question.id for questions in scope.values() for question in questions} == {
        question.id for topic in catalogue.topics for question in catalogue.applicable(topic, profile)
    }


@pytest.fixture
def session_key(environment):
    """The session of a new account that has done the quick check before."""
    quick = '{"sector": "petroleum", "answers": {"named-person": "2", "group2-verification": "0"}}'
    needed = frozenset(consent.id for consent in environment.catalogue.consents if consent.needed)
    signed_in = accounts.sign_up(
        environment,
        email="cua-hang@vidu.example",
        name="Trần Văn Thử",
        password="mười hai ký tự trở lên",
        consents=needed,
        language=Language.VI,
        address="127.0.0.1",
        quick=quick,
    )
    return signed_in.session.key


def begin(environment, session_key):
    """Begin as a page does: with the actor as the session knows it now. Return the owner and the enterprise."""
    actor = accounts.actor_of_session(environment, session_key)
    enterprise_id = enterprises.begin(environment, actor, name="Cửa hàng Xăng Dầu Thử", kind=EnterpriseKind.COMPANY)
    return accounts.actor_of_session(environment, session_key), enterprise_id


def test_the_quick_check_done_before_signing_up_is_taken_over(environment, session_key):
    owner, enterprise_id = begin(environment, session_key)

    opened = assessing.open_assessment(environment, owner, enterprise_id)
    assert opened.profile.sector == "petroleum"
    assert {question: kept.answer.level for question, kept in opened.answers.items()} == {
        "named-person": 2,
        "group2-verification": 0,
    }


def test_a_colleague_who_may_only_look_can_be_the_first_to_come(environment, session_key):
    owner, enterprise_id = begin(environment, session_key)
    viewer = replace(owner, memberships={enterprise_id: Role.VIEWER})

    assert assessing.open_assessment(environment, viewer, enterprise_id).may_answer is False


def test_a_failure_on_the_way_loses_no_quick_answers_and_leaves_no_half_enterprise(
    environment, session_key, monkeypatch
):
    save_answer = Assessments.save_answer

    def fail_at_the_second(self, assessment_id, question, **answers):
        if question == "group2-verification":
            raise OSError("the disk is full")
        return save_answer(self, assessment_id, question, **answers)

    with monkeypatch.context() as patch:
        patch.setattr(Assessments, "save_answer", fail_at_the_second)
        with pytest.raises(OSError, match="disk"):
            begin(environment, session_key)
    assert not accounts.actor_of_session(environment, session_key).memberships

    owner, enterprise_id = begin(environment, session_key)

    opened = assessing.open_assessment(environment, owner, enterprise_id)
    assert {question: kept.answer.level for question, kept in opened.answers.items()} == {
        "named-person": 2,
        "group2-verification": 0,
    }


def test_beginning_twice_at_the_same_time_makes_one_enterprise(environment, session_key):
    with ThreadPoolExecutor(4) as pool:
        begun = list(pool.map(lambda _: begin(environment, session_key)[1], range(4)))

    assert len(set(begun)) == 1
    assert set(accounts.actor_of_session(environment, session_key).memberships) == set(begun)
