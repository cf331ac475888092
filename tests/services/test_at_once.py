"""Firm and reviewers at the same moment, on PostgreSQL: nobody waits for ever, and what was kept stays kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from core.domain.assessment import Answer, AssessmentState, Choice
from core.domain.review import Ruling, RulingKind
from core.errors import NotThere, OutOfOrder
from core.services import assessing, exchanging, own_data, reviewing
from core.services.environment import Environment, reading
from tests.conftest import make_people

QUESTION = "named-person"
PDF = b"%PDF-1.4\n%%EOF\n"
ROUNDS = 12
LATE = (NotThere, OutOfOrder)
"""What the one who comes late is told."""


@pytest.fixture
def there(sqlite_environment, postgres_database):
    known = sqlite_environment
    return Environment(known.catalogue, postgres_database, known.settings, known.now, known.hasher)


@pytest.fixture
def people(there):
    return make_people(there)


def at_once(*deeds):
    """Do all deeds at the same moment; return what each gave, the refusal where it came late."""
    together = Barrier(len(deeds))

    def done(deed):
        together.wait()
        try:
            return deed()
        except LATE as late:
            return late

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(done, deed) for deed in deeds]]


def hand_in(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    if not opened.answers:
        assessing.save_answer(
            environment, people.owner, opened.id, QUESTION, seen=Answer(), wanted=Answer(Choice.LEVEL_2)
        )
    return reviewing.submit(environment, people.owner, people.enterprise_id)


def test_a_firm_withdraws_while_reviewers_write(there, people):
    wanted = Ruling(RulingKind.CHANGE_ASKED, Answer(), reason="Gửi bản quyết định")
    for number in range(ROUNDS):
        submission_id = hand_in(there, people).submission_id

        def rule(one=submission_id):
            return reviewing.rule(there, people.adviser, one, QUESTION, on_round=1, seen=None, wanted=wanted)

        def remark(one=submission_id, text=f"Xin gửi thêm ảnh {number}"):
            reviewing.remark(there, people.owner, one, text)
            return text

        def withdraw():
            return reviewing.withdraw(there, people.owner, people.enterprise_id)

        ruled, remarked, withdrawn = at_once(rule, remark, withdraw)

        assert not isinstance(withdrawn, LATE)
        with reading(there) as repository:
            assert repository.reviews.get(submission_id).state is AssessmentState.WITHDRAWN
            rulings = repository.reviews.rulings(submission_id)
            texts = [one.text for one in repository.reviews.remarks(submission_id, with_internal=True)]
        assert set(rulings) == (set() if isinstance(ruled, LATE) else {QUESTION})
        assert texts == ([] if isinstance(remarked, LATE) else [remarked])


def test_files_answers_and_the_end_of_a_firm_at_once(there, people):
    hand_in(there, people)
    reviewing.withdraw(there, people.owner, people.enterprise_id)
    exported = exchanging.export_data(there, people.owner, people.enterprise_id)
    for number in range(ROUNDS):
        opened = assessing.open_assessment(there, people.owner, people.enterprise_id)
        preview = exchanging.preview_import(there, people.owner, people.enterprise_id, exported)
        attached, _ = at_once(
            lambda here=opened.id, content=PDF + b"%%%d" % number: assessing.attach(
                there, people.owner, here, QUESTION, "so-tay.pdf", content
            ),
            lambda found=preview: exchanging.apply_import(there, people.editor, people.enterprise_id, found),
        )
        assert attached.file_name == "so-tay.pdf"

    name = opened.profile.name
    at_once(
        lambda: reviewing.submit(there, people.owner, people.enterprise_id),
        lambda: own_data.erase(there, people.owner, people.enterprise_id, name),
    )
    with reading(there) as repository:
        assert repository.assessments.of_enterprise(people.enterprise_id) == ()
