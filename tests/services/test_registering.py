"""The register: what is kept, who may, and that no service and no file is forgotten or seen by others."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from core.domain.instruments import InstrumentFileKind, MeasuringInstrument, ServiceKind, ServiceRecord, ServiceResult
from core.domain.register.points import ProcessPoint, ServiceBody
from core.errors import BadInput, Conflict, FileRefused, NotThere
from core.language import Language
from core.services import registering
from core.services.environment import reading

SCALE = MeasuringInstrument("C-01", name="Cân bàn", group2_row="8b", verified_on=date(2025, 3, 1), verified_by="A")


def add(environment, people, instrument=SCALE):
    return registering.save_instrument(environment, people.owner, people.enterprise_id, seen=None, wanted=instrument)


def opened(environment, people, actor=None):
    return registering.open_register(environment, actor or people.owner, people.enterprise_id)


def photo(width=4000, height=3000) -> bytes:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    Image.effect_noise((width, height), 90).convert("RGB").save(made, "JPEG", quality=95, exif=exif)
    return made.getvalue()


def test_a_line_is_kept_cleaned_and_found_by_its_stable_id(environment, people):
    kept = add(environment, people, replace(SCALE, code=" C-01 ", name="Cân ba\u0300n"))

    found = opened(environment, people).of_id(kept.id).instrument

    assert found == replace(SCALE, name="Cân bàn")


@pytest.mark.parametrize(
    "change, code",
    [({"code": "  "}, "code-missing"), ({"group2_row": "999z"}, "group2-row-unknown")],
)
def test_a_line_that_cannot_be_kept_is_refused_with_its_field(environment, people, change, code):
    with pytest.raises(BadInput, match=code):
        add(environment, people, replace(SCALE, **change))
    assert opened(environment, people).instruments == ()


def test_a_later_verification_typed_over_the_old_one_files_the_old_one_in_history(environment, people):
    add(environment, people)
    newer = replace(SCALE, verified_on=date(2026, 3, 2), verified_by="B")

    registering.save_instrument(environment, people.owner, people.enterprise_id, seen=SCALE, wanted=newer)

    [instrument] = opened(environment, people).instruments
    assert [(one.on, one.by) for one in instrument.services(ServiceKind.VERIFICATION)] == [
        (date(2025, 3, 1), "A"),
        (date(2026, 3, 2), "B"),
    ]


def test_services_entered_in_any_order_stand_in_the_order_of_their_days(environment, people):
    kept = add(environment, people)
    for year, result in ((2026, ServiceResult.PASSED), (2023, ServiceResult.FAILED), (2024, ServiceResult.PASSED)):
        record = ServiceRecord(ServiceKind.CALIBRATION, date(year, 5, 1), error_found="0,2 kg", result=result)
        registering.record_service(environment, people.owner, people.enterprise_id, kept.id, record)

    [instrument] = opened(environment, people).instruments

    assert [one.on.year for one in instrument.services(ServiceKind.CALIBRATION)] == [2023, 2024, 2026]
    assert instrument.calibrated_on == date(2026, 5, 1)
    assert instrument.verified_on == date(2025, 3, 1)


def test_two_people_changing_one_field_are_told_and_other_fields_stand(environment, people):
    add(environment, people)
    registering.save_instrument(
        environment, people.owner, people.enterprise_id, seen=SCALE, wanted=replace(SCALE, place="Kho 1")
    )
    registering.save_instrument(
        environment, people.editor, people.enterprise_id, seen=SCALE, wanted=replace(SCALE, serial="77")
    )

    with pytest.raises(Conflict):
        registering.save_instrument(
            environment, people.editor, people.enterprise_id, seen=SCALE, wanted=replace(SCALE, place="Kho 2")
        )

    [instrument] = opened(environment, people).instruments
    assert (instrument.place, instrument.serial) == ("Kho 1", "77")


def test_several_lines_are_kept_all_or_none(environment, people):
    wrong = replace(SCALE, code="C-02", group2_row="999z")
    with pytest.raises(BadInput):
        registering.save_instruments(environment, people.owner, people.enterprise_id, [(None, SCALE), (None, wrong)])
    assert opened(environment, people).instruments == ()


def test_a_viewer_reads_and_a_stranger_learns_nothing(environment, people):
    kept = add(environment, people)
    assert opened(environment, people, people.viewer).may_edit is False
    with pytest.raises(NotThere):
        registering.save_instrument(
            environment, people.viewer, people.enterprise_id, seen=SCALE, wanted=replace(SCALE, place="x")
        )
    with pytest.raises(NotThere):
        opened(environment, people, people.stranger)
    with pytest.raises(NotThere):
        registering.files_of(environment, people.stranger, people.enterprise_id, kept.id)


def test_a_photo_becomes_small_and_says_nothing_of_the_camera(environment, people):
    kept = add(environment, people)

    file = registering.attach_file(
        environment, people.owner, people.enterprise_id, kept.id, InstrumentFileKind.PHOTO, "nhan.jpg", photo()
    )

    _, content = registering.read_file(environment, people.viewer, file.id)
    assert len(content) < 300_000
    assert b"SecretCamera" not in content
    assert not Image.open(io.BytesIO(content)).getexif()
    with pytest.raises(NotThere):
        registering.read_file(environment, people.stranger, file.id)


def test_a_photo_must_be_a_picture(environment, people):
    kept = add(environment, people)
    with pytest.raises(FileRefused, match="file-not-picture"):
        registering.attach_file(
            environment, people.owner, people.enterprise_id, kept.id, InstrumentFileKind.PHOTO, "a.pdf", b"%PDF-1.4 x"
        )


def test_files_go_with_their_instrument_and_no_bytes_stay_behind(environment, people):
    kept = add(environment, people)
    registering.attach_file(
        environment, people.owner, people.enterprise_id, kept.id, InstrumentFileKind.CERTIFICATE, "g.pdf", b"%PDF-1.4 x"
    )

    registering.remove_instrument(environment, people.owner, people.enterprise_id, "C-01")

    with reading(environment) as repository:
        assert repository.files.used_bytes(people.enterprise_id) == 0
        assert repository.session.connection().exec_driver_sql("SELECT count(*) FROM blob").scalar_one() == 0


def test_the_usual_points_of_the_trade_come_once_and_stay_as_the_firm_changed_them(environment, people):
    added = registering.take_usual_points(environment, people.owner, people.enterprise_id, Language.VI)
    first = opened(environment, people).points[0]
    mine = replace(first, step="Cân ở sân nhà")
    registering.save_point(environment, people.owner, people.enterprise_id, seen=first, wanted=mine)

    again = registering.take_usual_points(environment, people.owner, people.enterprise_id, Language.VI)

    points = opened(environment, people).points
    assert (added, again) == (len(points), 0)
    assert added > 5
    assert points[0] == mine


def test_a_body_is_known_by_its_name(environment, people):
    body = ServiceBody("Trung tâm Kiểm định Ví Dụ", visit_price_vnd=500_000)
    registering.save_body(environment, people.owner, people.enterprise_id, seen=None, wanted=body)
    with pytest.raises(BadInput, match="code-taken"):
        registering.save_body(
            environment, people.owner, people.enterprise_id, seen=None, wanted=replace(body, visit_price_vnd=1)
        )
    with pytest.raises(BadInput, match="body-name-missing"):
        registering.save_body(environment, people.owner, people.enterprise_id, seen=None, wanted=ServiceBody("  "))
    assert opened(environment, people).bodies == (body,)


def test_a_point_can_be_taken_away(environment, people):
    point = ProcessPoint("own-point", step="Cân thành phẩm")
    registering.save_point(environment, people.owner, people.enterprise_id, seen=None, wanted=point)
    registering.remove_point(environment, people.owner, people.enterprise_id, "own-point")
    assert opened(environment, people).points == ()


def test_starters_come_with_their_points_once_and_with_codes_that_are_free(environment, people):
    add(environment, people)
    counts = {"leaf-platform-scale": 2, "boiler-gauge": 1}
    for _ in range(2):
        registering.add_starters(environment, people.owner, people.enterprise_id, "tea-food", counts, Language.VI)

    register = opened(environment, people)

    assert [one.code for one in register.instruments] == ["C-01", "C-02", "C-03", "A-01", "C-04", "C-05", "A-02"]
    assert [point.id for point in register.points] == ["leaf-intake", "boiler"]


@pytest.mark.parametrize(
    ("counts", "code"),
    [({}, "starter-nothing-chosen"), ({"boiler-gauge": 201}, "starter-count-absurd")],
)
def test_starters_that_are_none_or_too_many_are_refused(environment, people, counts, code):
    with pytest.raises(BadInput, match=code):
        registering.add_starters(environment, people.owner, people.enterprise_id, "tea-food", counts, Language.VI)
    assert opened(environment, people).instruments == ()


def test_starters_are_for_those_who_may_edit_and_of_a_trade_that_is_there(environment, people):
    for actor, sector in ((people.viewer, "tea-food"), (people.stranger, "tea-food"), (people.owner, "none")):
        with pytest.raises(NotThere):
            registering.add_starters(environment, actor, people.enterprise_id, sector, {"boiler-gauge": 1}, Language.VI)
    assert opened(environment, people).instruments == ()


def test_a_line_opens_by_itself_for_members_and_for_nobody_else(environment, people):
    kept = add(environment, people)
    add(environment, people, replace(SCALE, code="C-02"))

    assert registering.open_line(environment, people.viewer, people.enterprise_id, kept.id).instruments == (SCALE,)
    with pytest.raises(NotThere):
        registering.open_line(environment, people.stranger, people.enterprise_id, kept.id)
