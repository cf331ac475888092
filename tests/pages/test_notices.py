"""The page of notices: each person reads their own, in their language, and can call them seen."""

from __future__ import annotations

import pytest

from core.domain.assessment import Answer, Choice
from core.domain.notices import NoticeKind
from core.language import Language
from core.services import accounts, advising, reviewing, two_views
from tests.pages.conftest import NAME
from tests.pages.test_enterprise import answer_all, own, words_of

PAGE = "public/notices.py"


@pytest.fixture
def handed_in(environment, sessions):
    """The tea cooperative has handed in: its adviser was told."""
    answer_all(environment, sessions, Answer(Choice.LEVEL_2))
    actor, enterprise_id = own(environment, sessions)
    reviewing.submit(environment, actor, enterprise_id)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("who", ["owner", "editor", "viewer", "stranger", "official", "administrator", "nobody"])
def test_who_was_told_nothing_reads_nothing_of_others(visit, environment, sessions, handed_in, who, language):
    app = visit(PAGE, language=language, session=sessions.get(who, ""))
    assert not app.exception
    assert NAME not in words_of(app)


@pytest.mark.parametrize("language", list(Language))
def test_the_adviser_reads_what_happened_and_calls_it_seen(visit, environment, sessions, handed_in, language):
    app = visit(PAGE, language=language, session=sessions["adviser"])
    assert NAME in words_of(app)
    count = environment.catalogue.word("notices.count")[language].format(count=1)
    assert count in words_of(app)

    app.button(key="see_all").click().run()

    assert not app.exception
    assert NAME in words_of(app)
    assert count not in words_of(app)
    assert "/xem-ho-so?id=" in words_of(app)


@pytest.mark.parametrize("language", list(Language))
def test_who_is_invited_finds_the_way_in(visit, environment, sessions, language):
    owner, enterprise_id = own(environment, sessions)
    viewer, editor = (accounts.actor_of_session(environment, sessions[who]) for who in ("viewer", "editor"))
    topic = environment.catalogue.topics[0].id
    two_views.give_topic(environment, owner, enterprise_id, topic, [viewer.account_id, editor.account_id])
    advising.offer(environment, owner, enterprise_id, "adviser@vidu.example")
    for who, kind, address in (("viewer", "view_asked", "/hai-goc-nhin"), ("adviser", "session_offered", "/ho-so-cho")):
        shown = words_of(visit(PAGE, language=language, session=sessions[who]))
        assert environment.catalogue.word(f"notices.kind.{kind}")[language].format(enterprise=NAME) in shown
        assert address in shown


def test_every_kind_of_notice_has_its_sentence(environment):
    for kind in NoticeKind:
        for language in Language:
            assert "{enterprise}" in environment.catalogue.word(f"notices.kind.{kind.value}")[language]
