"""Profiles, registers, programmes and files as they come back from each engine."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from core.domain.carrying_out import TaskMark, TaskState
from core.domain.feedback import Feedback, FeedbackKind, Theme
from core.domain.instruments import MeasuringInstrument
from core.domain.journey import ProgrammeState, ProgrammeStep
from core.domain.profile import EnterpriseKind, Profile, Use
from core.errors import BadInput, Conflict, FileRefused, NotThere
from core.services.environment import reading, transaction
from core.storage import repository_files
from core.storage.repository_enterprises import AnonymousResult
from core.storage.repository_following import StandingText
from core.storage.repository_programmes import ProgrammeEdit, ProgrammeFacts
from core.storage.tables import Row, new_id

TEA = Profile(
    name="Hợp tác xã Chè Suối Cạn",
    kind=EnterpriseKind.COOPERATIVE,
    province="19",
    sector="tea-food",
    vsic="C",
    tax_code="0123456789",
    address="Xóm 4",
    workers=30,
    revenue_billion_vnd=Decimal("12.10"),
    capital_billion_vnd=Decimal("0.3"),
    uses=frozenset({Use.GROUP2, Use.PREPACKAGES}),
)
TODAY = date(2026, 11, 22)
HARD = Feedback(FeedbackKind.DIFFICULTY, Theme.INSTRUMENTS, "Nơi kiểm định ở xa.", 2027)
SCALE = MeasuringInstrument(code="C-01", name="Cân bàn 60 kg", group2_row="8b", verified_on=date(2026, 3, 1))


@pytest.fixture
def assessment_id(environment, people):
    with transaction(environment, people.owner) as repository:
        return repository.assessments.add(people.enterprise_id, "19", "2026.1", date(2026, 11, 22)).id


# Profiles


def test_a_profile_comes_back_to_the_last_digit(environment, people):
    with transaction(environment, people.owner) as repository:
        added = repository.enterprises.add(TEA)
    with reading(environment) as repository:
        assert repository.enterprises.get(added.id).profile == TEA


def test_two_people_change_different_fields_of_the_profile(environment, people):
    def save(actor, **changes):
        with transaction(environment, actor) as repository:
            wanted = replace(seen, **changes)
            return repository.enterprises.save_profile(people.enterprise_id, seen=seen, wanted=wanted)

    with reading(environment) as repository:
        seen = repository.enterprises.get(people.enterprise_id).profile
    save(people.owner, workers=31)
    both = save(people.editor, address="Xóm 5")
    assert (both.profile.workers, both.profile.address, both.version) == (31, "Xóm 5", 3)
    with pytest.raises(Conflict) as caught:
        save(people.editor, workers=28)
    assert caught.value.details["field"] == "workers"
    assert caught.value.details["theirs"] == 31


def test_all_that_belongs_to_an_enterprise_moves_with_it_to_another_province(environment, people, assessment_id):
    with transaction(environment, people.owner) as repository:
        repository.files.add(assessment_id, "named-person", file_name="a.txt", media_type="text/plain", content=b"a")
        repository.instruments.save(people.enterprise_id, seen=None, wanted=SCALE)
        programme = repository.programmes.add(people.enterprise_id, "19", None, ProgrammeState.DRAFT, ProgrammeFacts())
        repository.programmes.save_edit(programme.id, "goal", seen=None, wanted=ProgrammeEdit("Đúng cân"))
        repository.following.add_step(programme, ProgrammeStep.ASK_OPINIONS, TODAY, "tổ sao")
        repository.following.keep_text(programme, StandingText("{}", "", (), TODAY, None))
        repository.following.save_mark(programme, "task:a", seen=None, wanted=TaskMark(TaskState.DONE, TODAY))
        report = repository.reports.add(people.enterprise_id, programme.id, "19", 2027)
        repository.reports.save_entry(report.id, "conclusion/next_focus", seen="", wanted="đào tạo")
        repository.reports.add_feedback(people.enterprise_id, HARD)
        seen = repository.enterprises.get(people.enterprise_id).profile
        moved = replace(seen, province="01")
        repository.enterprises.save_profile(people.enterprise_id, seen=seen, wanted=moved)
    with environment.database.reading() as session:
        of_programme = ("programme", "programme_edit", "programme_step", "programme_text", "task_mark")
        for table in ("assessment", "attachment", "instrument", *of_programme, "report", "report_entry", "feedback"):
            assert session.execute(text(f"SELECT DISTINCT province_code FROM {table}")).scalars().all() == ["01"], table


def test_a_deleted_enterprise_is_not_there(environment, people):
    with transaction(environment, people.owner) as repository:
        repository.enterprises.set_deleted(people.enterprise_id)
    with reading(environment) as repository:
        with pytest.raises(NotThere):
            repository.enterprises.get(people.enterprise_id)
        assert repository.enterprises.some([people.enterprise_id]) == {}


# Erasing


def test_an_erased_enterprise_leaves_scores_without_a_name_and_nothing_else(environment, people, assessment_id):
    kept = AnonymousResult("19", "tea-food", "small", "2026.1", "2026-11", 1, "713/10", {"organisation": "50"})
    with transaction(environment, people.owner) as repository:
        repository.files.add(assessment_id, "named-person", file_name="sổ.txt", media_type="text/plain", content=b"a")
        repository.instruments.save(people.enterprise_id, seen=None, wanted=SCALE)
        repository.programmes.add(people.enterprise_id, "19", assessment_id, ProgrammeState.DRAFT, ProgrammeFacts())
    with transaction(environment, people.owner) as repository:
        repository.enterprises.erase(people.enterprise_id, [kept])
    with reading(environment) as repository:
        assert repository.enterprises.anonymous_results() == (kept,)
        assert repository.events.check().broken is None
        with pytest.raises(NotThere):
            repository.enterprises.get(people.enterprise_id)
    with environment.database.reading() as session:
        for table in Row.metadata.tables:
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            assert "Suối Cạn" not in str(rows), table
            assert "sổ.txt" not in str(rows), table
        for table in ("assessment", "attachment", "blob", "instrument", "programme"):
            assert session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0, table


def test_what_was_erased_cannot_be_read_back_from_the_file(sqlite_environment, sqlite_people):
    people = sqlite_people
    with transaction(sqlite_environment, people.owner) as repository:
        repository.enterprises.erase(people.enterprise_id)
    with sqlite_environment.database.writing() as session:
        session.execute(text("SELECT 1"))
    sqlite_environment.database.dispose()
    file = Path(sqlite_environment.database.url.database)
    files = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert "Suối Cạn".encode() not in files


def test_the_other_enterprise_stays_as_it_was(environment, people):
    with transaction(environment, people.owner) as repository:
        repository.enterprises.erase(people.enterprise_id)
    with reading(environment) as repository:
        assert repository.enterprises.get(people.strangers_enterprise_id).profile.name == "Công ty Cân Điện Tử Thử"


# The register


def test_an_instrument_comes_back_as_it_was_written(environment, people):
    whole = replace(SCALE, verified_until=date(2027, 3, 1), price_vnd=350_000, in_use=False, note="Có dấu, “tem” số 5")
    with transaction(environment, people.owner) as repository:
        repository.instruments.save(people.enterprise_id, seen=None, wanted=whole)
    with reading(environment) as repository:
        assert repository.instruments.get(people.enterprise_id, "C-01").instrument == whole
        with pytest.raises(NotThere):
            repository.instruments.get(people.enterprise_id, "C-02")


def test_two_people_change_different_fields_of_one_instrument(environment, people):
    def save(actor, **changes):
        with transaction(environment, actor) as repository:
            wanted = replace(SCALE, **changes)
            return repository.instruments.save(people.enterprise_id, seen=SCALE, wanted=wanted).instrument

    with transaction(environment, people.owner) as repository:
        repository.instruments.save(people.enterprise_id, seen=None, wanted=SCALE)
    save(people.owner, place="Kho")
    assert save(people.editor, serial="K6-20418") == replace(SCALE, place="Kho", serial="K6-20418")
    with pytest.raises(Conflict):
        save(people.editor, place="Xưởng")


def test_a_code_belongs_to_one_line_of_the_register(environment, people):
    other = replace(SCALE, code="C-02", name="Cân 5 kg")
    with transaction(environment, people.owner) as repository:
        repository.instruments.save(people.enterprise_id, seen=None, wanted=SCALE)
        repository.instruments.save(people.enterprise_id, seen=None, wanted=other)
    for seen, wanted in ((None, replace(SCALE, name="Cân khác")), (other, replace(other, code="C-01"))):
        with pytest.raises(BadInput, match="code-taken"), transaction(environment, people.owner) as repository:
            repository.instruments.save(people.enterprise_id, seen=seen, wanted=wanted)
    with transaction(environment, people.owner) as repository:
        repository.instruments.save(people.enterprise_id, seen=other, wanted=replace(other, code="C-03"))
    with reading(environment) as repository:
        assert [kept.instrument.code for kept in repository.instruments.of_enterprise(people.enterprise_id)] == [
            "C-01",
            "C-03",
        ]


def test_many_lines_are_kept_at_once_each_with_its_event(environment, people):
    second, third = replace(SCALE, code="C-02"), replace(SCALE, code="C-03")
    with transaction(environment, people.owner) as repository:
        repository.instruments.save_all(people.enterprise_id, [(None, SCALE), (None, second)])
    with transaction(environment, people.owner) as repository:
        changes = [(SCALE, SCALE), (second, replace(second, code="C-04", place="Kho")), (None, third), (None, third)]
        kept = repository.instruments.save_all(people.enterprise_id, changes)
        assert repository.instruments.count(people.enterprise_id) == 3
    assert [(one.instrument.code, one.version) for one in kept] == [("C-01", 1), ("C-04", 2), ("C-03", 1), ("C-03", 1)]
    with reading(environment) as repository:
        register = repository.instruments.of_enterprise(people.enterprise_id)
        events = [one for one in repository.events.latest(20) if one.action == "instrument.saved"]
        assert repository.events.check().broken is None
    assert [one.instrument.code for one in register] == ["C-01", "C-04", "C-03"]
    assert [one.object_id.rpartition("/")[2] for one in reversed(events)] == ["C-01", "C-02", "C-04", "C-03"]


def test_a_code_that_a_line_leaves_is_free_for_the_next(environment, people):
    second = replace(SCALE, code="C-02", name="Cân 5 kg")
    with transaction(environment, people.owner) as repository:
        repository.instruments.save_all(people.enterprise_id, [(None, SCALE), (None, second)])
    with transaction(environment, people.owner) as repository:
        changes = [(second, replace(second, code="C-03")), (SCALE, replace(SCALE, code="C-02"))]
        repository.instruments.save_all(people.enterprise_id, changes)
    with reading(environment) as repository:
        register = repository.instruments.of_enterprise(people.enterprise_id)
    assert [(one.instrument.code, one.instrument.name) for one in register] == [
        ("C-02", SCALE.name),
        ("C-03", "Cân 5 kg"),
    ]


def test_replacing_the_register_keeps_what_did_not_change(environment, people):
    second, third = replace(SCALE, code="C-02"), replace(SCALE, code="C-03")
    with transaction(environment, people.owner) as repository:
        repository.instruments.replace(people.enterprise_id, [SCALE, second])
    with transaction(environment, people.owner) as repository:
        repository.instruments.replace(people.enterprise_id, [third, replace(SCALE, place="Kho")])
    with transaction(environment, people.owner) as repository:
        repository.instruments.replace(people.enterprise_id, [third, replace(SCALE, place="Kho")])
    with reading(environment) as repository:
        register = repository.instruments.of_enterprise(people.enterprise_id)
    assert [(kept.instrument.code, kept.version) for kept in register] == [("C-03", 1), ("C-01", 2)]
    assert register[1].instrument.place == "Kho"


def test_an_instrument_can_be_taken_out(environment, people):
    with transaction(environment, people.owner) as repository:
        repository.instruments.save(people.enterprise_id, seen=None, wanted=SCALE)
        repository.instruments.remove(people.enterprise_id, "C-01")
        with pytest.raises(NotThere):
            repository.instruments.remove(people.enterprise_id, "C-01")
    with reading(environment) as repository:
        assert repository.instruments.of_enterprise(people.enterprise_id) == ()


# Programmes


def test_each_version_of_a_programme_has_its_number(environment, people, assessment_id):
    facts = ProgrammeFacts(period_start=date(2027, 1, 1), period_end=date(2027, 12, 31))
    with transaction(environment, people.owner) as repository:
        first = repository.programmes.add(people.enterprise_id, "19", assessment_id, ProgrammeState.DRAFT, facts)
        second = repository.programmes.add(people.enterprise_id, "19", assessment_id, ProgrammeState.DRAFT, facts)
        repository.programmes.set_state(first.id, ProgrammeState.OPINIONS_ASKED)
    with reading(environment) as repository:
        versions = repository.programmes.of_enterprise(people.enterprise_id)
        assert [(kept.number, kept.state) for kept in versions] == [(2, "draft"), (1, "opinions_asked")]
        assert repository.programmes.get(second.id).facts == facts


def test_facts_of_a_programme_are_put_together(environment, people):
    with transaction(environment, people.owner) as repository:
        programme = repository.programmes.add(people.enterprise_id, "19", None, ProgrammeState.AGREED, ProgrammeFacts())
    nothing = ProgrammeFacts()
    with transaction(environment, people.owner) as repository:
        repository.programmes.save_facts(programme.id, seen=nothing, wanted=ProgrammeFacts(issued_number="05/QĐ"))
    with transaction(environment, people.editor) as repository:
        wanted = ProgrammeFacts(issued_on=date(2026, 12, 1))
        both = repository.programmes.save_facts(programme.id, seen=nothing, wanted=wanted)
    assert both.facts == ProgrammeFacts(issued_number="05/QĐ", issued_on=date(2026, 12, 1))


def test_own_words_of_two_people_at_one_place_are_never_lost(environment, people):
    with transaction(environment, people.owner) as repository:
        programme = repository.programmes.add(people.enterprise_id, "19", None, ProgrammeState.DRAFT, ProgrammeFacts())

    def save(actor, path, seen, wanted):
        with transaction(environment, actor) as repository:
            return repository.programmes.save_edit(programme.id, path, seen=seen, wanted=wanted)

    ours, theirs = ProgrammeEdit("Cân đúng, bán đúng", "Cân đúng"), ProgrammeEdit("Cân chuẩn", "Cân đúng")
    assert save(people.owner, "goal", None, ours).version == 1
    with pytest.raises(Conflict) as caught:
        save(people.editor, "goal", None, theirs)
    assert caught.value.details["who"] == "owner"
    assert caught.value.details["theirs"] == ours
    assert save(people.editor, "scope", None, theirs).edit == theirs
    changed = save(people.editor, "goal", ours, theirs)
    assert (changed.version, changed.updated_by_name) == (2, "editor")
    assert save(people.owner, "goal", theirs, None) is None
    with reading(environment) as repository:
        assert set(repository.programmes.edits(programme.id)) == {"scope"}


def test_who_removes_words_that_changed_meanwhile_is_told(environment, people):
    with transaction(environment, people.owner) as repository:
        programme = repository.programmes.add(people.enterprise_id, "19", None, ProgrammeState.DRAFT, ProgrammeFacts())
        first = ProgrammeEdit("Cân đúng")
        repository.programmes.save_edit(programme.id, "goal", seen=None, wanted=first)
        repository.programmes.save_edit(programme.id, "goal", seen=first, wanted=ProgrammeEdit("Cân chuẩn"))
    with pytest.raises(Conflict), transaction(environment, people.editor) as repository:
        repository.programmes.save_edit(programme.id, "goal", seen=first, wanted=None)


# Files


def test_the_same_bytes_are_kept_once_and_go_with_the_last_answer_that_has_them(environment, people, assessment_id):
    def add(question):
        with transaction(environment, people.owner) as repository:
            return repository.files.add(
                assessment_id, question, file_name="tem.txt", media_type="text/plain", content=b"tem"
            )

    def blobs():
        with environment.database.reading() as session:
            return session.execute(text("SELECT count(*) FROM blob")).scalar()

    one, again, other = add("named-person"), add("named-person"), add("written-rules")
    assert one == again
    assert (one.sha256, blobs()) == (other.sha256, 1)
    with transaction(environment, people.owner) as repository:
        repository.files.remove(one.id)
    assert blobs() == 1
    with reading(environment) as repository:
        assert [kept.question for kept in repository.files.of(assessment_id)] == ["written-rules"]
        assert repository.files.content(other.id) == b"tem"
    with transaction(environment, people.owner) as repository:
        repository.files.remove(other.id)
    assert blobs() == 0


def test_a_file_that_is_too_large_is_refused(environment, people, assessment_id):
    content = b"x" * (repository_files.FILE_LIMIT + 1)
    with pytest.raises(FileRefused, match="file-too-large"), transaction(environment, people.owner) as repository:
        repository.files.add(assessment_id, "named-person", file_name="a", media_type="text/plain", content=content)


def test_an_enterprise_cannot_fill_the_database_not_even_with_two_files_at_once(
    environment, people, assessment_id, monkeypatch
):
    monkeypatch.setattr(repository_files, "ENTERPRISE_LIMIT", 10)
    refused: list[FileRefused] = []

    def add(number: int) -> None:
        try:
            with transaction(environment, people.owner) as repository:
                repository.files.add(
                    assessment_id, "named-person", file_name="a", media_type="text/plain", content=bytes([number]) * 6
                )
        except FileRefused as error:
            refused.append(error)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [error.code for error in refused] == ["quota-exceeded"] * 2
    with reading(environment) as repository:
        assert repository.files.used_bytes(people.enterprise_id) == 6


def test_a_file_needs_its_assessment(environment, people):
    with pytest.raises(NotThere), transaction(environment, people.owner) as repository:
        repository.files.add(new_id(), "named-person", file_name="a", media_type="text/plain", content=b"a")
    with reading(environment) as repository, pytest.raises(NotThere):
        repository.files.content(new_id())
