"""An invented enterprise by seed and number, with its way through the journey: to try the product at its full size.

The same seed, number, catalogue and day give the same enterprise, whatever the others are. Shares are for the look of
it; they say nothing of any real trade or province.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from random import Random
from statistics import NormalDist
from typing import Any, Generic, TypeVar

from core.domain.assessment import Answer, AssessmentState, Choice, Evidence
from core.domain.catalogue import Catalogue, Question, StarterInstrument
from core.domain.feedback import Addressee, Feedback, FeedbackKind, Theme
from core.domain.instruments import MeasuringInstrument, ServiceResult, add_months
from core.domain.journey import ProgrammeState
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.register.starters import lines_from
from core.domain.review import Ruling, RulingKind
from core.domain.statistics.selection import Wish
from core.language import Language

Kind = TypeVar("Kind")

SEEDS = 0x1000
"""How many populations there can be; each has ids of its own."""
_ODDS = 256
"""Answers to a question at one maturity; a byte of chance picks one."""
_UNKNOWNS, _NOT_APPLICABLES = 8, 8
_MATURITIES = 41
_SPREAD = 0.9
"""Standard deviation of a level around what the maturity expects."""
_LEVELS = tuple(choice for choice in Choice if choice.level is not None)
_LATENESS = 1.12
"""Most age of a service, as a part of its interval: some are overdue."""


class Stage(StrEnum):
    """How far an invented enterprise is."""

    PROFILE = "profile"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    CHANGES_REQUESTED = "changes_requested"
    WITHDRAWN = "withdrawn"
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class TradeShare:
    """A sector with its share; maturity from 0 to 100, around which its enterprises lie."""

    sector: str
    weight: int
    vsic: str
    maturity: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KindShare:
    """A kind of organisation with its share, and what its names begin with."""

    kind: EnterpriseKind
    weight: int
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SizeShare:
    """A size with its share: least and most of each number, None where it is not told; maturity is added."""

    weight: int
    workers: tuple[int, int] | None
    revenue_billion_vnd: tuple[int, int] | None
    capital_billion_vnd: tuple[int, int] | None
    maturity: int
    instruments: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ToldShare:
    """A difficulty or proposal with its share of what is told."""

    weight: int
    kind: FeedbackKind
    theme: Theme
    text: str
    cause: str = ""
    addressee: Addressee | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """What invented enterprises are made of; weights are shares among their kind. mark: what each name ends with."""

    mark: str
    provinces: Mapping[str, int]
    trades: tuple[TradeShare, ...]
    kinds: tuple[KindShare, ...]
    sizes: tuple[SizeShare, ...]
    first_names: tuple[str, ...]
    second_names: tuple[str, ...]
    bodies: tuple[str, ...]
    places: tuple[str, ...]
    stages: Mapping[Stage, int]
    programme_percent: int
    programmes: Mapping[ProgrammeState, int]
    two_years_percent: int
    support_percent: int
    told_percent: int
    quoted_percent: int
    told: tuple[ToldShare, ...]
    not_applicable_reason: str
    adjusted_reason: str
    change_reason: str
    reviewed_reason: str
    reviewer: str
    owner: str


@dataclass(frozen=True, slots=True)
class InventedAssessment:
    """One assessment of an invented enterprise; days are None where it did not come so far.

    changed_on: when its present state began. instruments: the register as it was then.
    """

    state: AssessmentState
    started_on: date
    submitted_on: date | None
    changed_on: date
    answers: Mapping[str, Answer]
    rulings: Mapping[str, Ruling]
    instruments: tuple[MeasuringInstrument, ...]


@dataclass(frozen=True, slots=True)
class InventedProgramme:
    """The programme after the latest reviewed assessment."""

    state: ProgrammeState
    begun_on: date
    state_on: date
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class InventedRequest:
    """What an invented enterprise asks its Department for, named to it."""

    asked_on: date
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class InventedEnterprise:
    """One enterprise with all that is its own; assessments oldest first."""

    number: int
    profile: Profile
    registered_on: date
    instruments: tuple[MeasuringInstrument, ...]
    assessments: tuple[InventedAssessment, ...]
    programme: InventedProgramme | None
    request: InventedRequest | None = None
    feedback: tuple[Feedback, ...] = ()


class Inventor:
    """Invents the enterprises of one seed, as of one day."""

    def __init__(self, recipe: Recipe, catalogue: Catalogue, seed: int, today: date) -> None:
        self._recipe = recipe
        self._catalogue = catalogue
        self._seed = seed
        self._today = today
        self._provinces = _Lot.of(recipe.provinces)
        self._trades = _Lot.of({trade: trade.weight for trade in recipe.trades})
        self._kinds = _Lot.of({kind: kind.weight for kind in recipe.kinds})
        self._sizes = _Lot.of({size: size.weight for size in recipe.sizes})
        self._stages = _Lot.of(recipe.stages)
        self._programmes = _Lot.of(recipe.programmes)
        self._told = _Lot.of({told: told.weight for told in recipe.told})
        self._odds = {one.id: _odds(one, recipe.not_applicable_reason) for one in catalogue.questions.values()}
        self._places = {question: place for place, question in enumerate(catalogue.questions)}
        self._scopes: dict[tuple[frozenset[Use], EnterpriseKind, str], tuple[tuple[str, int, int], ...]] = {}
        self._accepted: dict[Answer, Ruling] = {}
        self._starters = {sector: _starter_lines(catalogue, sector) for sector in catalogue.sectors}

    def enterprise(self, number: int) -> InventedEnterprise:
        """Return one enterprise; `number` from 0."""
        # Each has a chance of its own, so that more of them leave the first ones as they are.
        chance = Random(f"{self._seed}/{number}")  # noqa: S311
        trade, size = self._trades.draw(chance), self._sizes.draw(chance)
        profile = self._profile(chance, trade, size)
        instruments = tuple(self._instruments(chance, trade, size))
        stage = self._stages.draw(chance)
        if stage is Stage.PROFILE:
            registered_on = self._before(chance, 500)
            return InventedEnterprise(number, profile, registered_on, (), (), None)
        maturity = trade.maturity + size.maturity + round(chance.gauss(0, 12))
        assessments = tuple(self._assessments(chance, stage, profile, maturity, instruments))
        registered_on = assessments[0].started_on - timedelta(days=chance.randrange(10))
        reviewed = [one for one in assessments if one.state is AssessmentState.REVIEWED]
        programme = self._programme(chance, reviewed[-1].changed_on) if reviewed else None
        request = self._request(chance, assessments[-1])
        feedback = self._feedback(chance)
        return InventedEnterprise(
            number, profile, registered_on, instruments, assessments, programme, request, feedback
        )

    def _before(self, chance: Random, most_days: int) -> date:
        """A day up to so long ago; more of them lie near, since more and more enterprises join."""
        return self._today - timedelta(days=int(most_days * chance.random() ** 2))

    def _request(self, chance: Random, latest: InventedAssessment) -> InventedRequest | None:
        """Some of those that handed in ask for support afterwards."""
        if latest.submitted_on is None or chance.randrange(100) >= self._recipe.support_percent:
            return None
        asked_on = latest.submitted_on + timedelta(days=chance.randint(0, (self._today - latest.submitted_on).days))
        wishes = set(chance.sample(list(Wish), chance.randint(1, 2)))
        return InventedRequest(asked_on, tuple(one for one in Wish if one in wishes))

    def _feedback(self, chance: Random) -> tuple[Feedback, ...]:
        """What some of those that answer tell of this year."""
        if chance.randrange(100) >= self._recipe.told_percent:
            return ()
        told = dict.fromkeys(self._told.draw(chance) for _ in range(chance.randint(1, 2)))
        return tuple(
            Feedback(
                one.kind,
                one.theme,
                one.text,
                self._today.year,
                one.cause,
                one.addressee,
                may_quote=chance.randrange(100) < self._recipe.quoted_percent,
            )
            for one in told
        )

    # --- Who

    def _profile(self, chance: Random, trade: TradeShare, size: SizeShare) -> Profile:
        recipe = self._recipe
        kind, province = self._kinds.draw(chance), self._provinces.draw(chance)
        names = (kind.titles, trade.words, recipe.first_names, recipe.second_names)
        sector = self._catalogue.sectors.get(trade.sector)
        usual = sector.uses if sector else frozenset({Use.GROUP2, Use.RETAIL})
        return Profile(
            name=" ".join((*map(chance.choice, names), self._catalogue.provinces[province].name.vi, recipe.mark)),
            kind=kind.kind,
            province=province,
            sector=trade.sector,
            vsic=trade.vsic,
            workers=_between(chance, size.workers),
            revenue_billion_vnd=_amount(chance, size.revenue_billion_vnd),
            capital_billion_vnd=_amount(chance, size.capital_billion_vnd),
            uses=frozenset(use for use in sorted(usual) if chance.random() < 0.85),
        )

    # --- The register

    def _instruments(self, chance: Random, trade: TradeShare, size: SizeShare) -> Iterator[MeasuringInstrument]:
        lines = self._starters.get(trade.sector) or self._starters[chance.choice(sorted(self._starters))]
        for place in range(_between(chance, size.instruments) or 0):
            line, starter = lines[place] if place < len(lines) else chance.choice(lines)
            yield self._instrument(chance, line, starter, place)

    def _instrument(
        self, chance: Random, line: MeasuringInstrument, starter: StarterInstrument, place: int
    ) -> MeasuringInstrument:
        recipe = self._recipe
        price = chance.randint(starter.price_low_vnd or 0, starter.price_high_vnd or 0) // 10_000 * 10_000 or None
        changes: dict[str, Any] = {
            "code": f"{line.code[0]}-{place + 1:03}",
            "serial": str(chance.randrange(10_000, 99_999)),
            "place": chance.choice(recipe.places),
            "in_use": chance.random() < 0.97,
        }
        cycle = self._cycle(line)
        body = chance.choice(recipe.bodies)
        if cycle is not None and chance.random() < 0.96:
            passed_on = self._served(chance, cycle)
            changes |= {"verified_on": passed_on, "verified_by": body, "verification_price_vnd": price}
            changes["verification_result"] = ServiceResult.PASSED
        if line.interval_months is not None and cycle is None and chance.random() < 0.8:
            changes |= {"calibrated_on": self._served(chance, line.interval_months), "calibrated_by": body}
            changes |= {"price_vnd": price, "accredited": chance.random() < 0.7, "confirmed": chance.random() < 0.5}
        return replace(line, **changes)

    def _cycle(self, line: MeasuringInstrument) -> int | None:
        row = self._catalogue.group2.get(line.group2_row)
        return row.cycle_months if row else None

    def _served(self, chance: Random, interval_months: int) -> date:
        return self._today - timedelta(days=int(chance.random() * _LATENESS * interval_months * 30))

    def _register_on(self, instruments: Sequence[MeasuringInstrument], on: date) -> tuple[MeasuringInstrument, ...]:
        """The register as it was on a day: what was served since stood at its service before."""
        return tuple(self._served_before(one, on) for one in instruments)

    def _served_before(self, one: MeasuringInstrument, on: date) -> MeasuringInstrument:
        if one.verified_on is not None and one.verified_on > on:
            return replace(one, verified_on=_earlier(one.verified_on, self._cycle(one), on))
        if one.calibrated_on is not None and one.calibrated_on > on:
            return replace(one, calibrated_on=_earlier(one.calibrated_on, one.interval_months, on))
        return one

    # --- The journey

    def _assessments(
        self,
        chance: Random,
        stage: Stage,
        profile: Profile,
        maturity: int,
        instruments: tuple[MeasuringInstrument, ...],
    ) -> Iterator[InventedAssessment]:
        # The same bytes in both years: who has matured answers no question lower than before.
        bytes_of_chance = chance.randbytes(len(self._odds))
        leanings = [chance.randint(-3, 3) for _ in self._catalogue.topics]
        answers = self._answers(profile, maturity, leanings, bytes_of_chance)
        writing, waiting, reading = (timedelta(days=chance.randint(*days)) for days in ((3, 40), (1, 20), (3, 25)))

        def handed_in(state: AssessmentState, changed_on: date, given: Mapping[str, Answer]) -> InventedAssessment:
            lasted = timedelta() if state is AssessmentState.SUBMITTED else waiting
            lasted += reading if state in (AssessmentState.CHANGES_REQUESTED, AssessmentState.REVIEWED) else timedelta()
            submitted_on = changed_on - lasted
            return InventedAssessment(
                state=state,
                started_on=submitted_on - writing,
                submitted_on=submitted_on,
                changed_on=changed_on,
                answers=given,
                rulings=self._rulings(chance, state, given),
                instruments=self._register_on(instruments, submitted_on),
            )

        def draft(started_on: date, given: Mapping[str, Answer]) -> InventedAssessment:
            return InventedAssessment(AssessmentState.DRAFT, started_on, None, started_on, given, {}, ())

        match stage:
            case Stage.DRAFT:
                kept = chance.randint(1, len(answers))
                latest = [draft(self._before(chance, 85), dict(list(answers.items())[:kept]))]
            case Stage.WITHDRAWN:
                withdrawn = handed_in(AssessmentState.WITHDRAWN, self._before(chance, 85), answers)
                latest = [withdrawn, draft(withdrawn.changed_on, answers)]
            case Stage.REVIEWED:
                latest = [handed_in(AssessmentState.REVIEWED, self._before(chance, 700), answers)]
            case _:
                latest = [handed_in(AssessmentState(stage), self._before(chance, 45), answers)]
        if chance.randrange(100) < self._recipe.two_years_percent:
            earlier = self._answers(profile, maturity - chance.randint(0, 16), leanings, bytes_of_chance)
            reviewed_on = latest[0].started_on - timedelta(days=chance.randint(200, 330))
            yield handed_in(AssessmentState.REVIEWED, reviewed_on, earlier)
        yield from latest

    def _answers(
        self, profile: Profile, maturity: int, leanings: Sequence[int], bytes_of_chance: bytes
    ) -> dict[str, Answer]:
        own = round(maturity * (_MATURITIES - 1) / 100)
        indices = [min(max(own + leaning, 0), _MATURITIES - 1) for leaning in leanings]
        return {
            question: self._odds[question][indices[topic]][bytes_of_chance[place]]
            for question, topic, place in self._scope(profile)
        }

    def _scope(self, profile: Profile) -> tuple[tuple[str, int, int], ...]:
        """The questions asked of a profile, each with the place of its topic and its own place in the catalogue."""
        key = (profile.uses, profile.kind, profile.sector)
        if key not in self._scopes:
            self._scopes[key] = tuple(
                (question.id, place, self._places[question.id])
                for place, topic in enumerate(self._catalogue.topics)
                for question in self._catalogue.applicable(topic, profile)
            )
        return self._scopes[key]

    def _rulings(self, chance: Random, state: AssessmentState, answers: Mapping[str, Answer]) -> dict[str, Ruling]:
        """What reviewers said: to everything once it is decided, to the first questions while it is in review."""
        match state:
            case AssessmentState.REVIEWED | AssessmentState.CHANGES_REQUESTED:
                ruled = list(answers.items())
            case AssessmentState.IN_REVIEW:
                ruled = list(answers.items())[: chance.randrange(len(answers))]
            case _:
                return {}
        found = {question: self._ruling(chance, answer) for question, answer in ruled}
        if state is AssessmentState.CHANGES_REQUESTED:
            for question in chance.sample(sorted(found), 3):
                found[question] = Ruling(RulingKind.CHANGE_ASKED, answers[question], None, self._recipe.change_reason)
        return found

    def _ruling(self, chance: Random, answer: Answer) -> Ruling:
        if answer.level and chance.random() < 0.08:
            return Ruling(RulingKind.ADJUSTED, answer, answer.level - 1, self._recipe.adjusted_reason)
        if answer not in self._accepted:
            self._accepted[answer] = Ruling(RulingKind.ACCEPTED, answer)
        return self._accepted[answer]

    def _programme(self, chance: Random, reviewed_on: date) -> InventedProgramme | None:
        """The programme as far as the days since the review allow: ten for each step, a year until its end."""
        begun_on = reviewed_on + timedelta(days=chance.randrange(10))
        days = (self._today - begun_on).days
        if days < 0 or chance.randrange(100) >= self._recipe.programme_percent:
            return None
        states = list(ProgrammeState)
        reached = days // 10 if days >= 400 else min(days // 10, states.index(ProgrammeState.UNDER_WAY))
        state = states[min(states.index(self._programmes.draw(chance)), reached)]
        state_on = begun_on + timedelta(days=380 if state is ProgrammeState.ENDED else 10 * states.index(state))
        is_issued = state in (ProgrammeState.ISSUED, ProgrammeState.UNDER_WAY, ProgrammeState.ENDED)
        issued_on = begun_on + timedelta(days=10 * states.index(ProgrammeState.ISSUED)) if is_issued else None
        return InventedProgramme(state, begun_on, state_on, issued_on)


@dataclass(frozen=True, slots=True)
class _Lot(Generic[Kind]):
    """Things with their shares, ready to be drawn."""

    things: tuple[Kind, ...]
    sums: tuple[int, ...]

    @classmethod
    def of(cls, shares: Mapping[Kind, int]) -> _Lot[Kind]:
        return cls(tuple(shares), tuple(accumulate(shares.values())))

    def draw(self, chance: Random) -> Kind:
        return chance.choices(self.things, cum_weights=self.sums)[0]


def _odds(question: Question, reason: str) -> tuple[tuple[Answer, ...], ...]:
    """The answers to a question at each maturity, each as often as it comes; levels rise with both."""
    never = [Answer(Choice.UNKNOWN)] * _UNKNOWNS
    if question.gate is None:
        never += [Answer(Choice.NOT_APPLICABLE, reason=reason)] * _NOT_APPLICABLES
    count = _ODDS - len(never)
    quantiles = [NormalDist(sigma=_SPREAD).inv_cdf((place + 0.5) / count) for place in range(count)]
    # What takes little effort is further along, and so are duties that the law asks for.
    ease = (3 - question.effort) * 0.25 + (0.8 if question.gate else 0.0)
    levels = [[Answer(choice, evidence=proof) for proof in (Evidence.NONE, Evidence.DESCRIBED)] for choice in _LEVELS]
    return tuple(
        (
            *never,
            *(
                levels[min(max(round(4 * maturity / (_MATURITIES - 1) + ease + quantile), 0), 4)][place % 3 > 0]
                for place, quantile in enumerate(quantiles)
            ),
        )
        for maturity in range(_MATURITIES)
    )


def _starter_lines(catalogue: Catalogue, sector: str) -> list[tuple[MeasuringInstrument, StarterInstrument]]:
    """What is usual in a trade, one line of each."""
    found = catalogue.sectors[sector]
    lines = lines_from(found, {one.id: 1 for one in found.instruments}, (), Language.VI)
    return list(zip(lines, found.instruments, strict=True))


def _earlier(day: date, interval_months: int | None, on: date) -> date:
    """The latest day not after `on` that lies whole intervals before a day."""
    while day > on:
        day = add_months(day, -(interval_months or 12))
    return day


def _between(chance: Random, bounds: tuple[int, int] | None) -> int | None:
    return chance.randint(*bounds) if bounds else None


def _amount(chance: Random, bounds: tuple[int, int] | None) -> Decimal | None:
    return Decimal(chance.randint(*bounds)) if bounds else None
