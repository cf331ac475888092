"""Breaking texts into lines: nothing is lost, nothing sticks out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.render.fonts import Font, text_width
from core.render.typesetting import Alignment, TextStyle, Typesetter

letters = st.text(alphabet="aăbcdđeghưởị. ,-0123456789\n", max_size=400)
rooms = st.floats(min_value=20, max_value=500)


def bare(text):
    return re.sub(r"\s", "", text)


@given(letters, rooms)
@settings(max_examples=150, deadline=None)
def test_lines_hold_every_letter_and_fit(text, room):
    lines = Typesetter().wrap(text, Font.REGULAR, 12, room)
    assert bare("".join(line.text for line in lines)) == bare(text)
    for line in lines:
        assert line.width <= room + 0.01
        assert line.width == pytest.approx(text_width(line.text, Font.REGULAR, 12), abs=0.01)


@given(letters, rooms, st.floats(min_value=5, max_value=500))
@settings(max_examples=100, deadline=None)
def test_a_shorter_first_line_is_respected(text, room, first):
    lines = Typesetter().wrap(text, Font.BOLD, 14, room, min(first, room))
    assert bare("".join(line.text for line in lines)) == bare(text)
    if len(lines[0].text) > 1:
        assert lines[0].width <= min(first, room) + 0.01


@given(letters, rooms)
@settings(max_examples=60, deadline=None)
def test_balanced_lines_are_as_few_and_lose_nothing(text, room):
    typesetter = Typesetter()
    balanced = typesetter.balanced(text, Font.BOLD, 13, room)
    assert len(balanced) == len(typesetter.wrap(text, Font.BOLD, 13, room))
    assert bare("".join(line.text for line in balanced)) == bare(text)


def test_a_name_of_two_lines_is_parted_about_in_the_middle():
    name = "HỢP TÁC XÃ NÔNG NGHIỆP CHÈ SẠCH NÚI MÂY"
    first, second = Typesetter().balanced(name, Font.BOLD, 13, 200)
    assert abs(first.width - second.width) < 60


def test_words_part_only_where_they_are_longer_than_the_line():
    lines = Typesetter().wrap("cân " + "ạ" * 400 + " đo", Font.REGULAR, 12, 100)
    assert lines[0].text == "cân"
    assert "".join(line.text for line in lines[1:]).replace(" đo", "") == "ạ" * 400


def test_justified_lines_reach_the_right_margin_but_the_last_does_not():
    style = TextStyle(first_indent=28)
    lines = Typesetter().paragraph("phương tiện đo nhóm 2 phải được kiểm định " * 4, style, 300)
    for number, (piece,) in enumerate(lines):
        end = piece.offset + text_width(piece.text, piece.font, 14) + piece.word_space * piece.text.count(" ")
        if number < len(lines) - 1:
            assert end == pytest.approx(300, abs=0.1)
        else:
            assert piece.word_space == 0
    assert lines[0][0].offset == 28
    assert lines[1][0].offset == 0


def test_a_lead_stands_bold_before_the_text_on_the_first_line():
    first, *_ = Typesetter().paragraph("Quyết định này có hiệu lực " * 6, TextStyle(first_indent=28), 300, "Điều 2.")
    lead, text = first
    assert (lead.font, lead.text, lead.offset) == (Font.BOLD, "Điều 2.", 28)
    assert text.offset == pytest.approx(28 + text_width("Điều 2. ", Font.BOLD, 14))


def test_a_lead_longer_than_a_line_takes_lines_of_its_own():
    lines = Typesetter().paragraph("ngắn", TextStyle(), 100, "một lời dẫn rất dài hơn một dòng")
    assert len(lines) > 2
    assert lines[-1][-1].text == "ngắn"


@pytest.mark.parametrize("alignment", list(Alignment))
def test_every_alignment_keeps_within_the_margins(alignment):
    for line in Typesetter().paragraph("chè búp tươi " * 20, TextStyle(alignment=alignment), 250):
        for piece in line:
            width = text_width(piece.text, piece.font, 14) + piece.word_space * piece.text.count(" ")
            assert -0.1 <= piece.offset <= piece.offset + width <= 250.1


@pytest.mark.parametrize("room", [170, 190, 210])
def test_a_centred_name_never_ends_a_line_inside_a_word_of_two_syllables(room):
    typesetter = Typesetter()
    lines = typesetter.balanced("CÔNG TY TNHH XĂNG DẦU SÔNG TRĂNG", Font.BOLD, 13, room)
    for line in lines[:-1]:
        assert not line.text.endswith(("CÔNG", "XĂNG"))
