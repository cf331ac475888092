"""Figures: labels stand clear of lines and edges, and what is urgent is seen without colour."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from reportlab.graphics.shapes import Circle, Group, Line, Polygon, Rect, String

from core.domain.document import Bar, Bars, Chart, ChartRow, ChartTile, Gantt, GanttRow, Radar, RadarAxis, Shape
from core.render.drawings import draw_bars, draw_gantt, draw_radar
from core.render.figure_drawings import draw_figure
from core.render.fonts import text_width
from core.render.pictures import figure_picture
from tests.render.samples import TOPICS, sample_bars, sample_gantt, sample_radar

WIDTH = 468.0


def of(drawing, kind):
    return [shape for shape in drawing.contents if isinstance(shape, kind)]


def box(string):
    width = text_width(string.text, string.fontName, string.fontSize)
    left = {"start": string.x, "middle": string.x - width / 2, "end": string.x - width}[string.textAnchor]
    return left, string.y - 0.22 * string.fontSize, left + width, string.y + 0.9 * string.fontSize


def touch(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def chart(shape, hidden=7):
    """A chart of rows with long names; `hidden` is a number of the last."""

    def row(label, *values):
        shown = tuple("ẩn" if value is None else f"{value}" for value in values)
        total = None if None in values else sum(values)
        return ChartRow(label, values, shown, total, "ẩn" if total is None else str(total))

    columns = ("Mới có tài khoản", "Đang tự đánh giá hằng năm", "Đã gửi hồ sơ", "Đã ban hành chương trình")
    rows = (row("Chế biến chè, thực phẩm, đồ uống và các nghề khác", 5, 30, 12, 0), row("Xăng dầu", hidden, 9, 5, 6))
    tiles = (ChartTile("TP. Hồ Chí Minh", 4, 0, 12, "12"), ChartTile("Thái Nguyên", 0, 1, None, "ẩn"))
    return Chart(shape, columns, rows, row("Cả nước", 12, 39, 17, 6), 39, tiles)


@pytest.mark.parametrize("shape", [Shape.PARTS, Shape.HEAT])
def test_a_hidden_number_is_a_dashed_outline_that_tells_no_length(shape):
    (drawing,) = draw_figure(chart(shape, hidden=None), WIDTH, 600)
    (outline,) = [one for one in of(drawing, Rect) if one.strokeDashArray]
    assert outline.fillColor is None
    # As wide as the row or the cell, whatever the number is.
    assert outline.width in (drawing.width, pytest.approx((drawing.width - 130) / 4 - 2))
    assert any("ẩn" in one.text for one in of(drawing, String))


def test_rows_that_do_not_fit_stand_in_further_drawings_under_the_same_heading():
    drawings = draw_figure(chart(Shape.PARTS), WIDTH, 100)
    assert len(drawings) > 1
    assert all(drawing.height <= 100 for drawing in drawings)
    names = [[one.text for one in of(drawing, String)][:2] for drawing in drawings]
    assert all(one == names[0] for one in names)


@pytest.mark.parametrize(
    "figure",
    [sample_radar().figure, sample_bars().figure, sample_gantt().figure, *(chart(shape, None) for shape in Shape)],
)
def test_no_words_lie_on_one_another_or_leave_the_figure(figure):
    (drawing,) = draw_figure(figure, WIDTH, 600)
    boxes = [box(string) for string in of(drawing, String)]
    for number, one in enumerate(boxes):
        assert one[0] >= -0.5
        assert one[1] >= -0.5
        assert one[2] <= drawing.width + 0.5
        assert one[3] <= drawing.height + 0.5
        assert not [other for other in boxes[number + 1 :] if touch(one, other)]


def test_labels_of_the_radar_stand_outside_its_lines():
    drawing = draw_radar(sample_radar().figure, WIDTH)
    outer = max(of(drawing, Polygon), key=lambda polygon: max(polygon.points))
    xs, ys = outer.points[::2], outer.points[1::2]
    middle = (sum(xs) / len(xs), sum(ys) / len(ys))
    radius = max(abs(y - middle[1]) for y in ys)
    labels = [string for string in of(drawing, String) if string.text[:2] in {f"{n}." for n in range(1, 10)}]
    assert len(labels) == len(TOPICS)
    for label in labels:
        left, foot, right, top = box(label)
        nearest_x = min(max(middle[0], left), right) - middle[0]
        nearest_y = min(max(middle[1], foot), top) - middle[1]
        assert (nearest_x**2 + nearest_y**2) ** 0.5 >= radius * 0.94


def test_radar_shows_scores_filled_and_targets_dashed():
    polygons = of(draw_radar(sample_radar().figure, WIDTH), Polygon)
    assert len([polygon for polygon in polygons if polygon.strokeDashArray]) == 1
    assert len([polygon for polygon in polygons if polygon.fillColor]) == 1


def test_a_topic_without_a_score_has_no_point():
    axes = [RadarAxis(topic, Fraction(50) if number else None, None) for number, topic in enumerate(TOPICS)]
    drawing = draw_radar(Radar(tuple(axes), "Điểm", "Cần"), WIDTH)
    assert len(of(drawing, Circle)) == len(TOPICS) - 1
    assert not [polygon for polygon in of(drawing, Polygon) if polygon.strokeDashArray]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 12])
def test_radar_takes_any_number_of_axes(count):
    axes = tuple(RadarAxis(f"Trục {number}", Fraction(number * 8), Fraction(75)) for number in range(count))
    assert figure_picture(draw_radar(Radar(axes, "Điểm", "Cần"), WIDTH))


def test_bars_are_as_high_as_their_values():
    drawing = draw_bars(Bars((Bar("a", 2, "2"), Bar("b", 8, "8"), Bar("c", 0, "0"))), WIDTH)
    heights = [bar.height for bar in of(drawing, Rect)]
    assert len(heights) == 2, "nothing is drawn for nothing"
    assert heights[1] == pytest.approx(4 * heights[0])
    assert {"2", "8", "0"} <= {string.text for string in of(drawing, String)}


def test_many_bars_turn_their_names_upright():
    bars = tuple(Bar(f"Tháng {n} năm 2027", n, str(n * 1_000_000)) for n in range(1, 37))
    drawing = draw_bars(Bars(bars), WIDTH)
    assert len(of(drawing, Group)) == 72, "36 names and 36 values"


@pytest.mark.parametrize(
    ("end", "columns"),
    [
        (date(2027, 12, 31), [str(month) for month in range(1, 13)]),
        (date(2029, 12, 31), ["I", "II", "III", "IV"] * 3),
        (date(2034, 12, 31), []),
    ],
)
def test_time_runs_in_months_quarters_or_years_by_its_length(end, columns):
    row = GanttRow("Việc", date(2027, 1, 1), date(2027, 3, 31))
    (drawing,) = draw_gantt(Gantt(date(2027, 1, 1), end, (row,)), WIDTH, 600)
    shown = [string.text for string in of(drawing, String)]
    years = [str(year) for year in range(2027, end.year + 1)]
    assert [text for text in shown if text in years] == years
    assert [text for text in shown if text not in (*years, "Việc")] == columns


def test_a_task_lies_where_its_dates_are():
    year = (date(2027, 1, 1), date(2028, 12, 31))
    rows = (
        GanttRow("đầu", date(2027, 1, 1), date(2027, 12, 31)),
        GanttRow("cuối", date(2028, 1, 1), date(2028, 12, 31)),
    )
    (drawing,) = draw_gantt(Gantt(*year, rows), WIDTH, 600)
    first, second = (rect for rect in of(drawing, Rect) if rect.fillColor is not None)
    assert first.x + first.width == pytest.approx(second.x, abs=1.5)
    assert second.x + second.width == pytest.approx(WIDTH, abs=1.5)


def test_an_urgent_task_is_hatched_so_that_grey_print_shows_it():
    rows = [GanttRow("Việc", date(2027, 1, 1), date(2027, 12, 31), urgent) for urgent in (False, True)]
    plain, urgent = (next(draw_gantt(Gantt(date(2027, 1, 1), date(2029, 12, 31), (row,)), WIDTH, 600)) for row in rows)
    assert len(of(urgent, Line)) > len(of(plain, Line)) + 5


def test_a_task_outside_the_period_stays_inside_the_figure():
    row = GanttRow("Việc", date(2020, 1, 1), date(2040, 1, 1))
    (drawing,) = draw_gantt(Gantt(date(2027, 1, 1), date(2027, 12, 31), (row,)), WIDTH, 600)
    for rect in of(drawing, Rect):
        assert rect.x >= 0
        assert rect.x + rect.width <= WIDTH


def test_a_long_plan_comes_in_several_drawings_and_loses_no_task():
    rows = tuple(GanttRow(f"Việc số {number}", date(2027, 1, 1), date(2027, 6, 1)) for number in range(100))
    drawings = list(draw_gantt(Gantt(date(2027, 1, 1), date(2029, 12, 31), rows), WIDTH, 400))
    assert len(drawings) > 3
    assert all(drawing.height <= 401 for drawing in drawings)
    shown = [string.text for drawing in drawings for string in of(drawing, String) if string.text.startswith("Việc")]
    assert shown == [row.label for row in rows]


def test_a_label_too_long_is_cut_with_a_sign():
    row = GanttRow("kiểm định " * 60, date(2027, 1, 1), date(2027, 6, 1))
    (drawing,) = draw_gantt(Gantt(date(2027, 1, 1), date(2027, 12, 31), (row,)), WIDTH, 600)
    lines = [string.text for string in of(drawing, String) if "kiểm" in string.text]
    assert len(lines) == 2
    assert lines[-1].endswith("…")
