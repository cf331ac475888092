"""What of the difficulties and proposals of an enterprise enters the figures: themes, and which words may be quoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.domain.feedback import Feedback, FeedbackKind, Theme
from core.domain.statistics.counting import Place

TOLD = tuple((kind, theme) for kind in FeedbackKind for theme in Theme)
"""What each letter of `CountedFeedback.told` is about. A new theme goes to the end of its list, and asks a recount."""
YES, NO = "1", "0"


@dataclass(frozen=True, slots=True)
class CountedFeedback:
    """What an enterprise told in a year. told: one letter for each of TOLD, YES where it told something of it.

    quotable: keys of the words that may be quoted, as they stood when this was counted, with blanks between them.
    """

    place: Place
    year: int
    told: str
    quotable: str


def counted_feedback(place: Place, year: int, told: Iterable[tuple[str, Feedback]]) -> CountedFeedback:
    """Return what is counted of what an enterprise told in a year: (key, feedback)."""
    kept = list(told)
    about = {(one.kind, one.theme) for _, one in kept}
    quotable = sorted(key for key, one in kept if one.may_quote)
    return CountedFeedback(place, year, "".join(YES if one in about else NO for one in TOLD), " ".join(quotable))
