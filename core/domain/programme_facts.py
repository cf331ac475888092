"""What a draft programme comes to, without language: counts, sums, states and what is in which list.

Scores and levels are read from the scorecards and never computed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from core.domain.assessment import Answer
from core.domain.catalogue import Factor, TaskKind
from core.domain.findings import strengths, topic_target, unknowns
from core.domain.instruments import (
    InstrumentState,
    MeasuringInstrument,
    is_unverified,
    is_verification_overdue,
    next_due,
    state_of,
)
from core.domain.profile import EnterpriseKind, SizeClass
from core.domain.programme_edits import DraftItem, ProgrammeDraft
from core.domain.programme_fields import ItemKind, MoneySource
from core.domain.programme_proposal import LEVEL_OBJECTIVE, Analysis, Period, first_count
from core.domain.register.facts import answers_above_register
from core.domain.register.plan import Visit, make_plan
from core.domain.scorecard import Finding, Mark, QuestionScore, TopicScore
from core.domain.sizing import size_class
from core.language import rounded

MAIN_FINDINGS = 5
SHOWN_STRENGTHS = 6
TOPICS_DIFFER_FROM = 10
_NO_ANSWER = Answer()


@dataclass(frozen=True, slots=True)
class YearMoney:
    """Money of one year by source, in đồng."""

    year: int
    own: int
    support: int
    other: int

    @property
    def total(self) -> int:
        return self.own + self.support + self.other


@dataclass(frozen=True)
class DraftFacts:
    """Everything that conditions, values and drawings are made of."""

    draft: ProgrammeDraft

    @property
    def analysis(self) -> Analysis:
        return self.draft.analysis

    @cached_property
    def period(self) -> Period:
        return self.draft.period

    @cached_property
    def organisation(self) -> DraftItem:
        return self.draft.item("organisation")

    @cached_property
    def follow_up(self) -> DraftItem:
        return self.draft.item("follow-up")

    @cached_property
    def effect(self) -> DraftItem:
        return self.draft.item("effect")

    @cached_property
    def size(self) -> SizeClass | None:
        catalogue = self.analysis.catalogue
        return size_class(self.analysis.profile, catalogue.method, catalogue.vsic).size

    @property
    def is_household(self) -> bool:
        return self.analysis.profile.kind is EnterpriseKind.HOUSEHOLD

    # --- Answers and findings

    @cached_property
    def questions(self) -> tuple[QuestionScore, ...]:
        """Every question in scope, in order of the catalogue."""
        return tuple(one for topic in self.analysis.scorecard.topics for one in topic.questions)

    @cached_property
    def by_question(self) -> dict[str, QuestionScore]:
        return {one.question: one for one in self.questions}

    def answer(self, question: str) -> Answer:
        return self.analysis.answers.get(question, _NO_ANSWER)

    def count(self, mark: Mark) -> int:
        return sum(one.mark is mark for one in self.questions)

    def is_asked(self, question: str) -> bool:
        """Tell whether a question is in scope and not called "not applicable"."""
        one = self.by_question.get(question)
        return one is not None and one.mark is not Mark.NOT_APPLICABLE

    def findings_of(self, factor: Factor) -> tuple[Finding, ...]:
        return tuple(one for one in self.analysis.treated if one.factor is factor)

    @cached_property
    def first_count(self) -> int:
        return first_count(self.analysis, self.period)

    @cached_property
    def main_findings(self) -> tuple[Finding, ...]:
        return self.analysis.treated[:MAIN_FINDINGS]

    @cached_property
    def strengths(self) -> tuple[QuestionScore, ...]:
        """Questions at level 3 or above, in order of the catalogue."""
        above = answers_above_register(self.analysis.answers, self.analysis.register)
        return strengths(self.analysis.scorecard, (one.question for one in above))

    def strengths_of(self, factor: Factor) -> tuple[QuestionScore, ...]:
        topic_of = self.analysis.catalogue.topic_of
        return tuple(one for one in self.strengths if topic_of[one.question].factor is factor)

    @cached_property
    def best_strengths(self) -> tuple[QuestionScore, ...]:
        """The few that a sentence can hold: the highest levels first."""
        return tuple(sorted(self.strengths, key=lambda one: -(one.declared or 0))[:SHOWN_STRENGTHS])

    @cached_property
    def unknowns(self) -> tuple[QuestionScore, ...]:
        return unknowns(self.analysis.scorecard)

    def is_unanswered(self, factor: Factor) -> bool:
        """Tell whether a factor has questions in scope and not one of them is answered."""
        topics = [topic for topic in self.analysis.scorecard.topics if topic.factor is factor and topic.questions]
        return bool(topics) and all(topic.answered == 0 for topic in topics)

    # --- Scores

    @cached_property
    def scored_topics(self) -> tuple[tuple[TopicScore, Fraction], ...]:
        return tuple((topic, topic.low) for topic in self.analysis.scorecard.topics if topic.low is not None)

    @cached_property
    def strongest(self) -> tuple[TopicScore, Fraction] | None:
        return max(self.scored_topics, key=lambda one: one[1], default=None)

    @cached_property
    def weakest(self) -> tuple[TopicScore, Fraction] | None:
        return min(self.scored_topics, key=lambda one: one[1], default=None)

    def target_of(self, topic: TopicScore) -> Fraction | None:
        return topic_target(topic, self.analysis.targets)

    @cached_property
    def topics_differ(self) -> bool:
        if self.strongest is None or self.weakest is None:
            return False
        return rounded(self.strongest[1]) - rounded(self.weakest[1]) >= TOPICS_DIFFER_FROM

    @cached_property
    def level(self) -> int | None:
        low = self.analysis.scorecard.level_low
        return low.level if low else None

    @cached_property
    def target_level(self) -> int | None:
        """The level that the objective names, where it is in the draft and above the present one."""
        for item in self.objectives:
            if item.id == f"objective:{LEVEL_OBJECTIVE}":
                target = item.figure("target")
                if target is not None and target == int(target) and target > (-1 if self.level is None else self.level):
                    return min(int(target), len(self.analysis.catalogue.method.levels) - 1)
        return None

    # --- Tasks, objectives, money

    @cached_property
    def tasks(self) -> tuple[DraftItem, ...]:
        """Tasks of the programme by due date; those without one last."""
        return tuple(sorted(self.draft.included(ItemKind.TASK), key=lambda item: item.day("due") or date.max))

    def tasks_of(self, kind: TaskKind) -> tuple[DraftItem, ...]:
        return tuple(item for item in self.tasks if item.value("kind") == kind)

    def task_of(self, question: str) -> DraftItem | None:
        """The task of a finding, also when it was left out."""
        return next((item for item in self.draft.of_kind(ItemKind.TASK) if item.id == f"task:{question}"), None)

    def is_urgent(self, item: DraftItem) -> bool:
        """Tell whether a task is to be done at once: within the days that the method gives for a legal duty."""
        due = item.day("due")
        days = timedelta(days=self.analysis.catalogue.method.gate_days)
        return due is not None and due <= self.analysis.on + days

    @cached_property
    def urgent(self) -> tuple[DraftItem, ...]:
        return tuple(item for item in self.tasks if self.is_urgent(item))

    @cached_property
    def objectives(self) -> tuple[DraftItem, ...]:
        return self.draft.included(ItemKind.OBJECTIVE)

    @cached_property
    def losses(self) -> tuple[DraftItem, ...]:
        return self.draft.included(ItemKind.LOSS)

    @cached_property
    def loss_total(self) -> int:
        return sum(item.money() or 0 for item in self.losses)

    @cached_property
    def saving(self) -> int:
        """The part of the loss that is to be cut, in whole đồng, half up."""
        percent = self.effect.figure("loss_cut_percent") or 0
        return int(rounded(Fraction(self.loss_total) * Fraction(percent) / 100, 0))

    @cached_property
    def money_years(self) -> tuple[YearMoney, ...]:
        """Money of each year of the programme, and of years outside it in which a task falls due."""
        years = set(self.period.years)
        sums: dict[tuple[int, str], int] = {}
        for item in self.tasks:
            money = item.money()
            if money:
                year = self.money_year(item)
                years.add(year)
                key = (year, item.value("source"))
                sums[key] = sums.get(key, 0) + money
        return tuple(
            YearMoney(year, *(sums.get((year, source), 0) for source in MoneySource)) for year in sorted(years)
        )

    def money_year(self, item: DraftItem) -> int:
        """The year in which a task is paid: that of its due date, else the first."""
        due = item.day("due")
        return due.year if due else self.period.start.year

    @cached_property
    def budget_total(self) -> int:
        return sum(year.total for year in self.money_years)

    @cached_property
    def budget_year_mean(self) -> int:
        """Mean money of a year of the programme, in whole đồng, half up."""
        return int(rounded(Fraction(self.budget_total, max(len(self.period.years), 1)), 0))

    @cached_property
    def unpriced(self) -> tuple[DraftItem, ...]:
        return tuple(item for item in self.tasks if item.money() is None)

    # --- Instruments, on the day of the register

    @cached_property
    def register_on(self) -> date:
        return self.analysis.register_day

    def due_of(self, instrument: MeasuringInstrument) -> date | None:
        return next_due(instrument, self.analysis.catalogue.group2.get(instrument.group2_row))

    @cached_property
    def instrument_states(self) -> Mapping[MeasuringInstrument, InstrumentState]:
        rows, on = self.analysis.catalogue.group2, self.register_on
        return {one: state_of(one, rows.get(one.group2_row), on) for one in self.analysis.instruments}

    def is_unverified(self, instrument: MeasuringInstrument) -> bool:
        row = self.analysis.catalogue.group2.get(instrument.group2_row)
        return instrument.in_use and is_unverified(instrument, row, self.register_on)

    def is_doubtful(self, instrument: MeasuringInstrument) -> bool:
        """Tell whether the legal cycle must be checked with the circular; a certificate's own date prevails."""
        row = self.analysis.catalogue.group2.get(instrument.group2_row)
        return row is not None and row.is_doubtful

    @cached_property
    def group2(self) -> tuple[MeasuringInstrument, ...]:
        """Group-2 instruments in use."""
        return tuple(one for one in self.analysis.instruments if one.in_use and one.is_group2)

    @cached_property
    def valid_group2(self) -> int:
        overdue = frozenset(self.overdue)
        valid = (InstrumentState.IN_DATE, InstrumentState.DUE_SOON)
        return sum(self.instrument_states[one] in valid and one not in overdue for one in self.group2)

    @cached_property
    def overdue(self) -> tuple[MeasuringInstrument, ...]:
        """Group-2 instruments in use that are overdue or were never verified."""
        return tuple(one for one in self.group2 if self.is_verification_overdue(one))

    def is_verification_overdue(self, instrument: MeasuringInstrument) -> bool:
        row = self.analysis.catalogue.group2.get(instrument.group2_row)
        return is_verification_overdue(instrument, row, self.register_on)

    def in_state(self, state: InstrumentState) -> int:
        """How many instruments of the register are in a state."""
        return sum(self.instrument_states[one] is state for one in self.analysis.instruments)

    @cached_property
    def doubtful_count(self) -> int:
        return sum(self.is_doubtful(one) for one in self.analysis.instruments)

    @cached_property
    def plan_visits(self) -> tuple[Visit, ...]:
        """The visits from the day of the register to the end of the programme's first year."""
        analysis, on = self.analysis, self.register_on
        years = range(on.year, self.plan_year + 1)
        rows = analysis.catalogue.group2
        plans = [make_plan(analysis.instruments, rows, analysis.bodies, year, on) for year in years]
        return tuple(visit for plan in plans for visit in plan.visits)

    @cached_property
    def plan_year(self) -> int:
        return max(self.register_on.year, self.period.start.year)

    @cached_property
    def due_by_month(self) -> tuple[int, ...]:
        """Instruments in use falling due in each month of the first year."""
        year = self.period.start.year
        days = [self.due_of(one) for one in self.analysis.instruments if one.in_use]
        return tuple(_count(days, year, month) for month in range(1, 13))


def _count(days: Iterable[date | None], year: int, month: int) -> int:
    return sum(day is not None and (day.year, day.month) == (year, month) for day in days)
