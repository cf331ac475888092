"""An assessment in time: as it was on a day, two states of it side by side, and the results of the years.

The past is walked back from the present, change by change. Where the log of a change was erased, what stood there is
unknown, and is said to be; it is never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Generic, TypeVar

from core.domain.assessment import Answer, Answers
from core.domain.instruments import MeasuringInstrument
from core.domain.scorecard import Scorecard, TopicScore

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Change(Generic[V]):
    """One change of one place, by whom and when; before and after are both None where the log was erased."""

    place: str
    at: datetime
    by_name: str
    before: V | None
    after: V | None

    @property
    def is_erased(self) -> bool:
        return self.before is None and self.after is None


@dataclass(frozen=True, slots=True)
class Past(Generic[V]):
    """What stood at each place at one moment; `unknown`: places of which nobody can tell any more."""

    values: Mapping[str, V]
    unknown: frozenset[str] = frozenset()


def as_it_was(
    now: Mapping[str, V],
    changes: Sequence[Change[V]],
    moment: datetime,
    kept: Iterable[tuple[datetime, Mapping[str, V]]] = (),
) -> Past[V]:
    """Return what stood at each place at a moment, the changes of that very moment included.

    now: what stands there today. changes: of all time, oldest first. kept: whole states that were kept at a time, such
    as the rounds handed in; they are asked only where the log was erased.
    """
    values, unknown = dict(now), set[str]()
    of_place: dict[str, list[Change[V]]] = {}
    for change in changes:
        of_place.setdefault(change.place, []).append(change)
    states = tuple(kept)
    for place, history in of_place.items():
        after = [one for one in history if one.at > moment]
        if not after:
            continue
        until = [one for one in history if one.at <= moment]
        if not after[0].is_erased:
            found, is_known = after[0].before, True
        elif until and not until[-1].is_erased:
            found, is_known = until[-1].after, True
        else:
            since = until[-1].at if until else None
            between = [state for at, state in states if (since is None or since <= at) and at < after[0].at]
            found, is_known = (between[-1].get(place), True) if between else (None, False)
        values.pop(place, None)
        if found is not None:
            values[place] = found
        if not is_known:
            unknown.add(place)
    return Past(values, frozenset(unknown))


def register_as_it_was(
    now: Iterable[MeasuringInstrument], changes: Sequence[Change[MeasuringInstrument]], moment: datetime
) -> tuple[MeasuringInstrument, ...] | None:
    """Return the register at a moment, None where nobody can tell any more.

    changes: of all time, oldest first. A line may have changed its code, so it is followed by the code of each time.
    """
    lines = {one.code: one for one in now}
    for change in reversed([one for one in changes if one.at > moment]):
        if change.is_erased:
            return None
        if change.after is not None:
            lines.pop(change.after.code, None)
        if change.before is not None:
            lines[change.before.code] = change.before
    return tuple(lines.values())


@dataclass(frozen=True, slots=True)
class Standing:
    """An assessment as it stood at one time, with the score that it had.

    unknown: questions whose answer of that time cannot be told; they count as unanswered.
    """

    answers: Answers
    scorecard: Scorecard
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Touch:
    """Who changed something last, and when."""

    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A question whose answer differs; `touch` is None where nobody is known to have changed it.

    before, after: None where the answer of that time cannot be told.
    """

    question: str
    before: Answer | None
    after: Answer | None
    touch: Touch | None = None


@dataclass(frozen=True, slots=True)
class ComparedTopic:
    """A topic at both times; None where an edition does not have it."""

    topic: str
    before: TopicScore | None
    after: TopicScore | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two standings side by side; topics and answers in order of the later edition."""

    before: Standing
    after: Standing
    topics: tuple[ComparedTopic, ...]
    answers: tuple[ChangedAnswer, ...]

    @property
    def is_edition_changed(self) -> bool:
        return self.before.scorecard.edition != self.after.scorecard.edition

    @property
    def asked_before_only(self) -> tuple[str, ...]:
        """Questions that only the earlier time asked."""
        later = set(_asked(self.after.scorecard))
        return tuple(one for one in _asked(self.before.scorecard) if one not in later)

    @property
    def asked_after_only(self) -> tuple[str, ...]:
        """Questions that only the later time asked."""
        earlier = set(_asked(self.before.scorecard))
        return tuple(one for one in _asked(self.after.scorecard) if one not in earlier)


def compare(before: Standing, after: Standing, touches: Mapping[str, Touch] | None = None) -> Comparison:
    """Put two standings side by side. `touches`: who changed a question last between the two."""
    who = touches or {}
    asked = list(dict.fromkeys((*_asked(after.scorecard), *_asked(before.scorecard))))
    topics = list(dict.fromkeys(one.topic for card in (after.scorecard, before.scorecard) for one in card.topics))
    return Comparison(
        before=before,
        after=after,
        topics=tuple(ComparedTopic(one, _topic(before.scorecard, one), _topic(after.scorecard, one)) for one in topics),
        answers=tuple(
            ChangedAnswer(question, _known(before, question), _known(after, question), who.get(question))
            for question in asked
            if _known(before, question) != _known(after, question)
        ),
    )


def _asked(scorecard: Scorecard) -> Iterable[str]:
    return (one.question for topic in scorecard.topics for one in topic.questions)


def _topic(scorecard: Scorecard, topic_id: str) -> TopicScore | None:
    return next((one for one in scorecard.topics if one.topic == topic_id), None)


def _known(standing: Standing, question: str) -> Answer | None:
    return None if question in standing.unknown else standing.answers.get(question, Answer())


@dataclass(frozen=True, slots=True)
class PeriodResult:
    """What one assessment came to: self-assessed, and validated once it was reviewed.

    on: the day of the answers that the scores are of.
    """

    edition: str
    on: date
    self_score: Scorecard
    validated: Scorecard | None = None


def edition_changes(results: Sequence[PeriodResult]) -> tuple[PeriodResult, ...]:
    """Return the results whose edition is not that of the result before them; in order of time."""
    return tuple(later for earlier, later in pairwise(results) if earlier.edition != later.edition)
