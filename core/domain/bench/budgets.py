"""Budgets as the bench judges them. Arithmetic: core/domain/metrology/uncertainty.py."""

from __future__ import annotations

from core.domain.metrology.uncertainty import Budget, Coverage

FEW_DEGREES = 10
"""With fewer effective degrees of freedom k = 2 covers noticeably less than 95 % (GUM G.6.6)."""


def covers_less_than_said(budget: Budget) -> bool:
    """Tell whether k = 2 was taken where Student's t would ask for noticeably more."""
    return budget.coverage is Coverage.FACTOR_2 and budget.effective_degrees_of_freedom < FEW_DEGREES
