"""Marks beside a fact: the law asks this, this is not certain, this word has an explanation."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.catalogue import LegalDuty, Term
from pages.frame import Visit
from pages.widgets.writing import plain


def law_mark(visit: Visit, *, fails: bool = False) -> None:
    """Draw "Required by law": grey, and red only while the law is not met."""
    st.badge(visit.t("widgets.law"), icon=":material/gavel:", color="red" if fails else "gray")


def law_words(visit: Visit, *, fails: bool = False) -> str:
    """Return the same mark as Markdown, to stand within a line."""
    return f":{'red' if fails else 'gray'}-badge[:material/gavel: {visit.t('widgets.law')}]"


def doubt_words(visit: Visit, key: str = "marks.doubt", **values: object) -> str:
    """Return the mark of something to be checked, as Markdown; `key` is one of content/words/marks.toml."""
    return f":gray-badge[:material/help: {visit.md(key, **values)}]"


def duty_words(visit: Visit, duty: LegalDuty) -> str:
    """Return a duty as Markdown: its title, where it stands, and the mark where it is not certain."""
    line = f"{plain(visit.say(duty.title))} ({plain(visit.say(duty.instrument))}, {plain(visit.say(duty.article))})"
    return f"{line} {doubt_words(visit, 'marks.doubt.duty', instrument=duty.instrument)}" if duty.is_doubtful else line


def term(visit: Visit, term_id: str, key: str) -> None:
    """Draw a word that opens its explanation. `key` tells the places of the same word apart."""
    found = visit.catalogue.terms[term_id]
    with st.popover(visit.say(found.term), type="tertiary", icon=":material/menu_book:", key=f"term_{key}_{term_id}"):
        term_text(visit, found)


def terms(visit: Visit, term_ids: Sequence[str], key: str) -> None:
    """Draw one button that opens the explanations of several words; nothing without any."""
    found = [visit.catalogue.terms[term_id] for term_id in term_ids if term_id in visit.catalogue.terms]
    if not found:
        return
    with st.popover(visit.t("widgets.terms"), type="tertiary", icon=":material/menu_book:", key=f"terms_{key}"):
        for one in found:
            st.markdown(f"**{plain(visit.say(one.term))}**")
            term_text(visit, one)


def term_text(visit: Visit, found: Term) -> None:
    """Write what a word means: one line, then the longer text with its source."""
    st.markdown(plain(visit.say(found.short)))
    term_details(visit, found)


def term_details(visit: Visit, found: Term) -> None:
    """Write the longer text of a word, with an example, and its source."""
    st.markdown(plain(visit.say(found.long)))
    source = visit.md("widgets.term-source", source=found.source)
    st.caption(f"{source} {doubt_words(visit)}" if found.doubt else source)
