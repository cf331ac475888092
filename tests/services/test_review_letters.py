"""The letters of a review say what remains, to both sides alike, in the form of an official letter."""

from __future__ import annotations

import io

import docx
import pytest
from pypdf import PdfReader

from core.domain.assessment import Answer
from core.domain.review import Ruling, RulingKind
from core.errors import NotThere
from core.language import Language
from core.services import redlining, review_letters, reviewing
from core.services.exchanging import DraftForm
from tests.services.test_reviewing import QUESTION, accept_all, case, reviewers

__all__ = ["case", "reviewers"]
GATE = "group2-verification"


def pdf_text(content):
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def docx_text(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join(" ".join([*(one.text for one in document.paragraphs), *cells]).split())


READERS = {DraftForm.PDF: pdf_text, DraftForm.DOCX: docx_text}


def ask(environment, case, question, reason):
    wanted = Ruling(RulingKind.CHANGE_ASKED, Answer(), reason=reason)
    reviewing.rule(environment, case.adviser, case.submission_id, question, seen=None, wanted=wanted, on_round=1)


def propose(environment, case, path, value):
    opened = redlining.open_redline(environment, case.adviser, case.submission_id)
    before = opened.fields[path].value.vi
    redlining.propose(environment, case.adviser, opened, path, value, before=before, language=Language.VI)
    return before


def give_reason(environment, case, path, reason):
    opened = redlining.open_redline(environment, case.adviser, case.submission_id)
    redlining.give_reason(environment, case.adviser, opened, path, reason, before="")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("form", list(READERS))
def test_the_receipt_names_the_file_and_what_it_holds(environment, people, case, form, language):
    content = review_letters.receipt(environment, people.owner, case.submission_id, form, language)
    shown = READERS[form](content)
    assert review_letters.submission_code(case.submission_id) in shown
    assert "Hợp tác xã Chè Suối Cạn" in shown
    assert "{" not in shown


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("form", list(READERS))
def test_the_letter_lists_every_point_that_remains_and_marks_what_the_law_asks(environment, case, form, language):
    ask(environment, case, QUESTION, "Gửi bản quyết định phân công")
    ask(environment, case, GATE, "Gửi giấy chứng nhận cân số 3")
    reviewing.request_changes(environment, case.adviser, case.submission_id, "Bổ sung hai câu", on_round=1)

    letters = [
        review_letters.decision_letter(environment, actor, case.submission_id, form, language)
        for actor in (case.adviser, case.owner)
    ]

    assert letters[0] == letters[1]
    shown = READERS[form](letters[0])
    for said in ("Bổ sung hai câu", "Gửi bản quyết định phân công", "Gửi giấy chứng nhận cân số 3"):
        assert said in shown
    required = environment.catalogue.word("programme.letter.required")[language]
    assert f"cân số 3 ({required})" in shown
    assert f"phân công ({required})" not in shown


@pytest.mark.parametrize("form", list(READERS))
def test_the_letter_sets_proposed_changes_beside_what_was_handed_in(environment, people, case, form):
    task = f"task:{QUESTION}"
    before = propose(environment, case, f"{task}/title", "Ký quyết định phân công")
    propose(environment, case, f"{task}/due", "2027-03-31")
    propose(environment, case, f"{task}/money", "2500000")
    give_reason(environment, case, f"{task}/money", "Theo báo giá")
    accept_all(environment, case)
    reviewing.finish(environment, case.adviser, case.submission_id, "", on_round=1)

    letters = [
        review_letters.decision_letter(environment, actor, case.submission_id, form, Language.VI)
        for actor in (case.adviser, people.viewer)
    ]

    assert letters[0] == letters[1]
    shown = READERS[form](letters[0])
    for said in (before, "Ký quyết định phân công", "31/03/2027", "2.500.000", "Theo báo giá", "Nhiệm vụ (phần VI)"):
        assert said in shown
    receipt = review_letters.receipt(environment, people.owner, case.submission_id, form, Language.VI)
    assert "Theo báo giá" not in READERS[form](receipt)


def test_the_letter_of_agreement_comes_with_the_decision_and_goes_with_it(environment, case):
    accept_all(environment, case)
    with pytest.raises(NotThere):
        review_letters.decision_letter(environment, case.adviser, case.submission_id, DraftForm.PDF, Language.VI)
    reviewing.finish(environment, case.adviser, case.submission_id, "", on_round=1)
    shown = pdf_text(
        review_letters.decision_letter(environment, case.owner, case.submission_id, DraftForm.PDF, Language.VI)
    )
    assert "thống nhất" in shown

    reviewing.revoke(environment, case.adviser, case.submission_id, "Bỏ sót")

    with pytest.raises(NotThere):
        review_letters.decision_letter(environment, case.owner, case.submission_id, DraftForm.PDF, Language.VI)


def test_nobody_outside_gets_a_letter(environment, people, case):
    for stranger in (people.stranger, people.official, case.elsewhere):
        with pytest.raises(NotThere):
            review_letters.receipt(environment, stranger, case.submission_id, DraftForm.PDF, Language.VI)
