"""Who the enterprise is, and what it does with measurement.

The profile decides which questions apply; it holds only what that, the size class and the draft need.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class EnterpriseKind(StrEnum):
    """Kinds of organisation that Decision 510 calls enterprises for short."""

    COMPANY = "company"
    COOPERATIVE = "cooperative"
    HOUSEHOLD = "household"
    PUBLIC_UNIT = "public_unit"


class Use(StrEnum):
    """What the enterprise does with measurement; each switches questions and duties on."""

    GROUP2 = "group2"
    PREPACKAGES = "prepackages"
    RETAIL = "retail"
    FUEL = "fuel"
    GAS = "gas"
    GOLD = "gold"
    LAB = "lab"
    SERVICE = "service"


class SizeClass(StrEnum):
    """Size classes of Decree 80/2021/NĐ-CP, Article 5."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Profile:
    """One enterprise as it describes itself; unknown stays None or empty.

    workers: yearly average with social insurance. Revenue and capital in billion đồng, of the year before.
    province: code of Decision 19/2025/QĐ-TTg. sector: id of content/sectors. vsic: section letter A–V of VSIC 2025.
    """

    name: str
    kind: EnterpriseKind = EnterpriseKind.COMPANY
    province: str = ""
    sector: str = ""
    vsic: str = ""
    tax_code: str = ""
    address: str = ""
    workers: int | None = None
    revenue_billion_vnd: Decimal | None = None
    capital_billion_vnd: Decimal | None = None
    uses: frozenset[Use] = field(default_factory=frozenset)
