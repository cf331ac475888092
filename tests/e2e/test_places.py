"""Where one is: the browser's tab names the page, the next topic begins at its top, an answer moves nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

SCROLLED = "() => document.querySelector('.stMain').scrollTop"
TO_THE_END = "() => document.querySelector('.stMain').scrollTo(0, 99999)"


@pytest.mark.parametrize("is_phone", [True, False], ids=["phone", "desktop"])
def test_the_next_topic_begins_at_its_top_and_an_answer_moves_nothing(at_work, is_phone):
    person, _ = at_work(phone=is_phone)
    person.go("/toan-canh")
    expect(person.page).to_have_title(f"{person.say('frame.not-there.title')} · Đo Chuẩn")
    person.go("/tu-danh-gia?chu-de=1")
    expect(person.page).to_have_title(f"{person.say('frame.menu.assessment')} · Đo Chuẩn")
    last = person.questions()[-1]
    person.page.evaluate(TO_THE_END)
    person.answer(last, 1)
    before = person.page.evaluate(SCROLLED)
    assert before > 500

    person.answer(last, 2)
    assert person.page.evaluate(SCROLLED) == before

    person.press("assessment.next")
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("2.")
    person.page.wait_for_function("() => document.querySelector('.stMain').scrollTop === 0")
