"""What people type and upload is only text: kept, shown letter by letter, or refused with the place and the way out."""

from __future__ import annotations

import io
import json
import re
import unicodedata
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from playwright.sync_api import Locator, TimeoutError, expect
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from core.domain.assessment import Answer, Choice
from core.services import assessing, enterprises, programming
from tests.e2e.server import Server
from tests.e2e.steps import Person, eventually

HOSTILE = [
    "<b>đậm</b>",
    "<img src=file:///etc/passwd onerror=document.body.remove()>",
    "=1+1",
    "**sao** $x^2$ :material/home: [ấn](javascript:0)",
    "&lt;i&gt; 🍵",
]
LINE = " ".join(HOSTILE)
NAME = "Chè <b>Suối</b> & Cạn 🍵"
DECOMPOSED = unicodedata.normalize("NFD", "Tiếng Việt tách dấu")
CONTROLS = "x\u0007\u202ey"


class Work:
    """An enterprise whose name is hostile already, and what the database holds of it."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.environment = server.environment_behind
        self.owner = server.add_owner("Lan <i>nghiêng</i>", NAME)

    def answers(self, question: str = "named-person") -> Answer:
        return self._opened().answer(question)

    def answer(self, **fields: object) -> None:
        opened = self._opened()
        wanted = Answer(**fields)
        assessing.save_answer(
            self.environment, self.owner.actor, opened.id, "named-person", seen=Answer(), wanted=wanted
        )

    def files(self):
        return self._opened().files

    def profile(self):
        return enterprises.open_profile(self.environment, self.owner.actor, self.owner.enterprise_id).profile

    def wording(self, path: str) -> str:
        opened = programming.open_programme(self.environment, self.owner.actor, self.owner.enterprise_id)
        return opened.edits[path].edit.value if path in opened.edits else ""

    def _opened(self):
        return assessing.open_assessment(self.environment, self.owner.actor, self.owner.enterprise_id)


@pytest.fixture
def work(server):
    return Work(server)


@pytest.fixture
def lan(work, visitor):
    person = Person.signed_in(visitor(), work.server, work.owner)
    dialogs: list[str] = []
    person.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield person
    assert not dialogs


def expect_only_text(person: Person) -> None:
    """Nothing that was typed may have become an element."""
    born = person.page.locator("body").locator("b, i:not([class]), img[src^='file'], a[href^='javascript']")
    assert born.evaluate_all("all => all.map(one => one.outerHTML)") == []


def expect_told(person: Person, code: str) -> None:
    """The refusal must say how to mend it."""
    sentence = person.say(f"errors.{code}.mend").split("{")[0]
    expect(person.page.get_by_text(sentence).first).to_be_visible()


def expect_right_under(person: Person, field: str) -> None:
    """The one refusal must stand between its field and the next one, and the page must please axe with it."""
    fields = ["workers", "revenue", "capital"]
    boxes = [person.page.get_by_label(person.say(f"profile.field.{one}"), exact=True) for one in fields]
    title = person.page.get_by_text(person.say("frame.error.title"))
    expect(title).to_have_count(1)
    tops = [box.bounding_box()["y"] for box in boxes]
    below = [top for top in tops if top > title.bounding_box()["y"]]
    assert len(below) == len(fields) - 1 - fields.index(field)
    assert person.violations() == []


# Numbers, codes, dates


IMPOSSIBLE_NUMBERS = (
    ("workers", "ba mươi", "number-unreadable"),
    ("workers", "10,5", "number-not-whole"),
    ("workers", "9" * 40, "profile-number-absurd"),
    ("revenue", "1e99", "number-unreadable"),
    ("revenue", "9" * 40, "profile-number-absurd"),
    ("capital", "-3", "profile-negative"),
    ("capital", "1.200", "number-ambiguous"),
)


def test_a_number_that_cannot_be_is_named_and_stays_in_its_box(work, lan):
    lan.go("/ho-so")
    for good, (field, typed, code) in enumerate(IMPOSSIBLE_NUMBERS, start=12):
        before = work.profile()
        label = lan.say(f"profile.field.{field}")
        lan.type(label, typed)

        expect_told(lan, code)
        expect_right_under(lan, field)
        expect(lan.page.get_by_label(label, exact=True)).to_have_value(typed)
        assert work.profile() == before

        lan.type(label, str(good))
        expect(lan.page.get_by_text(lan.say("frame.error.title"))).to_have_count(0)
        assert work.profile() != before


def test_typing_goes_on_in_the_next_field_while_a_refusal_appears_above_it(work, lan):
    lan.go("/ho-so")
    lan.page.get_by_label(lan.say("profile.field.workers"), exact=True).click()
    lan.page.keyboard.type("ba")
    lan.page.keyboard.press("Tab")
    lan.page.keyboard.type("1234567890", delay=100)

    expect(lan.page.get_by_text(lan.say("frame.error.title"))).to_be_visible()
    box = lan.page.get_by_label(lan.say("profile.field.revenue"), exact=True)
    expect(box).to_have_value("1234567890")
    expect(box).to_be_focused()


def test_a_large_number_that_may_be_is_kept_with_a_doubt_and_shown_so_that_it_can_be_read_back(work, lan):
    lan.go("/ho-so")
    label = lan.say("profile.field.revenue")
    lan.type(label, "1200000,5")
    doubt = lan.say("profile.warning.large-number").split("{")[0]
    expect(lan.page.get_by_text(doubt).first).to_be_visible()
    expect(lan.page.get_by_label(label, exact=True)).to_have_value("1200000,5")
    lan.type(label, "1200")
    lan.type(label, "1300")
    eventually(lambda: work.profile().revenue_billion_vnd, 1300)
    expect(lan.page.get_by_text(lan.say("frame.error.title"))).to_have_count(0)


def test_a_tax_code_that_looks_wrong_is_kept_with_a_doubt(work, lan):
    lan.go("/ho-so")
    for typed, why in (
        ("46OO123456", "tax-code-letters"),
        ("0100233480", "tax-code-check"),
        ("12", "tax-code-length"),
    ):
        lan.type(lan.say("profile.field.tax_code"), typed)

        sentence = lan.say(f"profile.warning.{why}").split("{")[0]
        expect(lan.page.get_by_text(sentence).first).to_be_visible()
        assert work.profile().tax_code == typed


IMPOSSIBLE_ENDS = (
    ("hôm nay", "date-unreadable"),
    ("01/01/1066", "date-out-of-range"),
    ("30/02/2028", "date-unreadable"),
    ("01/02/2020", "period-reversed"),
    ("28/01/2027", "period-too-short"),
    ("31/12/2099", "period-too-long"),
)


def test_a_period_that_cannot_be_is_refused_and_stays_in_its_box(work, lan):
    work.answer(choice=Choice.LEVEL_1)
    lan.go("/chuong-trinh?phan=period")
    label = lan.say("editor.field.period.end")
    for typed, code in IMPOSSIBLE_ENDS:
        lan.type(label, typed)

        expect_told(lan, code)
        expect(lan.page.get_by_label(label, exact=True)).to_have_value(typed)
        assert lan.violations() == []
        assert work.wording("period/end") == ""

    # A start in the past is kept and pointed out.
    lan.type(lan.say("editor.field.period.start"), "01/01/2025")
    eventually(lambda: work.wording("period/start"), "2025-01-01")


# Words


def test_what_is_typed_is_shown_letter_by_letter_on_every_screen(work, lan):
    work.answer(choice=Choice.LEVEL_1)
    lan.go("/viec-cua-toi")
    expect(lan.page.get_by_role("heading", level=1)).to_have_text(NAME)
    lan.go("/ho-so")
    lan.type(lan.say("profile.field.address"), LINE)
    eventually(lambda: work.profile().address, LINE)

    lan.go("/tu-danh-gia?chu-de=1")
    lan.answer(lan.questions()[1], 6)
    lan.page.get_by_label(lan.say("assessment.reason")).fill(LINE)
    lan.page.get_by_text(lan.say("assessment.more")).first.click(delay=100)
    note = lan.page.get_by_label(lan.say("assessment.note"))
    note.fill("\n".join([*HOSTILE, DECOMPOSED, CONTROLS]))
    note.blur()
    eventually(lambda: work.answers("measuring-points").reason, LINE)
    kept = "\n".join([*HOSTILE, unicodedata.normalize("NFC", DECOMPOSED), "xy"])
    eventually(lambda: work.answers().note, kept)
    expect(note).to_have_value(kept)

    for path in (
        "/",
        "/ho-so",
        "/tu-danh-gia?chu-de=1",
        "/ket-qua",
        "/chuong-trinh",
        "/du-lieu",
        "/nguoi-trong-don-vi",
    ):
        lan.go(path)
        expect_only_text(lan)


PLACES = {
    "analysis": ("finding:named-person/cause", "finding.cause"),
    "objectives": ("objective:", "objective.name"),
    "tasks": ("task:named-person/title", "task.title"),
}


def test_hostile_words_reach_every_file_as_they_are(work, lan):
    work.answer(choice=Choice.LEVEL_1)
    kept: list[str] = []
    for part, (path, label) in PLACES.items():
        lan.go(f"/chuong-trinh?phan={part}")
        lan.page.locator("[class*=st-key-item_] summary").first.click()
        box = lan.page.get_by_label(lan.say(f"editor.field.{label}"), exact=True).first
        words = f"{part} {LINE}"
        box.fill(f"{words} {DECOMPOSED}")
        box.blur()
        expected = f"{words} {unicodedata.normalize('NFC', DECOMPOSED)}"
        expect(lan.page.get_by_text(lan.say("editor.restore")).first).to_be_visible()
        expect_only_text(lan)
        query = "SELECT path FROM programme_edit WHERE value = ? AND path LIKE ?"
        eventually(lambda: len(work.server.rows(query, expected, f"{path}%")), 1)  # noqa: B023
        kept.append(expected)

    pdf = "".join(page.extract_text() for page in PdfReader(lan.download("editor.download-pdf")).pages)
    docx = Document(io.BytesIO(lan.download("editor.download-docx").read_bytes()))
    in_docx = "".join(node.text or "" for node in docx.element.iter() if node.tag.endswith("}t"))
    book = lan.download("editor.download-xlsx").read_bytes()
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(book))
    cells = [
        str(cell)
        for name in workbook.sheet_names
        for row in workbook.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        sheets = b"".join(packed.read(one) for one in packed.namelist() if one.startswith("xl/worksheets/"))
    for text in (pdf, in_docx):
        assert unicodedata.is_normalized("NFC", text)
    # Emoji are not in the fonts of documents; every other letter must be there.
    without_blanks = {name: re.sub(r"\s", "", text) for name, text in (("pdf", pdf), ("docx", in_docx))}
    for expected in kept:
        wanted = re.sub(r"\s", "", expected)
        assert wanted in without_blanks["docx"]
        for piece in re.split(r"\s|🍵", expected):
            assert piece in without_blanks["pdf"], piece
    assert any(kept[2] in cell for cell in cells)
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets


def test_a_note_of_a_hundred_thousand_letters_is_not_sent_stays_in_the_box_and_other_answers_go_on(work, lan):
    lan.go("/tu-danh-gia?chu-de=1")
    lan.answer(lan.questions()[0], 1)
    lan.page.get_by_text(lan.say("assessment.more")).first.click()
    note = lan.page.get_by_label(lan.say("assessment.note"))
    note.fill("rất dài " * 12_500)
    note.blur()
    expect(lan.page.get_by_text(lan.say("widgets.too-long"))).to_be_visible()

    lan.answer(lan.questions()[1], 2)
    eventually(lambda: work.answers("measuring-points").choice, Choice.LEVEL_2)
    assert len(note.input_value()) == 100_000
    assert work.answers() == Answer(choice=Choice.LEVEL_1)


def test_a_line_that_is_too_long_is_told_and_not_sent(work, lan):
    lan.go("/ho-so")
    before = work.profile()
    boxes = {}
    for told, (field, limit) in enumerate((("name", 300), ("address", 500), ("tax_code", 20)), start=1):
        box = boxes[limit] = lan.page.get_by_label(lan.say(f"profile.field.{field}"), exact=True)
        box.fill("ă" * (limit + 1))
        box.blur()
        expect(lan.page.get_by_text(lan.say("widgets.too-long"))).to_have_count(told)

    lan.tick(lan.say("profile.use.group2"))
    eventually(lambda: bool(work.profile().uses), True)
    assert {limit: len(box.input_value()) for limit, box in boxes.items()} == {limit: limit + 1 for limit in boxes}
    assert replace(work.profile(), uses=before.uses) == before


def test_an_enterprise_without_a_name_is_refused_and_the_old_name_stays(work, lan):
    lan.go("/ho-so")
    lan.type(lan.say("profile.field.name"), "\u200b \u0007")

    expect_told(lan, "profile-without-name")
    assert work.profile().name == NAME


# Files


def test_an_exchange_file_that_is_not_ours_is_told_apart_and_changes_nothing(work, lan):
    work.answer(choice=Choice.LEVEL_3)
    lan.go("/du-lieu")
    data = json.loads(lan.download("data.download.button").read_bytes())
    other_edition = data | {"catalogue": "1900.1"}
    unknown_question = data | {"answers": data["answers"] | {"no-such-question": {"level": 1}}}
    picker = lan.page.get_by_label(lan.say("data.upload.choose"))
    for content, code in (
        (b"{", "exchange-damaged"),
        (b"\xff\xfe\x00", "exchange-not-utf8"),
        (b"[" * 5000, "exchange-too-deep"),
        (b'{"format": "another"}', "exchange-foreign-format"),
        (json.dumps(other_edition).encode(), "exchange-other-edition"),
        (json.dumps(unknown_question).encode(), "exchange-unknown-id"),
    ):
        picker.set_input_files({"name": "<b>a</b>.json", "mimeType": "application/json", "buffer": content})

        expect_told(lan, code)
        expect_only_text(lan)
        assert work.answers() == Answer(choice=Choice.LEVEL_3)


def test_a_file_of_200_megabytes_is_refused_before_anything_is_sent(work, lan, tmp_path):
    large = tmp_path / "lớn.json"
    with large.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    lan.go("/du-lieu")
    lan.page.get_by_label(lan.say("data.upload.choose")).set_input_files(large)

    expect(lan.page.get_by_text(lan.say("widgets.file-too-large", name="lớn.json", limit=10))).to_be_visible()


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (100 * 1024 * 1024))
    return packed.getvalue()


def answered_with_a_picker(person: Person) -> Locator:
    """Answer the first question, say that a file backs it, and return where the file is chosen.

    Streamlit can lose a press while another one is still being drawn: as a person would, load the page again then.
    """
    picker = person.page.get_by_label(person.say("assessment.file-choose"))
    for _ in range(3):
        person.go("/tu-danh-gia?chu-de=1")
        person.answer(person.questions()[0], 2)
        person.settle()
        person.page.get_by_text(person.say("assessment.more")).first.click()
        person.settle()
        person.page.get_by_role("radio", name=person.say("assessment.evidence-choice.file")).first.click()
        try:
            picker.wait_for(state="attached", timeout=5_000)
        except TimeoutError:
            continue
        return picker
    raise AssertionError("the file picker never came")


HOSTILE_FILES = (
    ("giấy.pdf", bomb, "file-packed-bomb"),
    ("giấy.pdf", lambda: b"MZ" + bytes(100), "file-kind-unknown"),
    ("ảnh.png", lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 50, "file-damaged"),
    ("trống.pdf", lambda: b"", "file-empty"),
)


def test_hostile_attachments_are_refused_by_their_content_and_nothing_changes(work, lan):
    picker = answered_with_a_picker(lan)
    for name, content, code in HOSTILE_FILES:
        picker.set_input_files({"name": name, "mimeType": "application/pdf", "buffer": content()})

        expect_told(lan, code)
        assert not work.files()
    lan.answer(lan.questions()[1], 1)
    eventually(lambda: work.answers("measuring-points").choice, Choice.LEVEL_1)


def test_a_file_with_a_hostile_name_is_kept_under_it_and_handed_out_as_a_file(work, lan):
    name = "<img src=x onerror=alert(1)> =1+1.pdf"
    content = b"%PDF-1.4\n%%EOF\n"
    picker = answered_with_a_picker(lan)
    picker.set_input_files({"name": name, "mimeType": "text/html", "buffer": content})
    expect(lan.page.get_by_text(name)).to_be_visible()
    expect_only_text(lan)

    lan.go("/du-lieu")
    with lan.page.expect_download() as waiting:
        lan.page.get_by_role("link", name=name).click()
    assert waiting.value.path().read_bytes() == content
    expect_only_text(lan)
