"""Results as plain data for machines: ready for JSON, unrounded, ids instead of words.

An exact number stands twice: as the nearest float, and under the same name with "_exact" as a fraction ("713/10").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from core.domain.catalogue import AppliesWhen, Catalogue, Gate
from core.domain.instruments import (
    MeasuringInstrument,
    calibration_due,
    next_due,
    state_of,
    verification_due,
)
from core.domain.register.plan import Plan, PlanTotal
from core.domain.scorecard import Contradiction, FailedGate, Finding, Level, QuestionScore, Scorecard, TopicScore
from core.domain.statistics.figures import ProtectedTable


def catalogue_data(catalogue: Catalogue) -> dict[str, Any]:
    """Return what an answer file can speak of: topics with weight, questions with their conditions and gates."""
    return {
        "catalogue": catalogue.edition,
        "published_on": catalogue.published_on.isoformat(),
        "topics": [
            {"id": topic.id, "order": topic.order, "weight": topic.weight, "factor": topic.factor.value}
            for topic in catalogue.topics
        ],
        "questions": [
            {
                "id": question.id,
                "number": question.number,
                "topic": topic.id,
                "weight": question.weight,
                "quick": question.quick,
                "applies_when": _condition(question.applies_when),
                "gate": _gate(question.gate),
                "impact": question.impact,
                "effort": question.effort,
                "requires": list(question.requires),
            }
            for topic in catalogue.topics
            for question in topic.questions
        ],
    }


def scorecard_data(scorecard: Scorecard) -> dict[str, Any]:
    """Return a scorecard with everything that explains it; null where there is no score."""
    low, high = scorecard.level_low, scorecard.level_high
    return {
        "catalogue": scorecard.edition,
        "kind": scorecard.kind.value,
        "score": {**_exact("low", scorecard.low), **_exact("high", scorecard.high)},
        "level": {"low": low.level if low else None, "high": high.level if high else None},
        "level_reasons": {"low": _level(low), "high": _level(high)},
        **_exact("completeness", scorecard.completeness),
        "answered": scorecard.answered,
        "applicable": scorecard.applicable,
        "topics": [_topic(topic) for topic in scorecard.topics],
        "gates_failed": [_failed_gate(gate) for gate in (low.gates if low else ())],
        "contradictions": [_contradiction(one) for one in scorecard.contradictions],
    }


def findings_data(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return the gaps in order of urgency."""
    return [
        {
            "question": one.question,
            "number": one.number,
            "topic": one.topic,
            "mark": one.mark.value,
            "level": one.level,
            "target": one.target,
            "gap": one.gap,
            "impact": one.impact,
            "effort": one.effort,
            **_exact("priority", one.priority),
            "gate_failed": one.gate_failed,
            "due": one.due.isoformat(),
            "quick_win": one.is_quick_win,
        }
        for one in findings
    ]


def plan_data(catalogue: Catalogue, instruments: Iterable[MeasuringInstrument], on: date) -> list[dict[str, Any]]:
    """Return when each instrument is due, in order of the register; null where it is not known."""
    plan = []
    for one in instruments:
        row = catalogue.group2.get(one.group2_row)
        plan.append(
            {
                "code": one.code,
                "group2_row": one.group2_row or None,
                "state": state_of(one, row, on).value,
                "verification_due": _day(verification_due(one, row)),
                "calibration_due": _day(calibration_due(one)),
                "next_due": _day(next_due(one, row)),
                "verification_price_vnd": one.verification_price_vnd,
                "price_vnd": one.price_vnd,
            }
        )
    return plan


def year_plan_data(plan: Plan) -> dict[str, Any]:
    """Return the plan of a year; amounts in đồng before tax, with the count of those that are not known."""
    return {
        "year": plan.year,
        "on": plan.on.isoformat(),
        "services": [
            {
                "code": one.code,
                "kind": one.kind.value,
                "number": one.number,
                "due": one.due.isoformat(),
                "planned": one.planned.isoformat(),
                "overdue": one.is_overdue,
                "reason": one.reason.value,
                "doubtful": one.is_doubtful,
                "body": one.body or None,
                "price_vnd": one.price_vnd,
            }
            for one in plan.services
        ],
        "overdue": [
            {"code": one.code, "kind": one.kind.value, "due": one.due.isoformat(), "reason": one.reason.value}
            for one in plan.overdue
        ],
        "undated": [{"code": one.code, "kind": one.kind.value, "reason": one.reason.value} for one in plan.undated],
        "visits": [
            {
                "day": visit.day.isoformat(),
                "body": visit.body or None,
                "services": len(visit.services),
                "transport_vnd": visit.transport_vnd,
            }
            for visit in plan.visits
        ],
        "months": [{"month": month, **_plan_total(total)} for month, total in enumerate(plan.months, start=1)],
        "bodies": [{"body": name or None, **_plan_total(total)} for name, total in plan.by_body.items()],
        "total": _plan_total(plan.total),
    }


def _plan_total(total: PlanTotal) -> dict[str, Any]:
    return {
        "services": total.services,
        "visits": total.visits,
        "service_cost_vnd": total.service_cost.known_vnd,
        "transport_vnd": total.transport.known_vnd,
        "cost_vnd": total.cost.known_vnd,
        "without_price": total.cost.unknown,
    }


def _exact(name: str, value: Fraction | None) -> dict[str, Any]:
    if value is None:
        return {name: None, f"{name}_exact": None}
    return {name: float(value), f"{name}_exact": str(value)}


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def _condition(condition: AppliesWhen) -> Mapping[str, list[str]]:
    keys = {"uses": condition.uses, "kinds": condition.kinds, "sectors": condition.sectors}
    return {key: sorted(values) for key, values in keys.items() if values}


def _gate(gate: Gate | None) -> dict[str, Any] | None:
    if gate is None:
        return None
    return {"pass": gate.pass_level, "cap": gate.cap, "applies_when": _condition(gate.applies_when)}


def _level(level: Level | None) -> dict[str, Any] | None:
    if level is None:
        return None
    return {
        "band": level.band,
        "weakest_topic": level.weakest_topic,
        "weakest_band": level.weakest_band,
        "held_by_weakest": level.held_by_weakest,
        "held_by_gates": [gate.question for gate in level.held_by_gates],
    }


def table_data(table: ProtectedTable) -> dict[str, Any]:
    """Return counts of enterprises, null where hidden."""
    lines = zip(table.rows, table.counts, table.row_totals, strict=True)
    return {
        "rows": {row: dict(zip((*table.columns, "total"), (*line, total), strict=True)) for row, line, total in lines},
        "totals": dict(zip(table.columns, table.column_totals, strict=True)),
        "total": table.total,
        "hidden": table.hidden,
    }


def _topic(topic: TopicScore) -> dict[str, Any]:
    return {
        "id": topic.topic,
        "weight": topic.weight,
        **_exact("low", topic.low),
        **_exact("high", topic.high),
        **_exact("completeness", topic.completeness),
        **_exact("not_applicable_share", topic.not_applicable_share),
        "questions": [_question(one) for one in topic.questions],
    }


def _question(one: QuestionScore) -> dict[str, Any]:
    return {
        "id": one.question,
        "weight": one.weight,
        "mark": one.mark.value,
        "level": one.level,
        "declared": one.declared,
    }


def _failed_gate(gate: FailedGate) -> dict[str, Any]:
    return {
        "question": gate.question,
        "pass": gate.pass_level,
        "cap": gate.cap,
        "level": gate.level,
        "certain": gate.certain,
        "overdue": list(gate.overdue),
    }


def _contradiction(one: Contradiction) -> dict[str, Any]:
    return {
        "question": one.question,
        "declared": one.declared,
        "overdue": list(one.overdue),
        "in_scope": one.in_scope,
    }
