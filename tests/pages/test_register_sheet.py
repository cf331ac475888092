"""The register in Excel on screen: what would change is told in plain rows, wrong cells by their place."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from core.domain.instruments import MeasuringInstrument
from core.domain.profile import Profile
from core.language import Language
from core.services import accounts, register_sheets, registering
from pages.enterprise.register_sheet import Sent
from pages.widgets.file_picker import PickedFile

PAGE = "enterprise/register_sheet.py"
SCALE = MeasuringInstrument("C-01", name="Cân <b>bàn</b>", place="Kho")
OTHERS = [MeasuringInstrument(f"N-{number:02}", name="Nhiệt kế") for number in range(3)]


@pytest.fixture
def firm(environment, signed_up):
    """The session key of an owner, the owner, and the id of an enterprise with four instruments."""
    key = signed_up()
    enterprise = accounts.create_enterprise(
        environment, accounts.actor_of_session(environment, key), Profile("Hợp tác xã Chè Suối Cạn")
    )
    owner = accounts.actor_of_session(environment, key)
    registering.save_instruments(environment, owner, enterprise.id, [(None, one) for one in (SCALE, *OTHERS)])
    return key, owner, enterprise.id


def sheet(environment, firm, change, language=Language.VI):
    """The downloaded file after a person changed it: `change(page)`."""
    _, owner, enterprise_id = firm
    book = load_workbook(io.BytesIO(register_sheets.export_sheet(environment, owner, enterprise_id, language)))
    change(book.worksheets[0])
    target = io.BytesIO()
    book.save(target)
    return PickedFile("danh-muc.xlsx", target.getvalue())


def opened(visit, environment, firm, file, language=Language.VI):
    """The page with a file that was sent, as the picker hands it over."""
    key, owner, enterprise_id = firm
    app = visit(PAGE, session=key, language=language)
    preview = register_sheets.preview_sheet(environment, owner, enterprise_id, file.content, name=file.name)
    app.session_state["sheet_sent"] = Sent(file, preview)
    return app.run()


def shown(app):
    return "\n".join(one.value for kind in (app.markdown, app.caption, app.info, app.success) for one in kind)


def change_some(page):
    page["H3"], page["V4"], page["D5"], page["C7"], page["D7"] = "Quầy 2", "tháng 3", "Nhiệt kế mới", "A-01", "=1+1"
    page["C8"] = "B-01"
    page.delete_rows(6)


@pytest.mark.parametrize("language", list(Language))
def test_the_preview_names_every_change_and_every_wrong_cell(visit, environment, firm, language):
    app = opened(visit, environment, firm, sheet(environment, firm, change_some), language)
    text = shown(app)
    assert not app.exception
    assert "V4" in text
    assert "tháng 3" in text
    assert "Kho → Quầy 2" in text
    assert "Cân \\<b\\>bàn\\</b\\>" in text
    assert "D6" in text
    assert [one.label for one in app.checkbox] == [f"{'Xóa' if language is Language.VI else 'Remove'} N-02 Nhiệt kế"]
    assert "3" in app.button(key="sheet_take").label


def test_good_rows_are_taken_and_the_file_is_done_with(visit, environment, firm):
    app = opened(visit, environment, firm, sheet(environment, firm, change_some))
    app.checkbox[0].check().run()
    app.button(key="sheet_take").click().run()

    _, owner, enterprise_id = firm
    kept = {one.code: one for one in registering.open_register(environment, owner, enterprise_id).instruments}
    assert set(kept) == {"C-01", "N-00", "N-01", "B-01"}
    assert (kept["C-01"].place, kept["N-01"].name) == ("Quầy 2", "Nhiệt kế mới")
    assert "10:42" in shown(app)
    assert "sheet_sent" not in app.session_state


def test_a_file_that_is_dropped_changes_nothing(visit, environment, firm):
    app = opened(visit, environment, firm, sheet(environment, firm, change_some))
    app.button(key="sheet_drop").click().run()
    _, owner, enterprise_id = firm
    assert registering.open_register(environment, owner, enterprise_id).instruments == (SCALE, *OTHERS)
    assert "sheet_sent" not in app.session_state


def test_a_line_changed_in_both_places_is_taken_from_the_file_only_when_chosen(visit, environment, firm):
    _, owner, enterprise_id = firm
    file = sheet(environment, firm, lambda page: page.__setitem__("H3", "Quầy 2"))
    theirs = MeasuringInstrument("C-01", name=SCALE.name, place="Kho 9")
    registering.save_instruments(environment, owner, enterprise_id, [(SCALE, theirs)])
    app = opened(visit, environment, firm, file)
    assert "Kho 9 → Quầy 2" in shown(app)
    assert app.button(key="sheet_take").disabled
    app.radio[0].set_value("take").run()
    app.button(key="sheet_take").click().run()
    assert registering.open_register(environment, owner, enterprise_id).instruments[0].place == "Quầy 2"


def test_a_change_after_the_preview_makes_it_anew(visit, environment, firm):
    _, owner, enterprise_id = firm
    app = opened(visit, environment, firm, sheet(environment, firm, lambda page: page.__setitem__("H3", "Quầy 2")))
    theirs = MeasuringInstrument("C-01", name=SCALE.name, place="Kho 9")
    registering.save_instruments(environment, owner, enterprise_id, [(SCALE, theirs)])
    app.button(key="sheet_take").click().run()
    assert "Kho 9 → Quầy 2" in shown(app)
    assert len(app.radio) == 1


def test_many_rows_are_counted_rather_than_drawn(visit, environment, firm):
    def fill(page):
        for number in range(200):
            page.cell(7 + number, 3).value = f"X-{number:03}"

    app = opened(visit, environment, firm, sheet(environment, firm, fill))
    assert "X-049" in shown(app)
    assert "X-050" not in shown(app)
    assert "150" in shown(app)
    assert "200" in app.button(key="sheet_take").label


def test_the_same_file_has_nothing_to_take(visit, environment, firm):
    app = opened(visit, environment, firm, sheet(environment, firm, lambda page: None))
    assert environment.catalogue.word("sheet.preview.nothing").vi in shown(app)
    assert app.button(key="sheet_take").disabled
