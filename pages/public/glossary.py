"""The glossary: every word that needs an explanation, with a search that does not mind missing marks."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import streamlit as st

from core.domain.catalogue import Term
from pages import frame
from pages.frame import Visit
from pages.widgets.marks import term_details
from pages.widgets.writing import plain

# Decomposing leaves this letter whole, and people who type without marks write d.
_CROSSED_D = {0x111: "d"}


def show() -> None:
    """List the words with their explanations."""
    with frame.open_page(width=720) as visit:
        every = sorted(visit.catalogue.terms.values(), key=lambda one: bare(visit.say(one.term)))
        st.title(visit.t("quick.glossary.title"), anchor=False)
        st.markdown(visit.t("quick.glossary.lead", count=len(every)))
        text = st.text_input(
            visit.t("quick.glossary.search"),
            key="glossary_search",
            placeholder=visit.t("quick.glossary.search-placeholder"),
            live=True,
        )
        words(visit, matching(visit, every, text), text)


def words(visit: Visit, found: Sequence[Term], text: str) -> None:
    """Draw the words that were found, each with its short line; the longer text opens."""
    if not found:
        st.markdown(visit.md("quick.glossary.nothing", text=text))
    for one in found:
        with st.expander(f"**{plain(visit.say(one.term))}**  \n{plain(visit.say(one.short))}", key=f"word_{one.id}"):
            term_details(visit, one)
            known = (visit.catalogue.terms.get(other) for other in one.see_also)
            others = [visit.say(other.term) for other in known if other]
            if others:
                st.caption(visit.md("quick.glossary.see-also", terms=", ".join(others)))


def matching(visit: Visit, every: Sequence[Term], text: str) -> list[Term]:
    """Return the terms whose name or short line contains the text, marks and capitals aside."""
    wanted = bare(text.strip())
    return [one for one in every if wanted in bare(visit.say(one.term)) or wanted in bare(visit.say(one.short))]


def bare(text: str) -> str:
    """Return text without marks and capitals, to compare and to sort."""
    decomposed = unicodedata.normalize("NFD", text.casefold()).translate(_CROSSED_D)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


if __name__ == "__main__":
    show()
