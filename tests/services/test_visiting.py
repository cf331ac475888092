"""The visit kit: what is open and nothing else, read back from the pages, with every QR code scanned."""

from __future__ import annotations

import io
from datetime import date

import docx
import pypdfium2
import pytest
from PIL import Image

from core.domain.assessment import Answer, Choice, Evidence
from core.domain.instruments import MeasuringInstrument
from core.domain.review import Ruling, RulingKind
from core.domain.visit_kit import NOTE_SHOWN
from core.errors import NotThere
from core.language import Language
from core.services import registering, reviewing, visiting
from core.services.exchanging import DraftForm
from tests.render.reading import qr_codes
from tests.services.test_review_letters import docx_text, pdf_text
from tests.services.test_reviewing import QUESTION, Case, accept_all, answer, answer_all, reviewers

__all__ = ["reviewers"]
GATE = "group2-verification"
OTHER = "measuring-points"
READERS = {DraftForm.PDF: pdf_text, DraftForm.DOCX: docx_text}
NOTE = "Quyết định số 12, tủ 2. " * 40
SCALES = [
    MeasuringInstrument("C-01", name="Cân bàn", place="Xưởng sấy", group2_row="8b", verified_on=date(2024, 3, 1)),
    MeasuringInstrument("C-02", name="Cân đồng hồ", place="Cửa hàng", group2_row="8b", serial="771"),
    MeasuringInstrument("N-01", name="Nhiệt kế", place="Xưởng sấy", calibrated_on=date(2024, 1, 5), interval_months=12),
    MeasuringInstrument("N-02", name="Ẩm kế", place="Kho", calibrated_on=date(2026, 9, 5), interval_months=12),
]


@pytest.fixture
def case(environment, people, reviewers, prepared):
    """A submission of which all is accepted but two questions; the register contradicts one of the accepted."""
    return prepared("visiting: case", lambda: make_case(environment, people, reviewers))


def make_case(environment, people, reviewers):
    answer_all(environment, people)
    for scale in SCALES:
        registering.save_instrument(environment, people.owner, people.enterprise_id, seen=None, wanted=scale)
    answer(environment, people, GATE, choice=Choice.LEVEL_4)
    answer(environment, people, QUESTION, evidence=Evidence.DESCRIBED, note=NOTE)
    receipt = reviewing.submit(environment, people.owner, people.enterprise_id)
    made = Case(receipt.submission_id, people.owner, people.editor, people.adviser, **reviewers)
    accept_all(environment, made, without=(QUESTION, OTHER))
    asked = Ruling(RulingKind.CHANGE_ASKED, Answer(), reason="Gửi sơ đồ điểm đo")
    reviewing.rule(environment, made.adviser, made.submission_id, OTHER, on_round=1, seen=None, wanted=asked)
    return made


def kit(environment, case, form=DraftForm.PDF, language=Language.VI, actor=None):
    return visiting.kit(environment, actor or case.adviser, case.submission_id, form, language)


def address(environment, case, question):
    return f"{environment.settings.public_address}/xem-ho-so?id={case.submission_id}&cau={question}"


def scanned(pictures):
    return [found.text for picture in pictures for found in sorted(qr_codes(picture), key=_height)]


def _height(found):
    return found.position.top_left.y


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("form", list(READERS))
def test_the_sheets_hold_the_open_points_with_answer_evidence_and_papers(environment, case, form, language):
    shown = READERS[form](kit(environment, case, form, language))
    questions = environment.catalogue.questions
    for point in (QUESTION, OTHER, GATE):
        assert questions[point].text[language] in shown
        assert " ".join(questions[point].evidence[language].split()) in shown
    settled = set(questions) - {QUESTION, OTHER, GATE}
    assert not [one for one in settled if questions[one].text[language] in shown]
    assert "Gửi sơ đồ điểm đo" in shown
    assert NOTE[:NOTE_SHOWN].strip() in shown
    assert NOTE.strip() not in shown
    assert "C-01, C-02" in shown
    assert "N-02" not in shown
    assert shown.index("Cân đồng hồ") < shown.index("Cân bàn") < shown.index("Nhiệt kế")
    assert environment.catalogue.word("visit.kit.sign.firm")[language] in shown
    assert "{" not in shown


def test_every_code_scanned_from_the_pages_opens_its_own_point(environment, case):
    document = pypdfium2.PdfDocument(kit(environment, case))
    pages = [page.render(scale=200 / 72).to_pil() for page in document]

    topics = environment.catalogue.topics
    points = [one.id for topic in topics for one in topic.questions if one.id in (QUESTION, OTHER, GATE)]
    assert scanned(pages) == [address(environment, case, question) for question in (*points, GATE)]


def test_the_word_file_carries_the_same_codes(environment, case):
    word = docx.Document(io.BytesIO(kit(environment, case, DraftForm.DOCX)))
    blobs = {part.blob for part in word.part.package.iter_parts() if part.content_type == "image/png"}
    found = scanned(Image.open(io.BytesIO(blob)) for blob in blobs)
    assert set(found) == {address(environment, case, question) for question in (QUESTION, OTHER, GATE)}


def test_the_same_day_gives_the_same_bytes_and_nothing_open_is_said(environment, case, clock):
    for form in READERS:
        first = kit(environment, case, form)
        clock.pass_time(minutes=30)
        assert kit(environment, case, form) == first
    accepted = Ruling(RulingKind.ACCEPTED, Answer())
    for question in (QUESTION, OTHER):
        seen = reviewing.open_review(environment, case.adviser, case.submission_id).standing.get(question)
        reviewing.rule(environment, case.adviser, case.submission_id, question, on_round=1, seen=seen, wanted=accepted)
    left = pdf_text(kit(environment, case))
    assert environment.catalogue.questions[GATE].text[Language.VI] in left
    assert environment.catalogue.questions[QUESTION].text[Language.VI] not in left


def test_only_reviewers_of_the_province_get_the_sheets(environment, people, case):
    for stranger in (people.owner, people.viewer, people.stranger, people.official, case.elsewhere):
        with pytest.raises(NotThere):
            kit(environment, case, actor=stranger)
