"""One line of a benchmark, and how to come to one."""

from __future__ import annotations

import multiprocessing
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the result: times in seconds; `ratio` is measured / floor."""

    what: str
    measured: float
    budget: float | None = None
    floor: float | None = None
    most_ratio: float | None = None
    remark: str = ""

    def __str__(self) -> str:
        budget = f"< {shown_time(self.budget)}" if self.budget else ""
        ratio = f"{self.measured / self.floor:.2f} × floor {shown_time(self.floor)}" if self.floor else ""
        most = f"(≤ {self.most_ratio:g} ×)" if self.most_ratio else ""
        return f"{self.what:<48} {shown_time(self.measured):>9}  {budget:<10} {ratio} {most} {self.remark}".rstrip()


def shown_time(seconds: float) -> str:
    """Return a time as a row shows it."""
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def best_of(deed: Callable[[], object], runs: int = 5) -> float:
    """Return the least time of several runs, in seconds: the one that others disturbed least."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        deed()
        times.append(time.perf_counter() - begin)
    return min(times)


def highest_memory() -> float:
    """Return the most memory that this process has held, in MB; the kernel's getrusage would count the parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024


def in_fresh_process(deed: Callable[..., float], *arguments: Any) -> float:
    """Return what a deed says in a process that has done nothing before: memory once taken is seldom given back."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(deed, arguments)
