"""What the register of instruments brings into the programme: tasks, the plan of services, the firm's own points."""

from dataclasses import replace
from datetime import date

from core.domain.document import Table
from core.domain.instruments import MeasuringInstrument
from core.domain.programme import build_programme
from core.domain.programme_edits import Edit, draft_programme
from core.domain.programme_fields import ItemKind
from core.domain.register.points import ProcessPoint, ServiceBody
from core.language import Language
from tests.programme.support import ON, analysis_of, answers_of, profile_of, text_of, texts_of

GAUGE = MeasuringInstrument(
    "T-1",
    name="Nhiệt kế",
    serial="1",
    place="Lò sấy",
    unit="°C",
    range="0–200",
    mpe="±0,5",
    error_found="0,9",
    calibrated_on=date(ON.year - 1, ON.month, 1),
    calibrated_by="Trung tâm Kỹ thuật",
    interval_months=24,
    confirmed=True,
    price_vnd=450_000,
)
OUT_OF_TOLERANCE = "task:register.out-of-tolerance"


def draft_of(*instruments, level=4, edits=(), **known):
    profile = profile_of()
    return draft_programme(analysis_of(profile, answers_of(profile, level), instruments, **known), edits)


def tasks_of(draft):
    return {item.id: item for item in draft.of_kind(ItemKind.TASK)}


def table_of(document, table_id):
    return next(
        block for part in document.parts for block in part.blocks if isinstance(block, Table) and block.id == table_id
    )


def test_a_finding_of_the_register_becomes_a_task_that_names_its_instruments_and_its_source():
    task = tasks_of(draft_of(GAUGE))[OUT_OF_TOLERANCE]
    assert task.text("title", Language.VI).endswith(": T-1")
    assert task.origin == "register.out-of-tolerance"
    assert task.hint is not None
    assert "danh mục phương tiện đo" in task.hint.vi
    document = build_programme(draft_of(GAUGE), Language.VI, ON)
    assert text_of(document).count(task.text("title", Language.VI)) >= 2


def test_many_instruments_are_counted_not_listed():
    lines = [replace(GAUGE, code=f"T-{number}", serial=str(number)) for number in range(8)]
    title = tasks_of(draft_of(*lines))[OUT_OF_TOLERANCE].text("title", Language.EN)
    assert title.endswith("T-0, T-1, T-2, T-3, T-4 and 3 more")


def test_nothing_is_said_twice_where_the_question_has_a_task_of_its_own():
    unconfirmed = replace(GAUGE, error_found="", confirmed=False)
    asked = tasks_of(draft_of(unconfirmed, level=4))
    assert "task:register.unconfirmed" in asked
    assert "task:certificate-check" not in asked
    below = tasks_of(draft_of(unconfirmed, level=0))
    assert "task:certificate-check" in below
    assert "task:register.unconfirmed" not in below


def test_an_overdue_group2_instrument_is_the_task_of_its_question():
    scale = MeasuringInstrument(
        "C-1", name="Cân", serial="9", place="Kho", group2_row="8b", verified_on=date(2020, 1, 1)
    )
    asked = tasks_of(draft_of(scale))
    assert "task:group2-verification" in asked
    assert "task:register.unverified" not in asked


def test_what_the_firm_wrote_outlives_the_finding():
    edit = Edit(f"{OUT_OF_TOLERANCE}/owner", "Ông Nam", "Người phụ trách đo lường")
    kept = tasks_of(draft_of(GAUGE, edits=[edit]))[OUT_OF_TOLERANCE]
    assert kept.value("owner") == "Ông Nam"
    closed = tasks_of(draft_of(replace(GAUGE, error_found="0,1"), edits=[edit]))[OUT_OF_TOLERANCE]
    assert closed.origin_vanished
    assert closed.value("owner") == "Ông Nam"


def test_tasks_of_the_register_fall_within_the_programme():
    draft = draft_of(GAUGE)
    for item in tasks_of(draft).values():
        if item.id.startswith("task:register."):
            assert item.day("due") <= draft.period.end


def test_appendix_3_plans_the_services_by_visit_with_their_money():
    kin = replace(GAUGE, code="T-2", serial="2", price_vnd=None, calibrated_on=GAUGE.calibrated_on.replace(day=9))
    bodies = (ServiceBody("Trung tâm Kỹ thuật", visit_price_vnd=300_000),)
    document = build_programme(draft_of(GAUGE, kin, bodies=bodies), Language.VI, ON)
    rows = [texts_of(row) for row in table_of(document, "planned-services").rows]
    assert [row[1] for row in rows] == ["hiệu chuẩn", "đi lại"]
    assert rows[0][2] == "T-1, T-2"
    assert rows[0][3] == "Trung tâm Kỹ thuật"
    assert rows[0][4] == "450.000, còn 1 việc chưa có giá"
    assert (rows[1][2], rows[1][4]) == ("cả đợt", "300.000")


def test_appendix_3_has_no_plan_without_services():
    document = build_programme(draft_of(), Language.VI, ON)
    assert not any(
        isinstance(block, Table) and block.id == "planned-services" for part in document.parts for block in part.blocks
    )


def test_the_firms_own_points_say_which_measurements_matter():
    points = (
        ProcessPoint("weighing", step="Cân xe lúa", quantity="Khối lượng", risk="Mua thừa", needed="±20 kg"),
        ProcessPoint("lò số 2", step="Đo ẩm lò số 2", quantity="Độ ẩm"),
    )
    draft = draft_of(points=points)
    named = draft.of_kind(ItemKind.POINT)
    assert [item.text("name", Language.VI) for item in named] == ["Cân xe lúa", "Đo ẩm lò số 2"]
    assert named[0].id == "point:firm.weighing"
    assert len({item.id for item in named}) == 2
    written = text_of(build_programme(draft, Language.VI, ON))
    assert "cân xe lúa; đo ẩm lò số 2" in written
    assert "Mua thừa" in written


def test_a_point_taken_from_the_trade_keeps_its_edits():
    usual = draft_of()
    point = usual.of_kind(ItemKind.POINT)[0]
    own = ProcessPoint(point.origin, step="Bước của tôi", quantity="Khối lượng")
    edit = Edit(f"{point.id}/harm", "Mất khách", point.text("harm", Language.VI))
    found = draft_of(points=(own,), edits=[edit]).of_kind(ItemKind.POINT)
    assert [item.id for item in found] == [point.id]
    assert (found[0].text("name", Language.VI), found[0].text("harm", Language.VI)) == ("Bước của tôi", "Mất khách")


def test_without_own_points_those_of_the_trade_stand():
    assert len(draft_of().of_kind(ItemKind.POINT)) > 1
