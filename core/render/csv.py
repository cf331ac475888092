"""A table as CSV, for spreadsheets: in UTF-8 with its mark, parted by semicolons, and safe against formulas."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from core.domain.document import Table

_SIGNS_OF_FORMULAS = ("=", "+", "-", "@", "\t")


def write_csv(table: Table, lines: Sequence[str] = ()) -> bytes:
    """Return a table as the document writes it, whole numbers without their thousands; `lines` stand above it."""
    target = StringIO()
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerows([_safe(line)] for line in lines)
    writer.writerow([_safe(column.heading) for column in table.columns])
    for row in (*table.rows, *([table.total] if table.total else [])):
        writer.writerow([_number(cell) or _safe(cell) for cell in row])
    return target.getvalue().encode("utf-8-sig")


def _number(cell: str) -> str:
    digits = cell.replace(".", "").replace(",", "")
    return digits if digits.removeprefix("-").isdecimal() else ""


def _safe(text: str) -> str:
    """An apostrophe before what a spreadsheet would reckon out."""
    return f"'{text}" if text.startswith(_SIGNS_OF_FORMULAS) else text
