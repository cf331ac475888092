"""The conditions that the templates of the decision and the programme name, each computed in one line.

What each means stands in content/programme/conditions.toml; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.domain.catalogue import Factor
from core.domain.instruments import InstrumentState
from core.domain.profile import EnterpriseKind, SizeClass, Use
from core.domain.programme_facts import DraftFacts
from core.domain.programme_fields import YES, Signer
from core.domain.scorecard import Mark

Condition = Callable[[DraftFacts], bool]

SOME_GAPS = 4
GROUP2_KNOWN_QUESTION = "group2-known"
SAFETY_QUESTION = "safety-instruments"
SOFTWARE_QUESTION = "screen-to-invoice"
SAFETY_USE = "safety"


def evaluate(facts: DraftFacts) -> Mapping[str, bool]:
    """Return every condition by its name."""
    return {name: holds(facts) for name, holds in CONDITIONS.items()}


def is_kind(kind: EnterpriseKind) -> Condition:
    return lambda facts: facts.analysis.profile.kind is kind


def has_use(use: Use) -> Condition:
    return lambda facts: use in facts.analysis.profile.uses


def is_given(field: str) -> Condition:
    """The field of the organisation was filled in."""
    return lambda facts: bool(facts.organisation.value(field))


def is_signed_by(signer: Signer) -> Condition:
    """A household has one owner and one way of signing."""
    return lambda facts: facts.organisation.value("signer") == signer and not facts.is_household


def is_micro(facts: DraftFacts) -> bool:
    return facts.size is SizeClass.MICRO or facts.is_household


def is_small(facts: DraftFacts) -> bool:
    return facts.size in (SizeClass.MICRO, SizeClass.SMALL) or facts.is_household


def has_group2(facts: DraftFacts) -> bool:
    return Use.GROUP2 in facts.analysis.profile.uses or any(one.is_group2 for one in facts.analysis.instruments)


def has_no_group2(facts: DraftFacts) -> bool:
    """None is used, and somebody has looked: question 1.5 is at level 2 or above."""
    level = facts.answer(GROUP2_KNOWN_QUESTION).level
    return not has_group2(facts) and level is not None and level >= 2


def is_group2_unchecked(facts: DraftFacts) -> bool:
    return not has_group2(facts) and not has_no_group2(facts)


def has_register(facts: DraftFacts) -> bool:
    return bool(facts.analysis.instruments)


def is_incomplete(facts: DraftFacts) -> bool:
    return not facts.analysis.scorecard.is_complete


def has_no_score(facts: DraftFacts) -> bool:
    return not facts.analysis.scorecard.has_score


def is_level_capped(facts: DraftFacts) -> bool:
    low = facts.analysis.scorecard.level_low
    return low is not None and low.level < low.band


def is_capped_by_gate(facts: DraftFacts) -> bool:
    low = facts.analysis.scorecard.level_low
    return low is not None and bool(low.held_by_gates)


def is_capped_by_weak_topic(facts: DraftFacts) -> bool:
    low = facts.analysis.scorecard.level_low
    return low is not None and low.held_by_weakest


def has_evidence_score(facts: DraftFacts) -> bool:
    own, with_evidence = facts.analysis.scorecard.low, facts.analysis.evidence_scorecard.low
    return with_evidence is not None and with_evidence != own


def has_validated_score(facts: DraftFacts) -> bool:
    validated = facts.analysis.validated_scorecard
    return validated is not None and validated.has_score


def has_many_gaps(facts: DraftFacts) -> bool:
    """There are so many that some wait for later years; a programme of one year takes them all."""
    return facts.first_count < len(facts.analysis.treated)


def has_some_gaps(facts: DraftFacts) -> bool:
    return len(facts.analysis.treated) >= SOME_GAPS and not has_many_gaps(facts)


def has_few_gaps(facts: DraftFacts) -> bool:
    return 0 < len(facts.analysis.treated) < SOME_GAPS


def has_safety_measurement(facts: DraftFacts) -> bool:
    return facts.is_asked(SAFETY_QUESTION) or any(one.use == SAFETY_USE for one in facts.analysis.instruments)


def has_saving_target(facts: DraftFacts) -> bool:
    return facts.saving > 0 and facts.budget_total > 0


def is_department_parent(facts: DraftFacts) -> bool:
    return facts.organisation.value("parent_body") == facts.organisation.value("department_name")


CONDITIONS: Mapping[str, Condition] = {
    "kind_company": is_kind(EnterpriseKind.COMPANY),
    "kind_cooperative": is_kind(EnterpriseKind.COOPERATIVE),
    "kind_household": is_kind(EnterpriseKind.HOUSEHOLD),
    "kind_public_unit": is_kind(EnterpriseKind.PUBLIC_UNIT),
    "state_owned": lambda facts: facts.organisation.value("state_owned") == YES,
    "has_parent_body": is_given("parent_body"),
    "department_is_parent": is_department_parent,
    "signed_for_council": is_signed_by(Signer.COUNCIL),
    "signed_by_deputy": is_signed_by(Signer.DEPUTY),
    "signed_by_director_under_council": lambda facts: (
        is_signed_by(Signer.DIRECTOR)(facts) and is_given("council_name")(facts)
    ),
    "micro": is_micro,
    "small_size": is_small,
    "has_person_in_charge": is_given("person_in_charge"),
    "sent_to_department": lambda facts: facts.organisation.value("sent_to_department") == YES,
    "has_provincial_plan": is_given("provincial_plan"),
    "opinions_asked": lambda facts: facts.analysis.opinions_asked,
    "has_validated_score": has_validated_score,
    "adviser_reviewed": lambda facts: facts.analysis.reviewed_on is not None,
    "prepackages": has_use(Use.PREPACKAGES),
    "retail": has_use(Use.RETAIL),
    "fuel": has_use(Use.FUEL),
    "gas": has_use(Use.GAS),
    "gold": has_use(Use.GOLD),
    "service": has_use(Use.SERVICE),
    "has_group2": has_group2,
    "no_group2": has_no_group2,
    "group2_unchecked": is_group2_unchecked,
    "has_register": has_register,
    "no_register": lambda facts: not has_register(facts),
    "has_overdue": lambda facts: bool(facts.overdue),
    "has_due_soon": lambda facts: facts.in_state(InstrumentState.DUE_SOON) > 0,
    "has_unknown_dates": lambda facts: facts.in_state(InstrumentState.NO_DATE) > 0,
    "has_due_dates": lambda facts: any(facts.due_by_month),
    "has_doubtful_rows": lambda facts: facts.doubtful_count > 0,
    "incomplete": is_incomplete,
    "no_score": has_no_score,
    "has_not_applicable": lambda facts: facts.count(Mark.NOT_APPLICABLE) > 0,
    "organisation_unanswered": lambda facts: facts.is_unanswered(Factor.ORGANISATION),
    "method_unanswered": lambda facts: facts.is_unanswered(Factor.METHOD),
    "technique_unanswered": lambda facts: facts.is_unanswered(Factor.TECHNIQUE),
    "level_capped": is_level_capped,
    "capped_by_gate": is_capped_by_gate,
    "capped_by_weak_topic": is_capped_by_weak_topic,
    "has_evidence_score": has_evidence_score,
    "topics_differ": lambda facts: facts.topics_differ,
    "many_gaps": has_many_gaps,
    "some_gaps": has_some_gaps,
    "few_gaps": has_few_gaps,
    "no_gaps": lambda facts: not facts.analysis.treated,
    "has_strengths": lambda facts: bool(facts.strengths),
    "has_level_target": lambda facts: facts.target_level is not None,
    "has_loss_estimate": lambda facts: facts.loss_total > 0,
    "has_saving_target": has_saving_target,
    "has_sector_example": lambda facts: facts.analysis.sector is not None and bool(facts.analysis.sector.losses),
    "has_safety_measurement": has_safety_measurement,
    "has_environment_measurement": lambda facts: bool(facts.effect.value("environment_effect")),
    "has_market_demand": lambda facts: bool(facts.effect.value("market_demand")),
    "has_linked_software": lambda facts: facts.is_asked(SOFTWARE_QUESTION),
    "has_budget": lambda facts: facts.budget_total > 0,
    "has_unpriced": lambda facts: bool(facts.unpriced),
}
"""Every condition by the name that templates use."""
