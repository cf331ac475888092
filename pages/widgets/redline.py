"""The redline on screen: what goes is struck through, what comes is underlined, and both are named to who listens."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

import streamlit as st

from core.domain.redline import Change, RunKind, Verdict, runs
from core.services import redlining
from pages.enterprise.programme_values import value_at
from pages.frame import Visit
from pages.widgets.writing import in_html, plain

_TAGS = {RunKind.DELETED: "del", RunKind.INSERTED: "ins"}
_VERDICTS = {
    Verdict.OPEN: (":material/schedule:", "orange"),
    Verdict.ACCEPTED: (":material/check:", "green"),
    Verdict.REFUSED: (":material/close:", "gray"),
}


class Proposal(Protocol):
    """A proposal as it is shown."""

    @property
    def change(self) -> Change: ...
    @property
    def round(self) -> int: ...
    @property
    def updated_at(self) -> datetime: ...
    @property
    def by_name(self) -> str: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def word(self) -> str: ...
    @property
    def answered_at(self) -> datetime | None: ...
    @property
    def answered_by_name(self) -> str: ...


def proposals_link(visit: Visit, enterprise_id: UUID) -> None:
    """Draw the way to what the adviser proposes, while something waits for the firm's answer."""
    if waiting := redlining.open_count(visit.environment, enterprise_id):
        label = visit.t("redline.firm.link", count=waiting)
        st.page_link("enterprise/proposals.py", label=label, icon=":material/edit_document:")


def draw_redline(visit: Visit, path: str, before: str, after: str) -> None:
    """Draw two values of a place as one text, with what differs marked."""
    shown = ""
    for run in runs(value_at(visit, path, before), value_at(visit, path, after)):
        text = in_html(run.text)
        if run.kind is RunKind.KEPT:
            shown += text
            continue
        tag = _TAGS[run.kind]
        opening, closing = (in_html(visit.t(f"redline.aloud.{run.kind.value}-{end}")) for end in ("begin", "end"))
        shown += f'<{tag}><span class="aloud"> {opening} </span>{text}<span class="aloud"> {closing} </span></{tag}>'
    st.html(f'<p class="redline">{shown}</p>')


def draw_reason(visit: Visit, proposal: Proposal, *, with_text: bool = True) -> None:
    """Draw why it is proposed (`with_text`), by whom and when."""
    if with_text and proposal.change.reason:
        st.markdown(visit.md("redline.reason-is", reason=proposal.change.reason))
    who = proposal.by_name or visit.t("widgets.conflict.somebody")
    st.caption(visit.md("redline.by", who=who, moment=proposal.updated_at, round=proposal.round))


def verdict_badge(visit: Visit, verdict: Verdict) -> str:
    """Return what the firm says to a proposal as Markdown."""
    icon, colour = _VERDICTS[verdict]
    return f":{colour}-badge[{icon} {visit.t(f'redline.verdict.{verdict.value}')}]"


def draw_answer(visit: Visit, proposal: Proposal) -> None:
    """Draw what the firm answered, by whom and when; nothing while it is open."""
    if proposal.verdict is Verdict.OPEN or proposal.answered_at is None:
        return
    who = proposal.answered_by_name or visit.t("widgets.conflict.somebody")
    said = f"  \n{plain(proposal.word)}" if proposal.word else ""
    line = visit.md("redline.answered-by", who=who, moment=proposal.answered_at)
    st.markdown(f"{verdict_badge(visit, proposal.verdict)} :small[{line}]{said}")


def draw_earlier(visit: Visit, proposal: Proposal, place: str) -> None:
    """Draw a proposal that had its time, with its answer."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(place)}**")
        draw_redline(visit, proposal.change.path, proposal.change.base, proposal.change.value)
        draw_reason(visit, proposal)
        if proposal.verdict is Verdict.OPEN:
            st.caption(visit.t("redline.not-answered"))
        draw_answer(visit, proposal)
