"""The catalogue: everything that content/ says, in the shape the rules need.

One catalogue is one edition. An assessment is tied to the edition it was answered in; a later edition never changes it.
The dataclasses mirror the files one to one; core/storage/content.py reads and checks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from core.domain.metrology.prepackages import SamplingPlan, ToleranceTable
from core.domain.profile import EnterpriseKind, Profile, SizeClass, Use
from core.domain.template import Template
from core.language import Text


class Factor(StrEnum):
    """The three factors of the situation analysis of Decision 510, Article 13, and its expected effect, Article 14."""

    ORGANISATION = "organisation"
    METHOD = "method"
    TECHNIQUE = "technique"
    EFFECT = "effect"


class Confidence(StrEnum):
    """How sure we are of a fact; anything but certain and likely is shown with a mark."""

    CERTAIN = "certain"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"


class TaskKind(StrEnum):
    """Kinds of task of Decision 510, Article 8."""

    RULES = "rules"
    INSTRUMENTS = "instruments"
    VERIFICATION = "verification"
    TECHNOLOGY = "technology"
    TRAINING = "training"
    PREMISES = "premises"


class RiskTier(StrEnum):
    """How much depends on the enterprise's measurements."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class AppliesWhen:
    """A condition on the profile: within one key any value is enough, all keys given must hold."""

    uses: frozenset[Use] = frozenset()
    kinds: frozenset[EnterpriseKind] = frozenset()
    sectors: frozenset[str] = frozenset()

    def holds(self, profile: Profile) -> bool:
        return (
            (not self.uses or bool(self.uses & profile.uses))
            and (not self.kinds or profile.kind in self.kinds)
            and (not self.sectors or profile.sector in self.sectors)
        )


@dataclass(frozen=True, slots=True)
class Gate:
    """A legal duty that holds the level down: fails below `pass_level`, then the level is at most `cap`."""

    pass_level: int
    cap: int
    applies_when: AppliesWhen = AppliesWhen()


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its five levels and all that follows from a low answer.

    weight 1–3; impact and effort 1–5; `levels` are the anchors of levels 0 to 4; `requires` names questions
    that should be at level 2 first. valid_from and valid_to: the first and the last day on which an edition takes it.
    """

    id: str
    number: str
    weight: int
    text: Text
    why: Text
    levels: tuple[Text, Text, Text, Text, Text]
    evidence: Text
    duties: tuple[str, ...]
    impact: int
    effort: int
    owner: Text
    action: Text
    done_when: Text
    terms: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    quick: bool = False
    applies_when: AppliesWhen = AppliesWhen()
    gate: Gate | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """One of nine topics; weight is its share of the score."""

    id: str
    order: int
    weight: int
    factor: Factor
    title: Text
    intro: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class QuestionFinding:
    """How the analysis speaks of one question: the verb phrase, the risk and a usual cause."""

    number: str
    question: str
    kind: TaskKind
    factor: Factor
    object: Text
    risk: Text
    cause: Text


@dataclass(frozen=True, slots=True)
class LegalDuty:
    """A duty with its dated source; `review_by` is when a person must look again.

    doubt_note: what must still be checked, and with which text.
    """

    id: str
    title: Text
    instrument: Text
    article: Text
    what: Text
    valid_from: date
    review_by: date
    source: str
    confidence: Confidence
    applies_when: AppliesWhen = AppliesWhen()
    valid_to: date | None = None
    doubt_note: Text | None = None

    @property
    def is_doubtful(self) -> bool:
        return self.doubt_note is not None or self.confidence not in (Confidence.CERTAIN, Confidence.LIKELY)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the glossary: one plain line and a longer one."""

    id: str
    term: Text
    short: Text
    long: Text
    source: Text
    see_also: tuple[str, ...] = ()
    doubt: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A legal text that documents may cite."""

    id: str
    cite: Text
    title: Text
    confidence: str
    facts: str
    doubt: bool = False
    doubt_note: Text | None = None
    review_by: date | None = None


@dataclass(frozen=True, slots=True)
class SupportLine:
    """State support that enterprises of some kinds and sizes can ask for; `review_by` is when a person looks again.

    share: how much is paid, up to which ceiling, and for whom besides; text of the State's, no number is taken from it.
    """

    id: str
    name: Text
    share: Text
    cite: Text
    source: str
    sizes: tuple[SizeClass, ...]
    kinds: tuple[EnterpriseKind, ...]
    review_by: date
    confidence: Confidence
    doubt_note: Text | None = None


@dataclass(frozen=True, slots=True)
class MeasuringPoint:
    """A place in the process where the sector measures something."""

    id: str
    step: Text
    quantity: Text
    unit: str
    needed: Text
    risk: Text
    criticality: str
    confidence: str


@dataclass(frozen=True, slots=True)
class StarterInstrument:
    """An instrument usual in a sector; prices are estimates for reference, in đồng.

    group2: yes, no or depends; `doubt` marks a cycle to be checked with Circular 04/2026/TT-BKHCN.
    """

    id: str
    point: str
    name: Text
    quantity: Text
    unit: str
    range: str
    accuracy: Text
    tolerance: str
    group2: str
    confidence: str
    division: str = ""
    group2_row: str = ""
    doubt: bool = False
    interval_months: int | None = None
    price_low_vnd: int | None = None
    price_high_vnd: int | None = None
    typical_count: int | None = None
    self_check: Text | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class SectorLoss:
    """A worked example of what a bias costs; assumed figures, never the firm's."""

    id: str
    text: Text
    confidence: str
    throughput_per_year: float | None = None
    unit: str = ""
    price_vnd_per_unit: float | None = None
    bias_percent: float | None = None
    loss_vnd: int | None = None


@dataclass(frozen=True, slots=True)
class SectorObjective:
    """An objective that suits the sector: indicator, target value, months to reach it."""

    id: str
    text: Text
    indicator: Text
    from_hint: Text
    to_value: float
    unit: Text
    months: int


@dataclass(frozen=True, slots=True)
class SectorTask:
    """A task that suits the sector; costs are estimates for reference, in đồng.

    question: the question whose own task says the same in general words; the programme then does not say it twice.
    """

    id: str
    kind: TaskKind
    text: Text
    owner: Text
    result: Text
    months: int
    cost_low_vnd: int | None = None
    cost_high_vnd: int | None = None
    question: str = ""


@dataclass(frozen=True, slots=True)
class SectorSolution:
    """A solution that suits the sector."""

    kind: str
    text: Text


@dataclass(frozen=True, slots=True)
class SectorHint:
    """What a question means in this sector; `question` is the question's id."""

    question: str
    text: Text


@dataclass(frozen=True, slots=True)
class Sector:
    """A trade: what matters in it and what is usual; `order` is its place in lists."""

    id: str
    title: Text
    vsic: tuple[str, ...]
    uses: frozenset[Use]
    summary: Text
    measuring_points: tuple[MeasuringPoint, ...]
    instruments: tuple[StarterInstrument, ...]
    losses: tuple[SectorLoss, ...]
    objectives: tuple[SectorObjective, ...]
    tasks: tuple[SectorTask, ...]
    solutions: tuple[SectorSolution, ...]
    hints: tuple[SectorHint, ...]
    pitfalls: tuple[Text, ...]
    order: int = 0

    def hint(self, question: str) -> Text | None:
        return next((hint.text for hint in self.hints if hint.question == question), None)


@dataclass(frozen=True, slots=True)
class Province:
    """One of the 34 provinces and cities in force since 1 July 2025. tile: column and row in the grid of tiles."""

    code: str
    name: Text
    full_name: Text
    is_city: bool
    former_units: tuple[str, ...]
    tile: tuple[int, int]


@dataclass(frozen=True, slots=True)
class VsicSection:
    """A section of VSIC 2025; `size_group` is the column of Decree 80/2021 or None where it is no business."""

    letter: str
    name: Text
    size_group: str | None = None


@dataclass(frozen=True, slots=True)
class Group2Row:
    """A row of the group-2 list; None where a control measure is not known.

    `cycle_months` is the shorter of the two cycles read, None where there is no periodic cycle;
    `is_doubtful` marks the rows to be checked with Circular 04/2026/TT-BKHCN.
    """

    row: str
    name: Text
    type_approval: bool | None
    initial_verification: bool | None
    periodic_verification: bool | None
    after_repair_verification: bool | None
    cycle_months: int | None
    is_doubtful: bool
    note: str


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """Upper limits of one size class: workers, and revenue or capital in billion đồng."""

    size: SizeClass
    workers: int
    revenue_billion_vnd: int
    capital_billion_vnd: int


@dataclass(frozen=True, slots=True)
class LevelName:
    """Name of an overall level and what it means in one line."""

    level: int
    name: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class TargetRule:
    """Target answer of a risk tier and size; `topics` holds the topics that differ."""

    tier: RiskTier
    size: SizeClass
    target: int
    topics: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EasyRule:
    """Which answers a reviewer may mark together: up to a level without proof, above it with one of these."""

    level_without_proof: int
    proof: frozenset[str]


@dataclass(frozen=True, slots=True)
class Method:
    """Weights and thresholds of one edition of the scoring method; source: content/method.toml.

    thresholds: scores from which bands 1–4 begin. evidence_caps: highest level that counts by evidence.
    deadlines: (least priority, days), highest first; gate_days for a failed gate.
    notice_not_applicable: share of a topic's weight, from 0 to 1, above which "not applicable" is pointed out.
    *_risk_group2_count: group-2 instruments in use from which an enterprise is of that risk tier at least.
    """

    thresholds: tuple[int, int, int, int]
    levels: tuple[LevelName, ...]
    evidence_caps: Mapping[str, int]
    targets: tuple[TargetRule, ...]
    gate_days: int
    deadlines: tuple[tuple[int, int], ...]
    notice_not_applicable: float
    high_risk_uses: frozenset[Use]
    high_risk_sectors: frozenset[str]
    medium_risk_uses: frozenset[Use]
    medium_risk_sectors: frozenset[str]
    size_limits: Mapping[str, tuple[SizeLimits, ...]]
    easy_review: EasyRule
    medium_risk_group2_count: int = 1
    high_risk_group2_count: int = 20


class RegisterRuleCode(StrEnum):
    """The rules by which the register makes findings; core/domain/register/findings.py tells when each one holds."""

    UNVERIFIED = "unverified"
    OUT_OF_TOLERANCE = "out-of-tolerance"
    CORRECTION = "correction"
    TYPE_APPROVAL = "type-approval"
    OVERDUE_CALIBRATION = "overdue-calibration"
    UNCONFIRMED = "unconfirmed"
    RATIO_BELOW_ONE = "ratio-below-one"
    RATIO_BELOW_TWO = "ratio-below-two"
    TOLERANCE_MISSING = "tolerance-missing"
    NOT_ACCREDITED = "not-accredited"
    NO_CHECK = "no-check"
    LONGER_INTERVAL = "longer-interval"
    DATA = "data"


class RegisterFactCode(StrEnum):
    """The shares of the register that answer a question; core/domain/register/facts.py tells how each is counted."""

    GROUP2_IN_DATE = "group2-in-date"
    IMPORTANT_IN_DATE = "important-in-date"
    COMPLETE_LINES = "complete-lines"
    WITH_DUE_DATE = "with-due-date"
    ACCREDITED = "accredited"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class RegisterRule:
    """What follows where a rule of the register holds.

    days: until it must be done; None: by the next service of the instrument. impact 1–5, None for what only mends data.
    gate: it fails the legal duty of `question`. question: the question whose own task says the same; the programme then
    does not say it twice. kind: kind of task in the programme, None where it makes none.
    """

    id: RegisterRuleCode
    action: Text
    owner: Text
    done_when: Text
    days: int | None = None
    impact: int | None = None
    gate: bool = False
    question: str = ""
    kind: TaskKind | None = None


@dataclass(frozen=True, slots=True)
class RegisterQuestion:
    """How a share of the register answers a question.

    thresholds: shares in percent from which levels 1 to 4 begin. proves: the highest level that the register can
    suggest. holds: the evidence score counts no more than the level that the share comes to.
    """

    id: RegisterFactCode
    question: str
    thresholds: tuple[int, int, int, int]
    proves: int
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Consent:
    """One purpose that a person may agree to; kept with its text version."""

    id: str
    version: str
    label: Text
    purpose: Text
    data: Text
    receiver: Text
    kept: Text
    without: Text
    needed: bool


@dataclass(frozen=True)
class Catalogue:
    """All content of one edition."""

    edition: str
    published_on: date
    method: Method
    topics: tuple[Topic, ...]
    findings: Mapping[str, QuestionFinding]
    duties: Mapping[str, LegalDuty]
    terms: Mapping[str, Term]
    sectors: Mapping[str, Sector]
    provinces: Mapping[str, Province]
    vsic: Mapping[str, VsicSection]
    group2: Mapping[str, Group2Row]
    sources: Mapping[str, Source]
    tolerances: Mapping[str, ToleranceTable]
    sampling_plans: Mapping[str, SamplingPlan]
    register_rules: Mapping[str, RegisterRule]
    register_questions: tuple[RegisterQuestion, ...]
    consents: tuple[Consent, ...]
    support_lines: tuple[SupportLine, ...]
    templates: Mapping[str, Template]
    words: Mapping[str, Text]

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Every question by id."""
        return {question.id: question for topic in self.topics for question in topic.questions}

    @cached_property
    def topic_of(self) -> Mapping[str, Topic]:
        """The topic of every question id."""
        return {question.id: topic for topic in self.topics for question in topic.questions}

    def applicable(self, topic: Topic, profile: Profile) -> tuple[Question, ...]:
        """Questions of a topic that are in scope for this profile, in order."""
        return tuple(question for question in topic.questions if question.applies_when.holds(profile))

    def word(self, key: str) -> Text:
        """A text of the screens by its key, such as "assessment.saved"."""
        return self.words[key]
