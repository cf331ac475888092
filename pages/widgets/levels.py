"""Levels and scores on screen: always number and name, and a strip that is drawn in HTML."""

from __future__ import annotations

from fractions import Fraction

import streamlit as st

from core.language import number
from pages.frame import Visit
from pages.widgets.writing import in_html

LEVELS = range(5)


def level_name(visit: Visit, level: int) -> str:
    """Return "Level 1 · Initial" in the language of the visit."""
    return visit.t("widgets.level", level=level, name=visit.catalogue.method.levels[level].name)


def level_strip(visit: Visit, low: Fraction, high: Fraction | None = None, label: str = "") -> None:
    """Draw the scale from 0 to 100 with a pointer at the published score, and a line up to `high` while open.

    `label` says the same to those who do not see it; without one it is written from the two numbers.
    """
    top = low if high is None else high
    shown_low, shown_high = (number(bound, visit.language, 1) for bound in (low, top))
    spoken = label or visit.t("widgets.strip" if low == top else "widgets.strip-range", low=shown_low, high=shown_high)
    cells = "".join(f'<span class="lv{level}">{level}</span>' for level in LEVELS)
    limits = (0, *visit.catalogue.method.thresholds, 100)
    ticks = "".join(f'<span style="left:{limit}%">{limit}</span>' for limit in limits)
    line = "" if low == top else f'<i class="range" style="left:{_percent(low)};width:{_percent(top - low)}"></i>'
    st.html(
        f'<div class="strip" role="img" aria-label="{in_html(spoken)}">'
        f'<div class="rail">{line}<i class="tip" style="left:{_percent(low)}"></i></div>'
        f'<div class="cells">{cells}</div><div class="ticks">{ticks}</div></div>'
    )


def _percent(value: Fraction) -> str:
    return f"{float(value):.2f}%"
