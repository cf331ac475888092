"""The size class of an enterprise by Decree 80/2021/NĐ-CP, Article 5.

A class needs workers within its limit, and revenue or capital within theirs; the smallest that fits is taken.
Unknown numbers stay unknown: a class is named only when it holds whatever the missing numbers are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.domain.catalogue import Method, SizeLimits, VsicSection
from core.domain.profile import EnterpriseKind, Profile, SizeClass


class SizeReasonCode(StrEnum):
    """Why a class fits, or why none can be named."""

    WORKERS_WITHIN = "workers-within"
    REVENUE_WITHIN = "revenue-within"
    CAPITAL_WITHIN = "capital-within"
    WORKERS_ABOVE = "workers-above"
    REVENUE_ABOVE = "revenue-above"
    CAPITAL_ABOVE = "capital-above"
    WORKERS_UNKNOWN = "workers-unknown"
    REVENUE_UNKNOWN = "revenue-unknown"
    CAPITAL_UNKNOWN = "capital-unknown"
    BUSINESS_LINE_UNKNOWN = "business-line-unknown"
    NOT_A_BUSINESS = "not-a-business"


@dataclass(frozen=True, slots=True)
class SizeReason:
    """One reason: a number of the profile against a limit of `size`. Workers in persons, money in billion đồng."""

    code: SizeReasonCode
    size: SizeClass | None = None
    value: Decimal | int | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class SizeResult:
    """A size class as the enterprise declares itself, None while unknown.

    group: the column of the Decree. is_aid: the classes are made for enterprises; for a cooperative, household or
    public unit they are borrowed as an aid, and the screen says so.
    """

    size: SizeClass | None
    group: str | None
    reasons: tuple[SizeReason, ...]
    is_aid: bool


def size_class(profile: Profile, method: Method, vsic: Mapping[str, VsicSection]) -> SizeResult:
    """Return the size class with the numbers that decide it.

    Without a business line the class is named only when every column of the Decree gives the same.

    Source: Decree 80/2021/NĐ-CP, Articles 5 and 6, in content/method.toml.
    """
    is_aid = profile.kind is not EnterpriseKind.COMPANY
    section = vsic.get(profile.vsic)
    if section is None:
        found = {_smallest_fit(profile, limits) for limits in method.size_limits.values()}
        size = found.pop() if len(found) == 1 else None
        return SizeResult(size, None, (SizeReason(SizeReasonCode.BUSINESS_LINE_UNKNOWN), *_unknowns(profile)), is_aid)
    if section.size_group is None:
        return SizeResult(None, None, (SizeReason(SizeReasonCode.NOT_A_BUSINESS),), is_aid)
    limits = method.size_limits[section.size_group]
    size = _smallest_fit(profile, limits)
    reasons = _unknowns(profile) if size is None else _reasons(profile, size, limits)
    return SizeResult(size, section.size_group, reasons, is_aid)


def _smallest_fit(profile: Profile, limits: Sequence[SizeLimits]) -> SizeClass | None:
    """The first class that surely fits, with every smaller one surely too small; LARGE above all; None when unsure."""
    for one in limits:
        fits = _fits(profile, one)
        if fits is None:
            return None
        if fits:
            return one.size
    return SizeClass.LARGE


def _fits(profile: Profile, limits: SizeLimits) -> bool | None:
    workers, revenue, capital = (
        None if value is None else value <= limit for _, value, limit in _comparisons(profile, limits)
    )
    return _both(workers, _either(revenue, capital))


def _both(one: bool | None, other: bool | None) -> bool | None:
    """And, where None is "unknown" and stays so unless the other side decides."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _either(one: bool | None, other: bool | None) -> bool | None:
    """Or, where None is "unknown" and stays so unless the other side decides."""
    if one or other:
        return True
    return None if one is None or other is None else False


def _comparisons(profile: Profile, limits: SizeLimits) -> tuple[tuple[str, Decimal | int | None, int], ...]:
    return (
        ("workers", profile.workers, limits.workers),
        ("revenue", profile.revenue_billion_vnd, limits.revenue_billion_vnd),
        ("capital", profile.capital_billion_vnd, limits.capital_billion_vnd),
    )


def _unknowns(profile: Profile) -> tuple[SizeReason, ...]:
    numbers = (
        (SizeReasonCode.WORKERS_UNKNOWN, profile.workers),
        (SizeReasonCode.REVENUE_UNKNOWN, profile.revenue_billion_vnd),
        (SizeReasonCode.CAPITAL_UNKNOWN, profile.capital_billion_vnd),
    )
    return tuple(SizeReason(code) for code, value in numbers if value is None)


def _reasons(profile: Profile, size: SizeClass, limits: Sequence[SizeLimits]) -> tuple[SizeReason, ...]:
    """Each known number against the limit of the class found, or of the greatest class when it is above all."""
    shown = next((one for one in limits if one.size is size), limits[-1])
    return tuple(
        SizeReason(SizeReasonCode(f"{name}-{'within' if value <= limit else 'above'}"), shown.size, value, limit)
        for name, value, limit in _comparisons(profile, shown)
        if value is not None
    )
