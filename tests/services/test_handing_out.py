"""Drafts that are handed out: the same bytes for ever, checked by anybody, told of nobody."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from datetime import date

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from core.domain.assessment import Choice
from core.domain.check_code import make_check_code
from core.domain.scorecard import ScoreKind
from core.errors import BadInput, FileRefused, NotThere, OutOfOrder, ProgrammeRefused
from core.language import Language
from core.services import assessing, handing_out, own_data, programming, reviewing
from core.services.environment import reading, transaction
from core.services.exchanging import DraftForm
from core.storage import repository_files
from tests.render.reading import qr_codes
from tests.services.test_programming import answer
from tests.services.test_reviewing import accept_all, case, reviewers

__all__ = ["case", "reviewers"]
HERE = "203.0.113.7"
UNKNOWN = make_check_code(20_261_122)
DOTS_PER_MM = 300 / 25.4


@pytest.fixture
def kept(environment, people, prepared):
    """A draft that the owner of the tea cooperative handed out."""

    def hand_out():
        answer(environment, people.owner, people.enterprise_id, Choice.LEVEL_1)
        return handing_out.hand_out(environment, people.owner, people.enterprise_id)

    return prepared("handing out: kept", hand_out)


def check(environment, code, address=HERE):
    return handing_out.check_code(environment, code, address)


def refusal(environment, code, address=HERE):
    with pytest.raises(BadInput) as refused:
        check(environment, code, address)
    return refused.value


def files_of(environment, actor, kept):
    return {
        (file.language, file.form): handing_out.handed_out_file(
            environment, actor, kept.id, file.language, DraftForm(file.form)
        )[1]
        for file in kept.files
    }


def test_the_same_code_brings_the_same_bytes_after_answers_texts_and_day_have_changed(
    environment, people, kept, clock, monkeypatch
):
    before = files_of(environment, people.owner, kept)
    assert list(before) == [(language, form) for language in Language for form in ("pdf", "docx")]
    plain = programming.pdf(environment, people.owner, people.enterprise_id, Language.VI)

    clock.pass_time(days=1)
    answer(environment, people.editor, people.enterprise_id, Choice.LEVEL_3)
    monkeypatch.setattr("core.services.exchanging.WRITERS", {})

    assert files_of(environment, people.viewer, kept) == before
    assert {hashlib.sha256(content).hexdigest() for content in before.values()} == {one.sha256 for one in kept.files}
    assert programming.pdf(environment, people.owner, people.enterprise_id, Language.VI) != plain
    assert kept.draft.code not in pdf_text(plain)


def test_a_code_tells_status_day_edition_and_hashes_and_nothing_else(environment, people, kept):
    checked = check(environment, kept.draft.code.lower().replace("-", " "))

    assert (checked.code, checked.on, checked.edition) == (kept.draft.code, date(2026, 11, 22), "2026.1")
    assert checked.revoked_on is None
    assert checked.files == kept.files
    assert set(type(checked).__dataclass_fields__) == {"code", "on", "edition", "files", "revoked_on"}


def test_a_file_is_compared_byte_for_byte(environment, people, kept):
    for (language, form), content in files_of(environment, people.owner, kept).items():
        found = handing_out.check_file(environment, content)
        assert (found.checked.code, found.file.language, found.file.form) == (kept.draft.code, language, form)

        for place in (0, len(content) // 2, len(content) - 1):
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            found = handing_out.check_file(environment, changed)
            assert (found.checked, found.file) == (None, None)
            assert found.sha256 == hashlib.sha256(changed).hexdigest()


def test_a_revoked_draft_says_so_and_since_when(environment, people, kept, clock):
    clock.pass_time(days=3)
    with pytest.raises(ProgrammeRefused) as refused:
        handing_out.revoke(environment, people.owner, kept.id, " \n")
    assert refused.value.code == "draft-revoked-without-reason"

    handing_out.revoke(environment, people.editor, kept.id, "Sai số máy của cân số 2")
    handing_out.revoke(environment, people.owner, kept.id, "lần hai")

    assert check(environment, kept.draft.code).revoked_on == date(2026, 11, 25)
    [content, *_] = files_of(environment, people.owner, kept).values()
    assert handing_out.check_file(environment, content).checked.revoked_on == date(2026, 11, 25)
    [shown] = handing_out.handed_out(environment, people.viewer, people.enterprise_id).drafts
    assert (shown.revoked_by_name, shown.revoked_reason) == ("editor", "Sai số máy của cân số 2")


def test_an_unknown_code_and_one_whose_enterprise_is_gone_get_one_answer(environment, people, kept):
    content = next(iter(files_of(environment, people.owner, kept).values()))
    unknown = check(environment, UNKNOWN)

    own_data.erase(environment, people.owner, people.enterprise_id, "Hợp tác xã Chè Suối Cạn")

    assert check(environment, kept.draft.code) is unknown is None
    assert handing_out.check_file(environment, content).checked is None
    with reading(environment) as repository:
        assert all(one.before is one.after is None for one in repository.events.about(people.enterprise_id))


def test_a_hidden_enterprise_is_as_unknown(environment, people, kept):
    content = next(iter(files_of(environment, people.owner, kept).values()))
    with transaction(environment) as repository:
        repository.enterprises.set_deleted(people.enterprise_id)

    assert check(environment, kept.draft.code) is None
    assert handing_out.check_file(environment, content).checked is None


def test_guessing_is_slowed_by_address_whatever_the_session_and_typing_slips_are_not_counted(environment, kept, clock):
    for number in range(handing_out.ATTEMPTS_PER_ADDRESS):
        assert refusal(environment, f"{UNKNOWN[:-1]}{'B' if UNKNOWN[-1] != 'B' else 'C'}").code == "check-code-mistyped"
        assert check(environment, kept.draft.code).code == kept.draft.code
        assert check(environment, make_check_code(number)) is None

    refused = refusal(environment, kept.draft.code)
    assert (refused.code, refused.details) == ("check-too-many", {"minutes": 15})
    assert refusal(environment, UNKNOWN).code == "check-too-many"
    assert check(environment, kept.draft.code, "198.51.100.1") is not None

    clock.pass_time(minutes=16)
    assert check(environment, kept.draft.code) is not None


def test_one_ipv6_network_counts_as_one_address(environment):
    for number in range(handing_out.ATTEMPTS_PER_ADDRESS):
        check(environment, make_check_code(number), f"2001:db8:0:7::{number:x}")

    assert refusal(environment, UNKNOWN, "2001:db8:0:7:ffff::1").code == "check-too-many"
    assert check(environment, UNKNOWN, "2001:db8:0:8::1") is None
    assert check(environment, UNKNOWN, f"::ffff:{HERE}") is None


def test_guessing_from_many_addresses_is_slowed_too_while_files_are_still_compared(
    environment, people, kept, clock, monkeypatch
):
    monkeypatch.setattr(handing_out, "ATTEMPTS_OVERALL", 20)
    for number in range(20):
        assert check(environment, make_check_code(number), f"198.51.100.{number}") is None

    assert refusal(environment, kept.draft.code, "192.0.2.1").code == "check-too-many"
    content = next(iter(files_of(environment, people.owner, kept).values()))
    assert handing_out.check_file(environment, content).checked.code == kept.draft.code
    clock.pass_time(minutes=16)
    assert check(environment, kept.draft.code, "192.0.2.1") is not None


def test_the_same_draft_keeps_its_code_until_it_changes_or_is_revoked(environment, people, kept):
    assert handing_out.hand_out(environment, people.editor, people.enterprise_id) == kept

    handing_out.revoke(environment, people.owner, kept.id, "Gửi nhầm")
    second = handing_out.hand_out(environment, people.owner, people.enterprise_id)
    answer(environment, people.owner, people.enterprise_id, Choice.LEVEL_2)
    third = handing_out.hand_out(environment, people.owner, people.enterprise_id)

    listed = handing_out.handed_out(environment, people.owner, people.enterprise_id).drafts
    assert [one.draft.code for one in listed] == [third.draft.code, second.draft.code, kept.draft.code]
    assert len({one.draft.code for one in listed}) == 3
    with reading(environment) as repository:
        noted = [one.action for one in repository.events.about(people.enterprise_id) if one.object_kind == "handed-out"]
        assert repository.events.check().broken is None
    assert noted == ["draft.handed-out", "draft.revoked", "draft.handed-out", "draft.handed-out"]


def test_only_owner_and_editor_hand_out_and_revoke_and_only_members_look(environment, people, kept):
    outsiders = (people.adviser, people.official, people.administrator, people.stranger)
    for actor in (people.viewer, *outsiders):
        with pytest.raises(NotThere):
            handing_out.hand_out(environment, actor, people.enterprise_id)
        with pytest.raises(NotThere):
            handing_out.revoke(environment, actor, kept.id, "không phải của tôi")
    for actor in outsiders:
        with pytest.raises(NotThere):
            handing_out.handed_out(environment, actor, people.enterprise_id)
        with pytest.raises(NotThere):
            files_of(environment, actor, kept)
    assert handing_out.handed_out(environment, people.viewer, people.enterprise_id).drafts == (kept,)


def test_without_an_answer_there_is_nothing_to_hand_out(environment, people):
    with pytest.raises(OutOfOrder) as refused:
        handing_out.hand_out(environment, people.owner, people.enterprise_id)

    assert refused.value.code == "draft-without-score"


def test_the_files_count_towards_the_quota_and_half_a_draft_is_never_kept(environment, people, monkeypatch):
    answer(environment, people.owner, people.enterprise_id, Choice.LEVEL_1)
    plain = programming.pdf(environment, people.owner, people.enterprise_id, Language.VI)
    monkeypatch.setattr(repository_files, "ENTERPRISE_LIMIT", 2 * len(plain))

    with pytest.raises(FileRefused) as refused:
        handing_out.hand_out(environment, people.owner, people.enterprise_id)

    assert refused.value.code == "quota-exceeded"
    assert handing_out.handed_out(environment, people.owner, people.enterprise_id).drafts == ()
    with reading(environment) as repository:
        assert repository.files.used_bytes(people.enterprise_id) == 0


def test_what_is_handed_out_says_whether_its_score_was_reviewed(environment, people, case):
    before = handing_out.hand_out(environment, people.owner, people.enterprise_id)
    accept_all(environment, case)
    reviewing.finish(environment, case.adviser, case.submission_id, "", on_round=1)

    after = handing_out.hand_out(environment, people.owner, people.enterprise_id)

    assert (before.draft.score_kind, after.draft.score_kind) == (ScoreKind.SELF, ScoreKind.VALIDATED)
    assert after.draft.score_low == after.draft.score_high == before.draft.score_low
    [newest, _] = handing_out.handed_out(environment, case.adviser, people.enterprise_id).drafts
    assert newest.draft == after.draft
    assert files_of(environment, case.adviser, after)

    assessing.begin_next(environment, people.owner, people.enterprise_id)

    # The new answers are the firm's alone, while the review that is over stays open to its readers.
    with pytest.raises(NotThere):
        handing_out.handed_out(environment, case.adviser, people.enterprise_id)
    assert handing_out.handed_out_beside(environment, case.adviser, case.submission_id) == (after, before)
    for outsider in (people.stranger, people.official, case.elsewhere):
        with pytest.raises(NotThere):
            handing_out.handed_out_beside(environment, outsider, case.submission_id)


def test_every_page_and_the_footer_of_the_word_file_lead_to_the_check_page(sqlite_environment, sqlite_people):
    environment, people = sqlite_environment, sqlite_people
    answer(environment, people.owner, people.enterprise_id, Choice.LEVEL_1)
    kept = handing_out.hand_out(environment, people.owner, people.enterprise_id)
    files = files_of(environment, people.owner, kept)

    for language in Language:
        said = environment.catalogue.word("programme.foot-check")[language].format(
            code=kept.draft.code, address="127.0.0.1:8501/kiem-tra"
        )
        for is_landscape, page in pages_by_shape(files[language, "pdf"], said).items():
            [address] = codes_in(page.render(scale=DOTS_PER_MM * 25.4 / 72).to_pil())
            place, _, asked = address.partition("?ma=")
            assert place == "http://127.0.0.1:8501/kiem-tra", is_landscape
            assert check(environment, asked).code == kept.draft.code
        with zipfile.ZipFile(io.BytesIO(files[language, "docx"])) as archive:
            names = archive.namelist()
            footers = [archive.read(name).decode() for name in names if re.fullmatch(r"word/footer\d+\.xml", name)]
            pictures = [Image.open(io.BytesIO(archive.read(name))) for name in names if name.endswith(".png")]
        assert len(footers) == 2
        assert all(kept.draft.code in footer and "bottomMargin" in footer for footer in footers)
        assert [address] in [codes_in(picture.convert("L")) for picture in pictures]


def pages_by_shape(pdf, said):
    """The first upright and the first turned page, once the foot of every page was seen to say this."""
    found = {}
    for page in pypdfium2.PdfDocument(pdf):
        width, height = page.get_size()
        foot = page.get_textpage().get_text_bounded(0, 0, width, 45)
        assert said in " ".join(foot.split())
        found.setdefault(width > height, page)
    assert set(found) == {True, False}
    return found


def codes_in(picture):
    return [one.text for one in qr_codes(picture)]


def pdf_text(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
