"""The draft: built from the analysis, in the enterprise's own words where it wrote them, never lost."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from core.domain.assessment import Answer, Choice
from core.errors import Conflict, NotThere, ProgrammeRefused
from core.language import Language
from core.services import assessing, programming

QUESTION = "named-person"
CAUSE = f"finding:{QUESTION}/cause"
TASK = f"task:{QUESTION}"
WRITERS = (programming.pdf, programming.docx, programming.xlsx)


@pytest.fixture
def answered(environment, people):
    """An enterprise that has answered one question badly."""
    answer(environment, people.owner, people.enterprise_id, Choice.LEVEL_0)
    return people


def answer(environment, actor, enterprise_id, choice, question=QUESTION):
    opened = assessing.open_assessment(environment, actor, enterprise_id)
    seen = opened.answer(question)
    assessing.save_answer(environment, actor, opened.id, question, seen=seen, wanted=replace(seen, choice=choice))


def opened(environment, people, who="owner"):
    return programming.open_programme(environment, getattr(people, who), people.enterprise_id)


def write(environment, people, path, typed, who="owner", sheet=None, before=None):
    sheet = sheet or opened(environment, people, who)
    field = next(field for field in sheet.draft.fields() if field.path == path)
    return programming.save_wording(environment, getattr(people, who), sheet, field, typed, before)


def field_of(sheet, path):
    return next(field for field in sheet.draft.fields() if field.path == path)


def test_there_is_no_programme_without_an_analysis(environment, people):
    assessing.open_assessment(environment, people.owner, people.enterprise_id)

    assert opened(environment, people) is None
    assert programming.pdf(environment, people.owner, people.enterprise_id, Language.VI) == b""


def test_own_words_survive_a_change_of_answers_and_the_change_is_pointed_out(environment, answered):
    write(environment, answered, f"{TASK}/due", "30/06/2027")
    write(environment, answered, CAUSE, "Chưa ai nhận việc")

    answer(environment, answered.owner, answered.enterprise_id, Choice.LEVEL_2)

    sheet = opened(environment, answered)
    assert field_of(sheet, CAUSE).value.vi == "Chưa ai nhận việc"
    assert field_of(sheet, f"{TASK}/due").value.vi == "2027-06-30"


def test_own_words_survive_even_when_their_question_is_met(environment, answered):
    write(environment, answered, f"{TASK}/title", "Giao việc cho chị Ví Dụ")

    answer(environment, answered.owner, answered.enterprise_id, Choice.LEVEL_4)

    item = opened(environment, answered).draft.item(TASK)
    assert item.text("title", Language.VI) == "Giao việc cho chị Ví Dụ"
    assert item.origin_vanished


def test_typing_the_proposal_again_is_no_edit(environment, answered):
    proposed = field_of(opened(environment, answered), CAUSE).value.vi
    write(environment, answered, CAUSE, "lời khác")
    write(environment, answered, CAUSE, proposed)

    assert opened(environment, answered).edits == {}


def test_two_people_editing_one_place_meet_each_other(environment, answered):
    stale = opened(environment, answered, "editor")
    write(environment, answered, CAUSE, "lời của chủ")

    with pytest.raises(Conflict) as met:
        write(environment, answered, CAUSE, "lời của người sửa", who="editor", sheet=stale)

    assert met.value.details["who"] == "owner"
    assert field_of(opened(environment, answered), CAUSE).value.vi == "lời của chủ"


@pytest.mark.parametrize(
    ("path", "theirs", "seen_before", "yours"),
    [
        (CAUSE, "lời của chủ", "lời cũ", "lời của người sửa"),
        (f"{TASK}/due", "30/06/2027", "2027-03-31", "01/07/2027"),
        (f"{TASK}/money", "1.200.000", "900.000", "1.500.000"),
    ],
)
def test_words_written_over_others_than_those_that_stand_there_meet_them(
    environment, answered, path, theirs, seen_before, yours
):
    write(environment, answered, path, theirs)

    with pytest.raises(Conflict) as met:
        write(environment, answered, path, yours, who="editor", before=seen_before)

    details = met.value.details
    assert details["who"] == "owner"
    assert programming.canonical_value(path, theirs) == details["theirs"].value
    assert programming.canonical_value(path, yours) == details["yours"].value
    write(environment, answered, path, theirs, who="editor", before=seen_before)
    write(environment, answered, path, yours, who="editor", before=theirs)
    assert field_of(opened(environment, answered), path).value.vi == details["yours"].value


def test_the_proposal_of_either_language_may_be_written_over(environment, answered):
    for before in Language:
        proposed = field_of(opened(environment, answered), CAUSE).proposed[before]
        write(environment, answered, CAUSE, "lời khác", before=proposed)
        programming.restore_wording(environment, answered.owner, opened(environment, answered), CAUSE)

    with pytest.raises(Conflict) as met:
        write(environment, answered, CAUSE, "lời khác", before="lời mà không ai thấy nữa")

    assert met.value.details["theirs"] is None


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("period/end", "31/12/2026", "period-reversed"),
        ("period/end", "30/06/2027", "period-too-short"),
        ("period/end", "31/02/2029", "date-unreadable"),
        ("organisation/head_title", "", "text-missing"),
        (f"{TASK}/money", "-5", "money-out-of-range"),
        (f"{TASK}/title", "x" * 5000, "text-too-long"),
    ],
)
def test_what_cannot_stand_in_a_programme_is_refused_by_place(environment, answered, path, typed, code):
    with pytest.raises(ProgrammeRefused) as refused:
        write(environment, answered, path, typed)

    assert refused.value.code == code
    assert opened(environment, answered).edits == {}


def test_items_of_ones_own_are_added_filled_and_removed(environment, answered):
    sheet = opened(environment, answered)
    item_id = programming.add_item(environment, answered.owner, sheet, sheet.draft.item(TASK).kind)
    write(environment, answered, f"{item_id}/title", "Mua quả cân 20 kg")
    assert opened(environment, answered).draft.item(item_id).is_included

    programming.remove_item(environment, answered.owner, opened(environment, answered), item_id)

    assert item_id not in {item.id for item in opened(environment, answered).draft.items}


@pytest.mark.parametrize("who", ["viewer", "adviser", "official", "administrator", "stranger"])
def test_only_owner_and_editor_may_edit_the_programme(environment, answered, who):
    sheet = opened(environment, answered)

    with pytest.raises(NotThere):
        programming.save_wording(environment, getattr(answered, who), sheet, field_of(sheet, CAUSE), "lời người lạ")

    assert opened(environment, answered).edits == {}


@pytest.mark.parametrize("who", ["adviser", "official", "administrator", "stranger"])
def test_strangers_cannot_open_or_download_the_draft(environment, answered, who):
    for write_file in WRITERS:
        with pytest.raises(NotThere):
            write_file(environment, getattr(answered, who), answered.enterprise_id, Language.VI)


def test_the_same_draft_gives_the_same_bytes_in_every_form(sqlite_environment, sqlite_people):
    environment, people = sqlite_environment, sqlite_people
    answer(environment, people.owner, people.enterprise_id, Choice.LEVEL_1)

    for write_file in WRITERS:
        first = write_file(environment, people.owner, people.enterprise_id, Language.VI)
        programming._pdf.cache_clear()
        programming._docx.cache_clear()
        programming._xlsx.cache_clear()
        assert write_file(environment, people.owner, people.enterprise_id, Language.VI) == first


def test_a_preview_beyond_the_last_page_shows_the_last_page(sqlite_environment, sqlite_people):
    answer(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, Choice.LEVEL_1)

    shown = programming.preview(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, Language.EN, 999)

    assert shown.count > 10
    assert shown.page == shown.count - 1
    assert shown.picture.startswith(b"\x89PNG")


def test_a_preview_without_a_page_number_opens_where_the_section_begins(sqlite_environment, sqlite_people):
    answer(sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, Choice.LEVEL_1)
    place = sqlite_environment, sqlite_people.owner, sqlite_people.enterprise_id, Language.VI

    pages = [programming.preview(*place, None, section).page for section in ("", "I", "III", "VI", "VIII")]

    assert pages[0] == 0
    assert sorted(set(pages)) == pages
    text = pypdfium2.PdfDocument(programming.pdf(*place))[pages[3]].get_textpage().get_text_range()
    assert "VI. NHIỆM VỤ" in text


def test_an_answer_given_with_hostile_text_still_builds(sqlite_environment, sqlite_people):
    environment, people = sqlite_environment, sqlite_people
    opened_now = assessing.open_assessment(environment, people.owner, people.enterprise_id)
    hostile = Answer(choice=Choice.LEVEL_1, note="<img src=file:///x> =1+1 <b> 🍵 " + "dài" * 3000)
    assessing.save_answer(environment, people.owner, opened_now.id, QUESTION, seen=Answer(), wanted=hostile)

    assert programming.pdf(environment, people.owner, people.enterprise_id, Language.VI).startswith(b"%PDF-")
    assert programming.docx(environment, people.owner, people.enterprise_id, Language.VI).startswith(b"PK")
    assert programming.xlsx(environment, people.owner, people.enterprise_id, Language.VI).startswith(b"PK")
