"""What was answered is in the database: after a reload, a cut line, kill -9, two tabs and two people."""

from __future__ import annotations

import sqlite3
import time

import pytest
from playwright.sync_api import expect

from core.language import Language
from tests.e2e.steps import Person

QUESTION = "named-person"
EMAIL = "lan@vidu.example"


def kept(server, question=QUESTION):
    """Return (choice, note) as the database holds it, None while there is no row."""
    with sqlite3.connect(server.folder / "do-chuan.sqlite") as connection:
        row = connection.execute("SELECT choice, note FROM answer WHERE question = ?", (question,)).fetchone()
    return row


def wait_for(server, expected, question=QUESTION, seconds=10):
    until = time.monotonic() + seconds
    while kept(server, question) != expected and time.monotonic() < until:
        time.sleep(0.05)
    assert kept(server, question) == expected


@pytest.fixture
def lan(own_server, visitor):
    """An owner at the first topic, on a server that may be killed."""
    person = Person(visitor(), own_server.url, Language.VI)
    person.sign_up(EMAIL, "Lan")
    person.begin("Hợp tác xã Chè Suối Cạn", "cooperative")
    person.go("/tu-danh-gia?chu-de=1")
    return person


def note_of(person):
    """Open the first card's extras and return its note."""
    person.page.get_by_text(person.say("assessment.more")).first.click()
    return person.page.get_by_label(person.say("assessment.note"))


def test_a_reload_in_the_middle_loses_neither_answer_nor_words(own_server, lan):
    lan.answer(lan.questions()[0], 2)
    note = note_of(lan)
    note.click()
    lan.page.keyboard.type("giấy giao việc số 03")
    lan.page.reload()

    expect(lan.questions()[0].get_by_role("radio").nth(2)).to_be_checked()
    note_of(lan)
    wait_for(own_server, ("2", "giấy giao việc số 03"))


def test_kill_9_between_two_answers_loses_nothing_and_the_page_comes_back(own_server, lan):
    lan.answer(lan.questions()[0], 3)
    wait_for(own_server, ("3", ""))
    own_server.kill()
    lan.page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.stApp'), '::before').content.includes('Mất kết nối')"
    )
    own_server.start()

    lan.settle()
    lan.page.wait_for_function(
        "() => document.querySelector('.stApp').getAttribute('data-test-connection-state') === 'CONNECTED'"
    )
    lan.settle()
    lan.answer(lan.questions()[1], 1)
    wait_for(own_server, ("1", ""), "measuring-points")
    assert kept(own_server) == ("3", "")
    expect(lan.questions()[0].get_by_role("radio").nth(3)).to_be_checked()


def test_a_cut_line_loses_nothing_that_was_shown_as_saved(own_server, visitor):
    page = visitor()
    lines = []

    def pass_on(line):
        line.connect_to_server()
        lines.append(line)

    page.route_web_socket("**/_stcore/stream", pass_on)
    person = Person(page, own_server.url, Language.VI)
    person.sign_up(EMAIL, "Lan")
    person.begin("Hợp tác xã Chè Suối Cạn", "cooperative")
    person.go("/tu-danh-gia?chu-de=1")
    person.answer(person.questions()[0], 2)
    wait_for(own_server, ("2", ""))

    cut = len(lines)
    lines[-1].close()
    page.wait_for_function("() => true")
    until = time.monotonic() + 20
    while len(lines) == cut and time.monotonic() < until:
        page.wait_for_timeout(100)
    page.wait_for_function(
        "() => document.querySelector('.stApp').getAttribute('data-test-connection-state') === 'CONNECTED'"
    )
    person.settle()
    expect(person.questions()[0].get_by_role("radio").nth(2)).to_be_checked()
    person.answer(person.questions()[0], 4)

    wait_for(own_server, ("4", ""))


def test_a_second_tab_is_told_before_it_overwrites_the_first(own_server, lan):
    other = Person(lan.page.context.new_page(), own_server.url, Language.VI)
    other.go("/tu-danh-gia?chu-de=1")
    other.questions()
    lan.answer(lan.questions()[0], 3)
    wait_for(own_server, ("3", ""))

    other.answer(other.questions()[0], 1)

    box = other.page.locator("[class*=st-key-conflict_]")
    expect(box).to_contain_text("Lan")
    expect(box).to_contain_text("Có giấy giao việc")
    assert kept(own_server) == ("3", "")

    other.page.get_by_role("button", name=other.say("widgets.conflict.keep-yours")).click()
    wait_for(own_server, ("1", ""))
    expect(other.questions()[0].get_by_role("radio").nth(1)).to_be_checked()


def test_two_people_of_one_enterprise_meet_each_other_at_one_question(own_server, visitor, lan):
    token = own_server.invite(EMAIL)
    editor = Person(visitor(phone=True), own_server.url, Language.EN)
    editor.sign_up("binh@vidu.example", "Bình")
    editor.page.goto(f"{own_server.url}/moi/{token}?lang=en")
    editor.page.locator("button[type=submit]").last.click()
    editor.go("/tu-danh-gia?chu-de=1")
    editor.questions()
    lan.answer(lan.questions()[0], 4)
    wait_for(own_server, ("4", ""))

    editor.answer(editor.questions()[0], 0)

    expect(editor.page.locator("[class*=st-key-conflict_]")).to_contain_text("Lan")
    assert kept(own_server) == ("4", "")
    editor.page.get_by_role("button", name="Keep Lan").click()
    expect(editor.questions()[0].get_by_role("radio").nth(4)).to_be_checked()
    assert kept(own_server) == ("4", "")


def test_profile_fields_are_kept_while_they_are_typed(own_server, lan):
    lan.go("/ho-so")
    box = lan.page.get_by_label(lan.say("profile.field.address"), exact=True)
    box.click()
    lan.page.keyboard.type("Xóm 3, xã Đồi Gió", delay=20)
    lan.page.wait_for_timeout(1500)
    lan.page.reload()

    expect(lan.page.get_by_label(lan.say("profile.field.address"), exact=True)).to_have_value("Xóm 3, xã Đồi Gió")
