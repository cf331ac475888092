"""What one step of a visitor costs the database: counted in statements, which no busy machine can falsify."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core.domain.assessment import Answer, AssessmentState, Choice
from core.domain.permissions import GrantedRole, Role
from core.errors import NotThere
from core.language import Language
from core.services import accounts, assessing
from core.services.environment import transaction
from core.storage.repository_accounts import RoleGrant
from tests.conftest import PASSWORD

QUESTION = "named-person"
OTHER = "measuring-points"


@contextmanager
def counted():
    """Count the statements that any engine executes meanwhile, without those that open a transaction."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def session_key(environment, people):
    signed_in = accounts.sign_in(
        environment, email="editor@suoican.example", password=PASSWORD, address="127.0.0.1", language=Language.EN
    )
    return signed_in.session.key


def test_who_is_here_is_read_with_one_question(environment, people, session_key):
    with counted() as statements:
        actor = accounts.actor_of_session(environment, session_key)
    assert actor is not None
    assert actor.language is Language.EN
    assert actor.memberships == {people.enterprise_id: Role.EDITOR}
    assert len(statements) == 1


def test_several_memberships_and_roles_are_each_read_once(environment, people, session_key):
    with transaction(environment, people.owner) as repository:
        account_id = people.editor.account_id
        repository.accounts.set_member(people.strangers_enterprise_id, account_id, Role.VIEWER.value)
        for province in ("19", "01"):
            repository.accounts.grant(account_id, RoleGrant(Role.ADVISER.value, province))
    actor = accounts.actor_of_session(environment, session_key)
    assert actor is not None
    assert actor.memberships == {people.enterprise_id: Role.EDITOR, people.strangers_enterprise_id: Role.VIEWER}
    assert actor.roles == (GrantedRole(Role.ADVISER, "01"), GrantedRole(Role.ADVISER, "19"))
    assert actor == accounts.actor_of_session(environment, session_key)


def test_an_answer_is_kept_with_five_statements_and_a_lock(environment, people):
    opened = assessing.open_assessment(environment, people.editor, people.enterprise_id)

    def choose(before: Choice | None, after: Choice) -> list[str]:
        with counted() as statements:
            seen, wanted = Answer(choice=before), Answer(choice=after)
            assessing.save_answer(environment, people.editor, opened.id, QUESTION, seen=seen, wanted=wanted)
        return [statement for statement in statements if "pg_advisory_xact_lock" not in statement]

    # The first answer of all also tells the officials' figures that the enterprise has begun.
    assessing.save_answer(
        environment, people.editor, opened.id, OTHER, seen=Answer(), wanted=Answer(choice=Choice.LEVEL_1)
    )
    # The assessment, the answer as it is, the answer as it will be, the newest event, the event; once the name.
    assert len(choose(None, Choice.LEVEL_1)) == 6
    assert len(choose(Choice.LEVEL_1, Choice.LEVEL_2)) == 5


def test_an_answer_that_waited_while_the_assessment_was_sent_is_refused(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    refused = []

    def answer():
        try:
            assessing.save_answer(
                environment, people.editor, opened.id, QUESTION, seen=Answer(), wanted=Answer(Choice.LEVEL_1)
            )
        except NotThere as error:
            refused.append(error)

    person = threading.Thread(target=answer)
    with transaction(environment, people.owner) as repository:
        repository.assessments.set_state(opened.id, AssessmentState.SUBMITTED)
        repository.session.flush()
        person.start()
        person.join(0.3)
        assert person.is_alive()
    person.join()
    assert len(refused) == 1
    assert assessing.open_assessment(environment, people.owner, people.enterprise_id).answers == {}
