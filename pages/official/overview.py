"""Officials: how far enterprises have come, against the targets, by province, trade, size and kind, and over time."""

from __future__ import annotations

from fractions import Fraction

import streamlit as st

from core.domain.statistics.figures import PROJECT_TARGETS, Dimension, Stage
from core.domain.statistics.sheets import Sheet, SheetRow, SheetTeller
from core.domain.statistics.suppression import MINIMUM_GROUP
from core.errors import BadInput
from core.language import number
from core.services import officials
from core.services.official_sheets import Asked, SheetName, sheet_of
from core.services.officials import OpenFigures
from pages import frame
from pages.frame import Audience, Visit
from pages.official.choices import asked_now, choose
from pages.widgets.boxes import pairs
from pages.widgets.figures import draw_sheet

MATURITY = "official/maturity.py"
_PLACE = "target"
_FIELD = "target_count"


def show() -> None:
    """Draw the figures of the stages."""
    with frame.open_page(needs=Audience.OFFICIAL) as visit:
        st.title(visit.t("frame.menu.overview"), anchor=False)
        st.caption(visit.t("overview.lead", least=MINIMUM_GROUP))
        figures = officials.open_figures(visit.environment, visit.person)
        teller = SheetTeller(visit.catalogue, visit.language)
        asked = asked_now(figures)
        choose(visit, figures, asked, with_year=False, with_stage=True)
        stages = sheet_of(figures, teller, SheetName.STAGES, asked)
        row = stages.row(asked.value) if asked.value else stages.whole
        _numbers(visit, teller, stages, asked, row)
        _target(visit, figures, stages, asked, row)
        draw_sheet(visit, stages, asked, column=list(Stage).index(asked.stage), row=asked.value)
        draw_sheet(visit, sheet_of(figures, teller, SheetName.TREND, asked), asked, row=asked.value)
        if figures.years:
            draw_sheet(visit, sheet_of(figures, teller, SheetName.OWN_AND_CHECKED, asked), asked, row=asked.value)
        st.page_link(MATURITY, label=visit.t("overview.to-maturity"), icon=":material/chevron_right:")


def _numbers(visit: Visit, teller: SheetTeller, stages: Sheet, asked: Asked, row: SheetRow | None) -> None:
    """Say how many of the chosen group stand at each stage."""
    values = row.values if row else (0,) * len(stages.columns)
    group = teller.value(asked.by, asked.value) if asked.value else teller.word("whole")
    with st.container(border=True, gap="small"):
        count = teller.shown(row.total if row else 0, stages.unit)
        st.markdown(f"**{visit.md('overview.of', group=group, count=count)}**")
        shown = [teller.shown(value, stages.unit) for value in values]
        pairs(visit, list(zip(stages.columns, shown, strict=True)))


def _target(visit: Visit, figures: OpenFigures, stages: Sheet, asked: Asked, row: SheetRow | None) -> None:
    """Set what is issued against what is aimed at: of the Project, and of the chosen province."""
    is_province = asked.by is Dimension.PROVINCE and bool(asked.value)
    issued = _issued(stages, row) if is_province else _issued(stages, stages.whole)
    with st.container(border=True, gap="small"):
        if issued is None:
            st.caption(visit.t("overview.target.hidden"))
        else:
            st.markdown(visit.t("overview.issued", count=number(issued, visit.language)))
        if not is_province:
            share = _share(visit, issued, PROJECT_TARGETS[2030])
            st.markdown(visit.t("overview.target.project", share=share))
            st.caption(visit.t("overview.target.project-source"))
            return
        province = visit.say(visit.catalogue.provinces[asked.value].name)
        target = officials.target_of(visit.environment, visit.person, asked.value)
        if target is None:
            st.markdown(visit.md("overview.target.none", province=province))
        else:
            share, shown = _share(visit, issued, target), number(target, visit.language)
            st.markdown(visit.md("overview.target.province", province=province, target=shown, share=share))
        if officials.may_set_target(visit.person, asked.value):
            _set_target(visit, asked.value, target)


def _issued(stages: Sheet, row: SheetRow | None) -> int | None:
    """Return how many have issued a programme, those that report on one included; None where one is hidden."""
    if row is None:
        return 0
    found = [row.values[stages.column_ids.index(one)] for one in (Stage.ISSUED, Stage.REPORTING)]
    return None if None in found else sum(one or 0 for one in found)


def _share(visit: Visit, count: int | None, target: int) -> str:
    return "–" if count is None else number(Fraction(100 * count, target), visit.language, 1)


def _set_target(visit: Visit, province: str, target: int | None) -> None:
    with st.expander(visit.t("overview.target.set"), type="compact", icon=":material/edit:", key="set_target"):
        st.session_state.setdefault(_FIELD, "" if target is None else str(target))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(visit.t("overview.target.field"), key=_FIELD, max_chars=9, width=240)
            st.button(
                visit.t("overview.target.keep"),
                key="keep_target",
                on_click=lambda: frame.attempt(_PLACE, _keep, province),
            )
        frame.refusal(visit, _PLACE)


def _keep(visit: Visit, province: str) -> None:
    typed = str(st.session_state[_FIELD]).strip().replace(".", "").replace(",", "")
    if typed and not (typed.isascii() and typed.isdecimal()):
        raise BadInput("number-unreadable", field="target", value=st.session_state[_FIELD])
    officials.set_target(visit.environment, visit.person, province, int(typed) if typed else None)


if __name__ == "__main__":
    show()
