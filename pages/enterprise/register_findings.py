"""What the register says as a whole: things to do, places to look at again, and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import streamlit as st

from core.domain.register.findings import RegisterFinding
from core.domain.register.plan import Money
from core.domain.register.telling import Teller
from core.language import money, number
from core.services.registering import OpenRegister
from pages.frame import Visit
from pages.widgets.boxes import pairs

SHOWN_CODES = 8
SHOWN_DOUBTS = 20
_SHARES = ("in_date", "in_date_critical", "out_of_tolerance", "ratio_known", "ratio_good")


def draw(visit: Visit, opened: OpenRegister) -> None:
    body = st.expander(
        visit.t("register-rules.whole.title"), icon=":material/checklist:", key="register_whole", on_change="rerun"
    )
    # A closed part is not computed: it judges every instrument of the register.
    if body.open:
        with body:
            _findings(visit, opened)
            _doubts(visit, opened)
            _figures(visit, opened)


def _findings(visit: Visit, opened: OpenRegister) -> None:
    st.markdown(f"## {visit.t('register-rules.whole.findings')}", anchors=False)
    lines = [_line(visit, one) for one in opened.findings]
    st.markdown("\n".join(f"- {line}" for line in lines) or visit.t("register-rules.whole.none"))


def _line(visit: Visit, one: RegisterFinding) -> str:
    key = "register-rules.whole.line" if one.due is None else "register-rules.whole.line-due"
    words = visit.md(key, action=one.rule.action, codes=_codes(visit, one.codes), due=one.due)
    return f":red-badge[:material/gavel: {visit.t('register-rules.whole.law')}] {words}" if one.gate else words


def _codes(visit: Visit, codes: Sequence[str]) -> str:
    shown, more = ", ".join(codes[:SHOWN_CODES]), len(codes) - SHOWN_CODES
    return visit.t("register-rules.whole.more", codes=shown, count=more) if more > 0 else shown


def _doubts(visit: Visit, opened: OpenRegister) -> None:
    teller = Teller(visit.catalogue, visit.language)
    doubts = [(code, doubt) for code, one in opened.judgements.items() for doubt in one.doubts]
    if not doubts:
        return
    st.markdown(f"## {visit.t('register-rules.whole.doubts')}", anchors=False)
    lines = [
        visit.md("register-rules.whole.doubt-line", code=code, doubt=teller.doubt(doubt))
        for code, doubt in doubts[:SHOWN_DOUBTS]
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))
    if len(doubts) > SHOWN_DOUBTS:
        st.caption(visit.t("register-rules.whole.doubts-more", count=len(doubts) - SHOWN_DOUBTS))


def _figures(visit: Visit, opened: OpenRegister) -> None:
    found = opened.kpis
    st.markdown(f"## {visit.t('register-rules.whole.figures')}", anchors=False)
    rows: list[tuple[str, object]] = [
        (visit.t(f"register-rules.kpi.{name}"), _with_unit(visit, getattr(found, name), "percent")) for name in _SHARES
    ]
    rows.append((visit.t("register-rules.kpi.days_late"), _with_unit(visit, found.days_late, "days")))
    rows.append((visit.t("register-rules.kpi.yearly_cost"), _cost(visit, found.yearly_cost)))
    pairs(visit, rows)


def _with_unit(visit: Visit, value: Fraction | None, unit: str) -> str:
    return "" if value is None else visit.t(f"register-rules.kpi.{unit}", value=number(value, visit.language))


def _cost(visit: Visit, cost: Money) -> str:
    if not cost.known_vnd and cost.unknown:
        return ""
    key = "register-rules.kpi.money-partly" if cost.unknown else "register-rules.kpi.money"
    return visit.t(key, money=money(cost.known_vnd, visit.language), count=cost.unknown)
