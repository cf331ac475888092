"""The charts of the plan: what they carry, and that they can be drawn of nothing."""

from __future__ import annotations

from datetime import date

from core.render.plan_charts import MonthBar, PlanMark, gantt, month_bars

SERVICES = ("Kiểm định", "Hiệu chuẩn")


def test_bars_carry_the_count_of_each_month_and_kind_under_their_names():
    chart = month_bars([MonthBar(3, "Kiểm định", 4), MonthBar(3, "Hiệu chuẩn", 1)], SERVICES).to_dict()
    assert [(row["month"], row["service"], row["count"]) for row in chart["data"]["values"]] == [
        (3, "Kiểm định", 4),
        (3, "Hiệu chuẩn", 1),
    ]
    assert chart["encoding"]["x"]["scale"]["domain"] == list(range(1, 13))
    assert all(name in chart["encoding"]["color"]["legend"]["labelExpr"] for name in SERVICES)


def test_marks_reach_from_the_planned_day_to_the_last_one_and_never_back():
    marks = [
        PlanMark("C-01", "Kiểm định", date(2027, 3, 1), date(2027, 3, 20), "a"),
        PlanMark("C-02", "Hiệu chuẩn", date(2026, 11, 22), date(2026, 3, 10), "quá hạn"),
    ]
    chart = gantt(marks, SERVICES, 2027).to_dict()
    assert [(row["planned"], row["due"]) for row in chart["data"]["values"]] == [
        ("2027-03-01", "2027-03-20"),
        ("2026-11-22", "2026-11-22"),
    ]
    assert chart["layer"][0]["encoding"]["y"]["sort"] == ["C-01", "C-02"]


def test_a_name_with_quotation_marks_breaks_no_legend():
    chart = month_bars([], ('Say "yes"', "b'; alert(1)")).to_dict()
    assert chart["encoding"]["color"]["legend"]["labelExpr"] == 'datum.value == 4 ? "Say \\"yes\\"" : "b\'; alert(1)"'


def test_charts_of_nothing_can_be_drawn():
    assert month_bars([], SERVICES).to_dict()
    assert gantt([], SERVICES, 2027).to_dict()
