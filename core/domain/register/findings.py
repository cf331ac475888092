"""From the judgements on the instruments to what must be done, and to the few figures that sum the register up.

When a rule holds is told here; its action, days, impact and the question it bears on stand in content/register.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from core.domain.catalogue import Catalogue, Group2Row, RegisterRule, RegisterRuleCode
from core.domain.instruments import (
    InstrumentState,
    add_months,
    calibration_due,
    is_verification_overdue,
)
from core.domain.metrology.risk import Verdict
from core.domain.register.doubts import DoubtCode
from core.domain.register.fitness import InputName, Lacking
from core.domain.register.judging import Judgement
from core.domain.register.plan import Money, make_plan
from core.domain.register.points import ServiceBody

CRITICAL = frozenset({"trade", "safety"})
"""Criticalities of measuring points at which a wrong reading harms a customer or a person."""
CHECK_MONTHS = 12
"""Months after which an intermediate check is too long ago."""
GOOD_RATIO = 4
_DATA_DOUBTS = frozenset(
    {DoubtCode.SERIAL_DUPLICATE, DoubtCode.SERIAL_MISSING, DoubtCode.DATE_IN_FUTURE, DoubtCode.UNTIL_BEFORE_SERVICE}
)


@dataclass(frozen=True, slots=True)
class RegisterFinding:
    """One rule that holds, with the codes of the instruments it holds for, in order of the register.

    due: None where no service of them has a date. impact: 1–5, None for what only mends data.
    """

    rule: RegisterRule
    codes: tuple[str, ...]
    due: date | None

    @property
    def impact(self) -> int | None:
        return self.rule.impact

    @property
    def gate(self) -> bool:
        return self.rule.gate


@dataclass(frozen=True, slots=True)
class RegisterKpis:
    """The register in figures; shares are of instruments in use, in percent. None where there is nothing to count.

    in_date_critical: of those at points of trade or safety. out_of_tolerance: of those with a statement on the error
    found. ratio_good: from 4 up, of those whose ratio is known. days_late: mean over the overdue ones. yearly_cost: of
    the coming twelve months, transport included.
    """

    instruments: int
    in_date: Fraction | None
    in_date_critical: Fraction | None
    out_of_tolerance: Fraction | None
    ratio_known: Fraction | None
    ratio_good: Fraction | None
    days_late: Fraction | None
    yearly_cost: Money


def find(judgements: Mapping[str, Judgement], catalogue: Catalogue, on: date) -> tuple[RegisterFinding, ...]:
    """Return the findings, most pressing first: failed duty, highest impact, earliest due date, rule."""
    found: dict[RegisterRuleCode, list[Judgement]] = {}
    for one in judgements.values():
        if one.instrument.in_use:
            row = catalogue.group2.get(one.instrument.group2_row)
            for code, holds in RULES.items():
                if holds(one, row, on):
                    found.setdefault(code, []).append(one)
    return tuple(
        sorted(
            (_finding(catalogue.register_rules[code], which, on) for code, which in found.items()),
            key=lambda one: (not one.gate, -(one.impact or 0), one.due or date.max, one.rule.id),
        )
    )


def kpis(
    judgements: Mapping[str, Judgement],
    group2_rows: Mapping[str, Group2Row],
    bodies: Iterable[ServiceBody],
    on: date,
) -> RegisterKpis:
    """Return the figures of the register on a day."""
    in_use = [one for one in judgements.values() if one.instrument.in_use]
    critical = [one for one in in_use if one.point is not None and one.point.criticality in CRITICAL]
    stated = [one.fitness.is_out_of_tolerance for one in in_use if one.fitness.statement is not None]
    ratios = [one.fitness.ratio for one in in_use if one.fitness.ratio is not None]
    late = [
        (on - one.standing.due).days
        for one in in_use
        if one.standing.state is InstrumentState.OVERDUE and one.standing.due is not None
    ]
    return RegisterKpis(
        instruments=len(in_use),
        in_date=_share(_is_in_date(one) for one in in_use),
        in_date_critical=_share(_is_in_date(one) for one in critical),
        out_of_tolerance=_share(stated),
        ratio_known=_share(one.fitness.ratio is not None for one in in_use),
        ratio_good=_share(ratio >= GOOD_RATIO for ratio in ratios),
        days_late=Fraction(sum(late), len(late)) if late else None,
        yearly_cost=_yearly_cost(in_use, group2_rows, tuple(bodies), on),
    )


def _finding(rule: RegisterRule, which: list[Judgement], on: date) -> RegisterFinding:
    if rule.days is None:
        due = min((one.standing.due for one in which if one.standing.due is not None), default=None)
    else:
        due = on + timedelta(days=rule.days)
    return RegisterFinding(rule, tuple(one.instrument.code for one in which), due)


def _is_in_date(one: Judgement) -> bool:
    return one.standing.state in (InstrumentState.IN_DATE, InstrumentState.DUE_SOON)


def _share(counted: Iterable[bool]) -> Fraction | None:
    known = list(counted)
    return Fraction(100 * sum(known), len(known)) if known else None


def _yearly_cost(
    in_use: list[Judgement], rows: Mapping[str, Group2Row], bodies: tuple[ServiceBody, ...], on: date
) -> Money:
    """The services from this day to the same day next year: the rest of this year and the beginning of the next."""
    end = add_months(on, 12)
    lines = [one.instrument for one in in_use]
    plans = [make_plan(lines, rows, bodies, year, on) for year in range(on.year, end.year + 1)]
    visits = [visit for plan in plans for visit in plan.visits if visit.day < end]
    services = Money.of(service.price_vnd for visit in visits for service in visit.services)
    return services + Money.of(visit.transport_vnd for visit in visits)


# the rules ------------------------------------------------------------------------------------------------------------


def _unverified(one: Judgement, row: Group2Row | None, on: date) -> bool:
    return one.instrument.is_group2 and is_verification_overdue(one.instrument, row, on)


def _type_approval(one: Judgement, row: Group2Row | None, _: date) -> bool:
    return row is not None and row.type_approval is True and one.instrument.type_approved is None


def _overdue_calibration(one: Judgement, _: Group2Row | None, on: date) -> bool:
    due = calibration_due(one.instrument)
    return not one.instrument.is_group2 and due is not None and due < on


def _unconfirmed(one: Judgement, *_: object) -> bool:
    return one.instrument.calibrated_on is not None and one.instrument.confirmed is not True


def _out_of_tolerance(one: Judgement, *_: object) -> bool:
    """What was measured before is in question even where the instrument was adjusted since."""
    error, limit = one.fitness.value(InputName.ERROR_FOUND), one.fitness.value(InputName.MPE)
    return error is not None and limit is not None and abs(error) > limit


def _correction(one: Judgement, *_: object) -> bool:
    """Beyond the permissible error, left so, and still within what the work allows."""
    error, tolerance = one.fitness.value(InputName.ERROR_FOUND), one.fitness.value(InputName.TOLERANCE)
    return (
        _out_of_tolerance(one)
        and one.instrument.adjusted is not True
        and error is not None
        and tolerance is not None
        and abs(error) <= tolerance
    )


def _ratio_below_one(one: Judgement, *_: object) -> bool:
    return one.fitness.verdict is Verdict.UNFIT


def _ratio_below_two(one: Judgement, *_: object) -> bool:
    return one.fitness.verdict is Verdict.HIGH_RISK


def _tolerance_missing(one: Judgement, *_: object) -> bool:
    """At a measuring point only: a spare in the store has no use whose tolerance could be known."""
    return one.point is not None and Lacking.TOLERANCE in one.fitness.lacking


def _not_accredited(one: Judgement, *_: object) -> bool:
    return one.instrument.accredited is False


def _no_check(one: Judgement, _: Group2Row | None, on: date) -> bool:
    if one.point is None or one.point.criticality not in CRITICAL:
        return False
    checked = one.instrument.checked_on
    return checked is None or add_months(checked, CHECK_MONTHS) < on


def _longer_interval(one: Judgement, *_: object) -> bool:
    return not one.instrument.is_group2 and one.advice.is_longer


def _data(one: Judgement, *_: object) -> bool:
    return any(doubt.code in _DATA_DOUBTS for doubt in one.doubts)


RULES: Mapping[RegisterRuleCode, Callable[[Judgement, Group2Row | None, date], bool]] = {
    RegisterRuleCode.UNVERIFIED: _unverified,
    RegisterRuleCode.OUT_OF_TOLERANCE: _out_of_tolerance,
    RegisterRuleCode.CORRECTION: _correction,
    RegisterRuleCode.TYPE_APPROVAL: _type_approval,
    RegisterRuleCode.OVERDUE_CALIBRATION: _overdue_calibration,
    RegisterRuleCode.UNCONFIRMED: _unconfirmed,
    RegisterRuleCode.RATIO_BELOW_ONE: _ratio_below_one,
    RegisterRuleCode.RATIO_BELOW_TWO: _ratio_below_two,
    RegisterRuleCode.TOLERANCE_MISSING: _tolerance_missing,
    RegisterRuleCode.NOT_ACCREDITED: _not_accredited,
    RegisterRuleCode.NO_CHECK: _no_check,
    RegisterRuleCode.LONGER_INTERVAL: _longer_interval,
    RegisterRuleCode.DATA: _data,
}
"""When each rule holds for an instrument in use."""
