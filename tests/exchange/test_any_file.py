"""Whatever a well-formed file says of an enterprise, it is scored, planned and drafted, or refused: never a fault."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.profile import Profile
from core.domain.programme_edits import Edit
from core.domain.programme_fields import FIELDS
from core.errors import FileRefused
from core.language import Language
from core.services import as_data, exchanging
from core.services.exchanging import DraftForm
from core.storage.content import load_catalogue
from core.storage.exchange import Exchange, write_exchange
from tests.exchange.strategies import answers, days, instruments, profiles

CATALOGUE = load_catalogue()
QUESTIONS = sorted(CATALOGUE.questions)
KEYS = st.sampled_from(["", ":level", ":verified-share", ":1", *(f":{question}" for question in QUESTIONS)])
PLACES = st.sampled_from([(kind.value, field) for kind, fields in FIELDS.items() for field in fields])
VALUES = st.sampled_from(["yes", "no", "5", "own", "director", "NaN", "1e9", ""]) | days.map(str) | st.text(max_size=20)


@st.composite
def firms(draw) -> Profile:
    return replace(
        draw(profiles),
        province=draw(st.sampled_from(["", *CATALOGUE.provinces])),
        sector=draw(st.sampled_from(["", *CATALOGUE.sectors])),
        vsic=draw(st.sampled_from(["", *CATALOGUE.vsic])),
    )


@st.composite
def registers(draw):
    lines = draw(st.lists(instruments, max_size=3, unique_by=lambda one: one.code))
    rows = st.sampled_from(["", *CATALOGUE.group2])
    return tuple(replace(line, group2_row=draw(rows)) for line in lines)


@st.composite
def edits(draw) -> Edit:
    own = draw(st.sampled_from(["", "own-"]))
    kind, field = draw(PLACES)
    return Edit(f"{own}{kind}{draw(KEYS)}/{field}", draw(VALUES), "")


files = st.builds(
    Exchange,
    catalogue=st.just(CATALOGUE.edition),
    on=st.dates(date(2000, 1, 1), date(2100, 12, 31)),
    profile=firms(),
    answers=st.dictionaries(st.sampled_from(QUESTIONS), answers, max_size=len(QUESTIONS)),
    instruments=registers(),
    edits=st.lists(edits(), max_size=2, unique_by=lambda one: one.path).map(tuple),
)


@settings(max_examples=40, deadline=None)
@given(files)
def test_any_file_of_known_ids_is_scored_and_planned(exchange):
    scored = exchanging.score_file(write_exchange(replace(exchange, edits=())))
    data = as_data.scorecard_data(scored.scorecard)
    assert (data["score"]["low"] is None) == (data["level"]["low"] is None)
    plan = as_data.plan_data(scored.file.catalogue, exchange.instruments, exchange.on)
    assert [line["code"] for line in plan] == [one.code for one in exchange.instruments]


@settings(max_examples=20, deadline=None)
@given(files, st.sampled_from(DraftForm), st.sampled_from(Language))
def test_any_file_of_known_ids_becomes_a_draft_or_is_refused(exchange, form, language):
    with suppress(FileRefused):
        assert exchanging.draft_file(exchanging.open_file(write_exchange(exchange)), form, language)
