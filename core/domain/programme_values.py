"""The words that stand in the braces of the decision and the programme: one function for each name.

Every number and date is written by core.language; what is not given shows as a blank or "none yet", never as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from core.domain.assessment import Answer, Evidence
from core.domain.catalogue import Catalogue, Factor, LegalDuty, Question, TaskKind
from core.domain.instruments import SOON_DAYS, InstrumentState, MeasuringInstrument, ServiceKind
from core.domain.profile import EnterpriseKind
from core.domain.programme_edits import DraftItem
from core.domain.programme_facts import DraftFacts
from core.domain.programme_fields import ItemKind, Signer, SolutionKind
from core.domain.programme_proposal import SHOWN_CODES, lower_first, upper_first, without_opening
from core.domain.register.plan import Money, Visit
from core.domain.register.quantities import unit_shown
from core.domain.scorecard import FailedGate, Finding, Mark, QuestionScore, Scorecard, TopicScore
from core.language import Language, Text, day, money, number

Row = Mapping[str, str]

NOTE_IN_EVIDENCE = 300
"""Most characters of a note beside a finding; appendix I holds it in full."""
MET_LEVEL = 3
"""The level from which a legal duty counts as met."""
_OPEN_MARKS = {Mark.UNANSWERED: "answer.unanswered", Mark.UNKNOWN: "answer.unknown"}
"""Answers that leave it open whether a duty is met, the most open first."""
_ENDS = ".!?…"


@dataclass(frozen=True)
class Writer:
    """Writes the facts of a programme in one language."""

    facts: DraftFacts
    language: Language

    @property
    def catalogue(self) -> Catalogue:
        return self.facts.analysis.catalogue

    @cached_property
    def phrases(self) -> Mapping[str, Text]:
        return dict(self.catalogue.templates["programme"].phrases)

    # --- Small writing

    def word(self, key: str, **values: str) -> str:
        """A word of content/words/programme.toml, filled."""
        text = self.facts.analysis.word(key)[self.language]
        return text.format_map(values) if values else text

    def phrase(self, key: str, values: Mapping[str, str]) -> str:
        """A phrase of the programme's template, filled."""
        return self.phrases[key][self.language].format_map({**self.unit, **values})

    @cached_property
    def unit(self) -> Row:
        kind = self.facts.analysis.profile.kind
        return {"unit_word": self.word(f"unit.{kind}.start"), "unit_lower": self.word(f"unit.{kind}.within")}

    @property
    def blank(self) -> str:
        return self.word("blank")

    def day(self, value: date | None) -> str:
        return self.blank if value is None else day(value, self.language)

    def score(self, value: Fraction | None) -> str:
        """A score with one decimal, half up."""
        return self.word("no-score") if value is None else number(value, self.language, 1)

    def money(self, value: int) -> str:
        return money(value, self.language)

    def figure(self, value: Decimal | None, missing: str) -> str:
        """A figure with the decimals it was given with."""
        if value is None:
            return missing
        exponent = value.as_tuple().exponent
        return number(value, self.language, max(-exponent, 0) if isinstance(exponent, int) else 0)

    def organisation(self, field: str) -> str:
        return self.facts.organisation.text(field, self.language) or self.blank

    def level_name(self, level: int | None) -> str:
        if level is None:
            return self.word("not-determined")
        return next(one.name[self.language] for one in self.catalogue.method.levels if one.level == level)

    # --- Findings

    def object_of(self, question: str) -> str:
        return self.catalogue.findings[question].object[self.language]

    def level_text(self, question: str, level: int) -> str:
        """The wording of a level; that of level 4, which builds on level 3, together with it."""
        levels = self.catalogue.questions[question].levels
        shown = levels[level]
        beyond = without_opening(shown, self.facts.analysis.word("improvement.as-below"))
        if beyond == shown:
            return shown[self.language]
        return f"{without_end(levels[level - 1][self.language])}; {beyond[self.language]}"

    def state_sentence(self, question: str, mark: Mark, level: int | None) -> str:
        """The sentence on where a matter stands. The register prevails over an answer that it does not bear out."""
        values = {"action_object": self.object_of(question)}
        contradiction = next(
            (one for one in self.facts.analysis.scorecard.contradictions if one.question == question), None
        )
        if contradiction is not None:
            declared = contradiction.declared
            shown = f"“{self.word('not-applicable')}”" if declared is None else str(declared)
            seen = self.word(
                "contradiction", count=str(len(contradiction.overdue)), codes=self.codes(contradiction.overdue)
            )
            return self.phrase("state-register-contradicts", {**values, "level_declared": shown, "contradiction": seen})
        if mark is Mark.LEVEL and level is not None:
            state = self.level_text(question, level)
            return self.phrase(f"state-level-{level}", {**values, "question_state": state})
        if mark is Mark.NOT_APPLICABLE:
            reason = without_end(self.facts.answer(question).reason)
            return self.phrase("state-not-applicable", {**values, "na_reason": reason})
        return self.phrase("state-unknown" if mark is Mark.UNKNOWN else "state-unanswered", values)

    def codes(self, codes: Sequence[str]) -> str:
        shown = ", ".join(codes[:SHOWN_CODES])
        more = len(codes) - SHOWN_CODES
        return self.word("more-codes", codes=shown, count=str(more)) if more > 0 else shown

    def evidence(self, question: str) -> str:
        """How an answer is backed, without a final full stop."""
        answer = self.facts.answer(question)
        if answer.evidence is Evidence.NONE:
            return self.phrases["evidence-none"][self.language]
        files = self.facts.analysis.files.get(question, 0)
        kind = Evidence.DESCRIBED if answer.evidence is Evidence.FILE and not files else answer.evidence
        return self.phrase(f"evidence-{kind}", {"evidence_note": self.short_note(answer), "file_count": str(files)})

    def short_note(self, answer: Answer) -> str:
        note = without_end(answer.note)
        if len(note) > NOTE_IN_EVIDENCE:
            return self.word("evidence.shortened", note=note[:NOTE_IN_EVIDENCE].rstrip())
        return note or self.word("evidence.no-note")

    def finding(self, one: Finding) -> Row:
        """The row of a finding: state, risk, cause, action, owner, due."""
        item = self.facts.task_of(one.question)
        question = self.catalogue.questions[one.question]
        is_improvement = one.question in self.facts.analysis.improvements
        risk = self.word("improvement.risk") if is_improvement else self.risk_of(one.question)
        return {
            **self.strength(one.question, one.mark, one.level),
            "question_number": one.number,
            "action_object": self.object_of(one.question),
            "gap": risk,
            "cause": sentence(self.facts.draft.item(f"finding:{one.question}").text("cause", self.language)),
            "action": sentence(item.text("title", self.language) if item else question.action[self.language]),
            "owner": without_end(item.text("owner", self.language) if item else "") or self.blank,
            "due": self.due_of(item) if item and item.is_included else self.word("task.left-out"),
        }

    def strength(self, question: str, mark: Mark, level: int | None) -> Row:
        return {
            "state_sentence": self.state_sentence(question, mark, level),
            "evidence": self.evidence(question),
        }

    def risk_of(self, question: str) -> str:
        return self.catalogue.findings[question].risk[self.language]

    def findings(self, findings: Sequence[Finding]) -> list[Row]:
        return [self.finding(one) for one in findings]

    def strengths(self, factor: Factor) -> list[Row]:
        return [self.strength(one.question, one.mark, one.declared) for one in self.facts.strengths_of(factor)]

    def unknowns(self) -> list[Row]:
        return [
            {"action_object": self.object_of(one.question), "owner": self.owner_of(one.question)}
            for one in self.facts.unknowns
        ]

    def owner_of(self, question: str) -> str:
        item = self.facts.task_of(question)
        own = item.text("owner", self.language) if item else self.catalogue.questions[question].owner[self.language]
        return without_end(own) or self.blank

    def gates(self) -> list[Row]:
        """The failed legal duties that hold the level down."""
        low = self.facts.analysis.scorecard.level_low
        return [
            {"gate_name": upper_first(self.object_of(gate.question)), "gate_state": self.gate_state(gate)}
            for gate in (low.held_by_gates if low else ())
        ]

    def gate_state(self, gate: FailedGate) -> str:
        if gate.overdue:
            return self.word("gate.overdue", count=str(len(gate.overdue)), codes=self.codes(gate.overdue))
        one = self.facts.by_question[gate.question]
        if one.mark is Mark.LEVEL and one.level is not None:
            return without_end(lower_first(self.level_text(gate.question, one.level)))
        return self.word(f"answer.{'unknown' if one.mark is Mark.UNKNOWN else 'unanswered'}")

    # --- Appendix I

    def answers(self) -> list[Row]:
        return [self.answer_row(one, self.catalogue.questions[one.question]) for one in self.facts.questions]

    def answer_row(self, one: QuestionScore, question: Question) -> Row:
        answer = self.facts.answer(question.id)
        if one.mark is Mark.LEVEL and one.declared is not None:
            level, state = str(one.declared), without_end(self.level_text(question.id, one.declared))
        elif one.mark is Mark.NOT_APPLICABLE:
            level, state = self.word("answer.not-applicable"), answer.reason
        elif one.mark is Mark.UNKNOWN:
            level, state = self.word("answer.unknown"), self.word("answer.find-out")
        else:
            level, state = self.word("answer.unanswered"), ""
        if answer.note:
            key = "answer.with-note" if state else "answer.note-only"
            state = self.word(key, state=without_end(state), note=answer.note)
        return {
            "question_number": question.number,
            "question_text": question.text[self.language],
            "answer_level": level,
            "question_state": state,
        }

    def legal_duties(self) -> list[Row]:
        """The duties that the questions in scope rest on, in order of the catalogue, each with its worst answer."""
        asked: dict[str, list[QuestionScore]] = {}
        for one in self.facts.questions:
            for duty in self.catalogue.questions[one.question].duties:
                asked.setdefault(duty, []).append(one)
        return [
            self.duty_row(duty, asked[duty.id])
            for duty in self.catalogue.duties.values()
            if duty.id in asked and duty.applies_when.holds(self.facts.analysis.profile)
        ]

    def duty_row(self, duty: LegalDuty, asked: Sequence[QuestionScore]) -> Row:
        basis = "duty.basis-doubt" if duty.is_doubtful else "duty.basis"
        return {
            "duty_title": duty.title[self.language],
            "duty_basis": self.word(
                basis, instrument=duty.instrument[self.language], article=duty.article[self.language]
            ),
            "duty_questions": ", ".join(self.catalogue.questions[one.question].number for one in asked),
            "duty_state": self.word(self.duty_state(asked)),
        }

    def duty_state(self, asked: Sequence[QuestionScore]) -> str:
        """Return the word for the worst of the answers; what the register proves goes before what was answered."""
        if any(self.facts.analysis.is_proven(one.question) for one in asked):
            return "duty.not-met"
        marks = {one.mark for one in asked}
        for mark, word in _OPEN_MARKS.items():
            if mark in marks:
                return word
        levels = [one.declared for one in asked if one.declared is not None]
        if not levels:
            return "answer.not-applicable"
        return "duty.met" if min(levels) >= MET_LEVEL else "duty.partly" if min(levels) else "duty.not-met"

    def topics(self) -> list[Row]:
        return [self.topic_row(topic) for topic in self.facts.analysis.scorecard.topics]

    def topic_row(self, topic: TopicScore) -> Row:
        is_scored = self.facts.analysis.scorecard.has_score
        return {
            "topic_title": self.topic_title(topic),
            "factor_title": self.word(f"factor.{topic.factor}"),
            "topic_score": self.score(topic.low if is_scored else None),
            "topic_target": self.score(self.facts.target_of(topic)),
        }

    def topic_title(self, topic: TopicScore) -> str:
        return next(one.title[self.language] for one in self.catalogue.topics if one.id == topic.topic)

    # --- Tasks, objectives, money

    def due_of(self, item: DraftItem) -> str:
        shown = self.day(item.day("due"))
        return self.phrase("due-at-once", {"due": shown}) if self.facts.is_urgent(item) else shown

    def task_money(self, item: DraftItem) -> str:
        amount = item.money()
        if amount is None:
            return self.phrases["price-missing"][self.language]
        return self.money(amount) if amount else self.phrases["no-cost"][self.language]

    def task(self, item: DraftItem) -> Row:
        due = item.day("due")
        return {
            "task_title": item.text("title", self.language),
            "owner": item.text("owner", self.language) or self.blank,
            "due": self.due_of(item),
            "done_when": item.text("done_when", self.language) or self.blank,
            "task_money": self.task_money(item),
            "task_year": str(due.year) if due else self.blank,
        }

    def tasks(self, items: Sequence[DraftItem]) -> list[Row]:
        return [self.task(item) for item in items]

    def tasks_of(self, kind: TaskKind) -> list[Row]:
        return self.tasks(self.facts.tasks_of(kind))

    def objectives(self) -> list[Row]:
        return [
            {
                "objective_name": item.text("name", self.language),
                "objective_unit": item.text("unit", self.language),
                "objective_now": self.figure(item.figure("now"), self.word("not-measured")),
                "objective_target": self.figure(item.figure("target"), self.blank),
                "objective_by": self.day(item.day("by")),
            }
            for item in self.facts.objectives
        ]

    def losses(self) -> list[Row]:
        return [
            {
                "loss_name": item.text("name", self.language),
                "loss_formula": item.text("formula", self.language) or self.blank,
                "loss_money": self.blank if item.money() is None else self.money(item.money() or 0),
            }
            for item in self.facts.losses
        ]

    def money_years(self) -> list[Row]:
        return [
            {
                "money_year": str(year.year),
                "money_own": self.money(year.own),
                "money_support": self.money(year.support),
                "money_other": self.money(year.other),
                "money_total": self.money(year.total),
            }
            for year in self.facts.money_years
        ]

    def support_lines(self) -> list[Row]:
        """State support that a firm of this kind and size can ask for."""
        kind, size = self.facts.analysis.profile.kind, self.facts.size
        return [
            {
                "support_name": one.name[self.language],
                "support_share": one.share[self.language],
                "support_source": one.cite[self.language],
            }
            for one in self.catalogue.support_lines
            if kind in one.kinds and size in one.sizes
        ]

    def lines(self, kind: ItemKind, name: str) -> list[Row]:
        return [{name: without_end(item.text("text", self.language))} for item in self.facts.draft.included(kind)]

    def solutions(self, kind: SolutionKind) -> list[Row]:
        return [
            {"solution_text": without_end(item.text("text", self.language))}
            for item in self.facts.draft.included(ItemKind.SOLUTION)
            if item.value("kind") == kind
        ]

    def points(self) -> list[Row]:
        return [
            {
                "point_name": item.text("name", self.language),
                "point_quantity": item.text("quantity", self.language) or self.blank,
                "point_harm": item.text("harm", self.language) or self.blank,
            }
            for item in self.facts.draft.included(ItemKind.POINT)
        ]

    # --- Instruments

    def instrument(self, one: MeasuringInstrument) -> Row:
        due = self.facts.due_of(one)
        return {
            "instrument_code": one.code,
            "instrument_name": one.name or self.word("instrument.no-name"),
            "instrument_serial": self.serial(one),
            "instrument_place": one.place or self.blank,
            "instrument_range": self.range(one),
            "instrument_group": self.word(f"instrument.group{2 if one.is_group2 else 1}"),
            "instrument_last": self.last_service(one),
            "instrument_due": self.word("not-known") if due is None else self.day(due),
            "instrument_state": self.instrument_state(one),
        }

    def instruments(self, instruments: Sequence[MeasuringInstrument]) -> list[Row]:
        return [self.instrument(one) for one in instruments]

    def planned_services(self) -> list[Row]:
        """The coming services by visit: what is verified, what is calibrated, and the transport where it is known."""
        rows = []
        for visit in self.facts.plan_visits:
            for kind in ServiceKind:
                services = [one for one in visit.services if one.kind is kind]
                if services:
                    money = Money.of(one.price_vnd for one in services)
                    rows.append(self.planned(visit, f"plan.{kind}", [one.code for one in services], money))
            if visit.transport_vnd is not None:
                rows.append(self.planned(visit, "plan.transport", (), Money(visit.transport_vnd)))
        return rows

    def planned(self, visit: Visit, what: str, codes: Sequence[str], cost: Money) -> Row:
        return {
            "planned_day": self.day(visit.day),
            "planned_body": visit.body or self.word("not-known"),
            "planned_what": self.word(what),
            "planned_instruments": self.codes(codes) if codes else self.word("plan.whole-visit"),
            "planned_money": self.planned_money(cost),
        }

    def planned_money(self, cost: Money) -> str:
        if not cost.unknown:
            return self.money(cost.known_vnd)
        missing = self.phrases["price-missing"][self.language]
        if not cost.known_vnd:
            return missing
        return self.word("plan.partly-priced", money=self.money(cost.known_vnd), count=str(cost.unknown))

    def serial(self, one: MeasuringInstrument) -> str:
        serial = self.word("instrument.serial", serial=one.serial) if one.serial else self.word("instrument.no-serial")
        return f"{one.model}, {serial}" if one.model else serial

    def range(self, one: MeasuringInstrument) -> str:
        measured = unit_shown(one.range, one.unit) or self.blank
        if not one.division:
            return measured
        return self.word("instrument.division", range=measured, division=unit_shown(one.division, one.unit))

    def last_service(self, one: MeasuringInstrument) -> str:
        """The later of the two services; which it was shows from the group and the certificate."""
        services = [(one.verified_on, one.verified_by), (one.calibrated_on, one.calibrated_by)]
        known = [(on, body) for on, body in services if on is not None]
        if not known:
            return self.word("not-known")
        on, body = max(known)
        return self.word("instrument.last", day=self.day(on), body=body) if body else self.day(on)

    def instrument_state(self, one: MeasuringInstrument) -> str:
        overdue = self.facts.is_verification_overdue(one)
        name = InstrumentState.OVERDUE if overdue else self.facts.instrument_states[one]
        state = self.word(f"instrument.state.{'unverified' if self.facts.is_unverified(one) else name}")
        return self.word("instrument.doubtful", state=state) if self.facts.is_doubtful(one) else state

    # --- Names of the enterprise

    def issuer(self) -> str:
        name = self.facts.analysis.profile.name or self.blank
        if self.facts.is_household:
            prefix = self.word("issuer.household-prefix")
            bare = name[len(prefix) :].lstrip() if name.casefold().startswith(prefix.casefold()) else name
            return self.word("issuer.household", name=bare if self.language is Language.VI else name)
        if self.facts.organisation.value("signer") == Signer.COUNCIL:
            return self.word("issuer.council", council=self.council(), name=name)
        return self.word("issuer.head", head=self.organisation("head_title"), name=name)

    def council(self) -> str:
        """The council as named, else the usual one of the kind."""
        named = self.facts.organisation.text("council_name", self.language)
        is_cooperative = self.facts.analysis.profile.kind is EnterpriseKind.COOPERATIVE
        return named or self.word(f"council.{'cooperative' if is_cooperative else 'company'}")

    def deputy(self) -> str:
        named = self.facts.organisation.text("deputy_title", self.language)
        return named or self.word("title-of-head.deputy-director")

    def person_in_charge(self) -> str:
        return self.facts.organisation.text("person_in_charge", self.language) or self.word("default.person-in-charge")

    def period_phrase(self) -> str:
        start, end = self.facts.period.start.year, self.facts.period.end.year
        if start == end:
            return self.word("period.year", **{"from": str(start)})
        return self.word("period.years", **{"from": str(start), "to": str(end)})

    def size_name(self) -> str:
        size = self.facts.size
        return self.catalogue.word(f"profile.size.{size or 'unknown'}")[self.language]


def without_end(text: str) -> str:
    """Return a text as it stands inside a sentence: without its final full stop or semicolon."""
    return text.rstrip().rstrip(".;")


def sentence(text: str) -> str:
    """Return a text that ends a sentence."""
    bare = text.rstrip()
    return bare if bare.endswith(tuple(_ENDS)) or not bare else f"{bare}."


def values(writer: Writer) -> Mapping[str, str]:
    """Return every value of the whole document by its name."""
    return {name: write(writer) for name, write in VALUES.items()}


def collections(writer: Writer) -> Mapping[str, Sequence[Row]]:
    """Return the rows of every collection by its name."""
    return {name: write(writer) for name, write in COLLECTIONS.items()}


def _named(field: str) -> Callable[[Writer], str]:
    return lambda writer: writer.organisation(field)


def _followed(field: str) -> Callable[[Writer], str]:
    return lambda writer: writer.day(writer.facts.follow_up.day(field))


def _counted(mark: Mark) -> Callable[[Writer], str]:
    return lambda writer: str(writer.facts.count(mark))


def _strong_or_weak(writer: Writer, one: tuple[TopicScore, Fraction] | None) -> tuple[str, str]:
    missing = writer.word("not-determined")
    return (missing, missing) if one is None else (writer.topic_title(one[0]), writer.score(one[1]))


def _level(writer: Writer) -> str:
    return writer.word("not-determined") if writer.facts.level is None else str(writer.facts.level)


def _validated(writer: Writer) -> Scorecard:
    """Return the reviewed score; without one the paragraph that names it is not written."""
    return writer.facts.analysis.validated_scorecard or writer.facts.analysis.scorecard


def _level_validated(writer: Writer) -> str:
    low = _validated(writer).level_low
    return writer.level_name(low.level if low else None)


def _band_name(writer: Writer) -> str:
    low = writer.facts.analysis.scorecard.level_low
    return writer.level_name(low.band if low else None)


def _sector_name(writer: Writer) -> str:
    sector = writer.facts.analysis.sector
    return sector.title[writer.language] if sector else writer.blank


def _sector_example(writer: Writer) -> str:
    sector = writer.facts.analysis.sector
    if sector is None or not sector.losses:
        return writer.blank
    return without_end(lower_first(sector.losses[0].text[writer.language]))


def _kind_name(writer: Writer) -> str:
    return writer.catalogue.word(f"profile.kind.{writer.facts.analysis.profile.kind}")[writer.language]


def _workers(writer: Writer) -> str:
    workers = writer.facts.analysis.profile.workers
    return writer.blank if workers is None else number(workers, writer.language)


def _loss_cut(writer: Writer) -> str:
    return writer.figure(writer.facts.effect.figure("loss_cut_percent"), writer.blank)


def _strengths(writer: Writer) -> str:
    return "; ".join(writer.object_of(one.question) for one in writer.facts.best_strengths) or writer.word("none")


def _market_demand(writer: Writer) -> str:
    return without_end(writer.facts.effect.text("market_demand", writer.language)) or writer.blank


def _budget(part: str) -> Callable[[Writer], str]:
    return lambda writer: writer.money(sum(getattr(year, part) for year in writer.facts.money_years))


VALUES: Mapping[str, Callable[[Writer], str]] = {
    # the enterprise
    "enterprise_name": lambda writer: writer.facts.analysis.profile.name or writer.blank,
    "enterprise_name_upper": lambda writer: (writer.facts.analysis.profile.name or writer.blank).upper(),
    "unit_word": lambda writer: writer.unit["unit_word"],
    "unit_lower": lambda writer: writer.unit["unit_lower"],
    "kind_name": _kind_name,
    "address": lambda writer: writer.facts.analysis.profile.address or writer.blank,
    "tax_code": lambda writer: writer.facts.analysis.profile.tax_code or writer.blank,
    "sector_name": _sector_name,
    "size_name": Writer.size_name,
    "workers": _workers,
    "place": _named("place"),
    "parent_body": _named("parent_body"),
    "parent_body_upper": lambda writer: writer.organisation("parent_body").upper(),
    "head_title": _named("head_title"),
    "head_title_upper": lambda writer: writer.organisation("head_title").upper(),
    "head_name": _named("head_name"),
    "deputy_title_upper": lambda writer: writer.deputy().upper(),
    "council_name": Writer.council,
    "council_name_upper": lambda writer: writer.council().upper(),
    "issuer": Writer.issuer,
    "issuer_upper": lambda writer: writer.issuer().upper(),
    "person_in_charge_title": Writer.person_in_charge,
    "proposer": _named("proposer"),
    "drafting_unit": lambda writer: (
        writer.facts.organisation.text("drafting_unit", writer.language) or writer.word("blank.short")
    ),
    "short_code": _named("short_code"),
    "opinion_givers": _named("opinion_givers"),
    "measuring_uses": lambda writer: without_end(writer.organisation("measuring_uses")),
    "scope_places": _named("scope_places"),
    "department_name": _named("department_name"),
    "provincial_plan": _named("provincial_plan"),
    # blank on a draft: the enterprise fills them in when it issues
    "number_blank": lambda writer: writer.blank,
    "day_blank": lambda writer: writer.word("blank.short"),
    "month_blank": lambda writer: writer.word("blank.short"),
    "year_blank": lambda writer: writer.word("blank.year"),
    # period and dates
    "period_phrase": Writer.period_phrase,
    "period_from": lambda writer: str(writer.facts.period.start.year),
    "period_to": lambda writer: str(writer.facts.period.end.year),
    "start_date": lambda writer: writer.day(writer.facts.period.start),
    "end_date": lambda writer: writer.day(writer.facts.period.end),
    "assessed_on": lambda writer: writer.day(writer.facts.analysis.on),
    "next_review": _followed("next_review"),
    "follow_up_months": lambda writer: writer.facts.follow_up.value("follow_up_months"),
    "complete_by": _followed("complete_by"),
    "find_out_by": _followed("find_out_by"),
    "register_by": _followed("register_by"),
    "register_on": lambda writer: writer.day(writer.facts.register_on),
    "budget_by": _followed("budget_by"),
    # the result of the assessment
    "catalogue_edition": lambda writer: writer.facts.analysis.scorecard.edition,
    "question_count": lambda writer: str(writer.facts.analysis.scorecard.applicable),
    "answered_count": lambda writer: str(writer.facts.analysis.scorecard.answered),
    "completeness": lambda writer: writer.score(writer.facts.analysis.scorecard.completeness),
    "na_count": _counted(Mark.NOT_APPLICABLE),
    "unknown_count": _counted(Mark.UNKNOWN),
    "score": lambda writer: writer.score(writer.facts.analysis.scorecard.low),
    "score_high": lambda writer: writer.score(writer.facts.analysis.scorecard.high),
    "score_with_evidence": lambda writer: writer.score(writer.facts.analysis.evidence_scorecard.low),
    "score_validated": lambda writer: writer.score(_validated(writer).low),
    "level_name_validated": _level_validated,
    "level": _level,
    "level_name": lambda writer: writer.level_name(writer.facts.level),
    "band_level_name": _band_name,
    "target_level_name": lambda writer: writer.level_name(writer.facts.target_level),
    "strong_topic": lambda writer: _strong_or_weak(writer, writer.facts.strongest)[0],
    "strong_topic_score": lambda writer: _strong_or_weak(writer, writer.facts.strongest)[1],
    "weak_topic": lambda writer: _strong_or_weak(writer, writer.facts.weakest)[0],
    "weak_topic_score": lambda writer: _strong_or_weak(writer, writer.facts.weakest)[1],
    "gap_count": lambda writer: str(len(writer.facts.analysis.treated)),
    "first_count": lambda writer: str(writer.facts.first_count),
    "urgent_count": lambda writer: str(len(writer.facts.urgent)),
    "strengths": _strengths,
    "adviser_body": lambda writer: writer.facts.analysis.adviser_body or writer.word("default.adviser-body"),
    "reviewed_on": lambda writer: writer.day(writer.facts.analysis.reviewed_on),
    # instruments
    "instrument_count": lambda writer: str(len(writer.facts.analysis.instruments)),
    "group2_count": lambda writer: str(len(writer.facts.group2)),
    "group2_valid_count": lambda writer: str(writer.facts.valid_group2),
    "overdue_count": lambda writer: str(len(writer.facts.overdue)),
    "due_soon_count": lambda writer: str(writer.facts.in_state(InstrumentState.DUE_SOON)),
    "due_soon_days": lambda writer: str(SOON_DAYS),
    "unknown_date_count": lambda writer: str(writer.facts.in_state(InstrumentState.NO_DATE)),
    "planned_to_year": lambda writer: str(writer.facts.plan_year),
    "doubtful_count": lambda writer: str(writer.facts.doubtful_count),
    # effect and money
    "loss_total": lambda writer: writer.money(writer.facts.loss_total),
    "loss_cut_percent": _loss_cut,
    "saving": lambda writer: writer.money(writer.facts.saving),
    "sector_loss_example": _sector_example,
    "environment_effect": lambda writer: writer.facts.effect.text("environment_effect", writer.language),
    "market_demand": _market_demand,
    "budget_total": _budget("total"),
    "budget_own": _budget("own"),
    "budget_support": _budget("support"),
    "budget_other": _budget("other"),
    "budget_year_mean": lambda writer: writer.money(writer.facts.budget_year_mean),
    "unpriced_count": lambda writer: str(len(writer.facts.unpriced)),
}
"""Every value of the whole document by the name that templates use."""

COLLECTIONS: Mapping[str, Callable[[Writer], Sequence[Row]]] = {
    "topics": Writer.topics,
    "answers": Writer.answers,
    "legal_duties": Writer.legal_duties,
    "organisation_strengths": lambda writer: writer.strengths(Factor.ORGANISATION),
    "method_strengths": lambda writer: writer.strengths(Factor.METHOD),
    "technique_strengths": lambda writer: writer.strengths(Factor.TECHNIQUE),
    "organisation_findings": lambda writer: writer.findings(writer.facts.findings_of(Factor.ORGANISATION)),
    "method_findings": lambda writer: writer.findings(writer.facts.findings_of(Factor.METHOD)),
    "technique_findings": lambda writer: writer.findings(writer.facts.findings_of(Factor.TECHNIQUE)),
    "effect_findings": lambda writer: writer.findings(writer.facts.findings_of(Factor.EFFECT)),
    "main_findings": lambda writer: writer.findings(writer.facts.main_findings),
    "unknowns": Writer.unknowns,
    "failed_gates": Writer.gates,
    "measuring_points": Writer.points,
    "means": lambda writer: writer.lines(ItemKind.MEANS, "means_text"),
    "instruments": lambda writer: writer.instruments(writer.facts.analysis.instruments),
    "overdue_instruments": lambda writer: writer.instruments(writer.facts.overdue),
    "planned_services": Writer.planned_services,
    "losses": Writer.losses,
    "objectives": Writer.objectives,
    "tasks_rules": lambda writer: writer.tasks_of(TaskKind.RULES),
    "tasks_instruments": lambda writer: writer.tasks_of(TaskKind.INSTRUMENTS),
    "tasks_verification": lambda writer: writer.tasks_of(TaskKind.VERIFICATION),
    "tasks_technology": lambda writer: writer.tasks_of(TaskKind.TECHNOLOGY),
    "tasks_training": lambda writer: writer.tasks_of(TaskKind.TRAINING),
    "tasks_premises": lambda writer: writer.tasks_of(TaskKind.PREMISES),
    "urgent_tasks": lambda writer: writer.tasks(writer.facts.urgent),
    "plan_tasks": lambda writer: writer.tasks(writer.facts.tasks),
    "money_years": Writer.money_years,
    "support_lines": Writer.support_lines,
    "solutions_management": lambda writer: writer.solutions(SolutionKind.MANAGEMENT),
    "solutions_cooperation": lambda writer: writer.solutions(SolutionKind.COOPERATION),
    "solutions_knowledge": lambda writer: writer.solutions(SolutionKind.KNOWLEDGE),
    "solutions_information": lambda writer: writer.solutions(SolutionKind.INFORMATION),
    "solutions_other": lambda writer: writer.solutions(SolutionKind.OTHER),
}
"""The rows of every collection by the name that templates use."""
