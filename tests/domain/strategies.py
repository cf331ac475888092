"""Small catalogues made by hand or drawn at random, with answers, profiles and registers to match."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st

from core.domain.assessment import Answer, Choice, Evidence, RegisterFacts
from core.domain.catalogue import (
    AppliesWhen,
    Catalogue,
    EasyRule,
    Factor,
    Gate,
    Method,
    Question,
    RiskTier,
    SizeLimits,
    TargetRule,
    Topic,
    VsicSection,
)
from core.domain.profile import EnterpriseKind, Profile, SizeClass, Use
from core.domain.scoring import VERIFICATION_QUESTION
from core.language import Text

TODAY = date(2026, 11, 22)
ANY_TEXT = Text("chữ", "text")
moderate = settings(max_examples=60, deadline=None)

LEVEL = [Choice.LEVEL_0, Choice.LEVEL_1, Choice.LEVEL_2, Choice.LEVEL_3, Choice.LEVEL_4]
NOT_APPLICABLE = Answer(Choice.NOT_APPLICABLE, reason="không có loại này")
UNKNOWN = Answer(Choice.UNKNOWN)
USES = [Use.GROUP2, Use.PREPACKAGES]


def level(number, evidence=Evidence.NONE):
    return Answer(LEVEL[number], evidence=evidence)


def a_question(question_id, weight=1, **changes):
    plain = Question(
        id=question_id,
        number="1.1",
        weight=weight,
        text=ANY_TEXT,
        why=ANY_TEXT,
        levels=(ANY_TEXT,) * 5,
        evidence=ANY_TEXT,
        duties=(),
        impact=3,
        effort=2,
        owner=ANY_TEXT,
        action=ANY_TEXT,
        done_when=ANY_TEXT,
    )
    return replace(plain, **changes)


def a_topic(topic_id, questions, weight=1):
    return Topic(topic_id, 1, weight, Factor.ORGANISATION, ANY_TEXT, ANY_TEXT, tuple(questions))


SMALL_GROUP = (
    SizeLimits(SizeClass.MICRO, 10, 3, 3),
    SizeLimits(SizeClass.SMALL, 100, 50, 20),
    SizeLimits(SizeClass.MEDIUM, 200, 200, 100),
)
TRADE_GROUP = (
    SizeLimits(SizeClass.MICRO, 10, 10, 3),
    SizeLimits(SizeClass.SMALL, 50, 100, 50),
    SizeLimits(SizeClass.MEDIUM, 100, 300, 100),
)
TARGETS = {
    (RiskTier.LOW, SizeClass.MICRO): 2,
    (RiskTier.LOW, SizeClass.SMALL): 2,
    (RiskTier.LOW, SizeClass.MEDIUM): 3,
    (RiskTier.LOW, SizeClass.LARGE): 3,
    (RiskTier.MEDIUM, SizeClass.MICRO): 2,
    (RiskTier.MEDIUM, SizeClass.SMALL): 3,
    (RiskTier.MEDIUM, SizeClass.MEDIUM): 3,
    (RiskTier.MEDIUM, SizeClass.LARGE): 3,
    (RiskTier.HIGH, SizeClass.MICRO): 3,
    (RiskTier.HIGH, SizeClass.SMALL): 3,
    (RiskTier.HIGH, SizeClass.MEDIUM): 4,
    (RiskTier.HIGH, SizeClass.LARGE): 4,
}


def a_method(**changes):
    plain = Method(
        thresholds=(20, 40, 60, 80),
        levels=(),
        evidence_caps={"none": 2, "described": 3, "file": 4, "confirmed": 4},
        targets=tuple(TargetRule(tier, size, target) for (tier, size), target in TARGETS.items()),
        gate_days=30,
        deadlines=((8, 90), (3, 180), (0, 365)),
        notice_not_applicable=0.3,
        high_risk_uses=frozenset({Use.FUEL}),
        high_risk_sectors=frozenset({"petroleum"}),
        medium_risk_uses=frozenset({Use.GROUP2, Use.PREPACKAGES}),
        medium_risk_sectors=frozenset({"tea-food"}),
        size_limits={"industry": SMALL_GROUP, "trade-services": TRADE_GROUP},
        easy_review=EasyRule(2, frozenset({"file", "confirmed"})),
    )
    return replace(plain, **changes)


VSIC = {
    "C": VsicSection("C", ANY_TEXT, "industry"),
    "G": VsicSection("G", ANY_TEXT, "trade-services"),
    "P": VsicSection("P", ANY_TEXT, None),
}


def a_catalogue(*topics, method=None):
    return Catalogue(
        edition="test",
        published_on=TODAY,
        method=method or a_method(),
        topics=topics,
        findings={},
        duties={},
        terms={},
        sectors={},
        provinces={},
        vsic=VSIC,
        group2={},
        sources={},
        tolerances={},
        sampling_plans={},
        register_rules={},
        register_questions=(),
        consents=(),
        support_lines=(),
        templates={},
        words={},
    )


def a_profile(**changes):
    return replace(Profile("Cơ sở Thử", uses=frozenset(USES), vsic="C"), **changes)


def rebuilt(catalogue, topics):
    """The same catalogue with other topics; nothing is carried over from the cached views."""
    return replace(catalogue, topics=tuple(topics))


@st.composite
def conditions(draw):
    return AppliesWhen(uses=frozenset(draw(st.sets(st.sampled_from(USES), max_size=1))))


@st.composite
def questions(draw, question_id):
    gate = draw(
        st.none() | st.builds(Gate, pass_level=st.integers(1, 4), cap=st.integers(0, 3), applies_when=conditions())
    )
    return a_question(
        question_id,
        weight=draw(st.integers(1, 3)),
        impact=draw(st.integers(1, 5)),
        effort=draw(st.integers(1, 5)),
        applies_when=draw(conditions()),
        gate=gate,
    )


@st.composite
def catalogues(draw, most_topics=3, most_questions=4):
    topics, number = [], 0
    for topic in range(draw(st.integers(1, most_topics))):
        members = []
        for _ in range(draw(st.integers(1, most_questions))):
            question_id = VERIFICATION_QUESTION if number == 0 else f"q{number}"
            members.append(draw(questions(question_id)))
            number += 1
        topics.append(a_topic(f"t{topic}", members, weight=draw(st.integers(1, 20))))
    return a_catalogue(*topics)


levels_only = st.builds(Answer, choice=st.sampled_from(LEVEL), evidence=st.sampled_from(Evidence))
answered = levels_only | st.just(UNKNOWN)
answered_or_not_applicable = answered | st.just(NOT_APPLICABLE)
anything = answered_or_not_applicable | st.just(Answer()) | st.just(Answer(Choice.NOT_APPLICABLE))


@st.composite
def answers_to(draw, catalogue, one=anything):
    """An answer, or none, for every question; about one in ten is left out of the mapping altogether."""
    given = {}
    for question in catalogue.questions:
        if draw(st.integers(0, 9)):
            given[question] = draw(one)
    return given


profiles = st.builds(
    a_profile,
    uses=st.frozensets(st.sampled_from(USES)),
    kind=st.sampled_from(EnterpriseKind),
    workers=st.none() | st.integers(0, 250),
    capital_billion_vnd=st.none() | st.integers(0, 120).map(Decimal),
    revenue_billion_vnd=st.none() | st.integers(0, 320).map(Decimal),
)
registers = st.builds(
    RegisterFacts,
    on=st.just(TODAY),
    instrument_count=st.just(30),
    group2_count=st.integers(0, 30),
    overdue=st.sampled_from([(), (), (), ("C-01",), ("C-01", "C-02")]),
)


@st.composite
def cases(draw, one=anything, most_topics=3, most_questions=4):
    """A whole assessment: catalogue, profile, answers, register."""
    catalogue = draw(catalogues(most_topics, most_questions))
    return catalogue, draw(profiles), draw(answers_to(catalogue, one)), draw(registers)
