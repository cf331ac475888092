"""Small makers for tests of the programme: an analysis of the real catalogue, and the text of a document."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.domain.assessment import Answer, Choice, Evidence
from core.domain.catalogue import Catalogue
from core.domain.document import Document, Drawing
from core.domain.findings import find_gaps
from core.domain.instruments import MeasuringInstrument
from core.domain.profile import EnterpriseKind, Profile, Use
from core.domain.programme_proposal import Analysis
from core.domain.register.facts import facts_of_register
from core.domain.scorecard import ScoreKind
from core.domain.scoring import score
from core.storage.content import load_catalogue

ON = date(2026, 11, 22)
CASES = Path(__file__).resolve().parent.parent / "cases" / "programme"
VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯà-ãè-êì-íò-õù-úýÀ-ÃÈ-ÊÌ-ÍÒ-ÕÙ-ÚÝĩũĨŨ\u1ea0-\u1ef9]")


@lru_cache
def catalogue() -> Catalogue:
    return load_catalogue()


def profile_of(kind: EnterpriseKind = EnterpriseKind.COOPERATIVE, sector: str = "tea-food", **known: Any) -> Profile:
    """A small enterprise with the usual uses of its sector."""
    uses = catalogue().sectors[sector].uses if sector else frozenset({Use.GROUP2})
    return Profile(
        **{
            "name": "Doi Vi Du",
            "kind": kind,
            "province": "19",
            "sector": sector,
            "vsic": "C",
            "workers": 30,
            "revenue_billion_vnd": Decimal(12),
            "capital_billion_vnd": Decimal(5),
            "uses": uses,
            **known,
        }
    )


def answers_of(profile: Profile, level: int | None = None) -> dict[str, Answer]:
    """Answers to every question in scope: one level, or levels 0 to 4 in turn."""
    catalogue_ = catalogue()
    asked = [question for topic in catalogue_.topics for question in catalogue_.applicable(topic, profile)]
    return {
        question.id: Answer(Choice(str(number % 5 if level is None else level)))
        for number, question in enumerate(asked)
    }


def analysis_of(
    profile: Profile | None = None,
    answers: Mapping[str, Answer] | None = None,
    instruments: tuple[MeasuringInstrument, ...] = (),
    on: date = ON,
    **known: Any,
) -> Analysis:
    """Score and find as the product does, then bundle."""
    profile = profile or profile_of()
    answers = answers_of(profile) if answers is None else answers
    register = facts_of_register(instruments, catalogue(), on)
    own = score(catalogue(), profile, answers, register)
    return Analysis(
        catalogue=catalogue(),
        profile=profile,
        answers=answers,
        scorecard=own,
        evidence_scorecard=score(catalogue(), profile, answers, register, ScoreKind.EVIDENCE),
        findings=find_gaps(catalogue(), profile, answers, own, register, on=on),
        on=on,
        instruments=instruments,
        **known,
    )


def texts_of(value: Any) -> list[str]:
    """Every text of a document, in order of printing."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, (tuple, list)):
        return [text for one in value for text in texts_of(one)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts_of(getattr(value, field.name))]
    return []


def text_of(document: Document) -> str:
    return "\n".join(texts_of(document.parts))


def drawings_of(document: Document) -> list[Drawing]:
    return [block for part in document.parts for block in part.blocks if isinstance(block, Drawing)]


def case(name: str) -> dict[str, Any]:
    """A worked case of tests/cases/programme."""
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))


def analysis_of_case(data: dict[str, Any]) -> Analysis:
    profile = Profile(
        **{
            **data["profile"],
            "kind": EnterpriseKind(data["profile"]["kind"]),
            "uses": frozenset(Use(use) for use in data["profile"]["uses"]),
            "revenue_billion_vnd": Decimal(data["profile"]["revenue_billion_vnd"]),
            "capital_billion_vnd": Decimal(data["profile"]["capital_billion_vnd"]),
        }
    )
    answers = answers_of(profile, data["level_of_the_others"])
    answers |= {question: _answer(given) for question, given in data["answers"].items()}
    instruments = tuple(MeasuringInstrument(**one) for one in data.get("instruments", ()))
    return analysis_of(profile, answers, instruments, data["on"])


def _answer(given: dict[str, Any]) -> Answer:
    if "level" in given:
        choice, reason = Choice(str(given["level"])), ""
    elif "not_applicable" in given:
        choice, reason = Choice.NOT_APPLICABLE, given["not_applicable"]
    else:
        choice, reason = Choice.UNKNOWN, ""
    return Answer(choice, reason, given.get("note", ""), Evidence(given.get("evidence", "none")))
