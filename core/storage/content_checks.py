"""What the records of content/ must agree on with each other: names that exist, ids that stay, ranges, gates, doubts.

Shapes are compared in content_records.py; here every record has its shape already.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import combinations
from math import inf
from typing import Any

from core.domain.catalogue import (
    AppliesWhen,
    Confidence,
    Question,
    RegisterFactCode,
    RegisterQuestion,
    RegisterRule,
    RegisterRuleCode,
    Sector,
    Topic,
)
from core.domain.metrology.prepackages import SamplingPlan, ToleranceTable
from core.domain.template import (
    Article,
    Cells,
    ChartBlock,
    Column,
    Line,
    ListBlock,
    Masthead,
    ParagraphBlock,
    Section,
    SignatureBlock,
    SubBlock,
    TableBlock,
    Template,
)
from core.language import Text
from core.storage.content_records import Place, Problem, Table, file_name, step_name
from core.storage.content_stock import Dated, DatedMethod, Edition, Stock, Wording, method_on, topics_on, valid_on

PLACEHOLDER = re.compile(r"\{(\w*)\}")
# A line break is the one control character that a text may hold.
UNWANTED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff]"
)
UNTIDY = re.compile(r"^\s|\s$|  ")
PASS_LEVEL, CAPS = 3, (1, 2)
PORTRAIT_WIDTH, LANDSCAPE_WIDTH = 175, 262
CHOICES: Mapping[type[Any], Mapping[str, frozenset[str]]] = {
    ParagraphBlock: {"style": frozenset({"body", "note", "centre", "right", "blank-line"})},
    ListBlock: {"marker": frozenset({"dash", "letter", "number", "plus"})},
    Column: {"align": frozenset({"left", "centre", "right"})},
    TableBlock: {"orientation": frozenset({"portrait", "landscape"})},
    ChartBlock: {
        "chart": frozenset(
            {
                "topic-radar",
                "topic-bars",
                "due-calendar",
                "money-by-year",
                "task-timeline",
                "figure-stages",
                "figure-levels",
                "figure-topics",
                "figure-difficulties",
                "figure-proposals",
                "figure-gaps",
            }
        )
    },
    Line: {"style": frozenset({"", "parent", "body", "number", "nation", "motto", "place-date", "about"})},
    Template: {"form": frozenset({"decision", "programme", "report", "letter", "form", "notice"})},
}
# What a document of each form cannot do without.
NEEDED_PARTS: Mapping[str, tuple[str, ...]] = {
    "decision": (
        "title",
        "summary",
        "issuer",
        "enacting",
        "masthead",
        "signature",
        "grounds",
        "articles",
        "recipients",
    ),
    "programme": ("title", "summary", "sections"),
    "report": ("title", "summary", "signature", "sections"),
    "letter": ("summary", "masthead", "signature", "addressees", "blocks", "recipients"),
    "form": ("title", "sections"),
    "notice": ("title", "version", "blocks"),
}
MOST_MONTHS = 120
MOST_DAYS = 730
MOST_IMPACT = 5
PERCENT = 100
CRITICALITIES = frozenset({"trade", "safety", "quality", "environment", "cost"})
SOLUTION_KINDS = frozenset({"management", "cooperation", "information", "trade", "other"})
SECTOR_CONFIDENCES = frozenset({"high", "medium", "low"})


def text_problems(file: str, table: Table, wording: Wording | None) -> Iterator[Problem]:
    """Say which texts of a file must not be printed: decomposed letters, control characters, fine amounts."""
    fine_amount = _fine_amount(wording) if wording else None
    for place, text in _texts(table, Place(file, "")):
        if not text.strip():
            yield place.problem("", "empty; leave the field out instead")
        if not unicodedata.is_normalized("NFC", text):
            yield place.problem("", "decomposed letters; save the text in the form NFC")
        if unwanted := UNWANTED.search(text):
            yield place.problem("", f"control or invisible character U+{ord(unwanted[0]):04X}")
        if UNTIDY.search(text) and not file.startswith("words/"):
            yield place.problem("", "blank at the beginning or the end, or two in a row")
        if fine_amount and (fine := fine_amount.search(text)):
            yield place.problem("", f"amount of a fine: {fine[0]!r}")


@cache
def _fine_amount(wording: Wording) -> re.Pattern[str]:
    fine, money = ("|".join(map(re.escape, words)) for words in (wording.fine, wording.money))
    amount = rf"\d[\d.,]*\s*(?:{money})\b"
    return re.compile(rf"\b(?:{fine})\b[^.;\n]{{0,60}}{amount}|{amount}[^.;\n]{{0,60}}\b(?:{fine})\b", re.IGNORECASE)


def stock_problems(stock: Stock, published: str) -> Iterator[Problem]:
    """Say what does not agree, in every edition. published: the text of published-ids.txt."""
    yield from _ids(stock, published)
    yield from _editions(stock)
    for edition in stock.editions.values():
        yield from _questions(stock, edition)
    yield from _topics(stock)
    yield from _periods(stock)
    yield from _findings(stock)
    yield from _facts(stock)
    yield from _prepackages(stock)
    yield from _register(stock)
    for sector in stock.sectors:
        yield from _sector(stock, sector)
    yield from _documents(stock)
    yield from _words(stock)


# ids ------------------------------------------------------------------------------------------------------------------


def published_lines(stock: Stock) -> list[str]:
    """Return every id as published-ids.txt writes it: its kind and itself."""
    return sorted(f"{kind} {identifier}" for kind, counted in stock.ids.items() for identifier in counted)


def _ids(stock: Stock, published: str) -> Iterator[Problem]:
    listed = Counter(line for line in published.split("\n") if line and not line.startswith("#"))
    for line, count in listed.items():
        if count > 1:
            yield Problem("published-ids.txt", line, "", f"stands {count} times; an id is used once")
    there = set(published_lines(stock))
    for line in set(listed) - there:
        yield Problem("published-ids.txt", line, "", "was published and is gone; end it with valid_to instead")
    for line in there - set(listed):
        yield Problem("published-ids.txt", line, "", "is not in the list; add this line when it is published")


def _periods(stock: Stock) -> Iterator[Problem]:
    questions = [(stock.topic_files[topic.id], "question", one) for topic in stock.topics for one in topic.questions]
    duties = [("duties.toml", "duty", one) for one in stock.duties]
    tolerances = [("prepackages.toml", "tolerance", one) for one in stock.tolerances]
    plans = [("prepackages.toml", "sampling_plan", one) for one in stock.sampling_plans]
    dated: list[tuple[str, str, Any]] = [*questions, *duties, *tolerances, *plans]
    for (file, kind, one), (_, other_kind, other) in combinations(dated, 2):
        if kind == other_kind and one.id == other.id and _overlap(one, other):
            yield Problem(
                file,
                f"{kind} '{one.id}'",
                "valid_from",
                "stands twice for the same days; end the earlier with valid_to",
            )


def _overlap(one: Dated, other: Dated) -> bool:
    first, last = date.min, date.max
    return (one.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
        one.valid_to or last
    )


# editions, topics and questions ---------------------------------------------------------------------------------------


def _editions(stock: Stock) -> Iterator[Problem]:
    if stock.current not in stock.editions:
        yield Problem(
            "catalogue.toml", "", "current", f"{stock.current!r} is no edition; known: {_known(stock.editions)}"
        )
    for edition in stock.editions.values():
        dated = method_on(stock, edition.published_on)
        if dated is None:
            yield Problem("method.toml", "method", "valid_from", f"no method holds on the day of edition {edition.id}")
            continue
        yield from method_problems(stock, dated)


def method_problems(stock: Stock, dated: DatedMethod) -> Iterator[Problem]:
    """Say what of a method does not fit the topics, sectors and business lines of the content."""
    place = Place("method.toml", f"method '{dated.valid_from}'")
    topics = {topic.id for topic in stock.topics}
    yield from _dangling(place, "topic_weights", dated.topic_weights, topics)
    for topic in sorted(topics - set(dated.topic_weights)):
        yield place.problem("topic_weights", f"{topic!r} has no weight")
    method = dated.method
    if list(method.thresholds) != sorted(set(method.thresholds)) or not all(
        0 < one <= 100 for one in method.thresholds
    ):
        yield place.problem("thresholds", "needs four rising scores up to 100")
    if [one.level for one in method.levels] != [0, 1, 2, 3, 4]:
        yield place.problem("level", "needs the levels 0 to 4, in order")
    if [least for least, _ in method.deadlines] != sorted({least for least, _ in method.deadlines}, reverse=True):
        yield place.problem("deadlines", "needs the highest priority first")
    for number, target in enumerate(method.targets):
        yield from _range(place, f"targets[{number}].target", target.target, 0, 4)
        yield from _dangling(place, f"targets[{number}].topics", target.topics, topics)
    sectors = stock.ids_of("sector")
    yield from _dangling(place, "high_risk_sectors", method.high_risk_sectors, sectors)
    yield from _dangling(place, "medium_risk_sectors", method.medium_risk_sectors, sectors)
    groups = {section.size_group for section in stock.vsic} - {None}
    for group in sorted(str(group) for group in groups ^ set(method.size_limits)):
        yield place.problem("size_limits", f"{group!r} stands here or in vsic.toml, not in both")


def _topics(stock: Stock) -> Iterator[Problem]:
    for place, topic in ((Place(stock.topic_files[one.id], f"topic '{one.id}'"), one) for one in stock.topics):
        wanted = f"topics/{topic.order:02}-{topic.id}.toml"
        if place.file != wanted:
            yield place.problem("id", f"the file should be called {wanted}")
    for order, count in Counter(topic.order for topic in stock.topics).items():
        if count > 1:
            yield Problem("topics", "", "order", f"{order} is the order of {count} topics")


def _questions(stock: Stock, edition: Edition) -> Iterator[Problem]:
    topics = topics_on(stock, edition.published_on)
    broken = _broken(stock, "question", _all_questions(stock))
    questions = {one.id for topic in topics for one in topic.questions} | broken
    duties = {one.id for one in valid_on(stock.duties, edition.published_on)} | _broken(stock, "duty", stock.duties)
    for topic in topics:
        file = stock.topic_files[topic.id]
        quick = [one.id for one in topic.questions if one.quick]
        if len(quick) > 1 or not (quick or broken):
            names = ", ".join(quick) or "none"
            yield Problem(file, f"topic '{topic.id}'", "quick", f"exactly one question must be quick; found {names}")
        for number, count in Counter(one.number for one in topic.questions).items():
            if count > 1:
                yield Problem(file, f"topic '{topic.id}'", "number", f"{number!r} stands {count} times")
        for question in topic.questions:
            place = Place(file, f"question '{question.id}'")
            yield from _question(stock, topic, question, place)
            yield from _dangling(place, "duties", question.duties, duties)
            yield from _dangling(place, "requires", question.requires, questions)
    requires = {one.id: one.requires for topic in topics for one in topic.questions}
    for cycle in _cycles(requires):
        file = next(
            stock.topic_files[topic.id] for topic in topics if any(one.id == cycle[0] for one in topic.questions)
        )
        yield Problem(file, f"question '{cycle[0]}'", "requires", f"runs in a circle: {' → '.join((*cycle, cycle[0]))}")


def _question(stock: Stock, topic: Topic, question: Question, place: Place) -> Iterator[Problem]:
    yield from _range(place, "weight", question.weight, 1, 3)
    yield from _range(place, "impact", question.impact, 1, 5)
    yield from _range(place, "effort", question.effort, 1, 5)
    yield from _dangling(place, "terms", question.terms, stock.ids_of("term"))
    yield from _applies(stock, question.applies_when, place, "applies_when")
    if not question.number.startswith(f"{topic.order}."):
        yield place.problem("number", f"{question.number!r} should begin with '{topic.order}.'")
    if len({level.vi for level in question.levels}) < 5 or len({level.en for level in question.levels}) < 5:
        yield place.problem("level", "two levels have the same text")
    if question.gate is not None:
        if question.gate.pass_level != PASS_LEVEL:
            yield place.problem("gate.pass", f"{question.gate.pass_level}; a gate passes at level {PASS_LEVEL}")
        if question.gate.cap not in CAPS:
            yield place.problem(
                "gate.cap", f"{question.gate.cap}; a gate caps the level at {' or '.join(map(str, CAPS))}"
            )
        if not question.duties:
            yield place.problem("gate", "a gate is a legal duty, and the question names no duty")
        yield from _applies(stock, question.gate.applies_when, place, "gate.applies_when")


def _cycles(requires: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Return every circle once, beginning with its first name in the alphabet."""
    circles = set()
    for start in requires:
        paths: list[tuple[str, ...]] = [(start,)]
        while paths:
            path = paths.pop()
            for following in requires.get(path[-1], ()):
                if following == start:
                    circles.add(path)
                # Only names after the start: each circle is met from its first name alone.
                elif following > start and following not in path:
                    paths.append((*path, following))
    return sorted(circles)


def _findings(stock: Stock) -> Iterator[Problem]:
    topic_of = {one.id: topic for topic in stock.topics for one in topic.questions}
    numbers = {one.id: one.number for topic in stock.topics for one in topic.questions}
    told = Counter(finding.question for finding in stock.findings)
    for finding in stock.findings:
        place = Place("programme/findings.toml", f"finding '{finding.number}'")
        yield from _dangling(place, "question", [finding.question], stock.ids_of("question"))
        if told[finding.question] > 1:
            yield place.problem("question", f"{finding.question!r} has {told[finding.question]} findings")
        if finding.question in topic_of:
            if finding.factor != topic_of[finding.question].factor:
                yield place.problem(
                    "factor", f"{finding.factor.value!r}; the topic says {topic_of[finding.question].factor.value!r}"
                )
            if finding.number != numbers[finding.question]:
                yield place.problem("number", f"the question has the number {numbers[finding.question]!r}")
    for question in sorted(set(topic_of) - set(told)):
        yield Problem("programme/findings.toml", f"question '{question}'", "question", "has no finding")


# duties, terms, sources, lists ----------------------------------------------------------------------------------------


def _facts(stock: Stock) -> Iterator[Problem]:
    for duty in stock.duties:
        place = Place("duties.toml", f"duty '{duty.id}'")
        yield from _applies(stock, duty.applies_when, place, "applies_when")
        if duty.valid_to is not None and duty.valid_to < duty.valid_from:
            yield place.problem("valid_to", "is before valid_from")
        if duty.is_doubtful:
            yield from _doubt_note(stock, duty.doubt_note, place)
    terms = stock.ids_of("term")
    for term in stock.terms:
        place = Place("glossary.toml", f"term '{term.id}'")
        yield from _dangling(place, "see_also", term.see_also, terms - {term.id})
    for source in stock.sources:
        place = Place("programme/sources.toml", f"source '{source.id}'")
        if source.confidence not in ("certain", "likely") and not source.doubt:
            yield place.problem("doubt", "neither certain nor likely: needs doubt = true")
        if source.doubt:
            yield from _doubt_note(stock, source.doubt_note, place)
    for line in stock.support_lines:
        place = Place("support.toml", f"support_line '{line.id}'")
        yield from _dangling(place, "source", [line.source], stock.ids_of("source"))
        if line.doubt_note is not None or line.confidence not in (Confidence.CERTAIN, Confidence.LIKELY):
            yield from _doubt_note(stock, line.doubt_note, place)
    for consent in stock.consents:
        yield from _braces(stock, consent, Place("notices.toml", f"consent '{consent.id}'"))
    for group in (stock.disclaimers, stock.roles, stock.messages, stock.emails):
        for one in group:
            yield from _braces(stock, one, Place("notices.toml", f"{type(one).__name__.lower()} '{one.id}'"))
    for province in stock.provinces:
        if not re.fullmatch(r"\d\d", province.code):
            yield Problem("provinces.csv", f"province '{province.code}'", "code", "needs two digits")


def _prepackages(stock: Stock) -> Iterator[Problem]:
    kinds: tuple[tuple[str, Iterable[ToleranceTable | SamplingPlan]], ...] = (
        ("tolerance", stock.tolerances),
        ("sampling_plan", stock.sampling_plans),
    )
    for kind, records in kinds:
        for one in records:
            place = Place("prepackages.toml", f"{kind} '{one.id}'")
            yield from _dangling(place, "source", [one.source], stock.ids_of("source"))
            if one.doubt_note is not None:
                yield from _doubt_note(stock, one.doubt_note, place)
            yield from _bands(one, place) if isinstance(one, ToleranceTable) else _steps(one, place)


def _register(stock: Stock) -> Iterator[Problem]:
    """Every rule and every fact that the code knows stands there once, and the questions exist."""
    questions = stock.ids_of("question")
    kinds: tuple[tuple[str, type[StrEnum], Sequence[RegisterRule | RegisterQuestion]], ...] = (
        ("register_rule", RegisterRuleCode, stock.register_rules),
        ("register_question", RegisterFactCode, stock.register_questions),
    )
    for kind, codes, records in kinds:
        for missing in sorted(set(codes) - {one.id for one in records}):
            yield Problem("register.toml", f"{kind} '{missing}'", "id", "is missing")
        for one in records:
            place = Place("register.toml", f"{kind} '{one.id}'")
            yield from _dangling(place, "question", [one.question] if one.question else [], questions)
            yield from _register_rule(one, place) if isinstance(one, RegisterRule) else _register_question(one, place)


def _register_rule(rule: RegisterRule, place: Place) -> Iterator[Problem]:
    if rule.days is not None and not 0 <= rule.days <= MOST_DAYS:
        yield place.problem("days", f"{rule.days} is not from 0 to {MOST_DAYS}")
    if rule.impact is not None and not 1 <= rule.impact <= MOST_IMPACT:
        yield place.problem("impact", f"{rule.impact} is not from 1 to {MOST_IMPACT}")
    if rule.gate and not rule.question:
        yield place.problem("gate", "needs the question whose duty it fails")


def _register_question(one: RegisterQuestion, place: Place) -> Iterator[Problem]:
    if list(one.thresholds) != sorted(one.thresholds) or not 0 <= one.thresholds[0] <= one.thresholds[-1] <= PERCENT:
        yield place.problem("thresholds", "needs four rising shares from 0 to 100")
    if not 1 <= one.proves <= len(one.thresholds):
        yield place.problem("proves", f"{one.proves} is not from 1 to {len(one.thresholds)}")


def _bands(table: ToleranceTable, place: Place) -> Iterator[Problem]:
    ends = [inf if band.up_to is None else band.up_to for band in table.bands]
    if ends != sorted(set(ends)) or ends[-1:] != [inf]:
        yield place.problem("bands", "needs rising up_to, and one last band without it")
    for number, band in enumerate(table.bands):
        if (band.percent is None) == (band.amount is None):
            yield place.problem(f"bands[{number}]", "needs either percent or amount")
        if min(band.percent or 0, band.amount or 0) < 0 or (band.step is not None and band.step <= 0):
            yield place.problem(f"bands[{number}]", "percent and amount are not negative, step is above 0")


def _steps(plan: SamplingPlan, place: Place) -> Iterator[Problem]:
    lots = [step.lot for step in plan.steps]
    if not lots or lots != sorted(set(lots)):
        yield place.problem("steps", "needs at least one step, by rising lot")
    for number, step in enumerate(plan.steps):
        if not (2 <= step.sample <= step.lot and 0 <= step.allowed < step.sample and step.factor >= 0):
            yield place.problem(f"steps[{number}]", "needs allowed < sample ≤ lot, at least two packs and a factor k")


def _doubt_note(stock: Stock, note: Text | None, place: Place) -> Iterator[Problem]:
    words = stock.wording.to_be_checked if stock.wording else ""
    if note is None or words not in note.vi:
        yield place.problem("doubt_note", f"doubt needs a note that says {words!r} and with which text")


def _sector(stock: Stock, sector: Sector) -> Iterator[Problem]:
    place = Place(f"sectors/{sector.id}.toml", f"sector '{sector.id}'")
    yield from _dangling(place, "hint", [hint.question for hint in sector.hints], stock.ids_of("question"))
    yield from _dangling(place, "vsic", [code[:1] for code in sector.vsic], stock.ids_of("vsic"))
    for question, count in Counter(hint.question for hint in sector.hints).items():
        if count > 1:
            yield place.problem("hint", f"{question!r} has {count} hints")
    for solution in sector.solutions:
        yield from _choice(place, "solution.kind", solution.kind, SOLUTION_KINDS)
    for point in sector.measuring_points:
        here = place.inside(f"measuring_point[{point.id}]")
        yield from _choice(here, "criticality", point.criticality, CRITICALITIES)
        yield from _choice(here, "confidence", point.confidence, SECTOR_CONFIDENCES)
    yield from _instruments(stock, sector, place)
    for objective in sector.objectives:
        yield from _range(place, f"objective[{objective.id}].months", objective.months, 1, MOST_MONTHS)
    for task in sector.tasks:
        yield from _range(place, f"task[{task.id}].months", task.months, 1, MOST_MONTHS)
        if task.question:
            yield from _dangling(place, f"task[{task.id}].question", [task.question], stock.ids_of("question"))
        if (task.cost_low_vnd or 0) > (task.cost_high_vnd or 0):
            yield place.problem(f"task[{task.id}].cost_low_vnd", "is above cost_high_vnd")
    for loss in sector.losses:
        parts = (loss.throughput_per_year, loss.price_vnd_per_unit, loss.bias_percent)
        if loss.loss_vnd is not None and None not in parts:
            exact = Decimal(str(parts[0])) * Decimal(str(parts[1])) * Decimal(str(parts[2])) / 100
            if exact != loss.loss_vnd:
                yield place.problem(f"loss[{loss.id}].loss_vnd", f"throughput · price · bias / 100 is {exact:f}")


def _instruments(stock: Stock, sector: Sector, place: Place) -> Iterator[Problem]:
    points = {point.id for point in sector.measuring_points}
    rows = {row.row: row for row in stock.group2}
    for one in sector.instruments:
        here = place.inside(f"instrument[{one.id}]")
        yield from _dangling(here, "point", [one.point], points)
        yield from _choice(here, "group2", one.group2, frozenset({"yes", "no", "depends"}))
        yield from _choice(here, "confidence", one.confidence, SECTOR_CONFIDENCES)
        if (one.price_low_vnd or 0) > (one.price_high_vnd or 0):
            yield here.problem("price_low_vnd", "is above price_high_vnd")
        if one.interval_months is not None:
            yield from _range(here, "interval_months", one.interval_months, 1, MOST_MONTHS)
        if one.group2 == "depends" and one.note is None:
            yield here.problem("note", "missing: say when it is group 2")
        if (one.group2 == "yes" and not one.group2_row) or (one.group2 == "no" and one.group2_row):
            yield here.problem("group2_row", "an instrument of group 2 names its row, one of group 1 does not")
        if not one.group2_row:
            continue
        yield from _dangling(here, "group2_row", [one.group2_row], stock.ids_of("group2"))
        row = rows.get(one.group2_row)
        if row is not None and row.cycle_months and (one.interval_months or 0) > row.cycle_months:
            yield here.problem(
                "interval_months", f"{one.interval_months} is longer than the legal cycle of {row.cycle_months}"
            )
        if row is not None and row.is_doubtful and not one.doubt:
            yield here.problem("doubt", f"row {row.row} is doubtful: needs doubt = true")


# documents and words --------------------------------------------------------------------------------------------------


def _documents(stock: Stock) -> Iterator[Problem]:
    for template in stock.templates:
        file = stock.template_files[template.id]
        place = Place(file, f"template '{template.id}'")
        if (
            file.startswith("programme/")
            and file != "programme/letters.toml"
            and not file.endswith(f"/{template.id}.toml")
        ):
            yield place.problem("id", f"the file should be called {template.id}.toml")
        for part in NEEDED_PARTS.get(template.form, ()):
            if not getattr(template, part):
                yield place.problem(file_name(part), f"missing; every {template.form} has one")
        yield from _braces(stock, template, place)
    for masthead in stock.heads.mastheads.values():
        yield from _braces(stock, masthead, Place("programme/heads.toml", f"masthead '{masthead.id}'"))
    for signature in stock.heads.signatures.values():
        yield from _braces(stock, signature, Place("programme/heads.toml", f"signature '{signature.id}'"))
    for placeholder in stock.placeholders:
        place = Place("programme/placeholders.toml", f"placeholder '{placeholder.id}'")
        yield from _dangling(place, "rows", placeholder.row_types, {one.row for one in stock.collections})


def _words(stock: Stock) -> Iterator[Problem]:
    for key, text in stock.words.items():
        vi, en = _names(text.vi), _names(text.en)
        if vi != en:
            yield Problem(f"words/{key.split('.')[0]}.toml", key, "", _difference(vi, en))


def _braces(stock: Stock, record: Any, place: Place) -> Iterator[Problem]:
    """Say which names of a record and of all inside it are not declared."""
    yield from _Braces(stock).problems(record, place, "")


class _Braces:
    """A walk through a document that knows which rows a block repeats over."""

    def __init__(self, stock: Stock) -> None:
        self.conditions = stock.ids_of("condition")
        self.sources = stock.ids_of("source")
        self.collections = {one.id: one.row for one in stock.collections}
        self.placeholders = {one.id: one for one in stock.placeholders}

    def problems(self, node: Any, place: Place, row: str) -> Iterator[Problem]:
        if isinstance(node, Text):
            yield from self._pair(node.vi, node.en, place, row)
        elif isinstance(node, Cells):
            yield from self._lines(node, place, row)
        elif isinstance(node, tuple):
            yield from self._many(node, place, row)
        elif is_dataclass(node) and not isinstance(node, type):
            yield from self._record(node, place, row)

    def _many(self, nodes: tuple[Any, ...], place: Place, row: str) -> Iterator[Problem]:
        for number, node in enumerate(nodes):
            # Phrases are pairs of a name and a text, filled from one finding.
            if isinstance(node, tuple):
                yield from self.problems(node[1], Place(place.file, place.record, f"{place.at}[{node[0]}]"), "finding")
            else:
                name = getattr(node, "id", "") or getattr(node, "key", "")
                yield from self.problems(node, Place(place.file, place.record, f"{place.at}[{name or number}]"), row)

    def _record(self, node: Any, place: Place, row: str) -> Iterator[Problem]:
        yield from _dangling(place, "when", getattr(node, "when", ()), self.conditions)
        yield from _dangling(place, "unless", getattr(node, "unless", ()), self.conditions)
        for key in ("each", "nonempty", "isempty"):
            if name := getattr(node, key, ""):
                yield from _dangling(place, key, [name], self.collections)
        if isinstance(source := getattr(node, "source", ""), str) and source:
            yield from _dangling(place, "source", [source], self.sources)
        for key, choices in CHOICES.get(type(node), {}).items():
            yield from _choice(place, key, getattr(node, key), choices)
        if isinstance(node, SubBlock | Section | Article) and not node.blocks:
            yield place.problem("block", "needs at least one block")
        row = self.collections.get(getattr(node, "each", ""), row)
        if isinstance(node, TableBlock):
            yield from _table(node, place)
        for field in fields(node):
            value = getattr(node, field.name)
            # Letter heads and signatures are shared: they are looked at once, in their own file.
            if not isinstance(value, Masthead | SignatureBlock):
                yield from self.problems(value, place.inside(file_name(field.name)), row)

    def _lines(self, cells: Any, place: Place, row: str) -> Iterator[Problem]:
        if len(cells.vi) != len(cells.en):
            yield place.problem("", f"{len(cells.vi)} entries in vi, {len(cells.en)} in en")
        for vi, en in zip(cells.vi, cells.en, strict=False):
            yield from self._pair(vi, en, place, row)

    def _pair(self, vi: str, en: str, place: Place, row: str) -> Iterator[Problem]:
        in_vi, in_en = _names(vi), _names(en)
        if in_vi != in_en:
            yield place.problem("", _difference(in_vi, in_en))
        for name in sorted(in_vi | in_en):
            declared = self.placeholders.get(name)
            if declared is None:
                yield place.problem("", f"placeholder {{{name}}} is not declared in placeholders.toml")
            elif declared.row_types and row not in declared.row_types:
                yield place.problem(
                    "", f"{{{name}}} belongs to rows {', '.join(declared.row_types)}, not to {row or 'the document'}"
                )


def _table(table: TableBlock, place: Place) -> Iterator[Problem]:
    room = LANDSCAPE_WIDTH if table.orientation == "landscape" else PORTRAIT_WIDTH
    if sum(column.width for column in table.columns) > room:
        yield place.problem(
            "column", f"wider than the page: {sum(column.width for column in table.columns)} of {room} mm"
        )
    if not (table.each or table.rows or table.blank_rows):
        yield place.problem("each", "a table needs each, row or blank_rows")
    for column in table.columns:
        if table.each and column.cell is None:
            yield place.problem(f"column[{column.key}].cell", "missing, as the table repeats")
    for number, row in enumerate(table.rows):
        if len(row.cells.vi) != len(table.columns):
            yield place.problem(f"row[{number}].cells", f"{len(row.cells.vi)} cells for {len(table.columns)} columns")


# small helpers --------------------------------------------------------------------------------------------------------


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    """Yield every text of a file with the id of the record it stands in."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, Place(place.file, place.record, place.at + step_name(inner, number)))
    elif isinstance(value, dict):
        record = value.get("id")
        here = Place(place.file, f"'{record}'") if isinstance(record, str) and not place.record else place
        for key, inner in value.items():
            yield from _texts(inner, here.inside(key))


def _names(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _difference(vi: set[str], en: set[str]) -> str:
    return f"placeholders differ: only in vi {sorted(vi - en)}, only in en {sorted(en - vi)}"


def _dangling(place: Place, field: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    there = frozenset(known)
    for name in names:
        if name not in there:
            yield place.problem(field, f"{name!r} does not exist; known: {_known(there)}")


def _known(names: Iterable[str]) -> str:
    """Return names for a message, not more than fit on a few lines."""
    ordered = sorted(names)
    return ", ".join(ordered[:80]) + (" …" if len(ordered) > 80 else "")


def _choice(place: Place, field: str, value: str, choices: frozenset[str]) -> Iterator[Problem]:
    if value not in choices:
        yield place.problem(field, f"{value!r}; known: {', '.join(sorted(filter(None, choices)))}")


def _range(place: Place, field: str, value: int, least: int, most: int) -> Iterator[Problem]:
    if not least <= value <= most:
        yield place.problem(field, f"{value} is not from {least} to {most}")


def _applies(stock: Stock, condition: AppliesWhen, place: Place, field: str) -> Iterator[Problem]:
    yield from _dangling(place, f"{field}.sectors", condition.sectors, stock.ids_of("sector"))


def _all_questions(stock: Stock) -> list[Question]:
    return [one for topic in stock.topics for one in topic.questions]


def _broken(stock: Stock, kind: str, records: Iterable[Any]) -> frozenset[str]:
    """Return ids of records that exist but did not fit, so that one fault is told once."""
    return stock.ids_of(kind) - {record.id for record in records}
