"""What people type and upload is only text: kept, shown letter by letter, or refused with the place and the way out."""

from __future__ import annotations

import io
import json
import re
import sqlite3
import time
import unicodedata

import pytest
from docx import Document
from playwright.sync_api import expect
from pypdf import PdfReader

from core.language import Language
from tests.e2e.steps import Person

HOSTILE = [
    "<b>đậm</b>",
    "<img src=file:///etc/hostname onerror=document.body.remove()>",
    "=1+1",
    "**sao** $x^2$ :material/home: [ấn](javascript:0)",
]
NAME = "Chè <b>Suối</b> & Cạn 🍵"


@pytest.fixture
def lan(own_server, visitor):
    """The owner of an enterprise whose name is hostile already."""
    person = Person(visitor(), own_server.url, Language.VI)
    dialogs: list[str] = []
    person.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    person.sign_up("lan@vidu.example", "Lan <i>nghiêng</i>")
    person.begin(NAME, "cooperative")
    yield person
    assert not dialogs


def stored(server, query):
    with sqlite3.connect(server.folder / "do-chuan.sqlite") as connection:
        return connection.execute(query).fetchone()


def wait_for(server, query, seconds=10):
    until = time.monotonic() + seconds
    while (row := stored(server, query)) is None and time.monotonic() < until:
        time.sleep(0.05)
    assert row is not None
    return row


def expect_only_text(person):
    """Nothing that was typed may have become an element."""
    born = person.page.locator("main").locator("b, i:not([class]), img[src^='file'], a[href^='javascript']")
    assert born.evaluate_all("all => all.map(one => one.outerHTML)") == []


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("workers", "mười", "number-unreadable"),
        ("workers", "10,5", "number-not-whole"),
        ("revenue", "1e99", "number-unreadable"),
        ("capital", "-3", "profile-negative"),
        ("workers", "9" * 40, "profile-number-absurd"),
        ("revenue", "9" * 40, "profile-number-absurd"),
    ],
)
def test_a_number_that_cannot_be_is_named_and_stays_in_its_box(own_server, lan, field, typed, code):
    lan.go("/ho-so")
    label = lan.say(f"profile.field.{field}")
    lan.type(label, typed)

    sentence = lan.say(f"errors.{code}.mend").split("{")[0]
    expect(lan.page.get_by_text(sentence).first).to_be_visible()
    expect(lan.page.get_by_label(label, exact=True).first).to_have_value(typed)
    columns = "workers, revenue_billion_vnd, capital_billion_vnd"
    assert stored(own_server, f"SELECT {columns} FROM enterprise") == (None, None, None)

    lan.type(label, "12")
    expect(lan.page.get_by_text(sentence)).to_have_count(0, timeout=20_000)


def test_a_tax_code_that_looks_wrong_is_kept_with_a_doubt(own_server, lan):
    lan.go("/ho-so")
    lan.type(lan.say("profile.field.tax_code"), "46OO123456")

    expect(lan.page.get_by_text(lan.say("profile.warning.tax-code-letters")).first).to_be_visible()
    assert stored(own_server, "SELECT tax_code FROM enterprise") == ("46OO123456",)


def test_what_is_typed_is_shown_letter_by_letter_and_reaches_the_files(own_server, lan):
    expect(lan.page.get_by_role("heading", level=1)).to_have_text(NAME)
    lan.go("/ho-so")
    lan.type(lan.say("profile.field.address"), " ".join(HOSTILE))
    expect_only_text(lan)

    lan.go("/tu-danh-gia?chu-de=1")
    lan.answer(lan.questions()[0], 1)
    lan.page.get_by_text(lan.say("assessment.more")).first.click()
    note = lan.page.get_by_label(lan.say("assessment.note"))
    decomposed = unicodedata.normalize("NFD", "Tiếng Việt tách dấu")
    note.fill("\n".join([*HOSTILE, decomposed, "x\u0000\u0007\u202ey"]))
    note.blur()
    (kept,) = wait_for(own_server, "SELECT note FROM answer WHERE note != ''")
    assert all(one in kept for one in HOSTILE)
    assert "Tiếng Việt tách dấu" in kept
    assert not any(sign in kept for sign in "\u0000\u0007\u202e")

    for path in ("/", "/ho-so", "/tu-danh-gia?chu-de=1", "/ket-qua", "/chuong-trinh", "/du-lieu"):
        lan.go(path)
        expect_only_text(lan)

    lan.go("/chuong-trinh")
    pdf = "".join(page.extract_text() for page in PdfReader(lan.download("editor.download-pdf")).pages)
    assert "<b>" in pdf
    assert "file:///etc/hostname" in pdf
    docx = Document(io.BytesIO(lan.download("editor.download-docx").read_bytes()))
    words = " ".join(node.text or "" for node in docx.element.iter() if node.tag.endswith("}t"))
    assert HOSTILE[0] in words
    assert HOSTILE[1] in words


def test_a_note_of_a_hundred_thousand_letters_is_refused_with_the_limit_and_nothing_is_lost(own_server, lan):
    lan.go("/tu-danh-gia?chu-de=1")
    lan.answer(lan.questions()[0], 1)
    lan.page.get_by_text(lan.say("assessment.more")).first.click()
    note = lan.page.get_by_label(lan.say("assessment.note"))
    note.fill("rất dài " * 12_500)
    note.blur()
    lan.settle()

    assert len(note.input_value()) == 100_000
    expect(lan.page.get_by_text(lan.say("widgets.too-long").split(",")[0]).first).to_be_visible()
    assert stored(own_server, "SELECT count(*) FROM answer WHERE note != ''") == (0,)


def test_a_programme_of_less_than_a_year_is_refused_with_both_days(own_server, lan):
    lan.go("/tu-danh-gia?chu-de=1")
    lan.answer(lan.questions()[0], 1)
    lan.go("/chuong-trinh")
    lan.choose(lan.say("editor.section"), lan.say("editor.part.period"))
    end = lan.say("editor.field.period.end")
    begin = lan.page.get_by_label(lan.say("editor.field.period.start"), exact=True).first
    expect(begin).to_have_value(re.compile(r"\d+/\d+/\d+"))
    day, month, year = begin.input_value().split("/")
    lan.type(end, f"{day}/{month}/{int(year) + 2}")
    kept = wait_for(own_server, "SELECT value FROM programme_edit WHERE path = 'period/end'")
    lan.type(end, f"28/{month}/{year}")

    expect(lan.page.get_by_text(lan.say("errors.period-too-short.mend")).first).to_be_visible()
    expect(lan.page.get_by_label(end, exact=True).first).to_have_value(f"28/{month}/{year}")
    assert stored(own_server, "SELECT value FROM programme_edit WHERE path = 'period/end'") == kept


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "exchange-damaged"),
        (b"\xff\xfe\x00", "exchange-not-utf8"),
        (b"[" * 5000, "exchange-too-deep"),
        (b'{"format": "another"}', "exchange-foreign-format"),
        ("other edition", "exchange-other-edition"),
    ],
)
def test_a_file_that_is_not_ours_is_told_apart_and_changes_nothing(own_server, lan, content, code):
    lan.go("/tu-danh-gia?chu-de=1")
    lan.answer(lan.questions()[0], 3)
    lan.go("/du-lieu")
    if content == "other edition":
        data = json.loads(lan.download("data.download.button").read_bytes())
        content = json.dumps({**data, "catalogue": "1900.1"}).encode()
    lan.page.get_by_label(lan.say("data.upload.choose")).set_input_files(
        {"name": "a.json", "mimeType": "application/json", "buffer": content}
    )

    sentence = lan.say(f"errors.{code}.mend").split("{")[0]
    expect(lan.page.get_by_text(sentence).first).to_be_visible()
    assert stored(own_server, "SELECT choice FROM answer") == ("3",)
