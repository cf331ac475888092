"""One's own data: counted truly, erased for good, and what names nobody stays only with consent."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from core.domain.assessment import Answer, Choice
from core.domain.instruments import InstrumentFileKind, MeasuringInstrument
from core.errors import NotThere, ProfileRefused
from core.language import Language
from core.services import accounts, assessing, own_data, registering
from core.services.environment import reading

NAME = "Hợp tác xã Chè Suối Cạn"


def answer_all(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    for topic in environment.catalogue.topics:
        for question in environment.catalogue.applicable(topic, opened.profile):
            wanted = Answer(choice=Choice.LEVEL_3, note="riêng")
            assessing.save_answer(environment, people.owner, opened.id, question.id, seen=Answer(), wanted=wanted)


@pytest.fixture
def answered(environment, people, prepared):
    prepared("own data: answered", lambda: answer_all(environment, people))


def test_the_overview_counts_what_is_kept(environment, people, answered):
    kept = own_data.overview(environment, people.owner, people.enterprise_id)

    assert kept.answers == kept.notes > 40
    assert kept.enterprise_name == NAME


def attach_to_instruments(environment, people):
    """Put a photo and a certificate behind one instrument, and the same certificate behind another."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "PNG")
    owner, enterprise_id = people.owner, people.enterprise_id
    lines = [(None, MeasuringInstrument(code, name="Cân")) for code in ("C-02", "C-01")]
    later, first = registering.save_instruments(environment, owner, enterprise_id, lines)
    certificate = (InstrumentFileKind.CERTIFICATE, "giấy.pdf", b"%PDF-1.4 x")
    for line, file in (
        (later, certificate),
        (first, (InstrumentFileKind.PHOTO, "nhãn.png", made.getvalue())),
        (first, certificate),
    ):
        registering.attach_file(environment, owner, enterprise_id, line.id, *file)


def count_of(environment, table):
    with reading(environment) as repository:
        return repository.session.connection().exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def test_photos_and_certificates_are_named_with_their_instrument(environment, people):
    attach_to_instruments(environment, people)

    kept = own_data.overview(environment, people.owner, people.enterprise_id)

    named = [(code, file.kind, file.file_name) for code, file in kept.instrument_files]
    assert named == [
        ("C-01", "photo", "nhãn.jpg"),
        ("C-01", "certificate", "giấy.pdf"),
        ("C-02", "certificate", "giấy.pdf"),
    ]


def test_no_bytes_of_photos_and_certificates_stay_behind_an_erased_enterprise(environment, people):
    attach_to_instruments(environment, people)
    opened = assessing.open_assessment(environment, people.stranger, people.strangers_enterprise_id)
    assessing.save_answer(
        environment, people.stranger, opened.id, "named-person", seen=Answer(), wanted=Answer(Choice.LEVEL_1)
    )
    assessing.attach(environment, people.stranger, opened.id, "named-person", "của người khác.pdf", b"%PDF-1.4 y")
    assert (count_of(environment, "instrument_file"), count_of(environment, "blob")) == (3, 3)

    own_data.erase(environment, people.owner, people.enterprise_id, NAME)

    assert (count_of(environment, "instrument_file"), count_of(environment, "blob")) == (0, 1)


def test_erasing_leaves_nothing_of_the_enterprise(environment, people, answered):
    own_data.erase(environment, people.owner, people.enterprise_id, NAME)

    with reading(environment) as repository:
        assert repository.assessments.of_enterprise(people.enterprise_id) == ()
        assert repository.enterprises.anonymous_results() == ()
        about = repository.events.about(people.enterprise_id)
        assert all(event.before is None and event.after is None for event in about)
        assert repository.events.check().broken is None


def test_scores_without_a_name_stay_when_statistics_were_agreed_to(environment, people, answered):
    accounts.set_consent(environment, people.owner, own_data.STATISTICS_CONSENT, given=True, language=Language.VI)

    own_data.erase(environment, people.owner, people.enterprise_id, NAME)

    with reading(environment) as repository:
        (result,) = repository.enterprises.anonymous_results()
    assert (result.province, result.sector, result.score) == ("19", "tea-food", "75")


def test_the_wrong_name_erases_nothing(sqlite_environment, sqlite_people):
    with pytest.raises(ProfileRefused, match="erase-name-differs"):
        own_data.erase(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, "Hợp tác xã khác")

    assert own_data.overview(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id)


@pytest.mark.parametrize("who", ["editor", "viewer", "adviser", "stranger", "administrator"])
def test_only_an_owner_may_erase(sqlite_environment, sqlite_people, who):
    with pytest.raises(NotThere):
        own_data.erase(sqlite_environment, getattr(sqlite_people, who), sqlite_people.enterprise_id, NAME)
