"""Charts on screen: the figures they draw, and that they run under a strict policy."""

from __future__ import annotations

import json

from core.render.charts import TopicRow, quantile_band, topic_bars, topic_radar
from tests.render.samples import TOPICS

ROWS = [
    TopicRow(number, f"{number}. {topic}", None if number == 5 else number * 10.0, 75.0, f"{number * 10},0")
    for number, topic in enumerate(TOPICS, 1)
]


def layers(chart):
    return chart.to_dict()["layer"]


def values(layer):
    return layer["data"]["values"]


def test_bars_carry_every_topic_with_its_name_score_and_written_number():
    shown = values(topic_bars(ROWS).to_dict()["layer"][0])
    assert [row["label"] for row in shown] == [row.label for row in ROWS]
    assert [row["score"] for row in shown] == [row.score for row in ROWS]
    assert [row["shown"] for row in shown] == [row.shown for row in ROWS]


def test_radar_leaves_out_a_topic_without_a_score():
    points = [values(layer) for layer in layers(topic_radar(ROWS)) if layer["mark"]["type"] == "point"]
    assert len(points[0]) == len(TOPICS) - 1


def test_a_score_of_a_hundred_reaches_the_outer_ring():
    chart = topic_radar([TopicRow(1, "a", 100.0, None, "100"), *ROWS[1:]])
    point = next(values(layer) for layer in layers(chart) if layer["mark"]["type"] == "point")[0]
    assert (point["x"], point["y"]) == (0.0, 100.0)


def test_radar_numbers_its_spokes_and_names_them_on_touch():
    texts = next(layer for layer in layers(topic_radar(ROWS)) if layer["mark"]["type"] == "text")
    assert [value["text"] for value in values(texts)] == [str(number) for number in range(1, 10)]
    assert texts["encoding"]["tooltip"][0]["field"] == "label"


def test_radar_is_square_so_that_it_never_becomes_an_ellipse():
    chart = topic_radar(ROWS).to_dict()
    assert chart["width"] == chart["height"] == 320


def test_charts_take_their_ink_from_the_page():
    for chart in (topic_bars(ROWS), topic_radar(ROWS)):
        text = json.dumps(chart.to_dict())
        assert "luminance(scale('color', 0))" in text
        assert '"level"' in text, "the colour scale that the ink reads"


def test_charts_of_nothing_can_be_drawn():
    for draw in (topic_bars, topic_radar):
        assert draw([]).to_dict()


def test_the_band_lies_from_the_lower_to_the_upper_quarter_with_the_own_score_above():
    drawn = {layer["mark"]["type"]: values(layer)[0] for layer in layers(quantile_band(35, 47, 58, 41, "41"))[1:-1]}
    assert drawn["bar"] == {"value": 35, "end": 58}
    assert drawn["tick"] == {"value": 47}
    assert drawn["point"] == drawn["text"] == {"value": 41, "shown": "41"}
