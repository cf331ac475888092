"""Pages as pictures."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from core.render.pdf import write_pdf
from core.render.pictures import page_count, page_pictures
from tests.render.samples import sample_document


@pytest.fixture(scope="module")
def pdf():
    return write_pdf(sample_document(10, repeats=0))


def test_pages_are_counted(pdf):
    assert page_count(pdf) == len(page_pictures(pdf, range(page_count(pdf)), 0.1))


def test_pictures_have_the_size_asked_for_and_show_something(pdf):
    (first,) = page_pictures(pdf, [0], 1.5)
    picture = Image.open(BytesIO(first))
    assert picture.format == "PNG"
    assert picture.size == pytest.approx((595 * 1.5, 842 * 1.5), abs=3)
    dark = sum(picture.convert("L").histogram()[:100])
    assert 0.01 < dark / (picture.width * picture.height) < 0.2


def test_pictures_can_be_asked_for_from_several_threads(pdf):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda number: page_pictures(pdf, [number], 0.3)[0], [0, 1, 2, 0, 1, 2]))
    assert made[:3] == made[3:]
