"""Screens of the officials: totals only."""
