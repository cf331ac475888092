"""Answering: what is kept, who may, what two people at once meet, and what the result says."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from PIL import Image

from core.domain.assessment import NOTE_LIMIT, Answer, AssessmentState, Choice, Evidence
from core.domain.instruments import MeasuringInstrument
from core.errors import AnswerRefused, Conflict, FileRefused, NotThere
from core.services import assessing
from core.services.environment import transaction

QUESTION = "named-person"
NOTHING = Answer()
LEVEL_3 = Answer(choice=Choice.LEVEL_3)


def keep(environment, actor, enterprise_id, question=QUESTION, seen=NOTHING, **wanted):
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    return assessing.save_answer(environment, actor, opened.id, question, seen=seen, wanted=replace(seen, **wanted))


def picture(size=(40, 30), kind="JPEG", **options) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "white").save(made, kind, **options)
    return made.getvalue()


def packed(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return made.getvalue()


def test_an_answer_is_kept_when_given_and_found_again(environment, people):
    keep(environment, people.owner, people.enterprise_id, choice=Choice.LEVEL_2, note="giấy giao việc ở tủ 2")

    answer = assessing.open_assessment(environment, people.editor, people.enterprise_id).answer(QUESTION)

    assert answer == Answer(choice=Choice.LEVEL_2, note="giấy giao việc ở tủ 2")


def test_the_first_visit_begins_one_assessment_even_from_two_tabs(environment, people):
    with ThreadPoolExecutor(4) as pool:
        ids = list(
            pool.map(lambda _: assessing.open_assessment(environment, people.owner, people.enterprise_id).id, range(4))
        )

    assert len(set(ids)) == 1


def test_two_people_answering_one_question_never_overwrite_each_other_silently(environment, people):
    keep(environment, people.owner, people.enterprise_id, choice=Choice.LEVEL_3)

    with pytest.raises(Conflict) as met:
        keep(environment, people.editor, people.enterprise_id, choice=Choice.LEVEL_1)

    assert met.value.details["who"] == "owner"
    assert met.value.details["theirs"] is Choice.LEVEL_3
    assert met.value.details["yours"] is Choice.LEVEL_1


def test_two_people_writing_different_fields_of_one_answer_are_both_kept(environment, people):
    keep(environment, people.owner, people.enterprise_id, choice=Choice.LEVEL_3)
    keep(environment, people.editor, people.enterprise_id, note="ghi chú của người thứ hai")

    answer = assessing.open_assessment(environment, people.owner, people.enterprise_id).answer(QUESTION)

    assert answer == Answer(choice=Choice.LEVEL_3, note="ghi chú của người thứ hai")


@pytest.mark.parametrize("who", ["viewer", "adviser", "official", "administrator", "stranger"])
def test_only_owner_and_editor_of_the_enterprise_may_answer(environment, people, who):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)

    with pytest.raises(NotThere):
        assessing.save_answer(environment, getattr(people, who), opened.id, QUESTION, seen=NOTHING, wanted=LEVEL_3)

    assert assessing.open_assessment(environment, people.owner, people.enterprise_id).answers == {}


@pytest.mark.parametrize("who", ["adviser", "official", "administrator", "stranger"])
def test_a_draft_is_seen_by_its_enterprise_only(environment, people, who):
    assessing.open_assessment(environment, people.owner, people.enterprise_id)

    with pytest.raises(NotThere):
        assessing.open_assessment(environment, getattr(people, who), people.enterprise_id)


def test_a_submitted_assessment_takes_no_more_answers(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    with transaction(environment, people.owner) as repository:
        repository.assessments.set_state(opened.id, AssessmentState.SUBMITTED)

    with pytest.raises(NotThere):
        assessing.save_answer(environment, people.owner, opened.id, QUESTION, seen=NOTHING, wanted=LEVEL_3)

    assert not assessing.open_assessment(environment, people.owner, people.enterprise_id).may_answer


def test_a_note_of_a_hundred_thousand_characters_is_refused_with_its_length(sqlite_environment, sqlite_people):
    with pytest.raises(AnswerRefused) as refused:
        keep(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, note="ấ" * 100_000)

    assert refused.value.details == {"question": QUESTION, "length": 100_000, "limit": NOTE_LIMIT}


def test_text_from_outside_is_kept_composed_and_without_control_characters(sqlite_environment, sqlite_people):
    typed = "Ca\u0302n\x00 lo\u031b\u0300i\x1b[31m <b>=1+1</b> 🍵\u202e"
    keep(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, note=typed)

    answer = assessing.open_assessment(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id).answer(
        QUESTION
    )

    assert answer.note == "Cân lời[31m <b>=1+1</b> 🍵"


def test_nobody_confirms_their_own_evidence(sqlite_environment, sqlite_people):
    with pytest.raises(AnswerRefused, match="evidence-confirmed-by-reviewer"):
        keep(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, evidence=Evidence.CONFIRMED)


def test_an_unknown_question_is_refused(sqlite_environment, sqlite_people):
    with pytest.raises(AnswerRefused, match="question-unknown"):
        keep(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, question="no-such", note="x")


def test_a_file_backs_the_answer_and_can_be_read_by_colleagues_only(environment, people):
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)

    kept = assessing.attach(environment, people.owner, opened.id, QUESTION, "giấy giao việc.JPG", picture())

    assert kept.file_name == "giấy giao việc.JPG"
    again = assessing.open_assessment(environment, people.viewer, people.enterprise_id)
    assert again.answer(QUESTION).evidence is Evidence.FILE
    assert assessing.read_attachment(environment, people.viewer, kept.id)[1].startswith(b"\xff\xd8\xff")
    with pytest.raises(NotThere):
        assessing.read_attachment(environment, people.stranger, kept.id)


def test_evidence_by_file_counts_as_described_once_the_file_is_gone(sqlite_environment, sqlite_people):
    environment, people = sqlite_environment, sqlite_people
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    kept = assessing.attach(environment, people.owner, opened.id, QUESTION, "a.png", picture(kind="PNG"))

    assessing.detach(environment, people.owner, kept.id)

    again = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    assert again.answer(QUESTION).evidence is Evidence.FILE
    assert again.counted[QUESTION].evidence is Evidence.DESCRIBED


def test_place_and_camera_are_removed_from_pictures(sqlite_environment, sqlite_people):
    exif = Image.Exif()
    exif[0x010F] = "Camera of somebody"
    exif.get_ifd(0x8825)[1] = "N"
    opened = assessing.open_assessment(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id)

    kept = assessing.attach(sqlite_environment, sqlite_people.owner, opened.id, QUESTION, "a.jpg", picture(exif=exif))

    content = assessing.read_attachment(sqlite_environment, sqlite_people.owner, kept.id)[1]
    assert b"Camera of somebody" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.pdf", b"", "file-empty"),
        ("program.jpg", b"MZ\x90\x00 not a picture", "file-kind-unknown"),
        ("page.html", b"<html><script>alert(1)</script>", "file-kind-unknown"),
        ("broken.jpg", b"\xff\xd8\xff\xe0 broken", "file-damaged"),
        ("broken.docx", b"PK\x03\x04 broken", "file-damaged"),
        ("other.zip", packed(readme=b"x"), "file-kind-unknown"),
        ("bomb.xlsx", packed(xl__workbook_xml=b"0" * 70_000_000), "file-packed-bomb"),
        ("macro.docx", packed(word__document_xml=b"<x/>", word__vbaProject_bin=b"x"), "file-with-macros"),
        ("large.pdf", b"%PDF-1.7" + b"0" * (5 * 1024 * 1024), "file-too-large"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(sqlite_environment, sqlite_people, name, content, code):
    opened = assessing.open_assessment(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id)

    with pytest.raises(FileRefused) as refused:
        assessing.attach(sqlite_environment, sqlite_people.owner, opened.id, QUESTION, name, content)

    assert refused.value.code == code
    assert refused.value.details["place"] == name
    again = assessing.open_assessment(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id)
    assert not again.files


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "C:\\windows\\a.pdf", "a\nb.pdf", "\u202efdp.exe"])
def test_the_name_of_a_file_is_only_a_name(sqlite_environment, sqlite_people, name):
    opened = assessing.open_assessment(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id)

    kept = assessing.attach(sqlite_environment, sqlite_people.owner, opened.id, QUESTION, name, b"%PDF-1.7 x")

    assert not set(kept.file_name) & set("/\\\n\u202e")
    assert kept.file_name.endswith(".pdf")


def test_a_colleagues_answer_is_news_and_ones_own_is_not(sqlite_environment, sqlite_people, clock):
    environment, people = sqlite_environment, sqlite_people
    keep(environment, people.owner, people.enterprise_id, choice=Choice.LEVEL_3)
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    assert assessing.news_since(environment, people.owner, opened.id, opened.saved_at) is None

    clock.pass_time(minutes=1)
    keep(environment, people.editor, people.enterprise_id, question="goals", choice=Choice.LEVEL_1)

    assert assessing.news_since(environment, people.owner, opened.id, opened.saved_at) == "editor"


def test_progress_counts_only_what_applies_and_is_really_answered(sqlite_environment, sqlite_people):
    environment, people = sqlite_environment, sqlite_people
    keep(environment, people.owner, people.enterprise_id, choice=Choice.NOT_APPLICABLE)
    keep(environment, people.owner, people.enterprise_id, question="fuel-self-check", choice=Choice.LEVEL_4)

    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    topics = assessing.progress(opened)

    assert sum(topic.answered for topic in topics) == 0
    assert all("fuel" not in question.applies_when.uses for topic in topics for question in topic.questions)


def test_an_overdue_instrument_of_the_register_fires_the_gate_whatever_was_answered(environment, people):
    keep(environment, people.owner, people.enterprise_id, question="group2-verification", choice=Choice.LEVEL_4)
    with transaction(environment, people.owner) as repository:
        scale = MeasuringInstrument(code="C-01", name="Cân bàn", group2_row="8b")
        repository.instruments.save(people.enterprise_id, seen=None, wanted=scale)

    result = assessing.result(environment, people.owner, people.enterprise_id)

    assert [one.overdue for one in result.self_score.contradictions] == [("C-01",)]
    assert next(one for one in result.findings if one.question == "group2-verification").gate_failed
    assert result.self_score.level_low.level <= 1


def test_trying_a_change_keeps_nothing(sqlite_environment, sqlite_people):
    environment, people = sqlite_environment, sqlite_people
    keep(environment, people.owner, people.enterprise_id, choice=Choice.LEVEL_1)
    opened = assessing.open_assessment(environment, people.owner, people.enterprise_id)

    after = assessing.tried(opened, {QUESTION: 4})

    before = assessing.result(environment, people.owner, people.enterprise_id)
    assert after.low > before.self_score.low
    assert before.opened.answer(QUESTION).level == 1


def test_a_later_edition_changes_no_old_score(environment, people):
    keep(environment, people.owner, people.enterprise_id, choice=Choice.LEVEL_3)
    before = assessing.result(environment, people.owner, people.enterprise_id).self_score

    method = replace(environment.catalogue.method, thresholds=(1, 2, 3, 4))
    later = replace(environment, catalogue=replace(environment.catalogue, edition="2099.1", method=method, topics=()))
    after = assessing.result(later, people.owner, people.enterprise_id).self_score

    assert after == before
    assert after.edition == "2026.1"
