"""What the register says about an instrument, in sentences: the words of content/words/register-rules.toml, filled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from math import floor, log10

from core.domain.catalogue import Catalogue
from core.domain.metrology.interval import IntervalTest
from core.domain.metrology.risk import Risks, Verdict
from core.domain.register.advice import Advice, AdviceBasis
from core.domain.register.doubts import Doubt, Shown
from core.domain.register.fitness import Input, InputName, InstrumentFitness, decision_risks
from core.language import Language, day, number

_FIGURES = 3
_MOST_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class ToldFitness:
    """A verdict as words: its name, why it is so, and how the numbers arose."""

    verdict: str
    why: str
    how: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldAdvice:
    """An advice as words: what to do, and why."""

    what: str
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells in one language, with the words of one catalogue."""

    catalogue: Catalogue
    language: Language

    def word(self, key: str, **values: str) -> str:
        text = self.catalogue.word(f"register-rules.{key}")[self.language]
        return text.format_map(values) if values else text

    def figure(self, value: Decimal | float) -> str:
        """A value with the decimals it was given with; a computed one with three significant figures."""
        if isinstance(value, Decimal):
            exponent = value.normalize().as_tuple().exponent
            return number(value, self.language, max(-exponent, 0) if isinstance(exponent, int) else 0)
        places = _FIGURES - 1 - floor(log10(abs(value))) if value else 0
        return number(Decimal(repr(value)), self.language, min(max(places, 0), _MOST_DECIMALS))

    def percent(self, share: float) -> str:
        """A share from 0 to 1 in percent, without its sign: whole where it is, else with a decimal or two."""
        percent = round(Decimal(repr(share)) * 100, 2)
        decimals = 0 if percent == percent.to_integral_value() else 1 if percent >= Decimal("0.1") else 2
        return number(percent, self.language, decimals)

    def doubt(self, doubt: Doubt) -> str:
        """Return the sentence of a doubt, with what was seen and what is expected."""
        return self.word(
            f"doubt.{doubt.code}",
            field=self.word(f"field.{doubt.field}"),
            seen=self._shown(doubt.seen),
            expected=self._shown(doubt.expected),
        )

    def fitness(self, fitness: InstrumentFitness) -> ToldFitness:
        """Return the verdict on an instrument with its numbers; what is missing where there is none."""
        return ToldFitness(
            verdict=self.word(f"verdict.{fitness.verdict}"),
            why=self._why(fitness),
            how=(*self._how(fitness), *self._by_class(fitness), *self._of_calibration(fitness)),
        )

    def advice(self, advice: Advice) -> ToldAdvice:
        """Return the advice on the interval and why."""
        months, current = str(advice.months), str(advice.current_months)
        if advice.months is None:
            return ToldAdvice(self.word("advice.none"), ())
        if advice.basis is AdviceBasis.FIRST:
            what = self.word("advice.first", months=months)
        elif advice.is_longer:
            what = self.word("advice.longer", current=current, months=months)
        elif advice.is_shorter:
            what = self.word("advice.shorter", current=current, months=months)
        else:
            what = self.word("advice.same", months=months)
        return ToldAdvice(what, tuple(self._why_advised(advice)))

    # --- Inner

    def _shown(self, value: Shown | None) -> str:
        if isinstance(value, date):
            return day(value, self.language)
        if isinstance(value, tuple):
            return ", ".join(value)
        return self.figure(Decimal(value)) if isinstance(value, int | Decimal) else value or ""

    def _why(self, fitness: InstrumentFitness) -> str:
        in_use, tolerance = fitness.in_use, fitness.value(InputName.TOLERANCE)
        if in_use.ratio is None or in_use.expanded_uncertainty is None or tolerance is None:
            return self.word("fitness.missing", names=", ".join(self.word(f"lacking.{one}") for one in fitness.lacking))
        values = {
            "tolerance": self.figure(tolerance),
            "uncertainty": self.figure(in_use.expanded_uncertainty),
            "unit": fitness.unit,
        }
        if fitness.packing is not None:
            return self.word("fitness.packing", most=self.figure(fitness.packing.most), **values)
        return self.word("fitness.ratio", ratio=self.figure(in_use.ratio), **values)

    def _how(self, fitness: InstrumentFitness) -> Iterator[str]:
        in_use = fitness.in_use
        if in_use.ratio is None:
            return
        parts = "; ".join(self.word(f"part.{name}", value=self.figure(value)) for name, value in in_use.parts)
        yield self.word("fitness.parts", unit=fitness.unit, parts=parts)
        sources = dict.fromkeys(self._source(one) for one in fitness.inputs if one.field)
        yield self.word("fitness.sources", sources="; ".join(sources))
        if any(one.name is InputName.COVERAGE and not one.field for one in fitness.inputs):
            yield self.word("fitness.usual-coverage")
        if fitness.reading is not None:
            yield self.word("fitness.reading", reading=self.figure(fitness.reading), unit=fitness.unit)
        if in_use.left_out:
            yield self.word(
                "fitness.left-out", names=", ".join(self.word(f"left-out.{one}") for one in in_use.left_out)
            )
        if fitness.verdict is not Verdict.FIT and fitness.packing is None:
            yield from self._risks(fitness)

    def _source(self, one: Input) -> str:
        if one.field == "history":
            return self.word("fitness.source-history")
        return self.word("fitness.source", field=self.word(f"field.{one.field}"), typed=one.typed)

    def _risks(self, fitness: InstrumentFitness) -> Iterator[str]:
        found, tolerance = decision_risks(fitness), fitness.value(InputName.TOLERANCE)
        if found is None or tolerance is None:
            return
        tell = partial(self.word, unit=fitness.unit)
        yield tell(
            "fitness.risk",
            tolerance=self.figure(tolerance),
            share=self.percent(found.in_tolerance),
            **self._shares(found.plain),
        )
        if found.guarded is None:
            yield self.word("fitness.no-guarded")
        else:
            yield tell(
                "fitness.guarded",
                limit=self.figure(float(tolerance) * found.band.factor),
                **self._shares(found.guarded),
            )

    def _shares(self, risks: Risks) -> dict[str, str]:
        return {"accept": self.percent(risks.false_accept), "reject": self.percent(risks.false_reject)}

    def _by_class(self, fitness: InstrumentFitness) -> Iterator[str]:
        for one in fitness.inputs:
            if one.name is InputName.MPE and one.field == "accuracy":
                yield self.word("fitness.by-class", typed=one.typed, mpe=self.figure(one.value), unit=fitness.unit)

    def _of_calibration(self, fitness: InstrumentFitness) -> Iterator[str]:
        mpe, uncertainty = fitness.value(InputName.MPE), fitness.value(InputName.UNCERTAINTY)
        if mpe is None or uncertainty is None:
            return
        values = {"mpe": self.figure(mpe), "uncertainty": self.figure(uncertainty), "unit": fitness.unit}
        if fitness.calibration_ratio is not None:
            yield self.word("fitness.calibration", ratio=self.figure(fitness.calibration_ratio), **values)
        statement, error = fitness.statement, fitness.value(InputName.ERROR_FOUND)
        if statement is not None and error is not None:
            risk = self.percent(statement.below + statement.above)
            yield self.word(f"statement.{statement.conformity}", error=self.figure(error), risk=risk, **values)

    def _why_advised(self, advice: Advice) -> Iterator[str]:
        if advice.first is not None:
            key = "advice.why.first-factors" if advice.first.factors else "advice.why.first"
            yield self.word(key, usual=str(advice.first.usual_months))
        proposal, legal = advice.proposal, advice.legal_cycle_months
        limits = [advice.first.limit if advice.first else None]
        if proposal is not None:
            test = proposal.basis if isinstance(proposal.basis, IntervalTest) else None
            yield self.word(
                f"advice.why.{proposal.reason}",
                known=str(advice.known_results),
                shares=", ".join(f"{self.percent(one)} %" for one in proposal.ratios if one is not None),
                pooled=str(advice.pooled_results),
                share="" if test is None else self.percent(test.observed),
                target="" if test is None else self.percent(test.target),
            )
            for bar in proposal.bars:
                yield self.word(f"advice.bar.{bar}", known=str(advice.known_results))
            limits = [proposal.limit]
        elif advice.basis is AdviceBasis.NOTHING:
            yield self.word("advice.why.no-records")
        for limit in limits:
            if limit is not None:
                yield self.word(f"advice.limit.{limit}", months=str(advice.months), legal=str(legal))
