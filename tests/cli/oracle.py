"""The score worked out again from what the command line prints: `catalogue` and the file.

By the formulas of the method page, apart from core/domain/scoring.py and without it; only for files without a register.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

CAPS = {"none": 2, "described": 3, "file": 4}
THRESHOLDS = (20, 40, 60, 80)


def in_scope(condition: dict[str, list[str]], profile: dict[str, Any]) -> bool:
    return (
        ("uses" not in condition or bool(set(condition["uses"]) & set(profile.get("uses", []))))
        and ("kinds" not in condition or profile.get("kind", "company") in condition["kinds"])
        and ("sectors" not in condition or profile.get("sector", "") in condition["sectors"])
    )


def band(score: Fraction) -> int:
    return sum(score >= threshold for threshold in THRESHOLDS)


def score(
    catalogue: dict[str, Any], file: dict[str, Any], kind: str, unanswered_as: int
) -> tuple[Fraction, int] | None:
    """Return score and level with every unanswered question at a level: 0 for the lower bound, 4 for the upper."""
    total, weights, caps, bands = Fraction(0), 0, [4], []
    given = 0
    for topic in catalogue["topics"]:
        points = full = 0
        for question in catalogue["questions"]:
            if question["topic"] != topic["id"] or not in_scope(question["applies_when"], file["profile"]):
                continue
            answer = file["answers"].get(question["id"], {})
            if answer.get("not_applicable"):
                continue
            level = answer.get("level", 0 if answer.get("unknown") else None)
            given += level is not None
            if kind == "evidence" and "level" in answer:
                level = min(level, CAPS[answer.get("evidence", "none")])
            counted = unanswered_as if level is None else level
            points += question["weight"] * counted
            full += 4 * question["weight"]
            gate = question["gate"]
            if gate and in_scope(gate["applies_when"], file["profile"]) and counted < gate["pass"]:
                caps.append(gate["cap"])
        if full:
            total += topic["weight"] * Fraction(100 * points, full)
            weights += topic["weight"]
            bands.append(band(Fraction(100 * points, full)))
    if not given:
        return None
    return total / weights, min(band(total / weights), min(bands) + 1, *caps)
