"""Files go to whoever may have them, asked at every request; everybody else learns nothing."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import replace
from datetime import date
from urllib.parse import unquote, urlencode
from uuid import uuid4

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.domain.assessment import Answer, Choice
from core.domain.instruments import InstrumentFileKind, MeasuringInstrument
from core.services import accounts, assessing, handing_out, registering, review_letters, reviewing
from core.services.environment import transaction
from core.web.downloads import download_routes
from core.web.visitor import SESSION_COOKIE
from tests.conftest import PASSWORD

PDF = b"%PDF-1.4\n%%EOF\n"
NAME = "giấy kiểm định “số 1”.pdf"
CERTIFICATE = "giấy chứng nhận “C-01”.pdf"
FORMS = {"pdf": b"%PDF-", "docx": b"PK\x03\x04", "xlsx": b"PK\x03\x04"}
OTHERS = ("stranger", "adviser", "official", "administrator")


@pytest.fixture
def enterprise(sqlite_environment, sqlite_people):
    """An enterprise with one answer, and the id of the file behind it."""
    owner, enterprise_id = sqlite_people.owner, sqlite_people.enterprise_id
    opened = assessing.open_assessment(sqlite_environment, owner, enterprise_id)
    scale = MeasuringInstrument("C-01", group2_row="8b", verified_on=date(2026, 3, 1), verified_by="Trung tâm Đo lường")
    registering.save_instrument(sqlite_environment, owner, enterprise_id, seen=None, wanted=scale)
    answer = Answer(choice=Choice.LEVEL_1)
    assessing.save_answer(sqlite_environment, owner, opened.id, "named-person", seen=Answer(), wanted=answer)
    return enterprise_id, assessing.attach(sqlite_environment, owner, opened.id, "named-person", NAME, PDF).id


def photo():
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def instrument_files(sqlite_environment, sqlite_people):
    """Addresses of a photo and a certificate of one instrument, and of its label."""
    owner, enterprise_id = sqlite_people.owner, sqlite_people.enterprise_id
    line = registering.save_instrument(
        sqlite_environment, owner, enterprise_id, seen=None, wanted=MeasuringInstrument("C-01", name="Cân")
    )
    kept = {
        kind: registering.attach_file(sqlite_environment, owner, enterprise_id, line.id, kind, name, content)
        for kind, name, content in (
            (InstrumentFileKind.PHOTO, "nhãn máy.png", photo()),
            (InstrumentFileKind.CERTIFICATE, CERTIFICATE, PDF),
        )
    }
    addresses = {kind.value: f"/tai-ve/phuong-tien/{file.id}" for kind, file in kept.items()}
    return {**addresses, "labels": f"/tai-ve/{enterprise_id}/nhan-vi.pdf"}


@pytest.fixture
def browser_of(sqlite_environment):
    """Return a browser, signed in as a person of the tests or as nobody."""

    def browser(name=None):
        client = TestClient(Starlette(routes=download_routes(sqlite_environment)), follow_redirects=False)
        if name:
            signed_in = accounts.sign_in(
                sqlite_environment, email=f"{name}@suoican.example", password=PASSWORD, address=name
            )
            client.cookies.set(SESSION_COOKIE, signed_in.token)
        return client

    return browser


def addresses(enterprise):
    enterprise_id, file_id = enterprise
    drafts = [f"/tai-ve/{enterprise_id}/chuong-trinh-vi.{form}" for form in FORMS]
    plans = [f"/tai-ve/{enterprise_id}/ke-hoach-2027-vi.{form}" for form in FORMS]
    calendar = f"/tai-ve/{enterprise_id}/lich-vi.ics"
    data = f"/tai-ve/{enterprise_id}/du-lieu.json"
    sheet = f"/tai-ve/{enterprise_id}/phuong-tien-do-vi.xlsx"
    return [*drafts, *plans, calendar, letter_address(enterprise_id), data, sheet, f"/tai-ve/tep/{file_id}"]


def letter_address(enterprise_id, form="pdf", body="Trung tâm Đo lường", year=2027):
    asked = urlencode({"noi": body, "nam": year, "tu": 1, "den": 12})
    return f"/tai-ve/{enterprise_id}/de-nghi-vi.{form}?{asked}"


def name_of(answer):
    kind, _, name = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert kind == "attachment"
    return unquote(name)


@pytest.mark.parametrize(("form", "beginning"), FORMS.items())
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_owner_gets_the_draft_under_a_name_that_says_what_it_is(
    browser_of, enterprise, language, form, beginning, catalogue
):
    answer = browser_of("owner").get(f"/tai-ve/{enterprise[0]}/chuong-trinh-{language}.{form}")

    assert answer.status_code == 200
    assert answer.content.startswith(beginning)
    assert name_of(answer) == f"{getattr(catalogue.word('editor.file-name'), language)}-{language}.{form}"
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_draft_with_a_code_is_there_for_members_as_pdf_and_docx_only(
    browser_of, enterprise, sqlite_environment, sqlite_people
):
    kept = handing_out.hand_out(sqlite_environment, sqlite_people.owner, enterprise[0])
    place = f"/tai-ve/ban-co-ma/{kept.id}/chuong-trinh"

    for file in kept.files:
        answer = browser_of("viewer").get(f"{place}-{file.language}.{file.form}")
        assert hashlib.sha256(answer.content).hexdigest() == file.sha256
        assert name_of(answer).endswith(f"-{kept.draft.code}-{file.language}.{file.form}")
    for who, ending in (("owner", "vi.xlsx"), ("owner", "fr.pdf"), *((who, "vi.pdf") for who in OTHERS)):
        answer = browser_of(who).get(f"{place}-{ending}")
        nowhere = browser_of(who).get(f"/tai-ve/ban-co-ma/{uuid4()}/chuong-trinh-vi.pdf")
        assert (answer.status_code, answer.text) == (404, nowhere.text)
    assert browser_of().get(f"{place}-vi.pdf").status_code == 303


@pytest.mark.parametrize(("form", "beginning"), FORMS.items())
@pytest.mark.parametrize("who", ["owner", "viewer"])
def test_members_get_the_plan_of_a_year(browser_of, enterprise, form, beginning, who):
    answer = browser_of(who).get(f"/tai-ve/{enterprise[0]}/ke-hoach-2027-vi.{form}")
    assert answer.status_code == 200
    assert answer.content.startswith(beginning)
    assert name_of(answer) == f"ke-hoach-kiem-dinh-hieu-chuan-2027-vi.{form}"


def test_members_get_the_calendar_and_the_letter(browser_of, enterprise):
    calendar = browser_of("owner").get(f"/tai-ve/{enterprise[0]}/lich-en.ics")
    assert calendar.content.startswith(b"BEGIN:VCALENDAR")
    assert calendar.headers["content-type"] == "text/calendar; charset=utf-8"
    for form in ("pdf", "docx"):
        letter = browser_of("owner").get(letter_address(enterprise[0], form))
        assert letter.content.startswith(FORMS[form])
        assert name_of(letter) == f"de-nghi-kiem-dinh-hieu-chuan-vi.{form}"


def test_an_address_that_asks_for_what_cannot_be_made_leads_nowhere(browser_of, enterprise):
    browser = browser_of("owner")
    enterprise_id = enterprise[0]
    for address in (
        f"/tai-ve/{enterprise_id}/ke-hoach-1999-vi.pdf",
        f"/tai-ve/{enterprise_id}/ke-hoach-2027-fr.pdf",
        f"/tai-ve/{enterprise_id}/ke-hoach-2027-vi.exe",
        f"/tai-ve/{enterprise_id}/lich-fr.ics",
        letter_address(enterprise_id, "xlsx"),
        letter_address(enterprise_id, body=""),
        letter_address(enterprise_id, body="Nơi khác"),
        letter_address(enterprise_id, year="²⁰²⁷"),
        f"/tai-ve/{enterprise_id}/de-nghi-vi.pdf",
    ):
        assert browser.get(address).status_code == 404, address


def test_the_owner_gets_all_data_and_every_file(browser_of, enterprise):
    browser = browser_of("owner")
    data = browser.get(f"/tai-ve/{enterprise[0]}/du-lieu.json")
    assert json.loads(data.content)["answers"]["named-person"]["level"] == 1
    assert name_of(data) == "do-chuan-du-lieu-2026-11-22.json"

    file = browser.get(f"/tai-ve/tep/{enterprise[1]}")
    assert (file.content, file.headers["content-type"], name_of(file)) == (PDF, "application/pdf", NAME)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("who", ["owner", "editor", "viewer"])
def test_every_member_gets_the_register_as_a_spreadsheet(browser_of, enterprise, who, language, catalogue):
    answer = browser_of(who).get(f"/tai-ve/{enterprise[0]}/phuong-tien-do-{language}.xlsx")
    assert answer.content.startswith(FORMS["xlsx"])
    assert name_of(answer) == f"{getattr(catalogue.word('sheet.download.file-name'), language)}-2026-11-22.xlsx"
    assert browser_of(who).get(f"/tai-ve/{enterprise[0]}/phuong-tien-do-de.xlsx").status_code == 404


@pytest.mark.parametrize("who", OTHERS)
def test_other_accounts_learn_nothing_from_an_address_they_know(browser_of, enterprise, who):
    browser = browser_of(who)
    nowhere = browser.get(f"/tai-ve/{uuid4()}/chuong-trinh-vi.pdf")

    for address in addresses(enterprise):
        answer = browser.get(address)
        assert (answer.status_code, answer.text) == (404, nowhere.text), address


def test_a_guest_is_led_to_the_sign_in_and_back_to_the_page(browser_of, enterprise):
    for address in addresses(enterprise):
        answer = browser_of().get(address, headers={"referer": "http://testserver/chuong-trinh?lang=en"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap?next=%2Fchuong-trinh")


@pytest.mark.parametrize("end", ["sign-out", "block", "leave"])
def test_a_right_that_ended_ends_the_downloads_of_open_tabs(
    browser_of, enterprise, sqlite_environment, sqlite_people, end
):
    browser = browser_of("editor")
    assert browser.get(addresses(enterprise)[0]).status_code == 200
    editor = sqlite_people.editor
    if end == "sign-out":
        accounts.sign_out(sqlite_environment, accounts.key_of(browser.cookies[SESSION_COOKIE]))
    elif end == "block":
        accounts.set_blocked(sqlite_environment, sqlite_people.administrator, editor.account_id, blocked=True)
    else:
        with transaction(sqlite_environment, sqlite_people.owner) as repository:
            repository.accounts.remove_member(enterprise[0], editor.account_id)

    for address in addresses(enterprise):
        assert browser.get(address).status_code == (404 if end == "leave" else 303), address


@pytest.mark.parametrize("path", ["chuong-trinh-fr.pdf", "chuong-trinh-vi.exe", "khac.pdf", "../../etc/passwd"])
def test_only_files_that_there_are_have_an_address(browser_of, enterprise, path):
    assert browser_of("owner").get(f"/tai-ve/{enterprise[0]}/{path}").status_code == 404


def test_there_is_no_draft_before_there_is_an_answer(browser_of, sqlite_environment, sqlite_people):
    browser = browser_of("stranger")
    address = f"/tai-ve/{sqlite_people.strangers_enterprise_id}/chuong-trinh-vi.pdf"
    assert browser.get(address).status_code == 404

    opened = assessing.open_assessment(
        sqlite_environment, sqlite_people.stranger, sqlite_people.strangers_enterprise_id
    )
    wanted = replace(Answer(), choice=Choice.LEVEL_2)
    assessing.save_answer(
        sqlite_environment, sqlite_people.stranger, opened.id, "named-person", seen=Answer(), wanted=wanted
    )
    assert browser.get(address).status_code == 200


def test_visit_sheets_go_to_the_reviewers_of_the_province_only(
    browser_of, enterprise, sqlite_environment, sqlite_people
):
    submitted = reviewing.submit(sqlite_environment, sqlite_people.owner, enterprise[0])
    code = review_letters.submission_code(submitted.submission_id)
    for form in ("pdf", "docx"):
        address = f"/tai-ve/ho-so/{submitted.submission_id}/phieu-di-co-so-vi.{form}"
        sheets = browser_of("adviser").get(address)
        assert sheets.content.startswith(FORMS[form])
        assert name_of(sheets) == f"phieu-di-co-so-{code}-vi.{form}"
        nowhere = browser_of("owner").get(address.replace(str(submitted.submission_id), str(uuid4())))
        for who in ("owner", "viewer", "official", "stranger"):
            refused = browser_of(who).get(address)
            assert (refused.status_code, refused.text) == (404, nowhere.text)


# Instruments: photos, certificates, labels


def test_members_get_the_photo_and_the_certificate_of_an_instrument(browser_of, instrument_files):
    browser = browser_of("viewer")

    shown, saved = (browser.get(instrument_files[kind]) for kind in ("photo", "certificate"))

    assert (shown.status_code, shown.headers["content-type"], name_of(shown)) == (200, "image/jpeg", "nhãn máy.jpg")
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (40, 30))
    assert (saved.content, saved.headers["content-type"], name_of(saved)) == (PDF, "application/pdf", CERTIFICATE)
    for answer in (shown, saved):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize(("language", "name"), [("vi", "nhan-phuong-tien-do"), ("en", "instrument-labels")])
def test_members_get_the_labels(browser_of, instrument_files, language, name):
    address = instrument_files["labels"].replace("nhan-vi", f"nhan-{language}")

    answer = browser_of("viewer").get(address, params={"chon": "da-chon", "ma": "C-01", "vi-tri": 5, "phai": "-1,5"})

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert name_of(answer) == f"{name}-2026-11-22.pdf"


@pytest.mark.parametrize("who", ["stranger", "adviser", "official", "administrator"])
def test_files_of_instruments_are_not_there_for_others(browser_of, instrument_files, who):
    browser = browser_of(who)
    nowhere = browser.get(f"/tai-ve/phuong-tien/{uuid4()}")

    for address in instrument_files.values():
        answer = browser.get(address)
        assert (answer.status_code, answer.text) == (404, nowhere.text), address


def test_a_guest_is_led_to_the_sign_in_from_files_of_instruments(browser_of, instrument_files):
    for address in instrument_files.values():
        answer = browser_of().get(address, headers={"referer": "http://testserver/phuong-tien?id=1"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/dang-nhap?next=%2Fphuong-tien%3Fid%3D1")


@pytest.mark.parametrize(
    "query",
    ["vi-tri=0", "vi-tri=25", "vi-tri=x", "phai=99", "xuong=%00", "chon=x", "chon=da-chon", "chon=da-chon&ma=%3Cb%3E"],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_label_address_that_cannot_be_used_is_answered_by_a_sentence(
    browser_of, instrument_files, catalogue, query, language
):
    browser = browser_of("owner")
    browser.cookies.set("do_chuan_language", language)

    answer = browser.get(f"{instrument_files['labels']}?{query}")

    assert answer.status_code == 404
    assert 'role="alert"' in answer.text
    assert getattr(catalogue.word("account.not-there.title"), language) in answer.text
    assert "<b>" not in answer.text


def test_labels_in_no_language_of_ours_have_no_address(browser_of, instrument_files):
    assert browser_of("owner").get(instrument_files["labels"].replace("vi.pdf", "fr.pdf")).status_code == 404
