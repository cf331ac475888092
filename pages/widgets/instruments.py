"""How an instrument stands, in a badge and in a sentence: the same words in the list, on its card and elsewhere."""

from __future__ import annotations

from core.domain.instruments import (
    InstrumentState,
    MeasuringInstrument,
    Standing,
    StateReason,
    is_verification_overdue,
)
from core.domain.register.starters import is_group_open, starter_of
from core.services.registering import OpenRegister
from pages.frame import Visit
from pages.widgets.marks import doubt_words

_LOOK = {
    InstrumentState.OVERDUE: ("orange", ":material/error:"),
    InstrumentState.NO_DATE: ("gray", ":material/help:"),
    InstrumentState.DUE_SOON: ("orange", ":material/schedule:"),
    InstrumentState.IN_DATE: ("green", ":material/check:"),
    InstrumentState.OUT_OF_USE: ("gray", ":material/do_not_disturb_on:"),
}
_LAW = ("red", ":material/error:")


def state_badge(visit: Visit, opened: OpenRegister, instrument: MeasuringInstrument) -> str:
    """Return the state as a badge in Markdown; red only where the law is not met now."""
    standing = opened.standings[instrument.code]
    fails = is_verification_overdue(instrument, opened.row_of(instrument), opened.on)
    colour, icon = _LAW if fails else _LOOK[standing.state]
    return f":{colour}-badge[{icon} {visit.t(f'register.state.{standing.state.value}')}]"


def state_brief(visit: Visit, opened: OpenRegister, instrument: MeasuringInstrument) -> str:
    """Return what the state is about in a few words: the date and of what it is, or what is missing."""
    standing = opened.standings[instrument.code]
    return visit.md(f"register.brief.{_reason(instrument, standing)}", due=standing.due)


def state_sentence(visit: Visit, opened: OpenRegister, instrument: MeasuringInstrument) -> str:
    """Return why the instrument stands where it stands, and what that asks for."""
    standing = opened.standings[instrument.code]
    key = f"register.reason.{_reason(instrument, standing)}"
    if standing.due is None:
        return visit.md(key)
    days = abs((standing.due - opened.on).days)
    if standing.state is InstrumentState.OVERDUE:
        return visit.md(f"{key}.over", due=standing.due, days=days)
    return visit.md(f"{key}.ahead", due=standing.due, days=days)


def group_words(visit: Visit, opened: OpenRegister, instrument: MeasuringInstrument) -> str:
    """Return the group in Markdown, with a mark where the list or the group itself is in doubt."""
    row = opened.row_of(instrument)
    if row is not None:
        words = visit.t("register.group2")
        return f"{words} {doubt_words(visit)}" if row.is_doubtful else words
    if instrument.is_group2:
        return f"{visit.t('register.group2')} {doubt_words(visit)}"
    if is_group_open(instrument, starter_of(instrument, opened.catalogue.sectors)):
        return f":gray-badge[:material/help: {visit.t('register.group-open')}]"
    return visit.t("register.group1")


def _reason(instrument: MeasuringInstrument, standing: Standing) -> str:
    """Return the reason by which the words are found; a group-2 row without a known cycle is told otherwise."""
    if instrument.is_group2 and standing.reason is StateReason.NO_CALIBRATION_DATE:
        return "cycle_unknown"
    return standing.reason.value
